import { type ReactNode, useState } from 'react';
import styles from './KeyBar.module.css';
import type { TerminalView } from './terminal-view.ts';

const ESC = '\x1b';
const KEYS: readonly (readonly [label: string, text: string, name?: string])[] = [
  ['Tab', '\t'],
  ['↑', `${ESC}[A`, 'Up'],
  ['↓', `${ESC}[B`, 'Down'],
  ['|', '|'],
  ['/', '/'],
  ['-', '-'],
  ['~', '~'],
  ['Esc', ESC],
];

/** Keys that touch keyboards lack. Ctrl holds for the next key. */
export function KeyBar({ view }: { readonly view: TerminalView | undefined }): ReactNode {
  const [ctrl, setCtrl] = useState(false);
  const [first, ...others] = KEYS;
  const key = ([label, text, name]: (typeof KEYS)[number]) => (
    <button key={label} type="button" aria-label={name} onPointerDown={(event) => event.preventDefault()} onClick={() => view?.send(text)}>
      {label}
    </button>
  );
  return (
    <div className={styles.bar} role="toolbar" aria-label="Keys">
      {first && key(first)}
      <button
        type="button"
        aria-pressed={ctrl}
        onPointerDown={(event) => event.preventDefault()}
        onClick={() => {
          view?.holdCtrl(!ctrl, () => setCtrl(false));
          setCtrl(!ctrl);
        }}
      >
        Ctrl
      </button>
      <button type="button" onPointerDown={(event) => event.preventDefault()} onClick={() => view?.send('\x03')}>
        ^C
      </button>
      {others.map(key)}
    </div>
  );
}
