import { allOf, type CheckWorld, defineExercise, expected, pick } from '../../../src/course/exercise.ts';
import { docker } from '../../../src/sim/lab/standard.ts';

type World = CheckWorld<{ thief: string; shop: string }>;

/** All that run redis besides db. */
const OTHERS: readonly string[] = ['cache', 'sessions', 'stats'];
/** db's until last night. */
const OLD = '172.17.0.2';
const EVERY_S = 5;

const redis = (name: string): string => `docker run -d --name ${name} redis`;

/** How many orders come to a database in three rounds. */
function orders(w: World, database: string): number {
  const world = w.fork();
  const count = () => Number(world.from('host1').run(`docker exec ${database} redis-cli get orders`).output.trim()) || 0;
  const before = count();
  world.wait(3 * EVERY_S);
  return count() - before;
}

export default defineExercise({
  vars: { thief: pick('cache', 'sessions'), shop: pick('shop', 'till') },
  lab: docker,
  setup: ({ thief, shop }) => [
    redis('db'),
    `docker run -d --name ${shop} --link db redis sh -c 'while :; do redis-cli -h $DB_PORT_6379_TCP_ADDR incr orders; sleep ${EVERY_S}; done'`,
    { sleepSeconds: 2 * EVERY_S },
    'docker stop -t 0 db',
    redis(thief),
    'docker start db',
    ...OTHERS.filter((name) => name !== thief).map(redis),
    { sleepSeconds: 3 * EVERY_S },
  ],
  checks: {
    culprit: {
      points: 1,
      test: (w) =>
        w.answered(
          'culprit',
          w
            .fresh([])
            .containers('host1')
            .find(({ networks }) => networks[0]?.ip === OLD)?.name,
        ),
    },
    writes: {
      points: 2,
      test: (w) => expected(orders(w, 'db') > 0, `${w.vars.shop}’s orders arrive in db`, 'none has come'),
    },
    leak: {
      points: 2,
      test: (w) => {
        const count = orders(w, w.vars.thief);
        return expected(count === 0, 'nobody else’s database gets them', `${w.vars.thief} got ${count} in a quarter of a minute`);
      },
    },
    calm: {
      points: 1,
      kind: 'guard',
      test: (w) => allOf(...['db', ...OTHERS].map((name) => w.same('host1', name))),
    },
  },
  feedback: {
    hosts: {
      when: (w) =>
        w.same('host1', w.vars.shop).ok && ['db', ...OTHERS].every((name) => w.same('host1', name).ok) && w.answer('culprit') !== undefined,
    },
    'restart-db': { when: (w) => !w.same('host1', 'db').ok },
    blame: { when: (w) => w.container('host1', w.vars.thief)?.running !== true },
    'by-order': { when: (w) => w.answer('culprit') !== undefined && w.answer('culprit') !== w.vars.thief },
  },
});
