import type { Sys } from '../../machine/process.ts';
import { type FullScreen, TERM } from './full-screen.ts';
import { type RowStyle, rowsOfLine, searchedText } from './line-rows.ts';
import type { PagerText } from './pager-text.ts';

/** Width of a line's number with the blank behind it. */
const NUMBER_WIDTH = 8;

/** What of less's options changes how the text looks. */
export interface ViewOptions {
  numbers: boolean;
  chop: boolean;
  raw: boolean;
  ignoreCase: boolean;
}

/** The part of a text that is on the screen: its first row, given by line and row within the line. */
export class PagerView {
  readonly text: PagerText;
  readonly options: ViewOptions;
  line = 0;
  row = 0;
  shift = 0;
  highlight: RegExp | undefined;
  private readonly screen: FullScreen;

  constructor(text: PagerText, screen: FullScreen, options: ViewOptions) {
    this.text = text;
    this.screen = screen;
    this.options = options;
  }

  /** Rows for text: all but the prompt's. */
  get height(): number {
    return Math.max(1, this.screen.rows - 1);
  }

  /** Draws the text from the first row; the cursor is left on the prompt's row. */
  *draw(): Sys<void> {
    yield* this.text.need(this.line + this.height + 1, this.screen);
    const rows = this.rowsFrom(this.line, this.row, this.height);
    while (rows.length < this.height) rows.push(`${TERM.bold}~${TERM.plain}`);
    yield* this.screen.write(`${TERM.home}${rows.map((row) => `${row}${TERM.clearLine}\n`).join('')}${TERM.clearLine}`);
  }

  /** Whether the last line is on the screen. */
  get atEnd(): boolean {
    return this.text.ended && this.rowsFrom(this.line, this.row, this.height + 1).length <= this.height;
  }

  get atTop(): boolean {
    return this.line === 0 && this.row === 0;
  }

  /** Number of the last line on the screen, from 1. */
  get lastLine(): number {
    let left = this.height + this.row;
    let at = this.line;
    for (; at < this.text.lines.length && left > 0; at++) left -= this.rows(at).length;
    return at;
  }

  /** Moves on by rows, not beyond where the last line is at the bottom unless `past`. */
  *forward(count: number, past = false): Sys<void> {
    yield* this.text.need(this.line + this.height + count + 1, this.screen);
    for (let i = 0; i < count && (past ? this.line < this.text.lines.length - 1 : !this.atEnd); i++) {
      if (++this.row >= this.rows(this.line).length) {
        this.row = 0;
        this.line++;
      }
    }
  }

  backward(count: number): void {
    for (let i = 0; i < count && !this.atTop; i++) {
      if (--this.row >= 0) continue;
      this.line--;
      this.row = this.rows(this.line).length - 1;
    }
  }

  /** Puts a line (from 0) at the top. */
  *goTo(line: number): Sys<void> {
    yield* this.text.need(line + 1, this.screen);
    this.line = Math.max(0, Math.min(line, this.text.lines.length - 1));
    this.row = 0;
  }

  *goToEnd(): Sys<void> {
    yield* this.text.need(Number.POSITIVE_INFINITY, this.screen);
    this.line = Math.max(0, this.text.lines.length - 1);
    this.row = Math.max(0, this.rows(this.line).length - 1);
    this.backward(this.height - 1);
  }

  /** The nth line after (before) the first on the screen that has the pattern, or has it not; undefined if there is none. */
  *find(pattern: RegExp, backwards: boolean, count: number, inverted: boolean, from = this.line): Sys<number | undefined> {
    let left = count;
    let at = backwards ? from - 1 : from;
    while (at >= 0) {
      yield* this.text.need(at + 1, this.screen);
      const line = this.text.lines[at];
      if (line === undefined) return undefined;
      if (pattern.test(searchedText(line, this.options.raw)) !== inverted && --left === 0) return at;
      at += backwards ? -1 : 1;
      if (at % 1000 === 0) yield* this.screen.breathe();
    }
    return undefined;
  }

  private rowsFrom(line: number, row: number, count: number): string[] {
    const rows: string[] = [];
    for (let at = line; at < this.text.lines.length && rows.length < count; at++) {
      rows.push(...(at === line ? this.rows(at).slice(row) : this.rows(at)));
    }
    return rows.slice(0, count);
  }

  private rows(at: number): string[] {
    const { numbers, chop, raw } = this.options;
    const width = Math.max(1, this.screen.columns - (numbers ? NUMBER_WIDTH : 0));
    const style: RowStyle = { width, chop, shift: this.shift, raw, highlight: this.highlight };
    const rows = rowsOfLine(this.text.lines[at] ?? '', style);
    if (!numbers) return rows;
    return rows.map((row, i) =>
      i === 0 ? `${TERM.bold}${String(at + 1).padStart(7)}${TERM.plain} ${row}` : ' '.repeat(NUMBER_WIDTH) + row,
    );
  }
}
