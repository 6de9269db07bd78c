import { ICMP_ANY, type IcmpMatch } from '../../../kernel/netfilter/match/icmp.ts';
import { type Extension, nftNot, required } from '../extension.ts';
import { parseNumber } from '../names.ts';
import { misuse } from '../problem.ts';

/** Names of types and codes, in the order they are looked up in: the first that fits is shown. */
type IcmpName = readonly [name: string, type: number, from: number, to: number];
const TYPES: readonly IcmpName[] = [
  ['any', ICMP_ANY, 0, 0xff],
  ['echo-reply', 0, 0, 0xff],
  ['pong', 0, 0, 0xff],
  ['destination-unreachable', 3, 0, 0xff],
  ['network-unreachable', 3, 0, 0],
  ['host-unreachable', 3, 1, 1],
  ['protocol-unreachable', 3, 2, 2],
  ['port-unreachable', 3, 3, 3],
  ['fragmentation-needed', 3, 4, 4],
  ['source-route-failed', 3, 5, 5],
  ['network-unknown', 3, 6, 6],
  ['host-unknown', 3, 7, 7],
  ['network-prohibited', 3, 9, 9],
  ['host-prohibited', 3, 10, 10],
  ['TOS-network-unreachable', 3, 11, 11],
  ['TOS-host-unreachable', 3, 12, 12],
  ['communication-prohibited', 3, 13, 13],
  ['host-precedence-violation', 3, 14, 14],
  ['precedence-cutoff', 3, 15, 15],
  ['source-quench', 4, 0, 0xff],
  ['redirect', 5, 0, 0xff],
  ['network-redirect', 5, 0, 0],
  ['host-redirect', 5, 1, 1],
  ['TOS-network-redirect', 5, 2, 2],
  ['TOS-host-redirect', 5, 3, 3],
  ['echo-request', 8, 0, 0xff],
  ['ping', 8, 0, 0xff],
  ['router-advertisement', 9, 0, 0xff],
  ['router-solicitation', 10, 0, 0xff],
  ['time-exceeded', 11, 0, 0xff],
  ['ttl-exceeded', 11, 0, 0xff],
  ['ttl-zero-during-transit', 11, 0, 0],
  ['ttl-zero-during-reassembly', 11, 1, 1],
  ['parameter-problem', 12, 0, 0xff],
  ['ip-header-bad', 12, 0, 0],
  ['required-option-missing', 12, 1, 1],
  ['timestamp-request', 13, 0, 0xff],
  ['timestamp-reply', 14, 0, 0xff],
  ['address-mask-request', 17, 0, 0xff],
  ['address-mask-reply', 18, 0, 0xff],
];

const TYPES6: readonly IcmpName[] = [
  ['destination-unreachable', 1, 0, 0xff],
  ['no-route', 1, 0, 0],
  ['communication-prohibited', 1, 1, 1],
  ['beyond-scope', 1, 2, 2],
  ['address-unreachable', 1, 3, 3],
  ['port-unreachable', 1, 4, 4],
  ['failed-policy', 1, 5, 5],
  ['reject-route', 1, 6, 6],
  ['packet-too-big', 2, 0, 0xff],
  ['time-exceeded', 3, 0, 0xff],
  ['ttl-exceeded', 3, 0, 0xff],
  ['ttl-zero-during-transit', 3, 0, 0],
  ['ttl-zero-during-reassembly', 3, 1, 1],
  ['parameter-problem', 4, 0, 0xff],
  ['bad-header', 4, 0, 0],
  ['unknown-header-type', 4, 1, 1],
  ['unknown-option', 4, 2, 2],
  ['echo-request', 128, 0, 0xff],
  ['ping', 128, 0, 0xff],
  ['echo-reply', 129, 0, 0xff],
  ['pong', 129, 0, 0xff],
  ['router-solicitation', 133, 0, 0xff],
  ['router-advertisement', 134, 0, 0xff],
  ['neighbour-solicitation', 135, 0, 0xff],
  ['neighbor-solicitation', 135, 0, 0xff],
  ['neighbour-advertisement', 136, 0, 0xff],
  ['neighbor-advertisement', 136, 0, 0xff],
  ['redirect', 137, 0, 0xff],
];

const NFT_TYPES = [
  ['echo-reply', 0],
  ['destination-unreachable', 3],
  ['source-quench', 4],
  ['redirect', 5],
  ['echo-request', 8],
  ['router-advertisement', 9],
  ['router-solicitation', 10],
  ['time-exceeded', 11],
  ['parameter-problem', 12],
  ['timestamp-request', 13],
  ['timestamp-reply', 14],
  ['info-request', 15],
  ['info-reply', 16],
  ['address-mask-request', 17],
  ['address-mask-reply', 18],
] as const;
const NFT_TYPES6 = [
  ['destination-unreachable', 1],
  ['packet-too-big', 2],
  ['time-exceeded', 3],
  ['parameter-problem', 4],
  ['echo-request', 128],
  ['echo-reply', 129],
  ['nd-router-solicit', 133],
  ['nd-router-advert', 134],
  ['nd-neighbor-solicit', 135],
  ['nd-neighbor-advert', 136],
  ['nd-redirect', 137],
] as const;

/** How the two kinds differ: the option, the words of messages and listings, the names. */
interface Kind {
  readonly name: IcmpMatch['name'];
  readonly option: string;
  readonly word: string;
  readonly listed: string;
  readonly types: readonly IcmpName[];
  /** Names that nft has for types. */
  readonly nft: readonly (readonly [name: string, type: number])[];
}

function icmpExtension({ name, option, word, listed, types, nft }: Kind): Extension<IcmpMatch> {
  return {
    name,
    options: [{ names: [option], arguments: 1, invert: true, required: true }],
    build(given) {
      const { values, invert } = required(name, given, option);
      return { name, ...parseType(values[0] as string, types, word), invert };
    },
    print({ type, code, invert }, _names, numeric) {
      const named = types.find(([, t, from, to]) => t === type && from === code.from && to === code.to)?.[0];
      if (!numeric && named !== undefined) return ` ${listed} ${invert ? '!' : ''}${named}`;
      const text = ` ${listed}${invert ? ' !' : ''}type ${type}`;
      if (code.from === 0 && code.to === 0xff) return text;
      return `${text} code${code.from === code.to ? '' : 's'} ${code.from}${code.from === code.to ? '' : `-${code.to}`}`;
    },
    save({ type, code, invert }) {
      const whole = code.from === 0 && code.to === 0xff;
      const text = name === 'icmp' && type === ICMP_ANY ? 'any' : `${type}${whole ? '' : `/${code.from}`}`;
      return `${invert ? ' !' : ''} --${option} ${text}`;
    },
    translate({ type, code, invert }) {
      if (name === 'icmp' && type === ICMP_ANY) return 'ip protocol icmp';
      // It has names for some types, and no words for codes.
      const named = code.from === 0 && code.to === 0xff ? nft.find(([, known]) => known === type)?.[0] : undefined;
      return named === undefined ? undefined : `${name === 'icmp' ? 'icmp' : 'icmpv6'} type ${nftNot(invert)}${named}`;
    },
  };
}

export const icmp = icmpExtension({ name: 'icmp', option: 'icmp-type', word: 'ICMP', listed: 'icmp', types: TYPES, nft: NFT_TYPES });
export const icmp6 = icmpExtension({
  name: 'icmp6',
  option: 'icmpv6-type',
  word: 'ICMPv6',
  listed: 'ipv6-icmp',
  types: TYPES6,
  nft: NFT_TYPES6,
});

/** A name or its beginning, a number, or type/code. */
function parseType(text: string, types: readonly IcmpName[], word: string): Pick<IcmpMatch, 'type' | 'code'> {
  const lower = text.toLowerCase();
  const candidates = types.filter(([name]) => name.toLowerCase().startsWith(lower));
  const named = candidates.find(([name]) => name.toLowerCase() === lower) ?? candidates[0];
  if (named !== undefined) {
    const second = candidates[1];
    if (named[0].toLowerCase() !== lower && second) {
      throw misuse(`Ambiguous ${word} type \`${text}': \`${named[0]}' or \`${second[0]}'?`);
    }
    return { type: named[1], code: { from: named[2], to: named[3] } };
  }
  const [typeText = '', codeText, more] = text.split('/');
  if (more !== undefined) throw misuse('unknown character /');
  const type = parseNumber(typeText, 255);
  if (type === undefined) throw misuse(`Unknown ${word} type \`${text}'`);
  if (codeText === undefined) return { type, code: { from: 0, to: 0xff } };
  const code = parseNumber(codeText, 255);
  if (code === undefined) throw misuse(`Unknown ${word} code \`${text}'`);
  return { type, code: { from: code, to: code } };
}
