// What `ss -i`, `-m` and `-o` add to a socket: tcp_stats_print(), print_skmeminfo(), print_ms_timer() in misc/ss.c.

import { NS_PER_MS, NS_PER_S } from '../../base/time.ts';
import type { TcpInfo } from '../../kernel/socket/stream-socket.ts';
import { INFINITE_SSTHRESH } from '../../kernel/tcp/constants.ts';
import type { SocketTimer } from '../../kernel/tcp/dump.ts';
import { TCP_LISTEN } from '../../kernel/tcp/state.ts';
import { formatPrintf } from '../lib/printf.ts';

/** `now`: virtual time; `options`: whether -o or -e asked for what the handshake agreed on. */
export function tcpInfoText(info: TcpInfo, now: number, options: boolean): string {
  const words: string[] = [];
  const number = (name: string, value: number): void => {
    if (value !== 0) words.push(`${name}:${value}`);
  };
  const listening = info.state === TCP_LISTEN;
  if (options && info.timestamps) words.push('ts');
  if (options && info.sack) words.push('sack');
  words.push(info.congestion);
  if (listening) {
    number('cwnd', info.congestionWindow);
    number('unacked', info.unacked);
    return words.join(' ');
  }
  if (info.windowScaling) words.push(`wscale:${info.sendWindowScale},${info.receiveWindowScale}`);
  if (info.rtoNs !== 3 * NS_PER_S) words.push(`rto:${ms(info.rtoNs)}`);
  number('backoff', info.backoff);
  if (info.rttNs !== 0) words.push(`rtt:${ms(info.rttNs)}/${ms(info.rttVarianceNs)}`);
  if (info.atoNs !== 0) words.push(`ato:${ms(info.atoNs)}`);
  number('mss', info.sendMss);
  number('pmtu', info.pathMtu);
  number('rcvmss', info.receiveMss);
  number('advmss', info.advertisedMss);
  number('cwnd', info.congestionWindow);
  if (info.slowStartThreshold < INFINITE_SSTHRESH) number('ssthresh', info.slowStartThreshold);
  number('bytes_sent', info.bytesSent);
  number('bytes_retrans', info.bytesRetransmitted);
  number('bytes_acked', info.bytesAcked);
  number('bytes_received', info.bytesReceived);
  number('segs_out', info.segmentsOut);
  number('segs_in', info.segmentsIn);
  number('data_segs_out', info.dataSegmentsOut);
  number('data_segs_in', info.dataSegmentsIn);
  const rate = info.rttNs === 0 ? 0 : (info.congestionWindow * info.sendMss * 8 * NS_PER_S) / info.rttNs;
  if (rate > 0) words.push(`send ${bandwidth(rate)}bps`);
  for (const [name, then] of [
    ['lastsnd', info.lastSentNs],
    ['lastrcv', info.lastReceivedNs],
    ['lastack', info.lastAckNs],
  ] as const) {
    number(name, Math.floor((now - then) / NS_PER_MS));
  }
  // Without pacing the kernel still tells the rate it would pace at: twice the window a round trip while it grows, 1.2 times after.
  const growing = info.congestionWindow < info.slowStartThreshold / 2;
  if (rate > 0) words.push(`pacing_rate ${bandwidth(rate * (growing ? 2 : 1.2))}bps`);
  number('delivered', info.delivered);
  if (info.unacked === 0) words.push('app_limited');
  number('unacked', info.unacked);
  if (info.retransmitted !== 0 || info.totalRetransmitted !== 0) words.push(`retrans:${info.retransmitted}/${info.totalRetransmitted}`);
  number('lost', info.lost);
  number('sacked', info.sacked);
  number('rcv_space', 10 * info.advertisedMss);
  number('rcv_ssthresh', info.receiveSlowStartThreshold);
  if (info.minRttNs !== 0 && Number.isFinite(info.minRttNs)) words.push(`minrtt:${ms(info.minRttNs)}`);
  number('snd_wnd', info.sendWindow);
  return words.join(' ');
}

/** Milliseconds as %g prints a number of whole microseconds. */
function ms(ns: number): string {
  return formatPrintf('%g', [Math.floor(ns / 1000) / 1000]);
}

function bandwidth(bitsPerSecond: number): string {
  return bitsPerSecond.toFixed(0);
}

export interface SocketMemory {
  readonly received: number;
  readonly receiveBuffer: number;
  readonly sendBuffer: number;
  readonly queued: number;
  readonly drops: number;
}

export function memoryText({ received, receiveBuffer, sendBuffer, queued, drops }: SocketMemory): string {
  return `skmem:(r${received},rb${receiveBuffer},t0,tb${sendBuffer},f0,w${queued},o0,bl0,d${drops})`;
}

export function timerText({ kind, expiresInNs, retransmits }: SocketTimer): string {
  return `timer:(${kind},${remaining(Math.max(0, Math.floor(expiresInNs / NS_PER_MS)))},${retransmits})`;
}

/** `59sec`, `1min12sec`, `2.340ms` (which is two seconds and a third), `200ms`. */
function remaining(milliseconds: number): string {
  const total = Math.floor(milliseconds / 1000);
  const minutes = Math.floor(total / 60);
  let seconds = total % 60;
  let rest = milliseconds % 1000;
  let out = '';
  if (minutes > 0) {
    rest = 0;
    out += `${minutes}min`;
    if (minutes > 9) seconds = 0;
  }
  if (seconds > 0) {
    if (seconds > 9) rest = 0;
    out += `${seconds}${rest > 0 ? '.' : 'sec'}`;
  }
  if (rest > 0) out += `${String(rest).padStart(3, '0')}ms`;
  return out;
}
