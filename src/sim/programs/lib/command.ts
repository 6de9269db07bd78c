import { strerror } from '../../base/errno.ts';
import { isError, type KernelError } from '../../base/result.ts';
import type { Process, Program, Sys } from '../../machine/process.ts';
import { encodeText } from '../../shell/bytes-of-text.ts';

/** Thrown to end a command from anywhere inside it, as exit(3) does; what was printed is written first. */
export class Exit {
  readonly status: number;
  constructor(status: number) {
    this.status = status;
  }
}

/** Output that waits to be written beyond this is written. */
const BUFFER = 8_192;

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/**
 * What a C program has around its main(): buffered standard output, error messages behind its name, and exit. Text is as in the
 * shell: a byte that is no UTF-8 is a lone surrogate.
 */
export class Command {
  readonly p: Process;
  /** As it was called: what its messages begin with. */
  readonly name: string;
  readonly args: readonly string[];
  /** Standard output is a terminal. */
  readonly interactive: boolean;
  #pending: string[] = [];
  #size = 0;

  constructor(p: Process, argv: readonly string[]) {
    this.p = p;
    this.name = argv[0] ?? '';
    this.args = argv.slice(1);
    this.interactive = p.terminal(1) !== undefined;
  }

  /** A new name beside a file, for one that is to take its place. */
  temporaryFor(path: string): string {
    return `${path.replace(/[^/]*$/, '') || './'}${this.name}${this.sixLetters()}`;
  }

  /** What mkstemp() puts for XXXXXX. */
  protected sixLetters(): string {
    return Array.from({ length: 6 }, () => LETTERS[this.p.machine.random.int(LETTERS.length)]).join('');
  }

  /** Puts text into standard output's buffer; {@link spill} or the command's end writes it. */
  out(text: string): void {
    this.#pending.push(text);
    this.#size += text.length;
  }

  /** Text to standard output: written at once on a terminal, else when enough has gathered. */
  *print(text: string): Sys<void> {
    this.out(text);
    if (this.interactive || this.#size >= BUFFER) yield* this.flush();
  }

  /** Writes the buffer if enough has gathered. */
  *spill(): Sys<void> {
    if (this.interactive || this.#size >= BUFFER) yield* this.flush();
  }

  *flush(): Sys<void> {
    if (this.#size === 0) return;
    const text = this.#pending.join('');
    this.#pending = [];
    this.#size = 0;
    yield* this.writeBytes(encodeText(text));
  }

  /** Bytes to standard output, after what is in the buffer. */
  *bytes(data: Uint8Array): Sys<void> {
    yield* this.flush();
    yield* this.writeBytes(data);
  }

  private *writeBytes(data: Uint8Array): Sys<void> {
    const written = yield* this.p.write(1, data);
    if (!isError(written)) return;
    if (written.errno !== 'EPIPE') yield* this.p.printError(`${this.name}: write error: ${strerror(written.errno)}\n`);
    throw new Exit(1);
  }

  /** A line on standard error behind the command's name; standard output goes out first, as error(3) has it. */
  *complain(message: string): Sys<void> {
    yield* this.flush();
    yield* this.p.write(2, encodeText(`${this.name}: ${message}\n`));
  }

  /** Text on standard error as it is. */
  *error(text: string): Sys<void> {
    yield* this.flush();
    yield* this.p.write(2, encodeText(text));
  }

  /** Complains and ends. */
  *die(status: number, message: string): Sys<never> {
    yield* this.complain(message);
    throw new Exit(status);
  }

  /** Complains about the command line as GNU tools do, and ends. */
  *misuse(message: string, status = 1): Sys<never> {
    yield* this.complain(message);
    yield* this.error(`Try '${this.name} --help' for more information.\n`);
    throw new Exit(status);
  }

  get environment(): ReadonlyMap<string, string> {
    return this.p.env;
  }
}

/** A program whose surroundings may be another's: BusyBox runs those of the machine with its own words. */
export interface CommandProgram extends Program {
  run(c: Command): Sys<number>;
}

/** Makes a program of a function. Its file lies in /usr/bin unless said otherwise. */
export function command(name: string, main: (c: Command) => Sys<number | undefined>, directory = '/usr/bin'): CommandProgram {
  return {
    name,
    path: `${directory}/${name}`,
    *main(p, argv) {
      return yield* this.run(new Command(p, argv));
    },
    *run(c) {
      let status: number;
      try {
        status = (yield* main(c)) ?? 0;
      } catch (thrown) {
        if (!(thrown instanceof Exit)) throw thrown;
        status = thrown.status;
      }
      try {
        yield* c.flush();
      } catch (thrown) {
        if (!(thrown instanceof Exit)) throw thrown;
        status = thrown.status;
      }
      return status;
    },
  };
}

/** What strerror(3) says of a refused call. */
export function reason(error: KernelError): string {
  return strerror(error.errno);
}
