import type { Sys } from '../../../machine/process.ts';
import { humanSize } from './list.ts';

/** A message of the daemon while it works (jsonmessage.JSONMessage). */
export interface ProgressMessage {
  readonly id?: string;
  readonly status: string;
  /** How far it is, in bytes; without a total there is no bar. */
  readonly current?: number;
  readonly total?: number;
  /** A line that is written over as the work goes on. */
  readonly progress: boolean;
}

const BAR = 50;
/** Narrower terminals have no bar. */
const WIDE = 110;

/** Shows messages: on a terminal each id has a line that is written over, elsewhere every message is one (jsonmessage.DisplayJSONMessagesStream). */
export class ProgressDisplay {
  readonly #write: (text: string) => Sys<void>;
  readonly #columns: number | undefined;
  #lines = new Map<string, number>();

  /** `columns`: of the terminal; undefined for a file or a pipe. */
  constructor(write: (text: string) => Sys<void>, columns: number | undefined) {
    this.#write = write;
    this.#columns = columns;
  }

  *show(message: ProgressMessage): Sys<void> {
    const { id, progress } = message;
    const terminal = this.#columns !== undefined;
    let up = 0;
    let before = '';
    if (id !== undefined && progress) {
      let line = this.#lines.get(id);
      if (line === undefined) {
        line = this.#lines.size;
        this.#lines.set(id, line);
        if (terminal) before = '\n';
      }
      up = this.#lines.size - line;
      if (terminal && up > 0) before += `\x1b[${up}A`;
    } else {
      this.#lines = new Map();
    }
    const shown = this.#text(message);
    if (shown === undefined) return;
    yield* this.#write(`${before}${shown}${terminal && id !== undefined && up > 0 ? `\x1b[${up}B` : ''}`);
  }

  #text({ id, status, current = 0, total = 0, progress }: ProgressMessage): string | undefined {
    const head = id === undefined ? '' : `${id}: `;
    const counted = current > 0 || total > 0;
    if (this.#columns === undefined) return progress && counted ? undefined : `${head}${status}\n`;
    if (!progress) return `${head}${status}\n`;
    return `\x1b[2K\r${head}${status} ${counted ? bar(current, total, this.#columns) : ''}\r`;
  }
}

/** `[====>      ]  1.2MB/3.4MB`. */
function bar(current: number, total: number, columns: number): string {
  const size = (bytes: number): string => humanSize(bytes, 4);
  if (total <= 0) return size(current).padStart(8);
  const filled = Math.min(BAR, Math.floor(Math.floor((current / total) * 100) / 2));
  const box = columns > WIDE ? `[${'='.repeat(filled)}>${' '.repeat(BAR - filled)}] ` : '';
  return `${box}${size(current).padStart(8)}${current > total ? '' : `/${size(total)}`}`;
}
