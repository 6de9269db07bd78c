// One segment built and handed to IP: tcp_transmit_skb() in net/ipv4/tcp_output.c, ip_queue_xmit() and inet6_csk_xmit().

import type { Ipv4, Ipv6 } from '../../base/address.ts';
import { setU16, setU32 } from '../../base/bytes.ts';
import { finishSum, partialSum } from '../../base/checksum.ts';
import { isError, type KernelError } from '../../base/result.ts';
import { IPPROTO_TCP } from '../../wire/ip-protocol.ts';
import {
  TCP_ACK,
  TCP_ACK_SEQ,
  TCP_CHECKSUM,
  TCP_DATA_OFFSET,
  TCP_DST_PORT,
  TCP_FIN,
  TCP_FLAGS,
  TCP_HLEN,
  TCP_RST,
  TCP_SEQ,
  TCP_SRC_PORT,
  TCP_SYN,
  TCP_WINDOW,
  TCPOPT_NOP,
  TCPOPT_SACK,
  TCPOPT_TIMESTAMP,
  tcpOptionsLength,
  writeTcpOptions,
} from '../../wire/tcp.ts';
import { ipSend } from '../ip/ipv4-output.ts';
import { ip6Send } from '../ip/ipv6-output.ts';
import type { Route4, Route6 } from '../route/route.ts';
import { Skb } from '../skb.ts';
import { eventAckSent, eventDataSent } from './ack-state.ts';
import { TCP_HEADROOM, TSTAMP_ALIGNED } from './constants.ts';
import { selectWindow } from './receive-window.ts';
import { timestampNow } from './rtt.ts';
import type { TcpSock } from './tcp-sock.ts';

const NOP_NOP = (TCPOPT_NOP << 24) | (TCPOPT_NOP << 16);
const TIMESTAMPS = NOP_NOP | (TCPOPT_TIMESTAMP << 8) | 10;
/** Options fill 40 bytes at most. */
const MAX_OPTIONS = 40;

/** SACK blocks that go into the next header (tcp_established_options): what stands beside the timestamps. */
export function sackBlocksToSend(sk: TcpSock): number {
  const blocks = sk.sackCount + (sk.dsack ? 1 : 0);
  if (blocks === 0) return 0;
  const room = MAX_OPTIONS - (sk.tsOk ? TSTAMP_ALIGNED : 0);
  return Math.min(blocks, (room - 4) >> 3);
}

/** Length of the options of an established connection's next segment. */
export function optionsLength(sk: TcpSock): number {
  const blocks = sackBlocksToSend(sk);
  return (sk.tsOk ? TSTAMP_ALIGNED : 0) + (blocks > 0 ? 4 + 8 * blocks : 0);
}

/**
 * Sends a segment of an established connection: `length` bytes of the send buffer that begin at sequence number `seq`, or none. The
 * error of a packet for which there is no route.
 */
export function transmit(sk: TcpSock, seq: number, length: number, flags: number): KernelError | undefined {
  const options = optionsLength(sk);
  const header = TCP_HLEN + options;
  const skb = Skb.alloc(header + length, TCP_HEADROOM);
  const b = skb.buf;
  const o = skb.data;
  if (options > 0) writeOptions(sk, b, o + TCP_HLEN);
  const sum = length > 0 ? sk.sendBuffer.copySum((seq - sk.sndUna) | 0, length, b, o + header) : 0;
  writeHeader(sk, b, o, header, seq, flags, (flags & TCP_RST) !== 0 && sk.rcvWnd === 0 ? 0 : selectWindow(sk), length, sum);
  if ((flags & TCP_ACK) !== 0) eventAckSent(sk);
  if (length > 0) {
    eventDataSent(sk);
    sk.dataSegmentsOut++;
    sk.bytesSent += length;
  } else if ((flags & TCP_FIN) === 0) {
    sk.tcp.mib.OutSegs++;
  }
  return queueXmit(sk, skb);
}

/** Sends the segment that opens a connection, or answers one that does at the same time. */
export function transmitSyn(sk: TcpSock, flags: number): KernelError | undefined {
  const { tcp } = sk;
  const answer = (flags & TCP_ACK) !== 0;
  const options = {
    mss: sk.advMss,
    ...(answer && !sk.sackOk ? {} : tcp.sysctl('tcp_sack') !== 0 ? { sackPermitted: true } : {}),
    ...(answer && !sk.tsOk
      ? {}
      : tcp.sysctl('tcp_timestamps') !== 0
        ? { timestamps: { value: timestampNow(sk), echo: answer ? sk.tsRecent : 0 } }
        : {}),
    ...(answer && !sk.wscaleOk ? {} : tcp.sysctl('tcp_window_scaling') !== 0 ? { windowScale: sk.rcvWscale } : {}),
  };
  const header = TCP_HLEN + tcpOptionsLength(options);
  const skb = Skb.alloc(header, TCP_HEADROOM);
  writeTcpOptions(skb.buf, skb.data + TCP_HLEN, options);
  writeHeader(sk, skb.buf, skb.data, header, sk.iss, flags, Math.min(sk.rcvWnd, 0xffff), 0, 0);
  sk.rcvWup = sk.rcvNxt;
  if (answer) eventAckSent(sk);
  return queueXmit(sk, skb);
}

function writeHeader(
  sk: TcpSock,
  b: Uint8Array,
  o: number,
  header: number,
  seq: number,
  flags: number,
  window: number,
  length: number,
  dataSum: number,
): void {
  setU16(b, o + TCP_SRC_PORT, sk.port);
  setU16(b, o + TCP_DST_PORT, sk.remotePort);
  setU32(b, o + TCP_SEQ, seq);
  setU32(b, o + TCP_ACK_SEQ, (flags & TCP_ACK) !== 0 ? sk.rcvNxt : 0);
  b[o + TCP_DATA_OFFSET] = header << 2;
  b[o + TCP_FLAGS] = flags;
  setU16(b, o + TCP_WINDOW, window);
  setU16(b, o + TCP_CHECKSUM, finishSum(partialSum(b, o, header, sk.pseudoSum + header + length + dataSum)));
  if ((flags & TCP_SYN) === 0) sk.lastAckSent = sk.rcvNxt;
}

function writeOptions(sk: TcpSock, b: Uint8Array, o: number): void {
  let at = o;
  if (sk.tsOk) {
    setU32(b, at, TIMESTAMPS);
    setU32(b, at + 4, timestampNow(sk));
    setU32(b, at + 8, sk.tsRecent);
    at += TSTAMP_ALIGNED;
  }
  let blocks = sackBlocksToSend(sk);
  if (blocks === 0) return;
  setU32(b, at, NOP_NOP | (TCPOPT_SACK << 8) | (2 + 8 * blocks));
  at += 4;
  if (sk.dsack) {
    setU32(b, at, sk.dsackStart);
    setU32(b, at + 4, sk.dsackEnd);
    at += 8;
    blocks--;
    sk.dsack = false;
  }
  for (let i = 0; i < blocks; i++) {
    setU32(b, at, sk.sackBlocks[2 * i] as number);
    setU32(b, at + 4, sk.sackBlocks[2 * i + 1] as number);
    at += 8;
  }
}

/** To IP, over the route as it is now. */
function queueXmit(sk: TcpSock, skb: Skb): KernelError | undefined {
  sk.segmentsOut++;
  const route = routeOf(sk);
  const { tcp, options } = sk;
  if (isError(route)) {
    tcp.countNoRoute(sk.ipv4);
    return route;
  }
  if (sk.ipv4) {
    const send = tcp.send4;
    send.ttl = options.ttl ?? tcp.ns.sysctl.int('net/ipv4/ip_default_ttl');
    send.tos = options.tos;
    send.id = sk.ipId;
    send.mark = options.mark;
    sk.ipId = (sk.ipId + 1) & 0xffff;
    ipSend(tcp.stack, skb, route as Route4, sk.local as Ipv4, sk.remote as Ipv4, IPPROTO_TCP, send);
  } else {
    const send = tcp.send6;
    send.hopLimit = options.ttl ?? tcp.hopLimit(route as Route6);
    send.trafficClass = options.tos;
    send.mark = options.mark;
    ip6Send(tcp.stack, skb, route as Route6, sk.local as Ipv6, sk.remote as Ipv6, IPPROTO_TCP, send);
  }
  // Each segment arrives before the next is made.
  if (sk.owned) tcp.stack.softirq.drain();
  return undefined;
}

/** The connection's route, looked up anew so that changes count at once; the resolver remembers it. */
export function routeOf(sk: TcpSock): Route4 | Route6 | KernelError {
  const { tcp, options } = sk;
  if (sk.ipv4) {
    const flow = tcp.flow4;
    flow.dst = sk.remote as Ipv4;
    flow.src = sk.local as Ipv4;
    flow.oif = options.bindToDevice;
    flow.mark = options.mark;
    flow.tos = options.tos;
    flow.sport = sk.port;
    flow.dport = sk.remotePort;
    return tcp.ns.ip4.fib.output(flow);
  }
  const flow = tcp.flow6;
  flow.dst = sk.remote as Ipv6;
  flow.src = sk.local as Ipv6;
  flow.oif = options.bindToDevice;
  flow.mark = options.mark;
  flow.tos = options.tos;
  flow.sport = sk.port;
  flow.dport = sk.remotePort;
  return tcp.ns.ip6.fib.output(flow);
}
