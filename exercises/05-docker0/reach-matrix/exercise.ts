import { allOf, type CheckWorld, defineExercise, pick, predicted } from '../../../src/course/exercise.ts';
import type { LabDescription } from '../../../src/sim/lab/description.ts';
import { docker, standardHost } from '../../../src/sim/lab/standard.ts';

/** host2 knows nothing of containers, host3 has a route to them. */
const lab: LabDescription = { ...docker, id: 'dockerAndTwo', machines: [...docker.machines, standardHost(2), standardHost(3)] };

type World = CheckWorld<{ port: number }>;

/** Who calls whom, by the name of the answer. */
const CALLS = {
  neighbour: { from: 'host1@c1', url: (port: number) => `http://172.17.0.3:${port}/` },
  localhost: { from: 'host1@c1', url: (port: number) => `http://127.0.0.1:${port}/` },
  inward: { from: 'host1', url: (port: number) => `http://172.17.0.3:${port}/` },
  gateway: { from: 'host1@c1', url: () => 'http://172.17.0.1:9000/' },
  lan: { from: 'host2', url: (port: number) => `http://172.17.0.3:${port}/` },
  routed: { from: 'host3', url: (port: number) => `http://172.17.0.3:${port}/` },
  outward: { from: 'host1@c1', url: () => 'http://192.168.56.12/' },
  internet: { from: 'host1@c1', url: () => 'http://www.example.com/ip' },
} as const;

/** How many TCP connections have been begun at a place. */
function begun(w: CheckWorld, place: string): number {
  const [names, values] = (w.file(place, '/proc/net/snmp') ?? '').split('\n').filter((line) => line.startsWith('Tcp:'));
  return Number(values?.split(' ')[names?.split(' ').indexOf('ActiveOpens') ?? -1] ?? 0);
}

/** Somebody has called: the experiment has begun. */
const looked = (w: CheckWorld): boolean => ['host1', 'host1@c1', 'host2', 'host3'].some((place) => begun(w, place) > 0);

const foreseen = (w: World, name: keyof typeof CALLS) =>
  predicted(w, name, () => (w.from(CALLS[name].from).http(CALLS[name].url(w.vars.port)).ok ? 'yes' : 'no'), looked);

export default defineExercise({
  vars: { port: pick(80, 8000) },
  lab,
  setup: ({ port }) => [
    'docker run -d --name c1 centos sleep 86400',
    `docker run -d --name c2 busybox sh -c 'mkdir /srv; echo c2 > /srv/index.html; httpd -f -p ${port} -h /srv'`,
    'mkdir -p /srv; echo host1 > /srv/index.html; trap "" HUP; busybox httpd -p 9000 -h /srv',
    { host: 'host2', run: 'mkdir -p /srv; echo host2 > /srv/index.html; trap "" HUP; busybox httpd -p 80 -h /srv' },
    { host: 'host3', run: 'ip route add 172.17.0.0/16 via 192.168.56.11' },
  ],
  checks: {
    peer: { points: 1, test: (w) => allOf(foreseen(w, 'neighbour'), foreseen(w, 'localhost')) },
    host: { points: 1, test: (w) => allOf(foreseen(w, 'inward'), foreseen(w, 'gateway')) },
    lan: { points: 1, test: (w) => allOf(foreseen(w, 'lan'), foreseen(w, 'routed')) },
    world: { points: 1, test: (w) => allOf(foreseen(w, 'outward'), foreseen(w, 'internet')) },
  },
  feedback: {
    localhost: { when: (w) => w.answer('localhost') === 'yes' },
    'no-p-no-way': { when: (w) => w.answer('inward') === 'no' },
    'route-is-enough': { when: (w) => w.answer('routed') === 'yes' },
    indoors: { when: (w) => w.answer('outward') === 'no' || w.answer('internet') === 'no' },
  },
});
