import { u16, u32 } from '../../base/bytes.ts';
import {
  TCP_FIN,
  TCP_HLEN,
  TCP_SYN,
  TCPOPT_EOL,
  TCPOPT_MSS,
  TCPOPT_NOP,
  TCPOPT_SACK,
  TCPOPT_SACK_PERM,
  TCPOPT_TIMESTAMP,
  TCPOPT_WINDOW,
  tcpAckSeq,
  tcpDstPort,
  tcpFlags,
  tcpHeaderLength,
  tcpSeq,
  tcpSrcPort,
  tcpWindow,
} from '../../wire/tcp.ts';
import type { Skb } from '../skb.ts';
import { MAX_WSCALE } from './constants.ts';

/** A received segment, read (TCP_SKB_CB and tcp_options_received). One object serves them all: it is filled in anew for each. */
export class IncomingSegment {
  skb!: Skb;
  srcPort = 0;
  dstPort = 0;
  seq = 0;
  /** SYN and FIN counted. */
  endSeq = 0;
  ack = 0;
  flags = 0;
  /** As on the wire, not scaled. */
  window = 0;
  headerLength = 0;
  /** Where the data begins and ends in the skb's buffer. */
  dataAt = 0;
  dataEnd = 0;
  hasTimestamp = false;
  tsVal = 0;
  tsEcr = 0;
  /** Options of a SYN: 0 and -1 for absent. */
  mss = 0;
  windowScale = -1;
  sackPermitted = false;
  /** Left and right edges of the SACK blocks. */
  readonly sack = new Float64Array(8);
  sackCount = 0;

  get length(): number {
    return this.dataEnd - this.dataAt;
  }

  /** Reads the header at `skb.data`, which has been tested (`checkTcp`). */
  read(skb: Skb): void {
    const b = skb.buf;
    const o = skb.data;
    this.skb = skb;
    this.srcPort = tcpSrcPort(b, o);
    this.dstPort = tcpDstPort(b, o);
    this.seq = tcpSeq(b, o);
    this.ack = tcpAckSeq(b, o);
    this.flags = tcpFlags(b, o);
    this.window = tcpWindow(b, o);
    const header = tcpHeaderLength(b, o);
    this.headerLength = header;
    this.dataAt = o + header;
    this.dataEnd = skb.end;
    let length = skb.end - this.dataAt;
    if ((this.flags & TCP_SYN) !== 0) length++;
    if ((this.flags & TCP_FIN) !== 0) length++;
    this.endSeq = (this.seq + length) >>> 0;
    this.hasTimestamp = false;
    this.sackCount = 0;
    this.mss = 0;
    this.windowScale = -1;
    this.sackPermitted = false;
    if (header > TCP_HLEN) this.readOptions(b, o + TCP_HLEN, this.dataAt);
  }

  /** tcp_parse_options: an option with a wrong length is passed over, one that runs out of the header ends the list. */
  private readOptions(b: Uint8Array, from: number, end: number): void {
    let i = from;
    while (i < end) {
      const kind = b[i] as number;
      if (kind === TCPOPT_EOL) return;
      if (kind === TCPOPT_NOP) {
        i++;
        continue;
      }
      const size = i + 1 < end ? (b[i + 1] as number) : 0;
      if (size < 2 || i + size > end) return;
      if (kind === TCPOPT_TIMESTAMP && size === 10) {
        this.hasTimestamp = true;
        this.tsVal = u32(b, i + 2);
        this.tsEcr = u32(b, i + 6);
      } else if (kind === TCPOPT_SACK && size >= 10 && (size - 2) % 8 === 0) {
        for (let at = i + 2; at < i + size && this.sackCount < 4; at += 8) {
          this.sack[2 * this.sackCount] = u32(b, at);
          this.sack[2 * this.sackCount + 1] = u32(b, at + 4);
          this.sackCount++;
        }
      } else if ((this.flags & TCP_SYN) !== 0) {
        if (kind === TCPOPT_MSS && size === 4) this.mss = u16(b, i + 2);
        else if (kind === TCPOPT_WINDOW && size === 3) this.windowScale = Math.min(b[i + 2] as number, MAX_WSCALE);
        else if (kind === TCPOPT_SACK_PERM && size === 2) this.sackPermitted = true;
      }
      i += size;
    }
  }
}
