import { isError } from '../base/result.ts';
import type { Sys } from '../machine/process.ts';
import { mayLeave } from './builtins/control.ts';
import { sourceFile } from './builtins/evaluation.ts';
import { decodeText, encodeText } from './bytes-of-text.ts';
import { BreakLoop, CommandInterrupted, ContinueLoop, ExitShell, ExpansionFailed, ReturnFromFunction } from './control-flow.ts';
import { runInput } from './execute/run-input.ts';
import { runParsed, runText } from './execute/run-text.ts';
import { parse, Source } from './grammar.ts';
import { expandHistory } from './history-expansion.ts';
import { joinLines } from './history-lines.ts';
import type { Invocation } from './invocation.ts';
import { LineEditor, type LineReader } from './line-editor/editor.ts';
import { PlainReader } from './line-editor/plain-reader.ts';
import { expandPrompt } from './prompt.ts';
import type { Shell } from './shell.ts';
import { syntaxFault } from './syntax-error.ts';

/** A shell at a terminal: start-up files, prompt, line editing, job control. */
export function* runInteractive(shell: Shell, invocation: Invocation): Sys<void> {
  const { p } = shell;
  shell.interactive = true;
  shell.shopts.add('expand_aliases');
  const editing = { bash: ['emacs', 'history', 'histexpand'], ash: ['history'], dash: [] }[shell.flavour.kind];
  for (const option of editing) shell.options.add(option);
  if (shell.flavour.greeting !== undefined) yield* shell.write(2, shell.flavour.greeting);
  const terminal = p.terminal(0);
  if (shell.flavour.kind === 'bash') {
    if (shell.vars.get('PS1') === undefined) shell.vars.set('PS1', '\\s-\\v\\$ ');
    if (shell.vars.get('PS2') === undefined) shell.vars.set('PS2', '> ');
  }
  const fd = terminal === undefined ? -1 : yield* takeControl(shell);
  yield* startupFiles(shell, invocation);
  if (terminal === undefined || fd < 0) {
    yield* runInput(shell);
    return;
  }
  shell.windowSize(terminal);
  loadHistory(shell);
  try {
    yield* promptLoop(shell, shell.flavour.kind === 'dash' ? new PlainReader(shell) : new LineEditor(shell, fd, terminal));
  } finally {
    saveHistory(shell);
    // The terminal goes back to whoever had it.
    if (shell.jobs.originalGroup > 0) p.setForegroundGroup(fd, shell.jobs.originalGroup);
  }
}

/** Job control: an own process group in the terminal's foreground, and the keyboard's signals dealt with. */
function* takeControl(shell: Shell): Sys<number> {
  const { p, jobs } = shell;
  const file = p.file(0);
  if (file === undefined) return -1;
  file.retain();
  const fd = p.install(file, 255);
  if (isError(fd)) return -1;
  p.setCloseOnExec(fd, true);
  shell.savedDescriptors.add(fd);
  jobs.terminalFd = fd;
  const foreground = p.terminal(fd)?.foreground ?? p.group;
  if (foreground !== p.group) {
    // Started in the background: wait until somebody brings us forward.
    p.kill(0, 'SIGTTIN');
    yield* shell.turn();
  }
  for (const signal of ['SIGTERM', 'SIGQUIT', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU'] as const) p.ignoreSignal(signal);
  for (const signal of ['SIGINT', 'SIGWINCH', 'SIGHUP'] as const) p.catchSignal(signal);
  jobs.originalGroup = p.group === p.id ? 0 : p.pgid;
  if (p.group !== p.id && p.session.leader !== p) p.setpgid(0, 0);
  shell.options.add('monitor');
  jobs.takeTerminal();
  return fd;
}

function exists(shell: Shell, path: string): boolean {
  return !isError(shell.p.machine.files.stat(shell.p, path));
}

function* startupFiles(shell: Shell, invocation: Invocation): Sys<void> {
  const home = shell.vars.get('HOME') ?? '/root';
  const files: string[] = [];
  if (shell.flavour.kind !== 'bash') {
    if (invocation.login) files.push('/etc/profile', `${home}/.profile`);
    const env = shell.vars.get('ENV');
    if (env !== undefined) files.push(env);
  } else if (invocation.login) {
    if (!invocation.noProfile) {
      files.push('/etc/profile');
      const own = ['.bash_profile', '.bash_login', '.profile'].map((f) => `${home}/${f}`).find((f) => exists(shell, f));
      if (own !== undefined) files.push(own);
    }
  } else if (!invocation.noRc) {
    files.push('/etc/bash.bashrc', invocation.rcFile ?? `${home}/.bashrc`);
  }
  for (const file of files) {
    if (!exists(shell, file)) continue;
    yield* guarded(shell, function* () {
      yield* sourceFile(shell, file);
    });
  }
  shell.status = 0;
}

/** Runs something so that mistakes and Ctrl-C come back here, not out of the shell. True unless the shell is to end. */
function* guarded(shell: Shell, body: () => Sys<void>): Sys<void> {
  try {
    yield* body();
  } catch (thrown) {
    if (thrown instanceof ExpansionFailed) shell.status = thrown.status === 127 ? 1 : thrown.status;
    else if (thrown instanceof CommandInterrupted) {
      shell.status = 130;
      if (!thrown.shown) yield* shell.write(2, '\n');
    } else if (thrown instanceof ReturnFromFunction) shell.status = thrown.status;
    else if (!(thrown instanceof BreakLoop || thrown instanceof ContinueLoop)) throw thrown;
    settle(shell);
  }
}

/** After a command was left in the middle, nothing of it is still going on. */
function settle(shell: Shell): void {
  const outermost = shell.frames[0];
  if (outermost !== undefined) shell.positional = [...outermost.positional];
  shell.frames = [];
  shell.loopDepth = 0;
  shell.nesting = 0;
  shell.stackBase = 0;
  shell.errexitHeld = 0;
  shell.subshellTrace = 0;
  while (shell.vars.hasInnerScope) shell.vars.popScope();
}

function* promptLoop(shell: Shell, editor: LineReader): Sys<void> {
  let ignoredEnds = 0;
  let line = 1;
  for (;;) {
    yield* shell.jobs.notify();
    yield* promptCommand(shell);
    const read = yield* readCommand(shell, editor);
    const first = line;
    if (typeof read === 'object') line += read.lines;
    if (read === 'hangup') {
      hangUp(shell);
      throw new ExitShell(129);
    }
    if (read === 'eof') {
      const limit = shell.option('ignoreeof') ? 10 : Number(shell.vars.get('IGNOREEOF') ?? 0);
      if (ignoredEnds++ < limit) {
        yield* shell.write(2, `Use "${shell.loginShell ? 'logout' : 'exit'}" to leave the shell.\n`);
        continue;
      }
      if (shell.flavour.kind === 'bash') yield* shell.write(2, shell.loginShell ? 'logout\n' : 'exit\n');
      if (yield* mayLeave(shell)) throw new ExitShell(shell.status);
      continue;
    }
    ignoredEnds = 0;
    if (read === 'interrupt') {
      shell.status = 130;
      yield* guarded(shell, () => shell.traps.runPending());
      continue;
    }
    const warned = shell.jobs.warned;
    yield* guarded(shell, function* () {
      const source = new Source(read.text, first);
      yield* runParsed(shell, parse(read.text), source, {});
    });
    // A warning about stopped jobs holds for the next command, and while one looks at them.
    if (warned && !/^\s*(?:jobs|exit|logout)\b/.test(read.text)) shell.jobs.warned = false;
  }
}

/** The session's end reaches all jobs. */
function hangUp(shell: Shell): void {
  for (const job of shell.jobs.list) {
    if (job.keep || job.pgid <= 0) continue;
    shell.p.kill(-job.pgid, 'SIGHUP');
    shell.p.kill(-job.pgid, 'SIGCONT');
  }
}

function* promptCommand(shell: Shell): Sys<void> {
  const commands = shell.vars.entries('PROMPT_COMMAND').map(([, text]) => text);
  for (const command of commands) {
    if (command === '') continue;
    const { status } = shell;
    yield* guarded(shell, () => runText(shell, command, { inputName: 'PROMPT_COMMAND' }));
    shell.status = status;
  }
}

type Read = { readonly text: string; readonly lines: number } | 'eof' | 'interrupt' | 'hangup';

/** Reads lines until they make a complete command, and enters them in the history. */
function* readCommand(shell: Shell, editor: LineReader): Sys<Read> {
  let text = '';
  const lines: string[] = [];
  for (;;) {
    const ps = shell.vars.get(lines.length === 0 ? 'PS1' : 'PS2') ?? '';
    const prompt = yield* expandPrompt(shell, ps);
    const read = yield* editor.readLine(prompt);
    if (read.end === 'eof' && lines.length > 0) {
      // The end in mid-command: a syntax error, and on with the next prompt.
      return { text, lines: lines.length };
    }
    if (read.end !== 'line') return read.end;
    let line = read.text;
    if (shell.option('histexpand')) {
      const expanded = expandHistory(line, shell.history);
      if ('error' in expanded) {
        yield* shell.write(2, `${shell.name}: ${expanded.error}\n`);
        shell.status = 1;
        return { text: '', lines: 1 };
      }
      if (expanded.changed) {
        line = expanded.text;
        yield* shell.write(2, `${line}\n`);
        if (expanded.printOnly) {
          shell.history.add(line);
          return { text: '', lines: 1 };
        }
      }
    }
    lines.push(line);
    text += `${line}\n`;
    if (!isIncomplete(text)) break;
  }
  if (shell.option('history')) shell.history.add(joinLines(lines), shell.vars.get('HISTCONTROL') ?? '');
  return { text, lines: lines.length };
}

/** Whether more lines are wanted: an open quote, here-document, compound command, or a backslash at the end. */
function isIncomplete(text: string): boolean {
  if (/(?:^|[^\\])(?:\\\\)*\\\n$/.test(text)) return true;
  const parsed = parse(text);
  if (parsed.openHereDocs.length > 0) return true;
  return syntaxFault(parsed, new Source(text))?.incomplete === true;
}

function loadHistory(shell: Shell): void {
  if (shell.flavour.kind === 'ash') return;
  const home = shell.vars.get('HOME');
  if (shell.vars.get('HISTFILE') === undefined && home !== undefined) shell.vars.set('HISTFILE', `${home}/.bash_history`);
  if (shell.vars.get('HISTSIZE') === undefined) shell.vars.set('HISTSIZE', '500');
  if (shell.vars.get('HISTFILESIZE') === undefined) shell.vars.set('HISTFILESIZE', '500');
  const file = shell.vars.get('HISTFILE');
  const bytes = file === undefined || file === '' ? undefined : shell.p.machine.files.readFile(shell.p, file);
  if (bytes === undefined || isError(bytes)) return;
  for (const line of decodeText(bytes).split('\n')) shell.history.add(line);
}

function saveHistory(shell: Shell): void {
  if (shell.flavour.kind === 'ash') return;
  const file = shell.vars.get('HISTFILE');
  if (file === undefined || file === '' || shell.history.lines.length === 0) return;
  shell.p.machine.files.writeFile(shell.p, file, encodeText(shell.history.lines.map((l) => `${l}\n`).join('')), { mode: 0o600 });
}
