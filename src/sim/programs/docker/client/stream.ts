import { isError } from '../../../base/result.ts';
import { WaitQueue } from '../../../base/wait-queue.ts';
import type { StreamName } from '../../../docker/container/log.ts';
import type { Stdio } from '../../../docker/runtime/stdio.ts';
import { Interrupted, type Sys } from '../../../machine/process.ts';
import type { Signal } from '../../../machine/signal.ts';
import type { Termios } from '../../../machine/tty/termios.ts';
import type { Client } from './client.ts';
import { EscapeKeys } from './detach-keys.ts';

const READ_SIZE = 8_192;
const PROXIED: readonly Signal[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'];

/** What a process prints, until the client has shown it. */
export class Output {
  readonly #chunks: { readonly stream: StreamName; readonly data: Uint8Array }[] = [];
  readonly ready = new WaitQueue();
  #closed = false;

  /** What comes from now on is not shown. */
  close(): void {
    this.#closed = true;
  }

  put(stream: StreamName, data: Uint8Array): void {
    if (this.#closed) return;
    this.#chunks.push({ stream, data });
    this.ready.wake();
  }

  get empty(): boolean {
    return this.#chunks.length === 0;
  }

  /** Writes all there is to standard output and error. */
  *show(client: Client): Sys<void> {
    for (let chunk = this.#chunks.shift(); chunk !== undefined; chunk = this.#chunks.shift()) {
      yield* client.p.write(chunk.stream === 'stdout' ? 1 : 2, chunk.data);
    }
  }
}

export interface StreamOptions {
  readonly output: Output;
  readonly stdio: Stdio | undefined;
  /** The client's input goes to the process. */
  readonly stdin: boolean;
  /** The end of that input is the end of the process's. Without this the client hears no more of the process until that has ended. */
  readonly stdinOnce: boolean;
  /** The process has a terminal: the client's own passes every key on. */
  readonly tty: boolean;
  /** What leaves it running and goes. */
  readonly keys: readonly number[];
  /** Signals that the client gets go to the process. */
  readonly onSignal: ((signal: Signal) => void) | undefined;
  /** Whether it is over, and who tells. */
  readonly over: () => boolean;
  readonly changed: WaitQueue;
}

/**
 * Stands between the client's terminal and a process in a container until that has ended, or until the detach keys: `detached` then
 * (hijackedIOStreamer).
 */
export function* stream(client: Client, options: StreamOptions): Sys<'over' | 'detached'> {
  const { p } = client;
  const { tty, stdin } = options;
  const terminal = stdin && tty ? p.terminal(0) : undefined;
  const before = terminal?.termios;
  if (before !== undefined) yield* p.setTermios(0, raw(before));
  const signals = options.onSignal === undefined ? [] : PROXIED;
  for (const signal of signals) p.catchSignal(signal);
  if (terminal !== undefined) p.catchSignal('SIGWINCH');
  try {
    return yield* carry(client, options);
  } finally {
    for (const signal of signals) p.defaultSignal(signal);
    if (before !== undefined) yield* p.setTermios(0, before);
  }
}

function* carry(
  client: Client,
  { output, stdio, stdin, stdinOnce, tty, keys, onSignal, over, changed }: StreamOptions,
): Sys<'over' | 'detached'> {
  const { p } = client;
  let input = stdin ? p.file(0) : undefined;
  let held: Uint8Array | undefined;
  const watched = new EscapeKeys(keys);
  for (;;) {
    yield* output.show(client);
    if (over() && output.empty) return 'over';
    if (input !== undefined && held === undefined && input.canRead()) {
      const data = input.read(READ_SIZE);
      if (isError(data)) {
        if (data.errno !== 'EAGAIN') input = undefined;
      } else if (data.length === 0) {
        if (stdinOnce) stdio?.closeInput();
        else output.close();
        input = undefined;
      } else {
        const typed = tty ? watched.pass(data) : data;
        if (typed === undefined) return 'detached';
        if (typed.length > 0) held = typed;
      }
    }
    if (held !== undefined && stdio !== undefined) {
      const taken = stdio.write(held);
      if (!isError(taken)) {
        held = taken < held.length ? held.subarray(taken) : undefined;
        continue;
      }
      if (taken.errno !== 'EAGAIN') {
        held = undefined;
        input = undefined;
      }
    }
    const queues = [output.ready, changed];
    if (input !== undefined && held === undefined) queues.push(input.readable);
    if (held !== undefined && stdio !== undefined) queues.push(stdio.inputWritable);
    try {
      yield* p.wait(queues, undefined, 'container');
    } catch (thrown) {
      if (!(thrown instanceof Interrupted)) throw thrown;
      if (thrown.signal === 'SIGWINCH') resize(client, stdio);
      else onSignal?.(thrown.signal);
    }
  }
}

function resize(client: Client, stdio: Stdio | undefined): void {
  const terminal = client.p.terminal(0);
  if (terminal !== undefined) stdio?.resize(terminal.columns, terminal.rows);
}

/** As cfmakeraw(3): every key is the container's. */
function raw(termios: Termios): Termios {
  return {
    ...termios,
    ...{ istrip: false, inlcr: false, igncr: false, icrnl: false, ixon: false },
    ...{ opost: false, echo: false, echonl: false, icanon: false, isig: false, iexten: false },
  };
}
