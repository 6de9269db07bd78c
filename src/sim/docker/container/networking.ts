import { conflict, DockerError, failed, forbidden, invalid } from '../error.ts';
import type { Protocol } from '../network/bridge/port-allocator.ts';
import type { PortRequest } from '../network/bridge/port-mapping.ts';
import type { NetworkController } from '../network/controller.ts';
import { byGateway, type Endpoint, type EndpointSpec } from '../network/endpoint.ts';
import type { HostsRecord } from '../network/hosts-file.ts';
import { NO_ADDRESSES } from '../network/ipam/pool.ts';
import { formatAddress } from '../network/ipam/prefix.ts';
import type { Network } from '../network/network.ts';
import type { Sandbox } from '../network/sandbox.ts';
import type { Container } from './container.ts';
import { etcFile } from './process.ts';
import { type EndpointSettings, NO_ENDPOINT_SETTINGS } from './spec.ts';

/** `container:NAME`. */
export const isContainerMode = (mode: string): boolean => mode.startsWith('container:');

/** Whether a network mode names a network that somebody made. */
export const isUserDefined = (mode: string): boolean => !['default', 'bridge', 'host', 'none'].includes(mode) && !isContainerMode(mode);

/** Gives a container that starts its network stack: sandbox, endpoints, routes, published ports (daemon.allocateNetwork). */
export function allocateNetwork(networks: NetworkController, container: Container, linkHosts: readonly HostsRecord[]): Sandbox {
  const { spec, networkMode } = container;
  const { host } = spec;
  const { config } = networks;
  const sandbox = networks.createSandbox({
    hostname: spec.hostname,
    domainname: spec.domainname,
    useHostNetwork: networkMode === 'host',
    extraHosts: extraHosts(networks, container, linkHosts),
    dns: orElse(host.dns, config.dns),
    dnsSearch: orElse(host.dnsSearch, config.dnsSearch),
    dnsOptions: orElse(host.dnsOptions, config.dnsOptions),
    ports: portRequests(container),
    hostsPath: etcFile(container, 'hosts'),
    resolvConfPath: etcFile(container, 'resolv.conf'),
  });
  try {
    const made: Endpoint[] = [];
    for (const [name, settings] of container.networks) {
      // An engine without a default network leaves those alone that name none.
      if (host.networkMode === 'default' && name === 'bridge' && !networks.hasDefault) continue;
      const network = networks.find(name);
      const endpoint = createEndpoint(networks, container, network, settings);
      container.endpoints.set(network.name, endpoint);
      made.push(endpoint);
    }
    for (const endpoint of made.sort(byGateway)) join(container, sandbox, endpoint);
    // What takes IPv6 from the loopback is that a network is joined.
    if (made.length === 0) sandbox.namespace.netns.sysctl.write('net/ipv6/conf/lo/disable_ipv6', '0\n');
  } catch (thrown) {
    dropEndpoints(networks, container, sandbox);
    sandbox.destroy();
    throw thrown;
  }
  return sandbox;
}

/** A container's links have changed: it finds those that are left in its hosts file. */
export function refreshHosts(networks: NetworkController, container: Container, linkHosts: readonly HostsRecord[]): void {
  container.sandbox?.refreshHosts(extraHosts(networks, container, linkHosts));
}

const orElse = <T>(own: readonly T[], general: readonly T[]): readonly T[] => (own.length > 0 ? own : general);

/** Takes a stopped container's network stack away. */
export function releaseNetwork(networks: NetworkController, container: Container): void {
  const { sandbox } = container;
  if (sandbox === undefined) return;
  dropEndpoints(networks, container, sandbox);
  sandbox.destroy();
  container.sandbox = undefined;
}

/** docker network connect. */
export function connect(networks: NetworkController, container: Container, network: Network, settings: EndpointSettings): void {
  if (!network.isUserDefined) {
    if (hasAddress(settings)) throw invalid(ADDRESS_ON_PREDEFINED);
    if (settings.aliases.length > 0) throw invalid('network-scoped alias is supported only for containers in user defined networks');
  }
  if (container.isRunning) {
    checkConnect(container, network);
    if (container.endpoints.has(network.name)) {
      throw forbidden(`endpoint with name ${container.name} already exists in network ${network.name}`);
    }
    const { sandbox } = container;
    if (sandbox === undefined) throw failed(`container ${container.id} has no network stack`);
    const endpoint = createEndpoint(networks, container, network, settings);
    container.endpoints.set(network.name, endpoint);
    container.networks.set(network.name, settings);
    try {
      join(container, sandbox, endpoint);
    } catch (thrown) {
      container.endpoints.delete(network.name);
      container.networks.delete(network.name);
      networks.deleteEndpoint(endpoint);
      throw thrown;
    }
    return;
  }
  // One that it is in already stays as it is.
  if (container.networks.has(network.name)) return;
  checkConnect(container, network);
  container.networks.set(network.name, settings);
}

/** docker network disconnect. */
export function disconnect(networks: NetworkController, container: Container, network: Network | string): void {
  const name = typeof network === 'string' ? network : network.name;
  if (!container.isRunning || typeof network === 'string') {
    if (!container.networks.delete(name)) throw failed(`container ${container.id} is not connected to the network ${name}`);
    return;
  }
  if (network.name === 'host' && container.networkMode === 'host') {
    throw conflict('container cannot be disconnected from host network or connected to host network');
  }
  if (!container.networks.has(network.name)) {
    throw forbidden(`container ${container.id} is not connected to ${container.isRunning ? '' : 'the '}network ${network.name}`);
  }
  const endpoint = container.endpoints.get(network.name);
  if (endpoint !== undefined) {
    container.sandbox?.leave(endpoint);
    networks.deleteEndpoint(endpoint);
    container.endpoints.delete(network.name);
  }
  container.networks.delete(network.name);
}

const ADDRESS_ON_PREDEFINED = 'user specified IP address is supported on user defined networks only';
const hasAddress = ({ ipv4, ipv6 }: EndpointSettings): boolean => ipv4 !== '' || ipv6 !== '';

function checkConnect(container: Container, network: Network): void {
  const mode = container.networkMode;
  if (isContainerMode(mode) || (mode === 'host' && network.name !== 'host')) {
    throw forbidden('container sharing network namespace with another container or host cannot be connected to any other network');
  }
  if (network.name === 'host') throw conflict('container cannot be disconnected from host network or connected to host network');
  const others = [...container.networks.keys()].filter((name) => name !== network.name);
  if ((network.name === 'none' && others.length > 0) || others.includes('none')) {
    throw forbidden('container cannot be connected to multiple networks with one of the networks in private (none) mode');
  }
}

function createEndpoint(networks: NetworkController, container: Container, network: Network, settings: EndpointSettings): Endpoint {
  if (hasAddress(settings) && !network.isUserDefined) throw invalid(ADDRESS_ON_PREDEFINED);
  const chosen = (v6: boolean): boolean => network.spec.ipam.some(({ subnet }) => subnet?.includes(':') === v6);
  if ((settings.ipv4 !== '' && !chosen(false)) || (settings.ipv6 !== '' && !chosen(true))) {
    throw invalid('user specified IP address is supported only when connecting to networks with user configured subnets');
  }
  try {
    return networks.createEndpoint(network, endpointSpec(container, network, settings));
  } catch (thrown) {
    if (thrown instanceof DockerError && thrown.message === NO_ADDRESSES) {
      throw failed(`no available IPv4 addresses on this network's address pools: ${network.name} (${network.id})`);
    }
    if (thrown instanceof DockerError && thrown.message.startsWith('adding interface')) {
      throw failed(`failed to create endpoint ${container.name} on network ${network.name}: ${thrown.message}`);
    }
    throw thrown;
  }
}

/** How the container is in this network: its names there are its own, its short id and what was asked for. */
export function endpointSpec(container: Container, network: Network, settings: EndpointSettings): EndpointSpec {
  return {
    containerName: container.name,
    dnsName: container.anonymous ? undefined : container.name,
    aliases: network.isUserDefined ? endpointAliases(container, settings) : [],
    links: new Map(
      settings.links.map((link) => {
        const [name = '', alias] = link.split(':');
        return [alias ?? name, name] as const;
      }),
    ),
    ipv4: settings.ipv4 === '' ? undefined : settings.ipv4,
    ipv6: settings.ipv6 === '' ? undefined : settings.ipv6,
    linkLocalIps: settings.linkLocalIps,
    mac: container.spec.macAddress === '' ? undefined : container.spec.macAddress,
  };
}

/** The aliases as inspect shows them: those that were given, the short id, and a host name that was chosen. */
export function endpointAliases(container: Container, settings: EndpointSettings): string[] {
  const own = container.hostname !== '' && container.hostname !== container.shortId ? [container.hostname] : [];
  return [...new Set([...settings.aliases, container.shortId, ...own])];
}

function join(container: Container, sandbox: Sandbox, endpoint: Endpoint): void {
  try {
    sandbox.join(endpoint);
  } catch (thrown) {
    if (!(thrown instanceof DockerError) || !isAboutPorts(thrown.message)) throw thrown;
    throw new DockerError(
      thrown.status,
      `driver failed programming external connectivity on endpoint ${container.name} (${endpoint.id}): ${thrown.message}`,
    );
  }
}

const isAboutPorts = (message: string): boolean => /^(Bind for|Error starting userland proxy|all ports are allocated| \()/.test(message);

function dropEndpoints(networks: NetworkController, container: Container, sandbox: Sandbox): void {
  for (const endpoint of container.endpoints.values()) {
    sandbox.leave(endpoint);
    networks.deleteEndpoint(endpoint);
  }
  container.endpoints.clear();
}

const extraHosts = (networks: NetworkController, { spec }: Container, linkHosts: readonly HostsRecord[]): HostsRecord[] => [
  ...spec.host.extraHosts.map((entry) => extraHost(networks, entry)),
  ...linkHosts,
];

/** `NAME:ADDRESS`; `host-gateway` is the default bridge's own address. */
function extraHost(networks: NetworkController, entry: string): HostsRecord {
  const colon = entry.indexOf(':');
  const ip = entry.slice(colon + 1);
  const gateway = networks.all.find(({ name }) => name === 'bridge')?.v4?.gateway;
  return { hosts: entry.slice(0, colon), ip: ip === 'host-gateway' && gateway !== undefined ? formatAddress(gateway, false) : ip };
}

/** What is to be published: each `-p`, and with -P each exposed port that has none. */
function portRequests({ spec }: Container): PortRequest[] {
  const out: PortRequest[] = [];
  const request = (port: string, hostIp: string, hostPort: string): void => {
    const [number = '', protocol = 'tcp'] = port.split('/');
    const [first = '0', last = first] = (hostPort === '' ? '0' : hostPort).split('-');
    out.push({ protocol: protocol as Protocol, port: Number(number), hostIp, hostFirst: Number(first), hostLast: Number(last) });
  };
  for (const [port, bindings] of spec.host.portBindings) {
    for (const { hostIp, hostPort } of bindings) request(port, hostIp, hostPort);
  }
  if (spec.host.publishAllPorts) {
    for (const port of spec.exposedPorts) if (!spec.host.portBindings.has(port)) request(port, '', '');
  }
  return out;
}

/** The networks of a new container: the one of its mode, with what was asked for it. */
export function initialNetworks(mode: string, asked: ReadonlyMap<string, EndpointSettings>): Map<string, EndpointSettings> {
  if (isContainerMode(mode)) return new Map();
  // What is asked of the network that nobody named is lost on its way to the default one.
  if (mode === 'default') return new Map([['bridge', NO_ENDPOINT_SETTINGS]]);
  return new Map([[mode, asked.get(mode) ?? NO_ENDPOINT_SETTINGS] as const, ...[...asked].filter(([other]) => other !== mode)]);
}
