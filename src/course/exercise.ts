import type { LabDescription, SetupStep } from '../sim/lab/description.ts';
import type { CheckWorld } from './check-world.ts';
import type { Draws, Vars } from './draw.ts';

export type { CheckWorld } from './check-world.ts';
export { between, pick, type Vars } from './draw.ts';
export { allOf, expected, notOf } from './finding.ts';
export { predicted } from './prediction.ts';

/** `chapter/name`, e.g. `02-veth/plug-a-cable`: the exercise's folder under exercises/. */
export type ExerciseId = string;

/** A place that a packet was at: for the "why" of a failed check. */
export interface Hop {
  readonly machine: string;
  /** The namespace's name in /run/netns, `host` for the machine's own, `net:[INODE]` for an unnamed one. */
  readonly netns: string;
  /** '' where the packet never reached a device. */
  readonly dev: string;
  /** Why it went no further, in words a learner understands. */
  readonly reason: string;
}

/** What a check found: what was expected and what happened, in a sentence each, and the packet that shows why. */
export interface Finding {
  readonly ok: boolean;
  readonly expected?: string;
  readonly actual?: string;
  /** Nothing is wrong so far, something is still to be done: shown as that. */
  readonly pending?: boolean;
  /** Where the probe's packet ended. */
  readonly hop?: Hop;
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

/** A known mistake: recognised from the world that it leaves, never from what was typed. Looked for only while a check fails. */
export interface KnownMistake<V extends Vars = Vars> {
  when(world: CheckWorld<V>): boolean;
}

export interface ExerciseDefinition<V extends Vars = Vars> {
  readonly lab: LabDescription | ((vars: V) => LabDescription);
  readonly vars?: Draws<V>;
  /** Done after the lab has booted, before the learner arrives. */
  readonly setup?: readonly SetupStep[] | ((vars: V) => readonly SetupStep[]);
  readonly checks: Readonly<Record<string, Check<V>>>;
  readonly feedback?: Readonly<Record<string, KnownMistake<V>>>;
}

/** Declares an exercise; gives the checks' functions the types of its vars. */
export const defineExercise = <V extends Vars = Record<string, never>>(definition: ExerciseDefinition<V>): ExerciseDefinition<V> =>
  definition;

/** An exercise of whichever vars, as the engine handles it. */
export type AnyExercise = ExerciseDefinition<Vars>;

/** The lab that a learner with these values gets: set-up included. */
export function exerciseLab(exercise: AnyExercise, vars: Vars): LabDescription {
  const lab = typeof exercise.lab === 'function' ? exercise.lab(vars) : exercise.lab;
  const setup = typeof exercise.setup === 'function' ? exercise.setup(vars) : (exercise.setup ?? []);
  return setup.length === 0 ? lab : { ...lab, setup: [...(lab.setup ?? []), ...setup] };
}

/** The verdict on one check, as the page shows it. */
export interface CheckResult {
  readonly check: string;
  readonly points: number;
  /** Points earned now; a guard earns none before all plain checks pass. */
  readonly earned: number;
  readonly ok: boolean;
  readonly finding: Finding;
  /** The check itself broke: a bug of ours, never the learner's. What and where. */
  readonly bug?: string;
}

/** The verdict on an attempt. */
export interface Grade {
  readonly results: readonly CheckResult[];
  readonly earned: number;
  readonly possible: number;
  /** Ids of the known mistakes seen in the world. */
  readonly feedback: readonly string[];
}
