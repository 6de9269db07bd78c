// The transport headers in a line of the log, which IPv4 and IPv6 share: nf_log_dump_tcp_header() and its like.

import { u16 } from '../../../base/bytes.ts';
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
  tcpUrgent,
  tcpWindow,
} from '../../../wire/tcp.ts';
import { NF_LOG_TCPOPT, NF_LOG_TCPSEQ } from './log-flags.ts';

const TCP_FLAG_NAMES = [
  [TCP_CWR, 'CWR'],
  [TCP_ECE, 'ECE'],
  [TCP_URG, 'URG'],
  [TCP_ACK, 'ACK'],
  [TCP_PSH, 'PSH'],
  [TCP_RST, 'RST'],
  [TCP_SYN, 'SYN'],
  [TCP_FIN, 'FIN'],
] as const;

/** What is missing of a header of `wanted` bytes at `o`, in the kernel's words, or undefined. */
export function incomplete(o: number, end: number, wanted: number): string | undefined {
  return o + wanted > end ? `INCOMPLETE [${Math.max(0, end - o)} bytes] ` : undefined;
}

/** Bytes as an option list. */
export function optionBytes(b: Uint8Array, from: number, to: number): string {
  const text = [...b.subarray(from, to)].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('');
  return `OPT (${text}) `;
}

export function describeTcp(b: Uint8Array, o: number, end: number, fragment: boolean, flags: number): string {
  let text = 'PROTO=TCP ';
  if (fragment) return text;
  const missing = incomplete(o, end, TCP_HLEN);
  if (missing !== undefined) return text + missing;
  text += `SPT=${u16(b, o)} DPT=${u16(b, o + 2)} `;
  if ((flags & NF_LOG_TCPSEQ) !== 0) text += `SEQ=${tcpSeq(b, o)} ACK=${tcpAckSeq(b, o)} `;
  text += `WINDOW=${tcpWindow(b, o)} RES=0x${((b[o + 12] as number) & 0x0f).toString(16).padStart(2, '0')} `;
  for (const [bit, name] of TCP_FLAG_NAMES) if ((tcpFlags(b, o) & bit) !== 0) text += `${name} `;
  text += `URGP=${tcpUrgent(b, o)} `;
  const options = o + tcpHeaderLength(b, o);
  if ((flags & NF_LOG_TCPOPT) !== 0 && options > o + TCP_HLEN) text += optionBytes(b, o + TCP_HLEN, Math.min(options, end));
  return text;
}

export function describeUdp(b: Uint8Array, o: number, end: number, fragment: boolean, name: string): string {
  const text = `PROTO=${name} `;
  if (fragment) return text;
  return text + (incomplete(o, end, 8) ?? `SPT=${u16(b, o)} DPT=${u16(b, o + 2)} LEN=${u16(b, o + 4)} `);
}
