import { allOf, between, type CheckWorld, defineExercise, notOf, pick } from '../../../src/course/exercise.ts';
import type { LabDescription } from '../../../src/sim/lab/description.ts';
import { dockerHost, SITES, standardHost } from '../../../src/sim/lab/standard.ts';

type World = CheckWorld<{ n: number; port: number }>;

const HOST1 = '192.168.56.11';
const OUTSIDE = `http://${SITES['www.example.com']}/`;

/** host1 with Docker, and two that know nothing of it. */
const party: LabDescription = { id: 'party', machines: [dockerHost(1), standardHost(2), standardHost(3)], outside: 'internet' };

const server = (name: string, port: number) =>
  `docker run -d --name ${name} --network shop -p ${port}:80 busybox sh -c 'mkdir /w; echo ${name} > /w/index.html; exec httpd -f -h /w'`;

const page = (w: World, from: string, port: number, says: string) => w.from(from).http(`http://${HOST1}:${port}/`, says);
const client = (w: World) => allOf(page(w, 'host2', 8080, 'web'), page(w, 'host2', w.vars.port, 'admin'));
const visitor = (w: World) => page(w, 'host3', 8080, 'web');
const noAdmin = (w: World) => notOf(w.from('host3').tcp(HOST1, w.vars.port));

const side = (w: World) =>
  allOf(
    ...['web', 'admin']
      .flatMap((name) => w.container('host1', name)?.networks ?? [])
      .flatMap(({ ip }) => ip ?? [])
      .map((ip) => notOf(w.from('host3').tcp(ip, 80))),
  );

/** Rules that name the visitor, in a chain. */
const rulesIn = (w: World, chain: string) => w.rules('host1').filter((rule) => rule.startsWith(`-A ${chain} `));

export default defineExercise({
  vars: { n: between(85, 88), port: pick(9090, 9443) },
  lab: party,
  setup: ({ n, port }) => [
    `docker network create --subnet 10.${n}.0.0/24 shop`,
    server('web', 8080),
    server('admin', port),
    { host: 'host3', run: `ip route add 10.${n}.0.0/24 via ${HOST1}` },
  ],
  checks: {
    admin: { points: 1, test: noAdmin },
    side: { points: 2, test: side },
    swap: {
      points: 2,
      test: (w) => {
        const world = w.fork();
        for (const what of ['stop -t 0 web admin', 'start admin', 'start web']) world.from('host1').run(`docker ${what}`);
        return allOf(client(world), visitor(world), noAdmin(world));
      },
    },
    client: { points: 1, kind: 'guard', test: client },
    visitor: { points: 1, kind: 'guard', test: visitor },
    out: {
      points: 1,
      kind: 'guard',
      test: (w) => allOf(...['web', 'admin'].map((name) => w.from(`host1@${name}`).http(OUTSIDE))),
    },
  },
  feedback: {
    input: { when: (w) => rulesIn(w, 'INPUT').length > 0 && !noAdmin(w).ok },
    dport: { when: (w) => rulesIn(w, 'DOCKER-USER').some((rule) => rule.includes(`--dport ${w.vars.port} `)) },
    'by-address': { when: (w) => rulesIn(w, 'DOCKER-USER').some((rule) => new RegExp(`-d 10\\.${w.vars.n}\\.0\\.\\d/32`).test(rule)) },
    shut: { when: (w) => !client(w).ok && !visitor(w).ok },
    'one-door': { when: (w) => noAdmin(w).ok && !side(w).ok && !rulesIn(w, 'DOCKER-USER').some((rule) => / -d 10\./.test(rule)) },
  },
});
