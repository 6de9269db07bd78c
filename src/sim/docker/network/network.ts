import type { Random } from '../../base/random.ts';
import type { BridgeNetwork } from './bridge/bridge-driver.ts';
import type { Endpoint } from './endpoint.ts';
import type { AddressPool } from './ipam/pool.ts';

/** A block of addresses of a network, as it was asked for. */
export interface IpamConfig {
  readonly subnet?: string;
  readonly ipRange?: string;
  readonly gateway?: string;
  /** Addresses that are not to be given out: name → address. */
  readonly auxAddresses?: ReadonlyMap<string, string>;
}

export type DriverName = 'bridge' | 'host' | 'null';

/** What `docker network create` asks for. */
export interface NetworkSpec {
  readonly name: string;
  readonly driver: string;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly ipv6: boolean;
  readonly options: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
  /** It only keeps settings for others. */
  readonly configOnly: boolean;
  /** A network for swarm's published ports. */
  readonly ingress: boolean;
  readonly ipamDriver: string;
  readonly ipam: readonly IpamConfig[];
  /** undefined prints as null: only the predefined networks have that. */
  readonly ipamOptions: ReadonlyMap<string, string> | undefined;
}

/** `docker network create` without options. */
export const DEFAULT_NETWORK_SPEC: Omit<NetworkSpec, 'name'> = {
  driver: 'bridge',
  internal: false,
  attachable: false,
  ipv6: false,
  options: new Map(),
  labels: new Map(),
  configOnly: false,
  ingress: false,
  ipamDriver: 'default',
  ipam: [],
  ipamOptions: new Map(),
};

/** The name under which a network keeps the address of a gateway that is not the bridge. */
export const DEFAULT_GATEWAY = 'DefaultGatewayIPv4';

/** One family's addresses of a network. */
export interface NetworkPool {
  readonly pool: AddressPool;
  readonly gateway: bigint;
  /** Names the addresses that are kept apart. */
  readonly aux: ReadonlyMap<string, bigint>;
}

/** A network of containers (libnetwork's network). */
export class Network {
  readonly id: string;
  readonly spec: NetworkSpec;
  readonly driver: DriverName;
  readonly createdMs: number;
  readonly v4: NetworkPool | undefined;
  readonly v6: NetworkPool | undefined;
  bridge: BridgeNetwork | undefined;
  /** By id, in the order they came. */
  readonly endpoints = new Map<string, Endpoint>();
  /** Which addresses a name stands for, in the order they came; names in lower case. */
  readonly #records = new Map<string, { readonly v6: boolean; readonly address: bigint; readonly endpoint: string }[]>();

  constructor(parts: {
    readonly id: string;
    readonly spec: NetworkSpec;
    readonly driver: DriverName;
    readonly createdMs: number;
    readonly v4: NetworkPool | undefined;
    readonly v6: NetworkPool | undefined;
  }) {
    this.id = parts.id;
    this.spec = parts.spec;
    this.driver = parts.driver;
    this.createdMs = parts.createdMs;
    this.v4 = parts.v4;
    this.v6 = parts.v6;
  }

  get name(): string {
    return this.spec.name;
  }

  get internal(): boolean {
    return this.spec.internal;
  }

  /** One that somebody made: with names, and separate from all others. */
  get isUserDefined(): boolean {
    return !isPredefined(this.name);
  }

  /** What its containers get as their gateway: the bridge, or the address that was kept for it. */
  get gatewayV4(): bigint | undefined {
    return this.v4 && (this.v4.aux.get(DEFAULT_GATEWAY) ?? this.v4.gateway);
  }

  addRecord(name: string, endpoint: Endpoint): void {
    const key = name.toLowerCase();
    const list = this.#records.get(key) ?? [];
    this.#records.set(key, list);
    for (const [v6, address] of [
      [false, endpoint.v4],
      [true, endpoint.v6],
    ] as const) {
      if (address === undefined || list.some((one) => one.endpoint === endpoint.id && one.v6 === v6)) continue;
      list.push({ v6, address, endpoint: endpoint.id });
    }
  }

  deleteRecords(endpoint: Endpoint): void {
    for (const [name, list] of this.#records) {
      const rest = list.filter((one) => one.endpoint !== endpoint.id);
      if (rest.length === 0) this.#records.delete(name);
      else if (rest.length < list.length) this.#records.set(name, rest);
    }
  }

  resolveName(name: string, v6: boolean): { readonly addresses: readonly bigint[]; readonly known: boolean } {
    const list = this.#records.get(name.toLowerCase()) ?? [];
    return { addresses: list.filter((one) => one.v6 === v6).map(({ address }) => address), known: list.length > 0 };
  }
}

export const PREDEFINED_NETWORKS = ['bridge', 'host', 'none'] as const;
export const isPredefined = (name: string): boolean => (PREDEFINED_NETWORKS as readonly string[]).includes(name);

/** An id as everything in Docker has: 64 hex digits. */
export const newId = (random: Random, of = ''): string => random.settled(of) ?? random.hex(64);
