import clsx from 'clsx';
import type { ReactNode } from 'react';
import { isSolved } from '../../course/progress.ts';
import { useOutline } from '../outline.ts';
import styles from './Dots.module.css';
import { useProgress } from './ProgressContext.tsx';

/** How far a chapter's exercises are done: a dot for each, filled when solved, half when some points are earned. */
export function Dots({ chapter }: { readonly chapter: string }): ReactNode {
  const { of } = useProgress();
  const exercises = useOutline().find(({ id }) => id === chapter)?.exercises ?? [];
  if (exercises.length === 0) return null;
  const solved = exercises.filter((exercise) => isSolved(of(exercise))).length;
  return (
    <span className={styles.dots} role="img" aria-label={`${solved} of ${exercises.length} exercises solved`}>
      {exercises.map((exercise) => {
        const progress = of(exercise);
        return <i key={exercise} className={clsx(isSolved(progress) ? styles.solved : progress.earned > 0 && styles.begun)} />;
      })}
    </span>
  );
}
