import type { Sys } from '../../machine/process.ts';
import { commandText } from '../command-text.ts';
import { expandText, expandWords } from '../expansion/expand.ts';
import { quotedIfNeeded } from '../expansion/quote.ts';
import type { Assignment, Command, Redirection, Word } from '../grammar.ts';
import type { Shell } from '../shell.ts';
import { SPECIAL_BUILTINS } from '../special-builtins.ts';
import { assign, temporaryValue } from './assignment.ts';
import { runExternal } from './external.ts';
import { callFunction } from './function-call.ts';
import { redirect, undo } from './redirection.ts';
import { closeSubstitutions } from './substitution.ts';
import { traceLine } from './trace.ts';

/** name=value… command words… redirections */
export function* executeSimple(shell: Shell, node: Command, last: boolean): Sys<void> {
  shell.line = lineOf(shell, node);
  shell.substitutionStatus = undefined;
  const substitutions = shell.substitutions.length;
  if (shell.traps.handlers.has('DEBUG')) {
    shell.command = commandText(shell, node);
    yield* shell.traps.run('DEBUG');
  }
  try {
    const words = yield* commandWords(shell, node);
    const assignments = node.prefix.filter((x) => x.type === 'Assignment');
    if (words.length === 0) yield* assignOnly(shell, assignments, node.redirects);
    else {
      shell.command = commandText(shell, node);
      yield* runWords(shell, words, assignments, node.redirects, last);
      shell.lastArgument = words.at(-1) ?? '';
    }
  } finally {
    if (shell.substitutions.length > substitutions) closeSubstitutions(shell, substitutions);
  }
}

/** The line bash has read up to when it knows the command: that on which the second word ends. */
function lineOf(shell: Shell, node: Command): number {
  const line = shell.at(node.pos);
  if (!shell.source.text.slice(node.pos, node.end).includes('\n')) return line;
  const second = [...node.prefix, ...(node.name === undefined ? [] : [node.name]), ...node.suffix][1];
  return second === undefined ? line : shell.at(second.end);
}

/** The words after expansion; assignments among the arguments of declare and its kin stay whole. */
function* commandWords(shell: Shell, node: Command): Sys<string[]> {
  shell.compoundArguments.clear();
  if (node.name === undefined) return [];
  const args = node.args;
  if (args.every((arg): arg is Word => arg.type === 'Word')) return yield* expandWords(shell, [node.name, ...args]);
  const words = yield* expandWords(shell, [node.name]);
  for (const arg of args) {
    if (arg.type === 'Word') words.push(...(yield* expandWords(shell, [arg])));
    else words.push(yield* declarationWord(shell, arg, words.length));
  }
  return words;
}

function* declarationWord(shell: Shell, node: Assignment, position: number): Sys<string> {
  const name = node.index === undefined ? node.name : `${node.name}[${yield* expandText(shell, node.index, 'none')}]`;
  const operator = node.append === true ? '+=' : '=';
  if (node.value.type === 'ArrayValue') {
    shell.compoundArguments.set(position, node.value);
    return `${name}${operator}`;
  }
  return `${name}${operator}${node.value.text === '' ? '' : yield* expandText(shell, node.value, 'assignment')}`;
}

/** A command of assignments and redirections alone changes the shell. */
function* assignOnly(shell: Shell, assignments: readonly Assignment[], redirections: readonly Redirection[]): Sys<void> {
  for (const node of assignments) {
    const trace = yield* assign(shell, node);
    if (shell.option('xtrace')) yield* traceLine(shell, traceAssignment(trace));
  }
  if (redirections.length > 0) {
    const saved = yield* redirect(shell, redirections);
    if (saved === 'failed') {
      shell.status = shell.flavour.failureStatus;
      return;
    }
    undo(shell, saved);
  }
  shell.status = shell.substitutionStatus ?? 0;
  if (assignments.length > 0) shell.lastArgument = '';
}

function traceAssignment(text: string): string {
  const match = /^([^=]*=)([\s\S]*)$/.exec(text);
  const [, left = '', value = ''] = match ?? [];
  return value === '' || value.startsWith('(') ? text : left + quotedIfNeeded(value);
}

/** Runs a command given as words: function, builtin or program. */
export function* runWords(
  shell: Shell,
  words: readonly string[],
  assignments: readonly Assignment[],
  redirections: readonly Redirection[],
  last: boolean,
  options: { readonly noFunctions?: boolean } = {},
): Sys<void> {
  const name = words[0] as string;
  if (name.startsWith('%') && shell.jobs.control) {
    // A job's name as a command brings it to the front.
    const fg = shell.builtins.get('fg');
    if (fg !== undefined) {
      shell.status = yield* fg(shell, words, 'fg');
      return;
    }
  }
  const definition = options.noFunctions === true ? undefined : shell.functions.get(name);
  const builtin = shell.disabledBuiltins.has(name) ? undefined : shell.builtins.get(name);
  if (definition === undefined && builtin === undefined) {
    yield* runExternal(shell, words, assignments, redirections, last);
    return;
  }
  const keepAssignments = definition === undefined && SPECIAL_BUILTINS.has(name) && shell.option('posix');
  const permanent = name === 'exec' && definition === undefined;
  const scoped = assignments.length > 0 && !keepAssignments;
  if (keepAssignments) for (const node of assignments) yield* assign(shell, node);
  const temporary: [string, string][] = [];
  if (scoped) for (const node of assignments) temporary.push(yield* temporaryValue(shell, node));
  if (shell.option('xtrace')) {
    for (const [variable, value] of temporary) yield* traceLine(shell, `${variable}=${quotedIfNeeded(value)}`);
    yield* traceLine(shell, words.map(quotedIfNeeded).join(' '));
  }
  const saved = redirections.length === 0 ? undefined : yield* redirect(shell, redirections, permanent);
  if (saved === 'failed') {
    shell.status = shell.flavour.failureStatus;
    return;
  }
  if (scoped) {
    shell.vars.pushScope(true);
    for (const [variable, value] of temporary) shell.vars.setTemporary(variable, value);
  }
  try {
    if (definition !== undefined) yield* callFunction(shell, name, definition, words.slice(1));
    else if (builtin !== undefined) shell.status = yield* builtin(shell, words.slice(1), name);
  } finally {
    if (scoped) {
      shell.vars.popScope();
      for (const [variable] of temporary) shell.vars.onChange(variable);
    }
    if (saved !== undefined && !permanent) undo(shell, saved);
  }
}
