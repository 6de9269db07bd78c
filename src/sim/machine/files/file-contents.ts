import { fail, type KernelError } from '../../base/result.ts';
import type { SuperBlock } from './super-block.ts';

const PAGE = 4096;
/** The largest file: ext4's with 4 KiB blocks. */
const MAX_SIZE = 2 ** 44 - PAGE;

/**
 * The bytes of a file, page by page; pages never written are holes and read as zeros. A file of an image is shared until it is
 * written to. Space is taken from the file system as pages are filled.
 */
export class FileContents {
  readonly #sb: SuperBlock;
  #shared: Uint8Array | undefined;
  #pages: Map<number, Uint8Array> | undefined;
  #size: number;

  constructor(sb: SuperBlock, shared?: Uint8Array) {
    this.#sb = sb;
    this.#shared = shared;
    this.#size = shared?.length ?? 0;
  }

  get size(): number {
    return this.#size;
  }

  /** Space taken, in bytes. */
  get allocated(): number {
    if (this.#shared !== undefined) return Math.ceil(this.#shared.length / PAGE) * PAGE;
    return (this.#pages?.size ?? 0) * PAGE;
  }

  /** All of it; the image's own bytes while nothing was written. */
  get bytes(): Uint8Array {
    return this.#shared ?? this.read(0, this.#size);
  }

  read(offset: number, max: number): Uint8Array {
    const length = Math.max(0, Math.min(max, this.#size - offset));
    if (this.#shared !== undefined) return this.#shared.slice(offset, offset + length);
    const out = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const at = offset + done;
      const inPage = at % PAGE;
      const n = Math.min(PAGE - inPage, length - done);
      const page = this.#pages?.get(Math.floor(at / PAGE));
      if (page !== undefined) out.set(page.subarray(inPage, inPage + n), done);
      done += n;
    }
    return out;
  }

  /** How many bytes were written; fewer than asked where space ran out. ENOSPC when none fits, EFBIG past the largest size. */
  write(offset: number, data: Uint8Array): number | KernelError {
    if (data.length === 0) return 0;
    if (offset + data.length > MAX_SIZE) return fail('EFBIG');
    if (!this.#unshare()) return fail('ENOSPC');
    let done = 0;
    while (done < data.length) {
      const at = offset + done;
      const inPage = at % PAGE;
      const n = Math.min(PAGE - inPage, data.length - done);
      const page = this.#pageFor(Math.floor(at / PAGE), inPage + n);
      if (page === undefined) break;
      page.set(data.subarray(done, done + n), inPage);
      done += n;
    }
    if (done === 0) return fail('ENOSPC');
    this.#size = Math.max(this.#size, offset + done);
    return done;
  }

  truncate(size: number): undefined | KernelError {
    if (size > MAX_SIZE) return fail('EFBIG');
    if (size === 0 && this.#shared !== undefined) this.#shared = undefined;
    if (!this.#unshare()) return fail('ENOSPC');
    if (this.#pages !== undefined && size < this.#size) {
      const last = Math.floor(size / PAGE);
      for (const [number, page] of this.#pages) {
        if (number > last || (number === last && size % PAGE === 0)) {
          this.#pages.delete(number);
          this.#sb.release(PAGE);
        } else if (number === last) {
          page.fill(0, Math.min(page.length, size % PAGE));
        }
      }
    }
    this.#size = size;
    return undefined;
  }

  /** Gives the space back: the file is gone. */
  free(): void {
    this.#sb.release((this.#pages?.size ?? 0) * PAGE);
    this.#pages = undefined;
    this.#shared = undefined;
    this.#size = 0;
  }

  #unshare(): boolean {
    const shared = this.#shared;
    if (shared === undefined) return true;
    const pages = Math.ceil(shared.length / PAGE);
    if (!this.#sb.charge(pages * PAGE)) return false;
    this.#pages = new Map();
    for (let i = 0; i < pages; i++) this.#pages.set(i, shared.slice(i * PAGE, (i + 1) * PAGE));
    this.#shared = undefined;
    return true;
  }

  /** The page, at least `length` bytes of it; small files keep small arrays. */
  #pageFor(number: number, length: number): Uint8Array | undefined {
    this.#pages ??= new Map();
    const page = this.#pages.get(number);
    if (page !== undefined && page.length >= length) return page;
    if (page === undefined && !this.#sb.charge(PAGE)) return undefined;
    const grown = new Uint8Array(Math.min(PAGE, Math.max(length, 2 * (page?.length ?? 32))));
    if (page !== undefined) grown.set(page);
    this.#pages.set(number, grown);
    return grown;
  }
}
