import type { ImageDirectory, ImageNode } from '../../machine/files/image-tree.ts';
import type { Container } from './container.ts';

/** A path that differs from the container's image. */
export interface Change {
  readonly kind: 'A' | 'C' | 'D';
  readonly path: string;
}

/** What a container has changed in its files (archive.ChangesDirs), what is in a directory behind it. */
export function containerChanges(container: Container): readonly Change[] {
  const out: Change[] = [];
  compare(container.initLayer, container.tree.snapshot(), '', out);
  return out;
}

function compare(before: ImageDirectory | undefined, now: ImageDirectory, at: string, out: Change[]): void {
  for (const [name, node] of now.entries) {
    const path = `${at}/${name}`;
    const old = before?.entries.get(name);
    if (old === node) continue;
    if (old === undefined) out.push({ kind: 'A', path });
    else if (differs(old, node)) out.push({ kind: 'C', path });
    if (node.kind === 'directory') compare(old?.kind === 'directory' ? old : undefined, node, path, out);
  }
  for (const name of before?.entries.keys() ?? []) if (!now.entries.has(name)) out.push({ kind: 'D', path: `${at}/${name}` });
}

function differs(old: ImageNode, now: ImageNode): boolean {
  if (old.kind !== now.kind || old.mtimeMs !== now.mtimeMs) return true;
  if (old.kind === 'symlink') return now.kind === 'symlink' && old.target !== now.target;
  if (now.kind === 'symlink') return true;
  if (old.mode !== now.mode || old.uid !== now.uid || old.gid !== now.gid) return true;
  return old.kind === 'file' && now.kind === 'file' && !sameBytes(old.data, now.data);
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a === b || (a.length === b.length && a.every((byte, i) => byte === b[i]));
