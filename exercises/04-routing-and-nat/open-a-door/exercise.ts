import { allOf, type CheckWorld, defineExercise, expected, pick } from '../../../src/course/exercise.ts';
import { duo } from '../../../src/sim/lab/standard.ts';

const HOST1 = '192.168.56.11';
const HOST2 = '192.168.56.12';
const BOX = '172.30.0.2';
const OWN = 'the host itself';

type World = CheckWorld<{ port: number }>;

const door = (w: World) => `http://${HOST1}:${w.vars.port}/`;

/** Who asks box for its page when somebody goes through the door: the senders of what opens connections to it. */
function askers(w: World, from: string): readonly string[] {
  const frames = w.captured('host1/box', 'eth0', (world) => world.from(from).http(door(world)));
  const opening = frames.map(({ direction, summary }) =>
    direction === 'in' ? /^IP ([\d.]+)\.\d+ > .* Flags \[S\]/.exec(summary)?.[1] : undefined,
  );
  return opening.filter((one) => one !== undefined);
}

/** The page at the door, which must be box's. */
function pageThrough(w: World, from: string) {
  return allOf(w.from(from).http(door(w)), expected(askers(w, from).length > 0, 'it is box that answers', 'box was never asked'));
}

export default defineExercise({
  vars: { port: pick(8080, 8088, 8000) },
  lab: duo,
  setup: [
    'sysctl -qw net.ipv4.ip_forward=1',
    'ip link add br0 type bridge',
    'ip link set br0 up',
    'ip addr add 172.30.0.1/24 dev br0',
    'ip netns add box',
    'ip -n box link set lo up',
    'ip link add v-box up master br0 type veth peer name eth0 netns box',
    `ip -n box addr add ${BOX}/24 dev eth0`,
    'ip -n box link set eth0 up',
    'ip -n box route add default via 172.30.0.1',
    'iptables -t nat -A POSTROUTING -s 172.30.0.0/24 ! -o br0 -j MASQUERADE',
    'trap "" HUP; ip netns exec box webd 80 &',
    `mkdir -p /srv/own; echo '${OWN}' > /srv/own/index.html`,
    'trap "" HUP; busybox httpd -p 9000 -h /srv/own',
  ],
  checks: {
    client: { points: 2, test: (w) => pageThrough(w, 'host2') },
    self: { points: 1, test: (w) => pageThrough(w, 'host1') },
    who: {
      points: 1,
      test: (w) => {
        const seen = askers(w, 'host2')[0];
        return expected(
          seen === HOST2,
          `when host2 asks, box sees ${HOST2}`,
          seen === undefined ? 'box was never asked' : `box sees ${seen}`,
        );
      },
    },
    own: {
      points: 1,
      kind: 'guard',
      test: (w) => allOf(w.from('host2').http(`http://${HOST1}:9000/`, OWN), w.from('host1').http(`http://${HOST1}:9000/`, OWN)),
    },
  },
  feedback: {
    'prerouting-only': { when: (w) => w.from('host2').http(door(w)).ok && !w.from('host1').http(door(w)).ok },
    'every-port': { when: (w) => !w.from('host2').http(`http://${HOST1}:9000/`, OWN).ok },
    masked: { when: (w) => ['172.30.0.1', HOST1].includes(askers(w, 'host2')[0] ?? '') },
    'to-gateway': { when: (w) => /-j DNAT --to-destination 172\.30\.0\.1\b/.test(w.from('host1').run('iptables -t nat -S').output) },
    'not-box': { when: (w) => w.from('host2').http(door(w)).ok && askers(w, 'host2').length === 0 },
  },
});
