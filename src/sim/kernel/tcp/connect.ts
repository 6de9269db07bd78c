// Opening a connection: tcp_v4_connect() and tcp_v6_connect(), tcp_connect() in net/ipv4/tcp_output.c.

import type { Ipv4, Ipv6 } from '../../base/address.ts';
import { isLinkLocalIpv6, isMulticastIpv6 } from '../../base/ipv6-address.ts';
import { fail, isError, type KernelError } from '../../base/result.ts';
import { TCP_SYN } from '../../wire/tcp.ts';
import type { Route4, Route6 } from '../route/route.ts';
import { ipv4OfMapped } from '../socket/inet-socket.ts';
import type { SockAddr } from '../socket/socket.ts';
import { INFINITE_SSTHRESH, INIT_CWND, MIN_MSS, MSS_DEFAULT, TIMEOUT_INIT_NS } from './constants.ts';
import { advertisedMss, syncMss } from './mss.ts';
import { initialWindow } from './receive-window.ts';
import { seqAdd } from './sequence.ts';
import { PENDING_RETRANS, TCP_SYN_SENT, TCP_TIME_WAIT } from './state.ts';
import type { TcpSock } from './tcp-sock.ts';
import { TimeWaitSock } from './time-wait.ts';
import { armOutput } from './timer.ts';
import { transmitSyn } from './transmit.ts';

/** Chooses ends, then sends the SYN. What fails at once is the answer; the rest shows later. */
export function connect(sk: TcpSock, address: SockAddr): undefined | KernelError {
  const chosen = address.family === 'inet' ? choose4(sk, address.address, address.port) : choose6(sk, address);
  if (isError(chosen)) return chosen;
  const { tcp } = sk;
  sk.remotePort = address.port;
  const refused = takePort(sk);
  if (refused) return refused;
  sk.state = TCP_SYN_SENT;
  tcp.hash.insert(sk);
  sk.computePseudoSum();
  sk.tsOffset = tcp.timestampOffset(sk.local, sk.remote);
  sk.iss = sk.reopenAt ?? tcp.initialSequence(sk.local, sk.remote, sk.port, sk.remotePort);
  sk.ipId = tcp.random.int(0x10000);
  start(sk, chosen);
  return undefined;
}

/** The address that a destination means here, and the route to it: no address is this host, a mapped one is IPv4. */
function choose4(sk: TcpSock, to: Ipv4, port: number): Route4 | KernelError {
  const { tcp } = sk;
  const dst = to === 0 ? 0x7f000001 : to;
  if (sk.local !== '::' && typeof sk.local !== 'number') return fail('ENETUNREACH');
  const source = typeof sk.local === 'number' ? sk.local : 0;
  const route = tcp.routeTo(true, source, dst, sk.options, sk.port, port) as Route4 | KernelError;
  if (isError(route)) {
    if (route.errno === 'ENETUNREACH') tcp.countNoRoute(true);
    return route;
  }
  if (route.type === 'multicast' || route.type === 'broadcast') return fail('ENETUNREACH');
  sk.ipv4 = true;
  sk.local = source || route.source;
  sk.remote = dst;
  return route;
}

function choose6(sk: TcpSock, address: Extract<SockAddr, { family: 'inet6' }>): Route4 | Route6 | KernelError {
  const { tcp } = sk;
  const mapped = ipv4OfMapped(address.address);
  if (mapped !== undefined) return sk.options.v6only ? fail('ENETUNREACH') : choose4(sk, mapped, address.port);
  if (typeof sk.local === 'number') return fail('EINVAL');
  const dst = address.address === '::' ? '::1' : address.address;
  if (isMulticastIpv6(dst)) return fail('ENETUNREACH');
  if (isLinkLocalIpv6(dst)) {
    if (address.scopeId !== 0) {
      if (sk.options.bindToDevice !== 0 && sk.options.bindToDevice !== address.scopeId) return fail('EINVAL');
      sk.options.bindToDevice = address.scopeId;
    }
    if (sk.options.bindToDevice === 0) return fail('EINVAL');
  }
  const route = tcp.routeTo(false, sk.local, dst, sk.options, sk.port, address.port) as Route6 | KernelError;
  if (isError(route)) return route;
  const source: Ipv6 = sk.local !== '::' ? sk.local : route.source !== '::' ? route.source : tcp.ns.ip6.selectSource(route.dev, dst);
  if (source === '::') return fail('EADDRNOTAVAIL');
  sk.ipv4 = false;
  sk.local = source;
  sk.remote = dst;
  return route;
}

/** A port for an unbound socket; a bound one must not be connected to that peer already (inet_hash_connect). */
function takePort(sk: TcpSock): undefined | KernelError {
  const { tcp } = sk;
  const free = (port: number): boolean => mayUse(sk, port);
  if (sk.port !== 0) return free(sk.port) ? undefined : fail('EADDRNOTAVAIL');
  const port = tcp.ports.connect(sk, tcp.portHash(sk.local, sk.remote, sk.remotePort), (candidate) => !free(candidate));
  return port === 0 ? fail('EADDRNOTAVAIL') : undefined;
}

/** Whether these ends are free; on loopback, those of a TIME_WAIT a second old may be used again (tcp_twsk_unique, tcp_tw_reuse). */
function mayUse(sk: TcpSock, port: number): boolean {
  const { tcp } = sk;
  sk.reopenAt = undefined;
  const found = tcp.hash.find(sk.local, port, sk.remote, sk.remotePort, 0);
  if (!found) return true;
  if (found.state !== TCP_TIME_WAIT || !(found instanceof TimeWaitSock) || !found.tsOk) return false;
  const reuse = tcp.sysctl('tcp_tw_reuse');
  const loopback = typeof sk.remote === 'number' ? sk.remote >>> 24 === 127 : sk.remote === '::1';
  if (reuse === 0 || (reuse === 2 && !loopback)) return false;
  if (tcp.clock.now - found.tsRecentStampNs <= tcp.sysctl('tcp_tw_reuse_delay') * 1_000_000) return false;
  found.kill();
  sk.reopenAt = seqAdd(found.sndNxt, 65_535 + 2);
  return true;
}

/** What a connection that failed before has left behind. */
function forget(sk: TcpSock): void {
  sk.caState = 0;
  sk.cwnd = INIT_CWND;
  sk.ssthresh = INFINITE_SSTHRESH;
  sk.sackedOut = 0;
  sk.lostOut = 0;
  sk.retransOut = 0;
  sk.retransStamp = 0;
  sk.undoMarker = 0;
  sk.tlpHighSeq = 0;
  sk.backoff = 0;
  sk.totalRto = 0;
  sk.totalRetransmitted = 0;
  sk.probes = 0;
  sk.srttUs = 0;
  sk.softError = undefined;
  sk.sackCount = 0;
  sk.dsack = false;
  sk.ackScheduled = false;
  sk.quick = 0;
  sk.pingpong = 0;
  sk.atoNs = 0;
  sk.receiveQueue.clear();
}

/** tcp_connect_init, and the SYN. */
function start(sk: TcpSock, route: Route4 | Route6): void {
  const { tcp } = sk;
  const { iss } = sk;
  forget(sk);
  sk.tsOk = tcp.sysctl('tcp_timestamps') !== 0;
  sk.mssClamp = sk.options.maxSegment ?? MSS_DEFAULT;
  sk.maxWindow = 0;
  syncMss(sk, route.mtu);
  sk.advMss = advertisedMss(sk, route);
  initReceiveMss(sk);
  const window = initialWindow(sk.rcvBuf, sk.advMss, sk.rcvBufLocked ? 0 : tcp.rmemMax, tcp.sysctl('tcp_window_scaling') !== 0);
  sk.rcvWnd = window.window;
  sk.windowClamp = window.clamp;
  sk.rcvWscale = window.scale;
  sk.rcvSsthresh = window.window;
  sk.sndWl1 = 0;
  sk.sndWnd = 0;
  sk.sndUna = iss;
  sk.sndSml = iss;
  sk.sndNxt = seqAdd(iss, 1);
  sk.writeSeq = sk.sndNxt;
  sk.fackSeq = iss;
  sk.cwndUsageSeq = iss;
  sk.rcvNxt = 0;
  sk.rcvWup = 0;
  sk.copiedSeq = 0;
  sk.rtoNs = TIMEOUT_INIT_NS;
  sk.retransmits = 0;
  const segment = sk.rtxQueue.push();
  segment.seq = iss;
  segment.endSeq = sk.sndNxt;
  segment.flags = TCP_SYN;
  segment.sentNs = sk.now;
  sk.packetsOut = 1;
  tcp.mib.ActiveOpens++;
  tcp.mib.OutSegs++;
  const failed = transmitSyn(sk, TCP_SYN);
  if (failed) sk.softError = failed;
  armOutput(sk, PENDING_RETRANS, sk.now + sk.rtoNs);
}

/** First guess of the size of the peer's segments (tcp_initialize_rcv_mss). */
export function initReceiveMss(sk: TcpSock): void {
  const hint = Math.min(sk.advMss, sk.mssCache, sk.rcvWnd === 0 ? MSS_DEFAULT : sk.rcvWnd >> 1, MSS_DEFAULT);
  sk.rcvMss = Math.max(hint, MIN_MSS);
}
