import type { Cgroup } from '../cgroup.ts';
import type { Process } from '../process.ts';
import { textFile, type VirtualDirectory, type VirtualNode } from './virtual.ts';

/** The hierarchies of cgroups (version 1) that a machine has, by what mount(8) calls them, in the order of their numbers. */
export const HIERARCHIES = ['cpu', 'cpuacct', 'cpuset', 'memory', 'devices', 'freezer', 'blkio', 'pids', 'name=systemd'] as const;

/** The directory of /sys/fs/cgroup that a hierarchy is mounted on. */
export const hierarchyName = (hierarchy: string): string => hierarchy.replace('name=', '');

/** /proc/PID/cgroup: the hierarchies, the newest first, and the second version's with everybody in its root. */
export function cgroupText(viewer: Process, of: Process): string {
  const path = of.cgroup.pathFrom(viewer.namespaces.cgroup.root);
  const lines = HIERARCHIES.map((name, i) => `${i + 1}:${name}:${path}\n`);
  return `${lines.reverse().join('')}0::/\n`;
}

const FILES = ['cgroup.clone_children', 'cgroup.procs', 'notify_on_release', 'tasks'];

/** A cgroup as a directory: who is in it, and those below. */
export class CgroupDirectory implements VirtualDirectory {
  readonly kind = 'directory';
  readonly mode = 0o755;
  readonly #cgroup: Cgroup;

  constructor(cgroup: Cgroup) {
    this.#cgroup = cgroup;
  }

  names(): string[] {
    return [...FILES, ...this.#cgroup.children.map(({ name }) => name)];
  }

  lookup(_p: Process, name: string): VirtualNode | undefined {
    const below = this.#cgroup.child(name);
    if (below !== undefined) return new CgroupDirectory(below);
    if (!FILES.includes(name)) return undefined;
    return textFile((viewer) => (name === 'tasks' || name === 'cgroup.procs' ? this.#members(viewer) : '0\n'));
  }

  #members(viewer: Process): string {
    const members = [...viewer.machine.processes.values()].filter((process) => process.cgroup === this.#cgroup);
    return members
      .map((process) => process.pidSeenBy(viewer))
      .filter((pid) => pid > 0)
      .map((pid) => `${pid}\n`)
      .join('');
  }
}
