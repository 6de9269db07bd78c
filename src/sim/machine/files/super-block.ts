import type { PidNamespace } from '../namespaces.ts';
import type { Devpts } from './devpts.ts';

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
  readonly devpts: Devpts | undefined;
  /** It was mounted to be only read, wherever it is seen. */
  readOnly: boolean;
  readonly #options: string | (() => string);
  /** How large statfs(2) says it is, and how much of that was taken to begin with, in bytes. */
  readonly capacity: number;
  readonly #takenBytes: number;
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
      readonly devpts?: Devpts;
      readonly readOnly?: boolean;
      readonly options?: string | (() => string);
      readonly capacity?: number;
      readonly takenBytes?: number;
    } = {},
  ) {
    this.dev = dev;
    this.type = type;
    this.directorySize = options.directorySize ?? 'none';
    this.processes = options.processes;
    this.devpts = options.devpts;
    this.readOnly = options.readOnly ?? false;
    this.#options = options.options ?? '';
    this.capacity = options.capacity ?? 0;
    this.#takenBytes = options.takenBytes ?? 0;
    this.#limitBytes = options.limitBytes ?? Number.POSITIVE_INFINITY;
  }

  /** What /proc/mounts says of it behind the flags of the mount: `size=64k,mode=755`. */
  get options(): string {
    return typeof this.#options === 'string' ? this.#options : this.#options();
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

  /** What statfs(2) says is taken. */
  get taken(): number {
    return this.#takenBytes + this.#usedBytes;
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
