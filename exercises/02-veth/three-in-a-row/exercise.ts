import { allOf, between, type CheckWorld, defineExercise, expected, notOf } from '../../../src/course/exercise.ts';
import { solo } from '../../../src/sim/lab/standard.ts';

const deviceWith = (w: CheckWorld, room: string, address: string) =>
  w.addresses(`host1/${room}`).find((one) => one.address === address)?.dev;

export default defineExercise({
  vars: { n: between(5, 14) },
  lab: solo,
  checks: {
    left: {
      points: 2,
      test: (w) => allOf(w.from('host1/red').ping(`10.1.${w.vars.n}.2`), w.from('host1/mid').ping(`10.1.${w.vars.n}.1`)),
    },
    right: {
      points: 2,
      test: (w) => allOf(w.from('host1/mid').ping(`10.2.${w.vars.n}.3`), w.from('host1/blue').ping(`10.2.${w.vars.n}.2`)),
    },
    through: {
      points: 1,
      kind: 'guard',
      test: (w) => {
        const blue = w.addresses('host1/blue').filter(({ family, dev }) => family === 'inet' && dev !== 'lo');
        return allOf(...blue.map(({ address }) => notOf(w.from('host1/red').ping(address))));
      },
    },
    cut: {
      points: 1,
      test: (w) => {
        const dev = deviceWith(w, 'mid', `10.2.${w.vars.n}.2`);
        const still = `red and mid still talk when the cable to blue is cut`;
        if (dev === undefined) return expected(false, still, `mid has no 10.2.${w.vars.n}.2 yet`);
        return w.fork().cut('host1/mid', dev).from('host1/red').ping(`10.1.${w.vars.n}.2`);
      },
    },
  },
  feedback: {
    'one-cable': {
      when: (w) => {
        const left = deviceWith(w, 'mid', `10.1.${w.vars.n}.2`);
        return left !== undefined && left === deviceWith(w, 'mid', `10.2.${w.vars.n}.2`);
      },
    },
    forwards: { when: (w) => w.routes('host1/red').some(({ via }) => via !== undefined) },
  },
});
