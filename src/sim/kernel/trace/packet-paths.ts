import { ETH_HLEN, ETH_P_802_3_MIN, ETH_P_IP, ETH_P_IPV6, ethType } from '../../wire/ethernet.ts';
import { IPPROTO_HOPOPTS, IPPROTO_ICMPV6 } from '../../wire/ip-protocol.ts';
import { ipv4Protocol } from '../../wire/ipv4.ts';
import { IPV6_HLEN, ipv6NextHeader } from '../../wire/ipv6.ts';
import type { BranchKind, Trace, TraceEvent } from '../trace.ts';

/** A packet and all that was decided about it. */
export interface PacketPath {
  readonly packet: number;
  /** What it was made of, or because of; several for one that was put together of fragments. */
  readonly causes: readonly { readonly packet: number; readonly why: BranchKind }[];
  /** The frame that it first was on a device; undefined where it never got that far. */
  readonly frame: Uint8Array | undefined;
  readonly events: readonly TraceEvent[];
}

interface GrowingPath {
  readonly packet: number;
  readonly causes: { readonly packet: number; readonly why: BranchKind }[];
  frame: Uint8Array | undefined;
  readonly events: TraceEvent[];
}

const IPPROTO_IGMP = 2;
const ND_FIRST = 133;
const ND_LAST = 137;

/** Follows every packet of a world, from when it is made until {@link PacketPaths.stop}. */
export class PacketPaths {
  readonly stop: () => void;
  private readonly byPacket = new Map<number, GrowingPath>();

  constructor(trace: Trace) {
    this.stop = trace.subscribe((event) => this.take(event));
  }

  /** All packets in the order in which they came to be. */
  get all(): readonly PacketPath[] {
    return [...this.byPacket.values()];
  }

  /**
   * Those that somebody sent, and what came of them: not what machines say of themselves unasked (router solicitations, group
   * reports, duplicate address probes, BPDUs).
   */
  get telling(): readonly PacketPath[] {
    const hidden = new Set<number>();
    for (const path of this.byPacket.values()) {
      const [cause] = path.causes;
      if (cause === undefined ? isHousekeeping(path.frame) : hidden.has(cause.packet)) hidden.add(path.packet);
    }
    return this.all.filter(({ packet }) => !hidden.has(packet));
  }

  private take(event: TraceEvent): void {
    const { packet, step } = event;
    let path = this.byPacket.get(packet);
    if (path === undefined) {
      path = { packet, causes: [], frame: undefined, events: [] };
      this.byPacket.set(packet, path);
    }
    if (step.kind === 'branch') path.causes.push({ packet: step.of, why: step.why });
    else path.events.push(event);
    if (step.kind === 'transmit' || step.kind === 'receive') path.frame ??= step.frame;
  }
}

function isHousekeeping(frame: Uint8Array | undefined): boolean {
  if (frame === undefined || frame.length < ETH_HLEN) return false;
  const type = ethType(frame);
  if (type < ETH_P_802_3_MIN) return true;
  if (type === ETH_P_IP) return ipv4Protocol(frame, ETH_HLEN) === IPPROTO_IGMP;
  if (type !== ETH_P_IPV6) return false;
  const next = ipv6NextHeader(frame, ETH_HLEN);
  const icmp = frame[ETH_HLEN + IPV6_HLEN] ?? 0;
  return next === IPPROTO_HOPOPTS || (next === IPPROTO_ICMPV6 && icmp >= ND_FIRST && icmp <= ND_LAST);
}
