import { strerror } from '../../base/errno.ts';
import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { decodeText } from '../bytes-of-text.ts';
import { ExpansionFailed, ReturnFromFunction } from '../control-flow.ts';
import { nested, tooDeep } from '../execute/nesting.ts';
import { runText } from '../execute/run-text.ts';
import { runWords } from '../execute/simple-command.ts';
import { evaluateExpanded } from '../expansion/expand.ts';
import type { Builtin } from '../flavour.ts';
import { folders } from '../path-search.ts';
import { MAX_NESTING, type Shell } from '../shell.ts';
import { usage } from './arguments.ts';
import { describeCommands } from './lookup.ts';

const evaluate: Builtin = function* (shell, args) {
  const words = args[0] === '--' ? args.slice(1) : args;
  const text = words.join(' ');
  if (text.trim() === '') return 0;
  if (++shell.nesting > MAX_NESTING) yield* tooDeep(shell);
  shell.subshellTrace++;
  try {
    yield* nested(shell, runText(shell, text, { inputName: 'eval', line: shell.line }));
  } catch (thrown) {
    // A syntax error in eval ends eval, not the shell.
    if (!(thrown instanceof ExpansionFailed) || thrown.fatal || thrown.status !== 2) throw thrown;
    return thrown.status;
  } finally {
    shell.nesting--;
    shell.subshellTrace--;
  }
  return shell.status;
};

function findSource(shell: Shell, name: string): string {
  if (name.includes('/')) return name;
  const { p } = shell;
  for (const folder of folders(shell)) {
    const path = folder === '' ? name : `${folder}/${name}`;
    const stat = p.machine.files.stat(p, path);
    if (!isError(stat) && stat.kind === 'file') return path;
  }
  return name;
}

/** Runs a file in this shell: the status of its last command. */
export function* sourceFile(shell: Shell, path: string, args?: readonly string[], reported = path): Sys<number> {
  const { p } = shell;
  const stat = p.machine.files.stat(p, path);
  if (!isError(stat) && stat.kind === 'directory') {
    yield* shell.complain(`${shell.builtinName}${reported}: is a directory`);
    return 1;
  }
  const bytes = p.machine.files.readFile(p, path);
  if (isError(bytes)) {
    yield* shell.complain(`${reported}: ${strerror(bytes.errno)}`);
    return 1;
  }
  if (shell.nesting + 5 > MAX_NESTING) yield* tooDeep(shell);
  const saved = { positional: shell.positional, line: shell.line, loopDepth: shell.loopDepth };
  shell.frames.push({ functionName: 'source', callLine: shell.line, sourceName: path, positional: shell.positional });
  if (args !== undefined && args.length > 0) shell.positional = [...args];
  shell.loopDepth = 0;
  shell.nesting += 5;
  shell.subshellTrace++;
  try {
    shell.status = 0;
    yield* nested(shell, runText(shell, decodeText(bytes)));
  } catch (thrown) {
    if (thrown instanceof ReturnFromFunction) shell.status = thrown.status;
    else if (thrown instanceof ExpansionFailed && !thrown.fatal && thrown.status === 2) shell.status = 2;
    else throw thrown;
  } finally {
    shell.nesting -= 5;
    shell.subshellTrace--;
    shell.frames.pop();
    if (args !== undefined && args.length > 0) shell.positional = saved.positional;
    shell.line = saved.line;
    shell.loopDepth = saved.loopDepth;
  }
  return shell.status;
}

const source: Builtin = function* (shell, args, name) {
  const words = args[0] === '--' ? args.slice(1) : args;
  const file = words[0];
  if (file === undefined) {
    yield* shell.complain(`${name}: filename argument required`);
    yield* usage(shell, name);
    return 2;
  }
  shell.builtinName = `${name}: `;
  return yield* sourceFile(shell, findSource(shell, file), words.slice(1), file);
};

const command: Builtin = function* (shell, args) {
  let i = 0;
  let verbose: 'v' | 'V' | undefined;
  for (; args[i]?.startsWith('-') === true && args[i] !== '-'; i++) {
    if (args[i] === '--') {
      i++;
      break;
    }
    for (const letter of (args[i] as string).slice(1)) {
      if (letter === 'v' || letter === 'V') verbose = letter;
      else if (letter !== 'p') {
        yield* shell.complain(`command: -${letter}: invalid option`);
        yield* usage(shell, 'command');
        return 2;
      }
    }
  }
  const words = args.slice(i);
  if (words.length === 0) return 0;
  if (verbose !== undefined) return yield* describeCommands(shell, 'command', words, verbose);
  yield* runWords(shell, words, [], [], false, { noFunctions: true });
  return shell.status;
};

const builtin: Builtin = function* (shell, args) {
  const words = args[0] === '--' ? args.slice(1) : args;
  const name = words[0];
  if (name === undefined) return 0;
  const found = shell.builtins.get(name);
  if (found === undefined) {
    yield* shell.complain(`builtin: ${name}: not a shell builtin`);
    return 1;
  }
  return yield* found(shell, words.slice(1), name);
};

const letBuiltin: Builtin = function* (shell, args) {
  const words = args[0] === '--' ? args.slice(1) : args;
  if (words.length === 0) {
    yield* shell.complain('let: expression expected');
    return 1;
  }
  let value = 0n;
  for (const word of words) {
    try {
      value = yield* evaluateExpanded(shell, word, 'let: ');
    } catch (thrown) {
      if (thrown instanceof ExpansionFailed && !thrown.fatal) return 1;
      throw thrown;
    }
  }
  return value === 0n ? 1 : 0;
};

export const evaluationBuiltins: Readonly<Record<string, Builtin>> = {
  eval: evaluate,
  source,
  '.': source,
  command,
  builtin,
  let: letBuiltin,
};
