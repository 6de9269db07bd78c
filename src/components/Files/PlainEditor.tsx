import type { ReactNode } from 'react';
import type { ViewSettings } from '../Terminal/terminal-view.ts';
import styles from './FilesPane.module.css';
import type { OpenFile } from './files-store.ts';

export interface PlainEditorProps {
  readonly file: OpenFile;
  readonly settings: ViewSettings;
  readonly onChange: (text: string) => void;
  /** Escape: the keyboard's way out. */
  readonly onLeave: () => void;
}

/** A file's text to read and change. */
export function PlainEditor({ file, settings, onChange, onLeave }: PlainEditorProps): ReactNode {
  return (
    <textarea
      className={styles.plain}
      style={{ fontSize: settings.fontSize }}
      aria-label={`${file.path} on ${file.root}`}
      spellCheck={false}
      autoCapitalize="off"
      value={file.text}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => event.key === 'Escape' && onLeave()}
    />
  );
}
