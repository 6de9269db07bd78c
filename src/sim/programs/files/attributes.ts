import { isError } from '../../base/result.ts';
import type { FileStat } from '../../machine/file-system.ts';
import type { Program, Sys } from '../../machine/process.ts';
import { accounts, groupName, groups, userName } from '../lib/accounts.ts';
import { type Command, command, reason } from '../lib/command.ts';
import { strftime } from '../lib/date-text.ts';
import { parseOptions } from '../lib/getopt.ts';
import { formatOne } from '../lib/printf.ts';
import { shellQuote } from '../lib/quote-name.ts';
import { KIND_BITS, KIND_NAMES, modeText, parseMode } from './mode-text.ts';

/** A path and, with -R, everything in it, links not followed; `links`: what becomes of those, which are passed over else. */
function* eachPath(
  c: Command,
  path: string,
  recursive: boolean,
  use: (path: string, stat: FileStat) => Sys<boolean>,
  links: (path: string, stat: FileStat) => Sys<boolean> = passedOver,
): Sys<boolean> {
  const { files } = c.p.machine;
  const stat = files.stat(c.p, path);
  if (isError(stat)) {
    yield* c.complain(`cannot access ${shellQuote(path)}: ${reason(stat)}`);
    return false;
  }
  let fine = yield* use(path, stat);
  if (!recursive || stat.kind !== 'directory') return fine;
  const names = files.readDirectory(c.p, path);
  for (const name of isError(names) ? [] : names) {
    const inner = `${path.replace(/\/+$/, '')}/${name}`;
    const innerStat = files.stat(c.p, inner, { noFollow: true });
    if (isError(innerStat)) continue;
    const isLink = innerStat.kind === 'symlink';
    if (!(yield* isLink ? links(inner, innerStat) : eachPath(c, inner, true, use, links))) fine = false;
  }
  return fine;
}

function* passedOver(): Sys<boolean> {
  return true;
}

const chmod = command('chmod', function* (c) {
  const table = {
    short: 'cfRvrwxXstugoa,+=',
    long: { changes: 'c', silent: 'f', quiet: 'f', verbose: 'v', recursive: 'R', 'reference=': 'reference' },
  };
  // `-x` and the like are modes.
  const at = c.args.findIndex((word) => /^-[rwxXst]+$/.test(word));
  const args = at < 0 ? c.args : [...c.args.slice(0, at), '--', ...c.args.slice(at)];
  const { options, operands } = yield* parseOptions(c, table, { usage: '% [OPTION]... MODE[,MODE]... FILE...', args });
  const has = (flag: string): boolean => options.some((o) => o.flag === flag);
  const [word, ...paths] = operands;
  if (word === undefined) return yield* c.misuse('missing operand');
  if (paths.length === 0) return yield* c.misuse(`missing operand after ‘${word}’`);
  if (parseMode(word, 0, false, c.p.umask) === undefined) return yield* c.misuse(`invalid mode: ‘${word}’`);
  let status = 0;
  for (const path of paths) {
    const fine = yield* eachPath(c, path, has('R'), function* (each, stat) {
      const mode = parseMode(word, stat.mode, stat.kind === 'directory', c.p.umask) as number;
      const error = c.p.machine.files.chmod(c.p, each, mode);
      if (isError(error)) {
        yield* c.complain(`changing permissions of ${shellQuote(each)}: ${reason(error)}`);
        return false;
      }
      const text = (m: number): string => `${(m & 0o7777).toString(8).padStart(4, '0')} (${modeText('file', m).slice(1)})`;
      if (has('v') || (has('c') && mode !== stat.mode)) {
        yield* c.print(
          mode === stat.mode
            ? `mode of ${shellQuote(each)} retained as ${text(mode)}\n`
            : `mode of ${shellQuote(each)} changed from ${text(stat.mode)} to ${text(mode)}\n`,
        );
      }
      return true;
    });
    if (!fine) status = 1;
  }
  return status;
});

const chown = command('chown', (c) => own(c, false));
const chgrp = command('chgrp', (c) => own(c, true));

function* own(c: Command, groupOnly: boolean): Sys<number> {
  const table = { short: 'cfhRv', long: { changes: 'c', silent: 'f', verbose: 'v', recursive: 'R', 'no-dereference': 'h' } };
  const { options, operands } = yield* parseOptions(c, table, {
    usage: `% [OPTION]... ${groupOnly ? 'GROUP' : '[OWNER][:[GROUP]]'} FILE...`,
  });
  const [word, ...paths] = operands;
  if (word === undefined) return yield* c.misuse('missing operand');
  if (paths.length === 0) return yield* c.misuse(`missing operand after ‘${word}’`);
  const [user = '', groupWord] = groupOnly ? ['', word] : word.split(/[:.]/, 2);
  const account = accounts(c.p).find(({ name }) => name === user);
  const uid = user === '' ? undefined : (account?.uid ?? numeric(user));
  if (user !== '' && uid === undefined) return yield* c.die(1, `invalid user: ‘${word}’`);
  const gid =
    groupWord === undefined
      ? undefined
      : groupWord === ''
        ? account?.gid
        : (groups(c.p).find(({ name }) => name === groupWord)?.gid ?? numeric(groupWord));
  if (groupWord !== undefined && groupWord !== '' && gid === undefined) return yield* c.die(1, `invalid group: ‘${word}’`);
  const change = (noFollow: boolean) =>
    function* (path: string, stat: FileStat): Sys<boolean> {
      const error = c.p.machine.files.chown(c.p, path, uid ?? stat.uid, gid ?? stat.gid, { noFollow });
      if (isError(error)) yield* c.complain(`changing ${groupOnly ? 'group' : 'ownership'} of ${shellQuote(path)}: ${reason(error)}`);
      return !isError(error);
    };
  let status = 0;
  for (const path of paths) {
    const fine = yield* eachPath(
      c,
      path,
      options.some(({ flag }) => flag === 'R'),
      change(false),
      change(true),
    );
    if (!fine) status = 1;
  }
  return status;
}

function numeric(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

const stat = command('stat', (c) => statEach(c, descriptionOf));
/** stat in the form of BusyBox's. */
export const busyboxStat = command('stat', (c) =>
  statEach(c, (_, path, found) => {
    const target = found.kind === 'symlink' ? c.p.machine.files.readLink(c.p, path) : undefined;
    const name = typeof target === 'string' ? `'${path}' -> '${target}'` : path;
    return descriptionOf(c, path, found)
      .replace(/^ {2}File: .*$/m, () => `  File: ${name}`)
      .replace(/^ Birth: .*\n/m, '');
  }),
);

function* statEach(c: Command, description: typeof descriptionOf): Sys<number> {
  const table = { short: 'c:fLt', long: { dereference: 'L', 'file-system': 'f', format: 'c', 'printf=': 'printf', terse: 't' } };
  const { options, operands } = yield* parseOptions(c, table, { usage: '% [OPTION]... FILE...' });
  if (operands.length === 0) return yield* c.misuse('missing operand');
  const follow = options.some(({ flag }) => flag === 'L');
  const given = options.findLast(({ flag }) => flag === 'c' || flag === 'printf');
  const format =
    given === undefined
      ? undefined
      : given.flag === 'c'
        ? `${given.value}\n`
        : given.value.replace(/\\([nt\\"])/g, (_, l: string) => ({ n: '\n', t: '\t' })[l] ?? l);
  let status = 0;
  for (const path of operands) {
    const found = c.p.machine.files.stat(c.p, path, { noFollow: !follow });
    if (isError(found)) {
      yield* c.complain(`cannot statx ${shellQuote(path)}: ${reason(found)}`);
      status = 1;
    } else yield* c.print(format === undefined ? description(c, path, found) : fill(c, format, path, found));
  }
  return status;
}

const FULL = '%Y-%m-%d %H:%M:%S.%N %z';

function kindName(found: FileStat): string {
  return found.kind === 'file' && found.size === 0 ? 'regular empty file' : KIND_NAMES[found.kind];
}

function descriptionOf(c: Command, path: string, found: FileStat): string {
  const target = found.kind === 'symlink' ? c.p.machine.files.readLink(c.p, path) : undefined;
  const name = typeof target === 'string' ? `${path} -> ${target}` : path;
  const device = found.rdev === undefined ? '' : ` Device type: ${found.rdev.join(',')}`;
  const who = (id: number, text: string): string => `(${String(id).padStart(5)}/${text.padStart(8)})`;
  const time = strftime(FULL, found.mtimeMs);
  const links = found.rdev === undefined ? String(found.nlink) : String(found.nlink).padEnd(5);
  return (
    `  File: ${name}\n` +
    `  Size: ${String(found.size).padEnd(10)}\tBlocks: ${String(found.blocks ?? 0).padEnd(10)} IO Block: 4096   ${kindName(found)}\n` +
    `Device: ${found.dev >> 8},${found.dev & 0xff}\tInode: ${String(found.inode).padEnd(11)} Links: ${links}${device}\n` +
    `Access: (${(found.mode & 0o7777).toString(8).padStart(4, '0')}/${modeText(found.kind, found.mode)})  Uid: ${who(found.uid, userName(c.p, found.uid))}   Gid: ${who(found.gid, groupName(c.p, found.gid))}\n` +
    `Access: ${time}\nModify: ${time}\nChange: ${time}\n Birth: ${time}\n`
  );
}

function fill(c: Command, format: string, path: string, found: FileStat): string {
  return format.replace(
    /%([-+ #0']*)(\d*)(?:\.(\d+))?([HL]?[a-zA-Z%])/g,
    (all, flags: string, width: string, precision: string | undefined, letter: string) => {
      const value = field(c, letter, path, found);
      if (value === undefined) return all === '%%' ? '%' : letter === '%' ? '%' : '?';
      const conversion = typeof value === 'string' ? 's' : letter === 'a' ? 'o' : /[fDRt]/.test(letter) ? 'x' : 'd';
      return formatOne(conversion, flags, Number(width), precision === undefined ? undefined : Number(precision), value);
    },
  );
}

function field(c: Command, letter: string, path: string, found: FileStat): string | number | undefined {
  switch (letter) {
    case 'a':
      return found.mode & 0o7777;
    case 'A':
      return modeText(found.kind, found.mode);
    case 'b':
      return found.blocks ?? 0;
    case 'B':
      return 512;
    case 'd':
      return found.dev;
    case 'D':
      return found.dev;
    case 'f':
      return KIND_BITS[found.kind] | found.mode;
    case 'F':
      return kindName(found);
    case 'g':
      return found.gid;
    case 'G':
      return groupName(c.p, found.gid);
    case 'h':
      return found.nlink;
    case 'i':
      return found.inode;
    case 'm':
      return '/';
    case 'n':
      return path;
    case 'N': {
      const target = found.kind === 'symlink' ? c.p.machine.files.readLink(c.p, path) : undefined;
      return typeof target === 'string' ? `${shellQuote(path)} -> ${shellQuote(target)}` : shellQuote(path);
    }
    case 'o':
      return 4096;
    case 's':
      return found.size;
    case 't':
      return found.rdev?.[0] ?? 0;
    case 'T':
      return found.rdev?.[1] ?? 0;
    case 'u':
      return found.uid;
    case 'U':
      return userName(c.p, found.uid);
    case 'w':
    case 'x':
    case 'y':
    case 'z':
      return strftime(FULL, found.mtimeMs);
    case 'W':
    case 'X':
    case 'Y':
    case 'Z':
      return Math.floor(found.mtimeMs / 1000);
    default:
      return undefined;
  }
}

export const ATTRIBUTE_PROGRAMS: readonly Program[] = [chmod, chown, chgrp, stat];
