import { allOf, between, type CheckWorld, defineExercise, expected, notOf, predicted } from '../../../src/course/exercise.ts';
import { solo } from '../../../src/sim/lab/standard.ts';

const there = (n: number): string => `10.9.${n}.2`;

/** Only what a machine says to itself passes lo, and nobody here does so before the first ping. */
const experimented = (w: CheckWorld): boolean => (w.link('host1', 'lo')?.txPackets ?? 0) > 0;

/** ICMP frames that tcpdump on a device prints while the host pings the other end, in the world as it was at first. */
function seen(w: CheckWorld<{ n: number; k: number }>, dev: string): string {
  const { n, k } = w.vars;
  const ping = `(sleep 0.5; ping -c ${k} ${there(n)} > /dev/null)`;
  return w
    .fresh([])
    .from('host1')
    .run(`${ping} & timeout ${k + 2} tcpdump -n -i ${dev} icmp 2> /dev/null | grep -c ICMP`)
    .output.trim();
}

export default defineExercise({
  vars: { n: between(31, 60), k: between(3, 5) },
  lab: solo,
  setup: ({ n }) => [
    'ip link add v0 type veth peer name v1',
    `ip addr add 10.9.${n}.1/24 dev v0`,
    `ip addr add ${there(n)}/24 dev v1`,
    'ip link set v0 up',
    'ip link set v1 up',
  ],
  checks: {
    cable: { points: 1, test: (w) => predicted(w, 'cable', () => seen(w, 'v0'), experimented) },
    loop: { points: 1, test: (w) => predicted(w, 'loop', () => seen(w, 'lo'), experimented) },
    crosses: {
      points: 2,
      test: (w) => {
        const world = w.fork();
        let answered = { ok: false };
        const frames = world.captured('host1', 'v0', (inner) => {
          answered = inner.from('host1').ping(there(w.vars.n));
        });
        const asked = frames.some(({ direction, summary }) => direction === 'out' && summary.includes('ICMP echo request'));
        return allOf(answered, expected(asked, 'the pings leave by v0', 'they are answered, and v0 has not seen one'));
      },
    },
    cut: { points: 1, kind: 'guard', test: (w) => notOf(w.fork().cut('host1', 'v0').from('host1').ping(there(w.vars.n))) },
  },
  feedback: {
    'looks-right': { when: (w) => Number(w.answer('cable')) > 0 || w.answer('loop') === '0' },
    'half-moved': {
      when: (w) => {
        const away = w.namespaces('host1').find(({ label }) => label !== 'host' && w.link(`host1/${label}`, 'v1') !== undefined);
        return away !== undefined && w.ipv4(`host1/${away.label}`, 'v1').length === 0;
      },
    },
  },
});
