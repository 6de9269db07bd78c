import { formatMac, type Mac } from '../../base/address.ts';
import type { BridgeEndpoint } from './bridge/bridge-driver.ts';
import { formatAddress } from './ipam/prefix.ts';
import type { Network } from './network.ts';

/** How a container wants to be in a network. */
export interface EndpointSpec {
  /** The container's name, or undefined if Docker chose it: then it is no name in the network. */
  readonly dnsName: string | undefined;
  readonly containerName: string;
  /** Other names it has there. */
  readonly aliases: readonly string[];
  /** Names it alone has for others: alias → container name. */
  readonly links: ReadonlyMap<string, string>;
  readonly ipv4: string | undefined;
  readonly ipv6: string | undefined;
  readonly linkLocalIps: readonly string[];
  readonly mac: string | undefined;
}

/** A container's place in a network (libnetwork's endpoint). */
export class Endpoint {
  readonly id: string;
  readonly network: Network;
  readonly spec: EndpointSpec;
  readonly v4: bigint | undefined;
  readonly v6: bigint | undefined;
  readonly cable: BridgeEndpoint | undefined;
  /** The interface's name in the container, once it is there. */
  ifname: string | undefined;

  constructor(
    id: string,
    network: Network,
    spec: EndpointSpec,
    parts: { readonly v4: bigint | undefined; readonly v6: bigint | undefined; readonly cable: BridgeEndpoint | undefined },
  ) {
    this.id = id;
    this.network = network;
    this.spec = spec;
    this.v4 = parts.v4;
    this.v6 = parts.v6;
    this.cable = parts.cable;
  }

  get mac(): Mac | undefined {
    return this.cable?.mac;
  }

  get macText(): string {
    return this.mac === undefined ? '' : formatMac(this.mac);
  }

  /** '' where it has none. */
  get ipv4Text(): string {
    return this.v4 === undefined ? '' : formatAddress(this.v4, false);
  }

  get ipv6Text(): string {
    return this.v6 === undefined ? '' : formatAddress(this.v6, true);
  }

  get hasGateway(): boolean {
    return this.network.v4 !== undefined;
  }
}

/** Which of two endpoints leads out of the container first: one of a network that leads out, then by the network's name (endpoint.Less). */
export function byGateway(a: Endpoint, b: Endpoint): number {
  if (a.network.internal !== b.network.internal) return a.network.internal ? 1 : -1;
  return a.network.name < b.network.name ? -1 : a.network.name > b.network.name ? 1 : 0;
}
