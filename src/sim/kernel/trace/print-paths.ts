import { NS_PER_MS } from '../../base/time.ts';
import { Summary } from '../../wire/summary.ts';
import type { BranchKind, Trace, TraceEvent, TraceStep } from '../trace.ts';
import type { PacketPath } from './packet-paths.ts';
import { stepWords } from './step-words.ts';

// Paths of packets as text:
//
//   #1 IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 1, seq 1, length 64
//      0.000 ms  red       route  10.0.0.2: 10.0.0.0/24 dev v0 (table main)
//                red:v0    wait   until 10.0.0.2 says what its link-layer address is

const WHY: Readonly<Record<BranchKind, string>> = {
  copy: 'copy of',
  fragment: 'fragment of',
  whole: 'put together of',
  error: 'error about',
  answer: 'because of',
  question: 'asked for',
};

/** Prints paths, a paragraph each; times count from `startNs`. */
export function printPaths(paths: readonly PacketPath[], trace: Trace, startNs: number): string {
  const numbers = new Map(paths.map(({ packet }, i) => [packet, `#${i + 1}`]));
  const number = (packet: number): string => numbers.get(packet) ?? 'another packet';
  const machines = new Set(paths.flatMap(({ events }) => events.filter(({ netns }) => netns !== 0).map(({ machine }) => machine)));
  const place = (event: TraceEvent): string => placeOf(event, trace, machines.size > 1);
  const width = Math.max(0, ...paths.flatMap(({ events }) => events.map((event) => place(event).length)));
  const summary = new Summary();
  return paths.map((path) => [head(path, number, summary), ...lines(path, startNs, place, width, number)].join('\n')).join('\n\n');
}

function head(path: PacketPath, number: (packet: number) => string, summary: Summary): string {
  const [cause] = path.causes;
  const because = cause === undefined ? '' : ` (${WHY[cause.why]} ${path.causes.map(({ packet }) => number(packet)).join(' ')})`;
  return `${number(path.packet)} ${path.frame === undefined ? unseen(path) : summary.frame(path.frame)}${because}`;
}

/** What to call a packet that was on no device in one piece. */
function unseen({ causes, events }: PacketPath): string {
  if (causes[0]?.why === 'whole') return 'the whole packet';
  for (const { step } of events) if (step.kind === 'route') return `a packet to ${step.dst}`;
  return 'a packet';
}

function lines(
  path: PacketPath,
  startNs: number,
  place: (event: TraceEvent) => string,
  width: number,
  number: (packet: number) => string,
): string[] {
  const out: string[] = [];
  let shownNs = -1;
  let delivered = false;
  for (const event of path.events) {
    const { timeNs, step } = event;
    if (step.kind === 'branch' || (delivered && isEcho(step))) continue;
    delivered ||= step.kind === 'deliver';
    const { verb, words } = stepWords(step, number);
    const time = timeNs === shownNs ? '' : `${((timeNs - startNs) / NS_PER_MS).toFixed(3)} ms`;
    shownNs = timeNs;
    out.push(`${time.padStart(12)}  ${place(event).padEnd(width)}  ${verb.padEnd(6)} ${words}`.trimEnd());
  }
  return out;
}

/** What a raw socket got goes on to its protocol, where mostly nobody waits for it, too. */
function isEcho(step: TraceStep): boolean {
  return step.kind === 'drop' && step.reason === 'NO_SOCKET';
}

/** `host1`, `red:v0`, or with the machine, `host1/red:v0`; a switch and its port. */
function placeOf({ machine, netns, dev }: TraceEvent, trace: Trace, several: boolean): string {
  if (netns === 0) return `${machine} (switch)`;
  const name = trace.netnsName(machine, netns);
  const where = name === 'host' ? machine : several ? `${machine}/${name}` : name;
  return dev === '' ? where : `${where}:${dev}`;
}
