import { allOf, defineExercise, expected, pick } from '../../../src/course/exercise.ts';
import { solo } from '../../../src/sim/lab/standard.ts';

export default defineExercise({
  vars: { room: pick('lab', 'attic', 'sandbox') },
  lab: solo,
  checks: {
    room: {
      points: 1,
      live: true,
      test: (w) => {
        const { room } = w.vars;
        const there = w.namespace('host1', room) !== undefined;
        const named = w.directory('host1', '/run/netns').includes(room);
        const actual = there ? 'there is one' : named ? `/run/netns/${room} is there, but no namespace is behind it` : 'there is none';
        return expected(there, `host1 has a network namespace called ${room}`, actual);
      },
    },
    door: {
      points: 1,
      kind: 'guard',
      live: true,
      test: (w) => {
        const { room } = w.vars;
        const names = w.links(`host1/${room}`).map(({ name }) => name);
        const hosts = w.links('host1').map(({ name }) => name);
        return allOf(
          expected(
            names.join() === 'lo',
            `${room} holds lo and nothing else`,
            names.length === 0 ? `there is no ${room}` : `it holds ${names.join(', ')}`,
          ),
          expected(hosts.includes('eth0'), 'host1 still has its eth0', 'eth0 has gone'),
        );
      },
    },
  },
  feedback: {
    'only-a-name': { when: (w) => w.directory('host1', '/run/netns').includes(w.vars.room) && !w.namespace('host1', w.vars.room) },
    'card-inside': { when: (w) => w.link(`host1/${w.vars.room}`, 'eth0') !== undefined },
  },
});
