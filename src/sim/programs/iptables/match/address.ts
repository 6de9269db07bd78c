import { ADDRESS_KINDS, type AddressKind, type AddrtypeMatch } from '../../../kernel/netfilter/match/addrtype.ts';
import { type AddressRange, compareAddresses, type IprangeMatch } from '../../../kernel/netfilter/match/iprange.ts';
import type { IpAddress } from '../../../kernel/rtnetlink/messages.ts';
import { formatAddress, parseAddress } from '../address.ts';
import { type Extension, find, type Given, type Header, nftNot, oneOf } from '../extension.ts';
import { misuse } from '../problem.ts';

export const iprange: Extension<IprangeMatch> = {
  name: 'iprange',
  options: [
    { names: ['src-range'], arguments: 1, invert: true },
    { names: ['dst-range'], arguments: 1, invert: true },
  ],
  build(given, header) {
    const source = parseRange(find(given, 'src-range'), header);
    const destination = parseRange(find(given, 'dst-range'), header);
    if (!source && !destination) throw misuse("iprange match: You must specify `--src-range' or `--dst-range'");
    return { name: 'iprange', source, destination };
  },
  print: ({ source, destination }) => {
    const show = (what: string, range: AddressRange | undefined): string =>
      range === undefined ? '' : ` ${what} IP range${range.invert ? ' !' : ''} ${rangeText(range)}`;
    return `${show('source', source)}${show('destination', destination)}`;
  },
  save: ({ source, destination }) => {
    const show = (option: string, range: AddressRange | undefined): string =>
      range === undefined ? '' : `${range.invert ? ' !' : ''} --${option} ${rangeText(range)}`;
    return `${show('src-range', source)}${show('dst-range', destination)}`;
  },
  translate({ source, destination }, _protocol, family) {
    const ip = family === 'inet' ? 'ip' : 'ip6';
    const show = (field: string, range: AddressRange | undefined): string[] =>
      range === undefined ? [] : [`${ip} ${field} ${nftNot(range.invert)}${rangeText(range)}`];
    return [...show('saddr', source), ...show('daddr', destination)].join(' ');
  },
};

function rangeText({ from, to }: AddressRange): string {
  return `${formatAddress(from)}-${formatAddress(to)}`;
}

function parseRange(given: Given | undefined, { family, warn }: Header): AddressRange | undefined {
  if (given === undefined) return undefined;
  const [first = '', last = first] = (given.values[0] as string).split(/-(.*)/s);
  const parse = (text: string): IpAddress => {
    const address = parseAddress(text, family);
    if (address === undefined) throw misuse(`iprange: Bad value for "--${given.option}" option: "${text}"`);
    return address;
  };
  const range = { from: parse(first), to: parse(last), invert: given.invert };
  if (compareAddresses(range.from, range.to) > 0) warn(`xt_iprange: range ${rangeText(range)} is reversed and will never match\n`);
  return range;
}

export const addrtype: Extension<AddrtypeMatch> = {
  name: 'addrtype',
  options: [
    { names: ['src-type'], arguments: 1, invert: true },
    { names: ['dst-type'], arguments: 1, invert: true },
    ...oneOf({ names: ['limit-iface-in'], arguments: 0 }, { names: ['limit-iface-out'], arguments: 0 }),
  ],
  build(given) {
    const types = (option: string): AddrtypeMatch['source'] => {
      const one = find(given, option);
      return one && { types: parseTypes(one.values[0] as string), invert: one.invert };
    };
    const source = types('src-type');
    const destination = types('dst-type');
    if (!source && !destination) throw misuse('addrtype: you must specify --src-type or --dst-type');
    const input = find(given, 'limit-iface-in');
    const output = find(given, 'limit-iface-out');
    return { name: 'addrtype', source, destination, limit: input ? 'in' : output ? 'out' : undefined };
  },
  print: ({ source, destination, limit }) => {
    const show = (what: string, list: AddrtypeMatch['source']): string =>
      list === undefined ? '' : ` ${what} ${list.invert ? '!' : ''}${list.types.join(',')}`;
    return ` ADDRTYPE match${show('src-type', source)}${show('dst-type', destination)}${limit === undefined ? '' : ` limit-${limit}`}`;
  },
  save: ({ source, destination, limit }) => {
    const show = (option: string, list: AddrtypeMatch['source']): string =>
      list === undefined ? '' : `${list.invert ? ' !' : ''} --${option} ${list.types.join(',')}`;
    return `${show('src-type', source)}${show('dst-type', destination)}${limit === undefined ? '' : ` --limit-iface-${limit}`}`;
  },
  translate({ source, destination, limit }) {
    // Of both it tells the first only.
    const [field, list] = source ? (['saddr', source] as const) : (['daddr', destination] as const);
    if (list === undefined) return undefined;
    const names = list.types.map((type) => type.toLowerCase());
    const types = names.length === 1 ? names[0] : `{ ${names.join(', ')} }`;
    return `fib ${field}${limit === undefined ? '' : ` . ${limit === 'in' ? 'iif' : 'oif'}`} type ${nftNot(list.invert)}${types}`;
  },
};

function parseTypes(text: string): AddressKind[] {
  const wanted = text.split(',').map((word) => {
    const kind = ADDRESS_KINDS.find((name) => name === word.toUpperCase());
    if (kind === undefined) throw misuse(`addrtype: bad type "${word}"`);
    return kind;
  });
  return ADDRESS_KINDS.filter((kind) => wanted.includes(kind));
}
