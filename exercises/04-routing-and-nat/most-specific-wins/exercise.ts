import { allOf, between, type CheckWorld, defineExercise, expected } from '../../../src/course/exercise.ts';
import { trio } from '../../../src/sim/lab/standard.ts';

const HOST2 = '192.168.56.12';
const HOST3 = '192.168.56.13';
const GATEWAY = '192.168.56.1';

/** The next hop that host1's kernel chooses for each address; '' where it is a neighbour, or there is no way. */
function nextHops(w: CheckWorld, ...addresses: readonly string[]): readonly string[] {
  const { output } = w.from('host1').run(`for a in ${addresses.join(' ')}; do ip -o route get $a; done 2>&1`);
  const lines = output.split('\n');
  return addresses.map((_, i) => / via (\S+)/.exec(lines[i] ?? '')?.[1] ?? '');
}

function leaveBy(w: CheckWorld, hop: string, ...addresses: readonly string[]) {
  const taken = nextHops(w, ...addresses);
  return allOf(
    ...addresses.map((address, i) =>
      expected(taken[i] === hop, `${address} leaves by way of ${hop}`, `it takes ${taken[i] || 'no router'}`),
    ),
  );
}

export default defineExercise({
  vars: { a: between(3, 9), b: between(200, 206), c: between(40, 46) },
  lab: trio,
  setup: [`ip route add 10.92.0.0/16 via ${HOST2}`],
  checks: {
    customer: {
      points: 2,
      test: (w) => leaveBy(w, HOST3, `10.92.202.${w.vars.a}`, `10.92.203.${w.vars.b}`, '10.92.202.1', '10.92.203.254'),
    },
    rest: {
      points: 1,
      kind: 'guard',
      test: (w) =>
        allOf(
          leaveBy(w, HOST2, `10.92.201.${w.vars.c}`, `10.92.204.${w.vars.c}`, '10.92.0.9'),
          leaveBy(w, GATEWAY, '203.0.113.80', '10.93.202.1'),
        ),
    },
  },
  feedback: {
    half: { when: (w) => nextHops(w, '10.92.202.9', '10.92.203.9').join() === `${HOST2},${HOST3}` },
    'same-length': { when: (w) => w.routes('host1').filter(({ dst }) => dst === '10.92.0.0/16').length > 1 },
    'too-wide': { when: (w) => nextHops(w, '10.92.201.9', '10.92.204.9').includes(HOST3) },
  },
});
