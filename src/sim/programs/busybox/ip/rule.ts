import { type Family, type IpAddress, RT_TABLE_MAIN, type RuleAction, type RuleDump } from '../../../kernel/rtnetlink/messages.ts';
import type { Sys } from '../../../machine/process.ts';
import { abbreviated, addressText, type BusyboxIp, WordReader } from './context.ts';

const COMMANDS = ['add', 'delete', 'list', 'show'] as const;
const WORDS = [
  'from',
  'to',
  'preference',
  'order',
  'priority',
  'tos',
  'dsfield',
  'fwmark',
  'realms',
  'table',
  'lookup',
  'suppress_prefixlength',
  'dev',
  'iif',
  'nat',
  'map-to',
  'type',
] as const;
const TYPES: readonly RuleAction[] = ['blackhole', 'unreachable', 'prohibit'];

/** `ip rule …` (iprule.c). */
export function* doRule(ip: BusyboxIp, words: readonly string[]): Sys<number> {
  const [word, ...rest] = words;
  const command = word === undefined ? 'list' : abbreviated(word, COMMANDS);
  if (command === undefined) return yield* ip.invalid(word as string);
  if (command === 'add' || command === 'delete') return yield* modify(ip, command === 'add', rest);
  for (const rule of ip.rtnl.rules(ip.family === 'inet6' ? 'inet6' : 'inet')) ip.c.out(ruleText(ip, rule));
  return 0;
}

/** print_rule(). */
function ruleText(ip: BusyboxIp, r: RuleDump): string {
  const whole = r.family === 'inet' ? 32 : 128;
  const side = (address: IpAddress | undefined, bits: number): string =>
    address === undefined ? `0/${bits}` : bits === whole ? addressText(address) : `${addressText(address)}/${bits}`;
  let out = `${r.priority ?? 0}:\tfrom ${r.src === undefined && r.srcLen === 0 ? 'all' : side(r.src, r.srcLen)} `;
  if (r.dst !== undefined || r.dstLen > 0) out += `to ${side(r.dst, r.dstLen)} `;
  if (r.tos !== 0) out += `tos ${ip.names.dsfield(r.tos)} `;
  if (r.fwmark !== undefined || r.fwmask !== undefined) {
    const mask = r.fwmask === undefined || r.fwmask === 0xffffffff ? '' : `/0x${r.fwmask.toString(16)}`;
    out += `fwmark 0x${(r.fwmark ?? 0).toString(16)}${mask} `;
  }
  if (r.iif !== undefined) out += `iif ${r.iif} `;
  if (r.table !== 0) out += `lookup ${ip.names.table(r.table)} `;
  if (r.suppressPrefixLength !== undefined) out += `suppress_prefixlength ${r.suppressPrefixLength} `;
  if (r.action !== 'table') out += r.action;
  return `${out}\n`;
}

/** iprule_modify(): a deletion without words is one of the first rule. */
function* modify(ip: BusyboxIp, add: boolean, words: readonly string[]): Sys<number> {
  const reader = new WordReader(ip, words);
  const rule: { -readonly [K in keyof RuleDump]: RuleDump[K] } = {
    family: 'inet',
    priority: undefined,
    srcLen: 0,
    dstLen: 0,
    tos: 0,
    protocol: 0,
    action: 'table',
    table: add ? RT_TABLE_MAIN : 0,
  };
  let family: Family | undefined = ip.family === 'inet' || ip.family === 'inet6' ? ip.family : undefined;
  while (reader.left > 0) {
    const word = reader.next();
    const key = abbreviated(word, WORDS);
    if (key === undefined) return yield* ip.invalid(word);
    const value = yield* reader.value();
    switch (key) {
      case 'from':
      case 'to': {
        const prefix = yield* ip.prefix(value, ip.family);
        const address = prefix.address === undefined ? {} : key === 'from' ? { src: prefix.address } : { dst: prefix.address };
        Object.assign(rule, address, key === 'from' ? { srcLen: prefix.bits } : { dstLen: prefix.bits });
        if (prefix.address !== undefined) family ??= prefix.family;
        break;
      }
      case 'preference':
      case 'order':
      case 'priority':
        rule.priority = yield* ip.number(value, 'preference');
        break;
      case 'tos':
      case 'dsfield':
        rule.tos = ip.names.parseDsfield(value) ?? (yield* ip.invalid(value, 'TOS'));
        break;
      case 'fwmark': {
        const [mark = '', mask] = value.split('/');
        rule.fwmark = yield* number(ip, mark, 'fwmark');
        if (mask !== undefined) rule.fwmask = yield* number(ip, mask, 'fwmark');
        break;
      }
      case 'table':
      case 'lookup':
        rule.table = ip.names.parseTable(value) ?? (yield* ip.invalid(value, 'table ID'));
        break;
      case 'suppress_prefixlength':
        rule.suppressPrefixLength = yield* number(ip, value, 'suppress_prefixlength');
        break;
      case 'dev':
      case 'iif':
        rule.iif = value;
        break;
      case 'realms':
      case 'nat':
      case 'map-to':
        break;
      case 'type': {
        const type = value === 'unicast' ? 'table' : TYPES.find((name) => name.startsWith(value));
        if (type === undefined) return yield* ip.invalid(value, 'type');
        rule.action = type;
        if (type !== 'table') rule.table = 0;
      }
    }
  }
  rule.family = family ?? 'inet';
  return yield* ip.talk(add ? ip.rtnl.addRule(rule) : ip.rtnl.delRule(rule));
}

/** Decimal, 0x… */
function* number(ip: BusyboxIp, word: string, what: string): Sys<number> {
  return /^(?:\d+|0x[0-9a-f]+)$/i.test(word) ? Number(word) : yield* ip.invalid(word, what);
}
