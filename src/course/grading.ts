import type { LabSession } from '../sim/lab/session.ts';
import { CheckWorld } from './check-world.ts';
import type { Vars } from './draw.ts';
import type { AnyExercise, Check, CheckResult, Finding, Grade } from './exercise.ts';
import { asFinding } from './finding.ts';

/**
 * Judges the learner's world. Probes run in forks of the session, which stays as it is. A check that throws is our bug: it fails with
 * `bug` set, and the others go on.
 */
export function gradeExercise(session: LabSession, exercise: AnyExercise, vars: Vars): Grade {
  const world = CheckWorld.grading(session, vars);
  const judged = Object.entries(exercise.checks).map(([id, check]) => judge(id, check, world));
  const results = withPoints(judged, exercise);
  const possible = results.reduce((sum, { points }) => sum + points, 0);
  const earned = results.reduce((sum, result) => sum + result.earned, 0);
  // Until the experiment is made, nobody learns that a prediction is a known mistake.
  const open = results.some(({ finding }) => finding.pending);
  return { results, earned, possible, feedback: open || earned === possible ? [] : mistakes(exercise, world) };
}

/** Whether every check passes: for verification, which wants no more than the first that fails. */
export function passesAll(session: LabSession, exercise: AnyExercise, vars: Vars): boolean {
  const world = CheckWorld.grading(session, vars);
  const cheapFirst = Object.entries(exercise.checks).sort(([, a], [, b]) => Number(b.live ?? false) - Number(a.live ?? false));
  return cheapFirst.every(([id, check]) => judge(id, check, world).ok);
}

/** The checks that cost nothing, judged in the learner's world itself. */
export function gradeLive(session: LabSession, exercise: AnyExercise, vars: Vars): readonly CheckResult[] {
  const world = CheckWorld.live(session, vars);
  return Object.entries(exercise.checks)
    .filter(([, check]) => check.live)
    .map(([id, check]) => {
      const judged = judge(id, check, world);
      // Whether a guard counts depends on checks that were not made.
      return { ...judged, earned: judged.ok && check.kind !== 'guard' ? check.points : 0 };
    });
}

function judge(id: string, check: Check, world: CheckWorld): Omit<CheckResult, 'earned'> {
  const { points } = check;
  try {
    const finding: Finding = asFinding(check.test(world));
    return { check: id, points, ok: finding.ok, finding };
  } catch (error) {
    return { check: id, points, ok: false, finding: { ok: false }, bug: bugText(error) };
  }
}

/** A guard passes at the start as well: it earns only together with all plain checks, so that doing nothing earns nothing. */
function withPoints(judged: readonly Omit<CheckResult, 'earned'>[], exercise: AnyExercise): CheckResult[] {
  const isGuard = (id: string) => exercise.checks[id]?.kind === 'guard';
  const done = judged.every(({ check, ok }) => ok || isGuard(check));
  return judged.map((result) => ({ ...result, earned: result.ok && (done || !isGuard(result.check)) ? result.points : 0 }));
}

function mistakes(exercise: AnyExercise, world: CheckWorld): string[] {
  const seen: string[] = [];
  for (const [id, mistake] of Object.entries(exercise.feedback ?? {})) {
    try {
      if (mistake.when(world)) seen.push(id);
    } catch {
      // A mistake that cannot be looked for was not seen; `npm run check:exercises` finds those that throw.
    }
  }
  return seen;
}

function bugText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.stack ?? error.message;
}
