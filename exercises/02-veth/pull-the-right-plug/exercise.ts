import { allOf, type CheckWorld, defineExercise, expected, pick } from '../../../src/course/exercise.ts';
import { solo } from '../../../src/sim/lab/standard.ts';

const TENANTS = ['ant', 'bee', 'cat', 'dog', 'elk'] as const;
const PLUGS = ['veth9d3f1a2', 'veth07c4be8', 'vethe51a90d', 'veth4b88f3c', 'vethc26d705'];

/** Tenants in the order in which they moved in: neither the alphabet nor the list of plugs gives it away. */
const movedIn = (shift: number) => TENANTS.map((_, i) => TENANTS[(i * 2 + shift) % TENANTS.length] as string);

const lit = (w: CheckWorld, tenant: string) => w.link(`host1/${tenant}`, 'eth0')?.carrier === true;

export default defineExercise({
  vars: { tenant: pick(...TENANTS), shift: pick(1, 3, 4) },
  lab: solo,
  setup: ({ shift }) => [
    ...movedIn(shift).flatMap((tenant, i) => [
      `ip netns add ${tenant}`,
      // A card for maintenance that is taken out again: indexes have gaps, as on any machine that has run for a while.
      'ip link add spare type dummy',
      `ip link add ${PLUGS[i]} type veth peer name eth0 netns ${tenant}`,
      'ip link del spare',
      `ip link set ${PLUGS[i]} up`,
      `ip -n ${tenant} link set eth0 up`,
    ]),
  ],
  checks: {
    unplugged: {
      points: 2,
      live: true,
      test: (w) => {
        const dark = TENANTS.filter((tenant) => !lit(w, tenant));
        return expected(
          !lit(w, w.vars.tenant),
          `${w.vars.tenant}'s eth0 has no carrier`,
          `it has one; dark: ${dark.join(', ') || 'nobody'}`,
        );
      },
    },
    others: {
      points: 1,
      kind: 'guard',
      live: true,
      test: (w) => {
        const dark = TENANTS.filter((tenant) => tenant !== w.vars.tenant && !lit(w, tenant));
        return expected(dark.length === 0, 'the other four are still plugged in', `no carrier: ${dark.join(', ')}`);
      },
    },
    inside: {
      points: 1,
      kind: 'guard',
      live: true,
      test: (w) => {
        const own = w.link(`host1/${w.vars.tenant}`, 'eth0');
        return allOf(
          expected(own !== undefined, `${w.vars.tenant} still has its eth0`, 'it has gone: a pair goes as a whole'),
          expected(own?.up === true, `${w.vars.tenant}'s own eth0 is still set up`, 'it was switched off from the inside'),
        );
      },
    },
  },
  feedback: {
    'someone-else': { when: (w) => TENANTS.some((tenant) => tenant !== w.vars.tenant && !lit(w, tenant)) },
    'from-inside': { when: (w) => w.link(`host1/${w.vars.tenant}`, 'eth0')?.up === false },
  },
});
