/**
 * `npm run check:exercises [-- ID…]`: holds every exercise, or those whose id contains one of the words, against the eight rules of the
 * course, and reports how strong their checks are. The last line counts exercises.
 */
import { performance } from 'node:perf_hooks';
import { strengthOf } from '../course/verify/mutants.ts';
import { formatProblem, type Problem } from '../course/verify/problem.ts';
import { type ExerciseFiles, verifyExercise } from '../course/verify/rules.ts';
import { readCourse } from './exercise-folder.ts';

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

function verify(files: ExerciseFiles): boolean {
  const start = performance.now();
  const problems = verifyExercise(files);
  if (problems.length > 0) {
    console.log(`✗ ${files.id}`);
    for (const problem of problems) console.log(formatProblem(problem));
    return false;
  }
  const words = strength(files);
  console.log(`✓ ${files.id}, ${seconds(start)}: ${words}`);
  return true;
}

/** What the checks notice of small mistakes; survivors are for the author to judge. */
function strength({ exercise, scripts }: ExerciseFiles): string {
  const solution = scripts.find(({ kind }) => kind === 'solution');
  if (!solution) return 'no solution';
  const { killed, mutants, survivors, swaps } = strengthOf(exercise, solution);
  const order = swaps === 0 ? '' : ` (${swaps} only changed the order)`;
  return [`${killed} of ${mutants} mutants noticed${order}`, ...survivors.map((what) => `not noticed: ${what}`)].join('\n    ');
}

async function main(wanted: readonly string[]): Promise<void> {
  const start = performance.now();
  const { exercises, strayWords } = await readCourse(process.cwd());
  const chosen = exercises.filter(({ id }) => wanted.length === 0 || wanted.some((word) => id.includes(word)));
  let failed = 0;
  for (const files of chosen) if (!verify(files)) failed++;
  for (const { id, path, line } of strayWords) {
    const problem: Problem = {
      rule: 7,
      file: `${path}:${line}`,
      message: `<Exercise id="${id.split('/')[1]}"> has no folder exercises/${id}`,
      todo: 'correct the id, or add the exercise',
    };
    console.log(formatProblem(problem));
    failed++;
  }
  if (chosen.length === 0) console.log('no such exercise');
  console.log(`in ${seconds(start)}`);
  console.log(`${Math.max(0, chosen.length + strayWords.length - failed)} passed, ${failed} failed`);
  process.exitCode = failed > 0 || chosen.length === 0 ? 1 : 0;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
