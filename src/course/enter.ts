import { isError } from '../sim/base/result.ts';
import { RunningCommand } from '../sim/lab/run-command.ts';
import { joinNamespace } from '../sim/machine/nsproxy.ts';
import type { Task } from '../sim/machine/task.ts';
import type { World } from '../sim/world/world.ts';
import type { Spot } from './place.ts';

const FOLDERS = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];
/** Where a probe in a container has the machine's own files: a directory that every container's /dev has. */
const MACHINE = '/dev/shm';
const PATH_INSIDE = [...FOLDERS.map((folder) => MACHINE + folder), '/usr/local/sbin', '/usr/local/bin', ...FOLDERS].join(':');

/**
 * Starts a command at a place, as root. In a container it sees the container's files and names, and the machine's programs before the
 * image's: an image without ping can be probed as well. Throws where the machine can start nothing.
 */
export function startAt(world: World, { machine, netns, container }: Spot, command: string): RunningCommand {
  const running = new RunningCommand(world, machine, command);
  const task = running.process as Task;
  if (container === undefined) {
    if (netns !== machine.kernel.initNetns) joinNamespace(task, netns);
    return running;
  }
  const inside = container.process?.task.namespaces;
  const root = task.open('/', { read: true, directory: true });
  const folder = isError(root) ? undefined : task.file(root);
  if (inside === undefined || folder === undefined || isError(root)) return running;
  for (const namespace of [inside.ipc, inside.cgroup, inside.uts, inside.net, inside.mnt]) joinNamespace(task, namespace);
  // A copy of the container's mounts, so that what is mounted for the probe is seen by the probe alone.
  task.unshare(['mnt']);
  machine.files.setPropagation(task, '/', 'private', true);
  machine.files.bindMount(task, folder, MACHINE);
  task.close(root);
  task.cwd = '/';
  task.env.set('PATH', PATH_INSIDE);
  return running;
}
