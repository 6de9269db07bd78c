import { WaitQueue } from '../base/wait-queue.ts';

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
  readonly #events: EngineEvent[] = [];
  #forgotten = 0;
  readonly grown = new WaitQueue();

  add(event: EngineEvent): void {
    this.#events.push(event);
    if (this.#events.length > LIMIT) {
      this.#events.shift();
      this.#forgotten++;
    }
    this.grown.wake();
  }

  get end(): number {
    return this.#forgotten + this.#events.length;
  }

  from(position: number): readonly EngineEvent[] {
    return this.#events.slice(Math.max(0, position - this.#forgotten));
  }
}
