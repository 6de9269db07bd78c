import { defineExercise, expected, pick } from '../../../src/course/exercise.ts';
import { solo } from '../../../src/sim/lab/standard.ts';

const ROOMS = ['kitchen', 'attic', 'hall', 'cellar'] as const;
/** The lodgers of all rooms sleep; only the seconds tell them apart. */
const lodger = (room: string, wanted: string, seconds: number) =>
  room === wanted ? seconds : seconds + 1 + ROOMS.indexOf(room as 'attic');

export default defineExercise({
  vars: { room: pick(...ROOMS), seconds: pick(86400, 31000, 5550) },
  lab: solo,
  setup: ({ room, seconds }) => [
    ...ROOMS.map((name) => `ip netns add ${name}`),
    ...ROOMS.map((name) => `ip netns exec ${name} nohup sleep ${lodger(name, room, seconds)} > /dev/null 2>&1 & sleep 0.2`),
    `nohup sleep ${seconds + 40} > /dev/null 2>&1 & sleep 0.2`,
  ],
  checks: {
    room: {
      points: 2,
      live: true,
      test: (w) => {
        const found = w.processes('host1').find(({ argv }) => argv.join(' ') === `sleep ${w.vars.seconds}`);
        return w.answered('room', w.namespaces('host1').find(({ inode }) => inode === found?.netns)?.label ?? w.vars.room);
      },
    },
    alive: {
      points: 1,
      kind: 'guard',
      live: true,
      test: (w) => {
        const sleepers = w.processes('host1').filter(({ argv }) => argv[0] === 'sleep').length;
        return expected(sleepers === ROOMS.length + 1, 'everybody still sleeps', `${sleepers} of ${ROOMS.length + 1} are left`);
      },
    },
  },
  feedback: {
    'own-room': { when: (w) => w.answer('room') === 'host' || w.answer('room') === 'host1' },
    inode: { when: (w) => /\d{6}/.test(w.answer('room') ?? '') },
  },
});
