import type { PortRange, UdpMatch } from '../../../kernel/netfilter/match/ports.ts';
import { type Extension, type Given, nftNot } from '../extension.ts';
import { type Names, parseNumber } from '../names.ts';
import { misuse } from '../problem.ts';

export const PORT_OPTIONS = [
  { names: ['source-port', 'sport'], arguments: 1, invert: true },
  { names: ['destination-port', 'dport'], arguments: 1, invert: true },
] as const;

/** A port or a range of ports; either end may be left out. */
export function portRange(given: readonly Given[], option: string, protocol: string, names: Names): PortRange | undefined {
  const found = given.filter((one) => one.option === option);
  if (found.length > 1) throw misuse(`Only one \`--${option}' allowed`);
  const [one] = found;
  if (one === undefined) return undefined;
  const text = one.values[0] as string;
  const colon = text.indexOf(':');
  if (colon < 0) {
    const port = names.port(text, protocol);
    return { from: port, to: port, invert: one.invert };
  }
  const end = (part: string, otherwise: number): number => {
    if (part === '') return otherwise;
    try {
      return parseNumber(part, 65535) ?? names.port(part, protocol);
    } catch {
      throw misuse(`Port "${part}" does not resolve to anything.\n`);
    }
  };
  const from = end(text.slice(0, colon), 0);
  const to = end(text.slice(colon + 1), 65535);
  if (from > to) throw misuse('invalid portrange (min > max)');
  return { from, to, invert: one.invert };
}

export function printPorts(range: PortRange | undefined, word: string, names: Names, numeric: boolean, protocol: string): string {
  if (range === undefined || isEveryPort(range)) return '';
  const { from, to } = range;
  const not = range.invert ? '!' : '';
  const first = names.service(from, protocol, numeric);
  return from === to ? ` ${word}:${not}${first}` : ` ${word}s:${not}${first}:${names.service(to, protocol, numeric)}`;
}

export function savePorts(range: PortRange | undefined, option: string): string {
  if (range === undefined || isEveryPort(range)) return '';
  return `${range.invert ? ' !' : ''} --${option} ${range.from}${range.from === range.to ? '' : `:${range.to}`}`;
}

/** The ports in nft's language; ranges from 0 are bounds where the kernel has the comparison itself. */
export function translatePorts(protocol: string, sport: PortRange | undefined, dport: PortRange | undefined): string[] {
  const show = (field: string, range: PortRange | undefined): string[] => {
    if (range === undefined || isEveryPort(range)) return [];
    const { from, to, invert } = range;
    if (from === to) return [`${protocol} ${field} ${nftNot(invert)}${from}`];
    if (from === 0) return [`${protocol} ${field} ${invert ? '>' : '<='} ${to}`];
    return [`${protocol} ${field} ${nftNot(invert)}${from}-${to}`];
  };
  return [...show('sport', sport), ...show('dport', dport)];
}

export function isEveryPort({ from, to, invert }: PortRange): boolean {
  return from === 0 && to === 0xffff && !invert;
}

export const udp: Extension<UdpMatch> = {
  name: 'udp',
  options: PORT_OPTIONS,
  checksItself: true,
  build(given, header, names) {
    if (given.length > 0 && (header.protocol?.value !== 17 || header.protocol.invert)) throw misuse("UDP match requires '-p udp'");
    return {
      name: 'udp',
      sport: portRange(given, 'source-port', 'udp', names),
      dport: portRange(given, 'destination-port', 'udp', names),
    };
  },
  print: ({ sport, dport }, names, numeric) =>
    ` udp${printPorts(sport, 'spt', names, numeric, 'udp')}${printPorts(dport, 'dpt', names, numeric, 'udp')}`,
  save: ({ sport, dport }) => `${savePorts(sport, 'sport')}${savePorts(dport, 'dport')}`,
  translate: ({ sport, dport }) => translatePorts('udp', sport, dport).join(' '),
};
