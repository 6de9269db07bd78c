import { utf8 } from '../../base/bytes.ts';
import { isError, type KernelError } from '../../base/result.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { strftime } from '../lib/date-text.ts';
import type { Block } from './config.ts';

const LEVELS = ['emerg', 'alert', 'crit', 'error', 'warn', 'notice', 'info', 'debug'] as const;
export type Level = (typeof LEVELS)[number];

/** Files that are written to, opened once: a descriptor for each path. */
export class LogFiles {
  readonly #fds = new Map<string, number>();

  /** Opens a file to append to it. */
  open(p: Process, path: string): number | KernelError {
    if (path === 'stderr' || path === '/dev/stderr') return 2;
    const known = this.#fds.get(path);
    if (known !== undefined) return known;
    const fd = p.open(path, { write: true, append: true, create: true }, 0o644);
    if (!isError(fd)) this.#fds.set(path, fd);
    return fd;
  }

  get paths(): string[] {
    return [...this.#fds.keys()];
  }

  /** USR1: the same names, new files. */
  reopen(p: Process): void {
    const paths = this.paths;
    for (const fd of this.#fds.values()) p.close(fd);
    this.#fds.clear();
    for (const path of paths) this.open(p, path);
  }
}

/** The number a process has for itself, twice: nginx writes the thread's after it, which is the same. */
export function processTag(p: Process): string {
  const pid = p.pid;
  return `${pid}#${pid}`;
}

/** A line as in the error log. */
export function logLine(p: Process, level: Level, message: string): string {
  return `${strftime('%Y/%m/%d %H:%M:%S', p.wallClockMs)} [${level}] ${processTag(p)}: ${message}\n`;
}

/** Writes to the error logs of a block, each from its level up; standard error where none is configured, as Debian builds it. */
export function* writeError(p: Process, files: LogFiles, scope: Block, level: Level, message: string): Sys<void> {
  const configured = scope.all('error_log');
  const targets = configured.length > 0 ? configured.map(({ args }) => args) : [['stderr']];
  for (const [path = 'stderr', least = 'error'] of targets) {
    if (LEVELS.indexOf(least as Level) < LEVELS.indexOf(level)) continue;
    const fd = files.open(p, path);
    if (!isError(fd)) yield* p.write(fd, utf8(logLine(p, level, message)));
  }
}
