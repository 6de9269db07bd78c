import { defineExercise, expected, pick } from '../../../src/course/exercise.ts';
import { solo } from '../../../src/sim/lab/standard.ts';

const GUEST = '777777';

export default defineExercise({
  vars: { room: pick('test1', 'ci', 'suite') },
  lab: solo,
  // The guest stands for the test suite: it lives in the namespace, and must still live there at the end.
  setup: ({ room }) => [`ip netns add ${room}`, `ip netns exec ${room} nohup sleep ${GUEST} > /dev/null 2>&1 & sleep 0.2`],
  checks: {
    self: { points: 2, test: (w) => w.from(`host1/${w.vars.room}`).ping('127.0.0.1') },
    guest: {
      points: 1,
      kind: 'guard',
      live: true,
      test: (w) => {
        const room = w.namespace('host1', w.vars.room);
        const guest = w.processes('host1').find(({ argv }) => argv.includes(GUEST));
        const actual = guest ? 'it is in another one' : 'it runs no more';
        return expected(guest !== undefined && guest.netns === room?.inode, `the test suite still runs in ${w.vars.room}`, actual);
      },
    },
    alone: {
      points: 1,
      kind: 'guard',
      live: true,
      test: (w) => {
        const names = w.links(`host1/${w.vars.room}`).map(({ name }) => name);
        return expected(names.join() === 'lo', `${w.vars.room} needs no interface but lo`, `it holds ${names.join(', ') || 'nothing'}`);
      },
    },
  },
  feedback: {
    'new-room': {
      when: (w) => {
        const room = w.namespace('host1', w.vars.room);
        return room !== undefined && !w.processes('host1').some(({ netns, argv }) => netns === room.inode && argv.includes(GUEST));
      },
    },
    'address-only': {
      when: (w) => w.link(`host1/${w.vars.room}`, 'lo')?.up === false && w.ipv4(`host1/${w.vars.room}`, 'lo').includes('127.0.0.1/8'),
    },
  },
});
