import { act, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, test } from 'vitest';
import type { CheckResult, Grade } from '../../course/exercise.ts';
import { ExerciseContext, type ExerciseState } from './ExerciseContext.tsx';
import { Feedback, Task, Var } from './parts.tsx';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

const result = (check: string, ok: boolean, earned = ok ? 1 : 0): CheckResult => ({
  check,
  points: 1,
  earned,
  ok,
  finding: ok
    ? { ok }
    : {
        ok,
        expected: 'an answer',
        actual: 'silence',
        hop: { machine: 'host1', netns: 'red', dev: 'v0', reason: 'nobody has this address' },
      },
});

const grade = (...results: CheckResult[]): Grade => ({ results, earned: 0, possible: results.length, feedback: ['one-end'] });

function show(state: Partial<ExerciseState>, children: ReactNode): HTMLElement {
  const place = document.body.appendChild(document.createElement('div'));
  const whole: ExerciseState = { exercise: '02-veth/x', title: 'X', vars: undefined, live: [], grade: undefined, passed: [], ...state };
  act(() => createRoot(place).render(<ExerciseContext value={whole}>{children}</ExerciseContext>));
  return place;
}

const stateOf = (place: HTMLElement) => place.querySelector('[data-check]')?.getAttribute('data-state');
const task = <Task check="ping">blue answers</Task>;

test('nothing has failed before the first Check', () => {
  expect(stateOf(show({ live: [result('ping', false)] }, task))).toBe('open');
});

test('a failed task says what was expected, what happened, and where the packet ended', () => {
  const place = show({ grade: grade(result('ping', false)) }, task);
  expect(stateOf(place)).toBe('failed');
  expect(place.textContent).toContain('an answer');
  expect(place.textContent).toContain('silence');
  expect(place.textContent).toContain('at device v0, namespace red, host1: nobody has this address');
});

test('where nothing is wrong so far, the task is still to do and says how it stands', () => {
  const pending = { ...result('ping', false), finding: { ok: false, actual: 'you predict 1', pending: true } };
  const place = show({ grade: grade(pending) }, task);
  expect(stateOf(place)).toBe('open');
  expect(place.textContent).toContain('So far: you predict 1.');
});

test('a live check that holds shows at once, but not one that holds from the start and earns nothing', () => {
  expect(stateOf(show({ live: [result('ping', true)] }, task))).toBe('passed');
  expect(stateOf(show({ live: [result('ping', true, 0)] }, task))).toBe('open');
});

test('what has passed once stays passed', () => {
  expect(stateOf(show({ passed: ['ping'], live: [result('ping', false)], grade: grade(result('ping', false)) }, task))).toBe('passed');
});

test('feedback is shown for the mistakes that were seen', () => {
  const words = [
    <Feedback key="a" id="one-end">
      Only one end is up.
    </Feedback>,
    <Feedback key="b" id="dummies">
      Those are dummies.
    </Feedback>,
  ];
  expect(show({ grade: grade(result('ping', false)) }, words).textContent).toBe('Only one end is up.');
});

test('words are filled with the values drawn for the learner', () => {
  expect(show({ vars: { port: 8080 } }, <Var name="port" />).textContent).toBe('8080');
});
