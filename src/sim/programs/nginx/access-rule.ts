import { inetAton } from '../net-lib/inet-aton.ts';

/** Whether what allow or deny names (`all`, an address, a prefix) has an address in it. */
export function ruleCovers(rule: string, address: string): boolean {
  if (rule === 'all') return true;
  const [host = '', bits = '32'] = rule.split('/');
  const network = inetAton(host);
  const ip = inetAton(address);
  if (network === undefined || ip === undefined) return rule === address;
  const mask = Number(bits) === 0 ? 0 : (0xffff_ffff << (32 - Number(bits))) >>> 0;
  return (ip & mask) >>> 0 === (network & mask) >>> 0;
}
