import { type CheckWorld, defineExercise, expected, pick } from '../../../src/course/exercise.ts';
import { solo } from '../../../src/sim/lab/standard.ts';

const PAGES = ['host', 'blue', 'green'];

/** Whether 127.0.0.1 at the contract's port gives this page there. */
function serves(w: CheckWorld, place: string, page: string) {
  const url = `http://127.0.0.1:${w.vars.port}/`;
  const { output, exit, failed } = w.from(place).run(`curl -sS -m 2 ${url}`);
  const said = failed ?? (exit === 0 ? `it says ${output.trim().slice(0, 40)}` : output.trim().split('\n').at(-1));
  return expected(exit === 0 && output.trim() === page, `${url} says ${page} there`, said ?? 'no answer');
}

const asleep = (w: CheckWorld): boolean => ['blue', 'green'].some((room) => w.link(`host1/${room}`, 'lo')?.up === false);

export default defineExercise({
  vars: { port: pick(8080, 3000, 5000) },
  lab: solo,
  setup: ({ port }) => [
    ...PAGES.map((page) => `mkdir -p /srv/${page} && echo ${page} > /srv/${page}/index.html`),
    `busybox httpd -p ${port} -h /srv/host`,
  ],
  checks: {
    blue: { points: 2, test: (w) => serves(w, 'host1/blue', 'blue') },
    green: { points: 2, test: (w) => serves(w, 'host1/green', 'green') },
    host: { points: 1, kind: 'guard', test: (w) => serves(w, 'host1', 'host') },
  },
  feedback: {
    asleep: { when: asleep },
    'one-room': { when: (w) => w.namespace('host1', 'blue') !== undefined && w.namespace('host1', 'green') === undefined },
    evicted: { when: (w) => !serves(w, 'host1', 'host').ok },
  },
});
