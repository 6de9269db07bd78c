import type { Machine } from '../../machine.ts';
import type { MountTables } from '../mount-tables.ts';
import { fixedDirectory, type VirtualDirectory } from '../virtual.ts';
import type { VirtualRegistry } from '../virtual-registry.ts';
import { pidDirectory } from './pid.ts';

/** /proc of a machine, as the process that looks sees it. */
export function procRoot(machine: Machine, mounts: MountTables, registry: VirtualRegistry): VirtualDirectory {
  const fixed = fixedDirectory({
    self: { kind: 'symlink', target: (p) => String(p.pid) },
    'thread-self': { kind: 'symlink', target: (p) => `${p.pid}/task/${p.pid}` },
    mounts: { kind: 'symlink', size: 11, target: () => 'self/mounts' },
    net: { kind: 'symlink', size: 8, target: () => 'self/net' },
  });
  return {
    kind: 'directory',
    names: (p) => [...fixed.names(p), ...[...machine.processes.keys()].map(String)],
    lookup(p, name) {
      if (!/^[1-9][0-9]*$/.test(name)) return fixed.lookup(p, name);
      const process = machine.processes.get(Number(name));
      return process && pidDirectory(process, mounts, registry);
    },
  };
}
