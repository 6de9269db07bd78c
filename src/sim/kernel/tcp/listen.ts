// Connections that come in: tcp_conn_request() in net/ipv4/tcp_input.c, tcp_check_req() in tcp_minisocks.c, inet_connection_sock.c.

import type { Ipv4, Ipv6 } from '../../base/address.ts';
import { pseudoHeaderV4, pseudoHeaderV6 } from '../../base/checksum.ts';
import { isLinkLocalIpv6 } from '../../base/ipv6-address.ts';
import { isError } from '../../base/result.ts';
import { NS_PER_MS } from '../../base/time.ts';
import { IPPROTO_TCP } from '../../wire/ip-protocol.ts';
import { TCP_ACK, TCP_HLEN, TCP_RST, TCP_SYN, tcpOptionsLength, writeTcp, writeTcpOptions } from '../../wire/tcp.ts';
import { ipSend } from '../ip/ipv4-output.ts';
import { ip6Send } from '../ip/ipv6-output.ts';
import type { Route4, Route6 } from '../route/route.ts';
import { Skb } from '../skb.ts';
import { drop } from '../trace.ts';
import { INVALID_RATELIMIT_NS, TCP_HEADROOM, TIMEOUT_INIT_NS, TSTAMP_ALIGNED } from './constants.ts';
import { headersLength } from './mss.ts';
import { initialWindow } from './receive-window.ts';
import { reply, sendReset } from './reply.ts';
import { RequestSock } from './request-sock.ts';
import type { IncomingSegment } from './segment.ts';
import { after, before, seqAdd } from './sequence.ts';
import { TCP_LISTEN, TCP_SYN_RECV } from './state.ts';
import { TcpSock } from './tcp-sock.ts';

/** A segment for a listening socket that belongs to no request (tcp_rcv_state_process in TCP_LISTEN). */
export function receiveListen(
  sk: TcpSock,
  seg: IncomingSegment,
  ipv4: boolean,
  local: Ipv4 | Ipv6,
  remote: Ipv4 | Ipv6,
  isn?: number,
): void {
  const { tcp } = sk;
  if ((seg.flags & TCP_ACK) !== 0) {
    sendReset(tcp, seg, ipv4, local, remote);
    return drop(tcp.ns, seg.skb, 'TCP_FLAGS', 'acknowledgment to a listening socket');
  }
  if ((seg.flags & TCP_RST) !== 0) return drop(tcp.ns, seg.skb, 'TCP_RESET');
  if ((seg.flags & TCP_SYN) === 0 || (seg.flags & 1) !== 0) return drop(tcp.ns, seg.skb, 'TCP_FLAGS');
  const queue = sk.acceptQueue;
  if (!queue || !tcp.isLocalDelivery(seg.skb, ipv4)) return;
  // Here Linux would begin to answer with cookies; a flood of half-open connections is simply not taken.
  if (queue.requests.size >= queue.backlog && queue.requests.size > 0 && queue.requests.size >= tcp.sysctl('tcp_max_syn_backlog')) {
    tcp.ext.ListenDrops++;
    return drop(tcp.ns, seg.skb, 'TCP_LISTEN_OVERFLOW', 'SYN queue is full');
  }
  if (queue.ready.length > queue.backlog) {
    tcp.ext.ListenOverflows++;
    tcp.ext.ListenDrops++;
    return drop(tcp.ns, seg.skb, 'TCP_LISTEN_OVERFLOW', 'accept queue is full');
  }
  const device = sk.options.bindToDevice || (!ipv4 && isLinkLocalIpv6(remote as Ipv6) ? seg.skb.iif : 0);
  const iss = isn ?? tcp.initialSequence(local, remote, sk.port, seg.srcPort);
  const request = new RequestSock(sk, ipv4, local, sk.port, remote, seg.srcPort, seg.seq, iss, device);
  const route = tcp.routeTo(ipv4, local, remote, request.options, sk.port, seg.srcPort);
  if (isError(route)) return drop(tcp.ns, seg.skb, 'IP_OUTNOROUTES');
  negotiate(request, seg, route.mtu, route.metrics?.values.advmss);
  queue.requests.add(request);
  tcp.hash.insert(request);
  request.sentNs = tcp.clock.now;
  request.expiresNs = tcp.clock.now + TIMEOUT_INIT_NS;
  request.timer = tcp.clock.at(request.expiresNs, () => synAckTimeout(request));
  sendSynAck(request);
}

/** What both ends can do (tcp_openreq_init, tcp_openreq_init_rwin). */
function negotiate(request: RequestSock, seg: IncomingSegment, mtu: number, metric: number | undefined): void {
  const { tcp, options, rcvBuf } = request.listener;
  const most = 65_535 - headersLength(request.ipv4);
  const least = tcp.ns.sysctl.int(request.ipv4 ? 'net/ipv4/route/min_adv_mss' : 'net/ipv6/route/min_adv_mss');
  request.advMss = Math.min(metric ?? Math.min(most, Math.max(mtu - headersLength(request.ipv4), least)), options.maxSegment ?? most);
  request.peerMss = seg.mss || 536;
  request.tsOk = seg.hasTimestamp && tcp.sysctl('tcp_timestamps') !== 0;
  request.tsRecent = request.tsOk ? seg.tsVal : 0;
  request.tsOffset = tcp.timestampOffset(request.local, request.remote);
  request.sackOk = seg.sackPermitted && tcp.sysctl('tcp_sack') !== 0;
  request.wscaleOk = seg.windowScale >= 0 && tcp.sysctl('tcp_window_scaling') !== 0;
  request.sndWscale = request.wscaleOk ? seg.windowScale : 0;
  const mss = request.advMss - (request.tsOk ? TSTAMP_ALIGNED : 0);
  const window = initialWindow(rcvBuf, mss, request.listener.rcvBufLocked ? 0 : tcp.rmemMax, request.wscaleOk);
  request.rcvWnd = window.window;
  request.rcvWscale = window.scale;
  request.windowClamp = window.clamp;
}

/** Answers a SYN (tcp_make_synack). Its IP identifier is 0. */
function sendSynAck(request: RequestSock): void {
  const { listener, ipv4, local, remote, options } = request;
  const { tcp } = listener;
  const value = (Math.floor(tcp.clock.now / NS_PER_MS) + request.tsOffset) >>> 0;
  const tcpOptions = {
    mss: request.advMss,
    ...(request.sackOk ? { sackPermitted: true } : {}),
    ...(request.tsOk ? { timestamps: { value, echo: request.tsRecent } } : {}),
    ...(request.wscaleOk ? { windowScale: request.rcvWscale } : {}),
  };
  const header = TCP_HLEN + tcpOptionsLength(tcpOptions);
  const skb = Skb.alloc(header, TCP_HEADROOM);
  const o = skb.data;
  writeTcpOptions(skb.buf, o + TCP_HLEN, tcpOptions);
  const pseudo = ipv4
    ? pseudoHeaderV4(local as Ipv4, remote as Ipv4, IPPROTO_TCP, header)
    : pseudoHeaderV6(local as Ipv6, remote as Ipv6, IPPROTO_TCP, header);
  const ack = seqAdd(request.irs, 1);
  const window = Math.min(request.rcvWnd, 0xffff);
  writeTcp(skb.buf, o, header, request.port, request.remotePort, request.iss, ack, header, TCP_SYN | TCP_ACK, window, 0, pseudo);
  const route = tcp.routeTo(ipv4, local, remote, options, request.port, request.remotePort);
  if (isError(route)) return;
  tcp.mib.OutSegs++;
  const { tos, mark } = options;
  if (ipv4) {
    const ttl = options.ttl ?? tcp.ns.sysctl.int('net/ipv4/ip_default_ttl');
    ipSend(tcp.stack, skb, route as Route4, local as Ipv4, remote as Ipv4, IPPROTO_TCP, { ttl, tos, dontFragment: true, id: 0, mark });
  } else {
    const hopLimit = options.ttl ?? tcp.hopLimit(route as Route6);
    const send = { hopLimit, trafficClass: tos, flowLabel: -1, mark, loop: true };
    ip6Send(tcp.stack, skb, route as Route6, local as Ipv6, remote as Ipv6, IPPROTO_TCP, send);
  }
}

/** No third segment yet (reqsk_timer_handler): the answer goes out again, later each time. */
function synAckTimeout(request: RequestSock): void {
  const { tcp } = request.listener;
  request.timer = 0;
  if (request.retransmits >= tcp.sysctl('tcp_synack_retries')) return removeRequest(request);
  request.retransmits++;
  tcp.mib.RetransSegs++;
  tcp.ext.TCPSynRetrans++;
  request.timeoutNs *= 2;
  request.expiresNs = tcp.clock.now + request.timeoutNs;
  request.timer = tcp.clock.at(request.expiresNs, () => synAckTimeout(request));
  sendSynAck(request);
}

export function removeRequest(request: RequestSock): void {
  const { tcp, acceptQueue } = request.listener;
  tcp.clock.cancel(request.timer);
  tcp.hash.remove(request);
  acceptQueue?.requests.delete(request);
}

/** A segment for a request (tcp_check_req): the connection it makes, in SYN_RECV, to be given the segment next; or nothing. */
export function checkRequest(request: RequestSock, seg: IncomingSegment): TcpSock | undefined {
  const { listener } = request;
  const { tcp } = listener;
  const { flags } = seg;
  const rcvNxt = seqAdd(request.irs, 1);
  const paws = request.tsOk && seg.hasTimestamp && ((request.tsRecent - seg.tsVal) | 0) > 0;
  if (seg.seq === request.irs && (flags & (TCP_SYN | TCP_RST | TCP_ACK)) === TCP_SYN && !paws) {
    if (tcp.clock.now - request.sentNs >= INVALID_RATELIMIT_NS || request.retransmits > 0) sendSynAck(request);
    return undefined;
  }
  if ((flags & TCP_ACK) !== 0 && seg.ack !== seqAdd(request.iss, 1)) {
    sendReset(tcp, seg, request.ipv4, request.local, request.remote);
    drop(tcp.ns, seg.skb, 'TCP_FLAGS', 'acknowledges what was not sent');
    return undefined;
  }
  if (paws || before(seg.endSeq, rcvNxt) || after(seg.seq, seqAdd(rcvNxt, request.rcvWnd))) {
    if ((flags & TCP_RST) === 0) acknowledgeRequest(request, seg);
    drop(tcp.ns, seg.skb, 'TCP_OVERWINDOW');
    return undefined;
  }
  if ((flags & (TCP_RST | TCP_SYN)) !== 0) {
    if ((flags & TCP_RST) === 0) sendReset(tcp, seg, request.ipv4, request.local, request.remote);
    removeRequest(request);
    tcp.mib.AttemptFails++;
    tcp.ext.EmbryonicRsts++;
    drop(tcp.ns, seg.skb, 'TCP_RESET');
    return undefined;
  }
  if ((flags & TCP_ACK) === 0) {
    drop(tcp.ns, seg.skb, 'TCP_FLAGS');
    return undefined;
  }
  if (seg.hasTimestamp && request.tsOk && !after(seg.seq, rcvNxt)) request.tsRecent = seg.tsVal;
  const queue = listener.acceptQueue;
  if (!queue || queue.ready.length > queue.backlog) {
    tcp.ext.ListenOverflows++;
    if (tcp.sysctl('tcp_abort_on_overflow') !== 0) {
      sendReset(tcp, seg, request.ipv4, request.local, request.remote);
      removeRequest(request);
    } else {
      request.acked = true;
    }
    drop(tcp.ns, seg.skb, 'TCP_LISTEN_OVERFLOW', 'accept queue is full');
    return undefined;
  }
  removeRequest(request);
  const child = createChild(request);
  tcp.mib.PassiveOpens++;
  tcp.hash.insert(child);
  tcp.ports.add(child, child.port);
  queue.ready.push(child);
  return child;
}

function acknowledgeRequest(request: RequestSock, seg: IncomingSegment): void {
  const { tcp } = request.listener;
  const value = (Math.floor(tcp.clock.now / NS_PER_MS) + request.tsOffset) >>> 0;
  reply(tcp, seg, request.ipv4, request.local, request.remote, {
    seq: seqAdd(request.iss, 1),
    ack: seqAdd(request.irs, 1),
    flags: TCP_ACK,
    window: request.rcvWnd >>> request.rcvWscale,
    timestamps: request.tsOk ? { value, echo: request.tsRecent } : undefined,
    ttl: request.options.ttl,
    tos: request.options.tos,
    mark: request.options.mark,
  });
}

/** The socket of a new connection (tcp_create_openreq_child). */
function createChild(request: RequestSock): TcpSock {
  const { listener } = request;
  const { tcp } = listener;
  const sk = new TcpSock(tcp, listener.family, { ...request.options });
  sk.state = TCP_SYN_RECV;
  sk.listener = listener;
  sk.owner = listener.owner;
  sk.ipv4 = request.ipv4;
  sk.local = request.local;
  sk.port = request.port;
  sk.remote = request.remote;
  sk.remotePort = request.remotePort;
  sk.addressBound = true;
  sk.iss = request.iss;
  sk.irs = request.irs;
  const next = seqAdd(request.iss, 1);
  sk.sndUna = next;
  sk.sndNxt = next;
  sk.writeSeq = next;
  sk.sndSml = next;
  sk.cwndUsageSeq = next;
  sk.fackSeq = next;
  sk.rcvNxt = seqAdd(request.irs, 1);
  sk.copiedSeq = sk.rcvNxt;
  sk.rcvWup = sk.rcvNxt;
  sk.rcvWnd = request.rcvWnd;
  sk.rcvSsthresh = request.rcvWnd;
  sk.windowClamp = request.windowClamp;
  sk.rcvWscale = request.rcvWscale;
  sk.sndWscale = request.sndWscale;
  sk.wscaleOk = request.wscaleOk;
  sk.sackOk = request.sackOk;
  sk.tsOk = request.tsOk;
  sk.tsOffset = request.tsOffset;
  sk.tsRecent = request.tsRecent;
  sk.tsRecentStampNs = tcp.clock.now;
  sk.mssClamp = Math.min(request.peerMss, listener.options.maxSegment ?? 65_535);
  sk.advMss = request.advMss - (request.tsOk ? TSTAMP_ALIGNED : 0);
  sk.rcvBuf = listener.rcvBuf;
  sk.rcvBufLocked = listener.rcvBufLocked;
  sk.sndBuf = listener.sndBuf;
  sk.synAckSentNs = request.retransmits === 0 ? request.sentNs : -1;
  sk.ipId = tcp.random.int(0x10000);
  sk.computePseudoSum();
  return sk;
}

/** Takes the next connection whose handshake is done; one that was reset meanwhile still counts. */
export function acceptNext(sk: TcpSock): TcpSock | undefined {
  const child = sk.acceptQueue?.ready.shift();
  if (child) child.listener = undefined;
  return child;
}

/** The listening socket goes: who waits in its queues is reset (inet_csk_listen_stop). */
export function stopListening(sk: TcpSock, abort: (child: TcpSock) => void): void {
  const queue = sk.acceptQueue;
  if (!queue) return;
  sk.tcp.hash.unlisten(sk);
  for (const request of [...queue.requests]) removeRequest(request);
  for (const child of queue.ready.splice(0)) {
    child.listener = undefined;
    child.orphan = true;
    abort(child);
  }
  sk.acceptQueue = undefined;
}

/** Starts to listen, or changes the backlog (inet_listen). False when another socket listens there. */
export function startListening(sk: TcpSock, backlog: number): boolean {
  const { tcp } = sk;
  const limit = Math.min(backlog < 0 ? 0xffff_ffff : backlog, tcp.ns.sysctl.int('net/core/somaxconn'));
  if (sk.acceptQueue) {
    sk.acceptQueue.backlog = limit;
    return true;
  }
  if (!tcp.ports.mayListen(sk)) return false;
  sk.state = TCP_LISTEN;
  sk.acceptQueue = { backlog: limit, requests: new Set(), ready: [] };
  tcp.hash.listen(sk);
  return true;
}
