import { fail } from '../../../base/result.ts';
import type { Machine } from '../../machine.ts';
import type { PidNamespace } from '../../namespaces.ts';
import type { Process } from '../../process.ts';
import type { MountTables } from '../mount-tables.ts';
import { fixedDirectory, type VirtualDirectory } from '../virtual.ts';
import type { VirtualRegistry } from '../virtual-registry.ts';
import { pidDirectory } from './pid.ts';
import { sysDirectory } from './sysctl-files.ts';
import { systemFiles } from './system.ts';

/** What the files of one mounted /proc share: whose processes it shows, and the machine behind it. */
export interface ProcContext {
  readonly machine: Machine;
  readonly mounts: MountTables;
  readonly registry: VirtualRegistry;
  /** The pid namespace that /proc was mounted in: its processes, by their numbers in it. */
  readonly pidNamespace: () => PidNamespace;
}

/** The number of a process in the namespace that /proc shows; undefined where it is not seen. */
export function pidIn(context: ProcContext, process: Process): number | undefined {
  const ns = context.pidNamespace();
  if (ns.parent === undefined) return process.pid;
  for (const [pid, other] of ns.processes) if (other === process) return pid;
  return undefined;
}

/** /proc (fs/proc/root.c): the system's files, then the processes. */
export function procRoot(context: ProcContext): VirtualDirectory {
  const self = (p: Process) => pidIn(context, p)?.toString();
  const fixed = fixedDirectory({
    net: { kind: 'symlink', size: 8, target: () => 'self/net' },
    sys: sysDirectory(context.machine),
    mounts: { kind: 'symlink', size: 11, target: () => 'self/mounts' },
    ...systemFiles(context),
    self: { kind: 'symlink', target: (p) => self(p) ?? fail('ENOENT') },
    'thread-self': {
      kind: 'symlink',
      target(p) {
        const pid = self(p);
        return pid === undefined ? fail('ENOENT') : `${pid}/task/${pid}`;
      },
    },
  });
  return {
    kind: 'directory',
    names: (p) => [...fixed.names(p), ...[...context.pidNamespace().processes.keys()].sort((a, b) => a - b).map(String)],
    lookup(p, name) {
      if (!/^[1-9][0-9]*$/.test(name)) return fixed.lookup(p, name);
      const process = context.pidNamespace().processes.get(Number(name));
      return process && pidDirectory(context, process, Number(name));
    },
  };
}
