import { ipv4Contains, ipv6PrefixContains } from '../../base/address.ts';
import { fail } from '../../base/result.ts';
import type { Family, IpAddress, RuleDump } from '../../kernel/rtnetlink/messages.ts';
import type { Ip } from './context.ts';
import { type InetPrefix, parsePrefix } from './inet-prefix.ts';
import { printRule } from './iprule-print.ts';
import { parseSelector, type RuleWords } from './iprule-selector.ts';
import { Exit, matches, type Words, wrong } from './parse.ts';

interface RuleFilter extends RuleWords {
  from?: InetPrefix;
  to?: InetPrefix;
}

/** `ip rule show` (iprule_list_flush_or_save). */
export function showRules(ip: Ip, words: Words): number {
  const filter = parseFilter(ip, words);
  if (ip.options.family === 'link') {
    ip.refused(fail('EAFNOSUPPORT'));
    throw new Exit(255, 'Dump terminated\n');
  }
  const out = ip.printer();
  out.begin();
  for (const rule of dump(ip, filter)) {
    out.openObject();
    printRule(ip, out, rule);
    out.closeObject();
  }
  out.end();
  return 0;
}

/** All but the rule with priority 0. */
export function flushRules(ip: Ip, words: Words): number {
  const filter = parseFilter(ip, words);
  for (const rule of dump(ip, filter)) {
    if ((rule.priority ?? 0) === 0) continue;
    if (ip.talk(ip.rtnl.delRule(rule)) !== 0) throw new Exit(1, 'Dump terminated\n');
  }
  return 0;
}

function parseFilter(ip: Ip, words: Words): RuleFilter {
  const family: Family = ip.options.family === 'inet6' ? 'inet6' : 'inet';
  const filter: RuleFilter = { family };
  for (; words.left > 0; words.step()) {
    const word = words.word;
    if (word === 'not') filter.invert = true;
    else if (matches(word, 'lookup') || matches(word, 'table')) {
      const value = words.value();
      const table = ip.names.parseTable(value);
      if (table === undefined) throw wrong('table id value is invalid\n', value);
      filter.table = table;
    } else if (matches(word, 'from')) filter.from = parsePrefix(words.value(), family);
    else if (matches(word, 'protocol')) {
      // Read, and then not looked at: iproute2 6.1 shows rules of every protocol.
      const value = words.value();
      if (ip.names.parseProtocol(value) === undefined && value !== 'all') throw wrong('invalid "protocol"\n', value);
    } else if (!parseSelector(ip, words, filter))
      filter.to = parsePrefix(word === 'to' || matches(word, 'dst') ? words.value() : word, family);
  }
  return filter;
}

function dump(ip: Ip, filter: RuleFilter): readonly RuleDump[] {
  return ip.rtnl.rules(filter.family).filter((rule) => selects(filter, rule));
}

function selects(filter: RuleFilter, rule: RuleDump): boolean {
  if (filter.invert && !rule.invert) return false;
  if (filter.from !== undefined && !inside(filter.from, rule.src, rule.srcLen)) return false;
  if (filter.to !== undefined && !inside(filter.to, rule.dst, rule.dstLen)) return false;
  if (filter.l3mdev && !rule.l3mdev) return false;
  if (filter.table !== undefined && (rule.action !== 'table' || rule.table !== filter.table)) return false;
  if (filter.tos !== undefined && rule.tos !== filter.tos) return false;
  for (const key of ['priority', 'fwmark', 'fwmask', 'iif', 'oif', 'ipProto', 'tunId'] as const)
    if (filter[key] !== undefined && (rule[key] ?? 0) !== filter[key]) return false;
  for (const key of ['uidRange', 'sport', 'dport'] as const)
    if (filter[key] !== undefined && filter[key]?.join() !== rule[key]?.join()) return false;
  return true;
}

function inside(prefix: InetPrefix, address: IpAddress | undefined, length: number): boolean {
  if (prefix.address === undefined) return true;
  if (address === undefined || length < prefix.bits) return false;
  return typeof address === 'number'
    ? typeof prefix.address === 'number' && ipv4Contains(prefix.address, prefix.bits, address)
    : typeof prefix.address === 'string' && ipv6PrefixContains(prefix.address, prefix.bits, address);
}
