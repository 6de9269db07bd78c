import type { Container } from '../docker/container/container.ts';
import { DEFAULT_SOCKET, engineAt } from '../docker/daemon.ts';
import type { Engine } from '../docker/engine.ts';
import type { Machine } from '../machine/machine.ts';

/** A machine's Docker engine; undefined where no dockerd runs. */
export const engineOf = (machine: Machine): Engine | undefined => engineAt(machine.init, DEFAULT_SOCKET);

/** Its containers, stopped ones too, in the order in which they were made. */
export const containersOn = (machine: Machine): readonly Container[] => engineOf(machine)?.containers.all ?? [];
