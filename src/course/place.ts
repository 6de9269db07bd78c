import type { NetNamespace } from '../sim/kernel/netns.ts';

import type { Machine } from '../sim/machine/machine.ts';
import { HOST, netnsNames } from '../sim/machine/netns-names.ts';
import type { World } from '../sim/world/world.ts';

/**
 * A network namespace of a machine: `host1` is the machine's own, `host1/red` the one named red in /run/netns, and an inode names one
 * that may have no name.
 */
export type Place = string | { readonly machine: string; readonly netns: string | number };

/** A place found in a world. */
export interface Spot {
  readonly machine: Machine;
  readonly netns: NetNamespace;
}

/** A mistake in an exercise's check, or in the engine. Never the learner's. */
export class CheckError extends Error {}

export function machineNamed(world: World, name: string): Machine {
  const machine = world.machines.get(name);
  if (!machine) throw new CheckError(`there is no machine called ${name} in this lab`);
  return machine;
}

/** Undefined where the machine has no such namespace: the learner has not made it yet. */
export function findSpot(world: World, place: Place): Spot | undefined {
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

function split(place: string): readonly [string, string | undefined] {
  const slash = place.indexOf('/');
  return slash < 0 ? [place, undefined] : [place.slice(0, slash), place.slice(slash + 1)];
}

/** How a place is named to a learner: `host1`, `red on host1`. */
export function placeWords(place: Place): string {
  const [machine, netns] = typeof place === 'string' ? split(place) : [place.machine, place.netns];
  if (netns === undefined || netns === HOST) return machine;
  return `${typeof netns === 'number' ? `net:[${netns}]` : netns} on ${machine}`;
}
