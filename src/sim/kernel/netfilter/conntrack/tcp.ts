// Connection tracking of TCP: net/netfilter/nf_conntrack_proto_tcp.c.

import {
  TCP_ACK,
  TCP_CWR,
  TCP_ECE,
  TCP_FIN,
  TCP_HLEN,
  TCP_PSH,
  TCP_RST,
  TCP_SYN,
  TCP_URG,
  tcpAckSeq,
  tcpFlags,
  tcpHeaderLength,
  tcpSeq,
  tcpWindow,
} from '../../../wire/tcp.ts';
import type { Conntracks, PacketVerdict } from './conntracks.ts';
import { type Conntrack, IPCT_ASSURED, IPCT_PROTOINFO, IPS_ASSURED, IPS_SEEN_REPLY } from './entry.ts';
import {
  nextState,
  segmentKind,
  TCP_ACK_SET,
  TCP_CLOSE,
  TCP_CLOSE_WAIT,
  TCP_ESTABLISHED,
  TCP_FIN_WAIT,
  TCP_IGNORE,
  TCP_INVALID,
  TCP_LAST_ACK,
  TCP_NONE,
  TCP_NONE_SET,
  TCP_RST_SET,
  TCP_SYN_RECV,
  TCP_SYN_SENT,
  TCP_SYN_SET,
  TCP_SYNACK_SET,
  TCP_TIME_WAIT,
} from './tcp-states.ts';
import {
  before,
  checkWindow,
  FLAG_BE_LIBERAL,
  FLAG_CLOSE_INIT,
  FLAG_DATA_UNACKNOWLEDGED,
  FLAG_MAXACK_SET,
  FLAG_SACK_PERM,
  readSynOptions,
  segmentEnd,
  TcpSide,
  TcpTrack,
} from './tcp-window.ts';

/** Combinations of flags that make sense; PSH, ECE and CWR always do. */
const VALID_FLAGS: ReadonlySet<number> = new Set([
  TCP_SYN,
  TCP_SYN | TCP_URG,
  TCP_SYN | TCP_ACK,
  TCP_RST,
  TCP_RST | TCP_ACK,
  TCP_FIN | TCP_ACK,
  TCP_FIN | TCP_ACK | TCP_URG,
  TCP_ACK,
  TCP_ACK | TCP_URG,
]);

/** Why a segment of `length` bytes can be part of no connection; its checksum is looked at by the caller (tcp_error). */
export function tcpMalformed(b: Uint8Array, o: number, length: number): string | undefined {
  if (length < TCP_HLEN) return 'short packet';
  const header = tcpHeaderLength(b, o);
  if (header < TCP_HLEN || header > length) return 'truncated packet';
  if (!VALID_FLAGS.has(tcpFlags(b, o) & ~(TCP_PSH | TCP_ECE | TCP_CWR))) return 'invalid tcp flag combination';
  return undefined;
}

/** The first segment of an entry (tcp_new): false for what begins no connection. */
function begin(conntracks: Conntracks, ct: Conntrack, b: Uint8Array, o: number, length: number): boolean {
  const state = nextState(false, segmentKind(tcpFlags(b, o)), TCP_NONE);
  if (state >= TCP_INVALID) return false;
  if (state !== TCP_SYN_SENT && !conntracks.settings.tcpLoose) return false;
  const track = new TcpTrack();
  const { original, reply } = track;
  original.end = segmentEnd(b, o, length);
  original.maxWindow = Math.max(tcpWindow(b, o), 1);
  original.maxEnd = original.end;
  if (state === TCP_SYN_SENT) readSynOptions(b, o, original);
  else {
    // In the middle of a connection: scaling is not known, so windows are not held against it.
    original.maxEnd = (original.end + original.maxWindow) >>> 0;
    original.flags = FLAG_SACK_PERM | FLAG_BE_LIBERAL;
    reply.flags = FLAG_SACK_PERM | FLAG_BE_LIBERAL;
  }
  track.lastIndex = TCP_NONE_SET;
  ct.tcp = track;
  return true;
}

/** A well-formed segment of a connection (nf_conntrack_tcp_packet). */
export function trackTcp(conntracks: Conntracks, ct: Conntrack, reply: boolean, b: Uint8Array, o: number, end: number): PacketVerdict {
  const { settings } = conntracks;
  const length = end - o;
  if (!ct.confirmed && ct.tcp === undefined && !begin(conntracks, ct, b, o, length)) return 'invalid';
  ct.tcp ??= new TcpTrack();
  const track = ct.tcp;
  const kind = segmentKind(tcpFlags(b, o));
  const oldState = track.state;
  let newState = nextState(reply, kind, oldState);
  let checkIt = true;

  if (newState === TCP_INVALID) return 'invalid';
  if (newState === TCP_IGNORE || (newState === TCP_SYN_SENT && oldState >= TCP_TIME_WAIT)) {
    if (newState === TCP_SYN_SENT && mayReopen(track, reply)) return 'repeat';
    if (!answersIgnoredSyn(track, kind, reply, b, o)) return ignore(track, kind, reply, b, o, length);
    synchronize(track, reply);
    newState = TCP_SYN_RECV;
  } else if (newState === TCP_CLOSE && kind === TCP_RST_SET) {
    const answer = checkReset(conntracks, ct, track, reply, b, o);
    if (answer === 'invalid') return 'invalid';
    if (answer === 'keep') newState = oldState;
    checkIt = answer !== 'close';
  }

  if (checkIt) {
    const verdict = checkWindow(track, reply, kind, b, o, length, settings.tcpLiberal);
    if (verdict === 'ignore') return 'accept';
    if (verdict !== 'accept') return 'invalid';
  }
  track.lastIndex = kind;
  track.lastReply = reply;
  track.state = newState;
  if (oldState !== newState && newState === TCP_FIN_WAIT) track.side(reply).flags |= FLAG_CLOSE_INIT;
  if (newState !== oldState) conntracks.event(ct, IPCT_PROTOINFO);

  let timeoutNs = timeoutOf(conntracks, track, newState);
  if ((ct.status & IPS_SEEN_REPLY) === 0) {
    // A reset as the only answer: there was no connection, and the entry goes at once.
    if (kind === TCP_RST_SET) {
      conntracks.kill(ct);
      return 'accept';
    }
    if (newState === TCP_ESTABLISHED) timeoutNs = Math.min(timeoutNs, settings.tcpUnacknowledgedNs);
  } else if (
    (ct.status & IPS_ASSURED) === 0 &&
    (oldState === TCP_SYN_RECV || oldState === TCP_ESTABLISHED) &&
    newState === TCP_ESTABLISHED
  ) {
    ct.status |= IPS_ASSURED;
    conntracks.event(ct, IPCT_ASSURED);
  }
  conntracks.refresh(ct, timeoutNs);
  return 'accept';
}

/** A SYN meets a connection that was closed or aborted: the entry goes, and the segment begins a new one. */
function mayReopen(track: TcpTrack, reply: boolean): boolean {
  const closed = ((track.original.flags | track.reply.flags) & FLAG_CLOSE_INIT) !== 0;
  return closed || (track.lastReply === reply && track.lastIndex === TCP_RST_SET);
}

/** Whether a SYN+ACK acknowledges a SYN that was let through without a change: then the ends agree, and we have been wrong. */
function answersIgnoredSyn(track: TcpTrack, kind: number, reply: boolean, b: Uint8Array, o: number): boolean {
  return kind === TCP_SYNACK_SET && track.lastIndex === TCP_SYN_SET && track.lastReply !== reply && tcpAckSeq(b, o) === track.lastEnd;
}

/** Takes over what the ignored SYN said. */
function synchronize(track: TcpTrack, reply: boolean): void {
  track.state = TCP_SYN_SENT;
  const opener = track.side(track.lastReply);
  opener.end = track.lastEnd;
  opener.maxEnd = track.lastEnd;
  opener.maxWindow = track.lastWindow === 0 ? 1 : track.lastWindow;
  opener.scale = track.lastScale;
  opener.flags = track.lastFlags;
  track.side(reply).reset();
}

/** Lets a segment through that may be right where we are not in step, and notes what it would mean. */
function ignore(track: TcpTrack, kind: number, reply: boolean, b: Uint8Array, o: number, length: number): PacketVerdict {
  track.lastIndex = kind;
  track.lastReply = reply;
  track.lastSeq = tcpSeq(b, o);
  track.lastEnd = segmentEnd(b, o, length);
  track.lastWindow = tcpWindow(b, o);
  if (kind === TCP_SYN_SET && !reply) {
    const seen = new TcpSide();
    readSynOptions(b, o, seen);
    track.lastFlags = seen.flags;
    track.lastScale = seen.scale;
  }
  return 'accept';
}

/** What a reset does: `close` without a look at the window, `check` it, `keep` the state for the challenge that may follow. */
function checkReset(
  { settings }: Conntracks,
  ct: Conntrack,
  track: TcpTrack,
  reply: boolean,
  b: Uint8Array,
  o: number,
): 'close' | 'check' | 'keep' | 'invalid' {
  // Once it closes, another connection may have the same ports already: nothing noted is worth holding against the reset.
  if (tcpIsClosing(track)) return 'close';
  const other = track.side(!reply);
  const seq = tcpSeq(b, o);
  if ((other.flags & FLAG_MAXACK_SET) !== 0 && track.lastIndex !== TCP_SYN_SET) {
    const established = track.state === TCP_ESTABLISHED && (ct.status & IPS_ASSURED) !== 0;
    if (seq === 0 && !established) return 'check';
    if (before(seq, other.maxAck) && !settings.tcpIgnoreInvalidReset) return 'invalid';
    if (!established || seq === other.maxAck) return 'check';
    if (track.lastIndex === TCP_ACK_SET && track.lastReply === reply && seq === track.lastEnd) return 'check';
    return 'keep';
  }
  const answersIgnored =
    ((ct.status & IPS_SEEN_REPLY) !== 0 && track.lastIndex === TCP_SYN_SET) ||
    ((ct.status & IPS_ASSURED) === 0 && track.lastIndex === TCP_ACK_SET);
  return answersIgnored && tcpAckSeq(b, o) === track.lastEnd ? 'close' : 'check';
}

function timeoutOf({ settings }: Conntracks, track: TcpTrack, state: number): number {
  const timeoutNs = settings.tcpTimeouts[state] as number;
  if (track.retransmissions >= settings.tcpMaxRetransmissions && timeoutNs > settings.tcpRetransmissionNs)
    return settings.tcpRetransmissionNs;
  const flags = track.original.flags | track.reply.flags;
  if ((flags & FLAG_DATA_UNACKNOWLEDGED) !== 0 && timeoutNs > settings.tcpUnacknowledgedNs) return settings.tcpUnacknowledgedNs;
  if (track.lastWindow === 0 && timeoutNs > settings.tcpRetransmissionNs) return settings.tcpRetransmissionNs;
  return timeoutNs;
}

/** Whether an entry may go to make room: a connection that closes (tcp_can_early_drop). */
export function tcpIsClosing(track: TcpTrack): boolean {
  return (
    track.state === TCP_FIN_WAIT ||
    track.state === TCP_LAST_ACK ||
    track.state === TCP_TIME_WAIT ||
    track.state === TCP_CLOSE ||
    track.state === TCP_CLOSE_WAIT
  );
}

/** What an entry made from outside has of its state (-I --state): windows are not known. */
export function tcpTrackOf(state: number): TcpTrack {
  const track = new TcpTrack();
  track.state = state;
  track.original.flags = FLAG_SACK_PERM | FLAG_BE_LIBERAL;
  track.reply.flags = FLAG_SACK_PERM | FLAG_BE_LIBERAL;
  return track;
}
