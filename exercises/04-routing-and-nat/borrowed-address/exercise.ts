import { between, type CheckWorld, defineExercise } from '../../../src/course/exercise.ts';
import { SITES, solo } from '../../../src/sim/lab/standard.ts';

const HOST = '192.168.56.11';
const OUTSIDE = `http://${SITES['www.example.com']}/ip`;

const shopsView = (w: CheckWorld<{ n: number }>) => w.from('host1/box').http(`http://10.${w.vars.n}.2.2/ip`, `10.${w.vars.n}.1.2`);

export default defineExercise({
  vars: { n: between(21, 28) },
  lab: solo,
  setup: ({ n }) => [
    'sysctl -qw net.ipv4.ip_forward=1',
    ...['box', 'shop'].flatMap((room, i) => [
      `ip link add br${i} type bridge`,
      `ip link set br${i} up`,
      `ip addr add 10.${n}.${i + 1}.1/24 dev br${i}`,
      `ip netns add ${room}`,
      `ip -n ${room} link set lo up`,
      `ip link add v-${room} up master br${i} type veth peer name eth0 netns ${room}`,
      `ip -n ${room} addr add 10.${n}.${i + 1}.2/24 dev eth0`,
      `ip -n ${room} link set eth0 up`,
      `ip -n ${room} route add default via 10.${n}.${i + 1}.1`,
    ]),
    'trap "" HUP; ip netns exec shop webd 80 &',
  ],
  checks: {
    out: { points: 2, test: (w) => w.from('host1/box').http(OUTSIDE, HOST) },
    inside: { points: 2, kind: 'guard', test: shopsView },
  },
  feedback: {
    everything: { when: (w) => w.from('host1/box').http(OUTSIDE, HOST).ok && !shopsView(w).ok },
    'no-match': {
      when: (w) => /-j (MASQUERADE|SNAT)/.test(w.from('host1').run('iptables -t nat -S').output) && !w.from('host1/box').http(OUTSIDE).ok,
    },
    bridged: { when: (w) => w.link('host1', 'eth0')?.master !== undefined },
  },
});
