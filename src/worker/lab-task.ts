import { EXERCISES } from '../course/bundled-exercises.ts';
import { openExercise } from '../course/catalogue.ts';
import type { CheckResult, Grade, Vars } from '../course/exercise.ts';
import type { LabDescription } from '../sim/lab/description.ts';
import type { LabSession } from '../sim/lab/session.ts';
import { STANDARD_LABS } from '../sim/lab/standard.ts';
import type { SessionStart } from './protocol.ts';

/** What a session is about: a lab, and with an exercise what is to be done in it. */
export interface LabTask {
  readonly lab: LabDescription;
  readonly vars: Vars;
  /** The checks that cost nothing. */
  live?(session: LabSession): readonly CheckResult[];
  grade?(session: LabSession): Grade;
}

/** @throws if there is no such lab or exercise: a mistake in a chapter. */
export function openTask(source: SessionStart['source'], seed: string): LabTask {
  if ('exercise' in source) {
    const exercise = openExercise(EXERCISES, source.exercise, seed);
    if (!exercise) throw new Error(`There is no exercise called ${source.exercise}.`);
    return exercise;
  }
  const lab = STANDARD_LABS.get(source.lab);
  if (!lab) throw new Error(`There is no lab called ${source.lab}.`);
  return { lab, vars: {} };
}
