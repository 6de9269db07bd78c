import type { TcpMatch } from '../../../kernel/netfilter/match/tcp.ts';
import { TCP_ACK, TCP_FIN, TCP_PSH, TCP_RST, TCP_SYN, TCP_URG } from '../../../wire/tcp.ts';
import type { Extension, Given } from '../extension.ts';
import { parseNumber } from '../names.ts';
import { misuse } from '../problem.ts';
import { PORT_OPTIONS, portRange, printPorts, savePorts, translatePorts } from './ports.ts';

const FLAGS = [
  ['FIN', TCP_FIN],
  ['SYN', TCP_SYN],
  ['RST', TCP_RST],
  ['PSH', TCP_PSH],
  ['ACK', TCP_ACK],
  ['URG', TCP_URG],
] as const;
const ALL = 0x3f;

export const tcp: Extension<TcpMatch> = {
  name: 'tcp',
  options: [
    ...PORT_OPTIONS,
    { names: ['syn'], arguments: 0, invert: true },
    { names: ['tcp-flags'], arguments: 2, invert: true },
    { names: ['tcp-option'], arguments: 1, invert: true },
  ],
  checksItself: true,
  build(given, header, names) {
    if (header.protocol?.value !== 6 || header.protocol.invert) {
      if (given.length > 0) throw misuse("TCP match requires '-p tcp'");
    }
    return {
      name: 'tcp',
      sport: portRange(given, 'source-port', 'tcp', names),
      dport: portRange(given, 'destination-port', 'tcp', names),
      flags: flagsOf(given),
      option: optionOf(given),
    };
  },
  print({ sport, dport, flags, option }, names, numeric) {
    const kind = option === undefined ? '' : ` tcp option=${option.invert ? '!' : ''}${option.kind}`;
    const ports = `${printPorts(sport, 'spt', names, numeric, 'tcp')}${printPorts(dport, 'dpt', names, numeric, 'tcp')}`;
    const text = kind === '' ? ports : `${ports}${kind.slice(4)}`;
    if (flags === undefined) return ` tcp${text}`;
    const show = (bits: number): string => (numeric ? `0x${bits.toString(16).toUpperCase().padStart(2, '0')}` : flagNames(bits));
    return ` tcp${text} flags:${flags.invert ? '!' : ''}${show(flags.mask)}/${show(flags.set)}`;
  },
  save({ sport, dport, flags, option }) {
    const kind = option === undefined ? '' : `${option.invert ? ' !' : ''} --tcp-option ${option.kind}`;
    const bits = flags === undefined ? '' : `${flags.invert ? ' !' : ''} --tcp-flags ${flagNames(flags.mask)} ${flagNames(flags.set)}`;
    return `${savePorts(sport, 'sport')}${savePorts(dport, 'dport')}${kind}${bits}`;
  },
  translate({ sport, dport, flags, option }) {
    const parts = translatePorts('tcp', sport, dport);
    if (option === undefined) return [...(flags ? [translateFlags(flags)] : []), ...parts].join(' ');
    parts.push(`tcp option ${option.kind} ${option.invert ? 'missing' : 'exists'}`);
    return [...parts, ...(flags ? [translateFlags(flags)] : [])].join(' ');
  },
};

function translateFlags({ mask, set, invert }: NonNullable<TcpMatch['flags']>): string {
  const names = (bits: number): string => FLAGS.flatMap(([name, bit]) => ((bits & bit) !== 0 ? [name.toLowerCase()] : [])).join(',');
  if (set === 0) return `tcp flags ${invert ? '' : '! '}${names(mask)}`;
  const oneBit = (mask & (mask - 1)) === 0;
  if (oneBit) return `tcp flags & ${names(mask)} ${invert ? '!=' : '=='} ${names(set)}`;
  return `tcp flags ${invert ? '!= ' : ''}${names(set)} / ${names(mask)}`;
}

function flagsOf(given: readonly Given[]): TcpMatch['flags'] {
  const found = given.filter(({ option }) => option === 'syn' || option === 'tcp-flags');
  if (found.length > 1) throw misuse("Only one of `--syn' or `--tcp-flags'  allowed");
  const [one] = found;
  if (one === undefined) return undefined;
  if (one.option === 'syn') return { mask: TCP_FIN | TCP_SYN | TCP_RST | TCP_ACK, set: TCP_SYN, invert: one.invert };
  const [mask, set] = one.values;
  if (mask === undefined || set === undefined) throw misuse('--tcp-flags requires two args.');
  return { mask: parseFlags(mask), set: parseFlags(set), invert: one.invert };
}

function parseFlags(text: string): number {
  let bits = 0;
  for (const word of text.split(',')) {
    const upper = word.toUpperCase();
    const flag = upper === 'ALL' ? ALL : upper === 'NONE' ? 0 : FLAGS.find(([name]) => name === upper)?.[1];
    if (flag === undefined) throw misuse(`Unknown TCP flag \`${word}'`);
    bits |= flag;
  }
  return bits;
}

function flagNames(bits: number): string {
  const names = FLAGS.flatMap(([name, bit]) => ((bits & bit) !== 0 ? [name] : []));
  return names.length === 0 ? 'NONE' : names.join(',');
}

function optionOf(given: readonly Given[]): TcpMatch['option'] {
  const [one, second] = given.filter(({ option }) => option === 'tcp-option');
  if (second !== undefined) throw misuse("Only one `--tcp-option' allowed");
  if (one === undefined) return undefined;
  const kind = parseNumber(one.values[0] as string, 255);
  if (kind === undefined || kind === 0) throw misuse(`Bad TCP option "${one.values[0]}"`);
  return { kind, invert: one.invert };
}
