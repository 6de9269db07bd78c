import { type CheckWorld, defineExercise, expected, pick } from '../../../src/course/exercise.ts';
import { solo } from '../../../src/sim/lab/standard.ts';

const GUEST = 'sleep';

/** The inode of the network namespace where the sleeper is, while it is not the host's. */
function hidden(w: CheckWorld): number | undefined {
  const host = w.namespaces('host1')[0]?.inode;
  return w.processes('host1').find(({ argv, netns }) => argv[0] === GUEST && netns !== host)?.netns;
}

export default defineExercise({
  vars: { address: pick('10.31.7.88', '10.200.14.3', '10.9.250.17') },
  lab: solo,
  setup: ({ address }) => [
    `nohup unshare -n bash -c 'ip link add d0 type dummy && ip addr add ${address}/24 dev d0 && ip link set d0 up && exec ${GUEST} 604800' > /dev/null 2>&1 & sleep 0.2`,
    { sleepSeconds: 3 },
  ],
  checks: {
    address: { points: 2, live: true, test: (w) => w.answered('address', w.vars.address) },
    named: {
      points: 2,
      live: true,
      test: (w) => {
        const ghost = w.namespace('host1', 'ghost');
        const actual = ghost === undefined ? 'nothing is called ghost' : 'ghost is another namespace, an empty one';
        return expected(ghost !== undefined && ghost.inode === hidden(w), 'ghost is the network namespace that the sleeper is in', actual);
      },
    },
    alive: {
      points: 1,
      kind: 'guard',
      live: true,
      test: (w) => expected(hidden(w) !== undefined, 'the sleeper still sleeps where it was', 'it has gone, and its network with it'),
    },
  },
  feedback: {
    'fresh-room': {
      when: (w) => {
        const ghost = w.namespace('host1', 'ghost');
        return ghost !== undefined && ghost.inode !== hidden(w);
      },
    },
    'host-address': { when: (w) => w.ipv4('host1').some((cidr) => cidr.split('/')[0] === w.answer('address')?.split('/')[0]) },
    'with-prefix': { when: (w) => w.answer('address') === `${w.vars.address}/24` },
  },
});
