import { type Mac, parseMac } from '../../../base/address.ts';
import { isError } from '../../../base/result.ts';
import type { NetNamespace } from '../../../kernel/netns.ts';
import { failed, forbidden } from '../../error.ts';
import type { EngineHost } from '../../host.ts';
import type { BridgeAddresses, BridgeConfig } from './config.ts';
import { bridgeExists, check, macOf, removeBridgeDevice, setBridgeUp, setFlagsUp, setUpBridgeDevice } from './device.ts';
import { NetworkFirewall, setUpChains } from './firewall.ts';
import { PortAllocator } from './port-allocator.ts';
import { PortMappings } from './port-mapping.ts';
import { Rules } from './rules.ts';

/** A container's cable to a bridge: the end in the host, and the end that goes into the container's namespace. */
export interface BridgeEndpoint {
  readonly hostIfname: string;
  /** Its name on the host before it moves. */
  readonly containerIfname: string;
  readonly mac: Mac;
  readonly ports: PortMappings;
}

/** What a new endpoint is to have. */
export interface EndpointRequest {
  readonly v4: bigint;
  readonly v6: bigint | undefined;
  readonly mac: string | undefined;
  /** Whose it is. */
  readonly container: string;
}

/** One bridge network: its device, its rules, its endpoints' cables. */
export class BridgeNetwork {
  readonly config: BridgeConfig;
  readonly addresses: BridgeAddresses;
  /** The device is older than the network: it stays when the network goes. */
  readonly isUsers: boolean;
  readonly #driver: BridgeDriver;
  readonly #firewall: NetworkFirewall | undefined;

  constructor(driver: BridgeDriver, config: BridgeConfig, addresses: BridgeAddresses, isUsers: boolean) {
    this.#driver = driver;
    this.isUsers = isUsers;
    this.config = config;
    this.addresses = addresses;
    const { v4 } = addresses;
    const { iptables, userlandProxy } = driver.host.config;
    this.#firewall = v4 && iptables ? new NetworkFirewall(driver.rules, config, v4.prefix, !userlandProxy) : undefined;
  }

  setUp(): void {
    const { netns, host } = this.#driver;
    setUpBridgeDevice(netns, this.config, this.addresses, host.machine.random);
    // Without proxies the host's own connections to 127.0.0.1 go to a container, too.
    if (!host.config.userlandProxy) netns.sysctl.write(`net/ipv4/conf/${this.config.bridgeName}/route_localnet`, '1\n');
    this.#firewall?.setUp();
    setBridgeUp(netns, this.config.bridgeName);
  }

  tearDown(): void {
    if (!this.config.isDefault && !this.isUsers) removeBridgeDevice(this.#driver.netns, this.config.bridgeName);
    this.#firewall?.tearDown();
  }

  /** Makes the pair of interfaces and plugs the host's end into the bridge (CreateEndpoint). */
  createEndpoint({ v4, v6, mac, container }: EndpointRequest): BridgeEndpoint {
    const { netns, host, ports } = this.#driver;
    const { bridgeName, mtu } = this.config;
    const bridge = netns.rtnetlink.link(bridgeName);
    const hostIfname = host.machine.random.settled(`cable ${container}`) ?? this.#freeName();
    const containerIfname = this.#freeName();
    check(
      netns.rtnetlink.addLink({ kind: 'veth', name: hostIfname, txQueueLen: 0, peer: { name: containerIfname, txQueueLen: 0 } }),
      `failed to add the host (${hostIfname}) <=> sandbox (${containerIfname}) pair interfaces`,
    );
    const [outer, inner] = [netns.rtnetlink.link(hostIfname), netns.rtnetlink.link(containerIfname)];
    if (isError(outer) || isError(inner)) throw failed(`failed to find host side interface ${hostIfname}`);
    try {
      for (const { ifindex } of [outer, inner]) check(netns.rtnetlink.setLink(ifindex, { mtu }), 'failed to set MTU on interface');
      if (isError(bridge))
        throw failed(
          `adding interface ${hostIfname} to bridge ${bridgeName} failed: could not find bridge ${bridgeName}: route ip+net: no such network interface`,
        );
      check(
        netns.rtnetlink.setLink(outer.ifindex, { master: bridge.ifindex }),
        `adding interface ${hostIfname} to bridge ${bridgeName} failed`,
      );
      if (!host.config.userlandProxy) {
        check(netns.rtnetlink.bridge.setPort(outer.ifindex, { hairpin: true }), `failed to enable hairpin mode on ${hostIfname}`);
      }
      setFlagsUp(netns, outer.ifindex);
    } catch (thrown) {
      netns.rtnetlink.delLink(outer.ifindex);
      throw thrown;
    }
    const wanted = mac === undefined ? undefined : parseMac(mac);
    return {
      hostIfname,
      containerIfname,
      mac: wanted ?? macOf(Number(v4)),
      ports: new PortMappings(host, ports, bridgeName, { v4, v6 }),
    };
  }

  /** The cable goes, wherever its ends are by now (DeleteEndpoint). */
  deleteEndpoint(endpoint: BridgeEndpoint): void {
    const link = this.#driver.netns.rtnetlink.link(endpoint.hostIfname);
    if (!isError(link)) this.#driver.netns.rtnetlink.delLink(link.ifindex);
  }

  /** What an engine which was killed has left of a cable goes, with the rules of its ports. */
  clearEndpoint(endpoint: BridgeEndpoint): void {
    endpoint.ports.clear(this.#driver.rules);
    this.deleteEndpoint(endpoint);
  }

  /** `veth` and seven hex digits (netutils.GenerateIfaceName). */
  #freeName(): string {
    const { netns, host } = this.#driver;
    for (;;) {
      const name = `veth${host.machine.random.hex(7)}`;
      if (isError(netns.rtnetlink.link(name))) return name;
    }
  }
}

/** libnetwork's bridge driver on one host. */
export class BridgeDriver {
  readonly host: EngineHost;
  readonly rules: Rules;
  readonly ports = new PortAllocator();
  readonly #networks = new Set<BridgeNetwork>();

  constructor(host: EngineHost) {
    this.host = host;
    this.rules = new Rules(host);
  }

  get netns(): NetNamespace {
    return this.host.daemon.netns;
  }

  /** What the driver does once, when the engine starts: its chains, and forwarding, which closes FORWARD for everybody else if it was off. */
  start(): void {
    const { iptables, ipForward } = this.host.config;
    if (iptables) setUpChains(this.rules);
    const { sysctl } = this.netns;
    if (!ipForward) return;
    if (sysctl.read('net/ipv4/ip_forward') === '0\n' || sysctl.int('net/ipv4/ip_forward') === 0) {
      sysctl.write('net/ipv4/ip_forward', '1\n');
      if (iptables) this.rules.run('-t', 'filter', '-P', 'FORWARD', 'DROP');
    }
  }

  /** `isUsers` is known of a network that an earlier engine has made. */
  create(config: BridgeConfig, addresses: BridgeAddresses, isUsers = bridgeExists(this.netns, config.bridgeName)): BridgeNetwork {
    if (config.isDefault && config.bridgeName !== 'docker0' && !isUsers) {
      throw failed(`bridge device with non default name ${config.bridgeName} must be created manually`);
    }
    for (const other of this.#networks) {
      if (other.config.bridgeName !== config.bridgeName) continue;
      if (!other.config.isDefault) {
        const [here, there] = [config, other.config].map(({ id, bridgeName }) => `${id} (${bridgeName})`);
        throw forbidden(`cannot create network ${here}: conflicts with network ${there}: networks have same bridge name`);
      }
      // The default network counts as left over: its rules go, and the bridge gets another address.
      this.remove(other);
    }
    const network = new BridgeNetwork(this, config, addresses, isUsers);
    network.setUp();
    this.#networks.add(network);
    return network;
  }

  remove(network: BridgeNetwork): void {
    network.tearDown();
    this.#networks.delete(network);
  }
}
