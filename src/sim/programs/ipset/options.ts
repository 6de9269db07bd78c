import type { SetCreate } from '../../kernel/netfilter/set/ip-sets.ts';
import type { Family } from '../../kernel/rtnetlink/messages.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { parseAddresses, parseElement, parseHost, type RequestDraft } from './element-text.ts';
import { parseNumber } from './number.ts';
import { misuse, Problem, syntax } from './problem.ts';
import type { TypeInfo } from './types.ts';

const U32 = 0xffff_ffff;
/** In seconds: the kernel counts milliseconds. */
const LONGEST_TIMEOUT = 2_147_483;
/** The last number stands for a counter that was not given. */
const LARGEST_COUNTER = 0xffff_ffff_ffff_fffen;
const LONGEST_COMMENT = 255;

const FLAGS = new Set(['counters', 'comment', 'forceadd', 'skbinfo', '-4', '-6']);

/** The words behind a command's name and set, taken one by one. */
class Words {
  private readonly words: readonly string[];
  private at = 0;
  private readonly seen = new Set<string>();

  constructor(words: readonly string[]) {
    this.words = words;
  }

  /** The next option, if it is one of these. */
  option(known: readonly string[]): string | undefined {
    const word = this.words[this.at++];
    if (word === undefined) return undefined;
    const option = word.startsWith('--') ? word.slice(2) : word;
    if (!known.includes(option)) throw misuse(`Unknown argument: \`${word}'`);
    return option;
  }

  value(option: string): string {
    const word = this.words[this.at++];
    if (word === undefined) throw misuse(`Missing mandatory argument of option \`${option}'`);
    return word;
  }

  /** Options that have a value come once. */
  once(option: string): void {
    if (this.seen.has(option)) throw syntax(`${option} already specified`);
    this.seen.add(option);
  }
}

/** Reads what a set is to be like; throws a Problem. */
export function* parseCreate(p: Process, name: string, type: TypeInfo, words: readonly string[]): Sys<SetCreate> {
  const reader = new Words(words);
  const flags = new Set<string>();
  const values = new Map<string, string>();
  let family: Family = 'inet';
  let familySaid = false;
  const known = [...type.create, ...(type.create.includes('family') ? ['-4', '-6'] : [])];
  for (let option = reader.option(known); option !== undefined; option = reader.option(known)) {
    if (FLAGS.has(option) && !option.startsWith('-')) {
      flags.add(option);
      continue;
    }
    if (option === 'family' || option.startsWith('-')) {
      const value = option === 'family' ? reader.value(option) : option === '-6' ? 'inet6' : 'inet';
      if (familySaid) throw syntax('family already specified');
      if (!/^(inet6?|ipv[46])$/.test(value)) throw syntax(`unknown inet family ${value}`);
      family = value.endsWith('6') ? 'inet6' : 'inet';
      familySaid = true;
      continue;
    }
    const value = reader.value(option);
    reader.once(option);
    yield* check(p, option, value, family);
    values.set(option, value);
  }
  if (values.has('netmask') && values.has('bitmask')) throw syntax('bitmask and netmask are mutually exclusive, provide only one');
  const number = (option: string): number | undefined => {
    const value = values.get(option);
    return value === undefined ? undefined : parseNumber(value, U32);
  };
  const bitmask = values.get('bitmask');
  return {
    name,
    type: type.name,
    family,
    timeoutS: number('timeout'),
    counters: flags.has('counters'),
    comment: flags.has('comment'),
    skbinfo: flags.has('skbinfo'),
    forceAdd: flags.has('forceadd'),
    hashSize: number('hashsize') ?? 1024,
    maxElements: number('maxelem') ?? 65536,
    bucketSize: number('bucketsize'),
    initval: number('initval'),
    netmask: number('netmask'),
    bitmask: bitmask === undefined ? undefined : yield* parseHost(p, bitmask, family),
    size: number('size') ?? 8,
    range: yield* parseRange(p, type, values.get('range'), number('netmask')),
  };
}

/** What a value may be: mistakes are found where they stand. */
function* check(p: Process, option: string, value: string, family: Family): Sys<void> {
  if (option === 'timeout') parseNumber(value, LONGEST_TIMEOUT);
  else if (option === 'bucketsize') parseNumber(value, 255);
  else if (option === 'netmask') {
    const bits = family === 'inet' ? 32 : 128;
    withMore(`netmask is out of the inclusive range of 1-${bits}`, () => parseNumber(value, bits, 1));
  } else if (option === 'bitmask') {
    try {
      yield* parseHost(p, value, family);
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      throw new Problem(1, `${thrown.message}\nSyntax error: bitmask is not valid for family = ${family}`);
    }
  } else if (option !== 'range') parseNumber(value, U32);
}

function withMore(more: string, parse: () => void): void {
  try {
    parse();
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    throw new Problem(1, `${thrown.message}\nSyntax error: ${more}`);
  }
}

function* parseRange(p: Process, type: TypeInfo, text: string | undefined, netmask: number | undefined): Sys<SetCreate['range']> {
  if (!type.create.includes('range')) return { from: 0, to: 0, netmask: undefined };
  if (text === undefined) throw misuse("Mandatory option `range' is missing");
  if (type.name === 'bitmap:port') {
    const { port = 0, portTo } = yield* parseElement(p, type, 'inet', text);
    if (portTo === undefined) throw misuse("Mandatory option `to' is missing");
    return { from: port, to: portTo, netmask: undefined };
  }
  const { address, to, cidr } = yield* parseAddresses(p, text, 'inet', true);
  if (to !== undefined) return { from: address as number, to: to as number, netmask };
  if (cidr === undefined) throw syntax(`IP/cidr or IP-IP range must be specified: ${text}`);
  const size = 2 ** (32 - cidr);
  const from = (address as number) - ((address as number) % size);
  return { from, to: from + size - 1, netmask };
}

/** Reads the options behind an element; throws a Problem. */
export function parseElementOptions(known: readonly string[], words: readonly string[], into: RequestDraft): void {
  const reader = new Words(words);
  for (let option = reader.option(known); option !== undefined; option = reader.option(known)) {
    if (option === 'nomatch') into.noMatch = true;
    else if (option === 'wildcard') continue;
    else {
      const value = reader.value(option);
      reader.once(option);
      setOption(option, value, into);
    }
  }
}

function setOption(option: string, value: string, into: RequestDraft): void {
  switch (option) {
    case 'timeout':
      into.timeoutS = parseNumber(value, LONGEST_TIMEOUT);
      return;
    case 'packets':
    case 'bytes':
      into[option] = parseNumber(value, LARGEST_COUNTER);
      return;
    case 'comment':
      if (value.includes('"')) throw syntax('" character is not permitted in comments');
      if (value.length > LONGEST_COMMENT) throw syntax('Comment is longer than the maximum allowed 255 characters');
      into.comment = value;
      return;
    case 'skbmark':
      into.mark = parseSkbMark(value);
      return;
    case 'skbprio':
      into.priority = parseSkbPriority(value);
      return;
    case 'skbqueue':
      into.queue = parseNumber(value, 0xffff);
      return;
    case 'before':
    case 'after':
      into[option] = value;
  }
}

/** Hexadecimal, with or without its sign; the mark must have one. */
function parseSkbMark(text: string): { mark: number; mask: number } {
  const [, mark, mask] = /^0[xX]([0-9a-fA-F]{1,8})(?:\/0[xX]([0-9a-fA-F]{1,8}))?$/.exec(text) ?? [];
  if (mark === undefined) throw syntax('Invalid skbmark format, it should be:  MARK/MASK or MARK (see manpage)');
  return { mark: Number.parseInt(mark, 16), mask: mask === undefined ? U32 : Number.parseInt(mask, 16) };
}

function parseSkbPriority(text: string): number {
  const [, major, minor] = /^([0-9a-fA-F]{1,4}):([0-9a-fA-F]{1,4})$/.exec(text) ?? [];
  if (major === undefined || minor === undefined) throw syntax('Invalid skbprio format, it should be:MAJOR:MINOR (see manpage)');
  return ((Number.parseInt(major, 16) << 16) | Number.parseInt(minor, 16)) >>> 0;
}
