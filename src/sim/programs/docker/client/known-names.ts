import type { Container } from '../../../docker/container/container.ts';
import { DEFAULT_SOCKET, engineAt } from '../../../docker/daemon.ts';
import { isPredefined } from '../../../docker/network/network.ts';
import type { Process } from '../../../machine/process.ts';
import type { NamesFor } from '../cli/complete.ts';

const RUNNING: ReadonlySet<string> = new Set(['attach', 'exec', 'kill', 'pause', 'stop', 'top', 'wait']);

/** The names that the engine knows, for completion in a shell: those with which the command can do something. */
export function knownNames(p: Process): NamesFor {
  const engine = engineAt(p, DEFAULT_SOCKET);
  return (kind, command, args, force) => {
    if (engine === undefined) return [];
    if (kind === 'VOLUME') return engine.volumes.all.map(({ name }) => name);
    if (kind === 'IMAGE')
      return engine.images.all.flatMap((image) => engine.images.tagsOf(image)).map((name) => name.replace(/:latest$/, ''));
    if (kind === 'NETWORK') return engine.networks.all.map(({ name }) => name).filter((name) => command !== 'rm' || !isPredefined(name));
    return engine.containers.all.filter((container) => fits(container, command, args, force)).map(({ name }) => name);
  };
}

function fits({ isRunning, status, networks }: Container, command: string, [network = '']: readonly string[], force: boolean): boolean {
  if (RUNNING.has(command)) return status === 'running';
  switch (command) {
    case 'start':
      return !isRunning;
    case 'unpause':
      return status === 'paused';
    case 'rm':
      return force || !isRunning;
    case 'connect':
      return !networks.has(network);
    case 'disconnect':
      return networks.has(network);
    default:
      return true;
  }
}
