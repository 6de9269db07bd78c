import { fail } from '../../base/result.ts';
import { type Family, type IpAddress, RT_TABLE_MAIN, type RuleAction, type RuleDump } from '../../kernel/rtnetlink/messages.ts';
import type { Ip, PreferredFamily } from './context.ts';
import { RULE_HELP } from './help/objects.ts';
import { type InetPrefix, parsePrefix } from './inet-prefix.ts';
import { numberWord, parseSelector, type RuleWords } from './iprule-selector.ts';
import { flushRules, showRules } from './iprule-show.ts';
import { Exit, matches, parseUnsigned, Words, wrong } from './parse.ts';

/** `ip rule …` (iprule.c). */
export function doRule(ip: Ip, argv: readonly string[]): number {
  const command = argv[0];
  const words = new Words(argv, 1);
  if (command === undefined) return showRules(ip, words);
  if (matches(command, 'list') || matches(command, 'lst') || matches(command, 'show')) return showRules(ip, words);
  if (matches(command, 'save')) throw new Exit(1, 'Not sending a binary stream to stdout\n');
  if (matches(command, 'restore'))
    throw new Exit(255, ip.p.terminal(0) ? "Can't restore rule dump from a terminal\n" : 'Magic mismatch (0 elems, 0 magic)\n');
  if (matches(command, 'add')) return changeRule(ip, words, 'add');
  if (matches(command, 'delete')) return changeRule(ip, words, 'del');
  if (matches(command, 'flush')) return flushRules(ip, words);
  if (matches(command, 'help')) throw new Exit(255, RULE_HELP);
  throw new Exit(255, `Command "${command}" is unknown, try "ip rule help".\n`);
}

function changeRule(ip: Ip, words: Words, verb: 'add' | 'del'): number {
  if (words.left === 0) throw new Exit(1, `"ip rule ${verb}" requires arguments.\n`);
  const w: RuleWords & { known: PreferredFamily | Family; tableGiven: boolean } = {
    family: 'inet',
    known: ip.options.family,
    tableGiven: false,
  };
  for (; words.left > 0; words.step()) {
    const word = words.word;
    if (word === 'not') w.invert = true;
    else if (word === 'from' || matches(word, 'from')) {
      const prefix = side(words, w);
      w.srcLen = prefix.bits;
      if (prefix.address !== undefined) w.src = prefix.address;
    } else if (word === 'to') {
      const prefix = side(words, w);
      w.dstLen = prefix.bits;
      if (prefix.address !== undefined) w.dst = prefix.address;
    } else if (!parseSelector(ip, words, w)) parseAction(ip, words, w);
  }
  w.family = w.known === 'inet6' ? 'inet6' : 'inet';
  if (w.l3mdev && w.tableGiven) throw new Exit(22, 'table can not be specified for l3mdev rules\n');
  if (w.src !== undefined && isInet6(w.src) !== (w.family === 'inet6')) return ip.talk(fail('EINVAL', 'Invalid source address'));
  if (w.dst !== undefined && isInet6(w.dst) !== (w.family === 'inet6')) return ip.talk(fail('EINVAL', 'Invalid dst address'));
  const { known: _known, tableGiven: _tableGiven, ...rule } = w;
  const request: RuleDump = {
    priority: undefined,
    srcLen: 0,
    dstLen: 0,
    tos: 0,
    protocol: 0,
    action: 'table',
    ...rule,
    table: w.tableGiven ? (w.table ?? 0) : verb === 'add' && !w.l3mdev ? RT_TABLE_MAIN : 0,
  };
  return ip.talk(verb === 'add' ? ip.rtnl.addRule(request) : ip.rtnl.delRule(request));
}

/** Without -6 a rule is one of IPv4, whatever the addresses in it; it is the kernel that finds that wrong. */
function isInet6(address: IpAddress): boolean {
  return typeof address === 'string';
}

function side(words: Words, w: { known: PreferredFamily | Family }): InetPrefix {
  const prefix = parsePrefix(words.value(), w.known);
  return prefix;
}

const TYPES: readonly RuleAction[] = ['blackhole', 'unreachable', 'prohibit'];

function parseAction(ip: Ip, words: Words, w: RuleWords & { tableGiven: boolean }): void {
  const word = words.word;
  if (matches(word, 'table') || matches(word, 'lookup')) {
    w.table = numberWord(words, 'invalid table ID\n', (v) => ip.names.parseTable(v));
    w.tableGiven = true;
  } else if (matches(word, 'suppress_prefixlength') || word === 'sup_pl') {
    w.suppressPrefixLength = numberWord(words, 'suppress_prefixlength value is invalid\n', (v) => parseUnsigned(v, 31));
  } else if (matches(word, 'suppress_ifgroup') || word === 'sup_group') {
    w.suppressIfGroup = numberWord(words, 'Invalid "suppress_ifgroup" value\n', (v) => ip.names.parseGroup(v));
  } else if (matches(word, 'protocol')) {
    w.protocol = numberWord(words, '"protocol" value is invalid\n', (v) => ip.names.parseProtocol(v));
  } else if (matches(word, 'realms')) w.realms = numberWord(words, 'invalid realms\n', parseUnsigned);
  else if (word === 'nat' || matches(word, 'map-to')) {
    words.value();
    ip.err('Warning: route NAT is deprecated\n');
  } else parseType(words, w);
}

/** An action stands in place of a table. */
function parseType(words: Words, w: RuleWords & { tableGiven: boolean }): void {
  if (words.word === 'type') words.value();
  const word = words.word;
  if (matches(word, 'help')) throw new Exit(255, RULE_HELP);
  w.tableGiven = true;
  if (matches(word, 'goto')) {
    w.action = 'goto';
    w.gotoTarget = numberWord(words, 'invalid target\n', parseUnsigned);
    return;
  }
  const type = matches(word, 'nop') ? 'nop' : TYPES.find((name) => matches(word, name));
  if (type === undefined) throw wrong('Failed to parse rule type', word);
  w.action = type;
}
