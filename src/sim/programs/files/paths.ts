import { isError } from '../../base/result.ts';
import type { Program, Sys } from '../../machine/process.ts';
import { type Command, command, reason } from '../lib/command.ts';
import { parseOptions } from '../lib/getopt.ts';

const READLINK = {
  short: 'efmnqsvz',
  long: {
    canonicalize: 'f',
    'canonicalize-existing': 'e',
    'canonicalize-missing': 'm',
    'no-newline': 'n',
    quiet: 'q',
    silent: 's',
    verbose: 'v',
    zero: 'z',
  },
};

const readlink = command('readlink', function* (c) {
  const { options, operands } = yield* parseOptions(c, READLINK, { usage: '% [OPTION]... FILE...' });
  const has = (flag: string): boolean => options.some((o) => o.flag === flag);
  if (operands.length === 0) return yield* c.misuse('missing operand');
  const how = options.findLast(({ flag }) => 'efm'.includes(flag))?.flag;
  const end = has('z') ? '\0' : has('n') && operands.length === 1 ? '' : '\n';
  let status = 0;
  for (const path of operands) {
    const answer = how === undefined ? c.p.machine.files.readLink(c.p, path) : canonical(c, path, how as 'e' | 'f' | 'm');
    if (isError(answer)) {
      if (has('v')) yield* c.complain(`${path}: ${reason(answer)}`);
      status = 1;
    } else c.out(answer + end);
  }
  return status;
});

const realpath = command('realpath', function* (c) {
  const table = {
    short: 'emLPqsz',
    long: {
      'canonicalize-existing': 'e',
      'canonicalize-missing': 'm',
      quiet: 'q',
      strip: 's',
      'no-symlinks': 's',
      zero: 'z',
      'relative-to=': 'relative-to',
      'relative-base=': 'relative-base',
    },
  };
  const { options, operands } = yield* parseOptions(c, table, { usage: '% [OPTION]... FILE...' });
  const has = (flag: string): boolean => options.some((o) => o.flag === flag);
  if (operands.length === 0) return yield* c.misuse('missing operand');
  const base = options.findLast(({ flag }) => flag === 'relative-to')?.value;
  let status = 0;
  for (const path of operands) {
    const answer = has('s') ? normalized(c, path) : canonical(c, path, has('e') ? 'e' : has('m') ? 'm' : 'f');
    if (isError(answer)) {
      if (!has('q')) yield* c.complain(`${path}: ${reason(answer)}`);
      status = 1;
      continue;
    }
    c.out((base === undefined ? answer : relativeTo(answer, canonical(c, base, 'm') as string)) + (has('z') ? '\0' : '\n'));
  }
  return status;
});

/** e: all of it must exist; f: all but the last part; m: nothing need. */
function canonical(c: Command, path: string, how: 'e' | 'f' | 'm') {
  const { files } = c.p.machine;
  const whole = files.resolve(c.p, path);
  if (!isError(whole) || how === 'e' || path === '') return whole;
  if (how === 'm') {
    const known = longestKnown(c, normalized(c, path));
    return known;
  }
  const trimmed = path.replace(/\/+$/, '');
  const link = files.readLink(c.p, trimmed);
  if (typeof link === 'string') {
    const folder = trimmed.includes('/') ? trimmed.replace(/\/[^/]*$/, '') || '/' : '.';
    return canonical(c, link.startsWith('/') ? link : `${folder}/${link}`, 'f');
  }
  const slash = trimmed.lastIndexOf('/');
  const parent = files.resolve(c.p, slash < 0 ? '.' : slash === 0 ? '/' : trimmed.slice(0, slash));
  if (isError(parent) || whole.errno !== 'ENOENT') return isError(parent) ? parent : whole;
  return `${parent === '/' ? '' : parent}/${trimmed.slice(slash + 1)}`;
}

function longestKnown(c: Command, path: string): string {
  const parts = path.split('/').filter((part) => part !== '');
  for (let n = parts.length; n > 0; n--) {
    const known = c.p.machine.files.resolve(c.p, `/${parts.slice(0, n).join('/')}`);
    if (!isError(known)) return [known === '/' ? '' : known, ...parts.slice(n)].join('/');
  }
  return path;
}

/** Dots resolved by text alone. */
function normalized(c: Command, path: string): string {
  const out: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${c.p.cwd}/${path}`).split('/')) {
    if (part === '..') out.pop();
    else if (part !== '' && part !== '.') out.push(part);
  }
  return `/${out.join('/')}`;
}

function relativeTo(path: string, base: string): string {
  const [to, from] = [path.split('/').filter(Boolean), base.split('/').filter(Boolean)];
  let same = 0;
  while (same < from.length && from[same] === to[same]) same++;
  return [...from.slice(same).map(() => '..'), ...to.slice(same)].join('/') || '.';
}

const basename = command('basename', function* (c) {
  const table = { short: 'as:z', long: { multiple: 'a', suffix: 's', zero: 'z' }, stopAtOperand: true };
  const { options, operands } = yield* parseOptions(c, table, { usage: '% NAME [SUFFIX]\n  or:  % OPTION... NAME...' });
  const has = (flag: string): boolean => options.some((o) => o.flag === flag);
  if (operands.length === 0) return yield* c.misuse('missing operand');
  const many = has('a') || has('s');
  if (!many && operands.length > 2) return yield* c.misuse(`extra operand ‘${operands[2]}’`);
  const suffix = many ? (options.findLast(({ flag }) => flag === 's')?.value ?? '') : (operands[1] ?? '');
  for (const path of many ? operands : operands.slice(0, 1)) {
    const name = path.replace(/(?<=.)\/+$/, '').replace(/^.*\/(?=.)/s, '');
    const cut = suffix !== '' && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
    c.out(cut + (has('z') ? '\0' : '\n'));
  }
  return 0;
});

const dirname = command('dirname', function* (c): Sys<number> {
  const { options, operands } = yield* parseOptions(c, { short: 'z', long: { zero: 'z' } }, { usage: '% [OPTION] NAME...' });
  if (operands.length === 0) return yield* c.misuse('missing operand');
  for (const path of operands) {
    const trimmed = path.replace(/(?<=.)\/+$/, '');
    const slash = trimmed.lastIndexOf('/');
    const folder = slash < 0 ? '.' : trimmed.slice(0, slash).replace(/\/+$/, '') || '/';
    c.out(folder + (options.length > 0 ? '\0' : '\n'));
  }
  return 0;
});

export const PATH_PROGRAMS: readonly Program[] = [readlink, realpath, basename, dirname];
