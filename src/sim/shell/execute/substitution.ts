import { strerror } from '../../base/errno.ts';
import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { Interrupted } from '../../machine/process.ts';
import { decodeText } from '../bytes-of-text.ts';
import { ExpansionFailed } from '../control-flow.ts';
import { expandText } from '../expansion/expand.ts';
import { type Script, Source } from '../grammar.ts';
import { exitStatus } from '../jobs.ts';
import { MAX_STRING, type Shell } from '../shell.ts';
import { syntaxFault } from '../syntax-error.ts';
import { forkShell, moveFd } from './child.ts';
import { executeStatements } from './list.ts';
import { reportFault } from './run-text.ts';

/** The highest descriptor; process substitutions count down from it. */
const TOP_FD = 63;

/** The source that positions in a substitution's script count in. */
function sourceOf(shell: Shell, script: Script, pos: number): Source {
  return script.source === undefined ? shell.source : new Source(script.source, shell.source.line(pos));
}

/** $(…): the output of commands run in a subshell, without the newlines at its end. */
export function* commandSubstitution(shell: Shell, script: Script | undefined, pos: number): Sys<string> {
  if (script === undefined) return '';
  const source = sourceOf(shell, script, pos);
  if ((script.errors?.length ?? 0) > 0) {
    const fault = syntaxFault({ script, errors: script.errors ?? [], openHereDocs: [] }, source);
    if (fault !== undefined) {
      yield* reportFault(shell, fault, source, 'command substitution');
      shell.substitutionStatus = 2;
      return '';
    }
  }
  const file = yield* readFileShortcut(shell, script);
  if (file !== undefined) return file;
  const pipe = shell.p.pipe();
  if (isError(pipe)) {
    yield* shell.complain(`cannot make pipe for command substitution: ${strerror(pipe.errno)}`);
    throw new ExpansionFailed(1);
  }
  const { readFd, writeFd } = pipe;
  const child = yield* forkShell(shell, function* (sub) {
    sub.p.close(readFd);
    moveFd(sub.p, writeFd, 1);
    sub.source = source;
    if (!sub.shopts.has('inherit_errexit')) sub.options.delete('errexit');
    sub.errexitHeld = 0;
    sub.loopDepth = 0;
    sub.subshellTrace++;
    yield* executeStatements(sub, script.commands, true);
  });
  shell.p.close(writeFd);
  const bytes = child === undefined ? new Uint8Array(0) : yield* readToEnd(shell, readFd);
  shell.p.close(readFd);
  shell.substitutionStatus = child === undefined ? 254 : yield* statusOf(shell, child.pidSeenBy(shell.p));
  if (bytes.includes(0)) {
    yield* shell.complain('warning: command substitution: ignored null byte in input');
    return decodeText(bytes.filter((b) => b !== 0)).replace(/\n+$/, '');
  }
  return withoutNewlines(decodeText(bytes));
}

function withoutNewlines(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '\n') end--;
  return text.slice(0, end);
}

function* statusOf(shell: Shell, pid: number): Sys<number> {
  for (;;) {
    try {
      const status = yield* shell.p.waitpid(pid);
      return status === undefined || isError(status) ? 0 : exitStatus(status);
    } catch (thrown) {
      if (!(thrown instanceof Interrupted)) throw thrown;
      shell.interrupted(thrown);
    }
  }
}

function* readToEnd(shell: Shell, fd: number): Sys<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const file = shell.p.file(fd);
    if (file === undefined) break;
    const bytes = file.read(65536);
    if (isError(bytes)) {
      if (bytes.errno !== 'EAGAIN') break;
      yield* shell.waitOn([file.readable], undefined, 'command substitution');
      continue;
    }
    if (bytes.length === 0) break;
    parts.push(bytes);
    size += bytes.length;
    if (size > MAX_STRING) {
      yield* shell.complain(`xrealloc: cannot allocate ${size} bytes`);
      throw new ExpansionFailed(2, true);
    }
  }
  const out = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** $(<file) reads without a process. */
function* readFileShortcut(shell: Shell, script: Script): Sys<string | undefined> {
  const [only, ...others] = script.commands;
  const command = only?.command;
  if (only === undefined || only.background || others.length > 0 || command?.type !== 'Command') return undefined;
  const redirect = command.redirects[0];
  if (command.name !== undefined || command.prefix.length !== 1 || command.suffix.length > 0 || redirect?.type !== 'Redirect')
    return undefined;
  if (redirect.operator !== '<' || redirect.descriptor !== undefined || redirect.target === undefined) return undefined;
  const path = yield* expandText(shell, redirect.target);
  const fd = shell.p.open(path, { read: true });
  if (isError(fd)) {
    yield* shell.complain(`${path}: ${strerror(fd.errno)}`);
    shell.substitutionStatus = 1;
    return '';
  }
  const bytes = yield* readToEnd(shell, fd);
  shell.p.close(fd);
  shell.substitutionStatus = 0;
  return withoutNewlines(decodeText(bytes.filter((b) => b !== 0)));
}

/** <(…) and >(…): the name of a descriptor on a pipe to a subshell that runs meanwhile. */
export function* processSubstitution(shell: Shell, script: Script | undefined, operator: '<' | '>', pos: number): Sys<string> {
  const pipe = shell.p.pipe();
  if (isError(pipe)) throw new ExpansionFailed(1);
  const [mine, theirs, target] = operator === '<' ? [pipe.readFd, pipe.writeFd, 1] : [pipe.writeFd, pipe.readFd, 0];
  const child = yield* forkShell(
    shell,
    function* (sub) {
      sub.p.close(mine);
      moveFd(sub.p, theirs, target);
      for (const other of sub.substitutions) sub.p.close(other.fd);
      sub.substitutions = [];
      if (script === undefined) return;
      sub.source = sourceOf(shell, script, pos);
      sub.loopDepth = 0;
      yield* executeStatements(sub, script.commands, true);
    },
    { async: true },
  );
  shell.p.close(theirs);
  let fd = TOP_FD;
  while (shell.p.file(fd) !== undefined && fd > 10) fd--;
  moveFd(shell.p, mine, fd);
  const pid = child?.pidSeenBy(shell.p);
  shell.lastBackgroundPid = pid ?? shell.lastBackgroundPid;
  shell.substitutions.push({ fd, pid: pid ?? 0 });
  return `/dev/fd/${fd}`;
}

/** Closes what process substitutions opened since `from`. */
export function closeSubstitutions(shell: Shell, from: number): void {
  for (const { fd } of shell.substitutions.splice(from)) shell.p.close(fd);
}
