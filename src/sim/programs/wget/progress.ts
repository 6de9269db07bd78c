// wget's progress: src/progress.c.

import { utf8 } from '../../base/bytes.ts';
import { NS_PER_MS, NS_PER_S } from '../../base/time.ts';
import type { Process, Sys } from '../../machine/process.ts';

/** A gauge of one download. */
export interface Gauge {
  update(bytes: number): Sys<void>;
  finish(bytes: number, seconds: number): Sys<void>;
}

/** Columns beside the bar: percent, brackets, size, rate, time. */
const PERCENT = 4;
const BRACKETS = 2;
const SIZE = 8;
const RATE = 10;
const ETA = 15;
/** The bar is drawn anew no more often. */
const REFRESH_NS = 200 * NS_PER_MS;
/** A rate is shown once so much time was measured. */
const SAMPLE_NS = 150 * NS_PER_MS;
/** Seconds before an end is predicted. */
const ETA_AFTER_S = 3;

export class Bar implements Gauge {
  readonly #p: Process;
  readonly #fd: number;
  readonly #name: string;
  readonly #before: number;
  readonly #total: number | undefined;
  readonly #startNs: number;
  /** How often it was drawn: where the ball is that runs when no end is known. */
  #draws = 0;
  #drawnNs = Number.NEGATIVE_INFINITY;

  constructor(p: Process, fd: number, name: string, before: number, total: number | undefined) {
    this.#p = p;
    this.#fd = fd;
    this.#name = name;
    this.#before = before;
    this.#total = total;
    this.#startNs = p.nowNs;
  }

  *update(bytes: number): Sys<void> {
    if (this.#p.nowNs - this.#drawnNs < REFRESH_NS) return;
    this.#drawnNs = this.#p.nowNs;
    yield* this.#draw(bytes, undefined);
  }

  *finish(bytes: number, seconds: number): Sys<void> {
    yield* this.#draw(bytes, seconds);
    yield* this.#p.write(this.#fd, utf8('\n\n'));
  }

  *#draw(bytes: number, seconds: number | undefined): Sys<void> {
    const width = (this.#p.terminal(this.#fd)?.columns ?? 80) - 1;
    const nameWidth = Math.floor(width / 4);
    const barWidth = width - nameWidth - 1 - PERCENT - BRACKETS - SIZE - RATE - ETA;
    const size = this.#before + bytes;
    let percent = '    ';
    let bar: string;
    if (this.#total !== undefined && this.#total > 0) {
      percent = `${String(Math.floor((100 * size) / this.#total)).padStart(3)}%`;
      const old = Math.floor((barWidth * this.#before) / this.#total);
      const full = Math.floor((barWidth * size) / this.#total);
      const fresh = full - old;
      bar = '+'.repeat(old) + (fresh > 0 ? `${'='.repeat(fresh - 1)}>` : '');
    } else {
      const ball = this.#draws++ % Math.max(1, barWidth - 2);
      bar = `${' '.repeat(ball)}<=>`;
    }
    const elapsedNs = this.#p.nowNs - this.#startNs;
    const measured = elapsedNs >= SAMPLE_NS && bytes > 0;
    const rate = measured ? shortRate((bytes * NS_PER_S) / elapsedNs) : '--.-KB/s';
    const line = `\r${this.#name.slice(0, nameWidth).padEnd(nameWidth)} ${percent}[${bar.slice(0, barWidth).padEnd(barWidth)}]${humanSize(size).padStart(SIZE)}  ${rate.padStart(8)}${this.#time(bytes, elapsedNs, seconds)}`;
    yield* this.#p.write(this.#fd, utf8(line));
  }

  #time(bytes: number, elapsedNs: number, seconds: number | undefined): string {
    if (seconds !== undefined) return `    in ${secondsText(seconds)}`.padEnd(ETA);
    const elapsedS = elapsedNs / NS_PER_S;
    if (this.#total === undefined || bytes === 0 || elapsedS <= ETA_AFTER_S) return ' '.repeat(ETA);
    const left = Math.floor(((this.#total - this.#before - bytes) * elapsedS) / bytes + 0.5);
    return `    eta ${humanEta(left)}`.padEnd(ETA);
  }
}

/** What a log gets: fifty dots a line, a kilobyte each. */
export class Dots implements Gauge {
  readonly #p: Process;
  readonly #fd: number;
  readonly #before: number;
  readonly #total: number | undefined;
  readonly #startNs: number;
  #shown = 0;
  #rowNs: number;
  #rows = 0;
  #dots = 0;

  constructor(p: Process, fd: number, before: number, total: number | undefined) {
    this.#p = p;
    this.#fd = fd;
    this.#before = before;
    this.#total = total;
    this.#startNs = p.nowNs;
    this.#rowNs = p.nowNs;
  }

  *update(bytes: number): Sys<void> {
    let out = '';
    while (bytes - this.#shown >= DOT_BYTES) {
      this.#shown += DOT_BYTES;
      out += this.#dot('.');
      if (this.#dots === DOTS_PER_LINE) out += this.#endRow();
    }
    if (out !== '') yield* this.#p.write(this.#fd, utf8(out));
  }

  #dot(mark: string): string {
    const start = this.#dots === 0 ? `\n${String(this.#rows * DOTS_PER_LINE * (DOT_BYTES / 1024)).padStart(6)}K` : '';
    const space = this.#dots % DOTS_PER_CLUSTER === 0 ? ' ' : '';
    this.#dots++;
    return start + space + mark;
  }

  #endRow(): string {
    this.#rows++;
    this.#dots = 0;
    const row = `${this.#percent(this.#shown)}${this.#rate(DOTS_PER_LINE * DOT_BYTES, this.#p.nowNs - this.#rowNs)}`;
    const left =
      this.#total === undefined || this.#shown === 0
        ? ''
        : ` ${humanEta(Math.floor(((this.#total - this.#before - this.#shown) * (this.#p.nowNs - this.#startNs)) / NS_PER_S / this.#shown + 0.5))}`;
    this.#rowNs = this.#p.nowNs;
    return row + left;
  }

  *finish(bytes: number, seconds: number): Sys<void> {
    yield* this.update(bytes);
    let out = this.#dots === 0 ? this.#dot('') : '';
    const filled = out === '' ? this.#dots : 1;
    if (out !== '') out += ' ';
    for (let i = filled; i < DOTS_PER_LINE; i++) out += i % DOTS_PER_CLUSTER === 0 ? '  ' : ' ';
    const rowBytes = bytes - this.#rows * DOTS_PER_LINE * DOT_BYTES;
    out += `${this.#percent(bytes)}${this.#rate(rowBytes, this.#p.nowNs - this.#rowNs)}=${secondsText(seconds)}\n\n`;
    yield* this.#p.write(this.#fd, utf8(out));
  }

  #percent(bytes: number): string {
    return this.#total === undefined || this.#total === 0
      ? ''
      : ` ${String(Math.floor((100 * (this.#before + bytes)) / this.#total)).padStart(2)}%`;
  }

  #rate(bytes: number, ns: number): string {
    const { value, unit } = scaled((bytes * NS_PER_S) / Math.max(ns, SHORTEST_NS));
    return ` ${fixed(value).padStart(4)}${['', 'K', 'M', 'G'][unit]}`;
  }
}

/** What a transfer takes at least, as clocks measure it. */
const SHORTEST_NS = 1000;
const DOT_BYTES = 1024;
const DOTS_PER_LINE = 50;
const DOTS_PER_CLUSTER = 10;

function scaled(bytesPerSecond: number): { readonly value: number; readonly unit: number } {
  let value = bytesPerSecond;
  let unit = 0;
  while (value >= 1024 && unit < 3) {
    value /= 1024;
    unit++;
  }
  return { value, unit };
}

const fixed = (value: number): string => value.toFixed(value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2);

function shortRate(bytesPerSecond: number): string {
  const { value, unit } = scaled(bytesPerSecond);
  return `${fixed(value).padStart(4)}${['B/s', 'KB/s', 'MB/s', 'GB/s'][unit]}`;
}

/** `1.26 MB/s`. */
export function rateText(bytes: number, seconds: number): string {
  const { value, unit } = scaled(bytes / Math.max(seconds, SHORTEST_NS / NS_PER_S));
  return `${fixed(value)} ${['B/s', 'KB/s', 'MB/s', 'GB/s'][unit]}`;
}

/** `6`, `16.00K`. */
function humanSize(bytes: number): string {
  if (bytes < 1024) return String(bytes);
  const { value, unit } = scaled(bytes);
  return `${value.toFixed(2)}${['', 'K', 'M', 'G'][unit]}`;
}

/** `9.5K`, `106K`. */
export function roughSize(bytes: number): string {
  const { value, unit } = scaled(bytes);
  return `${value < 10 ? value.toFixed(1) : String(Math.round(value))}${['', 'K', 'M', 'G'][unit]}`;
}

/** `0s`, `0.001s`, `2.1s`, `1m 3s`. */
export function secondsText(seconds: number): string {
  if (seconds >= 100) return humanEta(Math.floor(seconds));
  if (seconds >= 9.95) return `${seconds.toFixed(0)}s`;
  if (seconds >= 0.95) return `${seconds.toFixed(1)}s`;
  if (seconds >= 0.095) return `${seconds.toFixed(1)}s`;
  if (seconds >= 0.0095) return `${seconds.toFixed(2)}s`;
  return seconds >= 0.0005 ? `${seconds.toFixed(3)}s` : '0s';
}

function humanEta(seconds: number): string {
  if (seconds < 100) return `${seconds}s`;
  if (seconds < 6000) return `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
  return `${Math.floor(seconds / 3600)}h ${Math.floor((seconds % 3600) / 60)}m`;
}
