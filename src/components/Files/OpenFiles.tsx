import clsx from 'clsx';
import { X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, type RefObject, useState, useSyncExternalStore } from 'react';
import { Button } from '../Button/Button.tsx';
import { type FilesStore, isDirty, keyOf, type OpenFile } from './files-store.ts';
import styles from './OpenFiles.module.css';
import { nameOf } from './paths.ts';

export interface OpenFilesProps {
  readonly store: FilesStore;
  /** There are several machines: tabs say whose file it is. */
  readonly several: boolean;
  readonly activeTab: RefObject<HTMLButtonElement | null>;
}

/** A tab for every open file. A dot marks what is not saved. */
export function OpenFiles({ store, several, activeTab }: OpenFilesProps): ReactNode {
  const { open, active } = useSyncExternalStore(store.subscribe, store.getState, store.getState);
  const [asking, setAsking] = useState<string>();
  const close = (file: OpenFile) => {
    if (isDirty(file) && asking !== keyOf(file)) return setAsking(keyOf(file));
    setAsking(undefined);
    store.close(keyOf(file));
  };
  const press = (event: KeyboardEvent) => {
    const at = open.findIndex((file) => keyOf(file) === active);
    const file = open[at];
    if (!file) return;
    if (event.key === 'Delete') return close(file);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next = step === undefined ? undefined : open[(at + step + open.length) % open.length];
    if (!next) return;
    store.activate(keyOf(next));
    requestAnimationFrame(() => activeTab.current?.focus());
  };
  const file = store.active;

  return (
    <div className={styles.bar}>
      <div role="tablist" aria-label="Open files" className={styles.tabs} onKeyDown={press}>
        {open.map((file) => {
          const key = keyOf(file);
          const dirty = isDirty(file);
          return (
            <button
              key={key}
              ref={key === active ? activeTab : undefined}
              type="button"
              role="tab"
              aria-selected={key === active}
              tabIndex={key === active ? 0 : -1}
              title={`${file.path} on ${file.root}`}
              className={clsx(styles.tab, key === active && styles.active, file.conflict === 'gone' && styles.gone)}
              onClick={() => {
                store.activate(key);
                store.enter();
              }}
              onAuxClick={(event) => event.button === 1 && close(file)}
            >
              {`${nameOf(file.path)} `}
              {several && <small>{file.root} </small>}
              {dirty && (
                <span className={styles.dirty} role="img" aria-label="not saved">
                  ●
                </span>
              )}
            </button>
          );
        })}
      </div>
      {file && asking === keyOf(file) && isDirty(file) ? (
        <Button autoFocus className={styles.sure} onClick={() => close(file)} onBlur={() => setAsking(undefined)}>
          Drop changes?
        </Button>
      ) : (
        file && (
          <button
            type="button"
            className={styles.close}
            aria-label={`Close ${nameOf(file.path)}`}
            title="Close"
            onClick={() => close(file)}
          >
            <X size={14} aria-hidden />
          </button>
        )
      )}
    </div>
  );
}
