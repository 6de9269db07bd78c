import { isError } from '../base/result.ts';
import type { Machine } from '../machine/machine.ts';
import type { Process } from '../machine/process.ts';
import { SocketFile } from '../machine/socket-file.ts';
import type { Task } from '../machine/task.ts';
import { EngineDisk } from './disk.ts';
import type { Engine } from './engine.ts';

/** Where dockerd listens unless it is told otherwise. */
export const DEFAULT_SOCKET = '/var/run/docker.sock';

/** The engine behind each socket file that a dockerd listens on. */
const listening = new WeakMap<object, Engine>();

/** What lies in /var/lib/docker of each machine: it outlives dockerd. */
const disks = new WeakMap<Machine, EngineDisk>();

export function diskOf(machine: Machine): EngineDisk {
  let disk = disks.get(machine);
  if (disk === undefined) {
    disk = new EngineDisk(machine);
    disks.set(machine, disk);
  }
  return disk;
}

/**
 * From now on, and until the descriptor is closed, clients that open the socket file reach this engine. Undefined if the file cannot be
 * made.
 */
export function listen(p: Task, path: string, engine: Engine): number | undefined {
  p.machine.files.unlink(p, path);
  const socket = p.machine.files.makeSocket(p, path, 0o660);
  if (isError(socket)) return undefined;
  const fd = p.install(new SocketFile(p.machine.kernel.allocateInode(), () => listening.delete(socket)));
  if (isError(fd)) return undefined;
  listening.set(socket, engine);
  return fd;
}

/** The engine that a client reaches at a socket file, as it sees the file; undefined if there is none or nobody listens. */
export function engineAt(p: Process, path: string): Engine | undefined {
  const socket = p.machine.files.socketAt(p, path);
  return isError(socket) ? undefined : listening.get(socket);
}
