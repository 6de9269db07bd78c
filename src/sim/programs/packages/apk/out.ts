import type { Sys } from '../../../machine/process.ts';
import type { Command } from '../../lib/command.ts';
import type { Unreachable } from '../mirror.ts';

/** What apk says, as loudly as it was asked to, and its progress on a terminal (apk-tools, print.c). */
export class Out {
  readonly c: Command;
  /** 1 unless -q lowers or -v raises it. */
  readonly verbosity: number;
  readonly #columns: number;

  readonly #bar: boolean;

  constructor(c: Command, verbosity: number, progress: boolean) {
    this.c = c;
    this.#bar = progress && c.interactive && verbosity >= 1;
    this.verbosity = verbosity;
    this.#columns = Math.max(c.p.terminal(1)?.columns ?? 0, 50);
  }

  *message(text: string): Sys<void> {
    if (this.verbosity >= 1) yield* this.c.print(`${text}\n`);
  }

  *warn(text: string): Sys<void> {
    yield* this.c.error(`WARNING: ${text}\n`);
  }

  *complain(text: string): Sys<void> {
    yield* this.c.error(`ERROR: ${text}\n`);
  }

  /** A label and words behind it, no line longer than the terminal, each further one below the first word. */
  *indented(label: string, words: readonly string[]): Sys<void> {
    const indent = label.length + 1;
    let at = label.length;
    let out = label;
    for (const word of words) {
      if (at <= indent) out += ' '.repeat(indent - at);
      else if (at + word.length + 1 >= this.#columns) {
        out += `\n${' '.repeat(indent)}`;
        at = indent - 2;
      } else out += ' ';
      at = Math.max(at + 1, indent) + word.length;
      out += word;
    }
    yield* this.c.print(`${out}\n`);
  }

  /** The bar at the cursor, which the next output takes away. */
  *progress(done: number, total: number): Sys<void> {
    if (!this.#bar) return;
    const width = this.#columns - 6;
    const share = total > 0 ? Math.min(done / total, 1) : 0;
    const bar = Math.floor(width * share);
    yield* this.c.print(`\u001b7${String(Math.floor(100 * share)).padStart(3)}% ${'#'.repeat(bar)}${' '.repeat(width - bar)}`);
    this.c.out('\u001b8\u001b[0K');
  }
}

/** What libfetch's errors are to apk (io_url.c, print.c). */
export function whyNot({ kind, reason }: Unreachable): string {
  if (kind === 'name') return reason.startsWith('Temporary') ? 'temporary error (try again later)' : 'DNS lookup error';
  if (kind === 'time') return 'operation timed out';
  if (reason === 'Connection refused') return 'could not connect to server (check repositories file)';
  if (reason === 'Permission denied') return reason;
  return 'network error (check Internet connection and firewall)';
}
