import { formatIpv4, type Ipv4, type Ipv6, parseIpv4, parseIpv6 } from '../../../base/address.ts';
import type { NatPorts, NatRange } from '../../../kernel/netfilter/nat/range.ts';
import type { Given, Header } from '../extension.ts';
import type { Names } from '../names.ts';
import { misuse } from '../problem.ts';

/** tcp, udp, dccp, sctp: those whose ports may be mapped. */
const WITH_PORTS: readonly number[] = [6, 17, 33, 132];

function requirePorts({ protocol }: Header): void {
  if (protocol === undefined || protocol.invert || !WITH_PORTS.includes(protocol.value)) {
    throw misuse('Need TCP, UDP, SCTP or DCCP with port specification');
  }
}

/** `80`, `80-90`; with `base`, `80-90/8080`: the port that the first stands for. */
export function parsePorts(
  text: string,
  header: Header,
  names: Names,
  base = false,
): { readonly ports: NatPorts; readonly basePort: number | undefined } {
  requirePorts(header);
  const first = readPort(text, names, header);
  let { rest } = first;
  let to = first.port;
  if (rest.startsWith('-')) {
    const last = readPort(rest.slice(1), names, header);
    if (last.port < first.port) throw misuse(`Port range \`${rest.slice(1)}' funky`);
    to = last.port;
    rest = last.rest;
    if (base && rest.startsWith('/')) {
      const start = readPort(rest.slice(1), names, header);
      if (start.rest !== '') throw misuse(`Garbage after port value: \`${start.rest}'`);
      return { ports: { from: first.port, to }, basePort: start.port };
    }
  }
  if (rest !== '') throw misuse(`Garbage after port value: \`${rest}'`);
  return { ports: { from: first.port, to }, basePort: undefined };
}

/** The port that a text begins with, and what follows it. */
function readPort(text: string, names: Names, { protocol }: Header): { port: number; rest: string } {
  const digits = /^\d+/.exec(text)?.[0];
  if (digits !== undefined) {
    const port = Number(digits);
    if (port > 65535) throw misuse(`Port \`${text}' not valid`);
    return { port, rest: text.slice(digits.length) };
  }
  const port = names.servicePort(text, protocol === undefined ? 'tcp' : names.protocol(protocol.value, false));
  if (port === undefined) throw misuse(`Port \`${text}' not valid`);
  return { port, rest: '' };
}

/** `1.2.3.4-1.2.3.8:80-90` of --to-source and --to-destination; IPv6 addresses with ports stand in brackets. */
export function parseRange(text: string, header: Header, names: Names, base: boolean): Pick<NatRange, 'addresses' | 'ports' | 'basePort'> {
  let addressText = text;
  let ports: ReturnType<typeof parsePorts> | undefined;
  const bracket = /^\[(.*)\](?::(.*))?$/.exec(text);
  if (bracket) {
    addressText = bracket[1] as string;
    if (bracket[2] !== undefined) ports = parsePorts(bracket[2], header, names, base);
  } else {
    const colon = text.indexOf(':');
    // More than one colon: an IPv6 address without a port.
    if (colon >= 0 && colon === text.lastIndexOf(':')) {
      addressText = text.slice(0, colon);
      ports = parsePorts(text.slice(colon + 1), header, names, base);
    }
  }
  return {
    addresses: addressText === '' ? undefined : parseAddresses(addressText, header),
    ports: ports?.ports,
    basePort: ports?.basePort,
  };
}

function parseAddresses(text: string, header: Header): { from: Ipv4 | Ipv6; to: Ipv4 | Ipv6 } {
  const [first = '', last = first] = text.split(/-(.*)/s);
  return { from: parseAddress(first, header), to: parseAddress(last, header) };
}

function parseAddress(text: string, { family }: Header): Ipv4 | Ipv6 {
  const address = family === 'inet' ? parseIpv4(text) : parseIpv6(text);
  if (address === undefined) throw misuse(`Bad IP address "${text}"`);
  return address;
}

export function portsText({ from, to }: NatPorts): string {
  return from === to ? String(from) : `${from}-${to}`;
}

/** The range as it is listed and saved. */
export function rangeText({ addresses, ports, basePort }: NatRange): string {
  let text = '';
  if (addresses) {
    const { from, to } = addresses;
    text = from === to ? addressText(from) : `${addressText(from)}-${addressText(to)}`;
    if (ports && typeof from === 'string') text = `[${text}]`;
  }
  if (ports) text += `:${portsText(ports)}${basePort === undefined ? '' : `/${basePort}`}`;
  return text;
}

export function addressText(address: Ipv4 | Ipv6): string {
  return typeof address === 'number' ? formatIpv4(address) : address;
}

/** --random and --random-fully. */
export function randomOf(given: readonly Given[]): NatRange['random'] {
  if (given.some(({ option }) => option === 'random-fully')) return 'fully';
  return given.some(({ option }) => option === 'random') ? 'ports' : 'no';
}
