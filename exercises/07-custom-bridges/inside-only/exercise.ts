import { allOf, type CheckWorld, defineExercise, expected, type Finding, notOf, pick } from '../../../src/course/exercise.ts';
import { docker, SITES } from '../../../src/sim/lab/standard.ts';

type World = CheckWorld<{ db: string }>;

const OUTSIDE = `http://${SITES['www.example.com']}/`;

const use = (w: World) => w.from('host1@app').http(`http://${w.vars.db}/`);
const appOut = (w: World) => w.from('host1@app').http('http://www.example.com/');

function dbIn(w: World): Finding {
  const { db } = w.vars;
  if (w.container('host1', db)?.running !== true) return expected(false, `${db} runs`, `there is no ${db} that runs`);
  return notOf(w.from(`host1@${db}`).http(OUTSIDE));
}

/** What the host's own attempt to open the database's port comes to. */
function hostOpens(w: World): string | undefined {
  const ips = (w.container('host1', w.vars.db)?.networks ?? []).flatMap(({ ip }) => ip ?? []);
  if (ips.length === 0) return undefined;
  return ips.some((ip) => w.from('host1').tcp(ip, 80).open) ? 'yes' : 'no';
}

export default defineExercise({
  vars: { db: pick('db', 'ledger') },
  lab: docker,
  checks: {
    use: { points: 1, test: use },
    out: { points: 1, test: appOut },
    in: { points: 2, test: dbIn },
    restart: {
      points: 1,
      test: (w) => {
        const world = w.fork();
        world.from('host1').run(`docker restart -t 0 ${w.vars.db} app`);
        return allOf(use(world), appOut(world), dbIn(world));
      },
    },
    host: { points: 1, test: (w) => w.answered('host', hostOpens(w)) },
  },
  feedback: {
    'two-legs': { when: (w) => (w.container('host1', w.vars.db)?.networks.length ?? 0) > 1 && !dbIn(w).ok },
    'shut-in': { when: (w) => use(w).ok && !appOut(w).ok },
    'by-hand': { when: (w) => dbIn(w).ok && w.networks('host1').every(({ internal }) => !internal) },
    strangers: { when: (w) => w.container('host1', 'app')?.running === true && w.from('host1@app').resolve(w.vars.db) === undefined },
    invisible: { when: (w) => w.answer('host') === 'no' },
  },
});
