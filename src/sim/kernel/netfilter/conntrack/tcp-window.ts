// The window of a TCP connection as somebody in the middle sees it: tcp_in_window() in net/netfilter/nf_conntrack_proto_tcp.c, after
// "Real Stateful TCP Packet Filtering in IP Filter" by Guido van Rooij.

import { u16, u32 } from '../../../base/bytes.ts';
import {
  TCP_ACK,
  TCP_FIN,
  TCP_HLEN,
  TCP_RST,
  TCP_SYN,
  TCPOPT_EOL,
  TCPOPT_NOP,
  TCPOPT_SACK,
  TCPOPT_SACK_PERM,
  TCPOPT_WINDOW,
  tcpAckSeq,
  tcpFlags,
  tcpHeaderLength,
  tcpSeq,
  tcpWindow,
} from '../../../wire/tcp.ts';
import { TCP_ACK_SET, TCP_SYN_RECV, TCP_SYN_SENT } from './tcp-states.ts';

export const FLAG_WINDOW_SCALE = 0x01;
export const FLAG_SACK_PERM = 0x02;
export const FLAG_CLOSE_INIT = 0x04;
export const FLAG_BE_LIBERAL = 0x08;
export const FLAG_DATA_UNACKNOWLEDGED = 0x10;
export const FLAG_MAXACK_SET = 0x20;

/** What one side of a connection has shown of itself (struct ip_ct_tcp_state). Sequence numbers are unsigned. */
export class TcpSide {
  /** Highest sequence number sent, and one. */
  end = 0;
  /** Highest that the other side's window has allowed. */
  maxEnd = 0;
  maxWindow = 0;
  maxAck = 0;
  scale = 0;
  flags = 0;

  reset(): void {
    this.end = 0;
    this.maxEnd = 0;
    this.maxWindow = 0;
    this.maxAck = 0;
    this.scale = 0;
    this.flags = 0;
  }
}

/** The TCP part of an entry (struct ip_ct_tcp). */
export class TcpTrack {
  readonly original = new TcpSide();
  readonly reply = new TcpSide();
  state = 0;
  lastReply = false;
  lastIndex = 0;
  lastSeq = 0;
  lastAck = 0;
  lastEnd = 0;
  lastWindow = 0;
  lastScale = 0;
  lastFlags = 0;
  retransmissions = 0;

  side(reply: boolean): TcpSide {
    return reply ? this.reply : this.original;
  }
}

/** `accept`; `ignore`: part of the connection, but says nothing of its state; otherwise why it is invalid. */
export type WindowVerdict = 'accept' | 'ignore' | { readonly invalid: string };

export function before(a: number, b: number): boolean {
  return ((a - b) | 0) < 0;
}
export function after(a: number, b: number): boolean {
  return ((b - a) | 0) < 0;
}

const MAX_ACK_WINDOW = 66000;

/** The sequence number behind a segment of `length` bytes at `o`. */
export function segmentEnd(b: Uint8Array, o: number, length: number): number {
  const flags = tcpFlags(b, o);
  const data = length - tcpHeaderLength(b, o);
  return (tcpSeq(b, o) + data + ((flags & TCP_SYN) !== 0 ? 1 : 0) + ((flags & TCP_FIN) !== 0 ? 1 : 0)) >>> 0;
}

/** Takes window scale and permission of SACK from a SYN's options. */
export function readSynOptions(b: Uint8Array, o: number, side: TcpSide): void {
  side.scale = 0;
  side.flags = 0;
  eachOption(b, o, (kind, at, length) => {
    if (kind === TCPOPT_SACK_PERM && length === 2) side.flags |= FLAG_SACK_PERM;
    else if (kind === TCPOPT_WINDOW && length === 3) {
      side.scale = Math.min(b[at] as number, 14);
      side.flags |= FLAG_WINDOW_SCALE;
    }
  });
}

/** The highest right edge of a segment's SACK blocks, at least `ack`. */
function highestSack(b: Uint8Array, o: number, ack: number): number {
  let sack = ack;
  eachOption(b, o, (kind, at, length) => {
    if (kind !== TCPOPT_SACK) return;
    for (let block = at; block + 8 <= at + length - 2; block += 8) {
      const edge = u32(b, block + 4);
      if (after(edge, sack)) sack = edge;
    }
  });
  return sack;
}

function eachOption(b: Uint8Array, o: number, see: (kind: number, at: number, length: number) => void): void {
  const end = o + tcpHeaderLength(b, o);
  let at = o + TCP_HLEN;
  // Most segments carry a timestamp and nothing else.
  if (end - at === 12 && u16(b, at) === 0x0101 && u16(b, at + 2) === 0x080a) return;
  while (at < end) {
    const kind = b[at] as number;
    if (kind === TCPOPT_EOL) return;
    if (kind === TCPOPT_NOP) {
      at++;
      continue;
    }
    const length = at + 1 < end ? (b[at + 1] as number) : 0;
    if (length < 2 || at + length > end) return;
    see(kind, at + 2, length);
    at += length;
  }
}

/** Whether a segment at `o` fits the connection's window; takes note of what it shows. */
export function checkWindow(
  track: TcpTrack,
  reply: boolean,
  index: number,
  b: Uint8Array,
  o: number,
  length: number,
  liberal: boolean,
): WindowVerdict {
  const sender = track.side(reply);
  const receiver = track.side(!reply);
  const flags = tcpFlags(b, o);
  let seq = tcpSeq(b, o);
  let ack = tcpAckSeq(b, o);
  let window = tcpWindow(b, o);
  let end = segmentEnd(b, o, length);
  let sack = (receiver.flags & FLAG_SACK_PERM) !== 0 ? highestSack(b, o, ack) : ack;

  if (sender.maxWindow === 0) {
    if ((flags & TCP_SYN) !== 0) {
      startSide(sender, receiver, b, o, end, window);
      if ((flags & TCP_ACK) === 0) return 'accept';
    } else {
      // In the middle of a connection whose beginning we have missed: this segment has to do.
      sender.end = end;
      const scaled = (window << sender.scale) >>> 0;
      sender.maxWindow = scaled === 0 ? 1 : scaled;
      sender.maxEnd = (end + sender.maxWindow) >>> 0;
      if (receiver.maxWindow === 0) {
        receiver.end = sack;
        receiver.maxEnd = sack;
      } else if (sack === (receiver.end + 1) >>> 0) {
        // A keep-alive's answer to a connection that was picked up.
        receiver.end = (receiver.end + 1) >>> 0;
      }
    }
  } else if (
    after(end, sender.end) &&
    ((track.state === TCP_SYN_SENT && !reply) || (track.state === TCP_SYN_RECV && reply && (flags & TCP_SYN) !== 0))
  ) {
    // Initialized anew with greater sequence numbers (RFC 793).
    startSide(sender, receiver, b, o, end, window);
    if (reply && (flags & TCP_ACK) === 0) return 'accept';
  }

  if ((flags & TCP_ACK) === 0 || ((flags & TCP_RST) !== 0 && ack === 0)) {
    // No acknowledgement, or the zero of a broken stack's reset: taken for a good one.
    ack = receiver.end;
    sack = receiver.end;
  }
  // Nothing but an acknowledgement: only that counts. A reset is known by its sequence number, unless it answers a SYN.
  if (seq === end && ((flags & TCP_RST) === 0 || (seq === 0 && track.state === TCP_SYN_SENT))) {
    seq = sender.end;
    end = sender.end;
  }

  if (!before(seq, (sender.maxEnd + 1) | 0)) {
    return tolerate(sender, liberal, { invalid: 'SEQ is over the upper bound (over the window of the receiver)' });
  }
  if (!before(sack, (receiver.end + 1) | 0)) {
    return tolerate(sender, liberal, { invalid: 'ACK is over the upper bound (ACKed data not seen yet)' });
  }
  // What is too old does no harm: its receiver answers where it stands.
  if (receiver.maxWindow !== 0 && !after(end, (sender.end - receiver.maxWindow - 1) | 0)) return tolerate(sender, liberal, 'ignore');
  const ackWindow = Math.max(sender.maxWindow, MAX_ACK_WINDOW);
  if (!after(sack, (receiver.end - ackWindow - 1) | 0)) return tolerate(sender, liberal, 'ignore');

  if ((flags & TCP_SYN) === 0) window = (window << sender.scale) >>> 0;
  const seen = (window + ((sack - ack) >>> 0)) >>> 0;
  if (sender.maxWindow < seen) sender.maxWindow = seen;
  if (after(end, sender.end)) {
    sender.end = end;
    sender.flags |= FLAG_DATA_UNACKNOWLEDGED;
  }
  if ((flags & TCP_ACK) !== 0) {
    if ((sender.flags & FLAG_MAXACK_SET) === 0) {
      sender.maxAck = ack;
      sender.flags |= FLAG_MAXACK_SET;
    } else if (after(ack, sender.maxAck)) sender.maxAck = ack;
  }
  if (receiver.maxWindow !== 0 && after(end, sender.maxEnd)) receiver.maxWindow += (end - sender.maxEnd) >>> 0;
  const edge = (sack + window) >>> 0;
  if (after(edge, (receiver.maxEnd - 1) | 0)) receiver.maxEnd = window === 0 ? (edge + 1) >>> 0 : edge;
  if (ack === receiver.end) receiver.flags &= ~FLAG_DATA_UNACKNOWLEDGED;
  if (index === TCP_ACK_SET) countRetransmissions(track, reply, seq, ack, end, window);
  return 'accept';
}

/** The first SYN of a side (tcp_init_sender). Both sides must have offered window scaling for either to scale. */
function startSide(sender: TcpSide, receiver: TcpSide, b: Uint8Array, o: number, end: number, window: number): void {
  sender.end = end;
  sender.maxEnd = end;
  sender.maxWindow = window === 0 ? 1 : window;
  readSynOptions(b, o, sender);
  if ((sender.flags & FLAG_WINDOW_SCALE) === 0 || (receiver.flags & FLAG_WINDOW_SCALE) === 0) {
    sender.scale = 0;
    receiver.scale = 0;
  }
}

/** Out of the window: what that means where windows are not held against a connection is nothing. */
function tolerate(sender: TcpSide, liberal: boolean, verdict: WindowVerdict): WindowVerdict {
  return liberal || (sender.flags & FLAG_BE_LIBERAL) !== 0 ? 'accept' : verdict;
}

function countRetransmissions(track: TcpTrack, reply: boolean, seq: number, ack: number, end: number, window: number): void {
  const same =
    track.lastReply === reply && track.lastSeq === seq && track.lastAck === ack && track.lastEnd === end && track.lastWindow === window;
  if (same) {
    track.retransmissions++;
    return;
  }
  track.lastReply = reply;
  track.lastSeq = seq;
  track.lastAck = ack;
  track.lastEnd = end;
  track.lastWindow = window;
  track.retransmissions = 0;
}
