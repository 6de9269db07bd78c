import type { HealthConfig } from '../image/image.ts';

/** One `-p`: where on the host a port of the container is published. Empty address: the network's default; empty port: any free one. */
export interface PortBinding {
  readonly hostIp: string;
  /** A number or a range. */
  readonly hostPort: string;
}

export interface RestartPolicy {
  /** `no`, `always`, `unless-stopped` or `on-failure`; the engine refuses others. */
  readonly name: string;
  readonly maximumRetryCount: number;
}

/** How a container is to be in one network. */
export interface EndpointSettings {
  readonly aliases: readonly string[];
  /** `CONTAINER:ALIAS`. */
  readonly links: readonly string[];
  readonly ipv4: string;
  readonly ipv6: string;
  readonly linkLocalIps: readonly string[];
  /** Of a network that was added to a container: inspect shows none of them as an empty object then. */
  readonly driverOptions?: ReadonlyMap<string, string>;
}

/** One `--mount`. */
export interface MountSpec {
  /** `bind`, `volume` or `tmpfs`; the engine refuses others. */
  readonly type: string;
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  /** The volume does not get what the image has at its place. */
  readonly noCopy: boolean;
  /** Of a tmpfs, as mount(8) takes them. */
  readonly options: string;
}

/** One `--device`: paths on the host and in the container. */
export interface DeviceMapping {
  readonly source: string;
  readonly target: string;
}

/** What the container gets besides its image (HostConfig). */
export interface HostConfig {
  readonly binds: readonly string[];
  readonly mounts: readonly MountSpec[];
  /** `CONTAINER[:ro]`. */
  readonly volumesFrom: readonly string[];
  /** `default`, `bridge`, `host`, `none`, `container:ID`, or a network's name. */
  readonly networkMode: string;
  /** By `80/tcp`. */
  readonly portBindings: ReadonlyMap<string, readonly PortBinding[]>;
  readonly publishAllPorts: boolean;
  readonly restartPolicy: RestartPolicy;
  readonly autoRemove: boolean;
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
  readonly privileged: boolean;
  readonly dns: readonly string[];
  readonly dnsOptions: readonly string[];
  readonly dnsSearch: readonly string[];
  readonly extraHosts: readonly string[];
  /** `/NAME:/OWN/ALIAS` once the container exists. */
  readonly links: readonly string[];
  readonly readonlyRootfs: boolean;
  readonly sysctls: ReadonlyMap<string, string>;
  readonly tmpfs: ReadonlyMap<string, string>;
  /** '' for a namespace of its own, `host`, or `container:ID`. */
  readonly pidMode: string;
  /** `private`, `shareable`, `none`, `host`, or `container:ID`. */
  readonly ipcMode: string;
  /** Of /dev/shm in bytes; 0 for the default. */
  readonly shmSize: number;
  readonly devices: readonly DeviceMapping[];
  readonly securityOpt: readonly string[];
  readonly cgroupnsMode: 'host' | 'private';
  readonly utsMode: string;
  /** `json-file`, or `none`: then nothing is kept for `docker logs`. */
  readonly logDriver: string;
  readonly logOptions: ReadonlyMap<string, string>;
  readonly groupAdd: readonly string[];
  readonly memory: number;
  /** Memory and swap together; -1 for no limit of it. */
  readonly memorySwap: number;
  readonly pidsLimit: number | undefined;
  readonly nanoCpus: number;
  readonly init: boolean | undefined;
}

/** What `docker create` asks for (Config, HostConfig and NetworkingConfig of the API). */
export interface ContainerSpec {
  /** Undefined: Docker chooses one. */
  readonly name: string | undefined;
  readonly image: string;
  readonly hostname: string;
  readonly domainname: string;
  readonly user: string;
  readonly attachStdin: boolean;
  readonly attachStdout: boolean;
  readonly attachStderr: boolean;
  readonly tty: boolean;
  readonly openStdin: boolean;
  readonly stdinOnce: boolean;
  readonly env: readonly string[];
  /** Undefined: the image's. */
  readonly cmd: readonly string[] | undefined;
  /** Undefined: the image's; `['']` clears it. */
  readonly entrypoint: readonly string[] | undefined;
  readonly workingDir: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly exposedPorts: readonly string[];
  readonly volumes: readonly string[];
  readonly macAddress: string;
  readonly stopSignal: string | undefined;
  /** Seconds. */
  readonly stopTimeout: number | undefined;
  readonly healthcheck: HealthConfig | undefined;
  readonly host: HostConfig;
  /** By the network's name. */
  readonly networks: ReadonlyMap<string, EndpointSettings>;
}

export const NO_ENDPOINT_SETTINGS: EndpointSettings = { aliases: [], links: [], ipv4: '', ipv6: '', linkLocalIps: [] };

export const DEFAULT_HOST_CONFIG: HostConfig = {
  binds: [],
  mounts: [],
  volumesFrom: [],
  networkMode: 'default',
  portBindings: new Map(),
  publishAllPorts: false,
  restartPolicy: { name: 'no', maximumRetryCount: 0 },
  autoRemove: false,
  capAdd: [],
  capDrop: [],
  privileged: false,
  dns: [],
  dnsOptions: [],
  dnsSearch: [],
  extraHosts: [],
  links: [],
  readonlyRootfs: false,
  sysctls: new Map(),
  tmpfs: new Map(),
  pidMode: '',
  ipcMode: 'private',
  shmSize: 0,
  devices: [],
  securityOpt: [],
  cgroupnsMode: 'host',
  utsMode: '',
  logDriver: 'json-file',
  logOptions: new Map(),
  groupAdd: [],
  memory: 0,
  memorySwap: 0,
  pidsLimit: undefined,
  nanoCpus: 0,
  init: undefined,
};

export const DEFAULT_SPEC: Omit<ContainerSpec, 'image'> = {
  name: undefined,
  hostname: '',
  domainname: '',
  user: '',
  attachStdin: false,
  attachStdout: true,
  attachStderr: true,
  tty: false,
  openStdin: false,
  stdinOnce: false,
  env: [],
  cmd: undefined,
  entrypoint: undefined,
  workingDir: '',
  labels: new Map(),
  exposedPorts: [],
  volumes: [],
  macAddress: '',
  stopSignal: undefined,
  stopTimeout: undefined,
  healthcheck: undefined,
  host: DEFAULT_HOST_CONFIG,
  networks: new Map(),
};
