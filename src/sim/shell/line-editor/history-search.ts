import type { History } from '../history.ts';

/** Ctrl-R: finds lines of the history that contain what is typed, from the newest back. */
export class HistorySearch {
  pattern = '';
  /** Index of the line found. */
  index: number;
  /** Where in it. */
  offset = 0;
  failed = false;
  readonly forward: boolean;
  private readonly history: History;

  constructor(history: History, forward: boolean, from: number) {
    this.history = history;
    this.forward = forward;
    this.index = from;
  }

  get line(): string | undefined {
    return this.history.lines[this.index];
  }

  /** What stands before the line found. */
  get prompt(): string {
    return `(${this.failed ? 'failed ' : ''}${this.forward ? 'i-search' : 'reverse-i-search'})\`${this.pattern}': `;
  }

  type(text: string): boolean {
    this.pattern += text;
    return this.search(this.index);
  }

  erase(from: number): void {
    this.pattern = this.pattern.slice(0, -1);
    this.failed = false;
    this.search(from);
  }

  /** The next older (or newer) line with the pattern. */
  again(): boolean {
    return this.pattern !== '' && this.search(this.index + (this.forward ? 1 : -1));
  }

  private search(from: number): boolean {
    const { lines } = this.history;
    const step = this.forward ? 1 : -1;
    for (let i = Math.min(from, lines.length - 1); i >= 0 && i < lines.length; i += step) {
      const offset = (lines[i] as string).lastIndexOf(this.pattern);
      if (offset < 0) continue;
      this.index = i;
      this.offset = offset;
      this.failed = false;
      return true;
    }
    this.failed = true;
    return false;
  }
}
