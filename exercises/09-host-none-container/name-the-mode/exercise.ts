import { defineExercise, pick } from '../../../src/course/exercise.ts';
import { docker } from '../../../src/sim/lab/standard.ts';

const NAMES = ['c1', 'c2', 'c3', 'c4'] as const;
type Mode = 'owner' | 'host' | 'none' | 'flatmate';
/** Who is what, by the learner's values: every container has every part in one of them. */
const CASTS: readonly (readonly Mode[])[] = [
  ['none', 'owner', 'flatmate', 'host'],
  ['owner', 'host', 'none', 'flatmate'],
  ['host', 'flatmate', 'owner', 'none'],
];

const who = (cast: number, mode: Mode): string => NAMES[CASTS[cast]?.indexOf(mode) ?? 0] as string;

export default defineExercise({
  vars: { cast: pick(0, 1, 2) },
  lab: docker,
  setup: ({ cast }) => {
    const run = (mode: Mode, network: string): string => `docker run -d --name ${who(cast, mode)} ${network} busybox sleep 36000`;
    return [
      run('owner', ''),
      run('flatmate', `--network container:${who(cast, 'owner')}`),
      run('none', '--network none'),
      run('host', '--network host'),
    ];
  },
  checks: {
    host: { points: 1, test: (w) => w.answered('host', who(w.vars.cast, 'host')) },
    none: { points: 1, test: (w) => w.answered('none', who(w.vars.cast, 'none')) },
    twins: {
      points: 2,
      test: (w) => {
        const given = w
          .answer('twins')
          ?.split(/[\s,]+/)
          .sort();
        const truth = [who(w.vars.cast, 'owner'), who(w.vars.cast, 'flatmate')].sort();
        return w.answered('twins', given?.join() === truth.join() ? w.answer('twins') : truth.join(','));
      },
    },
  },
  feedback: {
    'no-eth0': { when: (w) => w.answer('host') === who(w.vars.cast, 'none') },
    'look-alikes': {
      when: (w) => {
        const given = w.answer('twins') ?? '';
        return given.includes(who(w.vars.cast, 'none')) || given.includes(who(w.vars.cast, 'host'));
      },
    },
  },
});
