import { isError, type KernelError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { decodeText } from '../bytes-of-text.ts';
import { quotedIfNeeded } from '../expansion/quote.ts';
import type { Assignment, Redirection } from '../grammar.ts';
import { findInPath } from '../path-search.ts';
import { printFunction } from '../print.ts';
import type { Shell } from '../shell.ts';
import { temporaryValue } from './assignment.ts';
import { forkShell } from './child.ts';
import { callFunction } from './function-call.ts';
import { redirect, undo } from './redirection.ts';
import { runText } from './run-text.ts';
import { traceLine } from './trace.ts';

/** Runs a program: in a child that makes the redirections, or in this process if it has nothing else to do. */
export function* runExternal(
  shell: Shell,
  words: readonly string[],
  assignments: readonly Assignment[],
  redirections: readonly Redirection[],
  last: boolean,
): Sys<void> {
  const name = words[0] as string;
  const extra: [string, string][] = [];
  for (const node of assignments) extra.push(yield* temporaryValue(shell, node));
  if (shell.option('xtrace')) {
    for (const [variable, value] of extra) yield* traceLine(shell, `${variable}=${quotedIfNeeded(value)}`);
    yield* traceLine(shell, words.map(quotedIfNeeded).join(' '));
  }
  const applet = shell.flavour.applet?.(name);
  const found = name.includes('/') ? name : (applet ?? findInPath(shell, name));
  if (found === undefined) {
    yield* commandNotFound(shell, words, redirections);
    return;
  }
  const env = environmentOf(shell);
  for (const [variable, value] of extra) env.set(variable, value);
  if (applet === undefined) env.set('_', found);
  const replace = last && shell.traps.handlers.size === 0 && shell.substitutions.length === 0;
  if (replace) {
    yield* becomeProgram(shell, words, redirections, env, applet);
    return;
  }
  const { control } = shell.jobs;
  const child = yield* forkShell(
    shell,
    function* (sub) {
      yield* becomeProgram(sub, words, redirections, env, applet);
    },
    control ? { pgid: 0, foreground: true } : {},
  );
  if (child === undefined) {
    shell.status = 254;
    return;
  }
  const pid = child.pidSeenBy(shell.p);
  const process = { pid, command: shell.command, status: undefined };
  const statuses = yield* shell.jobs.foreground([process], control ? pid : 0);
  shell.status = statuses[0] ?? 0;
}

/** What a program started now gets: exported variables and functions. */
export function environmentOf(shell: Shell): Map<string, string> {
  const env = new Map(shell.vars.environment());
  for (const [name, definition] of shell.functions) {
    if (definition.exported) env.set(`BASH_FUNC_${name}%%`, printFunction('', definition).trimStart());
  }
  return env;
}

function* becomeProgram(
  shell: Shell,
  words: readonly string[],
  redirections: readonly Redirection[],
  env: ReadonlyMap<string, string>,
  file: string | undefined,
): Sys<void> {
  const saved = redirections.length === 0 ? undefined : yield* redirect(shell, redirections, true);
  if (saved === 'failed') {
    shell.status = shell.flavour.failureStatus;
    return;
  }
  const error = yield* shell.p.exec(words, { env, ...(file !== undefined && { file }) });
  shell.status = yield* execFailed(shell, words, error, '');
}

/** Why exec failed, in bash's words; a text without `#!` is run as a script by this shell. The status. */
export function* execFailed(shell: Shell, words: readonly string[], error: KernelError, where: string): Sys<number> {
  const name = words[0] as string;
  const { p } = shell;
  const path = name.includes('/') ? name : (findInPath(shell, name) ?? name);
  const stat = p.machine.files.stat(p, path);
  if (!isError(stat) && stat.kind === 'directory' && shell.flavour.kind === 'bash') {
    yield* shell.complain(`${where}${name}: Is a directory`);
    return 126;
  }
  if (error.errno === 'ENOEXEC') {
    const bytes = p.machine.files.readFile(p, path);
    if (isError(bytes) || bytes.subarray(0, 80).includes(0)) {
      yield* shell.complain(`${where}${name}: cannot execute binary file: Exec format error`);
      return 126;
    }
    shell.name = name;
    shell.sourceName = name;
    shell.inputName = undefined;
    shell.positional = words.slice(1);
    shell.frames = [];
    yield* runText(shell, decodeText(bytes), { last: true });
    return shell.status;
  }
  if (error.errno === 'ENOENT' && !isError(stat)) {
    yield* shell.complain(`${where}${name}: cannot execute: required file not found`);
    return 127;
  }
  // bash names the file that it found, the others what was typed.
  const file = shell.flavour.kind === 'bash' ? path : name;
  yield* shell.complain(where + shell.flavour.cannotRun(file, error.errno));
  return error.errno === 'ENOENT' || error.errno === 'ENOTDIR' ? 127 : 126;
}

function* commandNotFound(shell: Shell, words: readonly string[], redirections: readonly Redirection[]): Sys<void> {
  const name = words[0] as string;
  const saved = yield* redirect(shell, redirections);
  if (saved === 'failed') {
    shell.status = shell.flavour.failureStatus;
    return;
  }
  const handler = shell.functions.get('command_not_found_handle');
  if (handler !== undefined) yield* callFunction(shell, 'command_not_found_handle', handler, words);
  else {
    yield* shell.complain(shell.flavour.notFound(name));
    shell.status = 127;
  }
  undo(shell, saved);
}
