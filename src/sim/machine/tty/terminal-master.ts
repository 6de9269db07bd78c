import { concat } from '../../base/bytes.ts';
import { fail, type KernelError } from '../../base/result.ts';
import type { FileStat } from '../file-system.ts';
import { OpenBase } from '../open-file.ts';
import type { Terminal } from './terminal.ts';

/** A terminal's other side as a descriptor: what programs print is read from it, what is written to it they read (pty(7)). */
export class OpenMaster extends OpenBase {
  readonly kind = 'device';
  readonly description = '/dev/ptmx';
  readonly #terminal: Terminal;
  #output: Uint8Array = new Uint8Array(0);

  constructor(terminal: Terminal) {
    super();
    this.#terminal = terminal;
    terminal.onOutput = (data) => {
      this.#output = concat(this.#output, data);
      this.readable?.wake();
    };
  }

  override read(max: number): Uint8Array | KernelError {
    if (this.#output.length === 0) return this.#terminal.hungUp ? fail('EIO') : fail('EAGAIN');
    const data = this.#output.slice(0, max);
    this.#output = this.#output.subarray(data.length);
    return data;
  }

  override canRead(): boolean {
    return this.#output.length > 0 || this.#terminal.hungUp;
  }

  override write(data: Uint8Array): number {
    this.#terminal.input(data);
    return data.length;
  }

  stat(): FileStat {
    return { ...this.#terminal.stat(), inode: 2, mode: 0o666, uid: 0, gid: 0, rdev: [5, 2] };
  }

  protected override closed(): void {
    this.#terminal.hangUp();
  }
}
