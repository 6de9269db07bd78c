import { isError } from '../../base/result.ts';
import type { FileStat } from '../../machine/file-system.ts';
import type { Sys } from '../../machine/process.ts';
import { evaluateExpanded } from '../expansion/expand.ts';
import type { Shell } from '../shell.ts';

function statOf(shell: Shell, path: string, noFollow = false): FileStat | undefined {
  const stat = shell.p.machine.files.stat(shell.p, path, { noFollow });
  return isError(stat) ? undefined : stat;
}

/** -f file, -z text, -v name… as test and [[ know them. */
export function* unaryTest(shell: Shell, operator: string, operand: string): Sys<boolean> {
  switch (operator) {
    case '-z':
      return operand === '';
    case '-n':
      return operand !== '';
    case '-t': {
      const fd = /^\s*\d+\s*$/.test(operand) ? Number(operand) : -1;
      return shell.p.terminal(fd) !== undefined;
    }
    case '-o':
      return shell.option(operand);
    case '-v': {
      const element = /^(\w+)\[(.*)\]$/s.exec(operand);
      if (element === null) return /^\d+$/.test(operand) ? Number(operand) <= shell.positional.length : shell.vars.isSet(operand);
      const [, name = '', key = ''] = element;
      if (key === '@' || key === '*') return shell.vars.entries(name).length > 0;
      if (shell.vars.find(name)?.keyed === undefined) yield* evaluateExpanded(shell, key);
      return shell.element(name, key) !== undefined;
    }
    case '-R':
      return shell.vars.find(operand)?.nameref === true;
  }
  const stat = statOf(shell, operand, operator === '-h' || operator === '-L');
  if (stat === undefined) return false;
  switch (operator) {
    case '-a':
    case '-e':
    case '-O':
    case '-G':
      return true;
    case '-r':
    case '-w':
      // Root may read and write anything.
      return true;
    case '-x':
      return stat.kind === 'directory' || (stat.mode & 0o111) !== 0;
    case '-f':
      return stat.kind === 'file';
    case '-d':
      return stat.kind === 'directory';
    case '-h':
    case '-L':
      return stat.kind === 'symlink';
    case '-p':
      return stat.kind === 'fifo';
    case '-S':
      return stat.kind === 'socket';
    case '-c':
      return stat.kind === 'chardev';
    case '-s':
      return stat.size > 0;
    case '-u':
      return (stat.mode & 0o4000) !== 0;
    case '-g':
      return (stat.mode & 0o2000) !== 0;
    case '-k':
      return (stat.mode & 0o1000) !== 0;
    case '-N':
      return true;
    default:
      return false;
  }
}

/** file1 -nt file2 and its kin. */
export function fileComparison(shell: Shell, operator: string, left: string, right: string): boolean {
  const a = statOf(shell, left);
  const b = statOf(shell, right);
  if (operator === '-ef') return a !== undefined && b !== undefined && a.dev === b.dev && a.inode === b.inode;
  if (operator === '-nt') return a !== undefined && (b === undefined || a.mtimeMs > b.mtimeMs);
  return b !== undefined && (a === undefined || a.mtimeMs < b.mtimeMs);
}
