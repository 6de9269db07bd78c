import type { Ipv4, Ipv6 } from '../../base/address.ts';
import type { TimerHandle } from '../../base/event-queue.ts';
import type { StreamOptions } from '../socket/stream-socket.ts';
import { TIMEOUT_INIT_NS } from './constants.ts';
import { TCP_NEW_SYN_RECV } from './state.ts';
import type { TcpSock } from './tcp-sock.ts';

/** A connection that a peer asked for and that is not established yet (struct tcp_request_sock). */
export class RequestSock {
  readonly state = TCP_NEW_SYN_RECV;
  readonly listener: TcpSock;
  readonly ipv4: boolean;
  readonly local: Ipv4 | Ipv6;
  readonly port: number;
  readonly remote: Ipv4 | Ipv6;
  readonly remotePort: number;
  readonly options: StreamOptions;
  readonly irs: number;
  readonly iss: number;
  readonly inode: number;
  /** What the SYN offered. */
  peerMss = 0;
  wscaleOk = false;
  sndWscale = 0;
  sackOk = false;
  tsOk = false;
  tsRecent = 0;
  tsOffset = 0;
  /** What the answer offers. */
  advMss = 0;
  rcvWnd = 0;
  rcvWscale = 0;
  windowClamp = 0;
  /** The peer has acknowledged the answer, but there was no room for the connection. */
  acked = false;
  retransmits = 0;
  timeoutNs = TIMEOUT_INIT_NS;
  expiresNs = 0;
  /** When the answer was first sent. */
  sentNs = 0;
  timer: TimerHandle = 0;

  constructor(
    listener: TcpSock,
    ipv4: boolean,
    local: Ipv4 | Ipv6,
    port: number,
    remote: Ipv4 | Ipv6,
    remotePort: number,
    irs: number,
    iss: number,
    device: number,
  ) {
    this.listener = listener;
    this.ipv4 = ipv4;
    this.local = local;
    this.port = port;
    this.remote = remote;
    this.remotePort = remotePort;
    this.irs = irs;
    this.iss = iss;
    this.inode = 0;
    this.options = device === listener.options.bindToDevice ? listener.options : { ...listener.options, bindToDevice: device };
  }
}
