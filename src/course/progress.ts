import * as z from 'zod/mini';
import type { InputEntry } from '../sim/lab/session.ts';
import type { ExerciseId, Grade } from './exercise.ts';

/**
 * What a learner has done, wherever it is kept: plain data, read with suspicion, because a browser's storage and a file may hold
 * anything. A passed check stays passed.
 */

/** Raised when older progress can no longer be read as it is. */
export const PROGRESS_VERSION = 1;
/** What an exported file says it is. */
const FORMAT = 'vethlab-progress';
/** Hints and attempts are counted no further; a number from a file that is not believable is cut. */
const MOST = 10_000;

const count = z.number().check(z.minimum(0), z.maximum(MOST));
const points = z.number().check(z.minimum(0));

const exerciseSchema = z.object({
  /** Checks that have passed at some time. */
  passed: z.array(z.string()),
  earned: points,
  possible: points,
  /** How many hints were asked for. */
  hints: count,
  /** How often it was checked. */
  attempts: count,
  /** When all points had been earned, ISO 8601. */
  solvedAt: z.optional(z.string()),
});

const progressSchema = z.object({
  version: z.literal(PROGRESS_VERSION),
  /** Decides names, addresses and MACs of this learner's labs. */
  seed: z.string(),
  exercises: z.record(z.string(), exerciseSchema),
  /** Chapters whose quiz was answered: question ids. */
  quizzes: z.record(z.string(), z.array(z.string())),
});

const actionSchema = z.discriminatedUnion('do', [
  z.object({ do: z.literal('open'), machine: z.string(), columns: z.number(), rows: z.number() }),
  z.object({ do: z.literal('type'), terminal: z.number(), text: z.string() }),
  z.object({ do: z.literal('resize'), terminal: z.number(), columns: z.number(), rows: z.number() }),
  z.object({ do: z.literal('close'), terminal: z.number() }),
]);

const logSchema = z.array(
  z.object({ timeNs: z.number(), step: z.optional(z.number()), action: actionSchema, atPrompt: z.optional(z.boolean()) }),
);

const fileSchema = z.object({ format: z.literal(FORMAT), progress: progressSchema, logs: z.record(z.string(), logSchema) });

export type ExerciseProgress = Readonly<z.infer<typeof exerciseSchema>>;
export type Progress = Readonly<z.infer<typeof progressSchema>>;

/** What was typed in each lab, by the name under which the page keeps it (an exercise's id for exercises). */
export type Logs = Readonly<Record<string, readonly InputEntry[]>>;

export function newProgress(seed: string): Progress {
  return { version: PROGRESS_VERSION, seed, exercises: {}, quizzes: {} };
}

const untouched: ExerciseProgress = { passed: [], earned: 0, possible: 0, hints: 0, attempts: 0 };

export function exerciseProgress(progress: Progress, id: ExerciseId): ExerciseProgress {
  return progress.exercises[id] ?? untouched;
}

export const isSolved = ({ earned, possible }: ExerciseProgress): boolean => possible > 0 && earned >= possible;

/** Enters a verdict. What had passed before still counts. `now` is a date in ISO 8601. */
export function recordGrade(progress: Progress, id: ExerciseId, grade: Grade, now: string): Progress {
  const before = exerciseProgress(progress, id);
  const passed = new Set(before.passed);
  // A guard that holds says nothing before the rest is done: it counts when it has earned its points.
  for (const { check, earned } of grade.results) if (earned > 0) passed.add(check);
  const known = grade.results.filter(({ check }) => passed.has(check));
  const earned = known.reduce((sum, result) => sum + result.points, 0);
  const next: ExerciseProgress = {
    ...before,
    passed: known.map(({ check }) => check),
    earned,
    possible: grade.possible,
    attempts: Math.min(before.attempts + 1, MOST),
  };
  const solvedAt = before.solvedAt ?? (isSolved(next) ? now : undefined);
  return withExercise(progress, id, { ...next, ...(solvedAt === undefined ? {} : { solvedAt }) });
}

/** Remembers that the first `shown` hints have been seen. */
export function recordHints(progress: Progress, id: ExerciseId, shown: number): Progress {
  const before = exerciseProgress(progress, id);
  return withExercise(progress, id, { ...before, hints: Math.min(Math.max(before.hints, shown), MOST) });
}

/** Remembers a question that was answered rightly. */
export function recordAnswer(progress: Progress, chapter: string, question: string): Progress {
  const answered = new Set(progress.quizzes[chapter]).add(question);
  return { ...progress, quizzes: { ...progress.quizzes, [chapter]: [...answered] } };
}

/** Both together: for a file that is imported, or two tabs. The first one's seed is kept. */
export function mergeProgress(a: Progress, b: Progress): Progress {
  const exercises = { ...a.exercises };
  for (const [id, theirs] of Object.entries(b.exercises)) exercises[id] = mergeExercise(exercises[id] ?? untouched, theirs);
  const quizzes = { ...a.quizzes };
  for (const [chapter, answered] of Object.entries(b.quizzes)) quizzes[chapter] = [...new Set([...(quizzes[chapter] ?? []), ...answered])];
  return { ...a, exercises, quizzes };
}

function mergeExercise(a: ExerciseProgress, b: ExerciseProgress): ExerciseProgress {
  const better = b.earned > a.earned ? b : a;
  const dates = [a.solvedAt, b.solvedAt].filter((date) => date !== undefined).sort();
  return {
    passed: [...new Set([...a.passed, ...b.passed])],
    earned: better.earned,
    possible: better.possible,
    hints: Math.max(a.hints, b.hints),
    attempts: Math.max(a.attempts, b.attempts),
    ...(dates[0] === undefined ? {} : { solvedAt: dates[0] }),
  };
}

function withExercise(progress: Progress, id: ExerciseId, exercise: ExerciseProgress): Progress {
  return { ...progress, exercises: { ...progress.exercises, [id]: exercise } };
}

/** Progress as kept by the browser. Undefined where the text is not progress: the learner starts afresh. */
export function parseProgress(text: string): Progress | undefined {
  const parsed = z.safeParse(progressSchema, parseJson(text));
  return parsed.success ? parsed.data : undefined;
}

export const formatProgress = (progress: Progress): string => JSON.stringify(progress);

/** The text of a file that holds a learner's progress and what was typed in each lab. */
export function exportProgress(progress: Progress, logs: Logs): string {
  return `${JSON.stringify({ format: FORMAT, progress, logs }, undefined, 1)}\n`;
}

/** Reads such a file; `none` if it is another kind of file, `newer` if a later version of the course wrote it. */
export function importProgress(text: string): { readonly progress: Progress; readonly logs: Logs } | 'none' | 'newer' {
  const value = parseJson(text);
  const parsed = z.safeParse(fileSchema, value);
  if (parsed.success) return { progress: parsed.data.progress, logs: parsed.data.logs as Logs };
  const version = (value as { progress?: { version?: unknown } } | undefined)?.progress?.version;
  return typeof version === 'number' && version > PROGRESS_VERSION ? 'newer' : 'none';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
