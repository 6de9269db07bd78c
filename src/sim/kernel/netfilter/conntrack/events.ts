import type { ConntrackSnapshot } from './snapshot.ts';

/** Who made a change that is no packet's doing: shown behind `[USERSPACE]`. */
export interface EventSource {
  readonly portId: number;
  readonly program: string;
}

/** A message to those that listen to connections come and go (ctnetlink_conntrack_event). */
export interface ConntrackEvent {
  readonly type: 'NEW' | 'UPDATE' | 'DESTROY';
  readonly entry: ConntrackSnapshot;
  readonly source: EventSource | undefined;
  /** Whether the message has the mark in it. */
  readonly withMark: boolean;
}

/** Who listens in one namespace. */
export class ConntrackEvents {
  private readonly listeners = new Set<(event: ConntrackEvent) => void>();

  /** Whether anybody does. */
  get heard(): boolean {
    return this.listeners.size > 0;
  }

  emit(event: ConntrackEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  /** Returns what ends it. */
  subscribe(listener: (event: ConntrackEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
