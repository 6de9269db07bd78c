import { allOf, type CheckWorld, defineExercise, pick } from '../../../src/course/exercise.ts';
import { docker } from '../../../src/sim/lab/standard.ts';

type World = CheckWorld<{ a: string; b: string }>;

const getsOut = (w: CheckWorld, name: string) => w.from(`host1@${name}`).http('http://203.0.113.80/ip', '192.168.56.11');

const bothOut = (w: World) => allOf(getsOut(w, w.vars.a), getsOut(w, w.vars.b));

/** What b sees when a calls. */
const unmasked = (w: World) => w.from(`host1@${w.vars.a}`).http('http://172.17.0.3/ip', '172.17.0.2');

function nextOut(w: World) {
  const world = w.fork();
  world.from('host1').run('docker run -d --name next busybox sleep 86400');
  return getsOut(world, 'next');
}

export default defineExercise({
  vars: { a: pick('test1', 'front'), b: pick('test2', 'back') },
  lab: docker,
  setup: ({ a, b }) => [`docker run -d --name ${a} nginx`, `docker run -d --name ${b} nginx`, 'iptables -t nat -F'],
  checks: {
    out: { points: 2, test: bothOut },
    masked: { points: 1, kind: 'guard', test: unmasked },
    next: { points: 1, test: nextOut },
  },
  feedback: {
    restart: { when: (w) => !w.same('host1', w.vars.a).ok && !bothOut(w).ok },
    everything: { when: (w) => !unmasked(w).ok },
    'one-by-one': { when: (w) => bothOut(w).ok && !nextOut(w).ok },
  },
});
