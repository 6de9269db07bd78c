import { formatIpv4, type Ipv4, parseIpv4, parseIpv6 } from '../../base/address.ts';
import type { Process, Sys } from '../../machine/process.ts';
import type { NameService } from '../../wire/summary.ts';
import { getaddrinfo, type HostAddress, LookupError } from '../net-lib/getaddrinfo.ts';
import { hostName } from '../net-lib/getnameinfo.ts';
import { protocolNamed, readProtocols, readServices, serviceName } from '../net-lib/netdb.ts';
import type { FilterNames } from './filter/compile.ts';
import { type Expression, hostNamesIn } from './filter/parser.ts';

/** The meaning of the names in a filter: hosts are looked up now, services and protocols read from /etc. */
export function* filterNames(p: Process, expression: Expression | undefined): Sys<FilterNames> {
  const hosts = new Map<string, readonly HostAddress[]>();
  for (const name of expression === undefined ? [] : hostNamesIn(expression)) {
    const info = yield* getaddrinfo(p, name);
    hosts.set(name, info instanceof LookupError ? [] : info.addresses);
  }
  const services = readServices(p);
  return {
    hosts: (name) => hosts.get(name) ?? [],
    port: (name) => services.filter((service) => service.names.includes(name)),
    protocol: (name) => protocolNamed(p, name),
  };
}

/** tcpdump without -n: addresses are looked up when they are first printed, so a line may have to be made again. */
export class PacketNames implements NameService {
  readonly #p: Process;
  readonly #hosts = new Map<string, string | undefined>();
  readonly #services;
  readonly #protocols;
  readonly #unknown = new Set<string>();

  constructor(p: Process) {
    this.#p = p;
    this.#services = readServices(p);
    this.#protocols = [...readProtocols(p)];
  }

  host(address: string): string | undefined {
    if (!this.#hosts.has(address)) this.#unknown.add(address);
    return this.#hosts.get(address);
  }

  port(port: number, protocol: 'tcp' | 'udp'): string | undefined {
    return serviceName(this.#services, port, protocol);
  }

  protocol(number: number): string | undefined {
    return this.#protocols.find((protocol) => protocol.number === number)?.names[0];
  }

  /** Looks up what was asked for and not known; false if there was nothing. */
  *resolve(): Sys<boolean> {
    if (this.#unknown.size === 0) return false;
    for (const address of this.#unknown) this.#hosts.set(address, yield* this.#lookUp(address));
    this.#unknown.clear();
    return true;
  }

  *#lookUp(address: string): Sys<string | undefined> {
    const ip4 = parseIpv4(address);
    if (ip4 !== undefined) return isSpecial(ip4) ? undefined : yield* hostName(this.#p, { family: 'inet', address: ip4 });
    const ip6 = parseIpv6(address);
    return ip6 === undefined ? undefined : yield* hostName(this.#p, { family: 'inet6', address: ip6, scopeId: 0 });
  }
}

/** Addresses that nobody has a name for are not asked about. */
function isSpecial(address: Ipv4): boolean {
  return address === 0 || formatIpv4(address) === '255.255.255.255';
}
