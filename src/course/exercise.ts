import type { LabDescription, SetupStep } from '../sim/lab/description.ts';
import type { CheckWorld } from './check-world.ts';

/** `chapter/name`, e.g. `02-veth/plug-a-cable`: the exercise's folder under exercises/. */
export type ExerciseId = string;

export type Vars = Readonly<Record<string, string | number>>;

/** How one variable of an exercise is drawn from the learner's seed. `all` lists its values, or a telling sample where there are too many. */
export interface Draw<T extends string | number = string | number> {
  readonly all: readonly T[];
}

/** One of these values, each as likely. */
export const pick = <T extends string | number>(...values: readonly T[]): Draw<T> => ({ all: values });

/** What a check found: what was expected and what happened, in a sentence each, and the packet that shows why. */
export interface Finding {
  readonly ok: boolean;
  readonly expected?: string;
  readonly actual?: string;
  /** Where the probe's packet ended: for the "why" link. */
  readonly hop?: { readonly machine: string; readonly netns: string; readonly dev: string; readonly reason: string };
}

export interface Check<V extends Vars = Vars> {
  readonly points: number;
  /**
   * `plain` must come to work. `guard` must not be possible, or must still work: it passes at the start as well, so its points count
   * only together with all plain checks.
   */
  readonly kind?: 'plain' | 'guard';
  /** Free to evaluate, without a probe or fork: shown live while the learner works. */
  readonly live?: boolean;
  test(world: CheckWorld<V>): Finding | boolean;
}

/** A known mistake: recognised from the world that it leaves, never from what was typed. */
export interface KnownMistake<V extends Vars = Vars> {
  when(world: CheckWorld<V>): boolean;
}

export interface ExerciseDefinition<V extends Vars = Vars> {
  readonly lab: LabDescription | ((vars: V) => LabDescription);
  readonly vars?: { readonly [K in keyof V]: Draw<V[K] & (string | number)> };
  readonly setup?: readonly SetupStep[] | ((vars: V) => readonly SetupStep[]);
  readonly checks: Readonly<Record<string, Check<V>>>;
  readonly feedback?: Readonly<Record<string, KnownMistake<V>>>;
}

/** Declares an exercise; gives the checks' functions the types of its vars. */
export const defineExercise = <V extends Vars = Record<string, never>>(definition: ExerciseDefinition<V>): ExerciseDefinition<V> => definition;

/** The verdict on one check, as the page shows it. */
export interface CheckResult {
  readonly check: string;
  readonly points: number;
  /** Points earned now; a guard earns none before all plain checks pass. */
  readonly earned: number;
  readonly ok: boolean;
  readonly finding: Finding;
}

/** The verdict on an attempt. */
export interface Grade {
  readonly results: readonly CheckResult[];
  readonly earned: number;
  readonly possible: number;
  /** Ids of the known mistakes seen in the world. */
  readonly feedback: readonly string[];
}
