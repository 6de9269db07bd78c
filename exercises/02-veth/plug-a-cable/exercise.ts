import { defineExercise, expected, pick } from '../../../src/course/exercise.ts';
import { solo } from '../../../src/sim/lab/standard.ts';

export default defineExercise({
  vars: { a: pick('v0', 'left', 'red0'), b: pick('v1', 'right', 'blue0') },
  lab: solo,
  checks: {
    pair: {
      points: 1,
      live: true,
      test: (w) => {
        const { a, b } = w.vars;
        const link = w.link('host1', a);
        const actual = !link
          ? `host1 has no ${a}`
          : link.peer
            ? `its other end is ${link.peer.name}`
            : `${a} is of type ${link.kind}: it has no other end`;
        return expected(link?.peer?.name === b && link.peer.netns === 'host', `the other end of ${a} is ${b}`, actual);
      },
    },
    lit: {
      points: 1,
      live: true,
      test: (w) => {
        const ends = [w.vars.a, w.vars.b].map((name) => ({ name, link: w.link('host1', name) }));
        const words = ends.map(
          ({ name, link }) =>
            `${name} is ${link ? `${link.up ? 'up' : 'down'}, ${link.carrier ? 'with' : 'without'} carrier` : 'not there'}`,
        );
        return expected(
          ends.every(({ link }) => link?.up === true && link.carrier),
          'both ends are up and see each other',
          words.join('; '),
        );
      },
    },
    address: {
      points: 1,
      kind: 'guard',
      live: true,
      test: (w) => {
        const found = [w.vars.a, w.vars.b].flatMap((dev) => w.ipv4('host1', dev));
        return expected(found.length === 0, 'neither end has an IPv4 address', `there is ${found.join(', ')}`);
      },
    },
  },
  feedback: {
    dummies: { when: (w) => [w.vars.a, w.vars.b].some((name) => w.link('host1', name)?.kind === 'dummy') },
    'one-end': {
      when: (w) => {
        const link = w.link('host1', w.vars.a);
        const other = w.link('host1', w.vars.b);
        return link?.kind === 'veth' && other?.kind === 'veth' && link.up !== other.up;
      },
    },
    addresses: { when: (w) => [w.vars.a, w.vars.b].some((dev) => w.ipv4('host1', dev).length > 0) },
  },
});
