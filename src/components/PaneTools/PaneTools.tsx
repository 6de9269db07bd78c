import type { ReactNode } from 'react';
import styles from './PaneTools.module.css';

export interface PaneToolsProps {
  readonly name: string;
  /** Stands where the name would. */
  readonly tabs: ReactNode;
  readonly children: ReactNode;
}

/** The row above a pane: what it is, and what can be done with it. */
export function PaneTools({ name, tabs, children }: PaneToolsProps): ReactNode {
  return (
    <div className={styles.tools} role="toolbar" aria-label={name}>
      {tabs ?? <span className={styles.title}>{name}</span>}
      <span className={styles.gap} />
      {children}
    </div>
  );
}
