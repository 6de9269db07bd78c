// The states of a TCP connection to somebody in the middle, and which segment leads from one to another
// (tcp_conntracks in net/netfilter/nf_conntrack_proto_tcp.c).

import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from '../../../wire/tcp.ts';

export const TCP_NONE = 0;
export const TCP_SYN_SENT = 1;
export const TCP_SYN_RECV = 2;
export const TCP_ESTABLISHED = 3;
export const TCP_FIN_WAIT = 4;
export const TCP_CLOSE_WAIT = 5;
export const TCP_LAST_ACK = 6;
export const TCP_TIME_WAIT = 7;
export const TCP_CLOSE = 8;
/** Not a state: the segment is invalid, or is let through without a change. */
export const TCP_INVALID = 10;
export const TCP_IGNORE = 11;

/** As they are shown, in order of their numbers. */
export const TCP_STATE_NAMES = [
  'NONE',
  'SYN_SENT',
  'SYN_RECV',
  'ESTABLISHED',
  'FIN_WAIT',
  'CLOSE_WAIT',
  'LAST_ACK',
  'TIME_WAIT',
  'CLOSE',
  'SYN_SENT2',
] as const;

/** Kinds of segments: the rows of the table. */
export const TCP_SYN_SET = 0;
export const TCP_SYNACK_SET = 1;
const TCP_FIN_SET = 2;
export const TCP_ACK_SET = 3;
export const TCP_RST_SET = 4;
export const TCP_NONE_SET = 5;

export function segmentKind(flags: number): number {
  if ((flags & TCP_RST) !== 0) return TCP_RST_SET;
  if ((flags & TCP_SYN) !== 0) return (flags & TCP_ACK) !== 0 ? TCP_SYNACK_SET : TCP_SYN_SET;
  if ((flags & TCP_FIN) !== 0) return TCP_FIN_SET;
  return (flags & TCP_ACK) !== 0 ? TCP_ACK_SET : TCP_NONE_SET;
}

const STATES: Readonly<Record<string, number>> = { NO: 0, SS: 1, SR: 2, ES: 3, FW: 4, CW: 5, LA: 6, TW: 7, CL: 8, S2: 9, iv: 10, ig: 11 };

function rows(...lines: readonly string[]): readonly Uint8Array[] {
  return lines.map((line) => Uint8Array.from(line.split(' '), (name) => STATES[name] as number));
}

// Columns: NONE SYN_SENT SYN_RECV ESTABLISHED FIN_WAIT CLOSE_WAIT LAST_ACK TIME_WAIT CLOSE SYN_SENT2
const ORIGINAL = rows(
  'SS SS ig ig ig ig ig SS SS S2', // syn
  'iv iv ig ig ig ig ig ig ig SR', // syn+ack
  'iv iv FW FW LA LA LA TW CL iv', // fin
  'ES iv ES ES CW CW TW TW CL iv', // ack
  'iv CL CL CL CL CL CL CL CL CL', // rst
  'iv iv iv iv iv iv iv iv iv iv',
);
const REPLY = rows(
  'iv S2 iv iv iv iv iv SS iv S2', // syn: a closed connection may be opened by the other side
  'iv SR ig ig ig ig ig ig ig SR', // syn+ack
  'iv iv FW FW LA LA LA TW CL iv', // fin
  'iv ig SR ES CW CW TW TW CL ig', // ack
  'iv CL CL CL CL CL CL CL CL CL', // rst
  'iv iv iv iv iv iv iv iv iv iv',
);

export function nextState(reply: boolean, kind: number, state: number): number {
  return ((reply ? REPLY : ORIGINAL)[kind] as Uint8Array)[state] as number;
}
