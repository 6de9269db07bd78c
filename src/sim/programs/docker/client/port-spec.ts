import { parseIpv4, parseIpv6 } from '../../../base/address.ts';
import type { PortBinding } from '../../../docker/container/spec.ts';
import { quote } from '../cli/flag-value.ts';
import { ClientError } from './client.ts';

/** What the `-p` and `--expose` of a command line come to (docker/go-connections nat). */
export interface PortSpecs {
  readonly exposed: readonly string[];
  readonly bindings: ReadonlyMap<string, readonly PortBinding[]>;
}

const MAX_PORT = 65_535;

/** Reads all `-p` and `--expose`; throws the client's refusal. */
export function parsePortSpecs(published: readonly string[], exposed: readonly string[]): PortSpecs {
  const ports = new Set<string>();
  const bindings = new Map<string, PortBinding[]>();
  for (const spec of published) {
    for (const { port, binding } of parsePublished(spec)) {
      ports.add(port);
      bindings.set(port, [...(bindings.get(port) ?? []), binding]);
    }
  }
  for (const spec of exposed) {
    if (spec.includes(':')) fail(`invalid port format for --expose: ${spec}`);
    const [container, protocol] = splitProtocol(spec);
    const range = parsePortRange(container);
    if (typeof range === 'string') fail(`invalid range format for --expose: ${spec}, error: ${range}`);
    for (let port = range[0]; port <= range[1]; port++) ports.add(`${port}/${protocol}`);
  }
  return { exposed: [...ports], bindings };
}

function* parsePublished(spec: string): Generator<{ readonly port: string; readonly binding: PortBinding }> {
  const { address, host, container, protocol } = split(spec);
  const ip = hostOf(address);
  if (ip !== '' && parseIpv4(ip) === undefined && parseIpv6(ip) === undefined) fail(`Invalid ip address: ${ip}`);
  if (container === '') fail(`No port specified: ${spec}<empty>`);
  const range = parsePortRange(container);
  if (typeof range === 'string') fail(`Invalid containerPort: ${container}`);
  const [first, last] = range;
  const hosts = host === '' ? undefined : parsePortRange(host);
  if (typeof hosts === 'string') fail(`Invalid hostPort: ${host}`);
  if (hosts !== undefined && last - first !== hosts[1] - hosts[0] && first !== last) {
    fail(`Invalid ranges specified for container and host Ports: ${container} and ${host}`);
  }
  if (!['tcp', 'udp', 'sctp'].includes(protocol.toLowerCase())) fail(`Invalid proto: ${protocol}`);
  for (let i = 0; i <= last - first; i++) {
    let hostPort = hosts === undefined ? '' : String(hosts[0] + i);
    // One port of the container may have any of several of the host.
    if (hosts !== undefined && first === last && hosts[0] !== hosts[1]) hostPort = `${hosts[0]}-${hosts[1]}`;
    yield { port: `${first + i}/${protocol.toLowerCase()}`, binding: { hostIp: ip, hostPort } };
  }
}

/** IP:HOST:CONTAINER/PROTOCOL from the right, so that an address may have colons (splitParts). */
function split(spec: string): { readonly address: string; readonly host: string; readonly container: string; readonly protocol: string } {
  const parts = spec.split(':');
  const [container, protocol] = splitProtocol(parts.pop() ?? '');
  const host = parts.pop() ?? '';
  return { address: parts.join(':'), host, container, protocol };
}

/** PORT/PROTOCOL; without a port there is no protocol either (SplitProtoPort). */
function splitProtocol(text: string): [port: string, protocol: string] {
  const [port = '', protocol = ''] = text.split('/');
  return port === '' ? ['', ''] : [port, protocol === '' ? 'tcp' : protocol];
}

/** The address without the brackets that one with colons needs (net.SplitHostPort). */
function hostOf(address: string): string {
  const refuse = (why: string): never => fail(`Invalid ip address ${address}: address ${address}:: ${why}`);
  if (address.startsWith('[')) {
    if (!address.includes(']')) refuse("missing ']' in address");
    if (address.indexOf(']') !== address.length - 1) refuse('missing port in address');
    return address.slice(1, -1);
  }
  return address.includes(':') ? refuse('too many colons in address') : address;
}

/** `80` or `80-90`; what is wrong with it otherwise (nat.ParsePortRange). */
export function parsePortRange(text: string): readonly [number, number] | string {
  if (text === '') return 'Empty string specified for ports.';
  const range: number[] = [];
  for (const part of text.split('-').slice(0, 2)) {
    if (!/^\d+$/.test(part)) return `strconv.ParseUint: parsing ${quote(part)}: invalid syntax`;
    if (Number(part) > MAX_PORT) return `strconv.ParseUint: parsing ${quote(part)}: value out of range`;
    range.push(Number(part));
  }
  const [first = 0, last = first] = range;
  return last < first ? `Invalid range specified for the Port: ${text}` : [first, last];
}

function fail(message: string): never {
  throw new ClientError(message, 125);
}
