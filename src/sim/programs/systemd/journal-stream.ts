import { text } from '../../base/utf8.ts';
import type { FileStat } from '../../machine/file-system.ts';
import { OpenBase } from '../../machine/open-file.ts';

/** Standard output and error of a service: each line becomes an entry of the journal. */
export class JournalStream extends OpenBase {
  readonly kind = 'socket';
  readonly description: string;
  readonly #inode: number;
  readonly #take: (line: string) => void;
  #rest = '';

  constructor(inode: number, take: (line: string) => void) {
    super();
    this.#inode = inode;
    this.#take = take;
    this.description = `socket:[${inode}]`;
  }

  override write(data: Uint8Array): number {
    const lines = `${this.#rest}${text(data)}`.split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#take(line);
    return data.length;
  }

  stat(): FileStat {
    return { kind: 'socket', inode: this.#inode, dev: 8, mode: 0o777, uid: 0, gid: 0, nlink: 1, size: 0, mtimeMs: 0 };
  }
}
