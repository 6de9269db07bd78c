import clsx from 'clsx';
import { FolderTree, Play, Save } from 'lucide-react';
import { type KeyboardEvent, lazy, type ReactNode, Suspense, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { Snapshot } from '../../sim/lab/snapshot.ts';
import type { LabHandle } from '../../worker/client-lab.ts';
import type { SessionInfo } from '../../worker/protocol.ts';
import { Button } from '../Button/Button.tsx';
import { IconButton } from '../IconButton/IconButton.tsx';
import { useLab } from '../Lab/LabContext.tsx';
import { PaneTools } from '../PaneTools/PaneTools.tsx';
import { Splitter } from '../Splitter/Splitter.tsx';
import type { ViewSettings } from '../Terminal/terminal-view.ts';
import { useKept } from '../use-kept.ts';
import styles from './FilesPane.module.css';
import { FileTree } from './FileTree.tsx';
import { type FilesStore, filesOf, isContainer, isDirty, keyOf, type OpenFile } from './files-store.ts';
import { OpenFiles } from './OpenFiles.tsx';
import { runCommand } from './paths.ts';

/** Monaco, and the half megabyte that it is, come when the first file is opened. */
const CodeEditor = lazy(() => import('./monaco/CodeEditor.tsx'));

/** Narrower than this, tree and editor take turns. As in FilesPane.module.css. */
const NARROW = 480;

export interface FilesPaneProps {
  readonly handle: LabHandle | undefined;
  readonly settings: ViewSettings;
  /** Stands where the pane's name would. */
  readonly tabs?: ReactNode;
  /** A script has been typed in the terminal. */
  readonly onRun?: () => void;
}

/** The machines' files, and an editor for them. */
export default function FilesPane({ handle, ...rest }: FilesPaneProps): ReactNode {
  return handle ? <Pane key={handle.key} handle={handle} {...rest} /> : <div className={styles.pane}>{rest.tabs}</div>;
}

function Pane({ handle, settings, tabs, onRun }: FilesPaneProps & { readonly handle: LabHandle }): ReactNode {
  const store = filesOf(handle);
  const { open, active, entered, said } = useSyncExternalStore(store.subscribe, store.getState, store.getState);
  const machines = useLab(handle, (state) => state.info?.machines);
  const snapshot = useLab(handle, (state) => state.snapshot);
  const front = useLab(handle, (state) => state.active?.machine);
  const [share, setShare] = useKept('files-editor-share', 70);
  const [treeShown, setTreeShown] = useState(true);
  const pane = useRef<HTMLDivElement>(null);
  const activeTab = useRef<HTMLButtonElement>(null);
  const file = store.active;
  const key = file && keyOf(file);
  const command = file?.text === undefined || isContainer(file.root) ? undefined : runCommand(file.path, file.text);

  useEffect(() => {
    const first = front ?? machines?.find(({ terminal }) => terminal)?.name;
    if (store.getState().root === undefined && first !== undefined) store.setRoot(first);
  }, [store, machines, front]);
  // What is opened has the room of a narrow pane.
  useEffect(() => {
    if (active !== undefined && (pane.current?.clientWidth ?? NARROW) < NARROW) setTreeShown(false);
  }, [active]);

  const save = () => {
    if (key !== undefined) void store.save(key);
  };
  const run = async () => {
    if (!file || key === undefined || command === undefined) return;
    if (isDirty(file) && !(await store.save(key))) return;
    onRun?.();
    await handle.run(file.root, [command]);
  };
  const press = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    if (event.key === 's') save();
    else if (event.key === 'Enter') void run();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div ref={pane} className={styles.pane} onKeyDownCapture={press}>
      <PaneTools name="Files" tabs={tabs}>
        {command !== undefined && (
          <Button className={styles.run} title={`Types ${command} in the terminal (Ctrl Enter)`} onClick={() => void run()}>
            <Play size={14} aria-hidden /> Run
          </Button>
        )}
        <IconButton label="Save (Ctrl S)" icon={Save} disabled={!file || !isDirty(file)} onClick={save} />
        <IconButton label="File tree" icon={FolderTree} aria-pressed={treeShown} onClick={() => setTreeShown(!treeShown)} />
      </PaneTools>
      <div className={clsx(styles.parts, !treeShown && styles.treeless)} style={{ '--share': share }}>
        {treeShown && (
          <div className={styles.tree}>
            <FileTree store={store} roots={rootsOf(machines ?? [], snapshot)} />
          </div>
        )}
        {treeShown && <Splitter direction="vertical" share={share} min={40} max={85} label="Width of the editor" onShare={setShare} />}
        <div className={styles.editor}>
          {open.length > 0 && (
            <OpenFiles
              store={store}
              several={new Set(open.map(({ root }) => root)).size > 1 || (machines?.length ?? 0) > 1}
              activeTab={activeTab}
            />
          )}
          {file && key !== undefined && <Conflict store={store} file={file} />}
          <div className={styles.text}>
            {file?.text !== undefined && key !== undefined && (
              <Suspense fallback={<p className={styles.empty}>Loading the editor…</p>}>
                <CodeEditor
                  key={handle.key}
                  lab={handle.key}
                  file={file}
                  open={open}
                  settings={settings}
                  entered={entered}
                  takesKeyboard={() => store.takesKeyboard()}
                  onChange={(text) => store.edit(key, text)}
                  onLeave={() => activeTab.current?.focus()}
                />
              </Suspense>
            )}
            {file?.unshown !== undefined && <p className={styles.empty}>{file.unshown}</p>}
            {!file && <p className={styles.empty}>Choose a file to read or change it, or make a new one.</p>}
          </div>
        </div>
      </div>
      <div className={styles.status}>
        <span role="status" className={clsx(said?.refused && styles.refused)}>
          {said?.text ?? (file && isDirty(file) ? 'Not saved yet: Ctrl S saves' : '')}
        </span>
        {file?.text !== undefined && (
          <span className={styles.hint}>
            <kbd>Esc Esc</kbd> or <kbd>Ctrl M</kbd> and <kbd>Tab</kbd> leave the text
          </span>
        )}
      </div>
    </div>
  );
}

/** Whose files there are: machines that somebody logs in to, and the containers that run on them. */
function rootsOf(machines: SessionInfo['machines'], snapshot: Snapshot | undefined): string[] {
  return machines
    .filter(({ terminal }) => terminal)
    .flatMap(({ name }) => {
      const namespaces = snapshot?.machines.find((machine) => machine.name === name)?.namespaces ?? [];
      return [name, ...namespaces.flatMap(({ containers }) => containers.map((container) => `${name}@${container.name}`))];
    });
}

/** The machine has something else than the editor: what is to be done about it. */
function Conflict({ store, file }: { readonly store: FilesStore; readonly file: OpenFile }): ReactNode {
  const key = keyOf(file);
  if (file.conflict === undefined) return null;
  return (
    <div className={styles.conflict} role="alert">
      {file.conflict === 'gone' ? (
        <>
          <span>
            <code>{file.path}</code> is not on {file.root} any more.
          </span>
          <Button look="link" onClick={() => void store.save(key)}>
            Save it again
          </Button>
          <Button look="link" onClick={() => store.close(key)}>
            Close
          </Button>
        </>
      ) : (
        <>
          <span>
            <code>{file.path}</code> was changed on {file.root} meanwhile.
          </span>
          <Button look="link" onClick={() => void store.reload(key)}>
            Load that
          </Button>
          <Button look="link" onClick={() => store.keep(key)}>
            Keep mine
          </Button>
        </>
      )}
    </div>
  );
}
