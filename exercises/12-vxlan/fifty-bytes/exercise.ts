import { allOf, type CheckWorld, defineExercise, expected, pick, predicted } from '../../../src/course/exercise.ts';
import { duo } from '../../../src/sim/lab/standard.ts';

/** Outer IP, UDP, VXLAN, and the inner Ethernet header. */
const OVERHEAD = 20 + 8 + 8 + 14;
/** Of a ping: IP and ICMP. */
const PING_HEADERS = 20 + 8;
const BIG = 20_000;
const QUIET = 'sysctl -w net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1';

const ROOMS = [
  { host: 'host1', room: 'red', own: '10.0.0.1', other: '10.0.0.2', vtep: '192.168.56.12' },
  { host: 'host2', room: 'blue', own: '10.0.0.2', other: '10.0.0.1', vtep: '192.168.56.11' },
] as const;

const placeOf = ({ host, room }: (typeof ROOMS)[number]): string => `${host}/${room}`;

/** Rooms are silent until somebody makes them send. */
const experimented = (w: CheckWorld): boolean => ROOMS.some((room) => (w.link(placeOf(room), 'eth0')?.txPackets ?? 1) > 0);

/** The largest ping that is answered in the lab as it was at first, found by halving. */
function largest(w: CheckWorld): number {
  const world = w.fresh([]);
  let [fits, tooBig] = [0, 9000];
  while (tooBig - fits > 1) {
    const size = Math.floor((fits + tooBig) / 2);
    const { exit } = world.from('host1/red').run(`ping -c 1 -W 1 -M do -s ${size} 10.0.0.2`);
    if (exit === 0) fits = size;
    else tooBig = size;
  }
  return fits;
}

function loads(w: CheckWorld, room: (typeof ROOMS)[number]) {
  const url = `http://${room.other}/big`;
  const { ok, body, ...finding } = w.from(placeOf(room)).http(url);
  if (!ok) return { ok, ...finding };
  return expected(body.length >= BIG, `${room.room} loads all of ${url}`, `${body.length} bytes came`);
}

/** Whether what just fits gets through, and a room's own machine refuses one byte more. */
function refuses(w: CheckWorld<{ mtu: number }>, room: (typeof ROOMS)[number]) {
  const size = w.vars.mtu - OVERHEAD - PING_HEADERS;
  const ping = (more: number) => `ping -c 1 -W 1 -M do -s ${size + more}`;
  const { output } = w
    .from(placeOf(room))
    .run(`ip route flush cache; ${ping(0)} ${room.other} > /dev/null && echo fits; ip route flush cache; ${ping(1)} ${room.other}`);
  const said = output.split('\n').find((line) => /^ping: |^From |bytes from/.test(line));
  return allOf(
    expected(output.startsWith('fits'), `${ping(0)} in ${room.room} gets through`, 'it does not'),
    expected(
      /^ping: .*[Mm]essage too long/.test(said ?? ''),
      `${ping(1)} in ${room.room} fails at once: message too long`,
      said ?? 'silence',
    ),
  );
}

/** Pieces of letters on the wire while the rooms send each other long packets that may be cut. */
const pieces = (w: CheckWorld) =>
  w
    .captured('host1', 'eth0', (world) => {
      for (const room of ROOMS) world.from(placeOf(room)).run(`ping -c 1 -W 1 ${room.other}; ping -c 1 -W 1 -M dont -s 3000 ${room.other}`);
    })
    .filter(({ summary }) => summary.includes(': ip-proto-17'));

export default defineExercise({
  vars: { mtu: pick(1500, 1400, 1360) },
  lab: duo,
  setup: ({ mtu }) =>
    ROOMS.flatMap(({ host, room, own, vtep }) =>
      [
        QUIET,
        `ip link set eth0 mtu ${mtu}`,
        `ip link add vxlan0 mtu ${mtu - OVERHEAD} type vxlan id 42 dstport 4789 remote ${vtep}`,
        'ip link add br0 type bridge mcast_snooping 0',
        'ip link set br0 up',
        'ip link set vxlan0 up master br0',
        `ip netns add ${room}`,
        `ip netns exec ${room} ${QUIET}`,
        `ip link add v${room} mtu ${mtu} type veth peer name eth0 netns ${room} mtu ${mtu}`,
        `ip link set v${room} mtu ${mtu} up master br0`,
        `ip -n ${room} link set eth0 mtu ${mtu} up`,
        `ip -n ${room} addr add ${own}/24 dev eth0`,
        'mkdir -p /srv',
        `echo hello from ${room} > /srv/index.html`,
        `head -c ${BIG} /dev/zero | tr '\\0' x > /srv/big`,
        `ip netns exec ${room} busybox httpd -p 80 -h /srv`,
      ].map((run) => ({ host, run })),
    ),
  checks: {
    largest: { points: 2, test: (w) => predicted(w, 'largest', () => largest(w), experimented) },
    big: { points: 2, test: (w) => allOf(...ROOMS.map((room) => loads(w, room))) },
    loud: { points: 2, test: (w) => allOf(...ROOMS.map((room) => refuses(w, room))) },
    fragments: {
      points: 1,
      kind: 'guard',
      test: (w) => {
        const found = pieces(w);
        return expected(found.length === 0, 'every letter stays in one piece on the wire', `${found.length} pieces of letters passed eth0`);
      },
    },
  },
  feedback: {
    'no-overhead': { when: (w) => Number(w.answer('largest')) === w.vars.mtu - PING_HEADERS },
    frame: { when: (w) => [-14, 14].some((less) => Number(w.answer('largest')) === w.vars.mtu - OVERHEAD - PING_HEADERS + less) },
    raise: { when: (w) => ROOMS.some(({ host }) => (w.link(host, 'vxlan0')?.mtu ?? 0) > w.vars.mtu - OVERHEAD) },
    'one-side': {
      when: (w) => {
        const told = ROOMS.filter((room) => (w.link(placeOf(room), 'eth0')?.mtu ?? 0) <= w.vars.mtu - OVERHEAD);
        return told.length === 1;
      },
    },
  },
});
