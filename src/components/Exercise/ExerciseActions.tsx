import { type ReactNode, useEffect, useState } from 'react';
import { LOG_KEY } from '../../worker/client-log.ts';
import { learnerStorage } from '../../worker/client-storage.ts';
import { Button } from '../Button/Button.tsx';
import { useLab, useLabPage } from '../Lab/LabContext.tsx';
import { useProgress } from '../Progress/ProgressContext.tsx';
import styles from './ExerciseActions.module.css';

export interface ExerciseActionsProps {
  readonly exercise: string;
  readonly title: string;
  readonly moreHints: number;
  readonly onHint: () => void;
}

const SLOW_MS = 100;

/** Start, Check, Hint: what can be done with an exercise. */
export function ExerciseActions({ exercise, title, moreHints, onHint }: ExerciseActionsProps): ReactNode {
  const page = useLabPage();
  const handle = page?.labOf(exercise);
  const grading = useLab(handle, (state) => state.grading) ?? false;
  const grade = useLab(handle, (state) => state.grade);
  const { recordGrade } = useProgress();
  const [begun, setBegun] = useState(false);
  const [slow, setSlow] = useState(false);
  const shown = page?.exercise === exercise;
  useEffect(() => setBegun(learnerStorage.read(LOG_KEY + exercise) !== undefined), [exercise]);
  useEffect(() => {
    if (!grading) return setSlow(false);
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, [grading]);
  if (!page) return null;

  const start = () => {
    page.show(exercise, title);
    page.reveal();
  };
  const check = async () => {
    const verdict = await handle?.grade();
    if (verdict) recordGrade(exercise, verdict);
  };
  return (
    <div className={styles.actions}>
      {handle === undefined && (
        <Button look="main" onClick={start}>
          {begun ? 'Continue' : 'Start'}
        </Button>
      )}
      {handle && (
        <Button look="main" disabled={grading} onClick={() => void check()}>
          Check
        </Button>
      )}
      {handle && !shown && <Button onClick={start}>Show its lab</Button>}
      {moreHints > 0 && <Button onClick={onHint}>{moreHints === 1 ? 'Last hint' : 'Hint'}</Button>}
      <span className={styles.verdict} role="status">
        {slow ? 'Checking…' : grade && !grading ? verdictWords(grade.earned, grade.possible) : ''}
      </span>
    </div>
  );
}

function verdictWords(earned: number, possible: number): string {
  if (earned === possible) return 'Solved: all points.';
  return earned === 0 ? 'Not yet.' : `${earned} of ${possible} points so far.`;
}
