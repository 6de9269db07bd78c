interface Snapshot {
  readonly text: string;
  readonly cursor: number;
}

const MAX_UNDO = 1_000;
const MAX_KILLS = 60;

/** Texts that were cut, for Ctrl-Y and Alt-Y; lives as long as the shell. */
export class KillRing {
  readonly entries: string[] = [];
  /** The next cut joins the last one. */
  joining = false;

  add(text: string, before: boolean): void {
    if (text === '') return;
    if (this.joining && this.entries.length > 0) {
      const last = this.entries.pop() as string;
      this.entries.push(before ? text + last : last + text);
    } else this.entries.push(text);
    if (this.entries.length > MAX_KILLS) this.entries.shift();
  }

  rotate(): void {
    const last = this.entries.pop();
    if (last !== undefined) this.entries.unshift(last);
  }
}

/** The line being edited: text and cursor, with undo. Offsets count UTF-16 units and never stand inside a character. */
export class LineBuffer {
  text = '';
  cursor = 0;
  private undoStack: Snapshot[] = [];
  /** Characters typed one after another are undone together. */
  private typing = false;

  get atEnd(): boolean {
    return this.cursor === this.text.length;
  }

  set(text: string, cursor = text.length): void {
    this.remember();
    this.text = text;
    this.cursor = cursor;
  }

  reset(): void {
    this.text = '';
    this.cursor = 0;
    this.undoStack = [];
    this.typing = false;
  }

  insert(text: string, typed = false): void {
    if (!typed || !this.typing) this.remember();
    this.typing = typed;
    this.text = this.text.slice(0, this.cursor) + text + this.text.slice(this.cursor);
    this.cursor += text.length;
  }

  /** Removes a range and answers it. */
  remove(from: number, to: number): string {
    if (from >= to) return '';
    this.remember();
    const removed = this.text.slice(from, to);
    this.text = this.text.slice(0, from) + this.text.slice(to);
    this.cursor = this.cursor >= to ? this.cursor - (to - from) : Math.min(this.cursor, from);
    return removed;
  }

  remember(): void {
    this.typing = false;
    const last = this.undoStack.at(-1);
    if (last?.text === this.text) return;
    this.undoStack.push({ text: this.text, cursor: this.cursor });
    if (this.undoStack.length > MAX_UNDO) this.undoStack.shift();
  }

  undo(): boolean {
    this.typing = false;
    const last = this.undoStack.pop();
    if (last === undefined) return false;
    if (last.text === this.text) return this.undo();
    this.text = last.text;
    this.cursor = last.cursor;
    return true;
  }

  /** Offset of the character before, combining marks included with their base. */
  previous(at = this.cursor): number {
    let i = at;
    do {
      i--;
      if (i > 0 && isLow(this.text, i)) i--;
    } while (i > 0 && isCombining(this.text, i));
    return Math.max(0, i);
  }

  next(at = this.cursor): number {
    let i = at;
    do {
      i += isLow(this.text, i + 1) ? 2 : 1;
    } while (i < this.text.length && isCombining(this.text, i));
    return Math.min(this.text.length, i);
  }

  /** Start of the word before the cursor: letters and digits, as Alt-B goes. */
  wordBefore(): number {
    let i = this.cursor;
    while (i > 0 && !isWordCharacter(this.text, this.previous(i))) i = this.previous(i);
    while (i > 0 && isWordCharacter(this.text, this.previous(i))) i = this.previous(i);
    return i;
  }

  wordAfter(): number {
    let i = this.cursor;
    while (i < this.text.length && !isWordCharacter(this.text, i)) i = this.next(i);
    while (i < this.text.length && isWordCharacter(this.text, i)) i = this.next(i);
    return i;
  }

  /** Start of the word between blanks before the cursor, for Ctrl-W. */
  blankBefore(): number {
    let i = this.cursor;
    while (i > 0 && /\s/.test(this.text[i - 1] as string)) i--;
    while (i > 0 && !/\s/.test(this.text[i - 1] as string)) i--;
    return i;
  }
}

function isLow(text: string, i: number): boolean {
  const code = text.charCodeAt(i);
  return code >= 0xdc00 && code <= 0xdfff;
}

function isCombining(text: string, i: number): boolean {
  const code = text.charCodeAt(i);
  return code >= 0x300 && /[\p{Mn}\p{Me}\u200d]/u.test(String.fromCodePoint(text.codePointAt(i) as number));
}

function isWordCharacter(text: string, i: number): boolean {
  return /[\p{L}\p{N}]/u.test(String.fromCodePoint(text.codePointAt(i) ?? 32));
}
