import { strerror } from '../../base/errno.ts';
import { isError, type KernelError } from '../../base/result.ts';
import { NS_PER_MS, NS_PER_S, NS_PER_US } from '../../base/time.ts';
import type { Datagram, DatagramSocket } from '../../kernel/socket/socket.ts';
import { Interrupted, type Sys } from '../../machine/process.ts';
import type { Signal } from '../../machine/signal.ts';
import { type Command, Exit } from '../lib/command.ts';
import { pollDatagrams } from '../net-lib/datagram-file.ts';
import type { HostAddress } from '../net-lib/getaddrinfo.ts';
import { hostName, numericHost } from '../net-lib/getnameinfo.ts';
import type { PingOptions } from './options.ts';
import { ms3, percent, roundTrip, Statistics } from './statistics.ts';

/** Shortest wait between two sends that nothing has answered (MININTERVAL). */
const MIN_INTERVAL_MS = 10;
/** Bytes of a struct timeval, with which a probe's data begins if there is room. */
export const TIMEVAL_SIZE = 16;
/** ICMP's header before the data. */
export const ECHO_HLEN = 8;
/** What sending a probe costs a real machine from taking its time to the first bit on the wire: at least this, and up to as much again. Virtual time does not count it by itself. */
const SEND_COST_NS = 11 * NS_PER_US;

/** What differs between the two versions of IP. */
export interface EchoProtocol {
  readonly socket: DatagramSocket;
  readonly hostname: string;
  readonly timing: boolean;
  /** Many may answer, so duplicates are not worth a word. */
  readonly multicast: boolean;
  send(data: Uint8Array): number | KernelError;
  /** The probe's bytes, checksum included where the kernel does not fill it in. */
  encode(seq: number, ident: number, data: Uint8Array): Uint8Array;
  /** Reads one entry of the error queue; `ours` is false for one about somebody else's packet. Undefined: there is none. */
  error(ident: number): ProbeError | undefined;
  /** Takes a received packet apart. */
  parse(datagram: Datagram, ident: number): EchoReply | ProbeNotice | undefined;
}

/** An entry of the error queue about our probe. */
export interface ProbeError {
  readonly ours: boolean;
  readonly local: KernelError | undefined;
  /** Of an ICMP error. */
  readonly from: HostAddress | undefined;
  readonly seq: number;
  /** What is wrong, in ping's words. */
  readonly text: string;
}

export interface EchoReply {
  readonly kind: 'reply';
  readonly from: HostAddress;
  readonly seq: number;
  readonly ttl: number;
  /** What follows the ICMP header. */
  readonly data: Uint8Array;
}

/** Something about our probe that is no error: a redirect. */
export interface ProbeNotice {
  readonly kind: 'notice' | 'error';
  readonly from: HostAddress;
  readonly seq: number;
  readonly text: string;
}

/** ping's main loop: probes out at their interval, answers and errors in, a summary at the end (iputils ping_common.c). */
export class Pinger {
  readonly stats = new Statistics();
  readonly #c: Command;
  readonly #o: PingOptions;
  readonly #echo: EchoProtocol;
  readonly #ident: number;
  readonly #fill: Uint8Array;
  #intervalMs: number;
  #startNs = 0;
  /** When the last probe was due to go out; 0 before the first. */
  #lastNs = -1;
  /** Credit in ms for probes sent later than they should have been. */
  #tokens = 0;
  /** How often the device's queue was full. */
  #refusals = 0;
  #exitAtNs: number | undefined;
  #lingering = false;
  #exiting = false;
  #wantsStatus = false;
  #named: { readonly key: string; readonly text: string } | undefined;

  constructor(c: Command, o: PingOptions, echo: EchoProtocol, ident: number) {
    this.#c = c;
    this.#o = o;
    this.#echo = echo;
    this.#ident = ident;
    this.#intervalMs = o.flood && !o.intervalGiven ? 0 : o.intervalMs;
    this.#fill = new Uint8Array(o.size);
    for (let i = 0; i < o.size; i++) this.#fill[i] = o.pattern?.length ? (o.pattern[i % o.pattern.length] as number) : i;
  }

  /** Until the count, the deadline or Ctrl-C; the exit status. */
  *run(): Sys<number> {
    const { p } = this.#c;
    p.catchSignal('SIGINT');
    p.catchSignal('SIGQUIT');
    p.catchSignal('SIGALRM');
    this.#startNs = p.nowNs;
    if (this.#o.deadlineS > 0) this.#exitAtNs = this.#startNs + this.#o.deadlineS * NS_PER_S;
    for (;;) {
      this.#takeSignals();
      if (this.#exiting || this.#done) break;
      if (this.#wantsStatus) yield* this.#status();
      let next: number;
      do {
        next = this.#scheduleExit(yield* this.#send());
      } while (next <= 0 && !this.#exiting);
      if (this.#exiting) break;
      if (yield* this.#await(next)) yield* this.#receiveAll();
    }
    return yield* this.#finish();
  }

  get #done(): boolean {
    const { count, deadlineS } = this.#o;
    const { received, errors } = this.stats;
    return (count > 0 && received + errors >= count) || (deadlineS > 0 && errors > 0);
  }

  #takeSignals(): void {
    for (let signal = this.#c.p.takePending(); signal !== undefined; signal = this.#c.p.takePending()) this.#signal(signal);
    if (this.#exitAtNs !== undefined && this.#c.p.nowNs >= this.#exitAtNs) this.#exiting = true;
  }

  #signal(signal: Signal): void {
    if (signal === 'SIGQUIT') this.#wantsStatus = true;
    else this.#exiting = true;
  }

  /** Waits for something to read, at most `ms`; false if nothing came. */
  *#await(ms: number): Sys<boolean> {
    const { p } = this.#c;
    const due = p.nowNs + ms * NS_PER_MS;
    const until = this.#exitAtNs === undefined ? due : Math.min(due, this.#exitAtNs);
    try {
      return yield* pollDatagrams(p, [this.#echo.socket], until, 'echo reply');
    } catch (thrown) {
      if (!(thrown instanceof Interrupted)) throw thrown;
      this.#signal(thrown.signal);
      return false;
    }
  }

  /** Prints whatever signals are about; they are looked at later. */
  *#print(text: string): Sys<void> {
    this.#takeSignals();
    this.#c.out(text);
    yield* this.#c.flush();
  }

  *#complain(message: string): Sys<void> {
    this.#takeSignals();
    yield* this.#c.complain(message);
  }

  /** Sends a probe if one is due; answers how many ms to wait (pinger). */
  *#send(): Sys<number> {
    const { p } = this.#c;
    const { count, deadlineS, preload } = this.#o;
    const { stats } = this;
    if (this.#exiting || (count > 0 && stats.transmitted >= count && deadlineS === 0)) return 1000;
    if (this.#lastNs < 0) {
      this.#lastNs = p.nowNs;
      this.#tokens = this.#intervalMs * (preload - 1);
    } else {
      let tokens = Math.floor((p.nowNs - this.#lastNs) / NS_PER_MS);
      if (this.#intervalMs === 0 && tokens < MIN_INTERVAL_MS && stats.inFlight >= preload) return MIN_INTERVAL_MS - tokens;
      tokens = Math.min(tokens + this.#tokens, this.#intervalMs * preload);
      if (tokens < this.#intervalMs) return this.#intervalMs - tokens;
      this.#lastNs = p.nowNs;
      this.#tokens = tokens - this.#intervalMs;
    }
    if (this.#o.outstanding && stats.transmitted > 0 && !stats.answered(stats.transmitted)) {
      yield* this.#print(`${this.#timestamp()}no answer yet for icmp_seq=${stats.transmitted & 0xffff}\n`);
    }
    for (;;) {
      const sent = yield* this.#transmit();
      if (sent === undefined) {
        stats.sent();
        if (this.#o.flood && !this.#o.quiet) yield* this.#print('.');
        return this.#intervalMs - this.#tokens;
      }
      let say = false;
      if (sent.errno === 'ENOBUFS' || sent.errno === 'ENOMEM') {
        // The device's queue is full: tried again, but not for ever.
        this.#tokens = 0;
        const pauseMs = Math.min(Math.max(this.#intervalMs / 2, MIN_INTERVAL_MS), 500);
        this.#refusals++;
        if (this.#refusals * pauseMs < this.#o.lingerMs) return pauseMs;
        say = true;
      }
      if (sent.errno === 'EAGAIN') {
        this.#tokens += this.#intervalMs;
        return MIN_INTERVAL_MS;
      }
      if (!say) {
        const told = yield* this.#readError();
        if (told === 'foreign') continue;
        // As iputils has it: what refused the packet is only said where the error queue held an ICMP error, too.
        say = told === 'icmp';
      }
      stats.sent();
      if (say && !this.#o.quiet) {
        if (this.#o.flood) yield* this.#print('E');
        else yield* this.#complain(`sendmsg: ${strerror(sent.errno)}`);
      }
      this.#tokens = 0;
      return Math.max(this.#intervalMs, MIN_INTERVAL_MS);
    }
  }

  *#transmit(): Sys<KernelError | undefined> {
    const { p } = this.#c;
    const seq = (this.stats.transmitted + 1) & 0xffff;
    this.stats.forget(seq);
    const data = this.#fill.slice();
    if (this.#echo.timing) writeTimeval(data, wallClockUs(this.#c));
    const packet = this.#echo.encode(seq, this.#ident, data);
    yield* this.#pause(SEND_COST_NS + p.machine.random.int(SEND_COST_NS));
    const sent = this.#echo.send(packet);
    if (!isError(sent)) return undefined;
    // An error message from this very host (REJECT) has come in when the call returns: lo is that quick.
    yield* this.#pause(SEND_COST_NS);
    return sent;
  }

  *#pause(ns: number): Sys<void> {
    try {
      yield* this.#c.p.sleep(ns);
    } catch (thrown) {
      if (!(thrown instanceof Interrupted)) throw thrown;
      this.#signal(thrown.signal);
    }
  }

  /** When all probes are out, sets the time after which nothing is waited for any more (__schedule_exit). */
  #scheduleExit(next: number): number {
    const { count, deadlineS, lingerMs } = this.#o;
    if (count === 0 || this.stats.transmitted < count || deadlineS > 0 || this.#lingering) return next;
    this.#lingering = true;
    const waitUs = this.stats.received > 0 ? Math.max(2 * this.stats.max, 1000 * this.#intervalMs) : lingerMs * 1000;
    this.#exitAtNs = this.#c.p.nowNs + waitUs * NS_PER_US;
    return Math.max(next, Math.floor(waitUs / 1000));
  }

  *#receiveAll(): Sys<void> {
    const { socket } = this.#echo;
    for (;;) {
      const datagram = socket.receive();
      if (isError(datagram)) {
        if (datagram.errno === 'EAGAIN') return;
        const told = yield* this.#readError();
        if (told === 'none') {
          yield* this.#complain(`recvmsg: ${strerror(datagram.errno)}`);
          return;
        }
      } else yield* this.#received(datagram);
      if (this.stats.inFlight === 0) return;
    }
  }

  /** One entry of the error queue: what it was about. */
  *#readError(): Sys<'none' | 'local' | 'icmp' | 'foreign'> {
    const error = this.#echo.error(this.#ident);
    if (error === undefined) return 'none';
    const { quiet, flood } = this.#o;
    if (error.local !== undefined) {
      if (quiet) return 'local';
      if (flood) yield* this.#print('E');
      else yield* this.#complain(`local error: ${error.text}`);
      this.stats.errors++;
      return 'local';
    }
    if (!error.ours || error.from === undefined) return 'foreign';
    this.stats.acknowledge(error.seq);
    this.stats.errors++;
    if (quiet) return 'icmp';
    if (flood) yield* this.#print('\bE');
    else {
      const from = yield* this.name(error.from);
      yield* this.#print(`${this.#timestamp()}From ${from} icmp_seq=${error.seq} ${error.text}\n`);
    }
    return 'icmp';
  }

  *#received(datagram: Datagram): Sys<void> {
    const packet = this.#echo.parse(datagram, this.#ident);
    if (packet === undefined) return;
    const { quiet, flood } = this.#o;
    if (packet.kind !== 'reply') {
      if (packet.kind === 'error') this.stats.acknowledge(packet.seq);
      if (packet.kind === 'error' || quiet || flood) return;
      yield* this.#print(`${this.#timestamp()}From ${yield* this.name(packet.from)}: icmp_seq=${packet.seq} ${packet.text}\n`);
      return;
    }
    const { data } = packet;
    const timed = this.#echo.timing && data.length >= TIMEVAL_SIZE;
    const arrivedUs = wallClockUs(this.#c) - Math.floor((this.#c.p.nowNs - datagram.timeNs) / NS_PER_US);
    const triptime = timed ? Math.max(0, (this.#o.userLatency ? wallClockUs(this.#c) : arrivedUs) - readTimeval(data)) : undefined;
    const duplicate = this.stats.reply(packet.seq, triptime);
    if (this.#o.adaptive && triptime !== undefined) this.#adapt();
    if (quiet) return;
    if (flood) {
      yield* this.#print('\b \b');
      return;
    }
    const from = yield* this.name(packet.from);
    let line = `${this.#timestamp()}${data.length + ECHO_HLEN} bytes from ${from}: icmp_seq=${packet.seq}`;
    if (this.#o.verbose) line += ` ident=${this.#ident}`;
    line += ` ttl=${packet.ttl}`;
    if (data.length < this.#o.size) {
      yield* this.#print(`${line} (truncated)\n`);
      return;
    }
    if (triptime !== undefined) line += ` time=${roundTrip(triptime)} ms`;
    if (duplicate && (!this.#echo.multicast || this.#o.verbose)) line += ' (DUP!)';
    line += this.#wrongData(data);
    yield* this.#print(`${line}${this.#o.audible ? '\x07' : ''}\n`);
  }

  /** The next probe goes out as soon as an answer is likely (update_interval). */
  #adapt(): void {
    const { rtt8 } = this.stats;
    const estimate = rtt8 > 0 ? Math.trunc(rtt8 / 8) : this.#intervalMs * 1000;
    this.#intervalMs = Math.trunc((estimate + 500) / 1000);
  }

  #wrongData(data: Uint8Array): string {
    for (let i = TIMEVAL_SIZE; i < this.#o.size; i++) {
      if (data[i] === this.#fill[i]) continue;
      let out = `\nwrong data byte #${i} should be 0x${this.#fill[i]?.toString(16)} but was 0x${data[i]?.toString(16)}`;
      for (let k = TIMEVAL_SIZE; k < this.#o.size; k++) {
        if (k % 32 === TIMEVAL_SIZE) out += `\n#${k}\t`;
        out += `${data[k]?.toString(16)} `;
      }
      return out;
    }
    return '';
  }

  #timestamp(): string {
    if (!this.#o.timestamps) return '';
    const us = wallClockUs(this.#c);
    return `[${Math.floor(us / 1e6)}.${String(us % 1e6).padStart(6, '0')}] `;
  }

  /** An address, with its name before it unless only numbers are wanted. */
  *name(host: HostAddress): Sys<string> {
    const { p } = this.#c;
    const address = numericHost(p.netns, host);
    if (this.#o.numeric || this.#exiting) return address;
    const key = `${host.family} ${address}`;
    if (this.#named?.key === key) return this.#named.text;
    let name: string | undefined;
    try {
      name = yield* hostName(p, host);
    } catch (thrown) {
      if (!(thrown instanceof Interrupted)) throw thrown;
      this.#signal(thrown.signal);
    }
    this.#named = { key, text: `${name ?? address} (${address})` };
    return this.#named.text;
  }

  /** The line that SIGQUIT asks for, on standard error. */
  *#status(): Sys<void> {
    this.#wantsStatus = false;
    const { transmitted, received, min, max, rtt8 } = this.stats;
    const loss = transmitted === 0 ? 0 : Math.trunc(((transmitted - received) * 100) / transmitted);
    let line = `\r${received}/${transmitted} packets, ${loss}% loss`;
    if (received > 0 && this.#echo.timing) {
      line += `, min/avg/ewma/max = ${ms3(min)}/${ms3(this.stats.average)}/${ms3(Math.trunc(rtt8 / 8))}/${ms3(max)} ms`;
    }
    yield* this.#c.error(`${line}\n`);
  }

  *#finish(): Sys<number> {
    const { stats } = this;
    const o = this.#o;
    const { transmitted, received } = stats;
    const elapsedNs = Math.max(0, this.#lastNs - this.#startNs);
    let out = `\n--- ${this.#echo.hostname} ping statistics ---\n${transmitted} packets transmitted, ${received} received`;
    if (stats.repeats > 0) out += `, +${stats.repeats} duplicates`;
    if (stats.errors > 0) out += `, +${stats.errors} errors`;
    if (transmitted > 0) {
      out += `, ${percent(transmitted - received, transmitted)}% packet loss, time ${Math.floor((elapsedNs + 500_000) / NS_PER_MS)}ms`;
    }
    out += '\n';
    const extras: string[] = [];
    if (received > 0 && this.#echo.timing) {
      extras.push(`rtt min/avg/max/mdev = ${ms3(stats.min)}/${ms3(stats.average)}/${ms3(stats.max)}/${ms3(stats.deviation)} ms`);
    }
    if (stats.pipeSize > 1) extras.push(`pipe ${stats.pipeSize}`);
    if (received > 0 && transmitted > 1 && (this.#intervalMs === 0 || o.flood || o.adaptive)) {
      const gap = Math.trunc(Math.floor(elapsedNs / 1000) / (transmitted - 1));
      extras.push(`ipg/ewma ${ms3(gap)}/${ms3(Math.trunc(stats.rtt8 / 8))} ms`);
    }
    out += `${extras.join(', ')}\n`;
    for (const signal of ['SIGINT', 'SIGQUIT', 'SIGALRM'] as const) this.#c.p.ignoreSignal(signal);
    this.#c.out(out);
    yield* this.#c.flush();
    return received === 0 || (o.deadlineS > 0 && received < o.count) ? 1 : 0;
  }
}

/** gettimeofday(2), µs since 1970. */
function wallClockUs(c: Command): number {
  return c.p.wallClockMs * 1000 + (Math.floor(c.p.nowNs / NS_PER_US) % 1000);
}

/** A struct timeval as x86-64 has it in memory. */
function writeTimeval(data: Uint8Array, us: number): void {
  const view = new DataView(data.buffer, data.byteOffset);
  view.setUint32(0, Math.floor(us / 1e6), true);
  view.setUint32(4, 0, true);
  view.setUint32(8, us % 1e6, true);
  view.setUint32(12, 0, true);
}

function readTimeval(data: Uint8Array): number {
  const view = new DataView(data.buffer, data.byteOffset);
  return view.getUint32(0, true) * 1e6 + view.getUint32(8, true);
}

/** Ends the command where a socket call that must not fail did. */
export function* mustSucceed(c: Command, answer: unknown, what: string): Sys<void> {
  if (!isError(answer)) return;
  yield* c.complain(`${what}: ${strerror(answer.errno)}`);
  throw new Exit(2);
}
