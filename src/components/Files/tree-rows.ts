import type { FilesState } from './files-store.ts';
import { directoryOf, join } from './paths.ts';

/** A file or directory as the tree shows it. */
export interface Row {
  readonly path: string;
  readonly name: string;
  readonly directory: boolean;
  /** 1 for what lies in the tree's first directory. */
  readonly level: number;
}

/** What is seen from a directory on: directories first, names in order, and what lies in those that are unfolded. */
export function rowsOf(state: Pick<FilesState, 'directories' | 'expanded'>, directory: string, level = 1): Row[] {
  const view = state.directories.get(directory);
  if (!view || !('entries' in view)) return [];
  const entries = [...view.entries].sort((a, b) => Number(b.directory) - Number(a.directory) || (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry): Row[] => {
    const path = join(directory, entry.name);
    const row = { ...entry, path, level };
    return entry.directory && state.expanded.has(path) ? [row, ...rowsOf(state, path, level + 1)] : [row];
  });
}

/** What a key of a tree's keyboard pattern (WAI-ARIA) does: another row is selected, or a directory folds. */
export function moveBy(
  key: string,
  rows: readonly Row[],
  selected: string | undefined,
  expanded: ReadonlySet<string>,
): { readonly select?: string; readonly toggle?: string } | undefined {
  const at = rows.findIndex(({ path }) => path === selected);
  const row = rows[at];
  const to = (index: number) => {
    const next = rows[Math.min(rows.length - 1, Math.max(0, index))];
    return next && { select: next.path };
  };
  if (key === 'ArrowDown') return to(at + 1);
  if (key === 'ArrowUp') return to(at - 1);
  if (key === 'Home') return to(0);
  if (key === 'End') return to(rows.length - 1);
  if (!row) return undefined;
  const unfolded = row.directory && expanded.has(row.path);
  if (key === 'ArrowRight' && row.directory) return unfolded ? to(at + 1) : { toggle: row.path };
  if (key === 'ArrowLeft' && unfolded) return { toggle: row.path };
  if (key === 'ArrowLeft' && row.level > 1) return { select: directoryOf(row.path) };
  return undefined;
}
