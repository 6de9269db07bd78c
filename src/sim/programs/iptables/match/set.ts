import type { SetCounter, SetMatch } from '../../../kernel/netfilter/match/set.ts';
import type { SetSides } from '../../../kernel/netfilter/set/packet-query.ts';
import { type Extension, find, type Given, type Header, type OptionSpec } from '../extension.ts';
import { parseNumber } from '../names.ts';
import { misuse } from '../problem.ts';

const OPS = ['eq', 'lt', 'gt'] as const;
const LONGEST_NAME = 31;
const MOST_SIDES = 6;

/** The set and the sides of an option; throws a Problem. */
export function parseSet({ values: [name = '', flags], option }: Given, { p, family }: Header): { set: string; sides: SetSides } {
  if (name.length > LONGEST_NAME) throw misuse(`setname \`${name}' too long, max ${LONGEST_NAME} characters.`);
  const set = p.netns.dataPlane.ipsets.find(name);
  if (flags === undefined && set !== undefined) throw misuse(`--${option} requires two args.`);
  if (set === undefined) throw misuse(`Set ${name} doesn't exist.\n`);
  if (set.family !== undefined && set.family !== family) {
    throw misuse(`The protocol family of set ${name} is ${set.family === 'inet' ? 'IPv4' : 'IPv6'}, which is not applicable.\n`);
  }
  const sides = (flags ?? '').split(',').map((word) => {
    if (word.startsWith('src')) return 'src';
    if (word.startsWith('dst')) return 'dst';
    throw misuse("You must spefify (the comma separated list of) 'src' or 'dst'.");
  });
  if (sides.length > MOST_SIDES) throw misuse(`Can't be more src/dst options than ${MOST_SIDES}.`);
  return { set: name, sides };
}

function counter(given: readonly Given[], what: 'packets' | 'bytes'): SetCounter | undefined {
  const found = given.filter(({ option }) => option.startsWith(`${what}-`));
  const [one] = found;
  if (one === undefined) return undefined;
  if (found.length > 1) throw misuse(`only one of the --${what}-[eq|lt|gt] is allowed`);
  const [text = ''] = one.values;
  const value = parseNumber(text, Number.MAX_SAFE_INTEGER);
  if (value === undefined) throw misuse(`Cannot parse ${text} as a counter value`);
  const op = one.option.slice(what.length + 1) as (typeof OPS)[number];
  if (op !== 'eq' && one.invert) throw misuse(`--${one.option} option cannot be inverted`);
  return { op: op === 'eq' && one.invert ? 'ne' : op, value };
}

function counterText(what: string, { op, value }: SetCounter, dashes: string): string {
  return ` ${op === 'ne' ? '! ' : ''}${dashes}${what}-${op === 'ne' ? 'eq' : op} ${value}`;
}

function text(info: SetMatch, dashes: string): string {
  const { set, sides, packets, bytes } = info;
  let words = `${info.invert ? ' !' : ''} ${dashes}match-set ${set} ${sides.join(',')}`;
  if (info.returnNoMatch) words += ` ${dashes}return-nomatch`;
  if (info.keepCounters) words += ` ! ${dashes}update-counters`;
  if (info.keepSubcounters) words += ` ! ${dashes}update-subcounters`;
  if (packets) words += counterText('packets', packets, dashes);
  if (bytes) words += counterText('bytes', bytes, dashes);
  return words;
}

export const set: Extension<SetMatch> = {
  name: 'set',
  options: [
    { names: ['match-set'], arguments: 2, invert: true },
    { names: ['set'], arguments: 2, invert: true },
    { names: ['return-nomatch'], arguments: 0 },
    { names: ['update-counters'], arguments: 0, invert: true },
    { names: ['update-subcounters'], arguments: 0, invert: true },
    ...['packets', 'bytes'].flatMap((what) => OPS.map((op): OptionSpec => ({ names: [`${what}-${op}`], arguments: 1, invert: true }))),
  ],
  checksItself: true,
  build(given, header) {
    const named = given.filter(({ option }) => option === 'match-set' || option === 'set');
    const [one] = named;
    if (one === undefined) throw misuse("You must specify `--match-set' with proper arguments");
    if (named.length > 1) throw misuse(`--${one.option} can be specified only once`);
    if (one.option === 'set') header.warn('--set option deprecated, please use --match-set\n');
    const { set: name, sides } = parseSet(one, header);
    return {
      name: 'set',
      set: name,
      sides,
      invert: one.invert,
      returnNoMatch: find(given, 'return-nomatch') !== undefined,
      keepCounters: find(given, 'update-counters')?.invert ?? false,
      keepSubcounters: find(given, 'update-subcounters')?.invert ?? false,
      packets: counter(given, 'packets'),
      bytes: counter(given, 'bytes'),
    };
  },
  print: (info) => text(info, ''),
  save: (info) => text(info, '--'),
};
