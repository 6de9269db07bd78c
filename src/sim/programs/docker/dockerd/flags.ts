// The flags of dockerd (moby's cmd/dockerd/config.go, config_common_unix.go, config_unix.go), and what each is called in daemon.json.

import { bool, bytes, type FlagValues, int, list, map, text } from '../cli/flag.ts';
import { BadValue, checkAddress, checkDnsSearch, checkLabel, checkUlimit } from '../cli/flag-value.ts';

/** `base=10.10.0.0/16,size=24` (opts.PoolsOpt). */
function checkPool(given: string): string | BadValue {
  for (const field of given.split(',')) {
    const [key, value, more] = field.split('=');
    if (value === undefined || more !== undefined) return new BadValue(`invalid field '${field}' must be a key=value pair`);
    if (!['base', 'size'].includes((key as string).toLowerCase())) return new BadValue(`unexpected key '${key}' in '${field}'`);
  }
  return given;
}

export const DOCKERD_FLAGS = {
  'add-runtime': list('Register an additional OCI compatible runtime', { shown: '[]' }, undefined, 'runtime'),
  'allow-nondistributable-artifacts': list('Allow push of nondistributable artifacts to registry'),
  'api-cors-header': text('Set CORS headers in the Engine API'),
  'authorization-plugin': list('Authorization plugins to load'),
  bip: text('Specify network bridge IP'),
  bridge: text('Attach containers to a network bridge', { short: 'b' }),
  'cgroup-parent': text('Set parent cgroup for all containers'),
  'config-file': text('Daemon configuration file', { initial: '/etc/docker/daemon.json', shown: '"/etc/docker/daemon.json"' }),
  containerd: text('containerd grpc address'),
  'containerd-namespace': text('Containerd namespace to use', { initial: 'moby', shown: '"moby"' }),
  'containerd-plugins-namespace': text('Containerd namespace to use for plugins', { initial: 'plugins.moby', shown: '"plugins.moby"' }),
  'cpu-rt-period': int('Limit the CPU real-time period in microseconds for the parent cgroup for all containers'),
  'cpu-rt-runtime': int('Limit the CPU real-time runtime in microseconds for the parent cgroup for all containers'),
  'cri-containerd': bool('start containerd with cri'),
  'data-root': text('Root directory of persistent Docker state', { initial: '/var/lib/docker', shown: '"/var/lib/docker"' }),
  debug: bool('Enable debug mode', { short: 'D' }),
  'default-address-pool': list('Default address pools for node specific local networks', {}, checkPool, 'pool-options'),
  'default-cgroupns-mode': text('Default mode for containers cgroup namespace ("host" | "private")', { initial: 'host', shown: '"host"' }),
  'default-gateway': text('Container default gateway IPv4 address', {}, 'ip'),
  'default-gateway-v6': text('Container default gateway IPv6 address', {}, 'ip'),
  'default-ipc-mode': text('Default mode for containers ipc ("shareable" | "private")', { initial: 'private', shown: '"private"' }),
  'default-runtime': text('Default OCI runtime for containers', { initial: 'runc', shown: '"runc"' }),
  'default-shm-size': bytes('Default shm size for containers', { initial: 64 * 1024 * 1024, shown: '64MiB' }),
  'default-ulimit': list('Default ulimits for containers', { shown: '[]' }, checkUlimit, 'ulimit'),
  dns: list('DNS server to use', {}, checkAddress),
  'dns-opt': list('DNS options to use'),
  'dns-search': list('DNS search domains to use', {}, checkDnsSearch),
  'exec-opt': list('Runtime execution options'),
  'exec-root': text('Root directory for execution state files', { initial: '/var/run/docker', shown: '"/var/run/docker"' }),
  experimental: bool('Enable experimental features'),
  'fixed-cidr': text('IPv4 subnet for fixed IPs'),
  'fixed-cidr-v6': text('IPv6 subnet for fixed IPs'),
  group: text('Group for the unix socket', { short: 'G', initial: 'docker', shown: '"docker"' }),
  host: list('Daemon socket(s) to connect to', { short: 'H' }),
  'host-gateway-ip': text(
    "IP address that the special 'host-gateway' string in --add-host resolves to. Defaults to the IP address of the default bridge",
    {},
    'ip',
  ),
  icc: bool('Enable inter-container communication', { initial: true, shown: 'true' }),
  init: bool('Run an init in the container to forward signals and reap processes'),
  'init-path': text('Path to the docker-init binary'),
  'insecure-registry': list('Enable insecure registry communication'),
  ip: text('Default IP when binding container ports', { initial: '0.0.0.0', shown: '0.0.0.0' }, 'ip'),
  'ip-forward': bool('Enable net.ipv4.ip_forward', { initial: true, shown: 'true' }),
  'ip-masq': bool('Enable IP masquerading', { initial: true, shown: 'true' }),
  ip6tables: bool('Enable addition of ip6tables rules'),
  iptables: bool('Enable addition of iptables rules', { initial: true, shown: 'true' }),
  ipv6: bool('Enable IPv6 networking'),
  label: list('Set key=value labels to the daemon', {}, checkLabel),
  'live-restore': bool('Enable live restore of docker when containers are still running'),
  'log-driver': text('Default driver for container logs', { initial: 'json-file', shown: '"json-file"' }),
  'log-level': text('Set the logging level ("debug"|"info"|"warn"|"error"|"fatal")', { short: 'l', initial: 'info', shown: '"info"' }),
  'log-opt': map('Default log driver options for containers', { shown: 'map[]' }),
  'max-concurrent-downloads': int('Set the max concurrent downloads for each pull', { initial: 3, shown: '3' }),
  'max-concurrent-uploads': int('Set the max concurrent uploads for each push', { initial: 5, shown: '5' }),
  'max-download-attempts': int('Set the max download attempts for each pull', { initial: 5, shown: '5' }),
  'metrics-addr': text('Set default address and port to serve the metrics api on'),
  mtu: int('Set the containers network MTU'),
  'network-control-plane-mtu': int('Network Control plane MTU', { initial: 1500, shown: '1500' }),
  'no-new-privileges': bool('Set no-new-privileges by default for new containers'),
  'node-generic-resource': list('Advertise user-defined resource'),
  'oom-score-adjust': int('Set the oom_score_adj for the daemon'),
  pidfile: text('Path to use for daemon PID file', { short: 'p', initial: '/var/run/docker.pid', shown: '"/var/run/docker.pid"' }),
  'raw-logs': bool('Full timestamps without ANSI coloring'),
  'registry-mirror': list('Preferred Docker registry mirror'),
  rootless: bool('Enable rootless mode; typically used with RootlessKit'),
  'seccomp-profile': text('Path to seccomp profile'),
  'selinux-enabled': bool('Enable selinux support'),
  'shutdown-timeout': int('Set the default shutdown timeout', { initial: 15, shown: '15' }),
  'storage-driver': text('Storage driver to use', { short: 's' }),
  'storage-opt': list('Storage driver options'),
  'swarm-default-advertise-addr': text('Set default address or interface for swarm advertised address'),
  tls: bool('Use TLS; implied by --tlsverify'),
  tlscacert: text('Trust certs signed only by this CA', { initial: '/root/.docker/ca.pem', shown: '"/root/.docker/ca.pem"' }),
  tlscert: text('Path to TLS certificate file', { initial: '/root/.docker/cert.pem', shown: '"/root/.docker/cert.pem"' }),
  tlskey: text('Path to TLS key file', { initial: '/root/.docker/key.pem', shown: '"/root/.docker/key.pem"' }),
  tlsverify: bool('Use TLS and verify the remote'),
  'userland-proxy': bool('Use userland proxy for loopback traffic', { initial: true, shown: 'true' }),
  'userland-proxy-path': text('Path to the userland proxy binary'),
  'userns-remap': text('User/Group setting for user namespaces'),
  version: bool('Print version information and quit', { short: 'v' }),
} as const;

export type DaemonFlags = FlagValues<typeof DOCKERD_FLAGS>;

/** Go's types of the entries of daemon.json, as its decoder names them. */
export type JsonType = 'bool' | 'int' | 'string' | '[]string' | 'map[string]string' | 'any';

/** Flags that may stand several times are called otherwise in the file (opts.NewNamedListOptsRef). */
const LIST_NAMES: Readonly<Record<string, string>> = {
  'add-runtime': 'runtimes',
  'authorization-plugin': 'authorization-plugins',
  'default-address-pool': 'default-address-pools',
  'default-ulimit': 'default-ulimits',
  'dns-opt': 'dns-opts',
  'exec-opt': 'exec-opts',
  host: 'hosts',
  'insecure-registry': 'insecure-registries',
  label: 'labels',
  'log-opt': 'log-opts',
  'node-generic-resource': 'node-generic-resources',
  'registry-mirror': 'registry-mirrors',
  'storage-opt': 'storage-opts',
};

/** What the entry of a flag is called in daemon.json. */
export const entryOf = (flag: string): string => LIST_NAMES[flag] ?? flag;

/** Entries of the file that no flag has. */
export const FILE_ONLY: ReadonlySet<string> = new Set([
  'builder',
  'cluster-advertise',
  'cluster-store',
  'cluster-store-opts',
  'deprecated-key-path',
  'features',
]);

/** Entries whose own keys are no options (config.flatOptions). */
export const MAPS: ReadonlySet<string> = new Set(['builder', 'cluster-store-opts', 'default-ulimits', 'features', 'log-opts', 'runtimes']);

/** The type of an entry. */
export function jsonTypeOf(flag: keyof typeof DOCKERD_FLAGS): JsonType {
  const { type } = DOCKERD_FLAGS[flag];
  if (type === '') return 'bool';
  if (type === 'map') return 'map[string]string';
  return type === 'int' ? 'int' : type === 'list' ? '[]string' : type === 'string' || type === 'ip' ? 'string' : 'any';
}
