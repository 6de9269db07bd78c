import { allOf, type CheckWorld, defineExercise, pick } from '../../../src/course/exercise.ts';
import { docker } from '../../../src/sim/lab/standard.ts';

type World = CheckWorld<{ legacy: string; billing: string }>;

const HOSTS = '/etc/hosts';
const LINE = '172.17.0.3 probe.example';

/** What a restart does to a line that somebody has written into /etc/hosts. */
function fate(w: World): string {
  const world = w.fork();
  world.from(`host1@${w.vars.legacy}`).run(`echo '${LINE}' >> ${HOSTS}`);
  world.from('host1').run(`docker restart -t 0 ${w.vars.legacy}`);
  return world.file(`host1@${w.vars.legacy}`, HOSTS)?.includes(LINE) === true ? 'kept' : 'lost';
}

const page = (w: World) => w.from(`host1@${w.vars.legacy}`).http(`http://${w.vars.billing}/`);

export default defineExercise({
  vars: { legacy: pick('legacy', 'mainframe'), billing: pick('billing', 'ledger') },
  lab: docker,
  setup: ({ legacy, billing }) => [`docker run -d --name ${legacy} centos sleep 86400`, `docker run -d --name ${billing} nginx`],
  checks: {
    now: { points: 2, test: page },
    fate: { points: 1, test: (w) => w.answered('fate', fate(w)) },
    same: { points: 1, kind: 'guard', test: (w) => allOf(w.same('host1', w.vars.legacy), w.same('host1', w.vars.billing)) },
  },
  feedback: {
    'and-restart': { when: (w) => !w.same('host1', w.vars.legacy).ok && !page(w).ok },
    'host-file': { when: (w) => w.file('host1', HOSTS)?.includes(w.vars.billing) === true },
    recreate: { when: (w) => !w.same('host1', w.vars.legacy).ok && page(w).ok },
    kept: { when: (w) => w.answer('fate') === 'kept' },
  },
});
