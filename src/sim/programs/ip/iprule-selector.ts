import type { Family, RuleDump } from '../../kernel/rtnetlink/messages.ts';
import type { Ip } from './context.ts';
import { parseIpProtocol } from './ip-protocols.ts';
import { isDeviceName, matches, parseUnsigned, type Words, wrong } from './parse.ts';

/** A rule while its words are read. */
export type RuleWords = { -readonly [K in keyof RuleDump]?: RuleDump[K] } & { family: Family };

/** The next word as `parse` reads it, or an end with the message. */
export function numberWord(words: Words, message: string, parse: (word: string) => number | undefined): number {
  const word = words.value();
  const number = parse(word);
  if (number === undefined) throw wrong(message, word);
  return number;
}

/** Selectors that `add`, `del` and `show` have in common. */
export function parseSelector(ip: Ip, words: Words, w: RuleWords & { tableGiven?: boolean }): boolean {
  const word = words.word;
  if (matches(word, 'preference') || matches(word, 'order') || matches(word, 'priority')) {
    w.priority = numberWord(words, 'preference value is invalid\n', parseUnsigned);
  } else if (word === 'tos' || matches(word, 'dsfield'))
    w.tos = numberWord(words, 'TOS value is invalid\n', (v) => ip.names.parseDsfield(v));
  else if (word === 'fwmark') parseMark(words, w);
  else if (word === 'dev' || word === 'iif') w.iif = deviceName(words, '"iif"/"dev" not a valid ifname');
  else if (word === 'oif') w.oif = deviceName(words, '"oif" not a valid ifname');
  else if (word === 'l3mdev') w.l3mdev = true;
  else if (word === 'uidrange') {
    const range = words.value();
    const found = /^(\d+)-(\d+)$/.exec(range);
    if (!found) throw wrong('invalid UID range\n', range);
    w.uidRange = [Number(found[1]), Number(found[2])];
  } else if (word === 'ipproto') w.ipProto = numberWord(words, 'Invalid "ipproto" value\n', parseIpProtocol);
  else if (word === 'sport' || word === 'dport') w[word] = ports(words, word);
  else if (matches(word, 'tun_id')) w.tunId = numberWord(words, '"tun_id" value is invalid\n', parseUnsigned);
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
