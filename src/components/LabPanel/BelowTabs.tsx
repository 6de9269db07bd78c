import clsx from 'clsx';
import type { KeyboardEvent, ReactNode } from 'react';
import styles from './BelowTabs.module.css';

/** What can be seen below the terminal. */
export type BelowPart = 'picture' | 'files';

const PARTS: readonly (readonly [part: BelowPart, name: string])[] = [
  ['picture', 'Picture'],
  ['files', 'Files'],
];

export interface BelowTabsProps {
  readonly part: BelowPart;
  readonly onPart: (part: BelowPart) => void;
}

/** The choice of what is seen below the terminal. */
export function BelowTabs({ part, onPart }: BelowTabsProps): ReactNode {
  const press = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const at = PARTS.findIndex(([name]) => name === part);
    const next = PARTS[(at + step + PARTS.length) % PARTS.length];
    if (next) onPart(next[0]);
    // The tabs of the next part are others.
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`.${styles.tabs} [aria-selected="true"]`)?.focus());
  };
  return (
    <div role="tablist" aria-label="Below the terminal" className={styles.tabs} onKeyDown={press}>
      {PARTS.map(([name, label]) => (
        <button
          key={name}
          type="button"
          role="tab"
          aria-selected={name === part}
          tabIndex={name === part ? 0 : -1}
          className={clsx(styles.tab, name === part && styles.active)}
          onClick={() => onPart(name)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
