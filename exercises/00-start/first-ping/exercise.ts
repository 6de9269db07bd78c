import { defineExercise, pick } from '../../../src/course/exercise.ts';
import { GATEWAY, NAME_SERVER, solo } from '../../../src/sim/lab/standard.ts';

export default defineExercise({
  vars: { site: pick('203.0.113.80', '203.0.113.17', '203.0.113.144', '203.0.113.201') },
  lab: ({ site }) => ({ ...solo, sites: { 'www.example.com': site } }),
  checks: {
    where: { points: 1, live: true, test: (w) => w.answered('where', w.vars.site) },
  },
  feedback: {
    'name-server': { when: (w) => w.answer('where') === NAME_SERVER },
    gateway: { when: (w) => w.answer('where') === GATEWAY },
  },
});
