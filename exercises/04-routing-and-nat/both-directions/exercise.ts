import { allOf, between, type CheckWorld, defineExercise, expected, type Vars } from '../../../src/course/exercise.ts';
import { solo } from '../../../src/sim/lab/standard.ts';

const addresses = (n: Vars[string]) => ({
  left: `10.${n}.1.2`,
  router: [`10.${n}.1.1`, `10.${n}.2.1`],
  right: `10.${n}.2.2`,
  /** Nobody has it. */
  nobody: `10.${n}.1.77`,
});

/** The addresses that traceroute passes, in order; `*` for a silent one. */
function hops(w: CheckWorld, from: string, to: string): readonly string[] {
  const { output } = w.from(from).run(`traceroute -n -q 1 -w 1 -m 4 ${to}`);
  return [...output.matchAll(/^ *\d+ +(\S+)/gm)].map(([, hop]) => hop as string);
}

export default defineExercise({
  vars: { n: between(3, 9) },
  lab: solo,
  setup: ({ n }) => {
    const { left, router, right } = addresses(n);
    return [
      ...['left', 'router', 'right'].flatMap((room) => [`ip netns add ${room}`, `ip -n ${room} link set lo up`]),
      'ip link add eth0 netns left type veth peer name toleft netns router',
      'ip link add eth0 netns right type veth peer name toright netns router',
      `ip -n left addr add ${left}/24 dev eth0`,
      `ip -n router addr add ${router[0]}/24 dev toleft`,
      `ip -n router addr add ${router[1]}/24 dev toright`,
      `ip -n right addr add ${right}/24 dev eth0`,
      ...['left eth0', 'router toleft', 'router toright', 'right eth0'].map((end) => {
        const [room, dev] = end.split(' ');
        return `ip -n ${room} link set ${dev} up`;
      }),
      'trap "" HUP; ip netns exec right webd 80 &',
    ];
  },
  checks: {
    page: {
      points: 2,
      test: (w) => {
        const { left, right } = addresses(w.vars.n);
        return allOf(w.from('host1/left').http(`http://${right}/ip`, left), w.from('host1/right').ping(left));
      },
    },
    hop: {
      points: 1,
      test: (w) => {
        const { left, router, right } = addresses(w.vars.n);
        const there = hops(w, 'host1/left', right).join(', ');
        const back = hops(w, 'host1/right', left).join(', ');
        return allOf(
          expected(there === `${router[0]}, ${right}`, `from left to right the way is ${router[0]}, ${right}`, `it is ${there}`),
          expected(back === `${router[1]}, ${left}`, `from right to left the way is ${router[1]}, ${left}`, `it is ${back}`),
        );
      },
    },
    wire: {
      points: 1,
      kind: 'guard',
      test: (w) => {
        const { nobody } = addresses(w.vars.n);
        const frames = w.captured('host1/right', 'eth0', (world) => {
          world.from('host1/left').run(`ping -c 1 -W 1 ${nobody}`);
        });
        const heard = frames.some(({ direction, summary }) => direction === 'in' && summary.includes(`who-has ${nobody}`));
        return expected(!heard, 'right does not hear when left asks everybody', `right hears “who has ${nobody}?”`);
      },
    },
  },
  feedback: {
    'one-way': {
      when: (w) => {
        const { left, right } = addresses(w.vars.n);
        const frames = w.captured('host1/right', 'eth0', (world) => {
          world.from('host1/left').run(`ping -c 1 -W 1 ${right}`);
        });
        const arrived = frames.some(({ direction, summary }) => direction === 'in' && summary.includes(`${left} > ${right}: ICMP`));
        return arrived && !frames.some(({ direction, summary }) => direction === 'out' && summary.includes(`${right} > ${left}: ICMP`));
      },
    },
    'no-forward': {
      when: (w) =>
        w.from('host1/router').run('sysctl -n net.ipv4.ip_forward').output.trim() === '0' &&
        w.routes('host1/left').some(({ via }) => via === addresses(w.vars.n).router[0]),
    },
    bridged: { when: (w) => w.links('host1/router').some(({ master }) => master !== undefined) },
    'wrong-host': {
      when: (w) =>
        w.from('host1').run('sysctl -n net.ipv4.ip_forward').output.trim() === '1' &&
        w.from('host1/router').run('sysctl -n net.ipv4.ip_forward').output.trim() === '0',
    },
  },
});
