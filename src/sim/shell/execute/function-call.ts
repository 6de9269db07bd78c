import type { Sys } from '../../machine/process.ts';
import { ExpansionFailed, ReturnFromFunction } from '../control-flow.ts';
import { MAX_NESTING, type Shell, type ShellFunction } from '../shell.ts';
import { executeList } from './list.ts';
import { tooDeep } from './nesting.ts';

/** Calls a function: own parameters, own local variables, `return`. */
export function* callFunction(shell: Shell, name: string, definition: ShellFunction, args: readonly string[]): Sys<void> {
  const limit = Number(shell.vars.get('FUNCNEST') ?? 0);
  if (limit > 0 && shell.frames.length >= limit) {
    yield* shell.complain(`${name}: maximum function nesting level exceeded (${limit})`);
    throw new ExpansionFailed(1);
  }
  if (shell.nesting >= MAX_NESTING) yield* tooDeep(shell);
  const saved = { source: shell.source, loopDepth: shell.loopDepth, line: shell.line, optind: shell.getoptsOffset };
  shell.frames.push({ functionName: name, callLine: shell.line, sourceName: definition.sourceName, positional: shell.positional });
  shell.positional = [...args];
  shell.source = definition.source;
  shell.loopDepth = 0;
  shell.nesting++;
  shell.vars.pushScope();
  try {
    const { body } = definition.node;
    if (body.type === 'CompoundList') yield* executeList(shell, body);
    else yield* shell.evaluator.executeCommand(shell, body, false);
  } catch (thrown) {
    if (!(thrown instanceof ReturnFromFunction)) throw thrown;
    shell.status = thrown.status;
  } finally {
    shell.vars.popScope();
    shell.nesting--;
    const frame = shell.frames.pop();
    if (frame !== undefined) shell.positional = [...frame.positional];
    shell.source = saved.source;
    shell.loopDepth = saved.loopDepth;
    shell.line = saved.line;
    shell.getoptsOffset = saved.optind;
  }
  if (shell.traps.handlers.has('RETURN')) yield* shell.traps.run('RETURN');
}
