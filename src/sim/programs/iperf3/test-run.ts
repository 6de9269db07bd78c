// What client and server have in common while a test runs: iperf_send, iperf_recv, the timers, the results (iperf_api.c).

import { formatIpv4 } from '../../base/address.ts';
import { isError } from '../../base/result.ts';
import { NS_PER_MS, NS_PER_S } from '../../base/time.ts';
import { ipv4OfMapped } from '../../kernel/socket/inet-socket.ts';
import type { SockAddr } from '../../kernel/socket/socket.ts';
import type { StreamSocket } from '../../kernel/socket/stream-socket.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { type Command, Exit, reason } from '../lib/command.ts';
import { numericHost } from '../net-lib/getnameinfo.ts';
import { type PollEntry, poll } from '../net-lib/stream-file.ts';
import { type ControlConnection, type Results, resultsOf } from './control.ts';
import type { IperfOptions, TestSettings } from './options.ts';
import { intervalReport, processorReport, type Reported, summary } from './report.ts';
import { type DataSocket, TestStream } from './stream.ts';

/** What sending a byte costs the processor: this world's network itself costs nothing, and a test would take no time. */
const SEND_NS_PER_BYTE = 30;
/** How often a paced stream looks whether it may send. */
const PACING_NS = NS_PER_MS;
/** A datagram to somebody who is not there yet reports that with the next call; a test goes on. */
const SOFT_ERRORS: readonly string[] = ['ECONNREFUSED', 'ENOBUFS', 'EINTR'];

interface Timer {
  dueNs: number;
  readonly periodNs?: number;
  fire(): Sys<void>;
}

export interface Connected {
  readonly fd: number;
  readonly socket: DataSocket;
  readonly peer: SockAddr;
}

/** A failure that ends a test: what iperf_strerror says of it. */
export class TestError {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

export class TestRun {
  readonly c: Command;
  readonly p: Process;
  readonly o: IperfOptions;
  readonly role: 'client' | 'server';
  settings: TestSettings;
  control: ControlConnection | undefined;
  readonly streams: TestStream[] = [];
  running = false;
  done = false;
  omitting = false;
  /** What was printed: a client may want to see it (--get-server-output). */
  text = '';
  peerResults: Results | undefined;
  senderHasRetransmits = false;
  #timers: Timer[] = [];
  #spentNs = 0;
  #startNs = 0;
  #cpu = 0;
  #tempFds: number[] = [];

  constructor(c: Command, o: IperfOptions, role: 'client' | 'server') {
    this.c = c;
    this.p = c.p;
    this.o = o;
    this.role = role;
    this.settings = o.settings;
  }

  /** Whether the streams that all go one way go away from here. */
  get sends(): boolean {
    return (this.role === 'client') !== this.settings.reverse;
  }

  *print(text: string): Sys<void> {
    this.text += text;
    const { title } = this.settings;
    yield* this.c.print(title === undefined ? text : text.replace(/^(?!$(?![\n\s\S]))/gm, `${title}:  `));
  }

  // ---- streams

  *addStream({ fd, socket, peer }: Connected): Sys<void> {
    const { settings } = this;
    const { streams } = this;
    const firstHalf = streams.length < settings.streams;
    const sender = settings.bidirectional ? firstHalf === (this.role === 'client') : this.sends;
    const block = new Uint8Array(settings.blockSize);
    this.#openTemporary();
    block.set(this.p.machine.random.bytes(Math.min(block.length, 64)));
    // The first is 1, and the second 3: iperf_add_stream counts so.
    const stream = new TestStream({ id: streams.length === 0 ? 1 : streams.length + 2, fd, sender, socket, peer, block });
    streams.push(stream);
    const end = (address: SockAddr): string => `${addressText(this.p, address)} port ${address.port}`;
    yield* this.print(`[${String(fd).padStart(3)}] local ${end(stream.local)} connected to ${end(peer)}\n`);
  }

  /** Each stream's buffer is a file without a name, filled from /dev/urandom, which stays open. */
  #openTemporary(): void {
    const { p } = this;
    const path = `/tmp/iperf3.${Array.from({ length: 6 }, () => String.fromCharCode(65 + p.machine.random.int(26))).join('')}`;
    const fd = p.open(path, { read: true, write: true, create: true, exclusive: true }, 0o600);
    if (isError(fd)) return;
    p.machine.files.unlink(p, path);
    this.#tempFds.push(fd);
    openRandom(p);
  }

  closeStreams(): void {
    for (const stream of this.streams) this.p.close(stream.fd);
    for (const fd of this.#tempFds.splice(0)) this.p.close(fd);
  }

  applyOptions(socket: StreamSocket): void {
    const { window, mss, noDelay, tos, congestion } = this.settings;
    socket.setOptions({
      ...(window > 0 ? { sendBuffer: window, receiveBuffer: window } : {}),
      ...(mss > 0 ? { maxSegment: mss } : {}),
      ...(congestion === undefined ? {} : { congestion }),
      noDelay,
      tos,
    });
  }

  // ---- time

  /** iperf_init_test and the timers of both roles. */
  *begin(): Sys<void> {
    const { settings, o, p } = this;
    if (o.verbose) yield* this.print(this.#startingText());
    this.#startNs = p.nowNs;
    this.running = true;
    this.omitting = settings.omit > 0;
    this.senderHasRetransmits = !settings.udp && (this.sends || settings.bidirectional);
    for (const stream of this.streams) stream.begin(p.nowNs);
    if (this.role === 'client' && settings.duration > 0) {
      this.addTimer((settings.duration + settings.omit) * NS_PER_S, undefined, () => {
        this.done = true;
      });
    }
    if (o.interval > 0) {
      this.addTimer(o.interval * NS_PER_S, o.interval * NS_PER_S, () => {
        if (!this.done) this.measure();
      });
      this.#timers.push({ dueNs: p.nowNs + o.interval * NS_PER_S, periodNs: o.interval * NS_PER_S, fire: () => this.#report() });
    }
    if (settings.omit > 0) this.addTimer(settings.omit * NS_PER_S, undefined, () => this.#endOmission());
    if (settings.rate > 0) {
      this.addTimer(PACING_NS, PACING_NS, () => {
        for (const stream of this.streams) if (stream.sender) stream.throttle(this.p.nowNs, settings.rate);
      });
    }
  }

  addTimer(afterNs: number, periodNs: number | undefined, fire: () => void): void {
    this.#timers.push({
      dueNs: this.p.nowNs + afterNs,
      ...(periodNs === undefined ? {} : { periodNs }),
      *fire() {
        fire();
      },
    });
  }

  #endOmission(): void {
    this.omitting = false;
    for (const stream of this.streams) stream.forget(this.p.nowNs);
    for (const timer of this.#timers) {
      if (timer.periodNs !== undefined && timer.periodNs !== PACING_NS) timer.dueNs = this.p.nowNs + timer.periodNs;
    }
  }

  *#report(): Sys<void> {
    if (!this.done) yield* this.print(intervalReport(this.reported));
  }

  *runTimers(): Sys<void> {
    const now = this.p.nowNs;
    for (const timer of this.#timers.filter(({ dueNs }) => dueNs <= now).sort((a, b) => a.dueNs - b.dueNs)) {
      if (timer.periodNs === undefined) this.#timers.splice(this.#timers.indexOf(timer), 1);
      else timer.dueNs = Math.max(timer.dueNs + timer.periodNs, now);
      yield* timer.fire();
    }
  }

  stopTimers(): void {
    this.#timers = [];
  }

  measure(): void {
    for (const stream of this.streams) stream.measure(this.p.nowNs, this.omitting);
  }

  /** Ends what is measured (cpu_util and the last interval). */
  finish(): void {
    this.done = true;
    this.measureProcessor();
    this.measure();
  }

  measureProcessor(): void {
    const elapsed = this.p.nowNs - this.#startNs;
    this.#cpu = elapsed > 0 ? Math.min(100, (100 * this.#spentNs) / elapsed) : 0;
  }

  // ---- moving bytes

  /** Waits until something can be done, of the test or by the descriptors given; the entries that are ready. */
  *await(also: readonly PollEntry[]): Sys<readonly PollEntry[]> {
    const entries: PollEntry[] = [...also];
    if (this.control !== undefined) entries.push({ fd: this.control.fd, read: true });
    const draining = this.done && this.role === 'client';
    for (const stream of this.streams) {
      if (!stream.sender && !stream.ended && (this.running || draining)) entries.push({ fd: stream.fd, read: true });
      if (stream.sender && this.running && !this.done && stream.greenLight) entries.push({ fd: stream.fd, write: true });
    }
    const due = this.running && this.#timers.length > 0 ? Math.min(...this.#timers.map(({ dueNs }) => dueNs)) : undefined;
    return yield* poll(this.p, entries, due);
  }

  /** A block on each stream that may send; the time that costs passes. */
  *sendBlocks(): Sys<TestError | undefined> {
    const { rate, burst, bytes, blocks } = this.settings;
    const start = this.sentBytes;
    const times = rate > 0 && burst > 0 ? burst : 1;
    for (let i = 0; i < times; i++) {
      for (const stream of this.streams) {
        if (!stream.sender || !stream.greenLight || this.p.file(stream.fd)?.canWrite() === false) continue;
        if (i > 0 && ((bytes > 0 && this.sentBytes >= bytes) || (blocks > 0 && this.sentBlocks >= blocks))) break;
        const sent = stream.send(this.p.nowNs);
        if (isError(sent)) {
          if (SOFT_ERRORS.includes(sent.errno)) continue;
          return new TestError(`unable to write to stream socket: ${reason(sent)}`);
        }
        if (sent > 0 && stream.blockDone) this.sentBlocks++;
        this.sentBytes += sent;
        if (rate > 0 && burst === 0) stream.throttle(this.p.nowNs, rate);
      }
    }
    if (rate > 0 && burst > 0) for (const stream of this.streams) if (stream.sender) stream.throttle(this.p.nowNs, rate);
    const costNs = (this.sentBytes - start) * SEND_NS_PER_BYTE;
    this.#spentNs += costNs;
    if (costNs > 0) yield* this.p.sleep(costNs);
    return undefined;
  }

  receiveBlocks(counted: boolean): TestError | undefined {
    for (const stream of this.streams) {
      if (stream.sender) continue;
      const received = stream.receive(this.p.nowNs, counted && !this.done);
      if (isError(received)) {
        if (SOFT_ERRORS.includes(received.errno)) continue;
        return new TestError(`unable to read from stream socket: ${reason(received)}`);
      }
      this.receivedBytes += received;
      if (received > 0) this.receivedBlocks++;
    }
    return undefined;
  }

  sentBytes = 0;
  receivedBytes = 0;
  sentBlocks = 0;
  receivedBlocks = 0;

  // ---- results

  get reported(): Reported {
    const { settings, o } = this;
    return {
      role: this.role,
      udp: settings.udp,
      bidirectional: settings.bidirectional,
      sends: this.sends,
      parallel: settings.streams,
      format: o.format,
      intervalS: o.interval,
      verbose: o.verbose,
      senderHasRetransmits: this.senderHasRetransmits,
      streams: this.streams,
    };
  }

  results(): Results {
    const { settings, streams } = this;
    const congestion = streams.find(({ tcp }) => tcp !== undefined)?.tcp?.info().congestion;
    return {
      cpu_util_total: this.#cpu,
      cpu_util_user: 0,
      cpu_util_system: this.#cpu,
      sender_has_retransmits: this.sends || settings.bidirectional ? (settings.udp ? 0 : 1) : -1,
      ...(congestion === undefined ? {} : { congestion_used: congestion }),
      ...(this.role === 'server' && settings.serverOutput ? { server_output_text: this.text } : {}),
      streams: streams.map((stream) => stream.results()),
    };
  }

  /** What the other side says: undefined when it has gone. */
  *readResults(): Sys<boolean> {
    const json = yield* (this.control as ControlConnection).readJson();
    if (json === undefined) return false;
    this.peerResults = resultsOf(json);
    if (this.role === 'client' && (!this.sends || this.settings.bidirectional))
      this.senderHasRetransmits = this.peerResults.sender_has_retransmits === 1;
    for (const stream of this.streams) stream.peerResults = this.peerResults.streams.find(({ id }) => id === stream.id);
    return true;
  }

  /** The last interval and the summary (reporter_callback in DISPLAY_RESULTS). */
  *display(): Sys<void> {
    const { reported } = this;
    yield* this.print(intervalReport(reported));
    yield* this.print(summary(reported));
    if (!this.o.verbose) return;
    const own = this.results();
    if (this.role === 'client') yield* this.print(processorReport(this.sends, own, this.peerResults));
    if (this.settings.udp) return;
    const [sent, received] = this.sends ? [own, this.peerResults] : [this.peerResults, own];
    if (sent?.congestion_used && (this.role === 'client' || this.sends)) yield* this.print(`snd_tcp_congestion ${sent.congestion_used}\n`);
    if (received?.congestion_used && (this.role === 'client' || !this.sends))
      yield* this.print(`rcv_tcp_congestion ${received.congestion_used}\n`);
  }

  #startingText(): string {
    const { udp, streams, blockSize, omit, duration, bytes, blocks, tos } = this.settings;
    const what = bytes > 0 ? `${bytes} bytes to send` : blocks > 0 ? `${blocks} blocks to send` : `${duration} second test`;
    const protocol = udp ? 'UDP' : 'TCP';
    return `Starting Test: protocol: ${protocol}, ${streams} streams, ${blockSize} byte blocks, omitting ${omit} seconds, ${what}, tos ${tos}\n`;
  }
}

const RANDOM = '/dev/urandom';

/** Opened once, and never closed. */
export function openRandom(p: Process): void {
  if (![...p.descriptors.values()].some(({ description }) => description === RANDOM)) p.open(RANDOM, { read: true });
}

/** `iperf3: error - …`, and the end. */
export function* fail(c: Command, message: string): Sys<never> {
  yield* c.error(`iperf3: error - ${message}\n`);
  throw new Exit(1);
}

/** An endpoint's address; one of IPv4 that an IPv6 socket talks to is shown as what it is. */
export function addressText(p: Process, at: SockAddr): string {
  const mapped = at.family === 'inet6' ? ipv4OfMapped(at.address) : undefined;
  return mapped === undefined ? numericHost(p.netns, at) : formatIpv4(mapped);
}
