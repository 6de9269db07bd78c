import { allOf, type CheckWorld, defineExercise, notOf, pick } from '../../../src/course/exercise.ts';
import { dockerAndClient } from '../../../src/sim/lab/standard.ts';

type World = CheckWorld<{ port: number }>;

const HOST1 = '192.168.56.11';

const server = (name: string) => `docker run -d --name ${name} busybox sh -c 'mkdir /w; echo ${name} > /w/index.html; exec httpd -f -h /w'`;

const client = (w: World) => w.from('host2').http(`http://${HOST1}:${w.vars.port}/`, 'report');

const dbShut = (w: World) => {
  const ips = (w.container('host1', 'db')?.networks ?? []).flatMap(({ ip }) => ip ?? []);
  return allOf(...ips.map((ip) => notOf(w.from('host2').tcp(ip, 80))));
};

export default defineExercise({
  vars: { port: pick(8080, 8088) },
  lab: dockerAndClient,
  setup: [server('report'), server('db'), { host: 'host2', run: `ip route add 172.17.0.0/16 via ${HOST1}` }],
  checks: {
    client: { points: 3, test: client },
    same: { points: 1, kind: 'guard', test: (w) => w.same('host1', 'report') },
    db: { points: 1, kind: 'guard', test: dbShut },
  },
  feedback: {
    'nat-only': { when: (w) => !client(w).ok && w.rules('host1', 'nat').some((rule) => rule.includes('--to-destination 172.17.0.2:80')) },
    'forward-open': { when: (w) => !dbShut(w).ok },
    'day-zero': { when: (w) => !w.same('host1', 'report').ok },
  },
});
