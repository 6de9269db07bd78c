import { allOf, type CheckWorld, defineExercise, expected, pick } from '../../../src/course/exercise.ts';
import { docker, SITES } from '../../../src/sim/lab/standard.ts';

type World = CheckWorld<{ x: number; y: number }>;

const extra = ({ vars }: CheckWorld<{ x: number; y: number }>): string => `172.17.${vars.x}.${vars.y}`;

/** The hardware address that the host finds for it; '' for none. */
function owner(w: World): string {
  const world = w.fork();
  world.from('host1').run(`ping -c 1 -W 1 ${extra(w)}`);
  return world.neigh('host1').find(({ address, dev }) => address === extra(w) && dev === 'docker0')?.mac ?? '';
}

/** The ttl that c2 prints for a ping. */
const ttl = (w: World, target: string): string | undefined =>
  /ttl=(\d+)/.exec(w.from('host1@c2').run(`ping -c 2 -W 1 ${target}`).output)?.[1];

const registered = (w: World): string =>
  w
    .containers('host1')
    .map(({ name, networks }) => `${name} ${networks.map((network) => `${network.name} ${network.ip}`).join(' ')}`)
    .join(', ');

const LIST = 'c1 bridge 172.17.0.2, c2 bridge 172.17.0.3';

export default defineExercise({
  vars: { x: pick(9, 40), y: pick(9, 77) },
  lab: docker,
  setup: ['c1', 'c2'].map((name) => `docker run -d --name ${name} centos sleep 86400`),
  checks: {
    extra: { points: 1, test: (w) => allOf(w.from('host1@c2').ping(extra(w)), w.from('host1').ping(extra(w))) },
    owner: {
      points: 2,
      test: (w) => {
        const mac = w.link('host1@c1', 'eth0')?.mac;
        const found = owner(w);
        const actual = found === '' ? 'nobody on the bridge does' : `${found} answers`;
        return expected(found !== '' && found === mac, `for ${extra(w)}, c1’s eth0 answers`, actual);
      },
    },
    ttl: {
      points: 1,
      // For as long as nobody has the address, c1's own shows the same.
      test: (w) => allOf(w.answered('ttl', ttl(w, '172.17.0.2')), w.answered('ttl-world', ttl(w, SITES['www.example.com'] ?? ''))),
    },
    list: {
      points: 1,
      kind: 'guard',
      live: true,
      test: (w) => expected(registered(w) === LIST, `Docker’s list is what it was: ${LIST}`, `it is ${registered(w)}`),
    },
  },
  feedback: {
    exec: { when: (w) => w.answer('ttl') !== undefined && registered(w) === LIST && !w.from('host1').ping(extra(w)).ok },
    'on-docker0': { when: (w) => w.ipv4('host1').some((cidr) => cidr.startsWith(`${extra(w)}/`)) },
    'ask-docker': { when: (w) => w.containers('host1').length > 2 },
    'one-hop': { when: (w) => w.answer('ttl') === '63' },
  },
});
