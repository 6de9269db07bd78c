import { text, utf8 } from '../../base/bytes.ts';
import { isError } from '../../base/result.ts';
import { IFF_UP } from '../../kernel/device/net-device.ts';
import type { EngineHost } from '../host.ts';
import type { PortRequest } from './bridge/port-mapping.ts';
import { byGateway, type Endpoint } from './endpoint.ts';
import { addHosts, buildHosts, deleteHosts, type HostsRecord, updateHosts } from './hosts-file.ts';
import { parseAddress } from './ipam/prefix.ts';
import { buildResolvConf, type ExternalServer, externalServers, filterForContainer, parseResolvConf } from './resolv-conf.ts';
import { type NameSource, RESOLVER_ADDRESS, Resolver } from './resolver.ts';
import { SandboxNamespace } from './sandbox-namespace.ts';

/** What a container wants of its network stack. */
export interface SandboxSpec {
  readonly hostname: string;
  readonly domainname: string;
  readonly useHostNetwork: boolean;
  /** Lines for /etc/hosts: --add-host, and links on the default bridge. */
  readonly extraHosts: readonly HostsRecord[];
  readonly dns: readonly string[];
  readonly dnsSearch: readonly string[];
  readonly dnsOptions: readonly string[];
  readonly ports: readonly PortRequest[];
  /** Where on the host its files lie. */
  readonly hostsPath: string;
  readonly resolvConfPath: string;
}

/** A container's network stack (libnetwork's sandbox): its namespace, its endpoints, the files and the server that names need. */
export class Sandbox implements NameSource {
  readonly id: string;
  #spec: SandboxSpec;
  readonly namespace: SandboxNamespace;
  readonly #host: EngineHost;
  #endpoints: Endpoint[] = [];
  #gateway: Endpoint | undefined;
  #published = false;
  #resolver: Resolver | undefined;
  /** The servers outside that the embedded one asks. */
  #servers: readonly ExternalServer[] = [];
  /** What was last made of the host's resolv.conf; undefined where the user chose what stands in the container's. */
  #resolvConf: string | undefined;

  constructor(host: EngineHost, id: string, spec: SandboxSpec) {
    this.#host = host;
    this.id = id;
    this.#spec = spec;
    this.namespace = spec.useHostNetwork ? SandboxNamespace.ofHost(host) : SandboxNamespace.create(host, id);
    this.#writeFiles();
  }

  get spec(): SandboxSpec {
    return this.#spec;
  }

  /** Those that lead out first. */
  get endpoints(): readonly Endpoint[] {
    return this.#endpoints;
  }

  get gateway(): Endpoint | undefined {
    return this.#gateway;
  }

  /** Whether the ports were published by one of its endpoints, or would have been if any were to be. */
  get isPublishing(): boolean {
    return this.#published && this.#endpoints.length > 0;
  }

  /** Plugs an endpoint in: interface, routes, files, published ports, the name server (endpoint.sbJoin). */
  join(endpoint: Endpoint): void {
    this.#endpoints = [...this.#endpoints, endpoint].sort(byGateway);
    try {
      this.#plug(endpoint);
      this.#updateGateway(true);
    } catch (thrown) {
      this.#endpoints = this.#endpoints.filter((other) => other !== endpoint);
      throw thrown;
    }
    const { network } = endpoint;
    if (!this.spec.useHostNetwork) this.#edit(this.spec.hostsPath, (old) => addHosts(old, this.#ownHosts(endpoint)));
    if (network.isUserDefined) this.#register(endpoint);
    if (!this.spec.useHostNetwork) this.#updateResolvConf(network.v6 !== undefined);
    if (network.isUserDefined) this.#startResolver();
  }

  /** Unplugs it (endpoint.sbLeave). */
  leave(endpoint: Endpoint): void {
    this.#endpoints = this.#endpoints.filter((other) => other !== endpoint);
    endpoint.network.deleteRecords(endpoint);
    if (this.#gateway === endpoint) endpoint.cable?.ports.withdraw();
    if (!this.spec.useHostNetwork) this.#edit(this.spec.hostsPath, (old) => deleteHosts(old, this.#ownNames()));
    if (endpoint.ifname !== undefined) {
      const { rtnetlink } = this.namespace.netns;
      const link = rtnetlink.link(endpoint.ifname);
      if (!isError(link)) rtnetlink.setLink(link.ifindex, { flags: 0, flagsMask: IFF_UP });
    }
    if (endpoint.v6 !== undefined && !this.#endpoints.some(({ v6 }) => v6 !== undefined)) this.namespace.disableIpv6();
    if (this.#gateway === endpoint) {
      this.#gateway = undefined;
      this.#updateGateway(false);
    }
  }

  destroy(): void {
    this.#resolver?.stop();
    this.#resolver = undefined;
    this.namespace.destroy();
  }

  /** A container's name has changed. */
  rename(endpoint: Endpoint, spec: Endpoint['spec']): Endpoint {
    endpoint.network.deleteRecords(endpoint);
    const renamed = Object.assign(Object.create(Object.getPrototypeOf(endpoint)) as Endpoint, endpoint, { spec });
    this.#endpoints = this.#endpoints.map((other) => (other === endpoint ? renamed : other));
    if (this.#gateway === endpoint) this.#gateway = renamed;
    this.#register(renamed);
    return renamed;
  }

  /** The address behind a name of the hosts file has changed: that of a container this one is linked to. */
  updateHost(name: string, ip: string): void {
    this.#edit(this.spec.hostsPath, (old) => updateHosts(old, ip, name));
  }

  /** The hosts file is made anew, with other lines than those it began with (sandbox.Refresh). */
  refreshHosts(extraHosts: readonly HostsRecord[]): void {
    this.#spec = { ...this.#spec, extraHosts };
    const own = this.#endpoints.flatMap((endpoint) => this.#ownHosts(endpoint));
    this.#write(this.#spec.hostsPath, addHosts(buildHosts(extraHosts), own));
  }

  resolveName(name: string, v6: boolean): { readonly addresses: readonly bigint[]; readonly known: boolean } {
    const wanted = name.replace(/\.$/, '');
    const ways: (readonly [string, string | undefined])[] = [[wanted, undefined]];
    for (let dot = wanted.lastIndexOf('.'); dot > 0; dot = wanted.lastIndexOf('.', dot - 1)) {
      ways.push([wanted.slice(0, dot), wanted.slice(dot + 1)]);
    }
    for (const [host, network] of ways) {
      for (const byAlias of [true, false]) {
        const found = this.#lookUp(host, network, v6, byAlias);
        if (found.known) return found;
      }
    }
    return { addresses: [], known: false };
  }

  resolveAddress(address: string): string | undefined {
    const parsed = parseAddress(address);
    if (parsed === undefined) return undefined;
    for (const { network } of this.#endpoints) {
      for (const other of network.endpoints.values()) {
        if ((parsed.v6 ? other.v6 : other.v4) !== parsed.address) continue;
        const name = other.spec.dnsName ?? other.spec.aliases[0];
        if (name !== undefined && network.resolveName(name, parsed.v6).addresses.includes(parsed.address)) return `${name}.${network.name}`;
      }
    }
    return undefined;
  }

  #lookUp(name: string, networkName: string | undefined, v6: boolean, byAlias: boolean): ReturnType<Sandbox['resolveName']> {
    let known = false;
    for (const { network, spec } of this.#endpoints) {
      if (networkName !== undefined && networkName !== network.name) continue;
      const target = spec.links.get(name);
      if (byAlias !== (target !== undefined)) continue;
      const found = network.resolveName(target ?? name, v6);
      if (found.addresses.length > 0) return found;
      known ||= found.known;
    }
    return { addresses: [], known };
  }

  #plug(endpoint: Endpoint): void {
    const { network, cable } = endpoint;
    if (cable === undefined) return;
    const addresses = [];
    if (endpoint.v4 !== undefined && network.v4 !== undefined) addresses.push({ address: endpoint.v4, prefix: network.v4.pool.prefix });
    if (endpoint.v6 !== undefined && network.v6 !== undefined) addresses.push({ address: endpoint.v6, prefix: network.v6.pool.prefix });
    for (const ip of endpoint.spec.linkLocalIps) {
      const parsed = parseAddress(ip);
      if (parsed !== undefined)
        addresses.push({ address: parsed.address, prefix: { v6: parsed.v6, base: parsed.address, length: parsed.v6 ? 64 : 16 } });
    }
    const prefix = network.bridge?.config.ifacePrefix ?? 'eth';
    endpoint.ifname = this.namespace.addInterface({ ifname: cable.containerIfname, prefix, mac: cable.mac, addresses });
  }

  /** The default route, and with it the published ports, go through the first endpoint that has a gateway. */
  #updateGateway(joins: boolean): void {
    const next = this.#endpoints.find((endpoint) => endpoint.hasGateway);
    const old = this.#gateway;
    if (next === old) return;
    if (old !== undefined) {
      this.namespace.unsetGateway(false);
      if (old.network.v6 !== undefined) this.namespace.unsetGateway(true);
      old.cable?.ports.withdraw();
    }
    this.#gateway = next;
    if (next === undefined) return;
    try {
      if (next.network.gatewayV4 !== undefined) this.namespace.setGateway(next.network.gatewayV4, false);
      if (next.network.v6 !== undefined) this.namespace.setGateway(next.network.v6.gateway, true);
      // What joins an internal network is not published; what falls back to one is.
      if (!joins || !next.network.internal) this.#publish(next);
    } catch (thrown) {
      this.#gateway = old;
      throw thrown;
    }
  }

  #publish({ network, cable }: Endpoint): void {
    if (network.bridge === undefined) return;
    this.#published = true;
    cable?.ports.publish(this.spec.ports, network.bridge.config.hostBindingV4);
  }

  #register(endpoint: Endpoint): void {
    const { network, spec } = endpoint;
    if (spec.dnsName !== undefined) network.addRecord(spec.dnsName, endpoint);
    for (const alias of spec.aliases) network.addRecord(alias, endpoint);
  }

  #ownHosts({ ipv4Text, ipv6Text }: Endpoint): HostsRecord[] {
    return [ipv4Text, ipv6Text].filter((ip) => ip !== '').map((ip) => ({ ip, hosts: this.#ownNames() }));
  }

  #ownNames(): string {
    const { hostname, domainname } = this.spec;
    const full = domainname === '' ? hostname : `${hostname}.${domainname}`;
    const [short = ''] = full.split('.');
    return short === full ? full : `${full} ${short}`;
  }

  /** The container asks the embedded server from now on, which asks the servers outside (rebuildDNS). */
  #startResolver(): void {
    if (this.#resolver !== undefined) return;
    const resolver = new Resolver(this.#host, this.namespace.netns, this);
    resolver.start();
    this.#resolver = resolver;
    const { resolvConfPath } = this.spec;
    const own = parseResolvConf(this.#read(resolvConfPath));
    if (this.#servers.length === 0) this.#servers = externalServers(own, false);
    resolver.servers = this.#servers;
    resolver.ndotsSet = own.options.some((option) => /^ndots:0*[1-9]/.test(option));
    const options = own.options.some((option) => option.startsWith('ndots:')) ? own.options : [...own.options, 'ndots:0'];
    const nameservers = [RESOLVER_ADDRESS, ...own.nameservers.filter((server) => server.includes(':'))];
    this.#write(resolvConfPath, buildResolvConf({ ...own, nameservers, options }));
  }

  /** What the container finds in /etc before it is in any network (setupResolutionFiles). */
  #writeFiles(): void {
    const { spec } = this;
    const hosts = spec.useHostNetwork && spec.extraHosts.length === 0 ? this.#read('/etc/hosts') : buildHosts(spec.extraHosts);
    this.#write(spec.hostsPath, hosts);
    const onHost = this.#read('/etc/resolv.conf');
    const parsed = parseResolvConf(onHost);
    if (spec.dns.length > 0 || spec.dnsSearch.length > 0 || spec.dnsOptions.length > 0) {
      const chosen = {
        nameservers: spec.dns.length > 0 ? spec.dns : parsed.nameservers,
        search: spec.dnsSearch.length > 0 ? spec.dnsSearch : parsed.search,
        options: spec.dnsOptions.length > 0 ? spec.dnsOptions : parsed.options,
      };
      this.#servers = externalServers(chosen, false);
      this.#write(spec.resolvConfPath, buildResolvConf(chosen));
    } else {
      this.#servers = externalServers(parsed, true);
      this.#resolvConf = spec.useHostNetwork ? onHost : filterForContainer(onHost, true);
      this.#write(spec.resolvConfPath, this.#resolvConf);
    }
  }

  /** Takes IPv6 servers out for a network without IPv6, unless the file was chosen or somebody edited it (updateDNS). */
  #updateResolvConf(ipv6: boolean): void {
    const { resolvConfPath } = this.spec;
    if (this.#resolvConf === undefined || this.#read(resolvConfPath) !== this.#resolvConf) return;
    this.#resolvConf = filterForContainer(this.#resolvConf, ipv6);
    this.#write(resolvConfPath, this.#resolvConf);
  }

  #edit(path: string, change: (old: string) => string): void {
    this.#write(path, change(this.#read(path)));
  }

  #write(path: string, content: string): void {
    this.#host.machine.files.writeFile(this.#host.daemon, path, utf8(content));
  }

  #read(path: string): string {
    const bytes = this.#host.machine.files.readFile(this.#host.daemon, path);
    return isError(bytes) ? '' : text(bytes);
  }
}
