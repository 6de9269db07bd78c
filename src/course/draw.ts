import { Random } from '../sim/base/random.ts';

export type Vars = Readonly<Record<string, string | number>>;

/** How one variable of an exercise is drawn from the learner's seed. `all` lists its values, or a telling sample where there are too many. */
export interface Draw<T extends string | number = string | number> {
  readonly all: readonly T[];
}

/** How all variables of an exercise are drawn. */
export type Draws<V extends Vars = Vars> = { readonly [K in keyof V]: Draw<V[K] & (string | number)> };

/** One of these values, each as likely. */
export const pick = <T extends string | number>(...values: readonly T[]): Draw<T> => ({ all: values });

/** A whole number, both ends included. */
export const between = (lowest: number, highest: number): Draw<number> => ({
  all: Array.from({ length: highest - lowest + 1 }, (_, i) => lowest + i),
});

/** The values that a learner with this seed gets. Each variable has a stream of its own: a new one changes nobody's others. */
export function drawVars<V extends Vars>(draws: Draws<V> | undefined, seed: string, exercise: string): V {
  const random = new Random(`${seed}/${exercise}`);
  const drawn: Record<string, string | number> = {};
  for (const [name, { all }] of Object.entries(draws ?? {}) as [string, Draw][]) {
    drawn[name] = all[random.fork(name).int(all.length)] as string | number;
  }
  return drawn as V;
}

/**
 * The combinations that an exercise is verified with: all of them up to `most`, else so many that each variable shows as many of its
 * values as possible, its first and last among them.
 */
export function sampleVars<V extends Vars>(draws: Draws<V> | undefined, most = 8): readonly V[] {
  const entries = Object.entries(draws ?? {}) as [string, Draw][];
  const combinations = entries.reduce((product, [, { all }]) => product * all.length, 1);
  const count = Math.min(combinations, most);
  return Array.from({ length: count }, (_, i) => {
    let rest = i;
    return Object.fromEntries(
      entries.map(([name, { all }]) => {
        if (combinations <= most) {
          const value = all[rest % all.length];
          rest = Math.floor(rest / all.length);
          return [name, value];
        }
        // Variables with as many values as there are samples, or more, are spread evenly; the others come round.
        return [name, all.length >= count ? all[Math.round((i * (all.length - 1)) / (count - 1))] : all[i % all.length]];
      }),
    ) as V;
  });
}
