import type { Sys } from '../../../machine/process.ts';
import type { Command } from '../../lib/command.ts';

export type LogLevel = 'debug' | 'info' | 'warning' | 'error' | 'fatal';

const SEVERITY: readonly string[] = ['debug', 'info', 'warning', 'error', 'fatal'];
const MESSAGE_WIDTH = 44;

/** What dockerd says on standard error, as logrus writes it: for people on a terminal, for programs elsewhere. */
export class DaemonLog {
  readonly #c: Command;
  readonly #least: number;

  constructor(c: Command, level: string) {
    this.#c = c;
    this.#least = Math.max(0, SEVERITY.indexOf(level === 'warn' ? 'warning' : level));
  }

  *say(level: LogLevel, message: string, fields: Readonly<Record<string, string>> = {}): Sys<void> {
    if (SEVERITY.indexOf(level) < this.#least) return;
    const { p } = this.#c;
    const nanoseconds = String(p.nowNs % 1_000_000).padStart(6, '0');
    const time = new Date(p.wallClockMs).toISOString().replace('Z', `${nanoseconds}Z`);
    const more = Object.entries(fields).map(([key, value]) => `${key}=${quoted(value)}`);
    if (p.terminal(2) === undefined)
      yield* this.#c.error(`${[`time="${time}"`, `level=${level}`, `msg=${quoted(message)}`, ...more].join(' ')}\n`);
    else yield* this.#c.error(`${level.slice(0, 4).toUpperCase()}[${time}] ${message.padEnd(MESSAGE_WIDTH)} ${more.join(' ')}\n`);
  }
}

/** Plain words stand as they are. */
const quoted = (value: string): string => (/^[\w./@^+-]+$/.test(value) ? value : JSON.stringify(value));
