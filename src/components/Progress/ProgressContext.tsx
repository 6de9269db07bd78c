import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react';
import type { Grade } from '../../course/exercise.ts';
import { type ExerciseProgress, exerciseProgress, newProgress, type Progress } from '../../course/progress.ts';
import { progressStore } from './progress-store.ts';

const Context = createContext<Progress>(newProgress(''));

/** Gives all pages what the learner has achieved. On the server, and until a browser has read it, that is nothing. */
export function ProgressProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const progress = useSyncExternalStore(progressStore.subscribe, progressStore.get, progressStore.getServer);
  return <Context value={progress}>{children}</Context>;
}

interface UsedProgress {
  readonly progress: Progress;
  of(exercise: string): ExerciseProgress;
  recordGrade(exercise: string, grade: Grade): void;
  recordHints(exercise: string, shown: number): void;
  /** A question of a chapter's quiz was answered rightly. */
  recordAnswer(chapter: string, question: string): void;
}

/** What the learner has achieved, and how it grows. */
export function useProgress(): UsedProgress {
  const progress = useContext(Context);
  const { recordGrade, recordHints, recordAnswer } = progressStore;
  return { progress, of: (exercise) => exerciseProgress(progress, exercise), recordGrade, recordHints, recordAnswer };
}
