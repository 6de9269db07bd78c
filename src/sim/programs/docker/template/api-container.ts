// The engine's description of a container as the client's Go types have it (docker/docker 20.10, api/types).

import {
  arrayOf,
  BOOL,
  declare,
  field,
  type GoMethod,
  type GoValue,
  goBool,
  goString,
  INT,
  INT64,
  itemsOf,
  mapOf,
  omitted,
  pointerTo,
  STRING,
  sliceOf,
  structOf,
  UINT16,
  UINT64,
} from './value.ts';

const STRINGS = sliceOf(STRING);
const STRING_MAP = mapOf(STRING);
const EMPTY = { ...structOf('struct {}', {}), declared: false };
const STR_SLICE = declare('strslice.StrSlice', STRINGS);

const PORT = declare('nat.Port', STRING, {
  Proto: text((port) => port.split('/')[1] ?? 'tcp'),
  Port: text((port) => port.split('/')[0] ?? ''),
});
const PORT_BINDING = structOf('nat.PortBinding', { HostIP: field(STRING, 'HostIp'), HostPort: STRING });
const PORT_MAP = declare('nat.PortMap', mapOf(sliceOf(PORT_BINDING), PORT));
const PORT_SET = declare('nat.PortSet', mapOf(EMPTY, PORT));

function text(get: (s: string) => string): GoMethod {
  return { parameters: [], call: (receiver) => goString(get(receiver.data as string)) };
}

function test(holds: (s: string) => boolean): GoMethod {
  return { parameters: [], call: (receiver) => goBool(holds(receiver.data as string)) };
}

const isContainer = (mode: string) => mode.startsWith('container:');
const isUserDefined = (mode: string) => !['default', 'bridge', 'host', 'none'].includes(mode) && !isContainer(mode);
const networkName = (mode: string) => {
  if (isContainer(mode)) return 'container';
  return ['default', 'bridge', 'host', 'none'].includes(mode) || isUserDefined(mode) ? mode : '';
};

const NETWORK_MODE = declare('container.NetworkMode', STRING, {
  IsBridge: test((mode) => mode === 'bridge'),
  IsHost: test((mode) => mode === 'host'),
  IsNone: test((mode) => mode === 'none'),
  IsDefault: test((mode) => mode === 'default'),
  IsContainer: test(isContainer),
  IsUserDefined: test(isUserDefined),
  IsPrivate: test((mode) => mode !== 'host' && !isContainer(mode)),
  NetworkName: text(networkName),
  UserDefined: text((mode) => (isUserDefined(mode) ? mode : '')),
  ConnectedContainer: text((mode) => (isContainer(mode) ? mode.slice('container:'.length) : '')),
});

const HOST_OR_PRIVATE = {
  IsHost: test((mode) => mode === 'host'),
  IsPrivate: test((mode) => mode !== 'host'),
};
const NAMESPACE_MODE = {
  ...HOST_OR_PRIVATE,
  IsPrivate: test((mode) => mode !== 'host' && !isContainer(mode)),
  IsContainer: test(isContainer),
  Container: text((mode) => (isContainer(mode) ? mode.slice('container:'.length) : '')),
};

const policyName = (policy: GoValue) => itemsOf(policy)[0]?.data as string;
const policyTest = (holds: (name: string) => boolean): GoMethod => ({
  parameters: [],
  call: (policy) => goBool(holds(policyName(policy))),
});
const RESTART_POLICY = structOf(
  'container.RestartPolicy',
  { Name: STRING, MaximumRetryCount: INT },
  {
    IsNone: policyTest((name) => name === 'no' || name === ''),
    IsAlways: policyTest((name) => name === 'always'),
    IsOnFailure: policyTest((name) => name === 'on-failure'),
    IsUnlessStopped: policyTest((name) => name === 'unless-stopped'),
  },
);

const THROTTLE = sliceOf(pointerTo(structOf('blkiodev.ThrottleDevice', { Path: STRING, Rate: UINT64 })));
const RESOURCES = structOf('container.Resources', {
  CPUShares: field(INT64, 'CpuShares'),
  Memory: INT64,
  NanoCPUs: field(INT64, 'NanoCpus'),
  CgroupParent: STRING,
  BlkioWeight: UINT16,
  BlkioWeightDevice: sliceOf(pointerTo(structOf('blkiodev.WeightDevice', { Path: STRING, Weight: UINT16 }))),
  BlkioDeviceReadBps: THROTTLE,
  BlkioDeviceWriteBps: THROTTLE,
  BlkioDeviceReadIOps: THROTTLE,
  BlkioDeviceWriteIOps: THROTTLE,
  CPUPeriod: field(INT64, 'CpuPeriod'),
  CPUQuota: field(INT64, 'CpuQuota'),
  CPURealtimePeriod: field(INT64, 'CpuRealtimePeriod'),
  CPURealtimeRuntime: field(INT64, 'CpuRealtimeRuntime'),
  CpusetCpus: STRING,
  CpusetMems: STRING,
  Devices: sliceOf(structOf('container.DeviceMapping', { PathOnHost: STRING, PathInContainer: STRING, CgroupPermissions: STRING })),
  DeviceCgroupRules: STRINGS,
  DeviceRequests: sliceOf(
    structOf('container.DeviceRequest', {
      Driver: STRING,
      Count: INT,
      DeviceIDs: STRINGS,
      Capabilities: sliceOf(STRINGS),
      Options: STRING_MAP,
    }),
  ),
  KernelMemory: INT64,
  KernelMemoryTCP: INT64,
  MemoryReservation: INT64,
  MemorySwap: INT64,
  MemorySwappiness: pointerTo(INT64),
  OomKillDisable: pointerTo(BOOL),
  PidsLimit: pointerTo(INT64),
  Ulimits: sliceOf(pointerTo(structOf('units.Ulimit', { Name: STRING, Hard: INT64, Soft: INT64 }))),
  CPUCount: field(INT64, 'CpuCount'),
  CPUPercent: field(INT64, 'CpuPercent'),
  IOMaximumIOps: UINT64,
  IOMaximumBandwidth: UINT64,
});

const MOUNT_SPEC = structOf('mount.Mount', {
  Type: omitted(declare('mount.Type', STRING)),
  Source: omitted(STRING),
  Target: omitted(STRING),
  ReadOnly: omitted(BOOL),
  Consistency: omitted(declare('mount.Consistency', STRING)),
  BindOptions: omitted(
    pointerTo(structOf('mount.BindOptions', { Propagation: omitted(declare('mount.Propagation', STRING)), NonRecursive: omitted(BOOL) })),
  ),
  VolumeOptions: omitted(pointerTo(structOf('mount.VolumeOptions', { NoCopy: omitted(BOOL), Labels: omitted(STRING_MAP) }))),
  TmpfsOptions: omitted(
    pointerTo(structOf('mount.TmpfsOptions', { SizeBytes: omitted(INT64), Mode: omitted(declare('os.FileMode', INT64)) })),
  ),
});

const HOST_CONFIG = structOf('container.HostConfig', {
  Binds: STRINGS,
  ContainerIDFile: STRING,
  LogConfig: structOf('container.LogConfig', { Type: STRING, Config: STRING_MAP }),
  NetworkMode: NETWORK_MODE,
  PortBindings: PORT_MAP,
  RestartPolicy: RESTART_POLICY,
  AutoRemove: BOOL,
  VolumeDriver: STRING,
  VolumesFrom: STRINGS,
  CapAdd: STR_SLICE,
  CapDrop: STR_SLICE,
  CgroupnsMode: declare('container.CgroupnsMode', STRING, { ...HOST_OR_PRIVATE, IsPrivate: test((mode) => mode === 'private') }),
  DNS: field(STRINGS, 'Dns'),
  DNSOptions: field(STRINGS, 'DnsOptions'),
  DNSSearch: field(STRINGS, 'DnsSearch'),
  ExtraHosts: STRINGS,
  GroupAdd: STRINGS,
  IpcMode: declare('container.IpcMode', STRING, {
    ...NAMESPACE_MODE,
    IsPrivate: test((mode) => mode === 'private'),
    IsShareable: test((mode) => mode === 'shareable'),
    IsNone: test((mode) => mode === 'none'),
  }),
  Cgroup: declare('container.CgroupSpec', STRING),
  Links: STRINGS,
  OomScoreAdj: INT,
  PidMode: declare('container.PidMode', STRING, NAMESPACE_MODE),
  Privileged: BOOL,
  PublishAllPorts: BOOL,
  ReadonlyRootfs: BOOL,
  SecurityOpt: STRINGS,
  StorageOpt: omitted(STRING_MAP),
  Tmpfs: omitted(STRING_MAP),
  UTSMode: declare('container.UTSMode', STRING, HOST_OR_PRIVATE),
  UsernsMode: declare('container.UsernsMode', STRING, HOST_OR_PRIVATE),
  ShmSize: INT64,
  Sysctls: omitted(STRING_MAP),
  Runtime: omitted(STRING),
  ConsoleSize: arrayOf(2, declare('uint', UINT64)),
  Isolation: declare('container.Isolation', STRING),
  Resources: { type: RESOURCES, embedded: true },
  Mounts: omitted(sliceOf(MOUNT_SPEC)),
  MaskedPaths: STRINGS,
  ReadonlyPaths: STRINGS,
  Init: omitted(pointerTo(BOOL)),
});

export const CONTAINER_CONFIG = structOf('container.Config', {
  Hostname: STRING,
  Domainname: STRING,
  User: STRING,
  AttachStdin: BOOL,
  AttachStdout: BOOL,
  AttachStderr: BOOL,
  ExposedPorts: omitted(PORT_SET),
  Tty: BOOL,
  OpenStdin: BOOL,
  StdinOnce: BOOL,
  Env: STRINGS,
  Cmd: STR_SLICE,
  Healthcheck: omitted(
    pointerTo(
      structOf('container.HealthConfig', {
        Test: omitted(STRINGS),
        Interval: omitted(INT64),
        Timeout: omitted(INT64),
        StartPeriod: omitted(INT64),
        Retries: omitted(INT),
      }),
    ),
  ),
  ArgsEscaped: omitted(BOOL),
  Image: STRING,
  Volumes: mapOf(EMPTY),
  WorkingDir: STRING,
  Entrypoint: STR_SLICE,
  NetworkDisabled: omitted(BOOL),
  MacAddress: omitted(STRING),
  OnBuild: STRINGS,
  Labels: STRING_MAP,
  StopSignal: omitted(STRING),
  StopTimeout: omitted(pointerTo(INT)),
  Shell: omitted(STR_SLICE),
});

const HEALTH = structOf('types.Health', {
  Status: STRING,
  FailingStreak: INT,
  Log: sliceOf(pointerTo(structOf('types.HealthcheckResult', { Start: STRING, End: STRING, ExitCode: INT, Output: STRING }))),
});

const STATE = structOf('types.ContainerState', {
  Status: STRING,
  Running: BOOL,
  Paused: BOOL,
  Restarting: BOOL,
  OOMKilled: BOOL,
  Dead: BOOL,
  Pid: INT,
  ExitCode: INT,
  Error: STRING,
  StartedAt: STRING,
  FinishedAt: STRING,
  Health: omitted(pointerTo(HEALTH)),
});

const GRAPH_DRIVER = structOf('types.GraphDriverData', { Data: STRING_MAP, Name: STRING });

const BASE = structOf('types.ContainerJSONBase', {
  ID: field(STRING, 'Id'),
  Created: STRING,
  Path: STRING,
  Args: STRINGS,
  State: pointerTo(STATE),
  Image: STRING,
  ResolvConfPath: STRING,
  HostnamePath: STRING,
  HostsPath: STRING,
  LogPath: STRING,
  Node: omitted(pointerTo(structOf('types.ContainerNode', { ID: STRING, Name: STRING }))),
  Name: STRING,
  RestartCount: INT,
  Driver: STRING,
  Platform: STRING,
  MountLabel: STRING,
  ProcessLabel: STRING,
  AppArmorProfile: STRING,
  ExecIDs: STRINGS,
  HostConfig: pointerTo(HOST_CONFIG),
  GraphDriver: GRAPH_DRIVER,
  SizeRw: omitted(pointerTo(INT64)),
  SizeRootFs: omitted(pointerTo(INT64)),
});

const MOUNT_POINT = structOf('types.MountPoint', {
  Type: omitted(declare('mount.Type', STRING)),
  Name: omitted(STRING),
  Source: STRING,
  Destination: STRING,
  Driver: omitted(STRING),
  Mode: STRING,
  RW: BOOL,
  Propagation: declare('mount.Propagation', STRING),
});

const ADDRESSES = sliceOf(structOf('network.Address', { Addr: STRING, PrefixLen: INT }));

const ENDPOINT_SETTINGS = structOf('network.EndpointSettings', {
  IPAMConfig: pointerTo(
    structOf('network.EndpointIPAMConfig', { IPv4Address: omitted(STRING), IPv6Address: omitted(STRING), LinkLocalIPs: omitted(STRINGS) }),
  ),
  Links: STRINGS,
  Aliases: STRINGS,
  NetworkID: STRING,
  EndpointID: STRING,
  Gateway: STRING,
  IPAddress: STRING,
  IPPrefixLen: INT,
  IPv6Gateway: STRING,
  GlobalIPv6Address: STRING,
  GlobalIPv6PrefixLen: INT,
  MacAddress: STRING,
  DriverOpts: STRING_MAP,
});

const NETWORK_SETTINGS = structOf('types.NetworkSettings', {
  NetworkSettingsBase: {
    embedded: true,
    type: structOf('types.NetworkSettingsBase', {
      Bridge: STRING,
      SandboxID: STRING,
      HairpinMode: BOOL,
      LinkLocalIPv6Address: STRING,
      LinkLocalIPv6PrefixLen: INT,
      Ports: PORT_MAP,
      SandboxKey: STRING,
      SecondaryIPAddresses: ADDRESSES,
      SecondaryIPv6Addresses: ADDRESSES,
    }),
  },
  DefaultNetworkSettings: {
    embedded: true,
    type: structOf('types.DefaultNetworkSettings', {
      EndpointID: STRING,
      Gateway: STRING,
      GlobalIPv6Address: STRING,
      GlobalIPv6PrefixLen: INT,
      IPAddress: STRING,
      IPPrefixLen: INT,
      IPv6Gateway: STRING,
      MacAddress: STRING,
    }),
  },
  Networks: mapOf(pointerTo(ENDPOINT_SETTINGS)),
});

/** What `docker inspect CONTAINER` shows. */
export const CONTAINER_JSON = structOf('types.ContainerJSON', {
  ContainerJSONBase: { type: pointerTo(BASE), embedded: true },
  Mounts: sliceOf(MOUNT_POINT),
  Config: pointerTo(CONTAINER_CONFIG),
  NetworkSettings: pointerTo(NETWORK_SETTINGS),
});
