import type { Sys } from '../../../machine/process.ts';
import type { Client } from '../client/client.ts';

interface Line {
  text: string;
  done: boolean;
  failed: boolean;
  readonly startNs: number;
  endNs: number;
}

const WORKING = /(?<!Runn)ing$/;

/**
 * What compose says while it works, on standard error (compose v2's pkg/progress): a line for each event, or on a terminal a block that is
 * drawn anew, `[+] Running 2/3`.
 */
export class Progress {
  readonly #client: Client;
  readonly #lines = new Map<string, Line>();
  #drawn = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  /** `id` is `Container shop-db-1`; `status` is `Creating`, `Created`, `Error`… */
  *event(id: string, status: string): Sys<void> {
    const { c, p } = this.#client;
    const terminal = p.terminal(2);
    if (terminal === undefined) return yield* c.error(` ${id}  ${status}\n`);
    const old = this.#lines.get(id);
    const failed = status === 'Error';
    const done = !failed && !WORKING.test(status) && status !== 'Recreate';
    if (old === undefined) this.#lines.set(id, { text: status, done, failed, startNs: p.nowNs, endNs: p.nowNs });
    else Object.assign(old, { text: status, done, failed, endNs: p.nowNs });
    yield* c.error(this.#block(terminal.columns));
  }

  #block(columns: number): string {
    const lines = [...this.#lines];
    const width = Math.max(...lines.map(([id]) => id.length));
    const finished = lines.filter(([, { done }]) => done).length;
    const rows = lines.map(([id, { text, done, failed, startNs, endNs }]) => {
      const mark = done ? '✔' : failed ? '✘' : '⠋';
      const left = ` ${mark} ${id.padEnd(width)}  ${text}`;
      const timer = `${((endNs - startNs) / 1e9).toFixed(1)}s `;
      return `\x1b[2K${left.padEnd(Math.max(left.length + 1, columns - timer.length - 1))}${timer}\n`;
    });
    const up = this.#drawn > 0 ? `\x1b[${this.#drawn}A` : '';
    this.#drawn = rows.length + 1;
    return `${up}\x1b[2K[+] Running ${finished}/${lines.length}\n${rows.join('')}`;
  }
}
