import { type CheckWorld, defineExercise, expected, pick, predicted } from '../../../src/course/exercise.ts';
import { docker } from '../../../src/sim/lab/standard.ts';

type World = CheckWorld<{ gone: string; kept: string }>;

const container = (name: string): string => `docker run -d --name ${name} busybox sleep 86400`;

/** Whoever has seen dd has seen where the next one goes. */
const looked = (w: CheckWorld): boolean => w.container('host1', 'dd') !== undefined;

/** Where a container is after the four commands. */
function outcome(w: World, name: string) {
  const { gone, kept } = w.vars;
  const fresh = w.fresh([]);
  for (const command of [`docker stop -t 0 ${gone}`, container('dd'), `docker start ${gone}`, `docker restart -t 0 ${kept}`]) {
    fresh.from('host1').run(command);
  }
  return fresh.container('host1', name)?.networks[0];
}

export default defineExercise({
  vars: { gone: pick('aa', 'bb'), kept: pick('cc', 'ee') },
  lab: docker,
  setup: ['aa', 'bb', 'cc', 'ee'].map(container),
  checks: {
    newcomer: { points: 1, test: (w) => predicted(w, 'newcomer', () => outcome(w, 'dd')?.ip, looked) },
    returned: { points: 1, test: (w) => predicted(w, 'returned', () => outcome(w, w.vars.gone)?.ip, looked) },
    kept: { points: 1, test: (w) => predicted(w, 'kept', () => outcome(w, w.vars.kept)?.ip, looked) },
    mac: { points: 1, test: (w) => predicted(w, 'mac', () => outcome(w, 'dd')?.mac, looked) },
    tried: {
      points: 1,
      live: true,
      test: (w) => {
        const [gone, dd, kept] = [w.vars.gone, 'dd', w.vars.kept].map((name) => w.container('host1', name));
        const ran =
          gone?.running === true &&
          dd?.running === true &&
          kept?.running === true &&
          (dd.startedMs ?? 0) < (gone.startedMs ?? 0) &&
          (gone.startedMs ?? 0) < (kept.startedMs ?? 0);
        return expected(ran, 'all four commands have been tried, in this order', 'not yet');
      },
    },
  },
  feedback: {
    'next-higher': { when: (w) => w.answer('newcomer') === '172.17.0.6' },
    owner: { when: (w) => w.answer('returned') === w.fresh([]).container('host1', w.vars.gone)?.networks[0]?.ip },
    shuffle: {
      when: (w) => w.answer('kept') !== undefined && w.answer('kept') !== w.fresh([]).container('host1', w.vars.kept)?.networks[0]?.ip,
    },
  },
});
