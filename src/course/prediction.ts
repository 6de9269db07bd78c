import type { CheckWorld } from './check-world.ts';
import type { Vars } from './draw.ts';
import type { Finding } from './exercise.ts';
import { expected } from './finding.ts';

/**
 * Whether a prediction was given before its author could know, and came true. It is sealed by the experiment: one that was given, or
 * changed, after it does not count, and nobody learns whether it was right before the experiment has been made. Undo and Reset open it
 * again.
 *
 * @param truth what the experiment shows, found out in a fork; asked for only when there is something to compare.
 * @param looked whether the experiment has been made in a world, by what it leaves there, such as counters.
 */
export function predicted<V extends Vars>(
  w: CheckWorld<V>,
  name: string,
  truth: () => string | number | undefined,
  looked: (world: CheckWorld<V>) => boolean,
): Finding {
  const wanted = `the prediction “${name}” is made before the experiment, and comes true`;
  const given = w.answer(name);
  const then = w.beforeAnswer(name);
  if (given === undefined || then === undefined) return expected(false, wanted, `there is no answer ${name} yet`);
  if (looked(then))
    return expected(false, wanted, `${given} was answered after the experiment. Undo until before it, or Reset, and predict first`);
  if (!looked(w)) return { ...expected(false, wanted, `you predict ${given}. Now make the experiment, and check again`), pending: true };
  return expected(given === String(truth()), wanted, `you predicted ${given}, and it came out otherwise. Undo, and think again`);
}
