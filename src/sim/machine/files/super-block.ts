import type { PidNamespace } from '../namespaces.ts';

/**
 * One file system: a device number, a type as /proc/mounts names it, its inode numbers and the space it has. The same one may
 * be mounted in several places.
 */
export class SuperBlock {
  readonly dev: number;
  readonly type: string;
  /** What a directory's size is: 4096 on ext4, 20 per entry on tmpfs, 0 on computed ones. */
  readonly directorySize: 'block' | 'entries' | 'none';
  /** Of a proc: the pid namespace that it shows. */
  readonly processes: (() => PidNamespace) | undefined;
  readonly #limitBytes: number;
  #usedBytes = 0;
  #lastInode = 1;

  constructor(
    dev: number,
    type: string,
    options: {
      readonly limitBytes?: number;
      readonly directorySize?: SuperBlock['directorySize'];
      readonly processes?: () => PidNamespace;
    } = {},
  ) {
    this.dev = dev;
    this.type = type;
    this.directorySize = options.directorySize ?? 'none';
    this.processes = options.processes;
    this.#limitBytes = options.limitBytes ?? Number.POSITIVE_INFINITY;
  }

  nextInode(): number {
    return ++this.#lastInode;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  get limitBytes(): number {
    return this.#limitBytes;
  }

  /** Takes space if there is enough. */
  charge(bytes: number): boolean {
    if (this.#usedBytes + bytes > this.#limitBytes) return false;
    this.#usedBytes += bytes;
    return true;
  }

  release(bytes: number): void {
    this.#usedBytes -= bytes;
  }
}
