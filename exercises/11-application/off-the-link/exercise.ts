import { between, type CheckWorld, defineExercise, expected, pick } from '../../../src/course/exercise.ts';
import { dockerHost, standardHost } from '../../../src/sim/lab/standard.ts';

type World = CheckWorld<{ n: number; port: number }>;

const HOST1 = '192.168.56.11';
const NAME_SERVER = '127.0.0.11';
/** What moves redis_one to another address: others take its own while it is away. */
const OTHERS = 2;

/** The number in the page that host2 gets; undefined where it gets none. */
function visits(w: World): number | undefined {
  const { body } = w.from('host2').http(`http://${HOST1}:${w.vars.port}/`);
  const number = /seen (\d+) times/.exec(body)?.[1];
  return number === undefined ? undefined : Number(number);
}

function counts(w: World) {
  const { n } = w.vars;
  const number = visits(w);
  const wanted = `host2 is told a number above ${n}, which there were before`;
  return expected(number !== undefined && number > n, wanted, number === undefined ? 'it is told none' : `it is told ${number}`);
}

const hostsLine = (w: World) => w.file('host1@web', '/etc/hosts')?.match(/^.*\bredis_one\b.*$/m)?.[0];

/** Links of web, in its record and in each of its networks. */
function linked(w: World): boolean {
  const format = '{{json .HostConfig.Links}}{{range .NetworkSettings.Networks}}{{json .Links}}{{end}}';
  return w.from('host1').run(`docker inspect -f '${format}' web`).output.includes('redis_one');
}

function dns(w: World) {
  const wanted = `web is linked to nobody, and finds redis_one by asking ${NAME_SERVER}`;
  if (w.container('host1', 'web')?.running !== true) return expected(false, wanted, 'there is no web that runs');
  if (linked(w)) return expected(false, wanted, 'it has a link still');
  const line = hostsLine(w);
  if (line !== undefined) return expected(false, wanted, `it need not ask: its /etc/hosts says ${line.replace(/\s+/g, ' ')}`);
  if (w.file('host1@web', '/etc/resolv.conf')?.includes(NAME_SERVER) !== true) return expected(false, wanted, 'it asks somebody else');
  return expected(w.from('host1@web').run('getent hosts redis_one').exit === 0, wanted, 'there it is told that nobody is called so');
}

const addressesOf = (w: World) => (w.container('host1', 'redis_one')?.networks ?? []).flatMap(({ ip }) => ip ?? []);

function moved(w: World) {
  const wanted = 'host2 is told a number when redis_one has come back at another address';
  const world = w.fork();
  const before = addressesOf(world);
  const networks = world.container('host1', 'redis_one')?.networks ?? [];
  const run = (command: string) => world.from('host1').run(command);
  run('docker stop redis_one');
  for (const { name } of networks) for (let i = 0; i < OTHERS; i++) run(`docker run -d --network ${name} redis sleep 1d`);
  run('docker start redis_one');
  world.wait(1);
  const now = addressesOf(world);
  if (before.length === 0 || now.some((ip) => before.includes(ip))) return expected(false, wanted, 'redis_one could not be moved');
  return expected(
    visits(world) !== undefined,
    wanted,
    `it is told none: redis_one was at ${before.join(', ')} and is at ${now.join(', ')}`,
  );
}

export default defineExercise({
  vars: { n: between(4, 7), port: pick(5000, 8000) },
  lab: { id: 'linked', machines: [dockerHost(1, ['redis:latest', 'counter:latest']), standardHost(2)], outside: 'internet' },
  setup: ({ n, port }) => [
    'docker run -d --name redis_one redis',
    `docker run -d --name web --link redis_one -e REDIS_HOST=redis_one -p ${port}:5000 counter`,
    { sleepSeconds: 2 },
    `for i in $(seq ${n}); do curl -s http://127.0.0.1:${port}/; done`,
  ],
  checks: {
    dns: { points: 2, test: dns },
    counts: { points: 2, kind: 'guard', test: counts },
    moved: { points: 1, kind: 'guard', test: moved },
  },
  feedback: {
    'new-redis': { when: (w) => !w.same('host1', 'redis_one').ok && (visits(w) ?? 0) <= w.vars.n },
    'keep-link': { when: (w) => hostsLine(w) !== undefined && (w.container('host1', 'web')?.networks.length ?? 0) > 1 },
    half: {
      when: (w) => {
        const of = (name: string) => (w.container('host1', name)?.networks ?? []).map((network) => network.name);
        return of('web').length > 0 && of('redis_one').length > 0 && !of('web').some((name) => of('redis_one').includes(name));
      },
    },
    address: { when: (w) => /^[\d.]+$/.test(w.container('host1', 'web')?.env.REDIS_HOST ?? '') },
  },
});
