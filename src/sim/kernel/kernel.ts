import type { EventQueue } from '../base/event-queue.ts';
import type { Random } from '../base/random.ts';
import { NS_PER_MS } from '../base/time.ts';
import { LinkWatch } from './device/link-watch.ts';
import { KernelLog } from './kernel-log.ts';
import { NetNamespace } from './netns.ts';
import type { Trace } from './trace.ts';
import { firstUserNamespace, type UserNamespace } from './user-namespace.ts';

/** What a kernel gets from the world around it: time, randomness and somebody who listens to its decisions. */
export interface KernelEnvironment {
  readonly machine: string;
  readonly clock: EventQueue;
  readonly random: Random;
  readonly trace: Trace;
  /** The date when the clock was at 0, in ms since 1970. */
  readonly epochMs?: number;
}

/** Inode of the network namespace that a machine boots into, and the first of those made later. */
const INIT_NET_INODE = 4026531840;
const INIT_USER_INODE = 0xeffffffd;
const FIRST_DYNAMIC_INODE = 4026532248;
/** A new network namespace takes this many inode numbers, for its own files under /proc/PID/net. */
const INODES_PER_NETNS = 69;
/** How long the worker is busy with the namespaces it has taken apart, waiting for readers, before it takes the next (`cleanup_net`). */
const CLEANUP_NS = 50 * NS_PER_MS;

/** One machine's network stack: its network namespaces and what they share. */
export class Kernel implements KernelEnvironment {
  readonly machine: string;
  readonly clock: EventQueue;
  readonly random: Random;
  readonly trace: Trace;
  /** Where MAC addresses come from: apart, so that they do not depend on what was drawn for timers. */
  readonly macs: Random;
  readonly epochMs: number;
  readonly log: KernelLog;
  /** Every living namespace by its inode, oldest first. */
  readonly namespaces = new Map<number, NetNamespace>();
  /** The namespace the machine boots into. */
  readonly initNetns: NetNamespace;
  readonly initUserNamespace: UserNamespace = firstUserNamespace(INIT_USER_INODE);
  /** How many devices have ever been made here; numbers them. */
  devicesMade = 0;
  /** Carrier changes of all namespaces; see device/link-watch.ts. */
  readonly linkWatch: LinkWatch;
  private nextInode = FIRST_DYNAMIC_INODE;
  private pingRover = 0;
  private cleanedUpNs = 0;

  constructor(env: KernelEnvironment) {
    this.machine = env.machine;
    this.clock = env.clock;
    this.random = env.random;
    this.macs = env.random.fork('mac');
    this.trace = env.trace;
    this.epochMs = env.epochMs ?? 0;
    this.log = new KernelLog(env.clock);
    this.linkWatch = new LinkWatch(env.clock);
    this.initNetns = new NetNamespace(this, INIT_NET_INODE, this.initUserNamespace);
    this.namespaces.set(INIT_NET_INODE, this.initNetns);
  }

  /**
   * A new, empty namespace with a loopback that is down (`copy_net_ns`), whose settings are like those of its maker's namespace
   * and which belongs to its maker's user namespace. The caller holds it at once.
   */
  createNetns(maker: NetNamespace = this.initNetns, owner: UserNamespace = this.initUserNamespace): NetNamespace {
    const inode = this.nextInode;
    this.nextInode += INODES_PER_NETNS;
    const ns = new NetNamespace(this, inode, owner, maker);
    this.namespaces.set(inode, ns);
    return ns;
  }

  /** A number for a namespace of any kind, as `ls -l /proc/PID/ns` shows (`ns_alloc_inum`). */
  allocateInode(): number {
    return this.nextInode++;
  }

  /** The identifier that the next ping socket tries, of whatever namespace and family it is (ping_port_rover). */
  nextPingId(): number {
    this.pingRover = (this.pingRover % 0xffff) + 1;
    return this.pingRover;
  }

  /** The namespace's last user has gone: it is taken apart at once, unless the worker is still busy with others. */
  scheduleCleanup(ns: NetNamespace): void {
    if (ns === this.initNetns) return;
    this.clock.at(Math.max(this.clock.now, this.cleanedUpNs), () => {
      if (!ns.unused || !this.namespaces.delete(ns.inode)) return;
      ns.destroy();
      this.cleanedUpNs = this.clock.now + CLEANUP_NS;
    });
  }
}
