import clsx from 'clsx';
import { Square, SquareCheck, SquareX } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { CheckResult } from '../../course/exercise.ts';
import { Button } from '../Button/Button.tsx';
import { useExercise } from './ExerciseContext.tsx';
import styles from './parts.module.css';
import { Why } from './Why.tsx';

type TaskState = 'open' | 'passed' | 'failed';

const SIGNS = { open: Square, passed: SquareCheck, failed: SquareX };
const WORDS = { open: 'to do', passed: 'done', failed: 'not yet' };

export interface TaskProps {
  readonly check: string;
  readonly children?: ReactNode;
}

/** One task: what the check of this name wants, and how it stands. What was passed once stays passed. */
export function Task({ check, children }: TaskProps): ReactNode {
  const { live, grade, passed } = useExercise();
  const [open, setOpen] = useState(true);
  const graded = grade?.results.find((result) => result.check === check);
  const now = live.find((result) => result.check === check);
  const state = taskState(check, passed, now, graded);
  const failing = state === 'failed' ? (now ?? graded) : undefined;
  const explains = failing && (failing.finding.expected ?? failing.finding.actual ?? failing.finding.hop) !== undefined;
  const Sign = SIGNS[state];
  return (
    <li className={clsx(styles.task, styles[state])} data-check={check} data-state={state}>
      <Sign className={styles.sign} size={19} strokeWidth={1.75} role="img" aria-label={WORDS[state]} />
      <div>
        <div className={styles.words}>
          {children}
          {explains && (
            <Button look="link" className={styles.why} aria-expanded={open} onClick={() => setOpen(!open)}>
              Why
            </Button>
          )}
        </div>
        {explains && open && <Why finding={failing.finding} />}
        {graded?.finding.pending && state === 'open' && <p className={styles.pending}>So far: {graded.finding.actual}.</p>}
      </div>
      {graded && (
        <span className={styles.points}>
          {state === 'passed' ? graded.points : graded.earned}/{graded.points}
        </span>
      )}
    </li>
  );
}

function taskState(check: string, passed: readonly string[], live: CheckResult | undefined, graded: CheckResult | undefined): TaskState {
  if (passed.includes(check)) return 'passed';
  // What must still work, or must not be possible, is so from the start: it counts only when it earns something.
  if (live?.ok && (live.earned > 0 || live.points === 0)) return 'passed';
  // Before the first Check nothing has failed: it is just not done yet.
  if (graded === undefined) return 'open';
  if (!graded.ok) return graded.finding.pending ? 'open' : 'failed';
  return graded.earned === graded.points ? 'passed' : 'open';
}

export interface HintProps {
  readonly children?: ReactNode;
}

export function Hint({ children }: HintProps): ReactNode {
  return <div className={styles.hint}>{children}</div>;
}

export interface FeedbackProps {
  /** The known mistake. */
  readonly id: string;
  readonly children?: ReactNode;
}

/** What to say to those who made a known mistake: shown when the last Check saw it. */
export function Feedback({ id, children }: FeedbackProps): ReactNode {
  const { grade } = useExercise();
  if (!grade?.feedback.includes(id)) return null;
  return (
    <div className={styles.feedback} role="status" data-feedback={id}>
      {children}
    </div>
  );
}

/** What the exercise was about; shown when it is solved. */
export function Idea({ children }: { readonly children?: ReactNode }): ReactNode {
  return (
    <div className={styles.idea}>
      <h4>The idea</h4>
      {children}
    </div>
  );
}

/** A value drawn for this learner, in the words of an exercise: `{port}`. */
export function Var({ name }: { readonly name: string }): ReactNode {
  const { vars } = useExercise();
  return (
    <span className={styles.value} data-var={name}>
      {vars?.[name] ?? '…'}
    </span>
  );
}

/** Inline code with drawn values in it. */
export function FilledCode({ children }: { readonly children?: ReactNode }): ReactNode {
  return <code>{children}</code>;
}
