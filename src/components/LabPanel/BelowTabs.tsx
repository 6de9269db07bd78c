import type { ReactNode } from 'react';
import { Tabs } from '../Tabs/Tabs.tsx';
import styles from './BelowTabs.module.css';

/** What can be seen below the terminal. */
export type BelowPart = 'picture' | 'files';

const NAMES: Readonly<Record<BelowPart, string>> = { picture: 'Picture', files: 'Files' };
const PARTS: readonly BelowPart[] = ['picture', 'files'];

export interface BelowTabsProps {
  readonly part: BelowPart;
  readonly onPart: (part: BelowPart) => void;
}

/** The choice of what is seen below the terminal. */
export function BelowTabs({ part, onPart }: BelowTabsProps): ReactNode {
  return (
    <Tabs label="Below the terminal" tabs={PARTS} keyOf={(name) => name} active={part} onChoose={onPart} className={styles.tabs}>
      {(name) => NAMES[name]}
    </Tabs>
  );
}
