import type { EventQueue } from '../base/event-queue.ts';
import type { Random } from '../base/random.ts';
import type { NetNamespace } from './netns.ts';
import type { Trace } from './trace.ts';

/** What a kernel gets from the world around it: time, randomness and somebody who listens to its decisions. */
export interface KernelEnvironment {
  readonly machine: string;
  readonly clock: EventQueue;
  readonly random: Random;
  readonly trace: Trace;
}

/** One machine's network stack: its network namespaces and what they share. */
export interface Kernel extends KernelEnvironment {
  /** The namespace the machine boots into. */
  readonly initNetns: NetNamespace;
  /** Every living namespace, oldest first. */
  readonly namespaces: ReadonlyMap<number, NetNamespace>;
  /** A new, empty namespace with a loopback that is down (`copy_net_ns`). The caller holds it. */
  createNetns(): NetNamespace;
}
