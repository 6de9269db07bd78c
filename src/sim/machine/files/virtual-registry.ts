import type { VirtualFile } from '../file-system.ts';
import type { VirtualDirectory, VirtualFileNode, VirtualNode } from './virtual.ts';

/** Computed files that other parts of the simulator add to /proc and /sys, by path below those. */
export class VirtualRegistry {
  readonly #files = new Map<string, VirtualFile>();

  add(path: string, file: VirtualFile): () => void {
    this.#files.set(path, file);
    return () => {
      if (this.#files.get(path) === file) this.#files.delete(path);
    };
  }

  /** A directory with what was registered below `path` added to its own entries. */
  extend(path: string, directory: VirtualDirectory, size: number): VirtualDirectory {
    const registry = this;
    return {
      ...directory,
      names(p) {
        const own = directory.names(p);
        return [...own, ...registry.#namesBelow(path).filter((name) => !own.includes(name))];
      },
      lookup(p, name) {
        const below = `${path}/${name}`;
        const own = directory.lookup(p, name);
        if (own?.kind === 'directory' && registry.#hasBelow(below)) return registry.extend(below, own, size);
        if (own !== undefined) return own;
        return registry.#node(below, size);
      },
    };
  }

  #node(path: string, size: number): VirtualNode | undefined {
    const file = this.#files.get(path);
    if (file !== undefined) return { kind: 'file', file, size } satisfies VirtualFileNode;
    if (!this.#hasBelow(path)) return undefined;
    return this.extend(path, { kind: 'directory', names: () => [], lookup: () => undefined }, size);
  }

  #hasBelow(path: string): boolean {
    for (const file of this.#files.keys()) if (file.startsWith(`${path}/`)) return true;
    return false;
  }

  #namesBelow(path: string): string[] {
    const names = new Set<string>();
    for (const file of this.#files.keys()) {
      if (file.startsWith(`${path}/`)) names.add(file.slice(path.length + 1).split('/')[0] as string);
    }
    return [...names];
  }
}
