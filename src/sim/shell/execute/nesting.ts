import type { Sys, Wait } from '../../machine/process.ts';
import { ExpansionFailed } from '../control-flow.ts';
import { MAX_NESTING, type Shell } from '../shell.ts';

/** A generator that is to run on a stack of its own; passed up to {@link drive} as if it were a wait. */
class FreshStack {
  readonly body: Sys<void>;
  constructor(body: Sys<void>) {
    this.body = body;
  }
}

/** Levels of nested commands on one stack of generators: each costs some ten `yield*`, and the engine's stack takes a few thousand. */
const LEVELS_A_STACK = 40;

/** Runs a nested command, on a fresh stack when this one has grown deep. So scripts may recurse as deep as memory goes. */
export function* nested(shell: Shell, body: Sys<void>): Sys<void> {
  if (shell.nesting - shell.stackBase < LEVELS_A_STACK) {
    yield* body;
    return;
  }
  const base = shell.stackBase;
  shell.stackBase = shell.nesting;
  try {
    yield new FreshStack(body) as unknown as Wait;
  } finally {
    shell.stackBase = base;
  }
}

/** Runs a shell's generator and those that ask for a stack of their own; what they throw goes to the one that asked. */
export function* drive(root: Sys<void>): Sys<void> {
  const stack: Sys<void>[] = [root];
  let thrown: { readonly error: unknown } | undefined;
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    let step: IteratorResult<Wait, void>;
    try {
      step = thrown === undefined ? top.next() : top.throw(thrown.error);
      thrown = undefined;
    } catch (error) {
      stack.length--;
      if (stack.length === 0) throw error;
      thrown = { error };
      continue;
    }
    if (step.done === true) stack.length--;
    else if ((step.value as unknown) instanceof FreshStack) stack.push((step.value as unknown as FreshStack).body);
    else {
      try {
        yield step.value;
      } catch (error) {
        thrown = { error };
      }
    }
  }
}

/** Commands nest too deep: says so and leaves the command line. */
export function* tooDeep(shell: Shell): Sys<never> {
  const name = shell.frames.at(-1)?.functionName;
  yield* shell.complain(
    `${name === undefined ? '' : `${name}: `}maximum ${name === undefined ? 'command' : 'function'} nesting level exceeded (${MAX_NESTING})`,
  );
  throw new ExpansionFailed(1, true);
}
