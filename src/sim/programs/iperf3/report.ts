// The lines of a report: iperf_print_intermediate, iperf_print_results and iperf_locale.c.

import { NS_PER_S } from '../../base/time.ts';
import type { Results, StreamResults } from './control.ts';
import type { Interval, TestStream } from './stream.ts';
import { twoDigits, unitText } from './units.ts';

const SEPARATOR = '- - - - - - - - - - - - - - - - - - - - - - - - -\n';

/** What the reports need to know of a test. */
export interface Reported {
  readonly role: 'client' | 'server';
  readonly udp: boolean;
  readonly bidirectional: boolean;
  /** Which way the streams go, seen from here, where they all go the same. */
  readonly sends: boolean;
  /** -P: without the other direction of --bidir. */
  readonly parallel: number;
  readonly format: string;
  readonly intervalS: number;
  readonly verbose: boolean;
  /** Whether the sender counts what it sends again; the receiver learns it with the results. */
  readonly senderHasRetransmits: boolean;
  readonly streams: readonly TestStream[];
}

function heading(t: Reported, columns: string): string {
  return `[ ID]${t.bidirectional ? '[Role]' : ''} Interval           Transfer     Bitrate${columns}\n`;
}

/** Whether the streams that are reported are sent from here; of a --bidir test those that the client sends come first. */
function directions(t: Reported): readonly boolean[] {
  if (!t.bidirectional) return [t.sends];
  return t.role === 'client' ? [true, false] : [false, true];
}

const UDP_COLUMNS = '         Jitter    Lost/Total Datagrams';

function role(t: Reported, sender: boolean): string {
  return t.bidirectional ? `[${sender ? 'TX' : 'RX'}-${t.role === 'client' ? 'C' : 'S'}]` : '';
}

/** `[  5]   0.00-1.00   sec  31.5 MBytes   264 Mbits/sec`. */
function line(t: Reported, fd: number | undefined, sender: boolean, fromS: number, toS: number, bytes: number): string {
  const tag = fd === undefined ? '[SUM]' : `[${String(fd).padStart(3)}]`;
  const seconds = toS - fromS;
  const rate = seconds > 0 ? bytes / seconds : 0;
  const interval = `${fromS.toFixed(2).padStart(6)}-${toS.toFixed(2).padEnd(6)}`;
  return `${tag}${role(t, sender)} ${interval} sec  ${unitText(bytes, 'A')}s  ${unitText(rate, t.format)}s/sec`;
}

function loss(jitterS: number, lost: number, total: number): string {
  return `  ${(jitterS * 1000).toFixed(3)} ms  ${lost}/${total} (${total > 0 ? twoDigits((100 * lost) / total) : '0'}%)  `;
}

const PLAIN = ' '.repeat(18);

/** The report of the interval that has just ended; nothing for a last one that is too short to say anything. */
export function intervalReport(t: Reported): string {
  const worth = ({ last }: TestStream): boolean =>
    last !== undefined && (last.bytes > 0 || last.endNs - last.startNs >= t.intervalS * 0.1 * NS_PER_S);
  if (!t.streams.some(worth)) return '';
  let text = '';
  const first = t.streams[0]?.last;
  if (first?.first) text += heading(t, intervalColumns(t));
  else if (t.parallel > 1) text += SEPARATOR;
  for (const sender of directions(t)) {
    const streams = t.streams.filter((stream) => stream.sender === sender);
    for (const stream of streams) if (stream.last) text += intervalLine(t, stream, stream.last);
    if (t.parallel > 1) text += intervalSum(t, sender, streams);
  }
  return text;
}

function intervalColumns(t: Reported): string {
  if (!t.udp) return t.senderHasRetransmits ? '         Retr  Cwnd' : '';
  return t.sends && !t.bidirectional ? '         Total Datagrams' : UDP_COLUMNS;
}

function span(stream: TestStream, { startNs, endNs, omitted }: Interval): [number, number] {
  const from = omitted ? stream.firstNs : stream.startNs;
  return [(startNs - from) / NS_PER_S, (endNs - from) / NS_PER_S];
}

function intervalLine(t: Reported, stream: TestStream, last: Interval): string {
  const [from, to] = span(stream, last);
  const text = line(t, stream.fd, stream.sender, from, to, last.bytes);
  const omitted = last.omitted ? '(omitted)' : '';
  if (t.udp) {
    return stream.sender
      ? `${text} ${t.bidirectional ? ' '.repeat(10) : ''} ${last.packets}  ${omitted}\n`
      : `${text}${loss(last.jitterS, last.lost, last.packets)}${omitted}\n`;
  }
  if (!stream.sender) return `${text}${PLAIN}${omitted}\n`;
  return `${text}  ${String(last.retransmits).padStart(3)}   ${unitText(last.congestionWindow, 'A')}s       ${omitted}\n`;
}

function intervalSum(t: Reported, sender: boolean, streams: readonly TestStream[]): string {
  const intervals = streams.flatMap(({ last }) => last ?? []);
  const [stream, last] = [streams[0], intervals[0]];
  if (stream === undefined || last === undefined) return '';
  const sum = (of: (interval: Interval) => number): number => intervals.reduce((total, interval) => total + of(interval), 0);
  const [from, to] = span(stream, last);
  const packets = sum((interval) => interval.packets);
  const text = line(
    t,
    undefined,
    sender,
    from,
    to,
    sum(({ bytes }) => bytes),
  );
  const omitted = last.omitted ? '(omitted)' : '';
  if (t.udp) {
    if (sender) return `${text} ${t.bidirectional ? ' '.repeat(10) : ''} ${packets}  ${omitted}\n`;
    return `${text}${loss(
      sum(({ jitterS }) => jitterS) / intervals.length,
      sum(({ lost }) => lost),
      packets,
    )}${omitted}\n`;
  }
  return sender
    ? `${text}  ${String(sum(({ retransmits }) => retransmits)).padStart(3)}${' '.repeat(13)}${omitted}\n`
    : `${text}${PLAIN}${omitted}\n`;
}

/** One side's account of a stream at the end. */
interface Side {
  readonly seconds: number;
  readonly bytes: number;
  readonly retransmits: number;
  readonly jitterS: number;
  readonly lost: number;
  readonly packets: number;
}

function sides(stream: TestStream): { readonly sent: Side; readonly received: Side } {
  const own = side(stream.results());
  // A side that has said nothing has moved nothing, in the time that passed here.
  const other = stream.peerResults ? side(stream.peerResults) : { ...own, bytes: 0, retransmits: 0, jitterS: 0, lost: 0, packets: 0 };
  return stream.sender ? { sent: own, received: other } : { sent: other, received: own };
}

function side(r: StreamResults): Side {
  const seconds = r.end_time - r.start_time;
  return { seconds, bytes: r.bytes, retransmits: Math.max(r.retransmits, 0), jitterS: r.jitter, lost: r.errors, packets: r.packets };
}

/** The summary at a test's end. A server knows its own side only. */
export function summary(t: Reported): string {
  let text = SEPARATOR;
  if (t.verbose) text += 'Test Complete. Summary Results:\n';
  text += heading(t, t.udp ? UDP_COLUMNS : t.senderHasRetransmits ? '         Retr' : '');
  for (const sender of directions(t)) {
    const streams = t.streams.filter((stream) => stream.sender === sender);
    const all = streams.map(sides);
    const shows = (kind: 'sent' | 'received'): boolean => t.role === 'client' || (kind === 'sent') === sender;
    for (const [i, stream] of streams.entries()) {
      for (const kind of ['sent', 'received'] as const) {
        const who = kind === 'sent' ? 'sender' : 'receiver';
        if (shows(kind)) text += summaryLine(t, stream.fd, sender, kind, all[i]?.[kind] as Side);
        else if (t.verbose) text += `[${String(stream.fd).padStart(3)}]${role(t, sender)} (${who} statistics not available)\n`;
      }
    }
    if (t.parallel <= 1) continue;
    for (const kind of ['sent', 'received'] as const) {
      if (shows(kind)) text += summaryLine(t, undefined, sender, kind, total(all.map((both) => both[kind])));
    }
  }
  return text;
}

function total(all: readonly Side[]): Side {
  const sum = (of: (one: Side) => number): number => all.reduce((so, one) => so + of(one), 0);
  return {
    seconds: Math.max(...all.map(({ seconds }) => seconds)),
    bytes: sum(({ bytes }) => bytes),
    retransmits: sum(({ retransmits }) => retransmits),
    jitterS: sum(({ jitterS }) => jitterS) / all.length,
    lost: sum(({ lost }) => lost),
    packets: sum(({ packets }) => packets),
  };
}

function summaryLine(t: Reported, fd: number | undefined, sender: boolean, kind: 'sent' | 'received', of: Side): string {
  const text = line(t, fd, sender, 0, of.seconds, of.bytes);
  if (t.udp) {
    // Nothing gets lost before it is sent.
    return kind === 'sent' ? `${text}${loss(0, 0, of.packets)}sender\n` : `${text}${loss(of.jitterS, of.lost, of.packets)}receiver\n`;
  }
  if (kind === 'received') return `${text}${PLAIN}receiver\n`;
  return t.senderHasRetransmits ? `${text}  ${String(of.retransmits).padStart(3)}${' '.repeat(13)}sender\n` : `${text}${PLAIN}sender\n`;
}

/** -V's line about the processor's work on both sides. */
export function processorReport(sends: boolean, local: Results, remote: Results | undefined): string {
  const part = ({
    cpu_util_total,
    cpu_util_user,
    cpu_util_system,
  }: Pick<Results, 'cpu_util_total' | 'cpu_util_user' | 'cpu_util_system'>): string =>
    `${cpu_util_total.toFixed(1)}% (${cpu_util_user.toFixed(1)}%u/${cpu_util_system.toFixed(1)}%s)`;
  const none = { cpu_util_total: 0, cpu_util_user: 0, cpu_util_system: 0 };
  const [here, there] = sends ? ['sender', 'receiver'] : ['receiver', 'sender'];
  return `CPU Utilization: local/${here} ${part(local)}, remote/${there} ${part(remote ?? none)}\n`;
}
