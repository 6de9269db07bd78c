import type { LabDescription } from '../sim/lab/description.ts';
import type { LabSession } from '../sim/lab/session.ts';
import { drawVars, type Vars } from './draw.ts';
import { type AnyExercise, type CheckResult, type ExerciseId, exerciseLab, type Grade } from './exercise.ts';
import { gradeExercise, gradeLive } from './grading.ts';

/** All exercises by id, in the order of the chapters. */
export type Catalogue = ReadonlyMap<ExerciseId, AnyExercise>;

/** What `exercises/CHAPTER/NAME/exercise.ts` exports. */
export interface ExerciseModule {
  readonly default: AnyExercise;
}

/** A catalogue of modules by their paths, wherever the folder exercises/ lies in these. */
export function catalogueOf(modules: Iterable<readonly [path: string, module: ExerciseModule]>): Catalogue {
  const named = [...modules].map(([path, module]) => [exerciseIdOf(path), module.default] as const);
  return new Map(named.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `…/02-veth/plug-a-cable/exercise.ts` → `02-veth/plug-a-cable`. */
export function exerciseIdOf(path: string): ExerciseId {
  return path.split('/').slice(-3, -1).join('/');
}

/** An exercise as one learner has it. */
export interface OpenExercise {
  readonly lab: LabDescription;
  readonly vars: Vars;
  /** The checks that cost nothing, as they stand. */
  live(session: LabSession): readonly CheckResult[];
  grade(session: LabSession): Grade;
}

/** Draws the learner's values and gives the lab to start. Undefined if there is no such exercise. */
export function openExercise(catalogue: Catalogue, id: ExerciseId, seed: string): OpenExercise | undefined {
  const exercise = catalogue.get(id);
  if (!exercise) return undefined;
  const vars = drawVars(exercise.vars, seed, id);
  return {
    lab: exerciseLab(exercise, vars),
    vars,
    live: (session) => gradeLive(session, exercise, vars),
    grade: (session) => gradeExercise(session, exercise, vars),
  };
}
