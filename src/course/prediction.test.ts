import { expect, test } from 'vitest';
import { LabSession } from '../sim/lab/session.ts';
import { solo } from '../sim/lab/standard.ts';
import { CheckWorld } from './check-world.ts';
import type { AnyExercise } from './exercise.ts';
import { gradeExercise } from './grading.ts';
import { predicted } from './prediction.ts';
import { Typist } from './typist.ts';

// host1:   v0 10.9.0.1/24 ──────── v1 10.9.0.2/24        How many frames of `ping -c 2 10.9.0.2` does lo carry?

const setup = [
  'ip link add v0 type veth peer name v1',
  'ip addr add 10.9.0.1/24 dev v0',
  'ip addr add 10.9.0.2/24 dev v1',
  'ip link set v0 up',
  'ip link set v1 up',
];

const LOOK = 'ping -c 2 -i 0.2 10.9.0.2';

function after(...commands: readonly string[]): LabSession {
  const session = new LabSession({ ...solo, setup }, 'test');
  const typist = new Typist(session, 'host1');
  for (const command of commands) {
    typist.pause(0.5);
    typist.command(command);
  }
  return session;
}

const looked = (w: CheckWorld) => (w.link('host1', 'lo')?.txPackets ?? 0) > 0;

function verdict(...commands: readonly string[]) {
  const session = after(...commands);
  const truth = () => {
    const fresh = CheckWorld.grading(session, {}).fresh([]);
    fresh.from('host1').run(LOOK);
    return fresh.link('host1', 'lo')?.txPackets;
  };
  const { expected: _, ...verdict } = predicted(CheckWorld.grading(session, {}), 'lo', truth, looked);
  return verdict;
}

test('a prediction counts when it was given before the experiment, and came true', () => {
  expect(verdict()).toEqual({ ok: false, actual: 'there is no answer lo yet' });
  expect(verdict('answer lo 4', LOOK).ok).toBe(true);
  expect(verdict('answer lo 0', LOOK)).toEqual({ ok: false, actual: 'you predicted 0, and it came out otherwise. Undo, and think again' });
});

test('nobody learns whether it is right before the experiment', () => {
  const sealed = (value: number) => ({
    ok: false,
    actual: `you predict ${value}. Now make the experiment, and check again`,
    pending: true,
  });
  expect([verdict('answer lo 4'), verdict('answer lo 0')]).toEqual([sealed(4), sealed(0)]);
});

test('nor whether it is a known mistake', () => {
  const exercise: AnyExercise = {
    lab: { ...solo, setup },
    checks: { lo: { points: 1, test: (w) => predicted(w, 'lo', () => 4, looked) } },
    feedback: { none: { when: (w) => w.answer('lo') === '0' } },
  };
  const told = (...commands: readonly string[]) => gradeExercise(after(...commands), exercise, {}).feedback;
  expect([told('answer lo 0'), told('answer lo 0', LOOK)]).toEqual([[], ['none']]);
});

test('an answer after the experiment does not count, and one that is changed then neither', () => {
  const late = { ok: false, actual: '4 was answered after the experiment. Undo until before it, or Reset, and predict first' };
  expect(verdict(LOOK, 'answer lo 4')).toEqual(late);
  expect(verdict('answer lo 0', LOOK, 'answer lo 4')).toEqual(late);
  expect(verdict('answer lo 0', 'answer lo 4', LOOK).ok).toBe(true);
});
