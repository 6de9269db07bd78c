import { allOf, type CheckWorld, defineExercise, expected, pick } from '../../../src/course/exercise.ts';
import { solo } from '../../../src/sim/lab/standard.ts';

const TENANTS = ['a', 'b'] as const;
/** An address that no room has. */
const NOBODY = '10.0.0.9';

type Tenant = (typeof TENANTS)[number];

/** The outer ends, in an order that says nothing. */
const PLUGS: Readonly<Record<string, readonly string[]>> = {
  spring: ['veth3f1', 'veth9ac', 'veth27d', 'vethc08'],
  autumn: ['vethb64', 'veth10e', 'veth8d5', 'veth5a9'],
};
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  spring: ['b2', 'a1', 'b1', 'a2'],
  autumn: ['a2', 'b1', 'a1', 'b2'],
};

/** Whether the tenant's room 1 reaches its own room 2 under 10.0.0.2, and not somebody else's. */
function reaches(w: CheckWorld, tenant: Tenant) {
  const world = w.fork();
  const own = `${tenant}2`;
  let answered = world.from(`host1/${tenant}1`).ping('10.0.0.2');
  const frames = world.captured(`host1/${own}`, 'eth0', (inner) => {
    answered = inner.from(`host1/${tenant}1`).ping('10.0.0.2');
  });
  const asked = frames.some(({ direction, summary }) => direction === 'in' && summary.includes('ICMP echo request'));
  return allOf(answered, expected(asked, `${own} answers ${tenant}1 under 10.0.0.2`, 'it is somebody else who answers'));
}

/** Rooms of the other tenant that hear it when room 1 of this one asks everybody. */
function overheard(w: CheckWorld, tenant: Tenant): readonly string[] {
  const others = TENANTS.filter((one) => one !== tenant).flatMap((one) => [`${one}1`, `${one}2`]);
  return others.filter((room) =>
    w
      .captured(`host1/${room}`, 'eth0', (world) => {
        world.from(`host1/${tenant}1`).run(`ping -c 1 -W 1 ${NOBODY}`);
      })
      .some(({ direction, summary }) => direction === 'in' && summary.includes(`who-has ${NOBODY}`)),
  );
}

/** The switch that a room's cable is plugged into. */
const switchOf = (w: CheckWorld, room: string) => w.links('host1').find(({ peer }) => peer?.netns === room && peer.name === 'eth0')?.master;

export default defineExercise({
  vars: { season: pick('spring', 'autumn') },
  lab: solo,
  setup: ({ season }) =>
    (ROOMS[season] ?? []).flatMap((room, i) => [
      `ip netns add ${room}`,
      `ip link add ${PLUGS[season]?.[i]} type veth peer name eth0 netns ${room}`,
      `ip link set ${PLUGS[season]?.[i]} up`,
      `ip -n ${room} addr add 10.0.0.${room.slice(1)}/24 dev eth0`,
      `ip -n ${room} link set eth0 up`,
    ]),
  checks: {
    a: { points: 2, test: (w) => reaches(w, 'a') },
    b: { points: 2, test: (w) => reaches(w, 'b') },
    leak: {
      points: 1,
      kind: 'guard',
      test: (w) => {
        const heard = TENANTS.flatMap((tenant) => overheard(w, tenant).map((room) => `${room} hears ${tenant}1`));
        return expected(heard.length === 0, 'nobody hears a word of the other tenant', heard.join(', '));
      },
    },
  },
  feedback: {
    'one-switch': {
      when: (w) => {
        const [first, ...rest] = TENANTS.flatMap((tenant) => [`${tenant}1`, `${tenant}2`]).map((room) => switchOf(w, room));
        return first !== undefined && rest.every((one) => one === first);
      },
    },
    mixed: { when: (w) => TENANTS.some((tenant) => switchOf(w, `${tenant}1`) !== switchOf(w, `${tenant}2`)) },
    renumbered: {
      when: (w) => TENANTS.some((tenant) => [1, 2].some((room) => w.ipv4(`host1/${tenant}${room}`, 'eth0').join() !== `10.0.0.${room}/24`)),
    },
    joined: {
      when: (w) =>
        w
          .links('host1')
          .some(({ master, peer }) => master !== undefined && peer?.netns === 'host' && w.link('host1', peer.name)?.master !== undefined),
    },
  },
});
