import { defineExercise, pick } from '../../../src/course/exercise.ts';
import { trio } from '../../../src/sim/lab/standard.ts';

export default defineExercise({
  vars: { silent: pick('host2', 'host3') },
  lab: trio,
  setup: ({ silent }) => [{ host: silent, run: 'ip link set eth0 down' }],
  checks: {
    awake: { points: 2, test: (w) => w.from('host1').ping(w.vars.silent) },
    world: { points: 1, kind: 'guard', test: (w) => w.from('host1').ping('www.example.com') },
  },
  feedback: {
    'lost-route': { when: (w) => !w.routes('host1').some(({ dst }) => dst === 'default') },
  },
});
