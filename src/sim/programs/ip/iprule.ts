import { fail } from '../../base/result.ts';
import { type Family, type IpAddress, RT_TABLE_MAIN, type RuleAction, type RuleDump } from '../../kernel/rtnetlink/messages.ts';
import type { Ip, PreferredFamily } from './context.ts';
import { RULE_HELP } from './help/objects.ts';
import { type InetPrefix, parsePrefix } from './inet-prefix.ts';
import { parseIpProtocol } from './ip-protocols.ts';
import { flushRules, showRules } from './iprule-show.ts';
import { Exit, isDeviceName, matches, parseUnsigned, Words, wrong } from './parse.ts';

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

/** A rule while its words are read. */
export type RuleWords = { -readonly [K in keyof RuleDump]?: RuleDump[K] } & { family: Family };

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

function value(words: Words, message: string, parse: (word: string) => number | undefined): number {
  const word = words.value();
  const number = parse(word);
  if (number === undefined) throw wrong(message, word);
  return number;
}

/** Selectors that `add`, `del` and `show` have in common. */
export function parseSelector(ip: Ip, words: Words, w: RuleWords & { tableGiven?: boolean }): boolean {
  const word = words.word;
  if (matches(word, 'preference') || matches(word, 'order') || matches(word, 'priority')) {
    w.priority = value(words, 'preference value is invalid\n', parseUnsigned);
  } else if (word === 'tos' || matches(word, 'dsfield')) w.tos = value(words, 'TOS value is invalid\n', (v) => ip.names.parseDsfield(v));
  else if (word === 'fwmark') parseMark(words, w);
  else if (word === 'dev' || word === 'iif') w.iif = deviceName(words, '"iif"/"dev" not a valid ifname');
  else if (word === 'oif') w.oif = deviceName(words, '"oif" not a valid ifname');
  else if (word === 'l3mdev') w.l3mdev = true;
  else if (word === 'uidrange') {
    const range = words.value();
    const found = /^(\d+)-(\d+)$/.exec(range);
    if (!found) throw wrong('invalid UID range\n', range);
    w.uidRange = [Number(found[1]), Number(found[2])];
  } else if (word === 'ipproto') w.ipProto = value(words, 'Invalid "ipproto" value\n', parseIpProtocol);
  else if (word === 'sport' || word === 'dport') w[word] = ports(words, word);
  else if (matches(word, 'tun_id')) w.tunId = value(words, '"tun_id" value is invalid\n', parseUnsigned);
  else return false;
  return true;
}

function parseMark(words: Words, w: RuleWords): void {
  const word = words.value();
  const [mark = '', mask] = word.split('/');
  const number = parseUnsigned(mark);
  if (number === undefined) throw wrong('fwmark value is invalid\n', mark);
  w.fwmark = number;
  if (mask === undefined) return;
  const bits = parseUnsigned(mask);
  if (bits === undefined) throw wrong('fwmask value is invalid\n', mask);
  w.fwmask = bits;
}

function deviceName(words: Words, message: string): string {
  const name = words.value();
  if (!isDeviceName(name)) throw wrong(message, name);
  return name;
}

function ports(words: Words, which: string): readonly [number, number] {
  const word = words.value();
  const found = /^(\d+)(?:-(\d+))?$/.exec(word);
  const first = found ? parseUnsigned(found[1] as string, 16) : undefined;
  const last = found?.[2] === undefined ? first : parseUnsigned(found[2], 16);
  if (first === undefined || last === undefined) throw wrong(`invalid ${which} range\n`, word);
  return [first, last];
}

const TYPES: readonly RuleAction[] = ['blackhole', 'unreachable', 'prohibit'];

function parseAction(ip: Ip, words: Words, w: RuleWords & { tableGiven: boolean }): void {
  const word = words.word;
  if (matches(word, 'table') || matches(word, 'lookup')) {
    w.table = value(words, 'invalid table ID\n', (v) => ip.names.parseTable(v));
    w.tableGiven = true;
  } else if (matches(word, 'suppress_prefixlength') || word === 'sup_pl') {
    w.suppressPrefixLength = value(words, 'suppress_prefixlength value is invalid\n', (v) => parseUnsigned(v, 31));
  } else if (matches(word, 'suppress_ifgroup') || word === 'sup_group') {
    w.suppressIfGroup = value(words, 'Invalid "suppress_ifgroup" value\n', (v) => ip.names.parseGroup(v));
  } else if (matches(word, 'protocol')) {
    w.protocol = value(words, '"protocol" value is invalid\n', (v) => ip.names.parseProtocol(v));
  } else if (matches(word, 'realms')) w.realms = value(words, 'invalid realms\n', parseUnsigned);
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
    w.gotoTarget = value(words, 'invalid target\n', parseUnsigned);
    return;
  }
  const type = matches(word, 'nop') ? 'nop' : TYPES.find((name) => matches(word, name));
  if (type === undefined) throw wrong('Failed to parse rule type', word);
  w.action = type;
}
