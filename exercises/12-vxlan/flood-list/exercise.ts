import { allOf, type CheckWorld, defineExercise, expected, pick } from '../../../src/course/exercise.ts';
import { trio } from '../../../src/sim/lab/standard.ts';

const HOSTS = [1, 2, 3];
/** Nobody chatters. */
const QUIET = 'sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1';
const ZEROS = '00:00:00:00:00:00';
const mac = (n: number): string => `02:00:00:00:00:0${n}`;
const vtep = (n: number): string => `192.168.56.1${n}`;

/** Six pings, each way between each two. */
const allTalk = (w: CheckWorld, before: (world: CheckWorld) => void = () => {}) =>
  allOf(
    ...HOSTS.flatMap((a) =>
      HOSTS.filter((b) => b !== a).map((b) => {
        before(w);
        return w.from(`host${a}/box`).ping(`10.0.0.${b}`);
      }),
    ),
  );

/** Makes everybody in a fork forget what was learned: bridges, VTEPs and boxes. */
function forget(world: CheckWorld): void {
  for (const n of HOSTS) {
    world.from(`host${n}`).run('bridge fdb flush dev vx0 nopermanent; ip link set br0 type bridge fdb_flush; ip -n box neigh flush all');
  }
}

function forgetful(w: CheckWorld): CheckWorld {
  const world = w.fork();
  forget(world);
  return world;
}

/** Letters to multicast groups that leave the hosts while the boxes ask for everybody. */
const toGroups = (w: CheckWorld) =>
  HOSTS.flatMap((n) =>
    forgetful(w)
      .captured(`host${n}`, 'eth0', (world) => {
        for (const other of HOSTS) world.from(`host${n}/box`).run(`ping -c 1 -W 1 10.0.0.${other}`);
      })
      .filter(({ direction, summary }) => direction === 'out' && /> (22[4-9]|23\d)\.[\d.]+: VXLAN/.test(summary)),
  );

const floodList = (w: CheckWorld, n: number) => w.fdb(`host${n}`, 'vx0').filter((entry) => entry.mac === ZEROS);

export default defineExercise({
  vars: { vni: pick(42, 300, 8000) },
  lab: trio,
  setup: ({ vni }) =>
    HOSTS.flatMap((n) =>
      [
        QUIET,
        `ip link add vx0 type vxlan id ${vni} dstport 4789 dev eth0`,
        'ip link add br0 type bridge',
        'ip link set br0 up',
        'ip link set vx0 up master br0',
        'ip netns add box',
        `ip netns exec box ${QUIET}`,
        'ip link add vbox type veth peer name eth0 netns box',
        'ip link set vbox up master br0',
        `ip -n box link set eth0 address ${mac(n)} mtu 1450 up`,
        `ip -n box addr add 10.0.0.${n}/24 dev eth0`,
      ].map((run) => ({ host: `host${n}`, run })),
    ),
  checks: {
    all: { points: 3, test: (w) => allTalk(w) },
    fresh: { points: 2, test: (w) => allTalk(w.fork(), forget) },
    group: {
      points: 1,
      kind: 'guard',
      test: (w) => {
        const found = toGroups(w);
        return expected(found.length === 0, 'no letter is addressed to a multicast group', found[0]?.summary ?? '');
      },
    },
  },
  feedback: {
    incomplete: {
      when: (w) => {
        const lengths = HOSTS.map((n) => floodList(w, n).filter(({ dst }) => HOSTS.some((other) => dst === vtep(other))).length);
        return lengths.some((length) => length > 0) && lengths.some((length) => length < 2);
      },
    },
    'by-mac': {
      when: (w) =>
        HOSTS.every((n) => floodList(w, n).length === 0) &&
        HOSTS.some((n) => w.fdb(`host${n}`, 'vx0').some(({ dst }) => dst !== undefined)),
    },
    multicast: { when: (w) => HOSTS.some((n) => floodList(w, n).some(({ dst }) => /^(22[4-9]|23\d)\./.test(dst ?? ''))) },
  },
});
