import { between, type CheckWorld, defineExercise, notOf, pick } from '../../../src/course/exercise.ts';
import { duo, SITES } from '../../../src/sim/lab/standard.ts';

type World = CheckWorld<{ n: number; port: number }>;

const box = (name: string, address: string, gateway: string, port: number) => [
  `ip netns add ${name}`,
  `ip -n ${name} link set lo up`,
  `ip link add v-${name} up master br0 type veth peer name eth0 netns ${name}`,
  `ip -n ${name} addr add ${address}/24 dev eth0`,
  `ip -n ${name} link set eth0 up`,
  `ip -n ${name} route add default via ${gateway}`,
  `trap "" HUP; ip netns exec ${name} webd ${port} &`,
];

const net = (w: World) => `10.${w.vars.n}.0`;

const getsOut = (w: World) => w.from('host1/box').http(`http://${SITES['www.example.com']}/`);

export default defineExercise({
  vars: { n: between(31, 36), port: pick(80, 6379) },
  lab: duo,
  setup: ({ n, port }) => [
    'sysctl -qw net.ipv4.ip_forward=1',
    'ip link add br0 type bridge',
    'ip link set br0 up',
    `ip addr add 10.${n}.0.1/24 dev br0`,
    `iptables -t nat -A POSTROUTING -s 10.${n}.0.0/24 ! -o br0 -j MASQUERADE`,
    ...box('box', `10.${n}.0.2`, `10.${n}.0.1`, port),
    { host: 'host2', run: `ip route add 10.${n}.0.0/24 via 192.168.56.11` },
  ],
  checks: {
    in: { points: 2, test: (w) => notOf(w.from('host2').tcp(`${net(w)}.2`, w.vars.port)) },
    newcomer: {
      points: 2,
      test: (w) => {
        const world = w.fork();
        world.from('host1').run(box('box2', `${net(w)}.3`, `${net(w)}.1`, w.vars.port).join('\n'));
        return notOf(world.from('host2').tcp(`${net(w)}.3`, w.vars.port));
      },
    },
    out: { points: 1, kind: 'guard', test: getsOut },
  },
  feedback: {
    input: {
      when: (w) => {
        const rules = w.from('host1').run('iptables -S').output;
        return /^-A INPUT|^-P INPUT DROP/m.test(rules) && !/^-A FORWARD|^-P FORWARD DROP/m.test(rules);
      },
    },
    'no-replies': { when: (w) => !getsOut(w).ok && w.from('host1').run('sysctl -n net.ipv4.ip_forward').output.trim() === '1' },
    'one-box': { when: (w) => new RegExp(`-d ${net(w)}\\.2/32 `).test(w.from('host1').run('iptables -S FORWARD').output) },
    'no-forward': { when: (w) => w.from('host1').run('sysctl -n net.ipv4.ip_forward').output.trim() === '0' },
  },
});
