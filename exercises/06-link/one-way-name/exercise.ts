import { allOf, type CheckWorld, defineExercise, expected, pick } from '../../../src/course/exercise.ts';
import { docker } from '../../../src/sim/lab/standard.ts';

type World = CheckWorld<{ db: string; app: string }>;

const runs = (w: World): boolean => w.container('host1', w.vars.app)?.running === true;

const finds = (w: World, from: string, name: string): boolean => w.from(`host1@${from}`).resolve(name) !== undefined;

const forwards = (w: World): boolean => finds(w, w.vars.app, w.vars.db);
const backwards = (w: World): boolean => finds(w, w.vars.db, w.vars.app);

export default defineExercise({
  vars: { db: pick('db', 'mssql'), app: pick('app', 'shop') },
  lab: docker,
  setup: ({ db }) => [`docker run -d -it --name ${db} centos`],
  checks: {
    name: {
      points: 2,
      test: (w) => {
        const { db, app } = w.vars;
        const wanted = `${app} pings ${db} by name`;
        return allOf(
          expected(runs(w), wanted, `there is no container called ${app} that runs`),
          expected(forwards(w), wanted, 'it does not know the name'),
          w.from(`host1@${app}`).ping(db),
        );
      },
    },
    back: {
      points: 1,
      kind: 'guard',
      test: (w) => expected(!backwards(w), `${w.vars.db} does not know the name ${w.vars.app}`, 'it knows it'),
    },
  },
  feedback: {
    hope: { when: (w) => runs(w) && !forwards(w) && !backwards(w) },
    backwards: { when: (w) => !forwards(w) && backwards(w) },
    'new-way': { when: (w) => forwards(w) && backwards(w) },
  },
});
