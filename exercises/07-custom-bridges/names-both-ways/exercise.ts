import { allOf, type CheckWorld, defineExercise, expected, pick } from '../../../src/course/exercise.ts';
import { docker } from '../../../src/sim/lab/standard.ts';

type World = CheckWorld<{ a: string; b: string }>;

/** Whether old, on docker0, has stayed alone: it runs, and knows neither of the two. */
function stranger(w: World, name: string) {
  const address = w.from('host1@old').resolve(name);
  return expected(address === undefined, `old does not know ${name}`, `old is told ${address}`);
}

const inUserNetwork = (w: World, name: string) =>
  w.container('host1', name)?.networks.some((network) => network.name !== 'bridge' && network.ip !== undefined) === true;

export default defineExercise({
  vars: { a: pick('till', 'page'), b: pick('store', 'ledger') },
  lab: docker,
  setup: ['docker run -d --name old busybox sleep 1d'],
  checks: {
    there: { points: 1, test: (w) => w.from(`host1@${w.vars.a}`).ping(w.vars.b) },
    back: { points: 1, test: (w) => w.from(`host1@${w.vars.b}`).ping(w.vars.a) },
    old: {
      points: 1,
      kind: 'guard',
      test: (w) => allOf(w.same('host1', 'old'), stranger(w, w.vars.a), stranger(w, w.vars.b)),
    },
  },
  feedback: {
    'default-net': {
      when: (w) => [w.vars.a, w.vars.b].every((name) => w.container('host1', name)?.running === true && !inUserNetwork(w, name)),
    },
    half: { when: (w) => w.container('host1', w.vars.b)?.running === true && inUserNetwork(w, w.vars.a) !== inUserNetwork(w, w.vars.b) },
    everyone: { when: (w) => inUserNetwork(w, 'old') },
  },
});
