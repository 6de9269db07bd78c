import { allOf, between, defineExercise, expected } from '../../../src/course/exercise.ts';
import { solo, standardHost } from '../../../src/sim/lab/standard.ts';

const SCRIPT = '/root/wire.sh';

const runbook = (n: number) => `ip link add v-host type veth peer name v-app
ip addr add 10.9.${n}.1/24 dev v-host
ip addr add 10.9.${n}.2/24 dev v-app
ip link set v-host up
ip link set v-app up
ip link set v-app netns app
`;

export default defineExercise({
  vars: { n: between(3, 12) },
  lab: ({ n }) => ({ ...solo, machines: [{ ...standardHost(1), files: { [SCRIPT]: runbook(n) } }] }),
  setup: ['ip netns add app'],
  checks: {
    runs: {
      points: 3,
      test: (w) => {
        const { n } = w.vars;
        const fresh = w.fresh([`host1:${SCRIPT}`]);
        const { ended } = fresh.from('host1').run(`bash ${SCRIPT}`);
        return allOf(
          expected(ended, 'wire.sh comes to its end', 'it was still running after 30 seconds'),
          fresh.from('host1').ping(`10.9.${n}.2`),
          fresh.from('host1/app').ping(`10.9.${n}.1`),
        );
      },
    },
    here: {
      points: 1,
      kind: 'guard',
      test: (w) => {
        const fresh = w.fresh([`host1:${SCRIPT}`]);
        fresh.from('host1').run(`bash ${SCRIPT}`);
        const own = fresh.ipv4('host1').filter((cidr) => cidr.startsWith(`10.9.${w.vars.n}.2/`));
        return expected(own.length === 0, `after wire.sh, 10.9.${w.vars.n}.2 is not the host's own`, `the host has ${own.join(', ')}`);
      },
    },
  },
  feedback: {
    'up-again': {
      when: (w) => {
        const fresh = w.fresh([`host1:${SCRIPT}`]);
        fresh.from('host1').run(`bash ${SCRIPT}`);
        return fresh.link('host1/app', 'v-app')?.up === true && fresh.ipv4('host1/app', 'v-app').length === 0;
      },
    },
    'no-move': {
      when: (w) => {
        const fresh = w.fresh([`host1:${SCRIPT}`]);
        fresh.from('host1').run(`bash ${SCRIPT}`);
        return fresh.link('host1', 'v-app') !== undefined;
      },
    },
  },
});
