import type { Machine } from '../../machine.ts';
import type { PidNamespace } from '../../namespaces.ts';
import type { MountTables } from '../mount-tables.ts';
import type { VirtualDirectory } from '../virtual.ts';
import type { VirtualRegistry } from '../virtual-registry.ts';

/** What the files of one mounted /proc share: whose processes it shows, and the machine behind it. */
export interface ProcContext {
  readonly machine: Machine;
  readonly mounts: MountTables;
  readonly registry: VirtualRegistry;
  /** The files that do not depend on whose /proc it is. */
  readonly files: VirtualDirectory;
  /** The pid namespace that /proc was mounted in: its processes, by their numbers in it. */
  readonly pidNamespace: () => PidNamespace;
}
