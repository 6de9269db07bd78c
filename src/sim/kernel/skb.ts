import type { NetDevice } from './device/net-device.ts';

/** How a received frame is addressed, as `skb->pkt_type` (include/uapi/linux/if_packet.h). */
export const PACKET_HOST = 0;
export const PACKET_BROADCAST = 1;
export const PACKET_MULTICAST = 2;
export const PACKET_OTHERHOST = 3;
export const PACKET_OUTGOING = 4;
export const PACKET_LOOPBACK = 5;

/** Room left before the network header for the link headers added on the way out (Ethernet, a VLAN tag, alignment). */
export const HEADROOM = 32;

/**
 * A packet inside one kernel (Linux's `struct sk_buff`): bytes and what the kernel knows about them.
 *
 * `data` and `end` delimit what the current layer sees; a layer removes its header by moving `data` forward and adds one by
 * moving it back. Once bytes have been sent (`shared`), they may be referenced by captures, flooded copies and the other end
 * of a cable: whoever wants to change them calls {@link Skb.unshare} first.
 */
export class Skb {
  buf: Uint8Array;
  data: number;
  end: number;
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
  /** Set by whoever may keep a reference to `buf`; see {@link Skb.unshare}. */
  shared = false;
  /** The input route, once looked up (`skb_dst`). Typed by the layer that sets it: see route/route.ts. */
  dst: unknown = undefined;
  /** Connection tracking entry (`skb->_nfct`); typed by netfilter. */
  ct: unknown = undefined;
  /** The bridge port the packet came through, for physdev and bridge netfilter. */
  physIn: NetDevice | undefined;
  /** Identifies the packet in trace events across copies made of it; 0 while nobody traces. */
  traceId = 0;

  constructor(buf: Uint8Array, data: number, end: number) {
    this.buf = buf;
    this.data = data;
    this.end = end;
  }

  /** A new packet with room for `length` bytes of payload and headers in front of it (`alloc_skb`). */
  static alloc(length: number, headroom: number = HEADROOM): Skb {
    return new Skb(new Uint8Array(headroom + length), headroom, headroom + length);
  }

  /** The packet that a whole frame is to the receiving device: shares the frame's bytes. */
  static fromFrame(frame: Uint8Array): Skb {
    const skb = new Skb(frame, 0, frame.length);
    skb.shared = true;
    skb.mac = 0;
    return skb;
  }

  get length(): number {
    return this.end - this.data;
  }

  /** Adds `n` bytes in front of `data`, growing the buffer if there is no headroom left (`skb_push`, `skb_cow_head`). */
  push(n: number): number {
    if (this.data < n || this.shared) this.reallocate(n);
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
    const copy = new Skb(this.buf, this.data, this.end);
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
    copy.physIn = this.physIn;
    copy.traceId = this.traceId;
    return copy;
  }

  private reallocate(extra: number): void {
    const start = this.mac >= 0 && this.mac < this.data ? this.mac : this.data;
    const headroom = HEADROOM + extra;
    const buf = new Uint8Array(headroom + this.end - start);
    buf.set(this.buf.subarray(start, this.end), headroom);
    const shift = headroom - start;
    this.buf = buf;
    this.data += shift;
    this.end += shift;
    if (this.mac >= 0) this.mac += shift;
    if (this.network >= 0) this.network += shift;
    if (this.transport >= 0) this.transport += shift;
    this.shared = false;
  }
}
