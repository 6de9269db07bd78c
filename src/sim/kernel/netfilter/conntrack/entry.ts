import type { TcpTrack } from './tcp-window.ts';
import { Tuple } from './tuple.ts';

// What a connection has been through (enum ip_conntrack_status).
export const IPS_SEEN_REPLY = 1 << 1;
export const IPS_ASSURED = 1 << 2;
export const IPS_CONFIRMED = 1 << 3;
export const IPS_SRC_NAT = 1 << 4;
export const IPS_DST_NAT = 1 << 5;
export const IPS_NAT_MASK = IPS_SRC_NAT | IPS_DST_NAT;
export const IPS_SRC_NAT_DONE = 1 << 7;
export const IPS_DST_NAT_DONE = 1 << 8;
export const IPS_NAT_DONE_MASK = IPS_SRC_NAT_DONE | IPS_DST_NAT_DONE;
export const IPS_DYING = 1 << 9;
export const IPS_FIXED_TIMEOUT = 1 << 10;
export const IPS_NAT_CLASH = 1 << 12;

/** What a packet is to its connection (enum ip_conntrack_info): `skb.ctInfo`. */
export const IP_CT_ESTABLISHED = 0;
export const IP_CT_RELATED = 1;
export const IP_CT_NEW = 2;
/** Added for packets of the reply direction. */
export const IP_CT_IS_REPLY = 3;
export const IP_CT_ESTABLISHED_REPLY = 3;
export const IP_CT_RELATED_REPLY = 4;
/** The packet has no connection because a rule said so. */
export const IP_CT_UNTRACKED = 7;

/** Kinds of events that wait to be told (enum ip_conntrack_events). */
export const IPCT_NEW = 1 << 0;
export const IPCT_DESTROY = 1 << 2;
export const IPCT_REPLY = 1 << 3;
export const IPCT_ASSURED = 1 << 4;
export const IPCT_PROTOINFO = 1 << 5;
export const IPCT_MARK = 1 << 7;

/** What a rule has settled before the connection is there (target CT). */
export interface ConntrackTemplate {
  readonly zone: number;
  /** Kinds of events that are told; undefined for all. */
  readonly eventMask: number | undefined;
}

/** A connection (struct nf_conn). */
export class Conntrack {
  readonly original = new Tuple();
  readonly reply = new Tuple();
  /** Shown with `-o id`. */
  readonly id: number;
  status = 0;
  /** When it ends, in ns; until it is confirmed: how long from then. */
  timeoutNs = 0;
  mark = 0;
  tcp: TcpTrack | undefined;
  /** From then on UDP packets in both directions make a stream of it. */
  udpStreamNs = 0;
  /** Whether packets and bytes are counted (net.netfilter.nf_conntrack_acct when it began). */
  accounting = false;
  originalPackets = 0;
  originalBytes = 0;
  replyPackets = 0;
  replyBytes = 0;
  /** ifindex of the device whose address MASQUERADE gave it; 0 for none. */
  masqueradeIfindex = 0;
  /** Whether somebody listened to events when it began. */
  announced = false;
  /** Which kinds of events are told (CT --ctevents). */
  eventMask = 0xffff;
  pendingEvents = 0;
  /** The next of those whose original source hashes alike (nat_bysource), once source NAT is settled. */
  bySource: Conntrack | undefined;

  constructor(id: number) {
    this.id = id;
    this.original.entry = this;
    this.reply.entry = this;
    this.reply.isReply = true;
  }

  get confirmed(): boolean {
    return (this.status & IPS_CONFIRMED) !== 0;
  }

  tuple(reply: boolean): Tuple {
    return reply ? this.reply : this.original;
  }

  clearCounters(): void {
    this.originalPackets = 0;
    this.originalBytes = 0;
    this.replyPackets = 0;
    this.replyBytes = 0;
  }

  count(reply: boolean, bytes: number): void {
    if (!this.accounting) return;
    if (reply) {
      this.replyPackets++;
      this.replyBytes += bytes;
    } else {
      this.originalPackets++;
      this.originalBytes += bytes;
    }
  }
}

/** Whether both kinds of NAT have been decided for a connection. */
export function natDecided(ct: Conntrack): boolean {
  return (ct.status & IPS_NAT_DONE_MASK) === IPS_NAT_DONE_MASK;
}
