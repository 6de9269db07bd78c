import { type CheckWorld, defineExercise, notOf, pick } from '../../../src/course/exercise.ts';
import { dockerAndClient } from '../../../src/sim/lab/standard.ts';

type World = CheckWorld<{ port: number }>;

const HOST1 = '192.168.56.11';

const closed = (w: World) => notOf(w.from('host2').tcp(HOST1, w.vars.port));

const app = (w: World) => w.from('host1').tcp('127.0.0.1', w.vars.port);

export default defineExercise({
  vars: { port: pick(6380, 7000) },
  lab: dockerAndClient,
  setup: ({ port }) => [`docker run -d --name cache -p ${port}:6379 redis`, `iptables -A INPUT -i eth0 -p tcp --dport ${port} -j DROP`],
  checks: {
    lan: { points: 2, test: closed },
    app: { points: 1, kind: 'guard', test: app },
  },
  feedback: {
    'more-input': {
      when: (w) => !closed(w).ok && w.rules('host1').filter((rule) => rule.startsWith('-A INPUT ')).length > 1,
    },
    dport: { when: (w) => w.rules('host1').some((rule) => rule.startsWith('-A DOCKER-USER ') && rule.includes(`--dport ${w.vars.port} `)) },
    unpublished: { when: (w) => !app(w).ok && w.containers('host1').every(({ ports }) => ports.length === 0) },
  },
});
