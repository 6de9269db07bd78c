// The progress meter and the bar: lib/progress.c, src/tool_cb_prg.c.

import { utf8 } from '../../base/bytes.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { Process, Sys } from '../../machine/process.ts';

const TITLE =
  '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n' +
  '                                 Dload  Upload   Total   Spent    Left  Speed\n';

/** Seconds that the current speed looks back. */
const WINDOW_S = 5;

/** The bar moves no more often. */
const BAR_INTERVAL_NS = NS_PER_S / 10;

export class Progress {
  readonly #p: Process;
  readonly #kind: 'none' | 'meter' | 'bar';
  readonly #startNs: number;
  #shownSecond = -1;
  #titled = false;
  #barText = '';
  #barNs = Number.NEGATIVE_INFINITY;
  readonly #samples: { readonly timeNs: number; readonly bytes: number }[] = [];
  expectedDown: number | undefined;
  down = 0;
  expectedUp: number | undefined;
  up = 0;
  /** Bytes of the file that were there before (-C). */
  resumedFrom = 0;

  constructor(p: Process, kind: 'none' | 'meter' | 'bar') {
    this.#p = p;
    this.#kind = kind;
    this.#startNs = p.nowNs;
  }

  /** Shows the state when a new second has begun. */
  *update(): Sys<void> {
    if (this.#kind === 'none') return;
    if (this.#kind === 'bar') {
      yield* this.#showBar(false);
      return;
    }
    const second = Math.floor(this.#p.wallClockMs / 1000);
    if (second === this.#shownSecond) return;
    this.#shownSecond = second;
    this.#samples.push({ timeNs: this.#p.nowNs, bytes: this.down + this.up });
    if (this.#samples.length > WINDOW_S + 1) this.#samples.shift();
    yield* this.#show();
  }

  /** When the next update is due, ns; undefined where nothing is shown. */
  get nextNs(): number | undefined {
    if (this.#kind !== 'meter') return undefined;
    const ms = this.#p.wallClockMs;
    return this.#p.nowNs + (1000 - (ms % 1000)) * (NS_PER_S / 1000);
  }

  *done(): Sys<void> {
    if (this.#kind === 'bar') {
      yield* this.#showBar(true);
      return;
    }
    if (this.#kind !== 'meter') return;
    yield* this.#show();
    yield* this.#p.write(2, utf8('\n'));
  }

  *#show(): Sys<void> {
    const title = this.#titled ? '' : TITLE;
    this.#titled = true;
    const spentS = (this.#p.nowNs - this.#startNs) / NS_PER_S;
    const speed = (bytes: number): number => (spentS > 0 ? bytes / spentS : bytes);
    const [downSpeed, upSpeed] = [speed(this.down), speed(this.up)];
    const left = (expected: number | undefined, rate: number): number =>
      expected !== undefined && rate > 0 ? Math.floor(expected / rate) : 0;
    const totalS = Math.max(left(this.expectedDown, downSpeed), left(this.expectedUp, upSpeed));
    const percent = (part: number, whole: number | undefined): number =>
      whole === undefined || whole <= 0 ? 0 : Math.floor((part * 100) / whole);
    const expected = (this.expectedDown ?? this.down) + (this.expectedUp ?? this.up);
    const columns = [
      `${pad(percent(this.down + this.up, expected), 3)} ${amount(expected)} `,
      `${pad(percent(this.down, this.expectedDown), 3)} ${amount(this.down)} `,
      `${pad(percent(this.up, this.expectedUp), 3)} ${amount(this.up)} `,
      `${amount(downSpeed)} `,
      `${amount(upSpeed)}`,
      clock(totalS),
      clock(Math.floor(spentS)),
      clock(totalS > 0 ? totalS - Math.floor(spentS) : 0),
      amount(this.#currentSpeed(downSpeed + upSpeed)),
    ];
    yield* this.#p.write(2, utf8(`${title}\r${columns.join(' ')}`));
  }

  #currentSpeed(average: number): number {
    const first = this.#samples[0];
    if (!first || this.#samples.length < 2 || this.#p.nowNs <= first.timeNs) return average;
    return ((this.down + this.up - first.bytes) * NS_PER_S) / (this.#p.nowNs - first.timeNs);
  }

  /** `####   100.0%` over the width of the terminal. */
  *#showBar(last: boolean): Sys<void> {
    const width = Math.min(Math.max((this.#p.tty?.columns ?? 80) - 1, 20), 400);
    const total = (this.expectedDown ?? 0) + (this.expectedUp ?? 0);
    const point = this.down + this.up;
    if (total <= 0) {
      if (last) yield* this.#p.write(2, utf8('\n'));
      return;
    }
    if (!last && point < total && this.#p.nowNs - this.#barNs < BAR_INTERVAL_NS) return;
    this.#barNs = this.#p.nowNs;
    const fraction = Math.min(1, point / total);
    const room = width - 7;
    const text = `\r${'#'.repeat(Math.floor(room * fraction)).padEnd(room)} ${(fraction * 100).toFixed(1).padStart(5)}%`;
    if (text !== this.#barText) yield* this.#p.write(2, utf8(text));
    this.#barText = text;
    if (last) yield* this.#p.write(2, utf8('\n'));
  }
}

const pad = (n: number, width: number): string => String(n).padStart(width);
const KILO = 1024;

/** Five characters (max5data). */
function amount(value: number): string {
  const bytes = Math.floor(value);
  if (bytes < 100_000) return pad(bytes, 5);
  if (bytes < 10_000 * KILO) return `${pad(Math.floor(bytes / KILO), 4)}k`;
  const mega = KILO * KILO;
  if (bytes < 100 * mega) return `${pad(Math.floor(bytes / mega), 2)}.${Math.floor((bytes % mega) / (mega / 10))}M`;
  if (bytes < 10_000 * mega) return `${pad(Math.floor(bytes / mega), 4)}M`;
  const giga = mega * KILO;
  if (bytes < 100 * giga) return `${pad(Math.floor(bytes / giga), 2)}.${Math.floor((bytes % giga) / (giga / 10))}G`;
  return `${pad(Math.floor(bytes / giga), 4)}G`;
}

/** Eight characters (time2str). */
function clock(seconds: number): string {
  if (seconds <= 0) return '--:--:--';
  const hours = Math.floor(seconds / 3600);
  const two = (n: number): string => String(n).padStart(2, '0');
  if (hours <= 99) return `${pad(hours, 2)}:${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  const days = Math.floor(seconds / 86_400);
  return days <= 999 ? `${pad(days, 3)}d ${two(Math.floor((seconds % 86_400) / 3600))}h` : `${pad(days, 7)}d`;
}
