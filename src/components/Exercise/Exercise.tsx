import { Children, isValidElement, type ReactElement, type ReactNode, useEffect, useState } from 'react';
import { isSolved } from '../../course/progress.ts';
import { labClient } from '../../worker/client.ts';
import { useLab, useLabPage } from '../Lab/LabContext.tsx';
import { useProgress } from '../Progress/ProgressContext.tsx';
import styles from './Exercise.module.css';
import { ExerciseActions } from './ExerciseActions.tsx';
import { ExerciseContext } from './ExerciseContext.tsx';
import { Feedback, Hint, type HintProps, Idea, Task } from './parts.tsx';
import { type Solution, Solutions } from './Solutions.tsx';

export interface ExerciseProps {
  /** The folder of the exercise, without its chapter's. */
  readonly id: string;
  readonly title?: string;
  /** The chapter's folder under exercises/; filled in when the site is built. */
  readonly chapter?: string;
  /** What solves it; filled in when the site is built. */
  readonly solutions?: readonly Solution[];
  readonly children?: ReactNode;
}

const inWords = (id: string): string => (id[0]?.toUpperCase() ?? '') + id.slice(1).replaceAll('-', ' ');

/** The children that are made by one of these components, and those that are not. */
function sort(children: ReactNode): Record<'words' | 'tasks' | 'hints' | 'feedback' | 'ideas', ReactNode[]> {
  const sorted = { words: [], tasks: [], hints: [], feedback: [], ideas: [] } as ReturnType<typeof sort>;
  for (const child of Children.toArray(children)) {
    const type = isValidElement(child) ? child.type : undefined;
    if (type === Task) sorted.tasks.push(child);
    else if (type === Hint) sorted.hints.push(child);
    else if (type === Feedback) sorted.feedback.push(child);
    else if (type === Idea) sorted.ideas.push(child);
    // Line ends between the parts are nothing; the built page leaves them out.
    else if (typeof child !== 'string' || child.trim() !== '') sorted.words.push(child);
  }
  return sorted;
}

/** An exercise: its tasks as they stand, hints one at a time, what went wrong and why, and after solving the idea. */
export function Exercise({ id, title = inWords(id), chapter = '', solutions = [], children }: ExerciseProps): ReactNode {
  const exercise = `${chapter}/${id}`;
  const page = useLabPage();
  const handle = page?.labOf(exercise);
  const live = useLab(handle, (state) => state.live) ?? [];
  const grade = useLab(handle, (state) => state.grade);
  const { of, recordHints } = useProgress();
  const progress = of(exercise);
  const [vars, setVars] = useState<Readonly<Record<string, string | number>>>();
  useEffect(() => {
    let here = true;
    void labClient.vars(exercise).then((drawn) => here && setVars(drawn));
    return () => {
      here = false;
    };
  }, [exercise]);

  const { words, tasks, hints, feedback, ideas } = sort(children);
  const shownHints = Math.min(progress.hints, hints.length);
  const possible = grade?.possible ?? (progress.attempts > 0 ? progress.possible : undefined);
  const broken = grade?.results.find(({ bug }) => bug !== undefined);

  return (
    <ExerciseContext value={{ exercise, title, vars, live, grade, passed: progress.passed }}>
      <section className={styles.card} aria-label={`Exercise: ${title}`} data-exercise={exercise}>
        <header className={styles.head}>
          <h3>
            <span className={styles.kind}>Exercise</span> {title}
          </h3>
          {possible !== undefined && (
            <span className={styles.points}>
              {progress.earned} of {possible} points
            </span>
          )}
        </header>
        {words.length > 0 && <div className={styles.words}>{words}</div>}
        <ul className={styles.tasks}>{tasks}</ul>
        {broken && (
          <p className={styles.bug} role="alert">
            A check itself failed: that is a mistake of ours, not of yours. <code>{broken.bug?.split('\n')[0]}</code>
          </p>
        )}
        {feedback}
        {shownHints > 0 && (
          <ol className={styles.hints} aria-label="Hints">
            {hints.slice(0, shownHints).map((hint, index) => (
              <li key={(hint as ReactElement<HintProps>).key}>
                <span className={styles.hintNumber}>
                  Hint {index + 1} of {hints.length}
                </span>
                {hint}
              </li>
            ))}
          </ol>
        )}
        <ExerciseActions
          exercise={exercise}
          title={title}
          moreHints={hints.length - shownHints}
          onHint={() => recordHints(exercise, shownHints + 1)}
        />
        {isSolved(progress) && (
          <div className={styles.solved}>
            {ideas}
            <Solutions solutions={solutions} vars={vars} />
          </div>
        )}
      </section>
    </ExerciseContext>
  );
}
