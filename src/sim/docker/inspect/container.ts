import type { Container } from '../container/container.ts';
import { endpointAliases } from '../container/networking.ts';
import { overlayDirectories } from '../container/overlay.ts';
import { DEFAULT_SHM_BYTES } from '../container/rootfs.ts';
import type { EndpointSettings, MountSpec } from '../container/spec.ts';
import type { Engine } from '../engine.ts';
import type { PortMapping } from '../network/bridge/port-mapping.ts';
import type { Endpoint } from '../network/endpoint.ts';
import { formatAddress } from '../network/ipam/prefix.ts';
import { healthJson, setJson } from './image.ts';
import { goTime, type Json, listOrNull, sortedMap, stringMap } from './json.ts';

const MASKED = ['asound', 'acpi', 'kcore', 'keys', 'latency_stats', 'timer_list', 'timer_stats', 'sched_debug', 'scsi'];
const READ_ONLY = ['bus', 'fs', 'irq', 'sys', 'sysrq-trigger'];

/** A container as `docker inspect` shows it (types.ContainerJSON). */
export function inspectContainer(engine: Engine, container: Container): Json {
  const { spec, image, id, directory } = container;
  const argv = [...(spec.entrypoint ?? []), ...(spec.cmd ?? [])];
  return {
    Id: id,
    Created: goTime(container.createdMs, container.createdNs),
    Path: argv[0] ?? '',
    Args: argv.slice(1),
    State: state(container),
    Image: `sha256:${image.id}`,
    ResolvConfPath: `${directory}/resolv.conf`,
    HostnamePath: `${directory}/hostname`,
    HostsPath: `${directory}/hosts`,
    LogPath: `${directory}/${id}-json.log`,
    Name: `/${container.name}`,
    RestartCount: container.restartCount,
    Driver: 'overlay2',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: listOrNull([...container.execs.keys()]),
    HostConfig: hostConfig(engine, container),
    GraphDriver: { Data: overlay(container), Name: 'overlay2' },
    Mounts: mounts(container),
    Config: config(container),
    NetworkSettings: networkSettings(engine, container),
  };
}

function state(container: Container): Json {
  const { status, health } = container;
  return {
    Status: status,
    Running: container.isRunning || status === 'restarting',
    Paused: status === 'paused',
    Restarting: status === 'restarting',
    OOMKilled: container.oomKilled,
    Dead: false,
    Pid: container.process?.task.id.global ?? 0,
    ExitCode: container.exitCode,
    Error: container.error,
    StartedAt: goTime(container.startedMs, container.startedNs),
    FinishedAt: goTime(container.finishedMs, container.finishedNs),
    ...(health !== undefined && {
      Health: {
        Status: health,
        FailingStreak: container.failingStreak,
        Log: container.healthLog.map(({ startMs, endMs, exitCode, output }) => ({
          Start: goTime(startMs),
          End: goTime(endMs),
          ExitCode: exitCode,
          Output: output,
        })),
      },
    }),
  };
}

function hostConfig(engine: Engine, container: Container): Json {
  const { host } = container.spec;
  const links = engine.links.of(container).map(({ child, alias }) => `/${child.name}:/${container.name}/${alias}`);
  return {
    Binds: listOrNull(host.binds),
    ContainerIDFile: '',
    LogConfig: { Type: host.logDriver, Config: stringMap(host.logOptions) },
    NetworkMode: host.networkMode,
    PortBindings: sortedMap(host.portBindings, (bindings) =>
      bindings.map(({ hostIp, hostPort }) => ({ HostIp: hostIp, HostPort: hostPort })),
    ),
    RestartPolicy: { Name: host.restartPolicy.name, MaximumRetryCount: host.restartPolicy.maximumRetryCount },
    AutoRemove: host.autoRemove,
    VolumeDriver: '',
    VolumesFrom: listOrNull(host.volumesFrom),
    CapAdd: listOrNull(host.capAdd),
    CapDrop: listOrNull(host.capDrop),
    CgroupnsMode: host.cgroupnsMode,
    Dns: [...host.dns],
    DnsOptions: [...host.dnsOptions],
    DnsSearch: [...host.dnsSearch],
    ExtraHosts: listOrNull(host.extraHosts),
    GroupAdd: listOrNull(host.groupAdd),
    IpcMode: host.ipcMode,
    Cgroup: '',
    Links: listOrNull(links),
    OomScoreAdj: 0,
    PidMode: host.pidMode,
    Privileged: host.privileged,
    PublishAllPorts: host.publishAllPorts,
    ReadonlyRootfs: host.readonlyRootfs,
    SecurityOpt: listOrNull([...host.securityOpt, ...(host.privileged ? ['label=disable'] : [])]),
    ...(host.tmpfs.size > 0 && { Tmpfs: stringMap(host.tmpfs) }),
    UTSMode: host.utsMode,
    UsernsMode: '',
    ShmSize: host.shmSize || DEFAULT_SHM_BYTES,
    ...(host.sysctls.size > 0 && { Sysctls: stringMap(host.sysctls) }),
    Runtime: 'runc',
    ConsoleSize: [0, 0],
    Isolation: '',
    CpuShares: 0,
    Memory: host.memory,
    NanoCpus: host.nanoCpus,
    CgroupParent: '',
    BlkioWeight: 0,
    BlkioWeightDevice: [],
    BlkioDeviceReadBps: null,
    BlkioDeviceWriteBps: null,
    BlkioDeviceReadIOps: null,
    BlkioDeviceWriteIOps: null,
    CpuPeriod: 0,
    CpuQuota: 0,
    CpuRealtimePeriod: 0,
    CpuRealtimeRuntime: 0,
    CpusetCpus: '',
    CpusetMems: '',
    Devices: host.devices.map(({ source, target }) => ({ PathOnHost: source, PathInContainer: target, CgroupPermissions: 'rwm' })),
    DeviceCgroupRules: null,
    DeviceRequests: null,
    KernelMemory: 0,
    KernelMemoryTCP: 0,
    MemoryReservation: 0,
    MemorySwap: host.memorySwap === 0 ? host.memory * 2 : host.memorySwap,
    MemorySwappiness: null,
    OomKillDisable: false,
    PidsLimit: host.pidsLimit ?? null,
    Ulimits: null,
    CpuCount: 0,
    CpuPercent: 0,
    IOMaximumIOps: 0,
    IOMaximumBandwidth: 0,
    ...(host.mounts.length > 0 && { Mounts: host.mounts.map(mountJson) }),
    MaskedPaths: host.privileged ? null : [...MASKED.map((name) => `/proc/${name}`), '/sys/firmware'],
    ReadonlyPaths: host.privileged ? null : READ_ONLY.map((name) => `/proc/${name}`),
    ...(host.init !== undefined && { Init: host.init }),
  };
}

const mountJson = ({ type, source, target, readOnly }: MountSpec): Json => ({
  Type: type,
  ...(source !== '' && { Source: source }),
  Target: target,
  ...(readOnly && { ReadOnly: true }),
});

function overlay({ id, image }: Container): Json {
  const { lower, merged, upper, work } = overlayDirectories(id, image.id);
  return { LowerDir: lower, MergedDir: merged, UpperDir: upper, WorkDir: work };
}

function mounts(container: Container): Json {
  return container.mounts
    .filter(({ type }) => type !== 'tmpfs')
    .map(({ type, name, source, destination, mode, writable }) => ({
      Type: type,
      ...(name !== undefined && { Name: name }),
      Source: source,
      Destination: destination,
      ...(type === 'volume' && { Driver: 'local' }),
      Mode: mode,
      RW: writable,
      Propagation: type === 'bind' ? 'rprivate' : '',
    }));
}

function config({ spec, imageName }: Container): Json {
  return {
    Hostname: spec.hostname,
    Domainname: spec.domainname,
    User: spec.user,
    AttachStdin: spec.attachStdin,
    AttachStdout: spec.attachStdout,
    AttachStderr: spec.attachStderr,
    ...(spec.exposedPorts.length > 0 && { ExposedPorts: setJson(spec.exposedPorts) }),
    Tty: spec.tty,
    OpenStdin: spec.openStdin,
    StdinOnce: spec.stdinOnce,
    Env: listOrNull(spec.env),
    Cmd: spec.cmd === undefined ? null : [...spec.cmd],
    ...(spec.healthcheck !== undefined && { Healthcheck: healthJson(spec.healthcheck) }),
    Image: imageName,
    Volumes: spec.volumes.length === 0 ? null : setJson(spec.volumes),
    WorkingDir: spec.workingDir,
    Entrypoint: spec.entrypoint === undefined ? null : [...spec.entrypoint],
    ...(spec.macAddress !== '' && { MacAddress: spec.macAddress }),
    OnBuild: null,
    Labels: stringMap(spec.labels),
    ...(spec.stopSignal !== undefined && { StopSignal: spec.stopSignal }),
    ...(spec.stopTimeout !== undefined && { StopTimeout: spec.stopTimeout }),
  };
}

function networkSettings(engine: Engine, container: Container): Json {
  const bridge = shownEndpoint(container, 'bridge');
  const { EndpointID, Gateway, GlobalIPv6Address, GlobalIPv6PrefixLen, IPAddress, IPPrefixLen, IPv6Gateway, MacAddress } =
    addresses(bridge);
  return {
    Bridge: '',
    SandboxID: container.sandboxId,
    HairpinMode: false,
    LinkLocalIPv6Address: '',
    LinkLocalIPv6PrefixLen: 0,
    Ports: ports(container),
    SandboxKey: container.sandboxKey,
    SecondaryIPAddresses: null,
    SecondaryIPv6Addresses: null,
    EndpointID,
    Gateway,
    GlobalIPv6Address,
    GlobalIPv6PrefixLen,
    IPAddress,
    IPPrefixLen,
    IPv6Gateway,
    MacAddress,
    Networks: Object.fromEntries(
      [...container.networks]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, settings]) => [name, endpointJson(engine, container, name, settings)]),
    ),
  };
}

/** What an endpoint has while its container runs; empty without one. */
function addresses(endpoint: Endpoint | undefined) {
  const v4 = endpoint?.network.v4;
  const gatewayV4 = endpoint?.network.gatewayV4;
  const v6 = endpoint?.network.v6;
  return {
    EndpointID: endpoint?.network.driver === 'bridge' ? endpoint.id : '',
    Gateway: gatewayV4 === undefined ? '' : formatAddress(gatewayV4, false),
    IPAddress: endpoint?.ipv4Text ?? '',
    IPPrefixLen: v4?.pool.prefix.length ?? 0,
    IPv6Gateway: v6 === undefined ? '' : formatAddress(v6.gateway, true),
    GlobalIPv6Address: endpoint?.ipv6Text ?? '',
    GlobalIPv6PrefixLen: v6?.pool.prefix.length ?? 0,
    MacAddress: endpoint?.macText ?? '',
  };
}

const shownEndpoint = (container: Container, network: string): Endpoint | undefined =>
  container.endpoints.get(network) ?? container.staleEndpoints.get(network);

function endpointJson(engine: Engine, container: Container, name: string, settings: EndpointSettings): Json {
  const endpoint = shownEndpoint(container, name);
  const network = engine.networks.all.find((other) => other.name === name);
  const started = Number.isFinite(container.startedMs) || endpoint !== undefined;
  const aliases = network?.isUserDefined && (started || settings.driverOptions) ? endpointAliases(container, settings) : settings.aliases;
  const { Gateway, IPAddress, IPPrefixLen, IPv6Gateway, GlobalIPv6Address, GlobalIPv6PrefixLen, MacAddress } = addresses(endpoint);
  return {
    IPAMConfig: ipamConfig(settings),
    Links: listOrNull(settings.links),
    Aliases: settings.driverOptions ? [...aliases] : listOrNull(aliases),
    NetworkID: started ? (network?.id ?? '') : '',
    EndpointID: endpoint?.id ?? '',
    Gateway,
    IPAddress,
    IPPrefixLen,
    IPv6Gateway,
    GlobalIPv6Address,
    GlobalIPv6PrefixLen,
    MacAddress,
    DriverOpts: settings.driverOptions ? stringMap(settings.driverOptions) : null,
  };
}

function ipamConfig({ ipv4, ipv6, linkLocalIps, driverOptions }: EndpointSettings): Json {
  if (ipv4 === '' && ipv6 === '' && linkLocalIps.length === 0) return driverOptions ? {} : null;
  return {
    ...(ipv4 !== '' && { IPv4Address: ipv4 }),
    ...(ipv6 !== '' && { IPv6Address: ipv6 }),
    ...(linkLocalIps.length > 0 && { LinkLocalIPs: [...linkLocalIps] }),
  };
}

/** Exposed ports, and where each is published: null for those that are not. */
function ports(container: Container): Json {
  const published = publishedPorts(container);
  const all = new Map<string, Json>(exposedPorts(container).map((port) => [port, null]));
  for (const { protocol, port, hostIp, hostPort } of published) {
    const key = `${port}/${protocol}`;
    const list = all.get(key);
    all.set(key, [...(Array.isArray(list) ? list : []), { HostIp: hostIp, HostPort: String(hostPort) }]);
  }
  return sortedMap(all, (value) => value);
}

/** The ports that the container is said to have, while it is where they could be published. */
export const exposedPorts = ({ sandbox, spec }: Container): readonly string[] => (sandbox?.isPublishing ? spec.exposedPorts : []);

/** Where the container's ports are published now. */
export const publishedPorts = ({ sandbox }: Container): readonly PortMapping[] => sandbox?.gateway?.cable?.ports.mappings ?? [];
