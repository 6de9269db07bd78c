import { type CheckWorld, defineExercise, expected, pick } from '../../../src/course/exercise.ts';
import { duo } from '../../../src/sim/lab/standard.ts';

const PORT = 4789;
const THERE = '10.42.0.2';

/** Frames that leave host1 by its cable while it pings the other end. */
const sent = (w: CheckWorld) =>
  w
    .captured('host1', 'eth0', (world) => {
      world.from('host1').ping(THERE);
    })
    .filter(({ direction }) => direction === 'out');

/** Host1's VTEPs. */
const vteps = (w: CheckWorld) => w.links('host1').flatMap(({ vxlan }) => vxlan ?? []);

export default defineExercise({
  vars: { vni: pick(77, 1042, 70000) },
  lab: duo,
  setup: ({ vni }) =>
    [
      `ip link add vxlan0 type vxlan id ${vni} dstport ${PORT} dev eth0 remote 192.168.56.11`,
      `ip addr add ${THERE}/24 dev vxlan0`,
      'ip link set vxlan0 up',
    ].map((run) => ({ host: 'host2', run })),
  checks: {
    ping: { points: 2, test: (w) => w.from('host1').ping(THERE) },
    tunnel: {
      points: 2,
      test: (w) => {
        const letters = sent(w).filter(({ summary }) => summary.includes(`.${PORT}: VXLAN`) && summary.includes(`vni ${w.vars.vni}\n`));
        const pings = letters.filter(({ summary }) => summary.includes('ICMP echo request'));
        const wanted = `pings to ${THERE} leave eth0 in VXLAN, vni ${w.vars.vni}, to port ${PORT}`;
        return expected(
          pings.length > 0,
          wanted,
          letters.length > 0 ? 'only questions leave in such letters, and no ping' : 'no such letter leaves',
        );
      },
    },
    bare: {
      points: 1,
      test: (w) => {
        const bare = sent(w).filter(({ summary }) => summary.split('\n')[0]?.includes(THERE));
        return expected(bare.length === 0, `nothing for ${THERE} leaves eth0 without a letter around it`, bare[0]?.summary ?? '');
      },
    },
  },
  feedback: {
    'other-vni': { when: (w) => vteps(w).some(({ vni }) => vni !== w.vars.vni) },
    'old-port': { when: (w) => vteps(w).some(({ dstPort }) => dstPort !== PORT) },
    shortcut: { when: (w) => w.routes('host1').some(({ dst, via }) => via === '192.168.56.12' && dst.startsWith('10.42.')) },
  },
});
