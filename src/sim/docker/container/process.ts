import { isError } from '../../base/result.ts';
import type { CapabilitySet } from '../../kernel/capability.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Task } from '../../machine/task.ts';
import type { EngineHost } from '../host.ts';
import { containerCapabilities } from '../runtime/privileges.ts';
import type { Container } from './container.ts';

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** NAME=VALUE pairs, later ones in the place of earlier ones of the same name; a name alone takes it away (ReplaceOrAppendEnvValues). */
export function mergeEnv(pairs: Iterable<string>): Map<string, string> {
  const env = new Map<string, string>();
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    if (equals < 0) env.delete(pair);
    else env.set(pair.slice(0, equals), pair.slice(equals + 1));
  }
  return env;
}

/** The environment of a container's processes (CreateDaemonEnvironment). */
export function containerEnv(
  container: Container,
  links: readonly string[],
  tty: boolean,
  more: readonly string[] = [],
): Map<string, string> {
  const { spec } = container;
  const base = [`PATH=${DEFAULT_PATH}`, `HOSTNAME=${fullHostname(container)}`];
  if (tty) base.push('TERM=xterm');
  return mergeEnv([...base, ...links, ...spec.env, ...more]);
}

function fullHostname({ spec }: Container): string {
  return spec.domainname === '' ? spec.hostname : `${spec.hostname}.${spec.domainname}`;
}

/** Entry point and command in one. */
export function containerArgv({ spec }: Container): readonly string[] {
  return [...(spec.entrypoint ?? []), ...(spec.cmd ?? [])];
}

/** What root in this container may. */
export function capabilitiesOf({ spec }: Container, privileged = false): CapabilitySet {
  const { host } = spec;
  return containerCapabilities(host.capAdd, host.capDrop, host.privileged || privileged);
}

/** nosuid, nodev and noexec go with every tmpfs of a container. */
const tmpfsOptions = (given: string): string => ['nosuid', 'nodev', 'noexec', given].filter((word) => word !== '').join(',');

/**
 * What of the host's files the container has: volumes, binds, its own /etc/hosts, hostname and resolv.conf; where it runs, each tmpfs. Those with fewer
 * names in their paths come first (container.mounts.Less).
 */
export function mountVolumes({ daemon, machine }: EngineHost, container: Container, task: Task, running = false): void {
  const { files } = machine;
  const { readonlyRootfs } = container.spec.host;
  const taken = new Set(container.mounts.map(({ destination }) => destination));
  const own = (['resolv.conf', 'hostname', 'hosts'] as const)
    .map((name) => ({
      type: 'bind',
      source: etcFile(container, name),
      destination: `/etc/${name}`,
      writable: !readonlyRootfs,
      options: '',
    }))
    .filter(({ destination }) => !taken.has(destination));
  const depth = (path: string): number => path.split('/').length;
  const all = [...container.mounts, ...own].sort((a, b) => depth(a.destination) - depth(b.destination));
  for (const { type, source, destination, writable, options } of all) {
    if (destination === '/' || (type === 'tmpfs' && !running)) continue;
    makePath(machine, task, destination, type === 'bind' && isFile(machine, daemon, source));
    if (type === 'tmpfs') {
      files.mount(task, {
        type: 'tmpfs',
        source: 'tmpfs',
        target: destination,
        options: tmpfsOptions(writable ? options : `${options},ro`),
      });
      continue;
    }
    bindFromHost(machine, daemon, task, source, destination);
    if (!writable) files.remount(task, destination, 'ro', true);
  }
}

/** Where a file of a container's /etc lies on the host. */
export const etcFile = (container: Container, name: 'hosts' | 'hostname' | 'resolv.conf'): string =>
  `${(container.sharesFilesOf ?? container).directory}/${name}`;

export function bindFromHost(machine: Machine, daemon: Task, task: Task, source: string, target: string): void {
  const file = machine.files.open(daemon, source, { read: true });
  if (isError(file)) return;
  machine.files.bindMount(task, file, target);
  file.release();
}

const isFile = (machine: Machine, p: Task, path: string): boolean => {
  const stat = machine.files.stat(p, path);
  return !isError(stat) && stat.kind !== 'directory';
};

/** Makes a place to mount on, with the directories above (os.MkdirAll). */
export function makePath(machine: Machine, p: Task, path: string, file: boolean): void {
  if (!isError(machine.files.stat(p, path))) return;
  const slash = path.lastIndexOf('/');
  if (slash > 0) makePath(machine, p, path.slice(0, slash), false);
  if (file) machine.files.writeFile(p, path, new Uint8Array(0), { mode: 0o644 });
  else machine.files.makeDirectory(p, path, 0o755);
}
