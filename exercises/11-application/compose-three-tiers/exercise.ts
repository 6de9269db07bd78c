import { allOf, type CheckWorld, defineExercise, expected, type Finding, notOf, pick } from '../../../src/course/exercise.ts';
import { dockerHost, standardHost } from '../../../src/sim/lab/standard.ts';

type World = CheckWorld<{ port: number }>;

const HOST1 = '192.168.56.11';
const FOLDER = '/root/shop';
const FILE = `${FOLDER}/compose.yaml`;
/** A program that does not heed SIGTERM is killed after ten seconds. */
const COMPOSE_LIMIT_S = 90;
/** What the two that are nobody's business listen on. */
const INNER_PORTS = { web: 5000, db: 6379 };

const DRAFT = `services:
  gate:
    image: gate
    depends_on: [web]
  web:
    image: counter
  db:
    image: redis
`;

const GATE = `daemon off;
events {}
http {
    access_log off;
    server {
        listen 80;
        location / {
            proxy_pass http://web:5000;
        }
    }
}
`;

/** What comes of the learner's file on a machine that has never seen it. */
interface Trial {
  readonly world: World;
  /** How `docker compose up -d` ended, and the last thing that it said. */
  readonly exit: number;
  readonly said: string;
  readonly up: Finding;
  readonly wall: Finding;
  readonly lan: Finding;
  readonly again: Finding;
}

const trials = new WeakMap<World, Trial>();

function trialOf(w: World): Trial {
  const known = trials.get(w) ?? attempt(w);
  trials.set(w, known);
  return known;
}

const compose = (world: World, command: string) =>
  world.from('host1').run(`cd ${FOLDER} && docker compose ${command} 2>&1 | cat; exit \${PIPESTATUS[0]}`, { seconds: COMPOSE_LIMIT_S });

function attempt(w: World): Trial {
  const world = w.fresh([`host1:${FILE}`, `host1:${FOLDER}/.env`]);
  const { exit, output } = compose(world, 'up -d');
  world.wait(2);
  const said = output.trim().split('\n').at(-1)?.trim() ?? '';
  const [up, wall, lan] = [page(world, exit, said), walled(world), unseen(world)];
  compose(world, 'down');
  const second = compose(world, 'up -d');
  world.wait(2);
  return { world, exit, said, up, wall, lan, again: page(world, second.exit, second.output.trim()) };
}

function page(world: World, exit: number, said: string): Finding {
  const url = `http://${HOST1}:${world.vars.port}/`;
  const found = world.from('host2').http(url);
  const wanted = `after docker compose up -d, ${url} tells host2 how often it has been seen`;
  if (exit !== 0) return expected(false, wanted, `compose ended with status ${exit} and said: ${said}`);
  return { ...found, ...expected(/seen \d+ times/.test(found.body), wanted, found.actual ?? 'it does not') };
}

/** The container of a service, running or not. */
function containerOf(world: World, service: string) {
  const id = compose(world, `ps -aq ${service}`).output.trim().split('\n').at(-1) ?? '';
  return /^[0-9a-f]{64}$/.test(id) ? world.container('host1', id) : undefined;
}

function walled(world: World): Finding {
  const [gate, db] = [containerOf(world, 'gate'), containerOf(world, 'db')];
  const wanted = 'gate and db run, and gate neither knows db’s name nor reaches it';
  if (gate?.running !== true || db?.running !== true) return expected(false, wanted, `${gate?.running ? 'db' : 'gate'} does not run`);
  const address = world.from(`host1@${gate.name}`).resolve('db');
  const ips = db.networks.flatMap(({ ip }) => ip ?? []);
  return allOf(
    expected(address === undefined, wanted, `it is told ${address}`),
    ...ips.map((ip) => notOf(world.from(`host1@${gate.name}`).tcp(ip, INNER_PORTS.db))),
  );
}

function unseen(world: World): Finding {
  const published = publishedInside(world).map(({ hostPort }) => hostPort);
  const ports = [...new Set([...Object.values(INNER_PORTS), ...published])].filter((port) => port !== world.vars.port);
  return allOf(...ports.map((port) => notOf(world.from('host2').tcp(HOST1, port))));
}

/** Published ports of web and db. */
const publishedInside = (world: World) => Object.keys(INNER_PORTS).flatMap((service) => containerOf(world, service)?.ports ?? []);

const legs = (world: World, service: string) => (containerOf(world, service)?.networks ?? []).map(({ name }) => name);
const meet = (world: World, one: string, other: string) => legs(world, one).some((name) => legs(world, other).includes(name));

export default defineExercise({
  vars: { port: pick(8080, 8090) },
  lab: {
    id: 'shop',
    machines: [
      {
        ...dockerHost(1, ['nginx:latest', 'redis:latest', 'counter:latest']),
        files: {
          [FILE]: DRAFT,
          '/srv/gate/nginx.conf': GATE,
          '/srv/gate/Dockerfile': 'FROM nginx\nCOPY nginx.conf /etc/nginx/nginx.conf\n',
        },
      },
      standardHost(2),
    ],
    outside: 'internet',
  },
  setup: ['docker build -q -t gate /srv/gate'],
  checks: {
    up: { points: 2, test: (w) => trialOf(w).up },
    wall: { points: 2, test: (w) => trialOf(w).wall },
    again: { points: 1, test: (w) => trialOf(w).again },
    lan: { points: 1, kind: 'guard', test: (w) => trialOf(w).lan },
  },
  feedback: {
    // Status 14: no file; 15: one that cannot be read.
    unread: { when: (w) => [14, 15].includes(trialOf(w).exit) },
    'by-hand': { when: (w) => !trialOf(w).up.ok && w.from('host2').http(`http://${HOST1}:${w.vars.port}/`).body.includes('seen') },
    together: { when: (w) => w.file('host1', FILE) !== DRAFT && meet(trialOf(w).world, 'gate', 'db') },
    ports: { when: (w) => publishedInside(trialOf(w).world).length > 0 },
    localhost: {
      when: (w) => {
        const web = containerOf(trialOf(w).world, 'web');
        return w.file('host1', FILE) !== DRAFT && web !== undefined && /^(127\..*|localhost|)$/.test(web.env.REDIS_HOST ?? '');
      },
    },
    'one-leg': {
      when: (w) => {
        const { world } = trialOf(w);
        return legs(world, 'web').length === 1 && !(meet(world, 'gate', 'web') && meet(world, 'web', 'db'));
      },
    },
    'too-early': { when: (w) => containerOf(trialOf(w).world, 'gate')?.status === 'exited' && meet(trialOf(w).world, 'gate', 'web') },
  },
});
