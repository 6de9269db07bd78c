import { characterWidth } from '../../shell/line-editor/width.ts';

const TAB = 8;

/** The text in nano's hands: lines of characters, the cursor, what was cut. */
export class NanoText {
  lines: string[][];
  line = 0;
  column = 0;
  changed = false;
  private cut: string[][] = [];
  private cutting = false;
  /** Column on the screen that moving up and down keeps to. */
  private wanted = 0;

  constructor(text: string) {
    this.lines = text.split('\n').map((line) => [...line]);
  }

  /** As it is written to a file: with a newline at the end, which nano adds. */
  toString(): string {
    const text = this.lines.map((line) => line.join('')).join('\n');
    return text === '' || text.endsWith('\n') ? text : `${text}\n`;
  }

  get current(): string[] {
    return this.lines[this.line] as string[];
  }

  /** Where the cursor stands on the screen, from 0. */
  get screenColumn(): number {
    return shownWidth(this.current.slice(0, this.column));
  }

  insert(text: string): void {
    for (const character of text) {
      if (character === '\n') {
        const rest = this.current.splice(this.column);
        this.lines.splice(this.line + 1, 0, rest);
        this.line++;
        this.column = 0;
      } else this.current.splice(this.column++, 0, character);
    }
    this.edited();
  }

  backspace(): void {
    if (this.line === 0 && this.column === 0) return;
    this.left();
    this.delete();
  }

  delete(): void {
    if (this.column < this.current.length) this.current.splice(this.column, 1);
    else if (this.line + 1 < this.lines.length) this.current.push(...(this.lines.splice(this.line + 1, 1)[0] as string[]));
    else return;
    this.edited();
  }

  /** Takes the line out; lines cut one after the other are pasted together. */
  cutLine(): boolean {
    if (this.line === this.lines.length - 1 && this.current.length === 0) return false;
    const again = this.cutting;
    const [line = []] = this.lines.splice(this.line, 1);
    if (this.lines.length === this.line) this.lines.push([]);
    this.column = 0;
    this.edited();
    this.cut = again ? [...this.cut, line] : [line];
    this.cutting = true;
    return true;
  }

  paste(): boolean {
    if (this.cut.length === 0) return false;
    this.lines.splice(this.line, 0, ...this.cut.map((line) => [...line]));
    this.line += this.cut.length;
    this.column = 0;
    this.edited();
    return true;
  }

  left(): void {
    if (this.column > 0) this.column--;
    else if (this.line > 0) {
      this.line--;
      this.column = this.current.length;
    }
    this.moved();
  }

  right(): void {
    if (this.column < this.current.length) this.column++;
    else if (this.line + 1 < this.lines.length) {
      this.line++;
      this.column = 0;
    }
    this.moved();
  }

  /** Up (negative) or down, keeping to the column on the screen. */
  vertical(by: number): void {
    const to = this.line + by;
    this.line = Math.max(0, Math.min(to, this.lines.length - 1));
    this.column = 0;
    while (this.column < this.current.length && shownWidth(this.current.slice(0, this.column + 1)) <= this.wanted) this.column++;
    this.cutting = false;
  }

  goTo(line: number, column: number): void {
    this.line = Math.max(0, Math.min(line, this.lines.length - 1));
    this.column = Math.max(0, Math.min(column, this.current.length));
    this.moved();
  }

  /** Moves to the next place after the cursor that has the text, in any case; going round at the end. Answers how it went. */
  search(wanted: string): 'found' | 'wrapped' | 'same' | 'none' {
    const needle = [...wanted.toLowerCase()];
    const start = { line: this.line, column: this.column };
    const count = this.lines.length;
    for (let i = 0; i <= count; i++) {
      const line = (start.line + i) % count;
      const found = placeOf(this.lines[line] as string[], needle, i === 0 ? start.column + 1 : 0);
      if (found < 0) continue;
      this.goTo(line, found);
      if (line === start.line && found === start.column) return 'same';
      return start.line + i >= count || (i === count && found <= start.column) ? 'wrapped' : 'found';
    }
    return 'none';
  }

  private edited(): void {
    this.changed = true;
    this.moved();
  }

  private moved(): void {
    this.wanted = this.screenColumn;
    this.cutting = false;
  }
}

function placeOf(line: readonly string[], needle: readonly string[], from: number): number {
  for (let at = from; at + needle.length <= line.length; at++) {
    if (needle.every((character, i) => line[at + i]?.toLowerCase() === character)) return at;
  }
  return -1;
}

/** A line's characters as they are shown: tabs as blanks, control characters as ^X, bytes that are no text as a replacement. */
export function shownText(characters: readonly string[]): string {
  let out = '';
  let width = 0;
  for (const character of characters) {
    const point = character.codePointAt(0) as number;
    const shown =
      character === '\t'
        ? ' '.repeat(TAB - (width % TAB))
        : point < 0x20 || point === 0x7f
          ? `^${String.fromCharCode(point ^ 0x40)}`
          : point >= 0xdc80 && point <= 0xdcff
            ? '\ufffd'
            : character;
    out += shown;
    width += shown.length > 1 && character.length === 1 ? shown.length : characterWidth(point);
  }
  return out;
}

/** Columns that characters take on the screen. */
export function shownWidth(characters: readonly string[]): number {
  let width = 0;
  for (const character of shownText(characters)) width += characterWidth(character.codePointAt(0) as number);
  return width;
}
