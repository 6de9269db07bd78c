import { characterWidth } from '../../shell/line-editor/width.ts';

/** How a pager shows a line. */
export interface RowStyle {
  readonly width: number;
  /** Long lines are cut instead of folded. */
  readonly chop: boolean;
  /** Columns scrolled off at the left; implies `chop`. */
  readonly shift: number;
  /** Colour sequences go to the terminal. */
  readonly raw: boolean;
  /** What to show in reverse. */
  readonly highlight: RegExp | undefined;
}

interface Cell {
  readonly text: string;
  readonly width: number;
  readonly marked: boolean;
}

const TAB = 8;
const SGR = /\x1b\[[0-9;:]*m/y;
const ALL_SGR = /\x1b\[[0-9;:]*m/g;

/** A line as it is searched: without colours where those are shown as such. */
export function searchedText(line: string, raw: boolean): string {
  return raw ? line.replace(ALL_SGR, '') : line;
}

/** The rows of the screen that a line of text takes, at least one; each ends with plain attributes. */
export function rowsOfLine(line: string, style: RowStyle): string[] {
  const rows: string[] = [];
  let row = '';
  let column = 0;
  let skipped = 0;
  let reverse = false;
  let colour = '';
  const cut = style.chop || style.shift > 0;
  const finish = (): void => {
    rows.push(row + (reverse ? '\x1b[27m' : '') + (colour === '' ? '' : '\x1b[m'));
    row = colour;
    reverse = false;
    column = 0;
  };
  for (const cell of cellsOf(line, style)) {
    if (cell.width === 0 && cell.text.startsWith('\x1b')) {
      colour = /^\x1b\[0?m$/.test(cell.text) ? '' : colour + cell.text;
      row += cell.text;
      continue;
    }
    if (skipped < style.shift) {
      skipped += cell.width;
      continue;
    }
    if (column + cell.width > style.width) {
      if (cut) break;
      finish();
    }
    if (cell.marked !== reverse) row += cell.marked ? '\x1b[7m' : '\x1b[27m';
    reverse = cell.marked;
    row += cell.text;
    column += cell.width;
  }
  finish();
  return rows;
}

function* cellsOf(line: string, style: RowStyle): Generator<Cell> {
  const marks = style.highlight === undefined ? undefined : markedPlaces(searchedText(line, style.raw), style.highlight);
  let column = 0;
  let place = 0;
  for (let i = 0; i < line.length; ) {
    SGR.lastIndex = i;
    const sequence = style.raw ? SGR.exec(line)?.[0] : undefined;
    if (sequence !== undefined) {
      yield { text: sequence, width: 0, marked: false };
      i += sequence.length;
      continue;
    }
    const point = line.codePointAt(i) as number;
    const character = String.fromCodePoint(point);
    const marked = marks?.has(place) ?? false;
    i += character.length;
    place += character.length;
    for (const cell of shown(character, point, column)) {
      yield { ...cell, marked: cell.marked || marked };
      column += cell.width;
    }
  }
}

/** A character as less shows it: tabs as blanks, control characters as ^X and bytes that are no text as <XX>, both in reverse. */
function shown(character: string, point: number, column: number): Cell[] {
  const spelled = (text: string, marked: boolean): Cell[] => [...text].map((c) => ({ text: c, width: 1, marked }));
  if (character === '\t') return spelled(' '.repeat(TAB - (column % TAB)), false);
  if (point === 0x1b) return spelled('ESC', true);
  if (point < 0x20 || point === 0x7f) return spelled(`^${String.fromCharCode(point ^ 0x40)}`, true);
  if (point >= 0xdc80 && point <= 0xdcff) return spelled(`<${(point - 0xdc00).toString(16).toUpperCase()}>`, true);
  return [{ text: character, width: characterWidth(point), marked: false }];
}

function markedPlaces(text: string, pattern: RegExp): Set<number> {
  const places = new Set<number>();
  for (const match of text.matchAll(new RegExp(pattern.source, `${pattern.flags}g`))) {
    for (let i = 0; i < match[0].length; i++) places.add(match.index + i);
  }
  return places;
}
