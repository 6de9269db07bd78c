import { parseIpv4, parseIpv6 } from '../../../base/address.ts';
import type { PortBinding } from '../../../docker/container/spec.ts';
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
    if (spec.includes(':')) throw new ClientError(`docker: invalid port format for --expose: ${spec}.`);
    const [range = '', protocol = 'tcp'] = spec.split('/');
    const [first, last] = parseRange(range) ?? fail(`invalid range format for --expose: ${spec}, error: Invalid port`);
    for (let port = first; port <= last; port++) ports.add(`${port}/${protocol}`);
  }
  return { exposed: [...ports], bindings };
}

function* parsePublished(spec: string): Generator<{ readonly port: string; readonly binding: PortBinding }> {
  const { ip, host, container, protocol } = split(spec);
  if (ip !== '' && parseIpv4(ip) === undefined && parseIpv6(ip) === undefined) fail(`Invalid ip address: ${ip}`);
  if (container === '') fail(`No port specified: ${spec}<empty>`);
  const [first, last] = parseRange(container) ?? fail(`Invalid containerPort: ${container}`);
  let hosts: readonly [number, number] | undefined;
  if (host !== '') {
    hosts = parseRange(host) ?? fail(`Invalid hostPort: ${host}`);
    if (last - first !== hosts[1] - hosts[0] && first !== last) {
      fail(`Invalid ranges specified for container and host Ports: ${container} and ${host}`);
    }
  }
  if (!['tcp', 'udp', 'sctp'].includes(protocol.toLowerCase())) fail(`Invalid proto: ${protocol}`);
  for (let i = 0; i <= last - first; i++) {
    let hostPort = hosts === undefined ? '' : String(hosts[0] + i);
    // One port of the container may have any of several of the host.
    if (hosts !== undefined && first === last && hosts[0] !== hosts[1]) hostPort = `${hosts[0]}-${hosts[1]}`;
    yield { port: `${first + i}/${protocol.toLowerCase()}`, binding: { hostIp: ip, hostPort } };
  }
}

/** IP:HOST:CONTAINER/PROTOCOL from the right, so that an address may have colons. */
function split(spec: string): { readonly ip: string; readonly host: string; readonly container: string; readonly protocol: string } {
  const slash = spec.lastIndexOf('/');
  const protocol = slash < 0 ? 'tcp' : spec.slice(slash + 1);
  const rest = slash < 0 ? spec : spec.slice(0, slash);
  const parts = rest.split(':');
  const container = parts.pop() ?? '';
  const host = parts.pop() ?? '';
  const ip = parts.join(':').replace(/^\[(.*)\]$/, '$1');
  return { ip, host, container, protocol: protocol === '' ? 'tcp' : protocol };
}

function parseRange(text: string): readonly [number, number] | undefined {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const first = Number(match[1]);
  const last = match[2] === undefined ? first : Number(match[2]);
  return first <= MAX_PORT && last <= MAX_PORT && first <= last ? [first, last] : undefined;
}

function fail(message: string): never {
  throw new ClientError(`docker: ${message}.`, 125);
}
