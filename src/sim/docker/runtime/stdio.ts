import { fail, type KernelError } from '../../base/result.ts';
import { WaitQueue } from '../../base/wait-queue.ts';
import type { FileStat } from '../../machine/file-system.ts';
import type { Devpts } from '../../machine/files/devpts.ts';
import type { Machine } from '../../machine/machine.ts';
import { OpenBase } from '../../machine/open-file.ts';
import { Pipe } from '../../machine/pipe.ts';
import type { Task } from '../../machine/task.ts';
import type { Terminal } from '../../machine/tty/terminal.ts';
import type { StreamName } from '../container/log.ts';

/** Standard output or error of a container's process: a pipe whose reader takes everything at once. */
class OutputPipe extends OpenBase {
  readonly kind = 'pipe';
  /** As /proc/PID/fd shows it. */
  readonly access = 'w';
  readonly description: string;
  readonly #inode: number;
  readonly #madeMs: number;
  readonly #take: (data: Uint8Array) => void;

  constructor(machine: Machine, take: (data: Uint8Array) => void) {
    super();
    this.#inode = machine.allocateInode();
    this.#madeMs = machine.wallClockMs;
    this.#take = take;
    this.description = `pipe:[${this.#inode}]`;
  }

  override read(): KernelError {
    return fail('EBADF');
  }

  override write(data: Uint8Array): number {
    this.#take(data.slice());
    return data.length;
  }

  stat(): FileStat {
    return { kind: 'fifo', inode: this.#inode, dev: 14, mode: 0o600, uid: 0, gid: 0, nlink: 1, size: 0, mtimeMs: this.#madeMs };
  }
}

/** What is between a process in a container and whoever looks at it from outside: a terminal or three pipes (containerd-shim's stdio). */
export class Stdio {
  readonly terminal: Terminal | undefined;
  readonly #input: Pipe | undefined;
  #inputOpen: boolean;
  /** Something can be written to the process's input again. */
  readonly inputWritable = new WaitQueue();

  constructor(
    machine: Machine,
    options: {
      readonly tty: boolean;
      readonly openStdin: boolean;
      readonly columns?: number;
      readonly rows?: number;
      readonly onOutput: (stream: StreamName, data: Uint8Array) => void;
    },
    task: Task,
    devpts: Devpts,
  ) {
    const { tty, openStdin, onOutput } = options;
    this.#inputOpen = openStdin;
    if (tty) {
      const terminal = machine.openTerminal(options.columns ?? 80, options.rows ?? 24, devpts, task);
      terminal.onOutput = (data) => onOutput('stdout', data.slice());
      this.terminal = terminal;
      for (let fd = 0; fd <= 2; fd++) task.install(terminal.open());
      task.session.control(terminal);
      return;
    }
    this.terminal = undefined;
    if (openStdin) {
      this.#input = new Pipe(machine.allocateInode(), machine.wallClockMs);
      task.install(this.#input.reader);
      this.inputWritable = this.#input.writer.writable;
    } else task.open('/dev/null', { read: true, write: true });
    task.install(new OutputPipe(machine, (data) => onOutput('stdout', data)));
    task.install(new OutputPipe(machine, (data) => onOutput('stderr', data)));
  }

  /** Bytes for the process's standard input: how many were taken; EAGAIN, EPIPE. */
  write(data: Uint8Array): number | KernelError {
    if (this.terminal !== undefined) {
      this.terminal.input(data);
      return data.length;
    }
    if (this.#input === undefined || !this.#inputOpen) return fail('EPIPE');
    return this.#input.writer.write(data);
  }

  closeInput(): void {
    if (!this.#inputOpen) return;
    this.#inputOpen = false;
    this.#input?.writer.release();
  }

  resize(columns: number, rows: number): void {
    this.terminal?.resize(columns, rows);
  }
}
