import type { Ipv4, Ipv6 } from '../../base/address.ts';
import { partialSum } from '../../base/checksum.ts';
import type { TimerHandle } from '../../base/event-queue.ts';
import { ipv6Bytes } from '../../base/ipv6-address.ts';
import type { KernelError } from '../../base/result.ts';
import { WaitQueue } from '../../base/wait-queue.ts';
import { IPPROTO_TCP } from '../../wire/ip-protocol.ts';
import type { Skb } from '../skb.ts';
import { ROOT_OWNER, type SocketOwner } from '../socket/socket-owner.ts';
import type { StreamOptions } from '../socket/stream-socket.ts';
import type { CongestionControl } from './congestion.ts';
import { INFINITE_SSTHRESH, INIT_CWND, MSS_DEFAULT, TIMEOUT_INIT_NS } from './constants.ts';
import { EarlyQueue, ReceiveQueue } from './receive-queue.ts';
import type { RequestSock } from './request-sock.ts';
import { RetransmitQueue } from './retransmit-queue.ts';
import { SendBuffer } from './send-buffer.ts';
import { type CaState, type PendingTimer, TCP_CLOSE, type TcpState } from './state.ts';
import type { Tcp } from './tcp.ts';

/** Connections made whose handshake is done or goes on, of a listening socket (struct request_sock_queue). */
export interface AcceptQueue {
  backlog: number;
  /** Handshakes that go on. */
  readonly requests: Set<RequestSock>;
  /** Done, in order, waiting for accept(2). */
  readonly ready: TcpSock[];
}

export function defaultStreamOptions(): StreamOptions {
  return {
    reuseAddress: false,
    reusePort: false,
    bindToDevice: 0,
    mark: 0,
    ttl: undefined,
    tos: 0,
    v6only: false,
    keepAlive: false,
    keepIdle: undefined,
    keepInterval: undefined,
    keepCount: undefined,
    noDelay: false,
    cork: false,
    lingerSeconds: undefined,
    maxSegment: undefined,
    userTimeoutMs: 0,
    receiveBuffer: undefined,
    sendBuffer: undefined,
    congestion: undefined,
  };
}

/**
 * One connection, or one listening socket (struct tcp_sock and what it contains). Names are Linux's; the functions that work on it are
 * in the files of this folder, by the step of a connection's life.
 */
export class TcpSock {
  readonly tcp: Tcp;
  readonly family: 'inet' | 'inet6';
  readonly options: StreamOptions;
  owner: SocketOwner = ROOT_OWNER;
  readonly readable = new WaitQueue();
  readonly writable = new WaitQueue();
  state: TcpState = TCP_CLOSE;

  // ---- addresses
  /** Whether its packets are IPv4: an IPv6 socket's too, when the peer is a mapped address. */
  ipv4: boolean;
  /** An IPv4 socket's and a mapped connection's are numbers. 0 and '::' for any. */
  local: Ipv4 | Ipv6;
  port = 0;
  remote: Ipv4 | Ipv6;
  remotePort = 0;
  /** Whether bind(2) named an address or port (SOCK_BINDADDR_LOCK, SOCK_BINDPORT_LOCK). */
  addressBound = false;
  portBound = false;
  /** Sum of the pseudo-header but for the length. */
  pseudoSum = 0;
  /** The IP identifier of the next packet. */
  ipId = 0;

  // ---- the process's side
  /** Why the next call fails, once (sk_err). */
  error: KernelError | undefined = undefined;
  /** What an ICMP error hinted at: the reason when a timeout ends the connection. */
  softError: KernelError | undefined = undefined;
  /** Bits RCV_SHUTDOWN and SEND_SHUTDOWN. */
  shutdown = 0;
  /** No process has it any more (SOCK_DEAD). */
  orphan = false;
  wakeReaders = false;
  wakeWriters = false;
  /** A process's call is at work on it: what arrives meanwhile waits in the backlog (sock_owned_by_user). */
  owned = false;
  readonly backlog: Skb[] = [];
  acceptQueue: AcceptQueue | undefined = undefined;
  /** The listening socket whose queue this connection waits in. */
  listener: TcpSock | undefined = undefined;
  inode = 0;

  // ---- sending
  readonly sendBuffer = new SendBuffer();
  readonly rtxQueue = new RetransmitQueue();
  sndUna = 0;
  sndNxt = 0;
  /** End of what the process has written, FIN counted. */
  writeSeq = 0;
  /** A FIN has been written. */
  finQueued = false;
  sndWnd = 0;
  sndWl1 = 0;
  maxWindow = 0;
  sndWscale = 0;
  /** End of the last small segment (Minshall's variant of Nagle). */
  sndSml = 0;
  sndBuf = 16_384;
  iss = 0;
  /** The first sequence number where a connection takes the place of one in TIME_WAIT. */
  reopenAt: number | undefined = undefined;
  /** What the peer said it takes (mss_clamp). */
  mssClamp = MSS_DEFAULT;
  mssCache = MSS_DEFAULT;
  advMss = MSS_DEFAULT;
  pmtu = 0;
  synRetries = 0;

  // ---- receiving
  readonly receiveQueue = new ReceiveQueue();
  readonly early = new EarlyQueue();
  irs = 0;
  rcvNxt = 0;
  copiedSeq = 0;
  rcvWup = 0;
  rcvWnd = 0;
  rcvWscale = 0;
  windowClamp = 0;
  rcvSsthresh = 0;
  rcvMss = MSS_DEFAULT;
  rcvBuf = 131_072;
  /** Part of the receive buffer that may be advertised, in 256ths (scaling_ratio). */
  scalingRatio = 128;
  rcvBufLocked = false;
  rcvRttNs = 0;
  rcvRttSeq = 0;
  rcvRttTimeNs = 0;
  rcvRttLastTsEcr = 0;
  rcvSpaceSeq = 0;
  rcvSpaceTimeNs = 0;
  rcvSpace = 0;

  // ---- options of the connection
  tsOk = false;
  sackOk = false;
  wscaleOk = false;
  tsOffset = 0;
  tsRecent = 0;
  tsRecentStampNs = 0;
  lastAckSent = 0;
  /** Start and end of up to four blocks received early, the newest first. */
  readonly sackBlocks = new Float64Array(8);
  sackCount = 0;
  dsack = false;
  dsackStart = 0;
  dsackEnd = 0;

  // ---- acknowledging
  ackScheduled = false;
  ackNow = false;
  /** What comes next is expected to be like what came before (pred_flags). */
  predicting = false;
  ackPushed = false;
  ackPushed2 = false;
  quick = 0;
  pingpong = 0;
  atoNs = 0;
  lastSegSize = 0;
  lastReceivedNs = 0;
  lastOutOfWindowAckNs = Number.NEGATIVE_INFINITY;

  // ---- round trips (RFC 6298)
  srttUs = 0;
  mdevUs = 0;
  mdevMaxUs = 0;
  rttvarUs = 0;
  rttSeq = 0;
  minRttUs = 0;
  rtoNs = TIMEOUT_INIT_NS;
  backoff = 0;

  // ---- congestion and loss
  congestion: CongestionControl;
  cwnd = INIT_CWND;
  cwndCount = 0;
  ssthresh = INFINITE_SSTHRESH;
  caState: CaState = 0;
  highSeq = 0;
  packetsOut = 0;
  sackedOut = 0;
  lostOut = 0;
  retransOut = 0;
  reordering = 3;
  reorderSeen = false;
  delivered = 0;
  priorCwnd = 0;
  priorSsthresh = INFINITE_SSTHRESH;
  /** End of the highest segment that was selectively acknowledged. */
  fackSeq = 0;
  prrDelivered = 0;
  prrOut = 0;
  undoMarker = 0;
  undoRetrans = 0;
  /** When the first retransmission since all was well was sent, in the clock of timestamps; 0 for none. */
  retransStamp = 0;
  cwndLimited = false;
  maxPacketsOut = 0;
  cwndUsageSeq = 0;
  retransmits = 0;
  /** When the answer to a SYN was sent, if it was sent once; -1 otherwise. */
  synAckSentNs = -1;
  totalRto = 0;
  probes = 0;
  tlpHighSeq = 0;
  tlpRetrans = false;
  /** Counts transmissions; RACK compares by it. */
  transmissions = 0;
  rackSentOrder = 0;
  rackEndSeq = 0;
  rackRttNs = 0;
  rackAdvanced = false;

  // ---- timers: one event of the clock at most, at the earliest of these; 0 is off
  pending: PendingTimer = 0;
  timeoutNs = 0;
  delackNs = 0;
  keepaliveNs = 0;
  timer: TimerHandle = 0;
  timerAtNs = 0;
  readonly onTimer: () => void;
  /** Since when the peer has given no answer. */
  lastAckReceivedNs = 0;
  lastSentNs = 0;
  probesSinceNs = 0;

  // ---- statistics
  bytesSent = 0;
  bytesRetransmitted = 0;
  bytesAcked = 0;
  bytesReceived = 0;
  segmentsOut = 0;
  segmentsIn = 0;
  dataSegmentsOut = 0;
  dataSegmentsIn = 0;
  totalRetransmitted = 0;
  /** When the neighbour was last told to be there. */
  confirmedNs = Number.NEGATIVE_INFINITY;

  constructor(tcp: Tcp, family: 'inet' | 'inet6', options: StreamOptions = defaultStreamOptions()) {
    this.tcp = tcp;
    this.family = family;
    this.options = options;
    this.ipv4 = family === 'inet';
    this.local = family === 'inet' ? 0 : '::';
    this.remote = this.local;
    this.congestion = tcp.congestionControl(options.congestion);
    this.onTimer = () => tcp.onTimer(this);
    this.inode = tcp.nextInode();
  }

  get now(): number {
    return this.tcp.clock.now;
  }

  /** Whether acknowledgments go out at once for a while (inet_csk_in_quickack_mode). */
  get inQuickAck(): boolean {
    return this.quick > 0 && this.pingpong === 0;
  }

  /** Segments the network still carries, as far as one can tell (tcp_packets_in_flight). */
  get inFlight(): number {
    return this.packetsOut - this.sackedOut - this.lostOut + this.retransOut;
  }

  /** The sequence number after the last that the peer's window allows. */
  get windowEnd(): number {
    return (this.sndUna + this.sndWnd) >>> 0;
  }

  /** Where the data ends and the FIN, if one is written, stands. */
  get dataEnd(): number {
    return this.finQueued ? (this.writeSeq - 1) >>> 0 : this.writeSeq;
  }

  /** Whether something written has not been sent. */
  get hasUnsent(): boolean {
    return this.writeSeq !== this.sndNxt;
  }

  /** Prepares what each segment's checksum begins with. */
  computePseudoSum(): void {
    let sum = IPPROTO_TCP;
    for (const address of [this.local, this.remote]) {
      if (typeof address === 'number') sum += (address >>> 16) + (address & 0xffff);
      else sum = partialSum(ipv6Bytes(address), 0, 16, sum);
    }
    this.pseudoSum = sum;
  }
}
