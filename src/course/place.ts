import type { Container } from '../sim/docker/container/container.ts';
import type { NetNamespace } from '../sim/kernel/netns.ts';
import type { Machine } from '../sim/machine/machine.ts';
import { HOST, netnsNames } from '../sim/machine/netns-names.ts';
import type { World } from '../sim/world/world.ts';
import { findContainer } from './containers.ts';

/**
 * Where something is looked at, or probes start: `host1` is the machine itself, `host1/red` the network namespace named red in /run/netns,
 * `host1@web` the container called web: its network namespace and its files. An inode names a namespace that may have no name.
 */
export type Place = string | { readonly machine: string; readonly netns: string | number };

/** A place found in a world. */
export interface Spot {
  readonly machine: Machine;
  readonly netns: NetNamespace;
  /** It is inside this one, which runs. */
  readonly container?: Container;
}

/** A mistake in an exercise's check, or in the engine. Never the learner's. */
export class CheckError extends Error {}

export function machineNamed(world: World, name: string): Machine {
  const machine = world.machines.get(name);
  if (!machine) throw new CheckError(`there is no machine called ${name} in this lab`);
  return machine;
}

/** Undefined where the machine has no such namespace, or the container does not run: the learner has not made it yet. */
export function findSpot(world: World, place: Place): Spot | undefined {
  if (typeof place === 'string' && place.includes('@')) return findInside(world, place);
  const [machineName, name] = typeof place === 'string' ? split(place) : [place.machine, place.netns];
  const machine = machineNamed(world, machineName);
  if (name === undefined || name === HOST) return { machine, netns: machine.kernel.initNetns };
  if (typeof name === 'number') {
    const netns = machine.kernel.namespaces.get(name);
    return netns && { machine, netns };
  }
  for (const [inode, known] of netnsNames(machine)) {
    const netns = machine.kernel.namespaces.get(inode);
    if (known === name && netns) return { machine, netns };
  }
  return undefined;
}

function findInside(world: World, place: string): Spot | undefined {
  const [machineName, name = ''] = split(place);
  const machine = machineNamed(world, machineName);
  const container = findContainer(machine, name);
  const netns = container?.process?.task.netns;
  return container && netns && { machine, netns, container };
}

/** Why there is no such place, in words a learner understands. */
export function missingWords(world: World, place: Place): string {
  if (typeof place !== 'string' || !place.includes('@')) return `${placeWords(place)}: there is no such network namespace`;
  const [machine, name = ''] = split(place);
  const there = findContainer(machineNamed(world, machine), name) !== undefined;
  return there ? `${placeWords(place)} is not running` : noContainer(machine, name);
}

export const noContainer = (machine: string, name: string): string => `there is no container called ${name} on ${machine}`;

function split(place: string): readonly [string, string | undefined] {
  const mark = place.search(/[/@]/);
  return mark < 0 ? [place, undefined] : [place.slice(0, mark), place.slice(mark + 1)];
}

/** How a place is named to a learner: `host1`, `red on host1`, `web on host1`. */
export function placeWords(place: Place): string {
  const [machine, netns] = typeof place === 'string' ? split(place) : [place.machine, place.netns];
  if (netns === undefined || netns === HOST) return machine;
  return `${typeof netns === 'number' ? `net:[${netns}]` : netns} on ${machine}`;
}
