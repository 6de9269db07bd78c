import { type CheckWorld, defineExercise, expected, pick } from '../../../src/course/exercise.ts';
import { dockerHost, standardHost } from '../../../src/sim/lab/standard.ts';

const HOST1 = '192.168.56.11';

type World = CheckWorld<{ port: number }>;

/** The number in the page, each time host2 asks for it. */
function numbers(w: World, times: number): readonly (number | undefined)[] {
  const { output } = w.from('host2').run(`for i in $(seq ${times}); do curl -s -m 3 http://${HOST1}:${w.vars.port}/; done`);
  const found = [...output.matchAll(/seen (\d+) times/g)].map(([, number]) => Number(number));
  return Array.from({ length: times }, (_, i) => found[i]);
}

export default defineExercise({
  vars: { port: pick(5000, 8000) },
  lab: { id: 'counter', machines: [dockerHost(1, ['redis:latest', 'counter:latest']), standardHost(2)], outside: 'internet' },
  setup: ['docker network create app', 'docker run -d --name redis_one --network app redis'],
  checks: {
    counts: {
      points: 2,
      test: (w) => {
        const [first, second] = numbers(w, 2);
        return expected(
          first !== undefined && second === first + 1,
          `two visits of host2 to port ${w.vars.port} of host1 give a number and the next one`,
          `they give ${first ?? 'nothing'} and ${second ?? 'nothing'}`,
        );
      },
    },
    redis: {
      points: 1,
      kind: 'guard',
      test: (w) => expected(!w.from('host2').tcp(HOST1, 6379).open, 'host2 cannot open port 6379 of host1', 'it can'),
    },
  },
  feedback: {
    'no-variable': {
      when: (w) => w.containers('host1').some(({ image, running, env }) => image === 'counter' && running && env.REDIS_HOST === undefined),
    },
    'no-network': {
      when: (w) =>
        w
          .containers('host1')
          .some(({ image, running, networks }) => image === 'counter' && running && !networks.some(({ name }) => name === 'app')),
    },
    'open-redis': { when: (w) => w.containers('host1').some(({ ports }) => ports.some(({ port }) => port === 6379)) },
  },
});
