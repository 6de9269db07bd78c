import { parseIpv4, parseIpv6, parseMac } from '../../../base/address.ts';
import { isError } from '../../../base/result.ts';
import { text } from '../../../base/utf8.ts';
import { isUserDefined } from '../../../docker/container/networking.ts';
import {
  type ContainerSpec,
  DEFAULT_HOST_CONFIG,
  DEFAULT_SPEC,
  type EndpointSettings,
  NO_ENDPOINT_SETTINGS,
  type RestartPolicy,
} from '../../../docker/container/spec.ts';
import type { HealthConfig } from '../../../docker/image/image.ts';
import type { Process } from '../../../machine/process.ts';
import { parseSignal } from '../../../machine/signal.ts';
import { ClientError } from './client.ts';
import type { Flags } from './flags.ts';
import { parsePortSpecs } from './port-spec.ts';

/** What `docker run` and `docker create` were told, as the API is asked for it (cli/command/container/opts.go). */
export function parseRun(p: Process, flags: Flags, [image = '', ...cmd]: readonly string[], detached: boolean): ContainerSpec {
  const networkMode = flags.changed('network') ? (flags.list('network')[0] ?? 'default') : 'default';
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
  if (stopSignal !== undefined && parseSignal(stopSignal) === undefined) refuse(`Invalid signal: ${stopSignal}`);
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
      networkMode,
      portBindings: ports.bindings,
      publishAllPorts: flags.bool('publish-all'),
      restartPolicy,
      autoRemove: flags.bool('rm'),
      capAdd: flags.list('cap-add').map(capability),
      capDrop: flags.list('cap-drop').map(capability),
      privileged: flags.bool('privileged'),
      dns: flags.list('dns'),
      dnsOptions: flags.list('dns-option'),
      dnsSearch: flags.list('dns-search'),
      extraHosts: flags.list('add-host'),
      links,
      readonlyRootfs: flags.bool('read-only'),
      sysctls: pairs(flags.list('sysctl')),
      tmpfs: new Map(flags.list('tmpfs').map((entry) => [entry.split(':')[0] ?? '', entry.split(':')[1] ?? ''])),
      pidMode: flags.string('pid'),
      utsMode: flags.string('uts'),
      ipcMode: flags.string('ipc') === '' ? 'private' : flags.string('ipc'),
      memory: flags.int('memory'),
      nanoCpus: flags.int('cpus'),
      init: flags.changed('init') ? flags.bool('init') : undefined,
    },
    networks: networks(flags, networkMode, links),
  };
}

function networks(flags: Flags, mode: string, links: readonly string[]): Map<string, EndpointSettings> {
  const aliases = flags.list('network-alias');
  const [ipv4, ipv6] = [flags.string('ip'), flags.string('ip6')];
  const linkLocalIps = flags.list('link-local-ip');
  if (ipv4 !== '' && parseIpv4(ipv4) === undefined) refuse(`invalid IPv4 address: ${ipv4}`);
  if (ipv6 !== '' && parseIpv6(ipv6) === undefined) refuse(`invalid IPv6 address: ${ipv6}`);
  if (links.length > 0 && (mode === 'host' || mode.startsWith('container:'))) refuse('links are only supported for user-defined networks');
  const own: EndpointSettings = { aliases, links: isUserDefined(mode) ? links : [], ipv4, ipv6, linkLocalIps };
  const asked = aliases.length > 0 || ipv4 !== '' || ipv6 !== '' || linkLocalIps.length > 0 || own.links.length > 0;
  return asked ? new Map([[mode, own]]) : new Map<string, EndpointSettings>([[mode, NO_ENDPOINT_SETTINGS]]);
}

/** --env-file first, then -e; a name alone takes the client's own value, or nothing. */
function environment(p: Process, flags: Flags): string[] {
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

function parseRestart(policy: string): RestartPolicy {
  const [name = '', count] = policy.split(':');
  if (name === '' || name === 'no') return { name: 'no', maximumRetryCount: 0 };
  if (name !== 'always' && name !== 'unless-stopped' && name !== 'on-failure') return refuse(`invalid restart policy '${name}'`, true);
  if (count !== undefined && !/^\d+$/.test(count)) refuse('maximum retry count must be an integer');
  if (count !== undefined && name !== 'on-failure') return refuse(`maximum retry count cannot be used with restart policy '${name}'`, true);
  return { name, maximumRetryCount: Number(count ?? 0) };
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
  const command = flags.string('health-cmd');
  return {
    test: command === '' ? [] : ['CMD-SHELL', command],
    intervalNs: flags.int('health-interval'),
    timeoutNs: flags.int('health-timeout'),
    startPeriodNs: flags.int('health-start-period'),
    retries: flags.int('health-retries'),
  };
}

const capability = (name: string): string => {
  const upper = name.toUpperCase();
  return upper === 'ALL' || upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
};

/** The client refuses before it asks the daemon. */
function refuse(message: string, byDaemon = false): never {
  throw new ClientError(byDaemon ? `docker: Error response from daemon: ${message}.` : `docker: ${message}.`, 125);
}
