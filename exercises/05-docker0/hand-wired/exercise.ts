import type { Finding } from '../../../src/course/exercise.ts';
import { allOf, type CheckWorld, defineExercise, expected, pick } from '../../../src/course/exercise.ts';
import { docker } from '../../../src/sim/lab/standard.ts';

type World = CheckWorld<{ name: string }>;

const run = (name: string): string => `docker run -d --name ${name} centos sleep 86400`;

const at = (name: string): string => `host1@${name}`;

/** A container's address besides 127.0.0.1. */
const address = (w: World, name: string): string | undefined =>
  w
    .ipv4(at(name))
    .find((cidr) => !cidr.startsWith('127.'))
    ?.replace(/\/.*/, '');

/** Two containers ping each other. */
function talk(w: World, one: string, other: string): Finding {
  const [a, b] = [address(w, one), address(w, other)];
  if (a === undefined || b === undefined) {
    return expected(false, `${one} and ${other} ping each other`, `${a === undefined ? one : other} has no address`);
  }
  return allOf(w.from(at(one)).ping(b), w.from(at(other)).ping(a));
}

const getsOut = (w: World, name: string): Finding => w.from(at(name)).http('http://www.example.com/ip', '192.168.56.11');

/** The networks of Docker's that list it. */
const listedIn = (w: World): string =>
  w
    .networks('host1')
    .filter(({ containers }) => containers.includes(w.vars.name))
    .map(({ name }) => name)
    .join(', ');

const NEWCOMERS = ['later1', 'later2', 'later3'];

export default defineExercise({
  vars: { name: pick('lonely', 'hermit') },
  lab: docker,
  setup: ({ name }) => [`docker run -d --name ${name} --network none centos sleep 86400`, run('peer')],
  checks: {
    peer: { points: 2, test: (w) => talk(w, w.vars.name, 'peer') },
    out: { points: 2, test: (w) => getsOut(w, w.vars.name) },
    same: { points: 1, kind: 'guard', test: (w) => w.same('host1', w.vars.name) },
    records: {
      points: 1,
      kind: 'guard',
      live: true,
      test: (w) =>
        expected(
          listedIn(w) === 'none',
          `Docker lists ${w.vars.name} in its network none`,
          `it lists it in ${listedIn(w) || 'no network'}`,
        ),
    },
    later: {
      points: 1,
      test: (w) => {
        const world = w.fork();
        for (const name of NEWCOMERS) world.from('host1').run(run(name));
        const addresses = [w.vars.name, 'peer', ...NEWCOMERS].map((name) => address(world, name));
        const unique = new Set(addresses).size === addresses.length;
        return allOf(
          expected(unique, 'no container that starts later gets an address that is in use', 'two have the same address'),
          ...NEWCOMERS.flatMap((name) => [talk(world, w.vars.name, name), getsOut(world, name)]),
        );
      },
    },
  },
  feedback: {
    'next-free': { when: (w) => address(w, w.vars.name) === '172.17.0.3' && listedIn(w) === 'none' },
    'no-route': { when: (w) => talk(w, w.vars.name, 'peer').ok && !w.routes(at(w.vars.name)).some(({ dst }) => dst === 'default') },
    'docker-way': { when: (w) => w.same('host1', w.vars.name).ok && listedIn(w) !== 'none' },
    recreate: { when: (w) => !w.same('host1', w.vars.name).ok },
    'one-end': {
      when: (w) => w.link(at(w.vars.name), 'eth0')?.carrier === false || w.link(at(w.vars.name), 'eth0')?.up === false,
    },
  },
});
