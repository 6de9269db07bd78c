import { formatIpv4, type Ipv4 } from '../sim/base/address.ts';
import { dropWords } from '../sim/kernel/trace/drop-words.ts';
import type { BranchKind, TraceEvent } from '../sim/kernel/trace.ts';
import { netnsLabel } from '../sim/machine/netns-names.ts';
import { ETH_HLEN, ETH_P_IP, ethType } from '../sim/wire/ethernet.ts';
import { IPPROTO_TCP } from '../sim/wire/ip-protocol.ts';
import { ipv4Dst, ipv4HeaderLength, ipv4Protocol, ipv4Src } from '../sim/wire/ipv4.ts';
import { TCP_ACK, TCP_SYN, tcpFlags } from '../sim/wire/tcp.ts';
import type { World } from '../sim/world/world.ts';
import type { Hop } from './exercise.ts';

/** One step of a packet on its way: a device of a namespace that it left by or came in on. */
export interface PathStep {
  readonly machine: string;
  readonly netns: string;
  readonly dev: string;
  readonly direction: 'out' | 'in';
}

/** What the kernels of a world decided about packets while a probe ran. */
export class PacketLog {
  private readonly world: World;
  private readonly events: TraceEvent[] = [];

  private constructor(world: World) {
    this.world = world;
  }

  /** Listens while `during` lets the world run. */
  static of<T>(world: World, during: () => T): { readonly log: PacketLog; readonly result: T } {
    const log = new PacketLog(world);
    const stop = world.trace.subscribe((event) => log.events.push(event));
    try {
      return { log, result: during() };
    } finally {
      stop();
    }
  }

  /** The devices that IPv4 packets to this address went through, in order, each once. */
  path(target: Ipv4): PathStep[] {
    const steps: PathStep[] = [];
    const seen = new Set<string>();
    for (const event of this.events) {
      const { step } = event;
      if (step.kind !== 'transmit' && step.kind !== 'receive') continue;
      if (ipv4Of(step.frame)?.dst !== target) continue;
      const direction = step.kind === 'transmit' ? 'out' : 'in';
      const machine = this.world.machines.get(event.machine);
      // The switches between machines tell what they do as well.
      if (machine === undefined) continue;
      const netns = netnsLabel(machine, event.netns);
      const key = `${event.machine} ${event.netns} ${event.dev} ${direction}`;
      if (seen.has(key)) continue;
      seen.add(key);
      steps.push({ machine: event.machine, netns, dev: event.dev, direction });
    }
    return steps;
  }

  /** Who opened the last TCP connection, as those saw it to whom it was opened: the source of the SYN at the last device it came in by. */
  caller(): string | undefined {
    const last = this.events.findLast(({ step }) => step.kind === 'receive' && isSyn(step.frame));
    const source = last?.step.kind === 'receive' ? ipv4Of(last.step.frame)?.src : undefined;
    return source === undefined ? undefined : formatIpv4(source);
  }

  /**
   * Where the packets to `target`, or the answers from it, ended: the drop that says most. Undefined where none was dropped, or they never
   * came to be.
   */
  fate(target: Ipv4): Hop | undefined {
    const mine = this.packetsOf(target);
    const drops = this.events.filter((event) => event.step.kind === 'drop');
    const own = drops.filter((event) => mine.has(event.packet));
    const unresolved = own.find((event) => reasonOf(event) === 'NEIGH_FAILED');
    // Why a neighbour did not answer is often written on the question: it could not leave.
    const question = unresolved && drops.find((event) => samePlace(event, unresolved) && QUESTION_LOST.has(reasonOf(event)));
    const telling = own.find((event) => reasonOf(event) !== 'NEIGH_FAILED') ?? question ?? unresolved;
    return telling && this.hop(telling);
  }

  private hop({ machine, netns, dev, step }: TraceEvent): Hop {
    const words = step.kind === 'drop' ? dropWords(step.reason, step.detail) : step.kind;
    const owner = this.world.machines.get(machine);
    // Else it was a switch between the machines, which has no namespaces.
    return owner ? { machine, netns: netnsLabel(owner, netns), dev, reason: words } : { machine, netns: 'host', dev: '', reason: words };
  }

  /** Packets known to be to or from the address: by their bytes, or by what was asked about them before they had a frame. */
  private packetsOf(target: Ipv4): Set<number> {
    const text = formatIpv4(target);
    const mine = new Set<number>();
    for (const { packet, step } of this.events) {
      if (step.kind === 'transmit' || step.kind === 'receive') {
        const ip = ipv4Of(step.frame);
        if (ip && (ip.dst === target || ip.src === target)) mine.add(packet);
      } else if (step.kind === 'branch' && SAME_PACKET.has(step.why) && mine.has(step.of)) {
        mine.add(packet);
      } else if ((step.kind === 'route' && step.dst === text) || (step.kind === 'neigh' && step.ip === text)) mine.add(packet);
      else if (step.kind === 'drop' && step.detail === text) mine.add(packet);
    }
    return mine;
  }
}

/** Branches that are the packet itself in another shape. */
const SAME_PACKET: ReadonlySet<BranchKind> = new Set(['copy', 'fragment', 'whole']);

const QUESTION_LOST: ReadonlySet<string> = new Set(['NO_CARRIER', 'LINK_DOWN', 'DEV_READY']);

const samePlace = (a: TraceEvent, b: TraceEvent): boolean => a.machine === b.machine && a.netns === b.netns && a.dev === b.dev;

const reasonOf = ({ step }: TraceEvent): string => (step.kind === 'drop' ? step.reason : '');

function isSyn(frame: Uint8Array): boolean {
  if (ipv4Of(frame) === undefined || ipv4Protocol(frame, ETH_HLEN) !== IPPROTO_TCP) return false;
  const flags = tcpFlags(frame, ETH_HLEN + ipv4HeaderLength(frame, ETH_HLEN));
  return (flags & (TCP_SYN | TCP_ACK)) === TCP_SYN;
}

function ipv4Of(frame: Uint8Array): { readonly src: Ipv4; readonly dst: Ipv4 } | undefined {
  if (frame.length < ETH_HLEN + 20 || ethType(frame) !== ETH_P_IP) return undefined;
  return { src: ipv4Src(frame, ETH_HLEN), dst: ipv4Dst(frame, ETH_HLEN) };
}
