import { isError } from '../../base/result.ts';
import { text } from '../../base/utf8.ts';
import type { Engine } from '../engine.ts';
import { goTime } from './json.ts';

/** The engine that the recordings were made with: Debian 12's docker.io. */
export const ENGINE_VERSION = {
  version: '20.10.24+dfsg1',
  api: '1.41',
  minApi: '1.12',
  commit: '5d6db84',
  goVersion: 'go1.19.8',
  built: 'Thu May  7 21:09:36 2026',
  builtAt: '2026-05-07T21:09:36.000000000+00:00',
  components: [
    { name: 'containerd', version: '1.6.20~ds1', commit: '1.6.20~ds1-1+deb12u3' },
    { name: 'runc', version: '1.1.5+ds1', commit: '1.1.5+ds1-1+deb12u1' },
    { name: 'docker-init', version: '0.19.0', commit: '' },
  ],
} as const;

const [CONTAINERD, RUNC] = ENGINE_VERSION.components;

/** What `GET /version` answers: `docker version`. */
export function systemVersion(engine: Engine) {
  const { version, api, minApi, commit, goVersion, built, builtAt, components } = ENGINE_VERSION;
  const kernel = kernelRelease(engine);
  const own = {
    ...{ ApiVersion: api, Arch: 'amd64', BuildTime: built, Experimental: 'false', GitCommit: commit, GoVersion: goVersion },
    ...{ KernelVersion: kernel, MinAPIVersion: minApi, Os: 'linux' },
  };
  return {
    Platform: { Name: '' },
    Components: [
      { Name: 'Engine', Version: version, Details: own },
      ...components.map((part) => ({ Name: part.name, Version: part.version, Details: { GitCommit: part.commit } })),
    ],
    ...{ Version: version, ApiVersion: api, MinAPIVersion: minApi, GitCommit: commit, GoVersion: goVersion },
    ...{ Os: 'linux', Arch: 'amd64', KernelVersion: kernel, BuildTime: builtAt },
  };
}

/** What `GET /info` answers: `docker info`. */
export function systemInfo(engine: Engine) {
  const { host } = engine;
  const containers = engine.containers.all;
  const { machine, daemon, config } = host;
  const running = containers.filter(({ status }) => status === 'running' || status === 'restarting').length;
  const paused = containers.filter(({ status }) => status === 'paused').length;
  const sysctl = (path: string): boolean => read(engine, `/proc/sys/net/${path}`).trim() === '1';
  return {
    ID: identity(engine.id),
    Containers: containers.length,
    ContainersRunning: running,
    ContainersPaused: paused,
    ContainersStopped: containers.length - running - paused,
    Images: engine.images.all.length,
    Driver: 'overlay2',
    DriverStatus: [
      ['Backing Filesystem', 'extfs'],
      ['Supports d_type', 'true'],
      ['Native Overlay Diff', 'true'],
      ['userxattr', 'false'],
    ],
    Plugins: {
      Volume: ['local'],
      Network: ['bridge', 'host', 'ipvlan', 'macvlan', 'null', 'overlay'],
      Authorization: null,
      Log: ['awslogs', 'fluentd', 'gcplogs', 'gelf', 'journald', 'json-file', 'local', 'logentries', 'splunk', 'syslog'],
    },
    ...{ MemoryLimit: true, SwapLimit: true, KernelMemory: true, KernelMemoryTCP: true, CpuCfsPeriod: true, CpuCfsQuota: true },
    ...{ CPUShares: true, CPUSet: true, PidsLimit: true },
    IPv4Forwarding: sysctl('ipv4/ip_forward'),
    BridgeNfIptables: sysctl('bridge/bridge-nf-call-iptables'),
    BridgeNfIp6tables: sysctl('bridge/bridge-nf-call-ip6tables'),
    ...{ Debug: config.debug, NFd: 24 + 4 * running, OomKillDisable: true, NGoroutines: 40 + 8 * running },
    SystemTime: goTime(machine.wallClockMs, machine.clock.now),
    ...{ LoggingDriver: config.logDriver, CgroupDriver: 'cgroupfs', CgroupVersion: '1', NEventsListener: 0 },
    KernelVersion: kernelRelease(engine),
    OperatingSystem: /^PRETTY_NAME="?(.*?)"?$/m.exec(read(engine, '/etc/os-release'))?.[1] ?? 'linux',
    OSVersion: /^VERSION_ID="?(.*?)"?$/m.exec(read(engine, '/etc/os-release'))?.[1] ?? '',
    ...{ OSType: 'linux', Architecture: 'x86_64', IndexServerAddress: 'https://index.docker.io/v1/' },
    RegistryConfig: {
      AllowNondistributableArtifactsCIDRs: [],
      AllowNondistributableArtifactsHostnames: [],
      InsecureRegistryCIDRs: [...config.insecureRegistries.filter((name) => name.includes('/')), '127.0.0.0/8'],
      IndexConfigs: {
        'docker.io': {
          Name: 'docker.io',
          Mirrors: config.registryMirrors.map((url) => url.replace(/\/?$/, '/')),
          Secure: true,
          Official: true,
        },
        ...Object.fromEntries(
          config.insecureRegistries
            .filter((name) => !name.includes('/'))
            .map((name) => [name, { Name: name, Mirrors: [], Secure: false, Official: false }]),
        ),
      },
      Mirrors: config.registryMirrors.map((url) => url.replace(/\/?$/, '/')),
    },
    NCPU: host.cpus,
    MemTotal: host.memoryBytes,
    GenericResources: null,
    DockerRootDir: '/var/lib/docker',
    ...{ HttpProxy: '', HttpsProxy: '', NoProxy: '' },
    Name: daemon.namespaces.uts.hostname,
    Labels: config.labels,
    ExperimentalBuild: config.experimental,
    ServerVersion: ENGINE_VERSION.version,
    Runtimes: { 'io.containerd.runc.v2': { path: 'runc' }, 'io.containerd.runtime.v1.linux': { path: 'runc' }, runc: { path: 'runc' } },
    DefaultRuntime: 'runc',
    Swarm: { NodeID: '', NodeAddr: '', LocalNodeState: 'inactive', ControlAvailable: false, Error: '', RemoteManagers: null },
    ...{ LiveRestoreEnabled: config.liveRestore, Isolation: '', InitBinary: 'docker-init' },
    ContainerdCommit: { ID: CONTAINERD.commit, Expected: CONTAINERD.commit },
    RuncCommit: { ID: RUNC.commit, Expected: RUNC.commit },
    InitCommit: { ID: '', Expected: '' },
    SecurityOptions: ['name=seccomp,profile=default'],
    ...(config.addressPools.length > 0 && {
      DefaultAddressPools: config.addressPools.map(({ base, size }) => ({ Base: base, Size: size })),
    }),
    Warnings: warnings(engine),
  };
}

/** What `docker info` says last, on standard error (pkg/sysinfo). */
function warnings(engine: Engine): readonly string[] | null {
  const off = (path: string): boolean => read(engine, `/proc/sys/net/${path}`).trim() === '0';
  const all = [
    ...(off('ipv4/ip_forward') ? ['WARNING: IPv4 forwarding is disabled'] : []),
    ...(off('bridge/bridge-nf-call-iptables') ? ['WARNING: bridge-nf-call-iptables is disabled'] : []),
    ...(off('bridge/bridge-nf-call-ip6tables') ? ['WARNING: bridge-nf-call-ip6tables is disabled'] : []),
  ];
  return all.length > 0 ? all : null;
}

const kernelRelease = (engine: Engine): string => read(engine, '/proc/sys/kernel/osrelease').trim();

function read({ host }: Engine, path: string): string {
  const data = host.machine.files.readFile(host.daemon, path);
  return isError(data) ? '' : text(data);
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** As libtrust writes a key's fingerprint: twelve groups of four letters. */
function identity(hex: string): string {
  const letters = [...hex.slice(0, 48)].map((digit, i) => BASE32[(Number.parseInt(digit, 16) * 2 + (i % 2)) % 32] ?? 'A').join('');
  return (letters.match(/.{4}/g) ?? []).join(':');
}
