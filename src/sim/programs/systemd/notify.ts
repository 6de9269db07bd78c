import type { Process, Sys } from '../../machine/process.ts';
import { serviceManager } from './manager.ts';

/** sd_notify(3) READY=1: a service of Type=notify says that it has started. Nothing happens where no service manager runs it. */
export function notifyReady(p: Process): void {
  serviceManager(p.machine)?.ready(p.pid);
}

/** connect(2) to a socket file: one on which systemd listens for a service starts that service. */
export function* connectToService(p: Process, path: string): Sys<void> {
  const manager = serviceManager(p.machine);
  if (manager !== undefined) yield* manager.connected(path, p);
}
