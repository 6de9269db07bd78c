import { allOf, type CheckWorld, defineExercise, expected, type Finding, notOf, pick } from '../../../src/course/exercise.ts';
import { docker, SITES } from '../../../src/sim/lab/standard.ts';

type World = CheckWorld<{ web: string; api: string }>;

const OUTSIDE = `http://${SITES['www.example.com']}/`;

const server = (name: string) =>
  `docker run -d --name ${name} --network all busybox sh -c 'mkdir /w; echo ${name} > /w/index.html; exec httpd -f -h /w'`;

const chain = (w: World) => {
  const { web, api } = w.vars;
  return allOf(w.from(`host1@${web}`).http(`http://${api}/`, api), w.from(`host1@${api}`).http('http://db/', 'db'));
};

/** A closed door is one in front of a room that exists. */
const behind = (w: World, test: () => Finding): Finding =>
  w.container('host1', 'db')?.running === true ? test() : expected(false, 'db runs', 'it does not');

const noName = (w: World) =>
  behind(w, () => {
    const address = w.from(`host1@${w.vars.web}`).resolve('db');
    return expected(address === undefined, `${w.vars.web} is not told who db is`, `it is told ${address}`);
  });

const noAddress = (w: World) =>
  behind(w, () => {
    const ips = (w.container('host1', 'db')?.networks ?? []).flatMap(({ ip }) => ip ?? []);
    return allOf(...ips.map((ip) => notOf(w.from(`host1@${w.vars.web}`).tcp(ip, 80))));
  });

const dbIn = (w: World) => behind(w, () => notOf(w.from('host1@db').http(OUTSIDE)));

const legs = (w: World, name: string) => w.container('host1', name)?.networks.length ?? 0;

export default defineExercise({
  vars: { web: pick('web', 'page'), api: pick('api', 'logic') },
  lab: docker,
  setup: ({ web, api }) => ['docker network create all', server('db'), server(api), server(web)],
  checks: {
    name: { points: 1, test: noName },
    address: { points: 2, test: noAddress },
    out: { points: 1, test: dbIn },
    restart: {
      points: 1,
      test: (w) => {
        const world = w.fork();
        world.from('host1').run(`docker restart -t 0 ${w.vars.web} db ${w.vars.api}`);
        return allOf(chain(world), noName(world), noAddress(world), dbIn(world));
      },
    },
    chain: { points: 1, kind: 'guard', test: chain },
  },
  feedback: {
    'still-together': { when: (w) => legs(w, 'db') > 1 && !noName(w).ok },
    'one-leg': { when: (w) => legs(w, 'db') > 0 && legs(w, w.vars.api) === 1 && !chain(w).ok },
    'not-internal': { when: (w) => noAddress(w).ok && !dbIn(w).ok },
    cut: { when: (w) => w.container('host1', 'db') !== undefined && legs(w, 'db') === 0 },
  },
});
