import { allOf, between, type CheckWorld, defineExercise, expected, pick } from '../../../src/course/exercise.ts';
import { solo } from '../../../src/sim/lab/standard.ts';

const ROOMS = [1, 2, 3];
const PORTS = ROOMS.map((room) => `v${room}`);

const withAddress = (w: CheckWorld) => PORTS.filter((port) => w.ipv4('host1', port).length > 0);

export default defineExercise({
  vars: { n: between(100, 140), plug: pick('v1', 'v2', 'v3') },
  lab: solo,
  setup: ({ n, plug }) => [
    'ip link add br0 type bridge',
    'ip link set br0 up',
    ...ROOMS.flatMap((room) => [
      `ip netns add n${room}`,
      `ip link add v${room} type veth peer name eth0 netns n${room}`,
      `ip link set v${room} up master br0`,
      `ip -n n${room} addr add 10.0.${n}.${room}/24 dev eth0`,
      `ip -n n${room} link set eth0 up`,
    ]),
    `ip addr add 10.0.${n}.254/24 dev ${plug}`,
  ],
  checks: {
    host: {
      points: 2,
      test: (w) => allOf(...ROOMS.map((room) => w.from('host1').ping(`10.0.${w.vars.n}.${room}`))),
    },
    back: { points: 1, test: (w) => allOf(...ROOMS.map((room) => w.from(`host1/n${room}`).ping(`10.0.${w.vars.n}.254`))) },
    ports: {
      points: 1,
      live: true,
      test: (w) => expected(withAddress(w).length === 0, 'no port has an IPv4 address', `there is one on ${withAddress(w).join(', ')}`),
    },
    rooms: {
      points: 1,
      kind: 'guard',
      test: (w) => allOf(...ROOMS.map((room) => w.from(`host1/n${room}`).ping(`10.0.${w.vars.n}.${(room % ROOMS.length) + 1}`))),
    },
  },
  feedback: {
    both: { when: (w) => w.ipv4('host1', 'br0').length > 0 && withAddress(w).length > 0 },
    'every-port': { when: (w) => withAddress(w).length > 1 },
    unplugged: { when: (w) => PORTS.some((port) => w.link('host1', port)?.master === undefined) },
  },
});
