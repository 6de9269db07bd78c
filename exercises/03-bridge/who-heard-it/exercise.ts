import { between, type CheckWorld, defineExercise, expected, predicted } from '../../../src/course/exercise.ts';
import { solo } from '../../../src/sim/lab/standard.ts';

const ROOMS = [1, 2, 3];

/** Any ping of n1's leaves frames on its counter. With IPv6 off nothing else does. */
const experimented = (w: CheckWorld) => (w.link('host1/n1', 'eth0')?.txPackets ?? 1) > 0;

/** How many frames n3 hears while n1 pings n2, after these commands on host1. */
function heard(w: CheckWorld, count: number, ...before: readonly string[]): number {
  const { length } = w.captured('host1/n3', 'eth0', (world) => {
    world.from('host1').run([...before, `ip netns exec n1 ping -c ${count} 10.0.0.2`].join('; '));
  });
  return length;
}

const KNOWN = 'ip netns exec n1 ping -c 1 10.0.0.2';

/** The lab as the learner found it, with everybody's hardware address known, but for the frames that this took. */
function acquainted(w: CheckWorld): CheckWorld {
  const fresh = w.fresh([]);
  fresh.from('host1').run(KNOWN);
  return fresh;
}

export default defineExercise({
  vars: { k: between(2, 4) },
  lab: solo,
  setup: [
    'sysctl -w net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1',
    'ip link add br0 type bridge mcast_snooping 0',
    'ip link set br0 up',
    ...ROOMS.flatMap((room) => [
      `ip netns add n${room}`,
      `ip netns exec n${room} sysctl -w net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1`,
      `ip link add v${room} type veth peer name eth0 netns n${room}`,
      `ip link set v${room} up master br0`,
      `ip -n n${room} addr add 10.0.0.${room}/24 dev eth0`,
      `ip -n n${room} link set eth0 up`,
    ]),
  ],
  checks: {
    fresh: {
      points: 1,
      test: (w) => predicted(w, 'fresh', () => heard(w.fresh([]), w.vars.k), experimented),
    },
    flushed: {
      points: 1,
      test: (w) => predicted(w, 'flushed', () => heard(acquainted(w), w.vars.k, 'ip link set br0 type bridge fdb_flush'), experimented),
    },
    ageless: {
      points: 1,
      test: (w) => predicted(w, 'ageless', () => heard(acquainted(w), w.vars.k, 'ip link set br0 type bridge ageing_time 0'), experimented),
    },
    forgets: {
      points: 2,
      test: (w) => {
        const world = w.fork();
        // The first pings would teach a bridge that learns.
        const ran = world.from('host1').run(`${KNOWN}; ${KNOWN}`);
        const echoes = ran.exit === 0 ? heard(world, 3) : 0;
        const actual = ran.exit === 0 ? `it heard ${echoes} frames of 3 pings and 3 answers` : 'n1 and n2 no longer reach each other';
        return expected(echoes >= 6, 'n3 hears all that n1 and n2 say to each other, again and again', actual);
      },
    },
  },
  feedback: {
    hub: { when: (w) => Number(w.answer('fresh')) > 2 || Number(w.answer('flushed')) > 2 },
    private: { when: (w) => [w.answer('fresh'), w.answer('flushed')].includes('0') },
  },
});
