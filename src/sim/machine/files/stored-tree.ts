import type { FileTree } from '../file-system.ts';
import type { ImageDirectory } from './image-tree.ts';
import type { MountSpec } from './mount.ts';
import type { SuperBlock } from './super-block.ts';
import { TreeDirectory } from './tree.ts';

/** A file system whose files are stored: a root directory and the space it may take. */
export class StoredTree implements FileTree {
  readonly sb: SuperBlock;
  readonly root: TreeDirectory;

  constructor(sb: SuperBlock, mode: number, mtimeMs: number, image?: ImageDirectory) {
    this.sb = sb;
    this.root = new TreeDirectory(sb, mode, mtimeMs, image);
  }

  get type(): string {
    return this.sb.type;
  }

  get usedBytes(): number {
    return this.sb.usedBytes;
  }

  snapshot(): ImageDirectory {
    return this.root.snapshot();
  }

  mountSpec(source: string, flags = 'relatime'): MountSpec {
    return { sb: this.sb, root: this.root, innerRoot: '', source, flags, readOnly: false };
  }
}
