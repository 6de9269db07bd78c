import type { Ipv4, Ipv6 } from '../../base/address.ts';
import { isError } from '../../base/result.ts';
import type { SockAddr } from '../../kernel/socket/socket.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { DNS_A, DNS_AAAA, DNS_CNAME, type DnsMessage } from '../../wire/dns.ts';
import { entryHasName, linesOfFile, readHosts } from './hosts-file.ts';
import { inetAton, parseScoped } from './inet-aton.ts';
import { searchDns } from './resolver.ts';

/** One address of a name. */
export type HostAddress =
  | { readonly family: 'inet'; readonly address: Ipv4 }
  | { readonly family: 'inet6'; readonly address: Ipv6; readonly scopeId: number };

export interface AddressInfo {
  /** Best first (RFC 6724). */
  readonly addresses: readonly HostAddress[];
  readonly canonicalName: string;
}

/** Why a name has no address (gai_strerror(3)). */
export class LookupError {
  readonly code: keyof typeof TEXT;
  constructor(code: keyof typeof TEXT) {
    this.code = code;
  }
  get text(): string {
    return TEXT[this.code];
  }
}

const TEXT = {
  EAI_NONAME: 'Name or service not known',
  EAI_AGAIN: 'Temporary failure in name resolution',
  EAI_ADDRFAMILY: 'Address family for hostname not supported',
  EAI_NODATA: 'No address associated with hostname',
} as const;

type Family = 'inet' | 'inet6';

/** getaddrinfo(3) as glibc does it: numbers, then the sources that /etc/nsswitch.conf lists for hosts, files and dns among them. */
export function* getaddrinfo(p: Process, name: string, family?: Family): Sys<AddressInfo | LookupError> {
  const numeric = numericAddress(p, name);
  if (numeric !== undefined) {
    if (family !== undefined && numeric.family !== family) return new LookupError('EAI_ADDRFAMILY');
    return { addresses: [numeric], canonicalName: name };
  }
  if (name === '' || name.includes('%')) return new LookupError('EAI_NONAME');
  let failure = new LookupError('EAI_NONAME');
  for (const source of hostSources(p)) {
    const found = source === 'files' ? fromFiles(p, name, family) : source === 'dns' ? yield* fromDns(p, name, family) : undefined;
    if (found === undefined) continue;
    if (!(found instanceof LookupError)) return { ...found, addresses: inOrderOfPreference(p, found.addresses) };
    if (failure.code === 'EAI_NONAME') failure = found;
  }
  return failure;
}

/** The address a name spells out, if it does. */
export function numericAddress(p: Process, name: string): HostAddress | undefined {
  const ip4 = inetAton(name);
  if (ip4 !== undefined) return { family: 'inet', address: ip4 };
  const ip6 = parseScoped(p.netns, name);
  return ip6 === undefined ? undefined : { family: 'inet6', ...ip6 };
}

/** What /etc/nsswitch.conf says of hosts; `dns files` where it says nothing. */
export function hostSources(p: Process): string[] {
  const line = linesOfFile(p, '/etc/nsswitch.conf').find((l) => l.startsWith('hosts:'));
  return line === undefined
    ? ['dns', 'files']
    : line
        .slice(6)
        .replace(/\[[^\]]*\]/g, '')
        .trim()
        .split(/\s+/);
}

function fromFiles(p: Process, name: string, family: Family | undefined): AddressInfo | LookupError | undefined {
  const entries = readHosts(p).filter((entry) => entryHasName(entry, name.replace(/\.$/, '')));
  const first = entries[0];
  if (first === undefined) return undefined;
  const addresses = entries
    .filter((entry) => family === undefined || entry.address.family === family)
    .map(
      ({ address }): HostAddress =>
        address.family === 'inet' ? { family: 'inet', address: address.ip } : { family: 'inet6', address: address.ip, scopeId: 0 },
    );
  return addresses.length === 0 ? new LookupError('EAI_ADDRFAMILY') : { addresses, canonicalName: first.name };
}

function* fromDns(p: Process, name: string, family: Family | undefined): Sys<AddressInfo | LookupError> {
  const types = family === 'inet' ? [DNS_A] : family === 'inet6' ? [DNS_AAAA] : [DNS_A, DNS_AAAA];
  const result = yield* searchDns(p, name, types);
  if (result.kind === 'again') return new LookupError('EAI_AGAIN');
  if (result.kind === 'nxdomain') return new LookupError('EAI_NONAME');
  const addresses = result.messages.flatMap(addressesIn);
  if (addresses.length === 0) return new LookupError(family === undefined ? 'EAI_NODATA' : 'EAI_ADDRFAMILY');
  return { addresses, canonicalName: canonicalName(result.name, result.messages) };
}

function addressesIn(message: DnsMessage): HostAddress[] {
  return message.answers.flatMap(({ data }): HostAddress[] => {
    if (data.type === DNS_A) return [{ family: 'inet', address: data.address }];
    return data.type === DNS_AAAA ? [{ family: 'inet6', address: data.address, scopeId: 0 }] : [];
  });
}

/** Where the chain of aliases ends. */
function canonicalName(name: string, messages: readonly DnsMessage[]): string {
  let current = name;
  for (let hops = 0; hops < 16; hops++) {
    const alias = messages
      .flatMap((m) => m.answers)
      .find((r) => r.data.type === DNS_CNAME && r.name.toLowerCase() === current.toLowerCase());
    if (alias === undefined || alias.data.type !== DNS_CNAME) break;
    current = alias.data.target;
  }
  return current;
}

/**
 * RFC 6724's rules 1 and 6: what cannot be reached goes last, then ::1, other IPv6, IPv4. The order in which they came decides the rest.
 */
function inOrderOfPreference(p: Process, addresses: readonly HostAddress[]): HostAddress[] {
  if (addresses.length < 2) return [...addresses];
  const rank = (a: HostAddress): number => (reachable(p, a) ? 0 : 10) + (a.family === 'inet' ? 2 : a.address === '::1' ? 0 : 1);
  return addresses
    .map((address, i) => ({ address, i, rank: rank(address) }))
    .sort((a, b) => a.rank - b.rank || a.i - b.i)
    .map(({ address }) => address);
}

function reachable(p: Process, to: HostAddress): boolean {
  const socket = p.sockets.udp(to.family);
  const answer = socket.connect(socketAddress(to, 0));
  socket.close();
  return !isError(answer);
}

export function socketAddress(host: HostAddress, port: number): SockAddr {
  return { ...host, port };
}
