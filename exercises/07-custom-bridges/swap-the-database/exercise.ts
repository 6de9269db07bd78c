import { allOf, type CheckWorld, defineExercise, expected, type Finding, pick } from '../../../src/course/exercise.ts';
import { docker } from '../../../src/sim/lab/standard.ts';

type World = CheckWorld<{ now: string; next: string }>;

/** A container whose page says its colour, whatever it will be called. */
const database = (colour: string, alias = '') =>
  `docker run -d --name mysql-${colour} --network shop ${alias} busybox sh -c 'mkdir /w; echo ${colour} > /w/index.html; exec httpd -f -h /w'`;

const LOOKUPS = 20;

/** Which pages app may get as http://db/: one for each address that the name stands for. */
function pages(w: World): readonly string[] {
  const addresses = new Set(w.from('host1@app').resolve('db', LOOKUPS));
  return [...addresses].map((address) => w.from('host1@app').http(`http://${address}/`).body.trim());
}

const said = (found: readonly string[]) => (found.length === 0 ? 'app gets no address for db' : `db is ${found.join(' and ')}`);

function green(w: World): Finding {
  const found = pages(w);
  return expected(found.includes(w.vars.next), `app finds ${w.vars.next} under the name db`, said(found));
}

function notBlue(w: World): Finding {
  const found = pages(w);
  return expected(!found.includes(w.vars.now), `in ${LOOKUPS} look-ups, db is never ${w.vars.now}`, said(found));
}

/** Who shows that page in network shop: the database, whatever its name is by now. */
const holder = (w: World, colour: string) =>
  w.containers('host1').find(({ networks }) => {
    const ip = networks.find(({ name }) => name === 'shop')?.ip;
    return ip !== undefined && w.from('host1').http(`http://${ip}/`).body.trim() === colour;
  });

/** A world in which the new database has come back, and somebody else has taken its address meanwhile. */
function movedOn(w: World): World | undefined {
  const database = holder(w, w.vars.next);
  if (database === undefined) return undefined;
  const world = w.fork();
  world.from('host1').run(`docker stop -t 0 ${database.id}`);
  world.from('host1').run('docker run -d --network shop busybox sleep 1d');
  world.from('host1').run(`docker start ${database.id}`);
  return world;
}

export default defineExercise({
  vars: { now: pick('blue', 'red'), next: pick('green', 'gold') },
  lab: docker,
  setup: ({ now, next }) => [
    'docker network create shop',
    'docker run -d --name app --network shop busybox sleep 1d',
    database(now, '--network-alias db'),
    database(next),
  ],
  checks: {
    next: { points: 2, test: green },
    never: { points: 2, test: notBlue },
    restart: {
      points: 1,
      test: (w) => {
        const world = movedOn(w);
        if (world === undefined) return expected(false, `${w.vars.next} is in network shop`, 'nobody there shows its page');
        return allOf(green(world), notBlue(world));
      },
    },
    rollback: { points: 1, kind: 'guard', test: (w) => w.from('host1@app').http(`http://mysql-${w.vars.now}/`, w.vars.now) },
    app: { points: 1, kind: 'guard', test: (w) => w.same('host1', 'app') },
  },
  feedback: {
    both: { when: (w) => new Set(pages(w)).size > 1 },
    nobody: { when: (w) => w.from('host1@app').resolve('db') === undefined },
    stopped: { when: (w) => w.container('host1', `mysql-${w.vars.now}`)?.running === false },
    'add-host': { when: (w) => /\sdb\b/.test(w.file('host1@app', '/etc/hosts') ?? '') },
  },
});
