import { formatIpv4, type Ipv4, parseIpv4 } from '../../base/address.ts';
import type { Sys } from '../../machine/process.ts';
import type { Command } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { numberInRange } from './number.ts';
import { showUsage } from './usage.ts';

/** The mask of an address's class (RFC 791), where none is given. */
function classMask(address: number): number {
  if (address >>> 31 === 0) return 0xff000000;
  return address >>> 30 === 2 ? 0xffff0000 : 0xffffff00;
}

/** ipcalc of BusyBox: what is asked for, as assignments for a shell. Host names (-h) are not looked up. */
export function* busyboxIpcalc(c: Command, name: string, args: readonly string[]): Sys<number> {
  const parsed = getopt(args, { short: 'mbnphs' });
  if (parsed instanceof UsageError) return yield* showUsage(c, name, parsed.message);
  const has = (flag: string): boolean => parsed.options.some((option) => option.flag === flag);
  const [word, maskWord] = parsed.operands;
  if (word === undefined || parsed.operands.length > 2 || !['m', 'b', 'n', 'p'].some(has)) return yield* showUsage(c, name);
  const refuse = function* (what: string, text: string): Sys<number> {
    if (!has('s')) yield* c.error(`${name}: bad ${what}: ${text}\n`);
    return 1;
  };
  const [addressWord = '', prefixWord] = word.split('/');
  const address = parseIpv4(addressWord);
  if (address === undefined) return yield* refuse('IP address', addressWord);
  let mask = classMask(address);
  if (prefixWord !== undefined) {
    const length = yield* numberInRange(c, name, prefixWord, 0, 32);
    mask = length === 0 ? 0 : (-1 << (32 - length)) >>> 0;
  }
  if (maskWord !== undefined) {
    const given = parseIpv4(maskWord);
    if (given === undefined) return yield* refuse('netmask', maskWord);
    mask = given;
  }
  const show = (value: number): string => formatIpv4((value >>> 0) as Ipv4);
  if (has('m')) c.out(`NETMASK=${show(mask)}\n`);
  if (has('b')) c.out(`BROADCAST=${show(address | ~mask)}\n`);
  if (has('n')) c.out(`NETWORK=${show(address & mask)}\n`);
  if (has('p')) c.out(`PREFIX=${(mask >>> 0).toString(2).replaceAll('0', '').length}\n`);
  return 0;
}
