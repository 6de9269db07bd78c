import type { Cgroup } from './cgroup.ts';
import type { Machine } from './machine.ts';
import { release } from './signal-delivery.ts';

/**
 * Writes a cgroup's freezer.state (kernel/cgroup/legacy_freezer.c). The processes in it and below stay where they are: no time runs out for them,
 * and signals wait, even SIGKILL. Thawed they act on what has come meanwhile.
 */
export function setFrozen(machine: Machine, cgroup: Cgroup, frozen: boolean): void {
  cgroup.selfFrozen = frozen;
  if (frozen) return;
  for (const task of [...machine.tasks.values()]) if (task.cgroup.isIn(cgroup)) release(task);
}
