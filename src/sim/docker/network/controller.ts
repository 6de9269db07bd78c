import { parseIpv4 } from '../../base/address.ts';
import { isError } from '../../base/result.ts';
import { text } from '../../base/utf8.ts';
import type { EngineConfig } from '../config.ts';
import { conflict, DockerError, failed, forbidden, invalid, notFound } from '../error.ts';
import type { EngineHost } from '../host.ts';
import { BridgeDriver } from './bridge/bridge-driver.ts';
import { type BridgeAddresses, parseBridgeOptions } from './bridge/config.ts';
import { macOf, removeBridgeDevice } from './bridge/device.ts';
import { defaultBridgeDevice, defaultBridgeSpec, hasDefaultBridge } from './default-bridge.ts';
import { Endpoint, type EndpointSpec } from './endpoint.ts';
import { Ipam } from './ipam/allocator.ts';
import type { AddressPool } from './ipam/pool.ts';
import { containsAddress, formatPrefix, type Prefix, parseAddress, parseCidr } from './ipam/prefix.ts';
import {
  DEFAULT_NETWORK_SPEC,
  type DriverName,
  type IpamConfig,
  isPredefined,
  Network,
  type NetworkPool,
  type NetworkSpec,
  newId,
} from './network.ts';
import { parseResolvConf } from './resolv-conf.ts';
import { Sandbox, type SandboxSpec } from './sandbox.ts';

/** The networks of an engine (libnetwork's controller with Docker's daemon/network.go above it). */
export class NetworkController {
  readonly #host: EngineHost;
  readonly #networks: Map<string, Network>;
  #ipam = new Ipam();
  readonly #bridges: BridgeDriver;

  #isUp = false;

  /** `networks` are those on the disk, by id. */
  constructor(host: EngineHost, networks: Map<string, Network>) {
    this.#host = host;
    this.#networks = networks;
    this.#bridges = new BridgeDriver(host);
  }

  /** There are networks to join and to leave. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /**
   * Sets the drivers up, brings the networks of an earlier engine back and makes the three that are always there; the default bridge is
   * made anew each time, last.
   */
  start(): void {
    const { config, daemon } = this.#host;
    this.#ipam = new Ipam(config.addressPools);
    this.#bridges.start();
    const stored = this.all;
    for (const network of stored) this.#restore(network);
    const old = this.all.find(({ name }) => name === 'bridge');
    if (old !== undefined) {
      this.#delete(old);
      // A bridge from before would keep its address.
      if (config.addressPools.length > 0 && !config.liveRestore) removeBridgeDevice(daemon.netns, defaultBridgeDevice(config));
    }
    const plain = { ...DEFAULT_NETWORK_SPEC, ipamOptions: undefined };
    if (stored.length === 0) {
      this.#create({ ...plain, name: 'none', driver: 'null' });
      this.#create({ ...plain, name: 'host', driver: 'host' });
    }
    if (hasDefaultBridge(config)) this.#createDefaultBridge();
    else removeBridgeDevice(daemon.netns, 'docker0');
    this.#isUp = true;
  }

  get all(): readonly Network[] {
    return [...this.#networks.values()];
  }

  get config(): EngineConfig {
    return this.#host.config;
  }

  /** There is a network for containers that name none. */
  get hasDefault(): boolean {
    return hasDefaultBridge(this.config);
  }

  /** By name or id, whole or the beginning of one. */
  find(key: string): Network {
    const byId = this.#networks.get(key);
    if (byId !== undefined) return byId;
    for (const network of this.#networks.values()) if (network.name === key) return network;
    const starting = this.all.filter(({ id }) => key !== '' && id.startsWith(key));
    if (starting.length > 1) throw invalid(`network ${key} is ambiguous (${starting.length} matches found based on ID prefix)`);
    if (starting[0] === undefined) throw notFound(`network ${key} not found`);
    return starting[0];
  }

  create(spec: NetworkSpec): Network {
    if (isPredefined(spec.name) || spec.name === 'default')
      throw forbidden(`operation is not permitted on predefined ${spec.name} network`);
    // Without a name the default network is meant.
    if (spec.name === '') throw conflict('network with name  already exists');
    return this.#create(spec);
  }

  #create(spec: NetworkSpec): Network {
    if (this.all.some(({ name }) => name === spec.name)) throw conflict(`network with name ${spec.name} already exists`);
    for (const { subnet } of spec.ipam) {
      if (subnet !== undefined && parseCidr(subnet) === undefined)
        throw invalid(`Invalid subnet ${subnet} : invalid CIDR address: ${subnet}`);
    }
    const driver = spec.configOnly ? 'null' : driverOf(spec.driver);
    const random = this.#host.machine.random;
    const id = newId(random, `network ${spec.name}`);
    const common = { id, spec, driver, createdMs: this.#host.machine.wallClockMs };
    if (spec.ipamDriver !== 'default') throw notFound(`plugin "${spec.ipamDriver}" not found`);
    if (spec.ingress) throw forbidden('Ingress network can only be global scope network');
    if (driver !== 'bridge') {
      if (!isPredefined(spec.name) && !spec.configOnly) throw forbidden(`only one instance of "${spec.driver}" network is allowed`);
      const network = new Network({ ...common, v4: undefined, v6: undefined });
      this.#networks.set(id, network);
      return network;
    }
    const config = parseBridgeOptions(id, spec.options, spec);
    const held: AddressPool[] = [];
    try {
      const v4 = this.#allocate(spec.ipam.filter(({ subnet }) => subnet === undefined || !subnet.includes(':'))[0] ?? {}, false, held);
      const v6Config = spec.ipam.find(({ subnet }) => subnet?.includes(':'));
      if (spec.ipv6 && v6Config === undefined) {
        throw invalid('could not find an available, non-overlapping IPv6 address pool among the defaults to assign to the network');
      }
      const v6 = spec.ipv6 && v6Config !== undefined ? this.#allocate(v6Config, true, held) : undefined;
      if (spec.ipam.filter(({ subnet }) => !subnet?.includes(':')).length > 1)
        throw forbidden("bridge driver doesn't support multiple subnets");
      const network = new Network({ ...common, v4, v6 });
      network.bridge = this.#bridges.create(config, addressesOf(network));
      this.#networks.set(id, network);
      return network;
    } catch (thrown) {
      for (const pool of held) this.#ipam.releasePool(pool);
      throw thrown;
    }
  }

  remove(network: Network): void {
    if (isPredefined(network.name)) throw forbidden(`${network.name} is a pre-defined network and cannot be removed`);
    if (network.endpoints.size > 0) {
      throw forbidden(`error while removing network: network ${network.name} id ${network.id} has active endpoints`);
    }
    this.#delete(network);
  }

  /** What an engine which was killed has left of a container's network stack goes (sandboxCleanup). */
  clear(sandbox: Sandbox, endpoints: Iterable<Endpoint>): void {
    for (const { network, cable } of endpoints) {
      if (cable !== undefined) this.#networks.get(network.id)?.bridge?.clearEndpoint(cable);
    }
    sandbox.namespace.clear(this.#host);
  }

  /** A network as an earlier engine has written it down: its bridge, if that is gone, its rules and its addresses are made anew. */
  #restore(stored: Network): void {
    const network = new Network({ ...stored, v4: this.#reserve(stored.v4), v6: this.#reserve(stored.v6) });
    this.#networks.set(network.id, network);
    if (network.driver !== 'bridge') return;
    try {
      const config = parseBridgeOptions(network.id, network.spec.options, network.spec);
      network.bridge = this.#bridges.create(config, addressesOf(network), stored.bridge?.isUsers);
    } catch (thrown) {
      if (!(thrown instanceof DockerError)) throw thrown;
    }
  }

  #reserve(stored: NetworkPool | undefined): NetworkPool | undefined {
    if (stored === undefined) return undefined;
    const pool = this.#ipam.requestPool(stored.pool.prefix, stored.pool.range);
    for (const address of [stored.gateway, ...stored.aux.values()]) pool.request(address);
    return { ...stored, pool };
  }

  #delete(network: Network): void {
    if (network.bridge !== undefined) this.#bridges.remove(network.bridge);
    for (const own of [network.v4, network.v6]) if (own !== undefined) this.#ipam.releasePool(own.pool);
    this.#networks.delete(network.id);
  }

  createSandbox(spec: SandboxSpec): Sandbox {
    return new Sandbox(this.#host, newId(this.#host.machine.random), spec);
  }

  /** A place for a container in a network, and the cable to it; not plugged in yet. */
  createEndpoint(network: Network, spec: EndpointSpec): Endpoint {
    const { v4, v6 } = network;
    const id = newId(this.#host.machine.random, `endpoint ${spec.containerName}`);
    if (v4 === undefined || network.bridge === undefined) {
      const endpoint = new Endpoint(id, network, spec, { v4: undefined, v6: undefined, cable: undefined });
      network.endpoints.set(id, endpoint);
      return endpoint;
    }
    const address4 = v4.pool.request(this.#wanted(spec.ipv4, v4));
    let address6: bigint | undefined;
    try {
      address6 = v6?.pool.request(this.#wanted(spec.ipv6, v6) ?? this.#fromMac(network, v6, address4));
      const cable = network.bridge.createEndpoint({ v4: address4, v6: address6, mac: spec.mac, container: spec.containerName });
      const endpoint = new Endpoint(id, network, spec, { v4: address4, v6: address6, cable });
      network.endpoints.set(id, endpoint);
      return endpoint;
    } catch (thrown) {
      v4.pool.release(address4);
      if (address6 !== undefined) v6?.pool.release(address6);
      throw thrown;
    }
  }

  /** On the default bridge the IPv6 address ends in the MAC, if there is room for it (bridge.CreateEndpoint). */
  #fromMac(network: Network, { pool }: NetworkPool, v4: bigint): bigint | undefined {
    if (network.isUserDefined || pool.prefix.length > 80) return undefined;
    return pool.prefix.base | BigInt(macOf(Number(v4)));
  }

  deleteEndpoint(endpoint: Endpoint): void {
    const { network } = endpoint;
    if (endpoint.cable !== undefined) network.bridge?.deleteEndpoint(endpoint.cable);
    if (endpoint.v4 !== undefined) network.v4?.pool.release(endpoint.v4);
    if (endpoint.v6 !== undefined) network.v6?.pool.release(endpoint.v6);
    network.endpoints.delete(endpoint.id);
  }

  #wanted(ip: string | undefined, { pool }: NetworkPool): bigint | undefined {
    if (ip === undefined || ip === '') return undefined;
    const parsed = parseAddress(ip);
    if (parsed === undefined || parsed.v6 !== pool.prefix.v6 || !containsAddress(pool.prefix, parsed.address)) {
      throw invalid(`Invalid address ${ip}: It does not belong to any of this network's subnets`);
    }
    return parsed.address;
  }

  #allocate(config: IpamConfig, v6: boolean, held: AddressPool[]): NetworkPool {
    const prefix = config.subnet === undefined ? undefined : parseCidr(config.subnet)?.prefix;
    const range = config.ipRange === undefined ? undefined : parseCidr(config.ipRange)?.prefix;
    const pool =
      prefix === undefined ? this.#ipam.requestPredefined((block) => this.#isFree(block)) : this.#ipam.requestPool(prefix, range);
    held.push(pool);
    const aux = new Map<string, bigint>();
    const gateway = this.#gateway(pool, config);
    for (const [name, ip] of config.auxAddresses ?? []) {
      const parsed = parseAddress(ip);
      if (parsed === undefined || parsed.v6 !== v6) throw invalid(`non parsable secondary ip address (${ip}) passed for network`);
      if (!containsAddress(pool.prefix, parsed.address)) {
        throw forbidden(`auxiliary address: (${name}:${ip}) must belong to the master pool: ${config.subnet}`);
      }
      try {
        pool.request(parsed.address);
      } catch (thrown) {
        throw failed(`failed to allocate secondary ip address (${name}:${ip}): ${thrown instanceof DockerError ? thrown.message : ''}`);
      }
      aux.set(name, parsed.address);
    }
    return { pool, gateway, aux };
  }

  #gateway(pool: AddressPool, { gateway }: IpamConfig): bigint {
    try {
      return pool.request(gateway === undefined ? undefined : parseAddress(gateway)?.address);
    } catch (thrown) {
      throw failed(`failed to allocate gateway (${gateway ?? ''}): ${thrown instanceof DockerError ? thrown.message : ''}`);
    }
  }

  /** Whether nothing that the host reaches without a gateway and no name server is inside (netutils.FindAvailableNetwork). */
  #isFree(prefix: Prefix): boolean {
    const { daemon, machine } = this.#host;
    for (const route of daemon.netns.rtnetlink.routes('inet')) {
      if (route.dstLen === 0 || typeof route.dst !== 'number' || route.nexthops.some(({ gateway }) => gateway !== undefined)) continue;
      const other: Prefix = { v6: false, base: BigInt(route.dst), length: route.dstLen };
      if (containsAddress(prefix, other.base) || containsAddress(other, prefix.base)) return false;
    }
    const file = machine.files.readFile(daemon, '/etc/resolv.conf');
    const servers = isError(file) ? [] : parseResolvConf(text(file)).nameservers;
    return !servers.some((server) => {
      const v4 = parseIpv4(server);
      return v4 !== undefined && containsAddress(prefix, BigInt(v4));
    });
  }

  #createDefaultBridge(): void {
    const spec = defaultBridgeSpec(this.#host, () => {
      const pool = this.#ipam.requestPredefined((prefix) => this.#isFree(prefix));
      this.#ipam.releasePool(pool);
      return pool.prefix;
    });
    try {
      this.#create(spec);
    } catch (thrown) {
      throw thrown instanceof DockerError ? failed(`Error creating default "bridge" network: ${thrown.message}`) : thrown;
    }
  }

  /** The default network's device and addresses; undefined where the engine has none. */
  get defaultBridge(): { readonly device: string; readonly subnet: string } | undefined {
    const network = this.all.find(({ name }) => name === 'bridge');
    if (network?.bridge === undefined || network.v4 === undefined) return undefined;
    return { device: network.bridge.config.bridgeName, subnet: formatPrefix(network.v4.pool.prefix) };
  }
}

function addressesOf({ v4, v6 }: Network): BridgeAddresses {
  const own = (pool: NetworkPool | undefined) => pool && { prefix: pool.pool.prefix, gateway: pool.gateway };
  return { v4: own(v4), v6: own(v6) };
}

function driverOf(name: string): DriverName {
  if (name === 'bridge' || name === 'host' || name === 'null') return name;
  throw notFound(`plugin "${name}" not found`);
}
