import { utf8 } from '../../base/bytes.ts';
import { isError } from '../../base/result.ts';
import type { Process, Sys } from '../../machine/process.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The server's log, on standard output or in a file: `PID:M 29 Nov 2026 11:47:37.579 * Ready…`. */
export class Log {
  /** An empty name is standard output. */
  file = '';
  /** C before the server is one, and a child that saves; M a master. */
  role: 'C' | 'M' = 'C';
  #waiting = '';

  /** Notes a line; `level` is `*` for a notice, `#` for a warning. It is written by {@link Log.flush}. */
  note(p: Process, level: '*' | '#', message: string): void {
    this.raw(`${pidOf(p)}:${this.role} ${timeText(p.wallClockMs)} ${level} ${message}\n`);
  }

  raw(text: string): void {
    this.#waiting += text;
  }

  *flush(p: Process): Sys<void> {
    if (this.#waiting === '') return;
    const data = utf8(this.#waiting);
    this.#waiting = '';
    if (this.file === '') {
      yield* p.write(1, data);
      return;
    }
    const fd = p.open(this.file, { write: true, append: true, create: true });
    if (isError(fd)) return;
    yield* p.write(fd, data);
    p.close(fd);
  }
}

/** The number that the process itself sees. */
export function pidOf(p: Process): number {
  return p.pid;
}

function timeText(ms: number): string {
  const date = new Date(Math.floor(ms));
  const time = date.toISOString().slice(11, 23);
  return `${String(date.getUTCDate()).padStart(2, '0')} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()} ${time}`;
}
