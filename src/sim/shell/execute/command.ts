import type { Sys } from '../../machine/process.ts';
import { commandText } from '../command-text.ts';
import { ExpansionFailed } from '../control-flow.ts';
import { evaluateText } from '../expansion/expand.ts';
import type { CommandNode, CompoundList, Node } from '../grammar.ts';
import { MAX_NESTING, type Shell } from '../shell.ts';
import { forkShell } from './child.ts';
import { executeArithmeticFor, executeCase, executeFor, executeIf, executeSelect, executeWhile } from './compound.ts';
import { evaluateConditional } from './conditional.ts';
import { executeList } from './list.ts';
import { nested, tooDeep } from './nesting.ts';
import { redirect, undo } from './redirection.ts';
import { executeSimple } from './simple-command.ts';
import { closeSubstitutions } from './substitution.ts';
import { traceLine } from './trace.ts';

/** Runs one command of a pipeline. `last`: the process has nothing to do after it, so exec may replace it. */
export function* executeCommand(shell: Shell, node: CommandNode, last: boolean): Sys<void> {
  yield* shell.breathe();
  if (node.type === 'Command') {
    yield* executeSimple(shell, node, last);
    return;
  }
  if (++shell.nesting > MAX_NESTING) yield* tooDeep(shell);
  const substitutions = shell.substitutions.length;
  try {
    yield* nested(shell, executeCompound(shell, node, last));
  } finally {
    shell.nesting--;
    if (shell.substitutions.length > substitutions) closeSubstitutions(shell, substitutions);
  }
}

function* executeCompound(shell: Shell, node: Exclude<CommandNode, { type: 'Command' }> | CompoundList, last: boolean): Sys<void> {
  switch (node.type) {
    case 'If':
      yield* executeIf(shell, node, last);
      return;
    case 'For':
      yield* executeFor(shell, node);
      return;
    case 'ArithmeticFor':
      yield* executeArithmeticFor(shell, node);
      return;
    case 'While':
      yield* executeWhile(shell, node);
      return;
    case 'Case':
      yield* executeCase(shell, node, last);
      return;
    case 'Select':
      yield* executeSelect(shell, node);
      return;
    case 'BraceGroup':
      yield* executeList(shell, node.body, last);
      return;
    case 'CompoundList':
      yield* executeList(shell, node, last);
      return;
    case 'Subshell':
      yield* executeSubshell(shell, node, last);
      return;
    case 'TestCommand':
      yield* executeTest(shell, node);
      return;
    case 'ArithmeticCommand':
      yield* executeArithmetic(shell, node);
      return;
    case 'Function':
      yield* defineFunction(shell, node);
      return;
    case 'Redirected': {
      shell.line = shell.at(node.pos);
      if (node.command.type === 'Subshell' && !last) {
        yield* executeSubshell(shell, node.command, false, node);
        return;
      }
      const saved = yield* redirect(shell, node.redirects, last);
      if (saved === 'failed') {
        shell.status = shell.flavour.failureStatus;
        return;
      }
      try {
        yield* executeCompound(shell, node.command, last);
      } finally {
        undo(shell, saved);
      }
      return;
    }
    case 'Coproc':
      shell.line = shell.at(node.pos);
      yield* shell.complain('coproc: not supported');
      shell.status = 1;
  }
}

/** ( … ) */
function* executeSubshell(shell: Shell, node: Node<'Subshell'>, last: boolean, redirected?: Node<'Redirected'>): Sys<void> {
  if (last && shell.subshellLevel > 0 && shell.traps.handlers.size === 0) {
    // The process is a subshell already and ends here.
    shell.subshellLevel++;
    yield* executeList(shell, node.body, true);
    return;
  }
  const { control } = shell.jobs;
  const child = yield* forkShell(
    shell,
    function* (sub) {
      sub.loopDepth = 0;
      if (redirected !== undefined && (yield* redirect(sub, redirected.redirects, true)) === 'failed') {
        sub.status = shell.flavour.failureStatus;
        return;
      }
      yield* executeList(sub, node.body, true);
    },
    control ? { pgid: 0, foreground: true } : {},
  );
  if (child === undefined) {
    shell.status = 254;
    return;
  }
  const pid = child.pidSeenBy(shell.p);
  const process = { pid, command: commandText(shell, redirected ?? node), status: undefined };
  const statuses = yield* shell.jobs.foreground([process], control ? pid : 0);
  shell.status = statuses[0] ?? 0;
}

function* executeTest(shell: Shell, node: Node<'TestCommand'>): Sys<void> {
  shell.line = shell.at(node.pos);
  if (!shell.flavour.extended && shell.flavour.conditional !== true) {
    yield* shell.complain(shell.flavour.notFound('[['));
    shell.status = 127;
    return;
  }
  shell.status = yield* evaluateConditional(shell, node.expression);
}

/** (( … )) */
function* executeArithmetic(shell: Shell, node: Node<'ArithmeticCommand'>): Sys<void> {
  shell.line = shell.at(node.pos);
  shell.command = commandText(shell, node);
  if (shell.option('xtrace')) yield* traceLine(shell, `(( ${node.body} ))`);
  try {
    shell.status = (yield* evaluateText(shell, node.body, '((: ')) === 0n ? 1 : 0;
  } catch (thrown) {
    if (!(thrown instanceof ExpansionFailed) || thrown.fatal) throw thrown;
    shell.status = 1;
  }
}

function* defineFunction(shell: Shell, node: Node<'Function'>): Sys<void> {
  const name = node.name.value;
  const old = shell.functions.get(name);
  if (shell.readonlyFunctions.has(name)) {
    yield* shell.complain(`${name}: readonly function`);
    shell.status = 1;
    return;
  }
  const sourceName =
    shell.frames.at(-1)?.sourceName ?? shell.sourceName ?? (shell.interactive || shell.inputName === undefined ? 'main' : 'environment');
  shell.functions.set(name, { node, source: shell.source, sourceName, exported: old?.exported ?? false });
  shell.status = 0;
}
