import clsx from 'clsx';
import { ChevronDown, ChevronRight, FilePlus2, FolderPlus, Pencil, Trash2 } from 'lucide-react';
import { Fragment, type KeyboardEvent, type ReactNode, useRef, useState, useSyncExternalStore } from 'react';
import { IconButton } from '../IconButton/IconButton.tsx';
import styles from './FileTree.module.css';
import { type FilesStore, isDirty } from './files-store.ts';
import { NameField } from './NameField.tsx';
import { ancestry, directoryOf, join, nameOf } from './paths.ts';
import { moveBy, type Row, rowsOf } from './tree-rows.ts';

/** What is being named. */
type Naming = { readonly kind: 'file' | 'directory'; readonly directory: string } | { readonly kind: 'rename'; readonly path: string };

export interface FileTreeProps {
  readonly store: FilesStore;
  /** Whose files there are: `host1`, and `host1@web` for a container. */
  readonly roots: readonly string[];
}

/** The files of a machine from one directory on, as a tree; the way up; and what can be done with a file. */
export function FileTree({ store, roots }: FileTreeProps): ReactNode {
  const state = useSyncExternalStore(store.subscribe, store.getState, store.getState);
  const { root, base, selected, expanded } = state;
  const [naming, setNaming] = useState<Naming>();
  const list = useRef<HTMLDivElement>(null);
  const rows = rowsOf(state, base, 1);
  const row = rows.find(({ path }) => path === selected);
  const refused = state.directories.get(base);
  const focusTree = () => requestAnimationFrame(() => list.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus());

  const choose = (next: Row) => {
    store.select(next.path);
    if (next.directory) store.toggle(next.path);
    else if (root !== undefined) void store.open({ root, path: next.path });
  };
  const into = row === undefined ? base : row.directory ? row.path : directoryOf(row.path);
  const make = (kind: 'file' | 'directory') => {
    if (into !== base) store.toggle(into, true);
    setNaming({ kind, directory: into });
  };
  const remove = () => {
    if (row) void store.remove(row.path);
    focusTree();
  };
  const press = (event: KeyboardEvent) => {
    if ((event.target as HTMLElement).tagName === 'INPUT') return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = moveBy(event.key, rows, selected, expanded);
    if (move?.select !== undefined) {
      store.select(move.select);
      focusTree();
    } else if (move?.toggle !== undefined) store.toggle(move.toggle);
    else if (event.key === 'Enter' || event.key === ' ') row && choose(row);
    else if (event.key === 'F2') row && setNaming({ kind: 'rename', path: row.path });
    else if (event.key === 'Delete') remove();
    else return;
    event.preventDefault();
  };
  const named = async (name: string | undefined) => {
    const what = naming;
    if (!what || name === undefined || name === '') return setNaming(undefined);
    const done =
      what.kind === 'rename'
        ? name === nameOf(what.path) || (await store.rename(what.path, join(directoryOf(what.path), name)))
        : await store.create(what.directory, name, what.kind);
    if (done) setNaming(undefined);
    if (done && what.kind !== 'file') focusTree();
  };
  const field = (level: number, label: string, initial = '') => (
    <NameField level={level} label={label} initial={initial} onDone={(name) => void named(name)} />
  );
  const newField = (directory: string, level: number) =>
    naming && naming.kind !== 'rename' && naming.directory === directory
      ? field(level, naming.kind === 'file' ? 'Name of the new file' : 'Name of the new folder')
      : null;

  return (
    <div className={styles.files}>
      <div className={styles.head}>
        <Roots roots={roots} root={root} onRoot={(next) => store.setRoot(next)} />
        <span className={styles.actions} role="toolbar" aria-label="Change files">
          <IconButton label="New file" icon={FilePlus2} disabled={root === undefined} onClick={() => make('file')} />
          <IconButton label="New folder" icon={FolderPlus} disabled={root === undefined} onClick={() => make('directory')} />
          <IconButton
            label="Rename (F2)"
            icon={Pencil}
            disabled={!row}
            onClick={() => row && setNaming({ kind: 'rename', path: row.path })}
          />
          <IconButton label="Delete" icon={Trash2} disabled={!row} onClick={remove} />
        </span>
      </div>
      <nav className={styles.crumbs} aria-label="Folders above">
        {ancestry(base).map((directory) => (
          <Fragment key={directory}>
            <button
              type="button"
              aria-current={directory === base ? 'location' : undefined}
              onClick={() => directory !== base && store.setBase(directory)}
            >
              {directory === '/' ? '/' : nameOf(directory)}
            </button>
            {directory !== '/' && directory !== base && <span aria-hidden>/</span>}
          </Fragment>
        ))}
      </nav>
      <div className={styles.scroll}>
        {newField(base, 1)}
        {rows.length > 0 && (
          <div ref={list} role="tree" aria-label={`Files in ${base} on ${root}`} className={styles.tree} onKeyDown={press}>
            {rows.map((item, index) => (
              <Fragment key={item.path}>
                {naming?.kind === 'rename' && naming.path === item.path ? (
                  field(item.level, `New name of ${item.name}`, item.name)
                ) : (
                  <div
                    role="treeitem"
                    aria-level={item.level}
                    aria-selected={item.path === selected}
                    {...(item.directory ? { 'aria-expanded': expanded.has(item.path) } : {})}
                    tabIndex={row ? (item.path === selected ? 0 : -1) : index === 0 ? 0 : -1}
                    className={clsx(styles.row, item.path === selected && styles.selected, item.name.startsWith('.') && styles.hidden)}
                    style={{ '--level': item.level }}
                    onClick={() => choose(item)}
                    onDoubleClick={() => item.directory && store.setBase(item.path)}
                    onFocus={() => item.path === selected || store.select(item.path)}
                    onKeyDown={() => {}}
                  >
                    <span className={styles.chevron} aria-hidden>
                      {item.directory && (expanded.has(item.path) ? <ChevronDown size={14} /> : <ChevronRight size={14} />)}
                    </span>
                    {`${item.name} `}
                    {state.open.some((file) => file.root === root && file.path === item.path && isDirty(file)) && (
                      <span className={styles.dirty} role="img" aria-label="not saved">
                        ●
                      </span>
                    )}
                  </div>
                )}
                {expanded.has(item.path) && newField(item.path, item.level + 1)}
              </Fragment>
            ))}
          </div>
        )}
        {refused && 'refused' in refused && <p className={styles.note}>{refused.refused}</p>}
        {refused && 'entries' in refused && rows.length === 0 && !naming && <p className={styles.note}>Nothing is in here yet.</p>}
      </div>
    </div>
  );
}

/** Whose files: a choice where there are several. One that is gone stays chosen, and its tree says so. */
function Roots({
  roots,
  root,
  onRoot,
}: {
  readonly roots: readonly string[];
  readonly root: string | undefined;
  readonly onRoot: (root: string) => void;
}): ReactNode {
  const all = root === undefined || roots.includes(root) ? roots : [...roots, root];
  if (all.length < 2) return <span className={styles.root}>{root}</span>;
  return (
    <select className={styles.root} aria-label="Machine or container" value={root} onChange={(event) => onRoot(event.target.value)}>
      {all.map((name) => (
        <option key={name} value={name}>
          {name.replace(/^(.*)@(.*)$/, '$2 on $1')}
        </option>
      ))}
    </select>
  );
}
