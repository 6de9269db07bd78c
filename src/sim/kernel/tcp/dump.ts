// What is told about sockets: inet_diag (net/ipv4/inet_diag.c, for `ss`) and /proc/net/tcp (tcp4_seq_show, tcp6_seq_show).

import type { Ipv4, Ipv6 } from '../../base/address.ts';
import { NS_PER_MS } from '../../base/time.ts';
import { pointerText, storedHex, upperHex } from '../socket/proc-text.ts';
import type { StreamOptions, TcpInfo } from '../socket/stream-socket.ts';
import { INFINITE_SSTHRESH } from './constants.ts';
import { tcpInfo } from './info.ts';
import { RequestSock } from './request-sock.ts';
import { seqDiff } from './sequence.ts';
import type { Connected } from './socket-hash.ts';
import { PENDING_PROBE0, TCP_LISTEN, TCP_SYN_RECV, type TcpState } from './state.ts';
import type { Tcp } from './tcp.ts';
import type { TcpSock } from './tcp-sock.ts';
import { TimeWaitSock } from './time-wait.ts';

/** What a socket waits for, as ss names it. */
export interface SocketTimer {
  readonly kind: 'on' | 'keepalive' | 'timewait' | 'persist';
  readonly expiresInNs: number;
  readonly retransmits: number;
}

/** One socket, as inet_diag and /proc/net/tcp tell of it. */
export interface TcpDump {
  readonly state: TcpState;
  /** Of the socket: an IPv6 one may have IPv4 addresses. */
  readonly family: 'inet' | 'inet6';
  readonly local: Ipv4 | Ipv6;
  readonly port: number;
  readonly remote: Ipv4 | Ipv6;
  readonly remotePort: number;
  /** Bytes to be read; of a listener, connections to be accepted. */
  readonly receiveQueue: number;
  /** Bytes not acknowledged; of a listener, its backlog. */
  readonly sendQueue: number;
  readonly timer: SocketTimer | undefined;
  readonly inode: number;
  readonly options: StreamOptions;
  /** Which directions are closed, as shutdown(2) counts them: 1 receiving, 2 sending. */
  readonly shutdown: number;
  /** Bytes its buffers may hold; undefined as {@link TcpDump.info} is. */
  readonly memory:
    | { readonly receiveBuffer: number; readonly sendBuffer: number; readonly received: number; readonly queued: number }
    | undefined;
  /** Measurements; TIME_WAIT and requests have none. */
  readonly info: TcpInfo | undefined;
}

/** Every socket of the namespace that has a place in its tables: listeners, then connections, requests, TIME_WAITs. */
export function dumpTcp(tcp: Tcp): TcpDump[] {
  const { now } = tcp.clock;
  return [...tcp.hash.all()].map((sk) => dumpOne(sk, now));
}

/** What a TIME_WAIT or a request does not have. */
const NO_SOCKET = { shutdown: 0, memory: undefined, info: undefined };

function dumpOne(sk: Connected, now: number): TcpDump {
  const { local, port, remote, remotePort, options } = sk;
  const ends = { local, port, remote, remotePort, options };
  if (sk instanceof TimeWaitSock) {
    const timer: SocketTimer = { kind: 'timewait', expiresInNs: sk.expiresNs - now, retransmits: 0 };
    return { ...ends, state: sk.substate, family: sk.family, receiveQueue: 0, sendQueue: 0, timer, inode: 0, ...NO_SOCKET };
  }
  if (sk instanceof RequestSock) {
    const timer: SocketTimer = { kind: 'on', expiresInNs: sk.expiresNs - now, retransmits: sk.retransmits };
    return { ...ends, state: TCP_SYN_RECV, family: sk.listener.family, receiveQueue: 0, sendQueue: 0, timer, inode: 0, ...NO_SOCKET };
  }
  const listening = sk.state === TCP_LISTEN;
  return {
    ...ends,
    state: sk.state,
    family: sk.family,
    receiveQueue: listening ? (sk.acceptQueue?.ready.length ?? 0) : unread(sk),
    sendQueue: listening ? (sk.acceptQueue?.backlog ?? 0) : seqDiff(sk.writeSeq, sk.sndUna),
    timer: timerOf(sk, now),
    inode: sk.orphan || sk.listener ? 0 : sk.inode,
    shutdown: sk.shutdown,
    memory: {
      receiveBuffer: sk.rcvBuf,
      sendBuffer: listening ? sk.sndBuf : sk.tcp.expandedSendBuffer(sk),
      received: sk.receiveQueue.length,
      queued: sk.tcp.sendMemory(sk),
    },
    info: tcpInfo(sk),
  };
}

/** A FIN counts as a byte. */
function unread(sk: TcpSock): number {
  return Math.max(0, seqDiff(sk.rcvNxt, sk.copiedSeq));
}

function timerOf(sk: TcpSock, now: number): SocketTimer | undefined {
  if (sk.timeoutNs !== 0) {
    const persist = sk.pending === PENDING_PROBE0;
    return { kind: persist ? 'persist' : 'on', expiresInNs: sk.timeoutNs - now, retransmits: persist ? sk.probes : sk.retransmits };
  }
  if (sk.keepaliveNs !== 0) return { kind: 'keepalive', expiresInNs: sk.keepaliveNs - now, retransmits: sk.probes };
  return undefined;
}

const TIMER_NUMBERS = { on: 1, keepalive: 2, timewait: 3, persist: 4 } as const;
const PROC_WIDTH = 149;
/** What the numbers of times in /proc count (USER_HZ). */
const CLOCK_TICK_NS = 10 * NS_PER_MS;

/** /proc/net/tcp and /proc/net/tcp6. */
export function procNetTcp(tcp: Tcp, family: 'inet' | 'inet6'): string {
  const inet = family === 'inet';
  const header = inet
    ? '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'.padEnd(PROC_WIDTH)
    : '  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
  const sockets = [...tcp.hash.all()].filter((sk) => (sk instanceof RequestSock ? sk.listener.family : sk.family) === family);
  const lines = sockets.map((sk, i) => {
    const line = procLine(sk, dumpOne(sk, tcp.clock.now), i, inet);
    return inet ? line.padEnd(PROC_WIDTH) : line;
  });
  return [header, ...lines].map((line) => `${line}\n`).join('');
}

function procLine(sk: Connected, dump: TcpDump, index: number, inet: boolean): string {
  const { timer } = dump;
  const when = timer ? Math.max(0, Math.floor(timer.expiresInNs / CLOCK_TICK_NS)) : 0;
  const listening = dump.state === TCP_LISTEN;
  const common = [
    `${String(index).padStart(4)}:`,
    `${storedHex(dump.local, inet)}:${upperHex(dump.port, 4)}`,
    `${storedHex(dump.remote, inet)}:${upperHex(dump.remotePort, 4)}`,
    upperHex(dump.state, 2),
    `${upperHex(listening ? 0 : dump.sendQueue, 8)}:${upperHex(dump.receiveQueue, 8)}`,
    `${upperHex(timer ? TIMER_NUMBERS[timer.kind] : 0, 2)}:${upperHex(when, 8)}`,
    upperHex(timer?.kind === 'on' ? timer.retransmits : 0, 8),
    '    0',
    String(timer?.kind === 'persist' || timer?.kind === 'keepalive' ? timer.retransmits : 0).padStart(8),
    String(dump.inode),
  ];
  if (sk instanceof TimeWaitSock) return [...common, '3', pointer(dump)].join(' ');
  if (sk instanceof RequestSock) return [...common, '0', pointer(dump)].join(' ');
  return [
    ...common,
    timer ? 2 : 1,
    pointer(dump),
    Math.floor(sk.rtoNs / CLOCK_TICK_NS),
    Math.floor(sk.atoNs / CLOCK_TICK_NS),
    (sk.quick << 1) | (sk.pingpong > 0 ? 1 : 0),
    sk.cwnd,
    listening ? 0 : sk.ssthresh >= INFINITE_SSTHRESH ? -1 : sk.ssthresh,
  ].join(' ');
}

function pointer(dump: TcpDump): string {
  return pointerText((dump.inode || dump.port) ^ (dump.remotePort << 16));
}
