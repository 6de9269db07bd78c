import { utf8 } from '../../base/utf8.ts';
import type { ImageNode } from '../../machine/files/image-tree.ts';

/** The bytes of all files of `above` (of a link, where it leads) that `below` has not got as they are: the size of the layer between. */
export function changedBytes(below: ImageNode | undefined, above: ImageNode): number {
  if (above === below) return 0;
  if (above.kind === 'symlink') return below?.kind === 'symlink' && below.target === above.target ? 0 : utf8(above.target).length;
  if (above.kind === 'file') return above.data.length;
  let bytes = 0;
  for (const [name, node] of above.entries) bytes += changedBytes(below?.kind === 'directory' ? below.entries.get(name) : undefined, node);
  return bytes;
}
