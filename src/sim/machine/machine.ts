import type { EventQueue } from '../base/event-queue.ts';
import type { Random } from '../base/random.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { FileSystem } from './file-system.ts';
import type { Process, Program } from './process.ts';
import type { Terminal } from './tty/terminal.ts';

/** One computer: a kernel's network stack, processes, files, terminals. */
export interface Machine {
  readonly name: string;
  readonly kernel: Kernel;
  readonly clock: EventQueue;
  readonly random: Random;
  readonly files: FileSystem;
  readonly processes: ReadonlyMap<number, Process>;
  /** Process 1; every terminal's shell is its descendant. */
  readonly init: Process;
  /** Makes a program's file appear at its path. */
  install(program: Program): void;
  programAt(path: string): Program | undefined;
  /** A new terminal with nothing running on it. */
  openTerminal(columns: number, rows: number): Terminal;
  /** Runs argv as a session leader on a terminal, as login does; its end is the terminal's end. */
  startOn(terminal: Terminal, argv: readonly string[], env?: ReadonlyMap<string, string>): Process;
}
