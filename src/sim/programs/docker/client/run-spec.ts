import { parseMac } from '../../../base/address.ts';
import { isError } from '../../../base/result.ts';
import { text } from '../../../base/utf8.ts';
import { isUserDefined } from '../../../docker/container/networking.ts';
import {
  type ContainerSpec,
  DEFAULT_HOST_CONFIG,
  DEFAULT_SPEC,
  type DeviceMapping,
  type EndpointSettings,
  type MountSpec,
  NO_ENDPOINT_SETTINGS,
  type RestartPolicy,
} from '../../../docker/container/spec.ts';
import type { HealthConfig } from '../../../docker/image/image.ts';
import type { Process } from '../../../machine/process.ts';
import { parseBytes, parseStringsCsv } from '../cli/flag-value.ts';
import { ClientError } from './client.ts';
import type { Flags } from './flags.ts';
import { parsePortSpecs } from './port-spec.ts';

/** What `docker run` and `docker create` were told, as the API is asked for it (cli/command/container/opts.go). */
export function parseRun(p: Process, flags: Flags, [image = '', ...cmd]: readonly string[], detached: boolean): ContainerSpec {
  const [pidMode, utsMode] = [flags.string('pid'), flags.string('uts')];
  if (pidMode !== '' && pidMode !== 'host' && !pidMode.startsWith('container:')) refuse('--pid: invalid PID mode');
  if (utsMode !== '' && utsMode !== 'host') refuse('--uts: invalid UTS mode');
  const cgroupns = flags.string('cgroupns');
  if (!['', 'host', 'private'].includes(cgroupns)) refuse('--cgroupns: invalid CGROUP mode');
  const networks = flags.list('network').map(parseNetwork);
  const networkMode = networks[0]?.name ?? 'default';
  const ports = parsePortSpecs(flags.list('publish'), flags.list('expose'));
  const attach = flags.list('attach').map((name) => name.toLowerCase());
  const attaches = (name: string): boolean => !detached && (attach.length === 0 ? name !== 'stdin' : attach.includes(name));
  const restartPolicy = parseRestart(flags.string('restart'));
  if (flags.bool('rm') && restartPolicy.name !== 'no') refuse('Conflicting options: --restart and --rm');
  const links = flags.list('link');
  const mac = flags.string('mac-address');
  if (mac !== '' && parseMac(mac) === undefined) refuse(`${mac} is not a valid mac address`);
  const binds = flags.list('volume').filter((volume) => volume.includes(':'));
  const stopSignal = flags.changed('stop-signal') ? flags.string('stop-signal') : undefined;
  return {
    ...DEFAULT_SPEC,
    name: flags.string('name') === '' ? undefined : flags.string('name'),
    image,
    hostname: flags.string('hostname'),
    domainname: flags.string('domainname'),
    user: flags.string('user'),
    attachStdin: attaches('stdin') || (!detached && flags.bool('interactive') && attach.length === 0),
    attachStdout: attaches('stdout'),
    attachStderr: attaches('stderr'),
    tty: flags.bool('tty'),
    openStdin: flags.bool('interactive'),
    stdinOnce: flags.bool('interactive') && !detached,
    env: environment(p, flags),
    cmd: cmd.length > 0 ? cmd : undefined,
    entrypoint: flags.changed('entrypoint') ? [flags.string('entrypoint')] : undefined,
    workingDir: flags.string('workdir'),
    labels: pairs(flags.list('label')),
    exposedPorts: ports.exposed,
    volumes: flags.list('volume').filter((volume) => !volume.includes(':')),
    macAddress: mac,
    stopSignal,
    stopTimeout: flags.changed('stop-timeout') ? flags.int('stop-timeout') : undefined,
    healthcheck: health(flags),
    host: {
      ...DEFAULT_HOST_CONFIG,
      binds,
      mounts: flags.list('mount').map(parseMount),
      volumesFrom: flags.list('volumes-from'),
      networkMode,
      portBindings: ports.bindings,
      publishAllPorts: flags.bool('publish-all'),
      restartPolicy,
      autoRemove: flags.bool('rm'),
      capAdd: flags.list('cap-add'),
      capDrop: flags.list('cap-drop'),
      privileged: flags.bool('privileged'),
      dns: flags.list('dns'),
      dnsOptions: flags.list('dns-option'),
      dnsSearch: flags.list('dns-search'),
      extraHosts: flags.list('add-host'),
      links,
      readonlyRootfs: flags.bool('read-only'),
      sysctls: pairs(flags.list('sysctl')),
      tmpfs: new Map(flags.list('tmpfs').map((entry) => [entry.split(':')[0] ?? '', entry.split(':')[1] ?? ''])),
      pidMode,
      utsMode,
      ipcMode: flags.string('ipc') === '' ? 'private' : flags.string('ipc'),
      shmSize: flags.int('shm-size'),
      devices: flags.list('device').map(parseDevice),
      securityOpt: flags.list('security-opt'),
      cgroupnsMode: cgroupns === 'private' ? cgroupns : 'host',
      logDriver: flags.string('log-driver') || 'json-file',
      logOptions: pairs(flags.list('log-opt')),
      groupAdd: flags.list('group-add'),
      memory: flags.int('memory'),
      memorySwap: flags.int('memory-swap'),
      pidsLimit: flags.changed('pids-limit') ? flags.int('pids-limit') : undefined,
      nanoCpus: flags.int('cpus'),
      init: flags.changed('init') ? flags.bool('init') : undefined,
    },
    networks: endpointSettings(flags, networks, links),
  };
}

/** One `--network`: a name, or `name=NAME,alias=ALIAS,…`, whose form has been checked (opts.NetworkOpt). */
function parseNetwork(given: string): { readonly name: string } & EndpointSettings {
  if (!given.includes('=')) return { name: given, ...NO_ENDPOINT_SETTINGS };
  const fields = parseStringsCsv(given).map((part): readonly [string, string] => {
    const equals = part.indexOf('=');
    return [part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim()];
  });
  const all = (key: string): string[] => fields.filter(([name]) => name === key).map(([, value]) => value);
  const options = pairs(all('driver-opt'));
  return {
    name: all('name').at(-1) ?? '',
    ...NO_ENDPOINT_SETTINGS,
    aliases: all('alias'),
    ipv4: all('ip').at(-1) ?? '',
    ipv6: all('ip6').at(-1) ?? '',
    ...(options.size > 0 && { driverOptions: options }),
  };
}

/** What is asked of each network (container.parseNetworkOpts); the flags about addresses and names are for the first. */
function endpointSettings(
  flags: Flags,
  given: readonly ({ readonly name: string } & EndpointSettings)[],
  links: readonly string[],
): Map<string, EndpointSettings> {
  const names = given.map(({ name }) => name);
  if (new Set(names.map(isUserDefined)).size > 1) {
    refuse('conflicting options: cannot attach both user-defined and non-user-defined network-modes');
  }
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined) refuse(`network ${JSON.stringify(twice)} is specified multiple times`);
  const { name: mode, ...own } = given[0] ?? { name: 'default', ...NO_ENDPOINT_SETTINGS };
  const aliases = flags.list('network-alias');
  if (flags.changed('network') && !isUserDefined(mode)) {
    if (aliases.length > 0 || own.aliases.length > 0) refuse('network-scoped aliases are only supported for user-defined networks');
    if (links.length > 0) refuse('links are only supported for user-defined networks');
  }
  const first: EndpointSettings = {
    ...own,
    aliases: [...own.aliases, ...aliases],
    links: isUserDefined(mode) ? links : [],
    ipv4: flags.string('ip') || own.ipv4,
    ipv6: flags.string('ip6') || own.ipv6,
    linkLocalIps: flags.list('link-local-ip'),
  };
  return new Map([[mode, first], ...given.slice(1).map(({ name, ...settings }) => [name, settings] as const)]);
}

/** `SOURCE[:TARGET][:PERMISSIONS]`, permissions of r, w and m (parseLinuxDevice). */
function parseDevice(given: string): DeviceMapping {
  const [source = '', second, third] = given.split(':');
  const isMode = (word: string): boolean => /^(?!.*(.).*\1)[rwm]+$/.test(word);
  const target = second === undefined || isMode(second) ? source : second;
  if (third !== undefined && !isMode(third)) refuse(`bad mode specified: ${third}`);
  return { source, target };
}

/** One `--mount`, whose form has been checked. */
function parseMount(given: string): MountSpec {
  const fields = new Map<string, string>();
  for (const part of parseStringsCsv(given)) {
    const [key = '', ...value] = part.split('=');
    fields.set(key.toLowerCase(), value.join('='));
  }
  const of = (...keys: readonly string[]): string => keys.map((key) => fields.get(key)).find((value) => value !== undefined) ?? '';
  const on = (...keys: readonly string[]): boolean =>
    keys.some((key) => fields.has(key) && !['false', '0'].includes(fields.get(key) ?? ''));
  const size = of('tmpfs-size');
  const mode = of('tmpfs-mode');
  return {
    type: of('type') === '' ? 'volume' : of('type').toLowerCase(),
    source: of('source', 'src'),
    target: of('target', 'dst', 'destination'),
    readOnly: on('readonly', 'ro'),
    noCopy: on('volume-nocopy'),
    options: [size === '' ? '' : `size=${sizeOption(size)}`, mode === '' ? '' : `mode=${mode}`].filter((option) => option !== '').join(','),
  };
}

/** `1m` as the kernel shows it: `1024k`. */
function sizeOption(size: string): string {
  const bytes = parseBytes(size);
  if (typeof bytes !== 'number') return size;
  return bytes % 1024 === 0 ? `${bytes / 1024}k` : String(bytes);
}

/** --env-file first, then -e; a name alone takes the client's own value, or nothing. */
export function environment(p: Process, flags: Flags): string[] {
  const out = new Map<string, string>();
  const add = (pair: string): void => {
    const equals = pair.indexOf('=');
    if (equals > 0) out.set(pair.slice(0, equals), pair);
    else if (equals < 0) {
      const value = p.env.get(pair);
      if (value !== undefined) out.set(pair, `${pair}=${value}`);
    } else refuse(`invalid environment variable: ${pair}`);
  };
  for (const file of flags.list('env-file')) {
    const contents = p.machine.files.readFile(p, file);
    if (isError(contents)) return refuse(`open ${file}: no such file or directory`);
    for (const line of text(contents).split('\n')) {
      const trimmed = line.trimStart().replace(/\r$/, '');
      if (trimmed === '' || trimmed.startsWith('#')) continue;
      if (/^[^=]*\s[^=]*(=|$)/.test(trimmed))
        refuse(`poorly formatted environment: variable '${trimmed.split('=')[0]}' contains whitespaces`);
      add(trimmed);
    }
  }
  for (const pair of flags.list('env')) add(pair);
  return [...out.values()];
}

export function pairs(list: readonly string[]): Map<string, string> {
  return new Map(
    list.map((pair) => {
      const equals = pair.indexOf('=');
      return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}

/** `POLICY[:COUNT]`; whether there is such a policy the engine says (opts.ParseRestartPolicy). */
export function parseRestart(policy: string): RestartPolicy {
  const [name = '', count, ...more] = policy.split(':');
  if (more.length > 0) return refuse('invalid restart policy format');
  if (count !== undefined && !/^-?\d+$/.test(count)) refuse('maximum retry count must be an integer');
  return { name: name === '' ? 'no' : name, maximumRetryCount: Number(count ?? 0) };
}

function health(flags: Flags): HealthConfig | undefined {
  const given = ['health-cmd', 'health-interval', 'health-timeout', 'health-start-period', 'health-retries'].some((name) =>
    flags.changed(name),
  );
  if (flags.bool('no-healthcheck')) {
    if (given) refuse('--no-healthcheck conflicts with --health-* options');
    return { test: ['NONE'], intervalNs: 0, timeoutNs: 0, startPeriodNs: 0, retries: 0 };
  }
  if (!given) return undefined;
  for (const name of ['interval', 'timeout', 'start-period', 'retries']) {
    if (flags.int(`health-${name}`) < 0) refuse(`--health-${name} cannot be negative`);
  }
  const command = flags.string('health-cmd');
  return {
    test: command === '' ? [] : ['CMD-SHELL', command],
    intervalNs: flags.int('health-interval'),
    timeoutNs: flags.int('health-timeout'),
    startPeriodNs: flags.int('health-start-period'),
    retries: flags.int('health-retries'),
  };
}

/** The client refuses before it asks the daemon. */
function refuse(message: string): never {
  throw new ClientError(message, 125);
}
