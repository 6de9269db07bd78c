/** The lines of an interactive shell, oldest first; numbering goes on when old ones fall away. */
export class History {
  readonly lines: string[] = [];
  /** Number of the first line kept. */
  first = 1;
  limit = 500;

  /** Enters a line as HISTCONTROL says (ignorespace, ignoredups, erasedups, ignoreboth). */
  add(line: string, control = ''): void {
    if (line === '') return;
    const kinds = control.split(':');
    const both = kinds.includes('ignoreboth');
    if ((both || kinds.includes('ignorespace')) && line.startsWith(' ')) return;
    if ((both || kinds.includes('ignoredups')) && this.lines.at(-1) === line) return;
    if (kinds.includes('erasedups')) for (let i = this.lines.length - 1; i >= 0; i--) if (this.lines[i] === line) this.lines.splice(i, 1);
    this.lines.push(line);
    this.trim();
  }

  trim(): void {
    const over = this.lines.length - this.limit;
    if (over <= 0) return;
    this.lines.splice(0, over);
    this.first += over;
  }

  clear(): void {
    this.lines.length = 0;
    this.first = 1;
  }

  /** The line of a number; negative ones count from the end. */
  get(number: number): string | undefined {
    return number < 0 ? this.lines.at(number) : this.lines[number - this.first];
  }

  get nextNumber(): number {
    return this.first + this.lines.length;
  }
}
