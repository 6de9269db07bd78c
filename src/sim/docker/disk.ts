import type { Machine } from '../machine/machine.ts';
import type { Container } from './container/container.ts';
import { LinkIndex } from './container/links.ts';
import { ImageStore } from './image/store.ts';
import { type Network, newId } from './network/network.ts';
import type { Volume } from './volumes.ts';

/** What an engine writes down in /var/lib/docker, and the next one finds there. */
export class EngineDisk {
  readonly engineId: string;
  readonly images = new ImageStore();
  /** By id, in the order they were made. */
  readonly containers = new Map<string, Container>();
  readonly links = new LinkIndex();
  /** By id. What lives of them (bridge, addresses, endpoints) is made anew by the engine that finds them. */
  readonly networks = new Map<string, Network>();
  /** By name. */
  readonly volumes = new Map<string, Volume>();

  constructor(machine: Machine) {
    this.engineId = newId(machine.random);
  }
}
