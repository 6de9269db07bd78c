import { strerror } from '../base/errno.ts';
import { isError } from '../base/result.ts';
import type { Process, Program, Sys } from '../machine/process.ts';
import { BASH_BUILTINS } from './builtins/registry.ts';
import { decodeText } from './bytes-of-text.ts';
import { untilExit } from './execute/child.ts';
import { EVALUATOR } from './execute/evaluate.ts';
import { drive } from './execute/nesting.ts';
import { runInput } from './execute/run-input.ts';
import { runText } from './execute/run-text.ts';
import type { Flavour, OpenNetwork } from './flavour.ts';
import { runInteractive } from './interactive.ts';
import { type Invocation, readInvocation } from './invocation.ts';
import { Shell } from './shell.ts';
import { initializeVariables } from './startup.ts';

export const BASH: Flavour = {
  kind: 'bash',
  extended: true,
  echoEscapes: false,
  prefix(shell) {
    const source = shell.interactive ? undefined : shell.frames.at(-1)?.sourceName;
    const name = source === undefined || source === 'main' ? (shell.interactive ? shell.name : (shell.sourceName ?? shell.name)) : source;
    return shell.interactive ? `${name.replace(/^.*\//, '')}: ` : `${name}: line ${shell.line}: `;
  },
  failureStatus: 1,
  notFound: (name) => `${name}: command not found`,
  cannotRun: (name, errno) => `${name}: ${strerror(errno)}`,
  cannotOpen: (path, errno) => `${path}: ${strerror(errno)}`,
  unbound: (name) => `${name}: unbound variable`,
  arithmetic: (message) => message,
  syntax: () => undefined,
};

/** GNU bash 5.2, whose connections (`/dev/tcp/HOST/PORT`) are opened by `openNetwork`. */
export function bashWith(openNetwork?: OpenNetwork): Program {
  const flavour: Flavour = openNetwork === undefined ? BASH : { ...BASH, openNetwork };
  return {
    name: 'bash',
    path: '/usr/bin/bash',
    *main(p, argv) {
      return yield* runShell(p, argv, flavour, BASH_BUILTINS);
    },
  };
}

/** The life of a shell of any kind: reads its arguments, runs its input, answers its status. */
export function* runShell(p: Process, argv: readonly string[], flavour: Flavour, builtins: Shell['builtins']): Sys<number> {
  const shell = new Shell(p, { flavour, builtins, evaluator: EVALUATOR });
  const invocation = readInvocation(argv);
  if ('error' in invocation) {
    yield* shell.write(2, flavour.invocationError?.(invocation.error) ?? invocation.error);
    return invocation.status;
  }
  shell.name = invocation.name;
  initializeVariables(shell);
  shell.start();
  for (const option of invocation.on) shell.options.add(option);
  for (const option of invocation.off) shell.options.delete(option);
  for (const option of invocation.shoptOn) shell.shopts.add(option);
  shell.positional = [...invocation.args];
  shell.loginShell = invocation.login;
  yield* drive(untilExit(shell, () => runInvocation(shell, invocation)));
  yield* drive(untilExit(shell, () => shell.traps.runExit()));
  return shell.status & 0xff;
}

function* runInvocation(shell: Shell, invocation: Invocation): Sys<void> {
  const { p } = shell;
  if (invocation.command !== undefined) {
    shell.inputName = '-c';
    yield* runText(shell, invocation.command, { inputName: '-c', last: true });
    return;
  }
  if (invocation.file !== undefined) {
    yield* runFile(shell, invocation.file);
    return;
  }
  const terminal = p.terminal(0) !== undefined && p.terminal(2) !== undefined;
  if (invocation.interactive || terminal) yield* runInteractive(shell, invocation);
  else yield* runInput(shell);
}

function* runFile(shell: Shell, path: string): Sys<void> {
  const { p } = shell;
  const stat = p.machine.files.stat(p, path);
  const bytes = p.machine.files.readFile(p, path);
  if (isError(bytes) && shell.flavour.kind === 'ash') {
    yield* shell.write(2, `${shell.name}: can't open '${path}': ${strerror(bytes.errno)}\n`);
    shell.status = 2;
    return;
  }
  if (isError(bytes)) {
    const directory = !isError(stat) && stat.kind === 'directory';
    yield* shell.write(2, directory ? `${path}: ${path}: Is a directory\n` : `${shell.name}: ${path}: ${strerror(bytes.errno)}\n`);
    shell.status = directory || bytes.errno !== 'ENOENT' ? 126 : 127;
    return;
  }
  if (bytes.subarray(0, 80).includes(0)) {
    yield* shell.write(2, `${path}: ${path}: cannot execute binary file\n`);
    shell.status = 126;
    return;
  }
  shell.name = path;
  shell.sourceName = path;
  yield* runText(shell, decodeText(bytes), { last: true });
}
