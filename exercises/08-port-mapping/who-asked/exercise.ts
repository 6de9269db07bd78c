import { between, type CheckWorld, defineExercise, pick, predicted } from '../../../src/course/exercise.ts';
import { dockerAndClient } from '../../../src/sim/lab/standard.ts';

type World = CheckWorld<{ n: number; port: number }>;

/** The page says who asks; nobody speaks TCP with web before the experiment. */
const saidTo = (w: World, from: string, host: string) => w.from(from).http(`http://${host}:${w.vars.port}/ip`).body.trim();

/** Web has been asked: what it sent is more than answers to ARP. */
const asked = (w: World) => (w.link('host1@web', 'eth0')?.txPackets ?? 0) > 2;

const HOST1 = '192.168.56.11';

export default defineExercise({
  vars: { n: between(81, 84), port: pick(8080, 8088) },
  lab: dockerAndClient,
  setup: ({ n, port }) => [
    `docker network create --subnet 10.${n}.0.0/24 shop`,
    `docker run -d --name web --network shop -p ${port}:80 nginx`,
    'docker run -d --name next busybox sleep 1d',
  ],
  checks: {
    client: { points: 1, test: (w) => predicted(w, 'client', () => saidTo(w, 'host2', HOST1), asked) },
    loop: { points: 1, test: (w) => predicted(w, 'loop', () => saidTo(w, 'host1', '127.0.0.1'), asked) },
    lan: { points: 1, test: (w) => predicted(w, 'lan', () => saidTo(w, 'host1', HOST1), asked) },
    next: { points: 1, test: (w) => predicted(w, 'next', () => saidTo(w, 'host1@next', HOST1), asked) },
  },
  feedback: {
    'always-gateway': { when: (w) => asked(w) && w.answer('client') === `10.${w.vars.n}.0.1` },
    'always-true': { when: (w) => asked(w) && (w.answer('loop') === '127.0.0.1' || w.answer('next') === '172.17.0.2') },
  },
});
