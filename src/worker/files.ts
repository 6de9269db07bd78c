import { strerror } from '../sim/base/errno.ts';
import { isError, type KernelError } from '../sim/base/result.ts';
import { fileRoot } from '../sim/lab/file-edit.ts';
import type { FileStat } from '../sim/machine/file-system.ts';
import type { World } from '../sim/world/world.ts';
import type { FilePlace, FileRefusal, FileText, FileView } from './protocol.ts';

/** What an editor shows of a file at most. */
const MOST_BYTES = 1_000_000;

export const refusal = ({ errno }: KernelError): FileRefusal => ({ refused: strerror(errno) });

/** A text file's contents, or why it cannot be shown as text. */
export function readText(world: World, { root, path }: FilePlace): FileText | FileRefusal {
  const found = fileRoot(world, root);
  const stat = found?.files.stat(found.process, path);
  if (!found || !stat) return { refused: strerror('ENODEV') };
  if (isError(stat)) return refusal(stat);
  if (stat.kind === 'directory') return { refused: strerror('EISDIR') };
  // A device or a pipe may never end.
  if (stat.kind !== 'file') return { unshown: 'special' };
  if (stat.size > MOST_BYTES) return { unshown: 'large' };
  const bytes = found.files.readFile(found.process, path);
  if (isError(bytes)) return refusal(bytes);
  if (bytes.includes(0)) return { unshown: 'binary' };
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text, version: versionOf(path, stat) };
  } catch {
    return { unshown: 'binary' };
  }
}

/** How a file or directory stands now. */
export function viewFile(world: World, { root, path }: FilePlace): FileView {
  const found = fileRoot(world, root);
  if (!found) return { root, path, refused: strerror('ENODEV') };
  const { files, process } = found;
  const stat = files.stat(process, path);
  if (isError(stat)) return { root, path, ...refusal(stat) };
  if (stat.kind !== 'directory') return { root, path, version: versionOf(path, stat) };
  const names = files.readDirectory(process, path);
  if (isError(names)) return { root, path, ...refusal(names) };
  const entries = names.map((name) => {
    const target = files.stat(process, `${path === '/' ? '' : path}/${name}`);
    return { name, directory: !isError(target) && target.kind === 'directory' };
  });
  return { root, path, entries };
}

/** Files that are computed when they are read: they have no time of their own. */
const COMPUTED = /^\/(proc|sys)\//;

/** Changes whenever the file is written or another takes its place. The inode's number would change the world: see `TreeInode`. */
const versionOf = (path: string, { size, mtimeMs }: FileStat): string => (COMPUTED.test(path) ? 'computed' : `${size} ${mtimeMs}`);
