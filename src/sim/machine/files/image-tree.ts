/**
 * The read-only trees that machines and containers stand on: a Debian's standard files, a container image. They are plain data,
 * shared by everything that uses them, and never change; a {@link TreeDirectory} puts a machine's changes on top.
 */
export interface ImageDirectory {
  readonly kind: 'directory';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeMs: number;
  readonly entries: ReadonlyMap<string, ImageNode>;
}

export interface ImageFile {
  readonly kind: 'file';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeMs: number;
  readonly data: Uint8Array;
}

export interface ImageSymlink {
  readonly kind: 'symlink';
  readonly target: string;
  /** Absent: root's. */
  readonly uid?: number;
  readonly gid?: number;
  readonly mtimeMs: number;
}

export type ImageNode = ImageDirectory | ImageFile | ImageSymlink;

interface Draft {
  mode: number;
  readonly entries: Map<string, Draft | ImageFile | ImageSymlink>;
}

/** Builds an image path by path; directories on the way come into being with mode 0755. */
export class ImageBuilder {
  readonly #root: Draft = { mode: 0o755, entries: new Map() };
  readonly #mtimeMs: number;

  constructor(mtimeMs: number) {
    this.#mtimeMs = mtimeMs;
  }

  directory(path: string, mode = 0o755): this {
    this.#directory(path.split('/')).mode = mode;
    return this;
  }

  file(path: string, data: Uint8Array, options: { readonly mode?: number; readonly uid?: number; readonly gid?: number } = {}): this {
    const { mode = 0o644, uid = 0, gid = 0 } = options;
    return this.#put(path, { kind: 'file', mode, uid, gid, mtimeMs: this.#mtimeMs, data });
  }

  symlink(path: string, target: string): this {
    return this.#put(path, { kind: 'symlink', target, mtimeMs: this.#mtimeMs });
  }

  build(): ImageDirectory {
    return this.#finish(this.#root);
  }

  #put(path: string, node: ImageFile | ImageSymlink): this {
    const names = path.split('/');
    const name = names.pop() as string;
    this.#directory(names).entries.set(name, node);
    return this;
  }

  #directory(names: readonly string[]): Draft {
    let at = this.#root;
    for (const name of names) {
      if (name === '') continue;
      let next = at.entries.get(name);
      if (next === undefined || 'kind' in next) {
        next = { mode: 0o755, entries: new Map() };
        at.entries.set(name, next);
      }
      at = next;
    }
    return at;
  }

  #finish(draft: Draft): ImageDirectory {
    const entries = new Map<string, ImageNode>();
    for (const [name, node] of draft.entries) entries.set(name, 'kind' in node ? node : this.#finish(node));
    return { kind: 'directory', mode: draft.mode, uid: 0, gid: 0, mtimeMs: this.#mtimeMs, entries };
  }
}
