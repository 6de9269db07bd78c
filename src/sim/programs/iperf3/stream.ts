// A test's stream: what it sends, receives and counts (iperf_tcp.c, iperf_udp.c, iperf_stats_callback).

import { isError, type KernelError } from '../../base/result.ts';
import { NS_PER_S, NS_PER_US } from '../../base/time.ts';
import type { SockAddr } from '../../kernel/socket/socket.ts';
import type { StreamSocket } from '../../kernel/socket/stream-socket.ts';
import type { DatagramFile } from '../net-lib/datagram-file.ts';
import { StreamFile } from '../net-lib/stream-file.ts';
import type { StreamResults } from './control.ts';

/** What happened between two reports. Times in ns. */
export interface Interval {
  readonly first: boolean;
  readonly startNs: number;
  readonly endNs: number;
  readonly bytes: number;
  readonly packets: number;
  readonly lost: number;
  readonly jitterS: number;
  readonly retransmits: number;
  /** Bytes. */
  readonly congestionWindow: number;
  readonly omitted: boolean;
}

/** A TCP connection as the descriptor of a test's stream. */
export class StreamEnd extends StreamFile {
  declare readonly socket: StreamSocket;
}

/** Where a stream's bytes go. Neither reading nor writing waits: EAGAIN. */
export type DataSocket = StreamEnd | DatagramFile;

const UDP_HEADER = 12;

export class TestStream {
  readonly id: number;
  readonly fd: number;
  readonly sender: boolean;
  readonly tcp: StreamSocket | undefined;
  readonly local: SockAddr;
  readonly peer: SockAddr;
  /** It may send: its rate is below what was asked for. */
  greenLight = true;
  /** The other side sends no more. */
  ended = false;
  bytes = 0;
  /** Datagrams sent, or the highest number that arrived. */
  packets = 0;
  lost = 0;
  jitterS = 0;
  startNs = 0;
  endNs = 0;
  /** Since the test began, also while nothing was counted yet: what the pace goes by. */
  allBytes = 0;
  firstNs = 0;
  last: Interval | undefined;
  /** What the other side says of it. */
  peerResults: StreamResults | undefined;

  readonly #socket: DataSocket;
  readonly #block: Uint8Array;
  /** What is left of a block that found no room at once. */
  #pending = 0;
  #intervalBytes = 0;
  #intervalPackets = 0;
  #intervalLost = 0;
  #omittedPackets = 0;
  #omittedLost = 0;
  #omittedRetransmits = 0;
  #intervalRetransmits = 0;
  #transitS: number | undefined;

  constructor(parts: {
    readonly id: number;
    readonly fd: number;
    readonly sender: boolean;
    readonly socket: DataSocket;
    readonly peer: SockAddr;
    readonly block: Uint8Array;
  }) {
    this.id = parts.id;
    this.fd = parts.fd;
    this.sender = parts.sender;
    this.peer = parts.peer;
    this.#block = parts.block;
    this.#socket = parts.socket;
    this.tcp = parts.socket instanceof StreamEnd ? parts.socket.socket : undefined;
    this.local = parts.socket.socket.localAddress();
  }

  begin(nowNs: number): void {
    this.startNs = nowNs;
    this.firstNs = nowNs;
    this.endNs = nowNs;
  }

  /** A block, or as much of it as there is room for: the bytes that went, 0 for none. */
  send(nowNs: number): number | KernelError {
    if (this.#pending === 0) this.#pending = this.#block.length;
    if (this.tcp === undefined) this.#stamp(nowNs);
    let sent = 0;
    while (this.#pending > 0) {
      const count = this.#socket.write(this.#block.subarray(this.#block.length - this.#pending));
      if (isError(count)) {
        if (count.errno === 'EAGAIN') break;
        return count;
      }
      sent += count;
      this.#pending -= count;
    }
    this.#count(sent);
    return sent;
  }

  /** Whether the block that was begun has gone. */
  get blockDone(): boolean {
    return this.#pending === 0;
  }

  #stamp(nowNs: number): void {
    this.packets++;
    const header = new DataView(this.#block.buffer);
    header.setUint32(0, Math.floor(nowNs / NS_PER_S));
    header.setUint32(4, Math.floor((nowNs % NS_PER_S) / NS_PER_US));
    header.setUint32(8, this.packets);
  }

  /** Up to a block of what has arrived; `counted` is false after the test's end. 0 when there was nothing or no more comes. */
  receive(nowNs: number, counted: boolean): number | KernelError {
    let received = 0;
    while (received < this.#block.length) {
      const data = this.#socket.read(this.#block.length - received);
      if (isError(data)) {
        if (data.errno === 'EAGAIN') break;
        this.ended = this.tcp !== undefined;
        return data;
      }
      if (data.length === 0) {
        this.ended = this.tcp !== undefined;
        break;
      }
      received += data.length;
      if (this.tcp === undefined) {
        if (counted) this.#account(data, nowNs);
        break;
      }
    }
    if (counted) this.#count(received);
    return received;
  }

  /** RFC 1889's jitter, and what is missing before this datagram. */
  #account(data: Uint8Array, nowNs: number): void {
    if (data.length < UDP_HEADER) return;
    const header = new DataView(data.buffer, data.byteOffset);
    const number = header.getUint32(8);
    if (number > this.packets) {
      this.lost += number - 1 - this.packets;
      this.packets = number;
    } else if (this.lost > 0) this.lost--;
    const transitS = nowNs / NS_PER_S - (header.getUint32(0) + header.getUint32(4) / 1_000_000);
    const difference = this.#transitS === undefined ? 0 : Math.abs(transitS - this.#transitS);
    this.#transitS = transitS;
    this.jitterS += (difference - this.jitterS) / 16;
  }

  #count(bytes: number): void {
    this.bytes += bytes;
    this.allBytes += bytes;
    this.#intervalBytes += bytes;
  }

  /** Whether it is behind the rate, in bits a second (iperf_check_throttle). */
  throttle(nowNs: number, rate: number): void {
    const seconds = (nowNs - this.firstNs) / NS_PER_S;
    this.greenLight = seconds <= 0 ? this.allBytes === 0 : (this.allBytes * 8) / seconds < rate;
  }

  /** Ends an interval and begins the next. */
  measure(nowNs: number, omitted: boolean): void {
    const info = this.sender ? this.tcp?.info() : undefined;
    const retransmitted = info?.totalRetransmitted ?? 0;
    this.endNs = nowNs;
    this.last = {
      first: this.last === undefined,
      startNs: this.last === undefined || this.last.omitted !== omitted ? this.startNs : this.last.endNs,
      endNs: nowNs,
      bytes: this.#intervalBytes,
      packets: this.packets - this.#intervalPackets,
      lost: this.lost - this.#intervalLost,
      jitterS: this.jitterS,
      retransmits: retransmitted - this.#intervalRetransmits,
      congestionWindow: info === undefined ? 0 : info.congestionWindow * info.sendMss,
      omitted,
    };
    this.#intervalBytes = 0;
    this.#intervalPackets = this.packets;
    this.#intervalLost = this.lost;
    this.#intervalRetransmits = retransmitted;
  }

  /** What was sent so far does not count (-O). */
  forget(nowNs: number): void {
    this.startNs = nowNs;
    this.bytes = 0;
    this.#intervalBytes = 0;
    this.#omittedPackets = this.packets;
    this.#intervalPackets = this.packets;
    this.#omittedLost = this.lost;
    this.#intervalLost = this.lost;
    this.jitterS = 0;
    const retransmitted = this.tcp?.info().totalRetransmitted ?? 0;
    this.#omittedRetransmits = retransmitted;
    this.#intervalRetransmits = retransmitted;
  }

  get seconds(): number {
    return (this.endNs - this.startNs) / NS_PER_S;
  }

  results(): StreamResults {
    const counts = this.sender && this.tcp !== undefined;
    return {
      id: this.id,
      bytes: this.bytes,
      retransmits: counts ? (this.tcp?.info().totalRetransmitted ?? 0) - this.#omittedRetransmits : -1,
      jitter: this.jitterS,
      errors: this.lost - this.#omittedLost,
      packets: this.packets - this.#omittedPackets,
      start_time: 0,
      end_time: this.seconds,
    };
  }
}
