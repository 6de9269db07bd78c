import { allOf, type CheckWorld, defineExercise, expected, pick, type Vars } from '../../../src/course/exercise.ts';
import { walk } from '../../../src/sim/lab/standard.ts';

const BOXES: readonly string[] = ['box1', 'box2'];
const SERVER = '180.76.3.151';
const inside = (box: string) => `172.17.0.${BOXES.indexOf(box) + 2}`;
const other = (box: Vars[string]) => (box === 'box1' ? 'box2' : 'box1');

type World = CheckWorld<{ p: number; first: string }>;

/** The source port that the server sees of a box's connection: from the answer's half of the host's entry for it. */
function outerPort(w: World, box: string): string | undefined {
  const { output } = w
    .fresh([])
    .from('host1')
    .run(`conntrack -L -p tcp --orig-src ${inside(box)}`);
  return / dport=(\d+) \[ASSURED\]/.exec(output)?.[1];
}

/** A box that connects from the port and says nothing for a day. */
const call = (box: string, port: number) => `trap "" HUP; (sleep 86400 | ip netns exec ${box} nc -p ${port} ${SERVER} 80 > /dev/null) &`;

/** Answers of the server, as eth0 and docker0 see them. */
const LISTEN = "'src host 180.76.3.151 and tcp[tcpflags] & tcp-syn != 0'";

export default defineExercise({
  vars: { p: pick(40000, 45678, 51000), first: pick('box1', 'box2') },
  lab: walk,
  setup: ({ p, first }) => [
    'sysctl -qw net.ipv4.ip_forward=1',
    'ip link add docker0 type bridge',
    'ip link set docker0 up',
    'ip addr add 172.17.0.1/16 dev docker0',
    ...BOXES.flatMap((box) => [
      `ip netns add ${box}`,
      `ip -n ${box} link set lo up`,
      `ip link add v-${box} up master docker0 type veth peer name eth0 netns ${box}`,
      `ip -n ${box} addr add ${inside(box)}/16 dev eth0`,
      `ip -n ${box} link set eth0 up`,
      `ip -n ${box} route add default via 172.17.0.1`,
    ]),
    'iptables -t nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE',
    ...['eth0', 'docker0'].map((dev) => `trap "" HUP; timeout 4 tcpdump -n -q -t -i ${dev} ${LISTEN} > ${dev}.txt 2> /dev/null &`),
    { sleepSeconds: 1 },
    call(first, p),
    { sleepSeconds: 1 },
    call(other(first), p),
    { sleepSeconds: 4 },
    // tcpdump ends with an empty line when it is interrupted.
    "sed -i '/^$/d' eth0.txt docker0.txt; tail -n 1 eth0.txt > reply.txt",
  ],
  checks: {
    ports: {
      points: 2,
      test: (w) => allOf(...BOXES.map((box) => w.answered(box, outerPort(w, box)))),
    },
    reply: { points: 1, test: (w) => w.answered('reply', other(w.vars.first)) },
    alive: {
      points: 1,
      kind: 'guard',
      test: (w) => {
        const calls = w.processes('host1').filter(({ argv }) => argv[0] === 'nc' && argv.includes(SERVER)).length;
        return expected(calls === 2, 'both connections are still there', `${calls} of them is left`);
      },
    },
  },
  feedback: {
    'inside-view': { when: (w) => BOXES.every((box) => w.answer(box) === String(w.vars.p)) },
    swapped: { when: (w) => w.answer('box1') === outerPort(w, 'box2') && w.answer('box2') === outerPort(w, 'box1') },
    'far-end': { when: (w) => BOXES.some((box) => w.answer(box) === '80') },
  },
});
