import type {
  DscpMatch,
  EcnMatch,
  LengthMatch,
  PkttypeMatch,
  SpiMatch,
  TosMatch,
  TtlMatch,
} from '../../../kernel/netfilter/match/ip-header.ts';
import { PACKET_TYPES } from '../../../kernel/netfilter/match/ip-header.ts';
import { dscpOfClass, parseTos, tosName } from '../dscp.ts';
import { type Extension, find, hex, integer, integerRange, nftNot, not, oneOf, rangeText, required, valueGiven } from '../extension.ts';
import { misuse } from '../problem.ts';

export const length: Extension<LengthMatch> = {
  name: 'length',
  options: [{ names: ['length'], arguments: 1, invert: true, required: true }],
  build: (given) => ({ name: 'length', range: integerRange('length', required('length', given, 'length'), 0xffff) }),
  print: ({ range }) => ` length ${range.invert ? '!' : ''}${rangeText(range)}`,
  save: ({ range }) => `${not(range.invert)} --length ${rangeText(range)}`,
  translate: ({ range }) => `meta length ${nftNot(range.invert)}${rangeText(range, '-')}`,
};

const SIGNS = { eq: '==', ne: '!=', lt: '<', gt: '>' } as const;

function ttlExtension(name: TtlMatch['name'], missing: string, nft: string): Extension<TtlMatch> {
  const modes = ['lt', 'gt', 'eq'] as const;
  return {
    name,
    options: oneOf(
      { names: [`${name}-lt`], arguments: 1 },
      { names: [`${name}-gt`], arguments: 1 },
      { names: [`${name}-eq`], arguments: 1, invert: true },
    ),
    build(given) {
      const [one] = given;
      const value = given.map(({ option, values }) => integer(name, option, values[0] as string, 255))[0];
      const mode = modes.find((known) => one?.option === `${name}-${known}`);
      if (value === undefined || mode === undefined) throw misuse(missing);
      return { name, mode: mode === 'eq' && one?.invert ? 'ne' : mode, value };
    },
    print({ mode, value }) {
      const word = name.toUpperCase();
      return ` ${word} match ${word} ${SIGNS[mode]} ${value}`;
    },
    save: ({ mode, value }) => (mode === 'ne' ? ` ! --${name}-eq ${value}` : ` --${name}-${mode} ${value}`),
    translate: ({ mode, value }) => `${nft} ${mode === 'eq' ? '' : mode === 'ne' ? '!= ' : `${mode} `}${value}`,
  };
}

export const ttl = ttlExtension('ttl', "TTL match: You must specify one of `--ttl-eq', `--ttl-lt', `--ttl-gt", 'ip ttl');
export const hl = ttlExtension('hl', "HL match: You must specify one of `--hl-eq', `--hl-lt', `--hl-gt'", 'ip6 hoplimit');

export const dscp: Extension<DscpMatch> = {
  name: 'dscp',
  options: oneOf({ names: ['dscp'], arguments: 1, invert: true }, { names: ['dscp-class'], arguments: 1, invert: true }),
  build(given) {
    const [one] = given;
    const values = given.map(({ option, values: [value = ''] }) =>
      option === 'dscp' ? integer('dscp', 'dscp', value, 63) : dscpOfClass(value),
    );
    if (one === undefined) throw misuse('DSCP match: Parameter --dscp is required');
    return { name: 'dscp', dscp: values[0] as number, invert: one.invert };
  },
  print: (info) => ` DSCP match ${info.invert ? '!' : ''}${hex(info.dscp, 2)}`,
  save: (info) => `${not(info.invert)} --dscp ${hex(info.dscp, 2)}`,
  translate: (info, _protocol, family) => `${family === 'inet' ? 'ip' : 'ip6'} dscp ${nftNot(info.invert)}${hex(info.dscp, 2)}`,
};

export const tos: Extension<TosMatch> = {
  name: 'tos',
  options: [{ names: ['tos'], arguments: 1, invert: true, required: true }],
  build(given) {
    const { values, invert } = required('tos', given, 'tos');
    return { name: 'tos', ...parseTos(values[0] as string, 0xff), invert };
  },
  print({ value, mask, invert }, _names, numeric) {
    const named = numeric ? undefined : tosName(value, mask);
    return ` tos match${invert ? '!' : ''}${named === undefined ? `${hex(value, 2)}/${hex(mask, 2)}` : ` ${named}`}`;
  },
  save: ({ value, mask, invert }) => `${not(invert)} --tos ${hex(value, 2)}/${hex(mask, 2)}`,
};

/** What --pkt-type takes beyond the words that are shown. */
const SYNONYMS: Readonly<Record<string, PkttypeMatch['type']>> = { bcast: 'broadcast', mcast: 'multicast', host: 'unicast' };

export const pkttype: Extension<PkttypeMatch> = {
  name: 'pkttype',
  options: [{ names: ['pkt-type'], arguments: 1, invert: true, required: true }],
  build(given) {
    const { values, invert } = required('pkttype', given, 'pkt-type');
    const word = (values[0] as string).toLowerCase();
    const known = Object.keys(PACKET_TYPES).find((name) => name === word) as PkttypeMatch['type'] | undefined;
    const type = known ?? SYNONYMS[word];
    if (type === undefined) throw misuse(`Bad packet type '${values[0]}'`);
    return { name: 'pkttype', type, invert };
  },
  print: ({ type, invert }) => ` PKTTYPE ${invert ? '!=' : '='} ${type}`,
  save: ({ type, invert }) => `${not(invert)} --pkt-type ${type}`,
  translate: ({ type, invert }) => `pkttype ${nftNot(invert)}${type}`,
};

function spiExtension(name: SpiMatch['name']): Extension<SpiMatch> {
  const option = `${name}spi`;
  const most = 0xffff_ffff;
  return {
    name,
    options: [{ names: [option], arguments: 1, invert: true }],
    build(given) {
      const one = find(given, option);
      return { name, range: one ? integerRange(name, one, most) : { from: 0, to: most, invert: false } };
    },
    print({ range }) {
      const whole = range.from === 0 && range.to === most && !range.invert;
      return ` ${name}${whole ? '' : ` ${range.from === range.to ? 'spi' : 'spis'}:${range.invert ? '!' : ''}${rangeText(range)}`}`;
    },
    save: ({ range }) => (range.from === 0 && range.to === most ? '' : `${not(range.invert)} --${option} ${rangeText(range)}`),
    translate: ({ range }) => (range.from === 0 && range.to === most ? '' : `${name} spi ${nftNot(range.invert)}${rangeText(range, '-')}`),
  };
}

export const ah = spiExtension('ah');
export const esp = spiExtension('esp');

const ECT_NAMES = ['not-ect', 'ect1', 'ect0', 'ce'] as const;

export const ecn: Extension<EcnMatch> = {
  name: 'ecn',
  options: [{ names: ['ecn-ip-ect'], arguments: 1, invert: true }],
  build(given) {
    const text = valueGiven(given, 'ecn-ip-ect');
    if (text === undefined) throw misuse('ECN match: some option required');
    return { name: 'ecn', ect: integer('ecn', 'ecn-ip-ect', text, 3), invert: find(given, 'ecn-ip-ect')?.invert === true };
  },
  print: ({ ect, invert }) => ` ECN match ${invert ? '!' : ''}ECT=${ect}`,
  save: ({ ect, invert }) => `${not(invert)} --ecn-ip-ect ${ect}`,
  translate: ({ ect, invert }, _protocol, family) => `${family === 'inet' ? 'ip' : 'ip6'} ecn ${nftNot(invert)}${ECT_NAMES[ect]}`,
};
