import { isError } from '../../base/result.ts';
import type { FileStat } from '../../machine/file-system.ts';
import type { Program, Sys } from '../../machine/process.ts';
import { type Command, command, reason } from '../lib/command.ts';
import { parseOptions } from '../lib/getopt.ts';
import { shellQuote } from '../lib/quote-name.ts';

const RM = {
  short: 'dfiIrRv',
  long: {
    dir: 'd',
    force: 'f',
    'interactive=?': 'i',
    recursive: 'r',
    verbose: 'v',
    'one-file-system': 'x',
    'preserve-root=?': 'p',
    'no-preserve-root': 'N',
  },
};

interface RmOptions {
  readonly force: boolean;
  readonly ask: boolean;
  readonly recursive: boolean;
  readonly directories: boolean;
  readonly verbose: boolean;
  readonly anywhere: boolean;
}

const rm = command('rm', function* (c) {
  const { options, operands } = yield* parseOptions(c, RM, { usage: '% [OPTION]... [FILE]...' });
  const has = (letters: string): boolean => options.some(({ flag }) => letters.includes(flag));
  const lastAsk = options.findLast(({ flag }) => flag === 'i' || flag === 'f')?.flag;
  const o: RmOptions = {
    force: lastAsk === 'f',
    ask: lastAsk === 'i',
    recursive: has('rR'),
    directories: has('d'),
    verbose: has('v'),
    anywhere: has('N'),
  };
  if (operands.length === 0) return o.force ? 0 : yield* c.misuse('missing operand');
  let status = 0;
  for (const path of operands) if (!(yield* remove(c, path, o, true))) status = 1;
  return status;
});

/** One file or tree; false where something is left. */
function* remove(c: Command, path: string, o: RmOptions, named: boolean): Sys<boolean> {
  const { files } = c.p.machine;
  if (named && /(^|\/)\.{1,2}\/*$/.test(path) && o.recursive) {
    yield* c.complain(`refusing to remove '.' or '..' directory: skipping ${shellQuote(path)}`);
    return false;
  }
  const stat = files.stat(c.p, path, { noFollow: true });
  if (isError(stat)) {
    if (o.force && (stat.errno === 'ENOENT' || stat.errno === 'ENOTDIR')) return true;
    yield* c.complain(`cannot remove ${shellQuote(path)}: ${reason(stat)}`);
    return false;
  }
  if (stat.kind === 'directory') return yield* removeTree(c, path, o);
  if (o.ask && !(yield* confirm(c, `remove ${descriptionOf(stat)} ${shellQuote(path)}?`))) return true;
  const error = files.unlink(c.p, path);
  if (isError(error)) {
    yield* c.complain(`cannot remove ${shellQuote(path)}: ${reason(error)}`);
    return false;
  }
  if (o.verbose) yield* c.print(`removed ${shellQuote(path)}\n`);
  return true;
}

function* removeTree(c: Command, path: string, o: RmOptions): Sys<boolean> {
  const { files } = c.p.machine;
  if (!o.recursive && !o.directories) {
    yield* c.complain(`cannot remove ${shellQuote(path)}: Is a directory`);
    return false;
  }
  if (o.recursive && !o.anywhere && files.resolve(c.p, path) === '/') {
    yield* c.complain(
      path === '/'
        ? "it is dangerous to operate recursively on '/'"
        : `it is dangerous to operate recursively on ${shellQuote(path)} (same as '/')`,
    );
    yield* c.complain('use --no-preserve-root to override this failsafe');
    return false;
  }
  let whole = true;
  const names = files.readDirectory(c.p, path);
  if (o.recursive && !isError(names)) {
    if (names.length > 0 && o.ask && !(yield* confirm(c, `descend into directory ${shellQuote(path)}?`))) return true;
    for (const name of names) if (!(yield* remove(c, `${path.replace(/\/+$/, '')}/${name}`, o, false))) whole = false;
  }
  if (!whole) return false;
  if (o.ask && !(yield* confirm(c, `remove directory ${shellQuote(path)}?`))) return true;
  const error = files.removeDirectory(c.p, path);
  if (isError(error)) {
    yield* c.complain(`cannot remove ${shellQuote(path)}: ${reason(error)}`);
    return false;
  }
  if (o.verbose) yield* c.print(`removed directory ${shellQuote(path)}\n`);
  return true;
}

function descriptionOf(stat: FileStat): string {
  if (stat.kind === 'file') return stat.size === 0 ? 'regular empty file' : 'regular file';
  return stat.kind === 'symlink' ? 'symbolic link' : stat.kind;
}

/** Asks on standard error; yes begins with y. */
export function* confirm(c: Command, question: string): Sys<boolean> {
  yield* c.error(`${c.name}: ${question} `);
  const answer = yield* c.p.readLine(0);
  return typeof answer === 'string' && /^y/i.test(answer);
}

const rmdir = command('rmdir', function* (c) {
  const table = { short: 'pv', long: { parents: 'p', verbose: 'v', 'ignore-fail-on-non-empty': 'ignore' } };
  const { options, operands } = yield* parseOptions(c, table, { usage: '% [OPTION]... DIRECTORY...' });
  const has = (flag: string): boolean => options.some((o) => o.flag === flag);
  if (operands.length === 0) return yield* c.misuse('missing operand');
  let status = 0;
  for (const operand of operands) {
    for (
      let path = operand;
      path !== '' && path !== '/' && path !== '.';
      path = path.includes('/') ? path.replace(/\/+[^/]*\/*$/, '') : ''
    ) {
      if (has('v')) yield* c.print(`${c.name}: removing directory, ${shellQuote(path)}\n`);
      const error = c.p.machine.files.removeDirectory(c.p, path);
      if (isError(error)) {
        if (!(has('ignore') && error.errno === 'ENOTEMPTY')) {
          yield* c.complain(`failed to remove ${path === operand ? '' : 'directory '}${shellQuote(path)}: ${reason(error)}`);
          status = 1;
        }
        break;
      }
      if (!has('p')) break;
    }
  }
  return status;
});

const unlink = command('unlink', function* (c) {
  const { operands } = yield* parseOptions(c, { short: '' }, { usage: '% FILE' });
  const [path, extra] = operands;
  if (path === undefined) return yield* c.misuse('missing operand');
  if (extra !== undefined) return yield* c.misuse(`extra operand ${shellQuote(extra)}`);
  const error = c.p.machine.files.unlink(c.p, path);
  return isError(error) ? yield* c.die(1, `cannot unlink ${shellQuote(path)}: ${reason(error)}`) : 0;
});

export const REMOVE_PROGRAMS: readonly Program[] = [rm, rmdir, unlink];
