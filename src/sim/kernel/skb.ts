import type { NetDevice } from './device/net-device.ts';
import type { Conntrack, ConntrackTemplate } from './netfilter/conntrack/entry.ts';

/** How a received frame is addressed, as `skb->pkt_type` (include/uapi/linux/if_packet.h). */
export const PACKET_HOST = 0;
export const PACKET_BROADCAST = 1;
export const PACKET_MULTICAST = 2;
export const PACKET_OTHERHOST = 3;
export const PACKET_OUTGOING = 4;
export const PACKET_LOOPBACK = 5;

/** Room left before the network header for the link headers added on the way out (Ethernet, a VLAN tag, alignment). */
export const HEADROOM = 32;

// Buffers are cut from a slab, because allocating a typed array for each packet costs more than sending it. A piece is used once, so
// it starts out zero; the slab is freed when the last packet in it is. Hence: never read or write past an skb's `end`.
const SLAB_SIZE = 1 << 16;
let slab = new Uint8Array(SLAB_SIZE);
let slabUsed = 0;

/** Reserves `size` bytes in `slab` and says where they begin. */
function slabTake(size: number): number {
  if (slabUsed + size > slab.length) {
    slab = new Uint8Array(Math.max(size, SLAB_SIZE));
    slabUsed = 0;
  }
  const start = slabUsed;
  slabUsed += size;
  return start;
}

/**
 * A packet inside one kernel (Linux's `struct sk_buff`): bytes and what the kernel knows about them.
 *
 * `data` and `end` delimit what the current layer sees; a layer removes its header by moving `data` forward and adds one by
 * moving it back. Several packets may share one `buf`, so an offset is only good together with `end`. Once bytes have been sent (`shared`), they may be referenced by captures, flooded copies and the other end
 * of a cable: whoever wants to change them calls {@link Skb.unshare} first.
 */
export class Skb {
  buf: Uint8Array;
  data: number;
  end: number;
  /** Where this packet's part of `buf` begins: several packets may live in one buffer. */
  head: number;
  /** Offset of the Ethernet header, or -1 before one exists. */
  mac = -1;
  /** Offset of the network header, or -1. */
  network = -1;
  /** Offset of the transport header, or -1. */
  transport = -1;
  /** EtherType of what `network` points at. */
  protocol = 0;
  pktType: number = PACKET_HOST;
  /** The device the packet came in on or is about to leave by. */
  dev: NetDevice | undefined;
  /** ifindex of the device on which the packet entered this namespace; 0 for local output. */
  iif = 0;
  mark = 0;
  /** Whether a process's socket sent it: until the packet is out, that keeps the socket's namespace alive (`skb->sk`). */
  owned = false;
  /** Set by whoever may keep a reference to `buf`; see {@link Skb.unshare}. */
  shared = false;
  /** The input route, once looked up (`skb_dst`). Typed by the layer that sets it: see route/route.ts. */
  dst: unknown = undefined;
  /** Its connection (`skb->_nfct`), once tracked. */
  ct: Conntrack | undefined = undefined;
  /** What the packet is to `ct`: IP_CT_NEW and so on; IP_CT_UNTRACKED where a rule said that it has none. */
  ctInfo = 0;
  /** What a connection that begins with this packet will have (target CT). */
  ctTemplate: ConntrackTemplate | undefined = undefined;
  /** Length of the longest fragment it was put together from on its way through; 0 for none. */
  fragmentMax = 0;
  /** The bridge ports the packet came through and will leave by, where bridge netfilter has seen it (`nf_bridge_info`). */
  physIn: NetDevice | undefined;
  physOut: NetDevice | undefined;
  /** The hook PRE_ROUTING of its IP family has seen it already, where it came into a bridge. */
  prerouted = false;
  /** Not 0 once a rule marked the packet to be traced (`skb->nf_trace`): what its number in nf_tables' messages is made of. */
  nftrace = 0;
  /** Identifies the packet in trace events; 0 while nobody traces. */
  traceId = 0;
  /** Whether a trace event has told its end. */
  ended = false;

  constructor(buf: Uint8Array, data: number, end: number, head = 0) {
    this.buf = buf;
    this.data = data;
    this.end = end;
    this.head = head;
  }

  /** A new packet with room for `length` bytes of payload, all zero, and headers in front of it (`alloc_skb`). */
  static alloc(length: number, headroom: number = HEADROOM): Skb {
    const size = headroom + length;
    const start = slabTake(size);
    return new Skb(slab, start + headroom, start + size, start);
  }

  /** The packet that a whole frame is to the receiving device: shares the frame's bytes. */
  static fromFrame(frame: Uint8Array, traceId = 0): Skb {
    const skb = new Skb(frame, 0, frame.length);
    skb.shared = true;
    skb.mac = 0;
    skb.traceId = traceId;
    return skb;
  }

  get length(): number {
    return this.end - this.data;
  }

  /** A copy of the bytes from `data` to the end, for whoever keeps them. */
  bytes(): Uint8Array {
    return this.buf.slice(this.data, this.end);
  }

  /** A copy of the whole frame, from its Ethernet header on: what a capture or a cable takes. */
  frame(): Uint8Array {
    return this.buf.slice(this.mac >= 0 ? this.mac : this.data, this.end);
  }

  /** Cuts the packet after `length` bytes (`skb_trim`): Ethernet padding, for example. */
  trim(length: number): void {
    if (this.data + length < this.end) this.end = this.data + length;
  }

  /** Adds `n` bytes in front of `data`, growing the buffer if there is no headroom left (`skb_push`, `skb_cow_head`). */
  push(n: number): number {
    if (this.data - this.head < n || this.shared) this.reallocate(n);
    this.data -= n;
    return this.data;
  }

  /** Removes `n` bytes from the front (`skb_pull`). The caller has checked that there are as many. */
  pull(n: number): void {
    this.data += n;
  }

  /** Makes the bytes this packet's own, so that they may be changed (`skb_ensure_writable`). */
  unshare(): void {
    if (this.shared) this.reallocate(0);
  }

  /** A second packet over the same bytes (`skb_clone`); both are shared from now on. */
  clone(): Skb {
    this.shared = true;
    const copy = new Skb(this.buf, this.data, this.end, this.head);
    copy.mac = this.mac;
    copy.network = this.network;
    copy.transport = this.transport;
    copy.protocol = this.protocol;
    copy.pktType = this.pktType;
    copy.dev = this.dev;
    copy.iif = this.iif;
    copy.mark = this.mark;
    copy.shared = true;
    copy.dst = this.dst;
    copy.ct = this.ct;
    copy.ctInfo = this.ctInfo;
    copy.ctTemplate = this.ctTemplate;
    copy.fragmentMax = this.fragmentMax;
    copy.physIn = this.physIn;
    copy.physOut = this.physOut;
    copy.prerouted = this.prerouted;
    copy.nftrace = this.nftrace;
    copy.traceId = this.traceId;
    return copy;
  }

  /** Becomes the packet that `whole` is, for what holds on to this one (`skb_morph`). */
  replaceBytes(whole: Skb): void {
    this.buf = whole.buf;
    this.data = whole.data;
    this.end = whole.end;
    this.head = whole.head;
    this.mac = whole.mac;
    this.network = whole.network;
    this.transport = whole.transport;
    this.shared = whole.shared;
    this.traceId = whole.traceId;
    this.ended = whole.ended;
    this.fragmentMax = whole.fragmentMax;
  }

  /** Makes room for `n` zero bytes at the offset `at`, behind all headers that have an offset; the packet's bytes are its own then. */
  insert(at: number, n: number): void {
    const behind = this.buf.slice(at, this.end);
    const before = this.data;
    this.reallocate(0, n);
    const place = at + this.data - before;
    this.buf.fill(0, place, place + n);
    this.end += n;
    this.buf.set(behind, place + n);
  }

  private reallocate(extra: number, behind = 0): void {
    const start = this.mac >= 0 && this.mac < this.data ? this.mac : this.data;
    const headroom = HEADROOM + extra;
    const head = slabTake(headroom + this.end - start + behind);
    const buf = slab;
    const old = this.buf;
    const shift = head + headroom - start;
    for (let i = start; i < this.end; i++) buf[i + shift] = old[i] as number;
    this.buf = buf;
    this.head = head;
    this.data += shift;
    this.end += shift;
    if (this.mac >= 0) this.mac += shift;
    if (this.network >= 0) this.network += shift;
    if (this.transport >= 0) this.transport += shift;
    this.shared = false;
  }
}
