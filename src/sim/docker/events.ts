import { WaitQueue } from '../base/wait-queue.ts';
import type { Machine } from '../machine/machine.ts';
import type { Container } from './container/container.ts';
import type { Network } from './network/network.ts';
import type { Volume } from './volumes.ts';

/** Something that happened to a container, a network, an image or a volume: a line of `docker events`. */
export interface EngineEvent {
  readonly type: 'container' | 'network' | 'image' | 'volume' | 'daemon';
  readonly action: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly timeMs: number;
  readonly timeNs: number;
}

/** Older events are forgotten (eventsLimit). */
const LIMIT = 256;

export class EventLog {
  readonly #machine: Machine;
  readonly #events: EngineEvent[] = [];
  #forgotten = 0;
  readonly grown = new WaitQueue();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  get end(): number {
    return this.#forgotten + this.#events.length;
  }

  from(position: number): readonly EngineEvent[] {
    return this.#events.slice(Math.max(0, position - this.#forgotten));
  }

  note(container: Container, action: string, more: Readonly<Record<string, string>> = {}): void {
    const labels = Object.fromEntries(container.spec.labels);
    this.#record('container', container.id, action, { ...labels, image: container.imageName, name: container.name, ...more });
  }

  noteNetwork(network: Network, action: string, more: Readonly<Record<string, string>> = {}): void {
    this.#record('network', network.id, action, { name: network.name, type: network.driver, ...more });
  }

  noteVolume(volume: Volume, action: string, more: Readonly<Record<string, string>> = {}): void {
    this.#record('volume', volume.name, action, { driver: 'local', ...more });
  }

  noteImage(imageId: string, name: string, action: string): void {
    this.#record('image', `sha256:${imageId}`, action, { name });
  }

  #record(type: EngineEvent['type'], id: string, action: string, attributes: Readonly<Record<string, string>>): void {
    const { wallClockMs, clock } = this.#machine;
    this.#events.push({ type, action, id, attributes, timeMs: wallClockMs, timeNs: clock.now });
    if (this.#events.length > LIMIT) {
      this.#events.shift();
      this.#forgotten++;
    }
    this.grown.wake();
  }
}
