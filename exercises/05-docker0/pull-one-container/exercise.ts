import { allOf, type CheckWorld, defineExercise, expected, notOf, pick } from '../../../src/course/exercise.ts';
import { docker } from '../../../src/sim/lab/standard.ts';

type World = CheckWorld<{ c: string }>;

const NAMES = ['web', 'db', 'cache', 'mail', 'shop', 'cron'];
const address = (name: string): string => `172.17.0.${NAMES.indexOf(name) + 2}`;
const others = (w: World): readonly string[] => NAMES.filter((name) => name !== w.vars.c);

/** Everybody who might reach one of them: the host, and the others. */
function reach(w: World, target: string) {
  const neighbour = others(w).find((name) => name !== target);
  return ['host1', `host1@${neighbour}`].map((from) => w.from(from).ping(address(target)));
}

const listed = (w: World): boolean =>
  w
    .networks('host1')
    .find(({ name }) => name === 'bridge')
    ?.containers.includes(w.vars.c) === true;

export default defineExercise({
  vars: { c: pick('cache', 'mail', 'shop') },
  lab: docker,
  setup: NAMES.map((name, i) => `docker run -d --name ${name} ${i % 2 === 0 ? 'centos' : 'busybox'} sleep 86400`),
  checks: {
    cut: { points: 3, test: (w) => allOf(...reach(w, w.vars.c).map(notOf)) },
    others: { points: 1, kind: 'guard', test: (w) => allOf(...others(w).flatMap((name) => reach(w, name))) },
    listed: {
      points: 1,
      kind: 'guard',
      live: true,
      test: (w) => expected(listed(w), `Docker still lists ${w.vars.c} in its network bridge`, 'it does not'),
    },
  },
  feedback: {
    disconnect: { when: (w) => !listed(w) },
    'seed-name': { when: (w) => others(w).some((name) => !w.from('host1').ping(address(name)).ok) },
  },
});
