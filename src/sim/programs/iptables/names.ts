import type { Process } from '../../machine/process.ts';
import { protocolName, protocolNamed, readServices, type Service, serviceName } from '../net-lib/netdb.ts';
import { misuse } from './problem.ts';

/** Protocols that iptables knows without asking /etc/protocols, in its order (xtables_chain_protos). */
const CHAIN_PROTOCOLS: readonly (readonly [string, number])[] = [
  ['tcp', 6],
  ['sctp', 132],
  ['udp', 17],
  ['udplite', 136],
  ['icmp', 1],
  ['icmpv6', 58],
  ['ipv6-icmp', 58],
  ['esp', 50],
  ['ah', 51],
  ['ipv6-mh', 135],
  ['mh', 135],
  ['all', 0],
];

/** A number as xtables_strtoui reads it: decimal, octal or hexadecimal, up to `max`. */
export function parseNumber(text: string, max: number): number | undefined {
  if (!/^(0[xX][0-9a-fA-F]+|[0-9]+)$/.test(text)) return undefined;
  const n = /^0[0-9]/.test(text) ? Number.parseInt(text, 8) : Number(text);
  return n <= max ? n : undefined;
}

/** Names of services and protocols as the machine's files have them. */
export class Names {
  readonly p: Process;
  private services: Service[] | undefined;

  constructor(p: Process) {
    this.p = p;
  }

  private get known(): Service[] {
    this.services ??= readServices(this.p);
    return this.services;
  }

  protocolNumber(text: string): number {
    const found = this.protocolNamed(text);
    if (found === undefined) throw misuse(`unknown protocol "${text.toLowerCase()}" specified`);
    return found;
  }

  /** The same, undefined where there is none. */
  protocolNamed(text: string): number | undefined {
    const number = parseNumber(text, 255);
    if (number !== undefined) return number;
    const name = text.toLowerCase();
    return CHAIN_PROTOCOLS.find(([known]) => known === name)?.[1] ?? protocolNamed(this.p, name);
  }

  /** As rules are listed: numbers with -n. */
  protocol(number: number, numeric: boolean): string {
    if (numeric) return String(number);
    if (number === 0) return 'all';
    const name = protocolName(this.p, number);
    return name ?? CHAIN_PROTOCOLS.find(([, known]) => known === number)?.[0] ?? String(number);
  }

  port(text: string, protocol: string): number {
    const port = parseNumber(text, 65535) ?? this.servicePort(text, protocol);
    if (port === undefined) throw misuse(`invalid port/service \`${text}' specified`);
    return port;
  }

  /** The port of a service's name, if it is one of that protocol's. */
  servicePort(name: string, protocol: string): number | undefined {
    return this.known.find((service) => service.protocol === protocol && service.names.includes(name))?.port;
  }

  service(port: number, protocol: string, numeric: boolean): string {
    return (numeric ? undefined : serviceName(this.known, port, protocol)) ?? String(port);
  }
}
