import { allOf, between, defineExercise, expected } from '../../../src/course/exercise.ts';
import { solo } from '../../../src/sim/lab/standard.ts';

export default defineExercise({
  vars: { n: between(20, 39) },
  lab: solo,
  setup: ({ n }) => [
    'ip netns add red',
    'ip netns add blue',
    'ip link add r0 netns red type veth peer name b0 netns blue',
    `ip -n red addr add 10.0.${n}.1/24 dev r0`,
    `ip -n blue addr add 10.0.${n + 50}.2/24 dev b0`,
    'ip -n red link set r0 up',
  ],
  checks: {
    lit: {
      points: 1,
      live: true,
      test: (w) => {
        const end = w.link('host1/red', 'r0');
        const actual = !end ? 'red has no r0' : `r0 is ${end.up ? 'up' : 'down'}, ${end.carrier ? 'with' : 'without'} carrier`;
        return expected(end?.up === true && end.carrier, 'r0 is up and has a carrier', actual);
      },
    },
    talk: {
      points: 2,
      test: (w) => allOf(w.from('host1/red').ping(`10.0.${w.vars.n}.2`), w.from('host1/blue').ping(`10.0.${w.vars.n}.1`)),
    },
    tidy: {
      points: 1,
      live: true,
      test: (w) => {
        const { n } = w.vars;
        const red = w.ipv4('host1/red', 'r0');
        const blue = w.ipv4('host1/blue', 'b0');
        return expected(
          red.join() === `10.0.${n}.1/24` && blue.join() === `10.0.${n}.2/24`,
          `red has 10.0.${n}.1/24 and blue has 10.0.${n}.2/24, and that is all`,
          `red has ${red.join(', ') || 'nothing'}, blue has ${blue.join(', ') || 'nothing'}`,
        );
      },
    },
  },
  feedback: {
    'up-only': {
      when: (w) => w.link('host1/red', 'r0')?.carrier === true && w.ipv4('host1/blue', 'b0').join() === `10.0.${w.vars.n + 50}.2/24`,
    },
    'slash-32': { when: (w) => w.ipv4('host1/blue', 'b0').includes(`10.0.${w.vars.n}.2/32`) },
  },
});
