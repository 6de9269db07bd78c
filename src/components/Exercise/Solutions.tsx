import type { ReactNode } from 'react';
import styles from './Solutions.module.css';

/** A script that solves an exercise. */
export interface Solution {
  readonly name: string;
  readonly text: string;
}

export interface SolutionsProps {
  readonly solutions: readonly Solution[];
  readonly vars: Readonly<Record<string, string | number>> | undefined;
}

/** Ways to solve it, for those who have: to hold against one's own. */
export function Solutions({ solutions, vars }: SolutionsProps): ReactNode {
  if (solutions.length === 0) return null;
  const filled = (text: string) => text.replace(/\{(\w+)\}/g, (whole, name: string) => String(vars?.[name] ?? whole));
  return (
    <details className={styles.solutions}>
      <summary>{solutions.length === 1 ? 'Compare with a solution' : `Compare with ${solutions.length} solutions`}</summary>
      {solutions.map(({ name, text }) => (
        <figure key={name}>
          {solutions.length > 1 && <figcaption>{name}</figcaption>}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll, also by keyboard */}
          <pre tabIndex={0}>{filled(text)}</pre>
        </figure>
      ))}
    </details>
  );
}
