import { expect, test } from 'vitest';
import type { Grade } from './exercise.ts';
import {
  exerciseProgress,
  exportProgress,
  importProgress,
  isSolved,
  mergeProgress,
  newProgress,
  parseProgress,
  recordGrade,
  recordHints,
} from './progress.ts';

const id = '02-veth/plug-a-cable';
const now = '2026-11-02T09:00:00Z';

/** Two plain checks worth 1 and 2 points and a guard worth 1. */
function grade(pair: boolean, lit: boolean): Grade {
  const done = pair && lit;
  const result = (check: string, points: number, ok: boolean, counts = true) => ({
    check,
    points,
    ok,
    earned: ok && counts ? points : 0,
    finding: { ok },
  });
  const results = [result('pair', 1, pair), result('lit', 2, lit), result('address', 1, true, done)];
  return { results, earned: results.reduce((sum, { earned }) => sum + earned, 0), possible: 4, feedback: [] };
}

test('a check that has passed stays passed', () => {
  let progress = recordGrade(newProgress('s'), id, grade(true, false), now);
  progress = recordGrade(progress, id, grade(false, true), now);
  expect(exerciseProgress(progress, id)).toMatchObject({ passed: ['pair', 'lit'], earned: 3, possible: 4, attempts: 2 });
  expect(isSolved(exerciseProgress(progress, id))).toBe(false);
});

test('a guard counts only once it has earned its points, and then the exercise is solved', () => {
  const before = recordGrade(newProgress('s'), id, grade(false, false), now);
  expect(exerciseProgress(before, id).passed).toEqual([]);
  const after = recordGrade(before, id, grade(true, true), now);
  expect(exerciseProgress(after, id)).toMatchObject({ passed: ['pair', 'lit', 'address'], earned: 4, solvedAt: now });
});

test('merging keeps the better of two and the own seed', () => {
  const mine = recordHints(recordGrade(newProgress('mine'), id, grade(true, false), now), id, 2);
  const theirs = recordGrade(newProgress('theirs'), id, grade(true, true), now);
  const merged = mergeProgress(mine, theirs);
  expect(merged.seed).toBe('mine');
  expect(merged.exercises[id]).toMatchObject({ earned: 4, hints: 2, solvedAt: now });
});

test('a file comes back as it went out, logs included', () => {
  const progress = recordGrade(newProgress('s'), id, grade(true, true), now);
  const logs = { [id]: [{ timeNs: 5, action: { do: 'type' as const, terminal: 1, text: 'ip a\r' }, atPrompt: true }] };
  expect(importProgress(exportProgress(progress, logs))).toEqual({ progress, logs });
});

test('what is no progress is not taken for it', () => {
  expect(parseProgress('')).toBeUndefined();
  expect(parseProgress('{"version":1,"seed":5}')).toBeUndefined();
  expect(importProgress('{"hello":1}')).toBe('none');
  expect(importProgress('{"format":"vethlab-progress","progress":{"version":99},"logs":{}}')).toBe('newer');
});
