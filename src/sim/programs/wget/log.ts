import { isError } from '../../base/result.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { encodeText } from '../../shell/bytes-of-text.ts';
import type { WgetOptions } from './options.ts';

/** Where wget says what it does: standard error, or the file of -o and -a. */
export class Log {
  readonly fd: number;
  readonly #p: Process;
  readonly #verbosity: WgetOptions['verbosity'];

  constructor(p: Process, fd: number, verbosity: WgetOptions['verbosity']) {
    this.#p = p;
    this.fd = fd;
    this.#verbosity = verbosity;
  }

  /** LOG_VERBOSE: unless -q or -nv. */
  *verbose(text: string): Sys<void> {
    if (this.#verbosity === 'full') yield* this.always(text);
  }

  /** LOG_NOTQUIET: unless -q. */
  *notQuiet(text: string): Sys<void> {
    if (this.#verbosity !== 'quiet') yield* this.always(text);
  }

  /** LOG_NONVERBOSE: with -nv only. */
  *brief(text: string): Sys<void> {
    if (this.#verbosity === 'brief') yield* this.always(text);
  }

  *always(text: string): Sys<void> {
    const written = yield* this.#p.write(this.fd, encodeText(text));
    if (isError(written)) return;
  }
}
