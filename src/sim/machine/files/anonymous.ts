import type { FileStat } from '../file-system.ts';
import type { OpenFile } from '../open-file.ts';
import { Inode } from './inode.ts';
import { Mount } from './mount.ts';
import type { Place } from './place.ts';
import { SuperBlock } from './super-block.ts';

/** Where files are that have no name in any tree (pipefs, sockfs). */
const NOWHERE = new SuperBlock(14, 'pipefs');

/** An open file as a file that can be opened: another reference to the same. */
class AnonymousInode extends Inode {
  readonly #file: OpenFile;

  constructor(file: OpenFile) {
    super(NOWHERE);
    this.#file = file;
  }

  override get kind(): FileStat['kind'] {
    return this.#file.stat().kind;
  }

  override stat(): FileStat {
    return this.#file.stat();
  }

  override open(): OpenFile {
    this.#file.retain();
    return this.#file;
  }
}

/** The place of an open file that no path leads to; its name is what readlink shows. */
export function anonymousPlace(file: OpenFile): Place {
  const inode = new AnonymousInode(file);
  const name = file.description;
  const spec = { sb: NOWHERE, root: inode, innerRoot: name, source: 'none', flags: '', readOnly: false };
  return { mount: new Mount(0, spec), inode, inner: name, parent: undefined, name };
}
