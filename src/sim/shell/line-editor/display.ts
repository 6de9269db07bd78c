import { characterWidth } from './width.ts';

interface Place {
  readonly row: number;
  readonly column: number;
}

/**
 * What stands on the screen of the line being edited, and the bytes that change it into what should. Rows count from the first row
 * of the prompt's last line. Only the part behind the first difference is written anew.
 */
export class Display {
  columns: number;
  private prompt = '';
  private promptWidth = 0;
  private text = '';
  private cursor = 0;

  constructor(columns: number) {
    this.columns = columns;
  }

  /** Bytes that show a new prompt; the cursor is behind it. */
  start(prompt: string): string {
    const visible = prompt.replace(/\x01[^\x02]*\x02/g, '');
    const lastLine = visible.slice(visible.lastIndexOf('\n') + 1);
    this.promptWidth = promptColumns(lastLine);
    this.prompt = prompt.replace(/[\x01\x02]/g, '');
    this.text = '';
    this.cursor = 0;
    return this.prompt + this.wrapFix(this.place('', 0));
  }

  /** Only the last line of the prompt is repeated when the line is drawn anew. */
  private get lastPromptLine(): string {
    return this.prompt.slice(this.prompt.lastIndexOf('\n') + 1);
  }

  /** Bytes that show this text with the cursor there. */
  update(text: string, cursor: number): string {
    if (text === this.text) {
      const out = this.move(this.place(text, this.cursor), this.place(text, cursor));
      this.cursor = cursor;
      return out;
    }
    if (this.cursor === this.text.length && cursor === text.length && text.length > this.text.length && text.startsWith(this.text)) {
      // Typing at the end: no layout is needed for a plain character in mid-row.
      const added = text.slice(this.text.length);
      const out = visibleText(added, this.place(this.text, this.text.length).column, this.columns);
      this.text = text;
      this.cursor = cursor;
      return out + this.wrapFix(this.place(text, text.length));
    }
    const same = commonPrefix(this.text, text);
    const oldEnd = this.place(this.text, this.text.length);
    let out = this.move(this.place(this.text, this.cursor), this.place(this.text, same));
    const from = this.place(text, same);
    const newEnd = this.place(text, text.length);
    const shifted = this.shift(text, same, from, oldEnd, newEnd);
    if (shifted !== undefined) {
      this.text = text;
      this.cursor = cursor;
      return out + shifted.out + this.move(shifted.at, this.place(text, cursor));
    }
    out += visibleText(text.slice(same), from.column, this.columns) + (same < text.length ? this.wrapFix(newEnd) : '');
    if (newEnd.row < oldEnd.row) out += '\x1b[J';
    else if (newEnd.row === oldEnd.row && newEnd.column < oldEnd.column) out += '\x1b[K';
    this.text = text;
    this.cursor = cursor;
    return out + this.move(newEnd, this.place(text, cursor));
  }

  /** Inserting or deleting within a row moves the rest of it by itself (ICH and DCH). */
  private shift(text: string, same: number, from: Place, oldEnd: Place, newEnd: Place): { out: string; at: Place } | undefined {
    if (from.row !== oldEnd.row || from.row !== newEnd.row || same === this.text.length || same === text.length) return undefined;
    const grown = text.length - this.text.length;
    if (grown > 0 && text.endsWith(this.text.slice(same))) {
      const added = text.slice(same, same + grown);
      const end = this.place(text, same + grown);
      if (/[\x00-\x1f\x7f]/.test(text.slice(same))) return undefined;
      return { out: `\x1b[${end.column - from.column}@${added}`, at: end };
    }
    if (grown < 0 && this.text.endsWith(text.slice(same)) && !/[\x00-\x1f\x7f]/.test(this.text.slice(same))) {
      return { out: `\x1b[${oldEnd.column - newEnd.column}P`, at: from };
    }
    return undefined;
  }

  /** Bytes that put the cursor behind the text, as before Enter. */
  finish(): string {
    return this.update(this.text, this.text.length);
  }

  /** Draws everything anew from the row where the prompt begins; `clear` empties the screen first. */
  redraw(clear: boolean): string {
    const { text, cursor } = this;
    const here = this.place(text, cursor);
    const out = clear ? '\x1b[H\x1b[2J' : `\r${here.row > 0 ? `\x1b[${here.row}A` : ''}\x1b[J`;
    return out + this.show(text, cursor);
  }

  /** The window has another width: what the terminal has made of the rows is unknown, so all is drawn anew. */
  resize(columns: number): string {
    const { row } = this.place(this.text, this.cursor);
    const { text, cursor } = this;
    this.columns = columns;
    return `\r${row > 0 ? `\x1b[${row}A` : ''}\x1b[J${this.show(text, cursor)}`;
  }

  /** Draws the line behind another prompt (Ctrl-R, and back). */
  replacePrompt(prompt: string): string {
    const { row } = this.place(this.text, this.cursor);
    const { text, cursor } = this;
    this.promptWidth = promptColumns(prompt.replace(/\x01[^\x02]*\x02/g, ''));
    this.prompt = prompt.replace(/[\x01\x02]/g, '');
    return `\r${row > 0 ? `\x1b[${row}A` : ''}\x1b[J${this.show(text, cursor)}`;
  }

  /** Shows the prompt and the text again below what was printed meanwhile. */
  again(): string {
    return this.show(this.text, this.cursor);
  }

  private show(text: string, cursor: number): string {
    this.text = '';
    this.cursor = 0;
    return this.lastPromptLine + this.wrapFix(this.place('', 0)) + this.update(text, text.length) + this.update(text, cursor);
  }

  /** A terminal that has just filled a row keeps the cursor on it; a blank takes it to the next. */
  private wrapFix(end: Place): string {
    return end.column === 0 && end.row > 0 ? ' \r' : '';
  }

  private move(from: Place, to: Place): string {
    let out = '';
    if (to.row < from.row) out += `\x1b[${from.row - to.row === 1 ? '' : from.row - to.row}A`;
    if (to.row > from.row) out += '\n'.repeat(to.row - from.row);
    const column = to.row > from.row ? 0 : from.column;
    if (to.row > from.row) out += '\r';
    if (to.column < column) {
      const back = column - to.column;
      out += back <= 4 ? '\b'.repeat(back) : to.column === 0 ? '\r' : `\r\x1b[${to.column}C`;
    } else if (to.column > column) out += `\x1b[${to.column - column === 1 ? '' : to.column - column}C`;
    return out;
  }

  private place(text: string, offset: number): Place {
    let row = Math.floor(this.promptWidth / this.columns);
    let column = this.promptWidth % this.columns;
    for (let i = 0; i < offset; ) {
      const point = text.codePointAt(i) as number;
      i += point > 0xffff ? 2 : 1;
      if (point === 10) {
        row++;
        column = 0;
        continue;
      }
      const width = displayWidth(point, column);
      if (column + width > this.columns) {
        row++;
        column = 0;
      }
      column += width;
      if (column >= this.columns) {
        row++;
        column = 0;
      }
    }
    return { row, column };
  }
}

function displayWidth(point: number, column: number): number {
  if (point === 9) return 8 - (column % 8);
  return point < 32 || point === 127 ? 2 : characterWidth(point);
}

/** The text as it is sent: control characters as ^X, newlines as row ends, tabs as blanks. */
function visibleText(text: string, column: number, columns: number): string {
  if (!/[\x00-\x1f\x7f]/.test(text)) return text;
  let out = '';
  let at = column;
  for (const c of text) {
    const point = c.codePointAt(0) as number;
    if (point === 10) {
      out += '\x1b[K\n';
      at = 0;
      continue;
    }
    const width = displayWidth(point, at);
    out += point === 9 ? ' '.repeat(width) : point < 32 ? `^${String.fromCharCode(point + 64)}` : point === 127 ? '^?' : c;
    at = at + width >= columns ? 0 : at + width;
  }
  return out;
}

/** Columns of a prompt's last line, escape sequences that were not marked left out. */
function promptColumns(line: string): number {
  let width = 0;
  for (const c of line.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '')) {
    const point = c.codePointAt(0) as number;
    if (point >= 32 && point !== 127) width += characterWidth(point);
  }
  return width;
}

function commonPrefix(a: string, b: string): number {
  const n = Math.min(a.length, b.length);
  let i = 0;
  while (i < n && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  // Not inside a pair, and not before a mark that belongs to the character before.
  while (i > 0 && (isLowSurrogate(a, i) || isLowSurrogate(b, i) || isMark(a, i) || isMark(b, i))) i--;
  return i;
}

function isLowSurrogate(text: string, i: number): boolean {
  const code = text.charCodeAt(i);
  return code >= 0xdc00 && code <= 0xdfff;
}

function isMark(text: string, i: number): boolean {
  const point = text.codePointAt(i);
  return point !== undefined && point >= 0x300 && characterWidth(point) === 0;
}
