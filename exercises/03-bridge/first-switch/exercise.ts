import { allOf, between, type CheckWorld, defineExercise, expected } from '../../../src/course/exercise.ts';
import { solo } from '../../../src/sim/lab/standard.ts';

const ROOMS = [1, 2, 3];

/** IPv4 addresses of the host's switches and of what is plugged into them. */
function onTheSwitch(w: CheckWorld): readonly string[] {
  const devices = w.links('host1').filter(({ kind, master, name }) => kind === 'bridge' || master !== undefined || /^v\d$/.test(name));
  return devices.flatMap(({ name }) => w.ipv4('host1', name).map((cidr) => `${cidr} on ${name}`));
}

export default defineExercise({
  vars: { n: between(21, 60) },
  lab: solo,
  setup: ({ n }) =>
    ROOMS.flatMap((room) => [
      `ip netns add n${room}`,
      `ip link add v${room} type veth peer name eth0 netns n${room}`,
      `ip link set v${room} up`,
      `ip -n n${room} addr add 10.0.${n}.${room}/24 dev eth0`,
      `ip -n n${room} link set eth0 up`,
    ]),
  checks: {
    all: {
      points: 3,
      test: (w) =>
        allOf(
          ...ROOMS.flatMap((from) =>
            ROOMS.filter((to) => to !== from).map((to) => w.from(`host1/n${from}`).ping(`10.0.${w.vars.n}.${to}`)),
          ),
        ),
    },
    addresses: {
      points: 1,
      kind: 'guard',
      live: true,
      test: (w) => {
        const found = onTheSwitch(w);
        return expected(found.length === 0, 'neither the switch nor a port of it has an IPv4 address', found.join(', '));
      },
    },
  },
  feedback: {
    asleep: { when: (w) => w.links('host1').some(({ kind, up }) => kind === 'bridge' && !up) },
    loose: {
      when: (w) => {
        const plugged = ROOMS.filter((room) => w.link('host1', `v${room}`)?.master !== undefined);
        return plugged.length > 0 && plugged.length < ROOMS.length;
      },
    },
    addressed: { when: (w) => onTheSwitch(w).length > 0 },
  },
});
