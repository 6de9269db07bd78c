import { expect, test } from 'vitest';
import { standardHost } from '../../sim/lab/standard.ts';
import { type AnyExercise, type Check, defineExercise } from '../exercise.ts';
import { type ExerciseFiles, verifyExercise } from './rules.ts';
import { parseScript } from './script.ts';
import { findExercises } from './words.ts';

// A small exercise that is right: a dummy device is to be made and set up, and eth0 is to be left alone. Each test breaks one thing.

const checks: Record<string, Check> = {
  made: { points: 1, live: true, test: (w) => w.link('host1', 'd0') !== undefined },
  up: { points: 1, live: true, test: (w) => w.link('host1', 'd0')?.up === true },
  eth0: { points: 1, kind: 'guard', live: true, test: (w) => w.link('host1', 'eth0')?.up === true },
};

const exercise = defineExercise({
  lab: { id: 'small', machines: [standardHost(1)] },
  checks,
  feedback: { asleep: { when: (w) => w.link('host1', 'd0')?.up === false } },
}) as AnyExercise;

const scripts: Record<string, string> = {
  'solution.sh': 'ip link add d0 type dummy\nip link set d0 up\n',
  'wrong-nothing.sh': '# fails: made, up\ntrue\n',
  'wrong-asleep.sh': '# fails: up; shows: asleep\nip link add d0 type dummy\n',
  'wrong-noisy.sh': '# fails: eth0\nip link add d0 type dummy\nip link set d0 up\nip link set eth0 down\n',
};

const words = `
<Exercise id="dummy">
<Task check="made">There is a d0.</Task>
<Task check="up">It is up.</Task>
<Task check="eth0">eth0 is left alone.</Task>
<Hint>One.</Hint>
<Hint>Two.</Hint>
<Feedback id="asleep">It sleeps.</Feedback>
</Exercise>
`;

interface Change {
  readonly exercise?: Partial<AnyExercise>;
  readonly scripts?: Readonly<Record<string, string | undefined>>;
  readonly words?: string;
}

/** The problems that verification finds in the exercise with something changed, as `rule file: message`. */
function problems(change: Change = {}): string[] {
  const folder = 'exercises/09-test/dummy';
  const texts = Object.entries({ ...scripts, ...change.scripts }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const files: ExerciseFiles = {
    id: '09-test/dummy',
    folder,
    exercise: { ...exercise, ...change.exercise },
    scripts: texts.map(([name, text]) => parseScript(`${folder}/${name}`, text)),
    words: findExercises('docs/09-test.mdx', 'en', change.words ?? words),
    languages: ['en'],
  };
  return verifyExercise(files).map(({ rule, file, message }) => `${rule} ${file.replace(`${folder}/`, '')}: ${message}`);
}

test('an exercise that keeps the rules has no problems', () => {
  expect(problems()).toEqual([]);
});

test('rule 1: a start state that earns something is found', () => {
  const found = problems({ exercise: { setup: ['ip link add d0 type dummy'], feedback: {} }, words: words.replace(/<Feedback.*\n/, '') });
  expect(found).toContain('1 exercise.ts: made passes before anybody has done anything');
});

test('rule 1: a check that throws is reported as the author’s', () => {
  const up: Check = { points: 1, live: true, test: (w) => w.link('host2', 'd0') !== undefined };
  expect(problems({ exercise: { checks: { ...checks, up } } })[0]).toContain(
    '1 exercise.ts: the check up throws:\nError: there is no machine called host2',
  );
});

test('rule 2: a solution that does not earn everything is found, with what failed', () => {
  expect(problems({ scripts: { 'solution.sh': 'ip link add d0 type dummy\nip link set d1 up\n' } })).toEqual([
    '2 solution.sh: it earns 1 of 3\nup: no',
  ]);
  expect(problems({ scripts: { 'solution.sh': undefined } })).toContain('2 exercises/09-test/dummy: there is no solution');
});

test('rule 2: every value of the variables is tried', () => {
  const vars = { name: { all: ['d0', 'd1'] } };
  const named: Check = { points: 1, test: (w) => w.link('host1', String(w.vars.name)) !== undefined };
  const found = problems({ exercise: { vars, checks: { ...checks, made: named } } });
  expect(found).toContain('2 solution.sh: it earns 1 of 3\nmade: no (with name = d1)');
});

test('rule 3: a wrong attempt that fails other checks, or shows other feedback, than it says is found', () => {
  expect(problems({ scripts: { 'wrong-asleep.sh': '# fails: made, up; shows: asleep\nip link add d0 type dummy\n' } })).toEqual([
    '3 wrong-asleep.sh: it says that it fails made, up, and it fails up\nit earns 1 of 3\nup: no',
  ]);
  expect(problems({ scripts: { 'wrong-asleep.sh': '# fails: up\nip link add d0 type dummy\n' } })).toEqual([
    '3 wrong-asleep.sh: it says that it shows nothing, and it shows asleep',
  ]);
});

test('rule 4: a check that no wrong attempt fails is found', () => {
  expect(problems({ scripts: { 'wrong-noisy.sh': undefined } })).toEqual(['4 exercise.ts: no wrong attempt fails the check eth0']);
});

test('rule 5: a line that can be left out is found, unless it is marked optional', () => {
  const more = `${scripts['solution.sh']}ip link show d0`;
  expect(problems({ scripts: { 'solution.sh': more } })).toEqual([
    '5 solution.sh: line 3 can be left out and all marks are still earned: ip link show d0',
  ]);
  expect(problems({ scripts: { 'solution.sh': `${more}   # optional` } })).toEqual([]);
});

test('rule 6: a check that looks at what was typed is found', () => {
  const typed: Check = { points: 1, test: (w) => /^ip link add/m.test(w.file('host1', '/root/.bash_history') ?? '') };
  const found = problems({
    exercise: { checks: { ...checks, made: typed } },
    scripts: { 'solution.sh': `${scripts['solution.sh']}history -a\n` },
  });
  expect(found).toContain('6 exercise.ts: the same commands through `eval` in exercises/09-test/dummy/solution.sh do not earn the same');
});

test('rule 7: ids and placeholders that stand on one side only are found', () => {
  const found = problems({ words: words.replace('check="up"', 'check="upp"').replace('It sleeps', 'It sleeps in {bed}') });
  expect(found).toEqual([
    '7 docs/09-test.mdx:2: <Task check="upp"> has no check of that name in exercises/09-test/dummy/exercise.ts',
    '7 docs/09-test.mdx:2: check up of exercises/09-test/dummy/exercise.ts has no <Task check="up">',
    '7 docs/09-test.mdx:2: {bed} in the words is no variable of the exercise',
  ]);
  expect(problems({ words: '' })).toEqual(['7 exercises/09-test/dummy: no chapter in en has <Exercise id="dummy">']);
});

test('rule 8: one hint, or no wrong attempt, is not enough', () => {
  expect(problems({ words: words.replace('<Hint>Two.</Hint>\n', '') })).toEqual(['8 docs/09-test.mdx:2: there is one hint']);
  const without = { 'wrong-nothing.sh': undefined, 'wrong-asleep.sh': undefined, 'wrong-noisy.sh': undefined };
  expect(problems({ scripts: without })).toContain('8 exercises/09-test/dummy: there is no wrong attempt');
});

test('a wrong attempt that does not say what it fails is found', () => {
  expect(problems({ scripts: { 'wrong-asleep.sh': 'ip link add d0 type dummy\n' } })[0]).toContain(
    '0 wrong-asleep.sh: its first line does not say what it fails',
  );
});
