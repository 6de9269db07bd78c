import { type Ipv6, parseIpv6 } from '../../../base/ipv6-address.ts';
import {
  type FragMatch,
  HEADER_BITS,
  HEADER_PROTOCOL,
  type Ipv6headerMatch,
  type RtMatch,
} from '../../../kernel/netfilter/match/ipv6-header.ts';
import type { NumberRange } from '../../../kernel/netfilter/match/range.ts';
import { type Extension, find, type Given, integer, integerRange, nftNot, not, oneOf, rangeText, required } from '../extension.ts';
import { misuse } from '../problem.ts';

const U32_MAX = 0xffffffff;
/** struct ip6t_rt's list, which has no room for more (IP6T_RT_HOPS). */
const MOST_HOPS = 16;

function isEvery({ from, to, invert }: NumberRange): boolean {
  return from === 0 && to === U32_MAX && !invert;
}

/** `WORD:5`, `WORDs:5:9`, or nothing where every number will do. */
function listed(word: string, range: NumberRange | undefined): string {
  if (range === undefined || isEvery(range)) return '';
  return `${word}${range.from === range.to ? '' : 's'}:${range.invert ? '!' : ''}${rangeText(range)}`;
}

function saved(option: string, range: NumberRange | undefined): string {
  return range === undefined || isEvery(range) ? '' : `${not(range.invert)} --${option} ${rangeText(range)}`;
}

function translated(field: string, range: NumberRange | undefined): string[] {
  return range === undefined || isEvery(range) ? [] : [`${field} ${nftNot(range.invert)}${rangeText(range, '-')}`];
}

export const frag: Extension<FragMatch> = {
  name: 'frag',
  options: [
    { names: ['fragid'], arguments: 1, invert: true },
    { names: ['fraglen'], arguments: 1, invert: true },
    { names: ['fragres'], arguments: 0 },
    { names: ['fragfirst'], arguments: 0 },
    ...oneOf({ names: ['fragmore'], arguments: 0 }, { names: ['fraglast'], arguments: 0 }),
  ],
  build(given) {
    const id = find(given, 'fragid');
    const length = find(given, 'fraglen');
    const has = (option: string): boolean => find(given, option) !== undefined;
    return {
      name: 'frag',
      id: id === undefined ? { from: 0, to: U32_MAX, invert: false } : integerRange('frag', id, U32_MAX),
      length: length && { value: integer('frag', 'fraglen', length.values[0] as string, U32_MAX), invert: length.invert },
      reserved: has('fragres'),
      first: has('fragfirst'),
      more: has('fragmore'),
      last: has('fraglast'),
    };
  },
  print({ id, length, reserved, first, more, last }) {
    const parts = [listed('id', id), length ? `length:${length.invert ? '!' : ''}${length.value}` : undefined];
    const flags = [reserved && 'reserved', first && 'first', more && 'more', last && 'last'];
    return ` frag ${[...parts, ...flags].filter((part) => typeof part === 'string').join(' ')}`;
  },
  save({ id, length, reserved, first, more, last }) {
    let text = saved('fragid', id);
    if (length) text += `${not(length.invert)} --fraglen ${length.value}`;
    for (const [on, option] of [
      [reserved, 'fragres'],
      [first, 'fragfirst'],
      [more, 'fragmore'],
      [last, 'fraglast'],
    ] as const) {
      if (on) text += ` --${option}`;
    }
    return text;
  },
  translate({ id, reserved, first, more, last }) {
    const parts = translated('frag id', id);
    if (reserved) parts.push('frag reserved 1');
    if (first) parts.push('frag frag-off 0');
    if (more) parts.push('frag more-fragments 1');
    if (last) parts.push('frag more-fragments 0');
    return parts.join(' ');
  },
};

export const rt: Extension<RtMatch> = {
  name: 'rt',
  options: [
    { names: ['rt-type'], arguments: 1, invert: true },
    { names: ['rt-segsleft'], arguments: 1, invert: true },
    { names: ['rt-len'], arguments: 1, invert: true },
    { names: ['rt-0-res'], arguments: 0 },
    { names: ['rt-0-addrs'], arguments: 1 },
    { names: ['rt-0-not-strict'], arguments: 0 },
  ],
  build(given) {
    const one = (option: string): NumberRange | undefined => {
      const found = find(given, option);
      if (found === undefined) return undefined;
      const value = integer('rt', option, found.values[0] as string, U32_MAX);
      return { from: value, to: value, invert: found.invert };
    };
    const type = one('rt-type');
    const segments = find(given, 'rt-segsleft');
    const needType0 = (option: string): Given | undefined => {
      const found = find(given, option);
      if (found && (type?.from !== 0 || type.invert)) throw misuse(`\`--rt-type 0' required before \`--${option}'`);
      return found;
    };
    const reserved = needType0('rt-0-res') !== undefined;
    const list = needType0('rt-0-addrs');
    const notStrict = find(given, 'rt-0-not-strict') !== undefined;
    if (notStrict && list === undefined) throw misuse("`--rt-0-addr ...' required before `--rt-0-not-strict'");
    return {
      name: 'rt',
      type,
      segmentsLeft: segments && integerRange('rt', segments, U32_MAX),
      length: one('rt-len'),
      reserved,
      addresses: list === undefined ? [] : parseHops(list.values[0] as string),
      notStrict,
    };
  },
  print({ type, segmentsLeft, length, reserved, addresses, notStrict }) {
    const parts = [listed('type', type), listed('segsleft', segmentsLeft), listed('length', length)];
    if (reserved) parts.push('reserved');
    if (addresses.length > 0) parts.push(`0-addrs ${addresses.join(',')}`);
    if (notStrict) parts.push('0-not-strict');
    return [' rt', ...parts.filter((part) => part !== '')].join(' ');
  },
  save({ type, segmentsLeft, length, reserved, addresses, notStrict }) {
    let text = saved('rt-type', type) + saved('rt-segsleft', segmentsLeft) + saved('rt-len', length);
    if (reserved) text += ' --rt-0-res';
    if (addresses.length > 0) text += ` --rt-0-addrs ${addresses.join(',')}`;
    return notStrict ? `${text} --rt-0-not-strict` : text;
  },
  translate({ type, segmentsLeft, length, reserved, addresses }) {
    if (reserved || addresses.length > 0) return undefined;
    return [...translated('rt type', type), ...translated('rt seg-left', segmentsLeft), ...translated('rt hdrlength', length)].join(' ');
  },
};

function parseHops(list: string): Ipv6[] {
  const words = list.split(',').filter((word) => word !== '');
  if (words.length > MOST_HOPS) throw misuse('too many addresses specified');
  return words.map((word) => {
    const address = parseIpv6(word);
    if (address === undefined) throw misuse(`bad address: ${word}`);
    return address;
  });
}

/** Long name and short name of each header, as listings have them in order. */
const HEADERS: readonly { readonly bit: number; readonly names: readonly string[] }[] = [
  { bit: 0x80, names: ['hop-by-hop', 'hop'] },
  { bit: 0x40, names: ['ipv6-opts', 'dst'] },
  { bit: 0x20, names: ['ipv6-route', 'route'] },
  { bit: 0x10, names: ['ipv6-frag', 'frag'] },
  { bit: 0x08, names: ['ah', 'auth'] },
  { bit: 0x04, names: ['esp'] },
  { bit: 0x02, names: ['ipv6-nonxt', 'none'] },
  { bit: HEADER_PROTOCOL, names: ['protocol', 'prot'] },
];

export const ipv6header: Extension<Ipv6headerMatch> = {
  name: 'ipv6header',
  options: [
    { names: ['header'], arguments: 1, invert: true, required: true },
    { names: ['soft'], arguments: 0 },
  ],
  build(given, _header, names) {
    const { values, invert } = required('ipv6header', given, 'header');
    const words = (values[0] as string).split(',').filter((word) => word !== '');
    if (words.length === 0) throw misuse('ip6t_ipv6header: cannot parse header names');
    let headers = 0;
    for (const word of words) {
      const named = HEADERS.find((one) => one.names.includes(word))?.bit;
      const number = named === undefined ? names.protocolNamed(word) : undefined;
      const bit = named ?? (number === undefined ? undefined : HEADER_BITS.get(number));
      if (bit === undefined) throw misuse(`unknown header \`${number ?? word}' specified`);
      headers |= bit;
    }
    return { name: 'ipv6header', headers, soft: find(given, 'soft') !== undefined, invert };
  },
  print({ headers, soft, invert }, _names, numeric) {
    const flags = numeric ? `0x${headers.toString(16).toUpperCase().padStart(2, '0')}` : headerNames(headers);
    return ` ipv6header flags:${invert ? '!' : ''}${flags}${soft ? ' soft' : ''}`;
  },
  save: ({ headers, soft, invert }) => `${not(invert)} --header ${headerNames(headers)}${soft ? ' --soft' : ''}`,
};

function headerNames(headers: number): string {
  return HEADERS.filter(({ bit }) => (headers & bit) !== 0)
    .map(({ names }) => names[0])
    .join(',');
}
