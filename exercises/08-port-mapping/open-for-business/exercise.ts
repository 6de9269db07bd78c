import { allOf, type CheckWorld, defineExercise, notOf, pick } from '../../../src/course/exercise.ts';
import { dockerAndClient } from '../../../src/sim/lab/standard.ts';

type World = CheckWorld<{ port: number }>;

const HOST1 = '192.168.56.11';
const OFFICE = 9000;

const published = (w: World) => w.containers('host1').flatMap(({ ports }) => ports);

export default defineExercise({
  vars: { port: pick(8080, 8088) },
  lab: dockerAndClient,
  setup: [`docker run -d --name office busybox httpd -f -p ${OFFICE} -h /etc`],
  checks: {
    shop: { points: 2, test: (w) => w.from('host2').http(`http://${HOST1}:${w.vars.port}/`) },
    office: {
      points: 1,
      kind: 'guard',
      test: (w) =>
        allOf(
          notOf(w.from('host2').tcp(HOST1, OFFICE)),
          w.from('host1').tcp(w.container('host1', 'office')?.networks[0]?.ip ?? '172.17.0.2', OFFICE),
        ),
    },
  },
  feedback: {
    backwards: { when: (w) => published(w).some(({ port }) => port === w.vars.port) },
    hostnet: { when: (w) => w.containers('host1').some(({ running, networkMode }) => running && networkMode === 'host') },
    loopback: { when: (w) => published(w).some(({ hostIp, hostPort }) => hostIp === '127.0.0.1' && hostPort === w.vars.port) },
    both: { when: (w) => published(w).some(({ port }) => port === OFFICE) },
  },
});
