import clsx from 'clsx';
import { X } from 'lucide-react';
import { type ReactNode, type RefObject, useState, useSyncExternalStore } from 'react';
import { Button } from '../Button/Button.tsx';
import { Tabs } from '../Tabs/Tabs.tsx';
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
  const file = store.active;

  return (
    <div className={styles.bar}>
      <Tabs
        label="Open files"
        tabs={open}
        keyOf={keyOf}
        active={active}
        activeTab={activeTab}
        className={styles.tabs}
        onChoose={(file, clicked) => {
          store.activate(keyOf(file));
          if (clicked) store.enter();
        }}
        onDelete={close}
        attributes={(file) => ({
          title: `${file.path} on ${file.root}`,
          className: clsx(file.conflict === 'gone' && styles.gone),
          onAuxClick: (event) => event.button === 1 && close(file),
        })}
      >
        {(file) => (
          <>
            {`${nameOf(file.path)} `}
            {several && <small>{file.root} </small>}
            {isDirty(file) && (
              <span className={styles.dirty} role="img" aria-label="not saved">
                ●
              </span>
            )}
          </>
        )}
      </Tabs>
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
