import { isError } from '../base/result.ts';
import type { Machine } from '../machine/machine.ts';
import type { Process } from '../machine/process.ts';
import type { Engine } from './engine.ts';
import { ImageStore } from './image/store.ts';

/** Where dockerd listens unless it is told otherwise. */
export const DEFAULT_SOCKET = '/var/run/docker.sock';

/** The engine behind each socket file that a dockerd listens on. */
const listening = new WeakMap<object, Engine>();

/** What lies in /var/lib/docker of each machine: it outlives dockerd. */
const disks = new WeakMap<Machine, ImageStore>();

export function imagesOf(machine: Machine): ImageStore {
  let images = disks.get(machine);
  if (images === undefined) {
    images = new ImageStore();
    disks.set(machine, images);
  }
  return images;
}

/** From now on clients that open the socket file reach this engine. False if the file cannot be made. */
export function listen(p: Process, path: string, engine: Engine): boolean {
  p.machine.files.unlink(p, path);
  const socket = p.machine.files.makeSocket(p, path, 0o660);
  if (isError(socket)) return false;
  listening.set(socket, engine);
  return true;
}

/** The engine that a client reaches at a socket file, as it sees the file; undefined if there is none or nobody listens. */
export function engineAt(p: Process, path: string): Engine | undefined {
  const socket = p.machine.files.socketAt(p, path);
  const engine = isError(socket) ? undefined : listening.get(socket);
  return engine === undefined || engine.host.daemon.ended ? undefined : engine;
}
