import { LabSession } from '../../sim/lab/session.ts';
import type { Vars } from '../draw.ts';
import { type AnyExercise, exerciseLab } from '../exercise.ts';
import { Typist } from '../typist.ts';
import type { ScriptCommand } from './script.ts';

/** The learner whose labs are verified; only MACs and the like depend on it, values are given. */
const SEED = 'verify';
const BETWEEN_S = 0.5;
const LIMIT_S = 30;

/** The exercise as its learner finds it. */
export function startState(exercise: AnyExercise, vars: Vars): LabSession {
  return new LabSession(exerciseLab(exercise, vars), SEED);
}

/**
 * The world after somebody has typed these commands.
 *
 * @throws Error if a command does not come back to the prompt.
 */
export function afterTyping(exercise: AnyExercise, vars: Vars, commands: readonly ScriptCommand[]): LabSession {
  const session = startState(exercise, vars);
  const first = session.lab.machines[0]?.name ?? '';
  const typists = new Map<string, Typist>();
  for (const { host = first, text, line } of commands) {
    let typist = typists.get(host);
    if (!typist) {
      typist = new Typist(session, host);
      typists.set(host, typist);
    }
    typist.pause(BETWEEN_S);
    if (!typist.command(text, LIMIT_S))
      throw new Error(`line ${line} did not come back to the prompt: ${text.split('\n')[0]}\n${typist.take()}`);
  }
  session.world.run(session.world.clock.now + BETWEEN_S * 1e9);
  return session;
}
