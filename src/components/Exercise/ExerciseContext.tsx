import { createContext, useContext } from 'react';
import type { CheckResult, Grade } from '../../course/exercise.ts';

/** What the parts of an exercise's card know of it. */
export interface ExerciseState {
  readonly exercise: string;
  readonly title: string;
  /** Drawn values, once known. */
  readonly vars: Readonly<Record<string, string | number>> | undefined;
  readonly live: readonly CheckResult[];
  readonly grade: Grade | undefined;
  /** Checks that have been passed once. */
  readonly passed: readonly string[];
}

export const ExerciseContext = createContext<ExerciseState>({
  exercise: '',
  title: '',
  vars: undefined,
  live: [],
  grade: undefined,
  passed: [],
});

export const useExercise = (): ExerciseState => useContext(ExerciseContext);
