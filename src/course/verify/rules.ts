import { sampleVars, type Vars } from '../draw.ts';
import type { AnyExercise, ExerciseId, Grade } from '../exercise.ts';
import { gradeExercise, passesAll } from '../grading.ts';
import { afterTyping, startState } from './attempt.ts';
import type { Problem, RuleNumber } from './problem.ts';
import { type Script, type ScriptCommand, withoutOneLine, withVars } from './script.ts';
import type { ExerciseWords } from './words.ts';

/** An exercise with all its files, as an author wrote them. */
export interface ExerciseFiles {
  readonly id: ExerciseId;
  /** `exercises/02-veth/plug-a-cable` */
  readonly folder: string;
  readonly exercise: AnyExercise;
  readonly scripts: readonly Script[];
  /** One entry for each `<Exercise>` with this id, in whichever chapter and language. */
  readonly words: readonly ExerciseWords[];
  /** The languages that the course has: each wants the words. */
  readonly languages: readonly string[];
}

/** How many combinations of values the wrong attempts are tried with; solutions are tried with up to eight. */
const WRONG_SAMPLES = 2;

/** Holds one exercise against the eight rules. */
export function verifyExercise(files: ExerciseFiles): Problem[] {
  const verifier = new Verifier(files);
  return verifier.run();
}

class Verifier {
  private readonly files: ExerciseFiles;
  private readonly exercise: AnyExercise;
  private readonly problems: Problem[] = [];
  private readonly samples: readonly Vars[];

  constructor(files: ExerciseFiles) {
    this.files = files;
    this.exercise = files.exercise;
    this.samples = sampleVars(files.exercise.vars);
  }

  run(): Problem[] {
    this.scriptsCanBeRead();
    this.wordsAndLogic();
    this.hintsAndWrongAttempts();
    this.everyCheckFails();
    this.startEarnsNothing();
    const sound = this.solutions().filter((solution) => this.earnsFullMarks(solution));
    for (const solution of sound) {
      this.eachLineCounts(solution);
      this.onlyTheWorldCounts(solution);
    }
    for (const wrong of this.wrongs()) this.failsAsNamed(wrong);
    return this.problems;
  }

  private solutions = () => this.files.scripts.filter(({ kind, error }) => kind === 'solution' && error === undefined);
  private wrongs = () => this.files.scripts.filter(({ kind, error }) => kind === 'wrong' && error === undefined);
  private get logic(): string {
    return `${this.files.folder}/exercise.ts`;
  }

  private report(rule: RuleNumber, file: string, message: string, todo: string): void {
    this.problems.push({ rule, file, message, todo });
  }

  private scriptsCanBeRead(): void {
    for (const { path, error } of this.files.scripts)
      if (error !== undefined) this.report(0, path, error, 'see the heading of src/course/verify/script.ts');
    if (this.files.scripts.every(({ kind }) => kind !== 'solution')) {
      this.report(2, this.files.folder, 'there is no solution', 'add solution.sh: the commands a learner may type');
    }
  }

  /** Rule 1. */
  private startEarnsNothing(): void {
    for (const vars of this.samples) {
      const grade = this.grade(this.logic, 1, vars, []);
      if (!grade) return;
      const earning = grade.results.filter(({ earned }) => earned > 0).map(({ check }) => check);
      if (earning.length > 0) {
        const what = `${earning.join(', ')} ${earning.length === 1 ? 'passes' : 'pass'} before anybody has done anything${withWords(vars)}`;
        return this.report(1, this.logic, what, "make the set-up leave this undone, or mark a check that only guards with kind: 'guard'");
      }
      if (grade.feedback.length > 0) {
        const what = `feedback ${grade.feedback.join(', ')} is shown before anybody has done anything${withWords(vars)}`;
        return this.report(1, this.logic, what, 'recognise the mistake by something that only the mistake leaves');
      }
    }
  }

  /** Rule 2. */
  private earnsFullMarks(solution: Script): boolean {
    for (const vars of this.samples) {
      const grade = this.grade(solution.path, 2, vars, solution.commands);
      if (!grade) return false;
      if (grade.earned === grade.possible) continue;
      this.report(
        2,
        solution.path,
        `${lost(grade)}${withWords(vars)}`,
        'repair the solution, or the check that does not see that it is right',
      );
      return false;
    }
    return true;
  }

  /** Rule 3. */
  private failsAsNamed(wrong: Script): void {
    const ends = this.samples.length > WRONG_SAMPLES ? [this.samples[0], this.samples.at(-1)] : this.samples;
    for (const vars of ends as Vars[]) {
      const grade = this.grade(wrong.path, 3, vars, wrong.commands);
      if (!grade) return;
      const failed = grade.results.filter(({ ok }) => !ok).map(({ check }) => check);
      if (!same(failed, wrong.fails)) {
        const what = `it says that it fails ${named(wrong.fails)}, and it fails ${named(failed)}${withWords(vars)}\n${lost(grade)}`;
        return this.report(3, wrong.path, what, 'correct the first line (`# fails: …`), the attempt or the check');
      }
      if (!same(grade.feedback, wrong.shows)) {
        const what = `it says that it shows ${named(wrong.shows)}, and it shows ${named(grade.feedback)}${withWords(vars)}`;
        return this.report(3, wrong.path, what, 'correct the first line (`; shows: …`) or the `when` of the feedback');
      }
    }
  }

  /** Rule 4. */
  private everyCheckFails(): void {
    const failed = new Set(this.wrongs().flatMap(({ fails }) => fails));
    for (const check of Object.keys(this.exercise.checks)) {
      if (failed.has(check)) continue;
      this.report(
        4,
        this.logic,
        `no wrong attempt fails the check ${check}`,
        `add a wrong-*.sh with \`# fails: ${check}\`: what would a learner get wrong here?`,
      );
    }
    for (const wrong of this.wrongs()) {
      const unknown = wrong.fails.filter((check) => !(check in this.exercise.checks));
      if (unknown.length > 0)
        this.report(
          3,
          wrong.path,
          `there is no check ${unknown.join(', ')}`,
          `the checks are ${Object.keys(this.exercise.checks).join(', ')}`,
        );
      if (wrong.fails.length === 0) this.report(3, wrong.path, 'it names no check that it fails', 'a wrong attempt fails at least one');
    }
  }

  /** Rule 5. */
  private eachLineCounts(solution: Script): void {
    const vars = this.samples[0] as Vars;
    for (const { line, text, rest } of withoutOneLine(solution.commands)) {
      if (!this.stillPasses(vars, rest)) continue;
      this.report(
        5,
        solution.path,
        `line ${line} can be left out and all marks are still earned: ${text}`,
        'take it out, mark it `# optional`, or add a check that misses it',
      );
    }
  }

  /** Rule 6: the same commands as text that does nothing earn nothing; the same deeds under other words earn the same. */
  private onlyTheWorldCounts(solution: Script): void {
    const vars = this.samples[0] as Vars;
    const said = solution.commands.map((command) => ({ ...command, text: command.text.replace(/^/gm, '# ') }));
    const grade = this.grade(solution.path, 6, vars, said);
    if (grade && grade.earned > 0) {
      const what = `typed as comments, so that nothing happens, its lines still earn ${grade.earned} of ${grade.possible}`;
      this.report(6, this.logic, what, 'look at the world (links, addresses, probes), not at input or history');
    }
    const otherWords = solution.commands.map((command) => ({ ...command, text: `eval '${command.text.replaceAll("'", "'\\''")}'` }));
    if (!this.stillPasses(vars, otherWords)) {
      this.report(
        6,
        this.logic,
        `the same commands through \`eval\` in ${solution.path} do not earn the same`,
        'judge what they leave, not how they were given',
      );
    }
  }

  /** Rule 7. */
  private wordsAndLogic(): void {
    const { folder, words, languages } = this.files;
    const [chapter, id] = this.files.id.split('/');
    for (const language of languages) {
      const here = words.filter((one) => one.language === language);
      if (here.length === 0) this.report(7, folder, `no chapter in ${language} has <Exercise id="${id}">`, `add it to ${chapter}.mdx`);
      if (here.length > 1) this.report(7, here[1]?.path ?? folder, `<Exercise id="${id}"> stands twice`, 'keep one');
    }
    const checks = Object.keys(this.exercise.checks);
    const mistakes = Object.keys(this.exercise.feedback ?? {});
    for (const one of words) {
      const at = `${one.path}:${one.line}`;
      this.sameIds(at, 'Task check', one.tasks, 'check', checks);
      this.sameIds(at, 'Feedback id', one.feedback, 'feedback', mistakes);
      const unknown = one.placeholders.filter((name) => !(name in (this.exercise.vars ?? {})));
      if (unknown.length > 0)
        this.report(
          7,
          at,
          `{${unknown.join('}, {')}} in the words is no variable of the exercise`,
          `its vars are ${named(Object.keys(this.exercise.vars ?? {}))}`,
        );
    }
    for (const { path, shows } of this.wrongs()) {
      const unknown = shows.filter((feedback) => !mistakes.includes(feedback));
      if (unknown.length > 0)
        this.report(7, path, `there is no feedback ${unknown.join(', ')} in exercise.ts`, `the feedback there is ${named(mistakes)}`);
    }
  }

  private sameIds(at: string, element: string, inWords: readonly string[], what: string, inLogic: readonly string[]): void {
    for (const id of inWords) {
      if (!inLogic.includes(id))
        this.report(7, at, `<${element}="${id}"> has no ${what} of that name in ${this.logic}`, `there: ${named(inLogic)}`);
    }
    for (const id of inLogic) {
      const times = inWords.filter((one) => one === id).length;
      if (times !== 1)
        this.report(7, at, `${what} ${id} of ${this.logic} has ${times === 0 ? 'no' : times} <${element}="${id}">`, 'give it exactly one');
    }
  }

  /** Rule 8. */
  private hintsAndWrongAttempts(): void {
    for (const { path, line, hints } of this.files.words) {
      if (hints < 2)
        this.report(
          8,
          `${path}:${line}`,
          `there ${hints === 1 ? 'is one hint' : 'are no hints'}`,
          'add <Hint>s, from a nudge to nearly the answer: two at least',
        );
    }
    if (this.files.scripts.every(({ kind }) => kind !== 'wrong')) {
      this.report(8, this.files.folder, 'there is no wrong attempt', 'add wrong-NAME.sh: what does somebody type who has misunderstood?');
    }
  }

  /** Types the commands and grades; an attempt that cannot be typed, and a check that throws, are reported. */
  private grade(file: string, rule: RuleNumber, vars: Vars, commands: readonly ScriptCommand[]): Grade | undefined {
    try {
      const session = commands.length === 0 ? startState(this.exercise, vars) : afterTyping(this.exercise, vars, withVars(commands, vars));
      const grade = gradeExercise(session, this.exercise, vars);
      const broken = grade.results.find(({ bug }) => bug !== undefined);
      if (!broken) return grade;
      this.report(
        rule,
        this.logic,
        `the check ${broken.check} throws${withWords(vars)}:\n${broken.bug}`,
        'a check answers with a finding, whatever the learner has done',
      );
    } catch (error) {
      this.report(
        rule,
        file,
        `${error instanceof Error ? error.message : String(error)}${withWords(vars)}`,
        'the commands, and the set-up, have to run in the lab',
      );
    }
    return undefined;
  }

  private stillPasses(vars: Vars, commands: readonly ScriptCommand[]): boolean {
    return passes(this.exercise, vars, commands);
  }
}

/** Whether typing these commands earns full marks. An attempt that does not come to its end does not. */
export function passes(exercise: AnyExercise, vars: Vars, commands: readonly ScriptCommand[]): boolean {
  try {
    return passesAll(afterTyping(exercise, vars, withVars(commands, vars)), exercise, vars);
  } catch {
    return false;
  }
}

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && [...a].sort().join() === [...b].sort().join();

const named = (names: readonly string[]): string => (names.length === 0 ? 'nothing' : names.join(', '));

function withWords(vars: Vars): string {
  const values = Object.entries(vars).map(([name, value]) => `${name} = ${value}`);
  return values.length === 0 ? '' : ` (with ${values.join(', ')})`;
}

/** What the failed checks found. */
function lost({ results, earned, possible }: Grade): string {
  const failed = results
    .filter(({ ok }) => !ok)
    .map(({ check, finding }) => {
      const { actual, hop } = finding;
      const where = hop ? `; ${hop.machine}, ${hop.netns}${hop.dev === '' ? '' : `, ${hop.dev}`}: ${hop.reason}` : '';
      return `${check}: ${actual ?? 'no'}${where}`;
    });
  return [`it earns ${earned} of ${possible}`, ...failed].join('\n');
}
