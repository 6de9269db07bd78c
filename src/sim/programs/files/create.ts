import { isError } from '../../base/result.ts';
import type { Program, Sys } from '../../machine/process.ts';
import { type Command, command, reason } from '../lib/command.ts';
import { parseOptions } from '../lib/getopt.ts';
import { parseSize } from '../lib/number.ts';
import { parseDate } from '../lib/parse-date.ts';
import { shellQuote } from '../lib/quote-name.ts';
import { parseMode } from './mode-text.ts';

const mkdir = command('mkdir', function* (c) {
  const table = { short: 'm:pvZ', long: { mode: 'm', parents: 'p', verbose: 'v' } };
  const { options, operands } = yield* parseOptions(c, table, { usage: '% [OPTION]... DIRECTORY...' });
  if (operands.length === 0) return yield* c.misuse('missing operand');
  const { files } = c.p.machine;
  const parents = options.some(({ flag }) => flag === 'p');
  const verbose = options.some(({ flag }) => flag === 'v');
  const word = options.findLast(({ flag }) => flag === 'm')?.value;
  const mode = word === undefined ? undefined : parseMode(word, 0o777, true, c.p.umask);
  if (word !== undefined && mode === undefined) return yield* c.die(1, `invalid mode ‘${word}’`);
  let status = 0;
  const make = function* (path: string, last: boolean): Sys<boolean> {
    const error = files.makeDirectory(c.p, path);
    if (isError(error)) {
      if (parents && error.errno === 'EEXIST') {
        const stat = files.stat(c.p, path);
        if (!isError(stat) && stat.kind === 'directory') return true;
      }
      yield* c.complain(`cannot create directory ‘${path}’: ${reason(error)}`);
      return false;
    }
    if (last && mode !== undefined) files.chmod(c.p, path, mode);
    if (verbose) yield* c.print(`${c.name}: created directory '${path}'\n`);
    return true;
  };
  for (const operand of operands) {
    const steps = parents ? prefixes(operand) : [operand];
    for (const [i, path] of steps.entries()) {
      if (yield* make(path, i === steps.length - 1)) continue;
      status = 1;
      break;
    }
  }
  return status;
});

/** a, a/b, a/b/c. */
function prefixes(path: string): string[] {
  const out: string[] = [];
  for (const m of path.matchAll(/[^/]+/g)) out.push(path.slice(0, m.index + m[0].length));
  return out;
}

const link = command('link', function* (c) {
  const { operands } = yield* parseOptions(c, { short: '', long: {} }, { usage: '% FILE1 FILE2' });
  const [from, to, extra] = operands;
  if (from === undefined) return yield* c.misuse('missing operand');
  if (to === undefined) return yield* c.misuse(`missing operand after ‘${from}’`);
  if (extra !== undefined) return yield* c.misuse(`extra operand ‘${extra}’`);
  const error = c.p.machine.files.link(c.p, from, to);
  if (isError(error)) return yield* c.die(1, `cannot create link ${shellQuote(to)} to ${shellQuote(from)}: ${reason(error)}`);
  return 0;
});

const touch = command('touch', function* (c) {
  const table = { short: 'acd:fhmr:t:', long: { 'no-create': 'c', date: 'd', reference: 'r', 'time=': 'time', 'no-dereference': 'h' } };
  const { options, operands } = yield* parseOptions(c, table, { usage: '% [OPTION]... FILE...' });
  const { files } = c.p.machine;
  let time = c.p.wallClockMs;
  for (const { flag, value } of options) {
    if (flag === 'd' || flag === 't') {
      const date = flag === 'd' ? parseDate(value, c.p.wallClockMs) : stamp(value, c.p.wallClockMs);
      if (date === undefined) return yield* c.die(1, `invalid date format ‘${value}’`);
      time = date;
    } else if (flag === 'r') {
      const stat = files.stat(c.p, value);
      if (isError(stat)) return yield* c.die(1, `failed to get attributes of '${value}': ${reason(stat)}`);
      time = stat.mtimeMs;
    }
  }
  if (operands.length === 0) return yield* c.misuse('missing file operand');
  const accessOnly = options.some(({ flag }) => flag === 'a') && !options.some(({ flag }) => flag === 'm');
  let status = 0;
  for (const path of operands) {
    const stat = files.stat(c.p, path);
    if (isError(stat)) {
      if (stat.errno === 'ENOENT' && options.some(({ flag }) => flag === 'c')) continue;
      const error = files.writeFile(c.p, path, new Uint8Array(0));
      if (isError(error)) {
        yield* c.complain(`cannot touch ${shellQuote(path)}: ${reason(error)}`);
        status = 1;
        continue;
      }
    }
    if (!accessOnly) files.setTimes(c.p, path, time);
  }
  return status;
});

/** [[CC]YY]MMDDhhmm[.ss]. */
function stamp(text: string, now: number): number | undefined {
  const m = /^(\d{2}|\d{4})?(\d{2})(\d{2})(\d{2})(\d{2})(?:\.(\d{2}))?$/.exec(text);
  if (!m) return undefined;
  const [, y, month, day, hour, minute, second] = m;
  const year = y === undefined ? new Date(now).getUTCFullYear() : y.length === 4 ? Number(y) : Number(y) + (Number(y) < 69 ? 2000 : 1900);
  return Date.UTC(year, Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second ?? 0));
}

const ln = command('ln', function* (c) {
  const table = {
    short: 'bfinrst:TvPL',
    long: {
      force: 'f',
      symbolic: 's',
      relative: 'r',
      'no-dereference': 'n',
      'target-directory': 't',
      'no-target-directory': 'T',
      verbose: 'v',
      interactive: 'i',
    },
  };
  const { options, operands } = yield* parseOptions(c, table, { usage: '% [OPTION]... TARGET... LINK_NAME' });
  const { files } = c.p.machine;
  const has = (flag: string): boolean => options.some((o) => o.flag === flag);
  if (operands.length === 0) return yield* c.misuse('missing file operand');
  const given = options.findLast(({ flag }) => flag === 't')?.value;
  const last = given ?? (operands.length === 1 ? '.' : (operands.at(-1) as string));
  const targets = given !== undefined || operands.length === 1 ? operands : operands.slice(0, -1);
  const stat = files.stat(c.p, last, { noFollow: has('n') });
  const into = !has('T') && !isError(stat) && stat.kind === 'directory';
  if (targets.length > 1 && !into)
    return yield* c.die(1, `target ${shellQuote(last)}: ${isError(stat) ? reason(stat) : 'Not a directory'}`);
  let status = 0;
  for (const target of targets) {
    const path = into ? `${last.replace(/\/+$/, '')}/${target.replace(/\/+$/, '').replace(/^.*\//, '')}` : last;
    const symbolic = has('s');
    if (!symbolic) {
      const source = files.stat(c.p, target, { noFollow: true });
      if (isError(source) || source.kind === 'directory') {
        yield* c.complain(
          isError(source) ? `failed to access ${shellQuote(target)}: ${reason(source)}` : `${target}: hard link not allowed for directory`,
        );
        status = 1;
        continue;
      }
    }
    if (has('f')) {
      const existing = files.stat(c.p, path, { noFollow: true });
      if (!isError(existing) && existing.kind !== 'directory') files.unlink(c.p, path);
    }
    const error = symbolic ? files.symlink(c.p, has('r') ? relative(c, target, path) : target, path) : files.link(c.p, target, path);
    if (isError(error)) {
      const kind = symbolic ? 'symbolic' : 'hard';
      yield* c.complain(
        `failed to create ${kind} link ${shellQuote(path)}${symbolic || error.errno === 'EEXIST' ? '' : ` => ${shellQuote(target)}`}: ${reason(error)}`,
      );
      status = 1;
    } else if (has('v')) yield* c.print(`${shellQuote(path)} ${symbolic ? '->' : '=>'} ${shellQuote(target)}\n`);
  }
  return status;
});

/** The way from where the link lies to its target. */
function relative(c: Command, target: string, link: string): string {
  const absolute = (path: string): string[] =>
    (path.startsWith('/') ? path : `${c.p.cwd}/${path}`).split('/').filter((part) => part !== '' && part !== '.');
  const [to, from] = [absolute(target), absolute(link).slice(0, -1)];
  let same = 0;
  while (same < from.length && from[same] === to[same]) same++;
  return [...from.slice(same).map(() => '..'), ...to.slice(same)].join('/') || '.';
}

const mktemp = command('mktemp', function* (c) {
  const table = { short: 'dp:qtuV', long: { directory: 'd', 'dry-run': 'u', quiet: 'q', 'suffix=': 'suffix', 'tmpdir=?': 'p' } };
  const { options, operands } = yield* parseOptions(c, table, { usage: '% [OPTION]... [TEMPLATE]' });
  const { files } = c.p.machine;
  const has = (flag: string): boolean => options.some((o) => o.flag === flag);
  if (operands.length > 1) return yield* c.misuse('too many templates');
  const suffix = options.findLast(({ flag }) => flag === 'suffix')?.value ?? '';
  const template = (operands[0] ?? 'tmp.XXXXXXXXXX') + suffix;
  const m = /^(.*?)(X{3,})([^X/]*)$/.exec(template);
  if (!m) return yield* c.die(1, `too few X's in template ‘${template}’`);
  const inTmp = operands.length === 0 || has('p') || has('t');
  const folder = options.findLast(({ flag }) => flag === 'p')?.value || (c.p.env.get('TMPDIR') ?? '/tmp');
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
  const random = (m[2] as string).replace(/X/g, () => letters[c.p.machine.random.int(letters.length)] as string);
  const path = `${inTmp ? `${folder}/` : ''}${m[1]}${random}${m[3]}`;
  if (!has('u')) {
    const error = has('d') ? files.makeDirectory(c.p, path, 0o700) : files.writeFile(c.p, path, new Uint8Array(0), { mode: 0o600 });
    if (isError(error))
      return yield* c.die(
        1,
        `failed to create ${has('d') ? 'directory' : 'file'} via template ‘${inTmp ? `${folder}/` : ''}${template}’: ${reason(error)}`,
      );
  }
  c.out(`${path}\n`);
  return 0;
});

const truncate = command('truncate', function* (c) {
  const table = { short: 'cor:s:', long: { 'no-create': 'c', 'io-blocks': 'o', reference: 'r', size: 's' } };
  const { options, operands } = yield* parseOptions(c, table, { usage: '% OPTION... FILE...' });
  const word = options.findLast(({ flag }) => flag === 's')?.value;
  if (word === undefined) return yield* c.misuse('you must specify either ‘--size’ or ‘--reference’');
  if (operands.length === 0) return yield* c.misuse('missing file operand');
  const m = /^([-+<>/%]?)(.*)$/.exec(word);
  const size = parseSize(m?.[2] ?? '');
  if (size === undefined) return yield* c.die(1, `Invalid number: ‘${word}’`);
  const { files } = c.p.machine;
  for (const path of operands) {
    let stat = files.stat(c.p, path);
    if (isError(stat) && stat.errno === 'ENOENT' && !options.some(({ flag }) => flag === 'c')) {
      const made = files.writeFile(c.p, path, new Uint8Array(0));
      stat = isError(made) ? made : files.stat(c.p, path);
    }
    if (isError(stat)) return yield* c.die(1, `cannot open ${shellQuote(path)} for writing: ${reason(stat)}`);
    const old = stat.size;
    const sizes: Readonly<Record<string, number>> = {
      '': size,
      '+': old + size,
      '-': Math.max(0, old - size),
      '<': Math.min(old, size),
      '>': Math.max(old, size),
      '/': Math.floor(old / size) * size,
      '%': Math.ceil(old / size) * size,
    };
    const error = files.truncate(c.p, path, sizes[m?.[1] ?? ''] as number);
    if (isError(error)) return yield* c.die(1, `failed to truncate ${shellQuote(path)} at ${size} bytes: ${reason(error)}`);
  }
  return 0;
});

const mkfifo = command('mkfifo', function* (c) {
  const { options, operands } = yield* parseOptions(c, { short: 'm:Z', long: { mode: 'm' } }, { usage: '% [OPTION]... NAME...' });
  if (operands.length === 0) return yield* c.misuse('missing operand');
  const word = options.findLast(({ flag }) => flag === 'm')?.value;
  const mode = word === undefined ? 0o666 : parseMode(word, 0o666, false, c.p.umask);
  if (mode === undefined) return yield* c.die(1, 'invalid mode');
  let status = 0;
  for (const path of operands) {
    const error = c.p.machine.files.makeFifo(c.p, path, mode);
    if (!isError(error)) continue;
    yield* c.complain(`cannot create fifo ${shellQuote(path)}: ${reason(error)}`);
    status = 1;
  }
  return status;
});

export const CREATE_PROGRAMS: readonly Program[] = [mkdir, touch, ln, link, mktemp, truncate, mkfifo];
