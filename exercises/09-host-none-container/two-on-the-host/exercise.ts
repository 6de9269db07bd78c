import { type CheckWorld, defineExercise, expected, pick } from '../../../src/course/exercise.ts';
import { dockerAndClient } from '../../../src/sim/lab/standard.ts';

const HOST1 = '192.168.56.11';

type World = CheckWorld<{ port: number }>;

const second = (w: World) => w.from('host2').http(`http://${HOST1}:${w.vars.port}/`, 'page two');
const shares = (w: World) => w.container('host1', 'web2')?.networkMode === 'host';

export default defineExercise({
  vars: { port: pick(8081, 8090) },
  lab: dockerAndClient,
  setup: ({ port }) => [
    'mkdir -p /srv/web1 /srv/web2; echo page one > /srv/web1/index.html; echo page two > /srv/web2/index.html',
    'docker run -d --name web1 --network host -v /srv/web1:/usr/share/nginx/html nginx',
    { sleepSeconds: 1 },
    `docker run -d --name web2 --network host -p ${port}:80 -v /srv/web2:/usr/share/nginx/html nginx`,
    { sleepSeconds: 4 },
  ],
  checks: {
    one: { points: 1, kind: 'guard', test: (w) => w.from('host2').http(`http://${HOST1}/`, 'page one') },
    two: { points: 2, test: (w) => second(w.fork().wait(10)) },
    loose: {
      points: 1,
      live: true,
      test: (w) => expected(w.container('host1', 'web2')?.running === true && !shares(w), 'web2 runs in a room of its own', 'it does not'),
    },
  },
  feedback: {
    'once-more': { when: (w) => shares(w) && w.container('host1', 'web2')?.running === false && !w.same('host1', 'web2').ok },
    swap: { when: (w) => shares(w) && w.container('host1', 'web2')?.running === true },
  },
});
