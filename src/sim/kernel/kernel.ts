import type { EventQueue } from '../base/event-queue.ts';
import type { Random } from '../base/random.ts';
import { NetNamespace } from './netns.ts';
import type { Trace } from './trace.ts';

/** What a kernel gets from the world around it: time, randomness and somebody who listens to its decisions. */
export interface KernelEnvironment {
  readonly machine: string;
  readonly clock: EventQueue;
  readonly random: Random;
  readonly trace: Trace;
}

/** Inode of the network namespace that a machine boots into, and the first of those made later. */
const INIT_NET_INODE = 4026531840;
const FIRST_DYNAMIC_INODE = 4026532200;

/** One machine's network stack: its network namespaces and what they share. */
export class Kernel implements KernelEnvironment {
  readonly machine: string;
  readonly clock: EventQueue;
  readonly random: Random;
  readonly trace: Trace;
  /** Every living namespace by its inode, oldest first. */
  readonly namespaces = new Map<number, NetNamespace>();
  /** The namespace the machine boots into. */
  readonly initNetns: NetNamespace;
  private nextInode = FIRST_DYNAMIC_INODE;

  constructor(env: KernelEnvironment) {
    this.machine = env.machine;
    this.clock = env.clock;
    this.random = env.random;
    this.trace = env.trace;
    this.initNetns = new NetNamespace(this, INIT_NET_INODE);
    this.namespaces.set(INIT_NET_INODE, this.initNetns);
  }

  /** A new, empty namespace with a loopback that is down (`copy_net_ns`). The caller holds it at once. */
  createNetns(): NetNamespace {
    const inode = this.allocateInode();
    const ns = new NetNamespace(this, inode);
    this.namespaces.set(inode, ns);
    return ns;
  }

  /** A number for a namespace of any kind, as `ls -l /proc/PID/ns` shows (`ns_alloc_inum`). */
  allocateInode(): number {
    return this.nextInode++;
  }
}
