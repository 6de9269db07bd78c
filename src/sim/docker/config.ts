// The configuration of an engine: what dockerd's flags and /etc/docker/daemon.json say (daemon/config/config.go).

/** A block of addresses that networks without a subnet of their own are cut out of. */
export interface PoolConfig {
  /** CIDR. */
  readonly base: string;
  /** The prefix length of each network. */
  readonly size: number;
}

export interface EngineConfig {
  /** docker0's address as CIDR; '' leaves it to the pools. */
  readonly bip: string;
  /** The default bridge's device: '' is docker0, `none` is no default network at all. */
  readonly bridge: string;
  readonly fixedCidr: string;
  readonly fixedCidrV6: string;
  readonly defaultGateway: string;
  /** Whether containers of the default bridge may talk to each other. */
  readonly icc: boolean;
  readonly ipForward: boolean;
  readonly ipMasq: boolean;
  readonly iptables: boolean;
  readonly ipv6: boolean;
  readonly userlandProxy: boolean;
  /** Where published ports listen if nobody says. */
  readonly ip: string;
  /** Of the default bridge. */
  readonly mtu: number;
  readonly addressPools: readonly PoolConfig[];
  readonly dns: readonly string[];
  readonly dnsSearch: readonly string[];
  readonly dnsOptions: readonly string[];
  /** `HOST[:PORT]` or CIDR of registries that speak HTTP. */
  readonly insecureRegistries: readonly string[];
  readonly registryMirrors: readonly string[];
  readonly labels: readonly string[];
  readonly liveRestore: boolean;
  readonly debug: boolean;
  readonly experimental: boolean;
  readonly logDriver: string;
  readonly shutdownTimeoutS: number;
}

export const DEFAULT_ENGINE_CONFIG: EngineConfig = {
  bip: '',
  bridge: '',
  fixedCidr: '',
  fixedCidrV6: '',
  defaultGateway: '',
  icc: true,
  ipForward: true,
  ipMasq: true,
  iptables: true,
  ipv6: false,
  userlandProxy: true,
  ip: '0.0.0.0',
  mtu: 1500,
  addressPools: [],
  dns: [],
  dnsSearch: [],
  dnsOptions: [],
  insecureRegistries: [],
  registryMirrors: [],
  labels: [],
  liveRestore: false,
  debug: false,
  experimental: false,
  logDriver: 'json-file',
  shutdownTimeoutS: 15,
};
