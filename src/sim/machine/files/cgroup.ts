import { fail } from '../../base/result.ts';
import type { Cgroup } from '../cgroup.ts';
import { setFrozen } from '../freezer.ts';
import type { Process } from '../process.ts';
import type { Task } from '../task.ts';
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
/** What the root of a hierarchy has beside them. */
const ROOT_FILES = ['cgroup.sane_behavior', 'release_agent'];
/** What the freezer has below its root, which cannot be frozen. */
const FREEZER_FILES = ['freezer.parent_freezing', 'freezer.self_freezing', 'freezer.state'];

/** A cgroup as a directory of one hierarchy: who is in it, what that hierarchy knows of it, and those below. */
export class CgroupDirectory implements VirtualDirectory {
  readonly kind = 'directory';
  readonly mode = 0o755;
  readonly #cgroup: Cgroup;
  readonly #hierarchy: string;

  constructor(cgroup: Cgroup, hierarchy: string) {
    this.#cgroup = cgroup;
    this.#hierarchy = hierarchy;
  }

  names(): string[] {
    return [...FILES, ...this.#own, ...this.#cgroup.children.map(({ name }) => name)];
  }

  get #own(): readonly string[] {
    if (this.#cgroup.parent === undefined) return ROOT_FILES;
    return this.#hierarchy === 'freezer' ? FREEZER_FILES : [];
  }

  lookup(_p: Process, name: string): VirtualNode | undefined {
    const below = this.#cgroup.child(name);
    if (below !== undefined) return new CgroupDirectory(below, this.#hierarchy);
    if (FREEZER_FILES.includes(name) && this.#own.includes(name)) return this.#freezerFile(name);
    if (!FILES.includes(name) && !this.#own.includes(name)) return undefined;
    if (name === 'release_agent') return textFile(() => '\n');
    return textFile((viewer) => (name === 'tasks' || name === 'cgroup.procs' ? this.#members(viewer) : '0\n'));
  }

  #freezerFile(name: string): VirtualNode {
    const cgroup = this.#cgroup;
    if (name === 'freezer.self_freezing') return textFile(() => `${Number(cgroup.selfFrozen)}\n`);
    if (name === 'freezer.parent_freezing') return textFile(() => `${Number(cgroup.parentFrozen)}\n`);
    return {
      kind: 'file',
      file: {
        read: () => (cgroup.isFrozen ? 'FROZEN\n' : 'THAWED\n'),
        write: (p, text) => {
          const state = text.trim();
          if (state !== 'FROZEN' && state !== 'THAWED') return fail('EINVAL');
          setFrozen((p as Task).machine, cgroup, state === 'FROZEN');
          return undefined;
        },
      },
    };
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
