import type { LinkDump } from '../../kernel/rtnetlink/messages.ts';
import type { Ip } from './context.ts';
import type { Printer } from './printer.ts';

/** Widths of the headings; a wider number makes its column wider in all lines. */
const HEADINGS = [
  'RX errors:'.length,
  'packets'.length,
  'errors'.length,
  'dropped'.length,
  'heartbt'.length,
  'overrun'.length,
  'compressed'.length,
];

/** Counters with -s; with -s -s the errors one by one (print_stats64). Ends without a newline. */
export function printLinkStats(ip: Ip, out: Printer, link: LinkDump): void {
  const s = link.stats;
  const errors = ip.options.stats > 1;
  if (out.json) {
    printJson(out, link, errors);
    return;
  }
  const rows = {
    rx: [s.rxBytes, s.rxPackets, s.rxErrors, s.rxDropped, s.rxMissed, s.multicast],
    rxErrors: [0, 0, 0, 0, 0],
    tx: [s.txBytes, s.txPackets, s.txErrors, s.txDropped, s.txCarrierErrors, s.collisions],
    txErrors: [0, 0, 0, 0, link.carrierChanges],
  };
  const widths = [...HEADINGS];
  const widen = (row: readonly number[], from: number): void => {
    row.forEach((value, i) => {
      widths[from + i] = Math.max(widths[from + i] as number, String(value).length);
    });
  };
  widen(rows.rx, 0);
  widen(rows.tx, 0);
  if (errors) {
    widen(rows.rxErrors, 1);
    widen(rows.txErrors, 1);
  }
  const heading = (words: readonly string[], from: number): string =>
    words.map((word, i) => word.padStart((widths[from + i] as number) - (from + i === 0 ? 4 : 0))).join(' ');
  const numbers = (row: readonly number[], from: number): string =>
    row.map((value, i) => `${formatCount(ip, value).padStart(widths[from + i] as number)} `).join('');
  const lines = (direction: 'RX' | 'TX', words: readonly string[], row: readonly number[]): void => {
    out.text(`    ${direction}: ${heading(words, 0)} ${' '.repeat(widths[6] as number)}`);
    out.newline();
    out.text(`    ${numbers(row, 0)}`);
  };
  const errorLines = (direction: 'RX' | 'TX', words: readonly string[], row: readonly number[]): void => {
    out.newline();
    out.text(`    ${direction} errors:${' '.repeat((widths[0] as number) - 10)} ${heading(words, 1)}`);
    out.newline();
    out.text(`    ${' '.repeat(widths[0] as number)} ${numbers(row, 1)}`);
  };
  lines('RX', ['bytes', 'packets', 'errors', 'dropped', 'missed', 'mcast'], rows.rx);
  if (errors) errorLines('RX', ['length', 'crc', 'frame', 'fifo', 'overrun'], rows.rxErrors);
  out.newline();
  lines('TX', ['bytes', 'packets', 'errors', 'dropped', 'carrier', 'collsns'], rows.tx);
  if (errors) errorLines('TX', ['aborted', 'fifo', 'window', 'heartbt', 'transns'], rows.txErrors);
}

const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E'];

/** With -h in thousands (or with -iec in 1024s), to three digits. */
export function formatCount(ip: Ip, value: number): string {
  const base = ip.options.iec ? 1024 : 1000;
  if (ip.options.human === 0 || value < base) return String(value);
  let scaled = value;
  let power = 0;
  while (scaled >= base && power < PREFIXES.length - 1) {
    scaled /= base;
    power++;
  }
  const digits = scaled >= 100 ? 0 : scaled >= 10 ? 1 : 2;
  const factor = 10 ** digits;
  return `${(Math.round(scaled * factor) / factor).toFixed(digits)}${PREFIXES[power]}${ip.options.iec ? 'i' : ''}`;
}

function printJson(out: Printer, link: LinkDump, errors: boolean): void {
  const s = link.stats;
  const rx = { bytes: s.rxBytes, packets: s.rxPackets, errors: s.rxErrors, dropped: s.rxDropped, over_errors: 0, multicast: s.multicast };
  const rxErrors = { length_errors: 0, crc_errors: 0, frame_errors: 0, fifo_errors: 0, missed_errors: s.rxMissed };
  const tx = {
    bytes: s.txBytes,
    packets: s.txPackets,
    errors: s.txErrors,
    dropped: s.txDropped,
    carrier_errors: s.txCarrierErrors,
    collisions: s.collisions,
  };
  const txErrors = {
    aborted_errors: 0,
    fifo_errors: 0,
    window_errors: 0,
    heartbeat_errors: 0,
    carrier_changes: link.carrierChanges,
  };
  out.openObject('stats64');
  for (const [name, counters] of [
    ['rx', errors ? { ...rx, ...rxErrors } : rx],
    ['tx', errors ? { ...tx, ...txErrors } : tx],
  ] as const) {
    out.openObject(name);
    for (const [key, value] of Object.entries(counters)) out.member(key, value);
    out.closeObject();
  }
  out.closeObject();
}
