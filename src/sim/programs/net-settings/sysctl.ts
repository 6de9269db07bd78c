import { strerror } from '../../base/errno.ts';
import { isError, type KernelError } from '../../base/result.ts';
import { text, utf8 } from '../../base/utf8.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, command, Exit } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { SYSCTL_HELP } from './help.ts';

const ROOT = '/proc/sys/';

const LONG: Readonly<Record<string, string>> = {
  all: 'a',
  deprecated: 'D',
  'dry-run': 'Y',
  binary: 'b',
  ignore: 'e',
  names: 'N',
  values: 'n',
  'load=?': 'p',
  system: 'S',
  pattern: 'r',
  quiet: 'q',
  write: 'w',
  help: 'h',
  version: 'V',
};

/** How settings are printed, and what is no error. */
interface Style {
  readonly names: boolean;
  readonly values: boolean;
  readonly binary: boolean;
  readonly quiet: boolean;
  readonly ignore: boolean;
  readonly dryRun: boolean;
  readonly pattern: RegExp | undefined;
}

/** sysctl(8) of procps-ng 4.0.2, over the files of /proc/sys. */
export const sysctl = command(
  'sysctl',
  function* (c): Sys<number> {
    const parsed = getopt(c.args, { short: 'aAXbeNnp::fr:qwoxdhV', long: LONG });
    if (parsed instanceof UsageError) {
      yield* c.complain(parsed.message);
      c.out(SYSCTL_HELP);
      return 0;
    }
    const has = (...flags: readonly string[]): boolean => parsed.options.some((option) => flags.includes(option.flag));
    if (has('h', 'd')) {
      c.out(SYSCTL_HELP);
      return 0;
    }
    if (has('V')) {
      c.out('sysctl from procps-ng 4.0.2\n');
      return 0;
    }
    const pattern = parsed.options.findLast((option) => option.flag === 'r')?.value;
    const style: Style = {
      names: has('N'),
      values: has('n'),
      binary: has('b'),
      quiet: has('q'),
      ignore: has('e'),
      dryRun: has('Y'),
      pattern: pattern === undefined ? undefined : new RegExp(pattern),
    };
    const { operands } = parsed;
    if (has('a', 'A', 'X')) return yield* showBelow(c, ROOT, style);
    if (has('S')) return yield* loadSystem(c, style);
    if (has('p', 'f'))
      return yield* loadFiles(c, style, [
        ...parsed.options.filter((o) => o.flag === 'p' && o.value !== '').map((o) => o.value),
        ...operands,
      ]);
    if (operands.length === 0) {
      if (c.args.length === 0) {
        c.out(SYSCTL_HELP);
        return 1;
      }
      yield* c.complain('no variables specified');
      yield* c.error("Try `sysctl --help' for more information.\n");
      return 1;
    }
    let status = 0;
    for (const word of operands) {
      if (has('w') && !word.includes('=')) {
        yield* c.complain('command line(0): invalid syntax, continuing...');
        return 1;
      }
      const done = word.includes('=') ? yield* assign(c, word, style) : yield* show(c, word, style);
      if (done !== 0) status = done;
    }
    return status;
  },
  '/usr/sbin',
);

/** Separators are dots, with a slash for a dot in a name, or slashes; whichever comes first decides. */
function pathOf(key: string): string {
  const separator = /[./]/.exec(key)?.[0];
  return separator === '/' ? key : key.replace(/[./]/g, (c) => (c === '.' ? '/' : '.'));
}

/** A file's key with dots. */
function keyOf(path: string): string {
  return path.slice(ROOT.length).replace(/[./]/g, (c) => (c === '/' ? '.' : '/'));
}

function* show(c: Command, key: string, style: Style): Sys<number> {
  if (key === '') {
    yield* c.complain('"" is an unknown key');
    return 255;
  }
  if (key === '.' || key === '/') {
    yield* c.complain(`Path is not under /proc/sys/: ${ROOT}/`);
    return 255;
  }
  const path = ROOT + pathOf(key);
  const stat = c.p.machine.files.stat(c.p, path);
  if (isError(stat)) return style.ignore ? 0 : yield* missing(c, path, stat);
  return stat.kind === 'directory' ? yield* showBelow(c, `${path}/`, style) : yield* showOne(c, path, style);
}

function* missing(c: Command, path: string, error: KernelError): Sys<number> {
  yield* c.complain(`cannot stat ${path}: ${strerror(error.errno)}`);
  return 1;
}

function* showOne(c: Command, path: string, style: Style): Sys<number> {
  const key = keyOf(path);
  if (style.names) {
    c.out(`${key}\n`);
    return 0;
  }
  const bytes = c.p.machine.files.readFile(c.p, path);
  if (isError(bytes)) {
    // What may only be written is passed over, and a setting that has no value yet (EIO) is only a failure.
    if (bytes.errno === 'EACCES') return 0;
    if (bytes.errno !== 'EIO') yield* c.complain(`reading key "${key}": ${strerror(bytes.errno)}`);
    return 1;
  }
  const lines = text(bytes).replace(/\n$/, '').split('\n');
  for (const line of lines) print(c, key, line, style);
  yield* c.spill();
  return 0;
}

function print(c: Command, key: string, value: string, style: Style): void {
  if (style.binary) c.out(value);
  else if (style.values) c.out(`${value}\n`);
  else if (style.names) c.out(`${key}\n`);
  else c.out(`${key} = ${value}\n`);
}

/** Settings in a folder and below, in the order of their names. Some older names are passed over, and what cannot be read. */
function* showBelow(c: Command, folder: string, style: Style): Sys<number> {
  const names = c.p.machine.files.readDirectory(c.p, folder);
  if (isError(names)) return yield* missing(c, folder, names);
  for (const name of [...names].sort()) {
    const path = folder + name;
    const stat = c.p.machine.files.stat(c.p, path);
    if (isError(stat)) continue;
    if (stat.kind === 'directory') {
      yield* showBelow(c, `${path}/`, style);
      continue;
    }
    const key = keyOf(path);
    const readable = (stat.mode & 0o444) !== 0 && !DEPRECATED.has(name);
    if (readable && (style.pattern === undefined || style.pattern.test(key))) yield* showOne(c, path, style);
  }
  return 0;
}

/** Files that sysctl passes over in listings. */
const DEPRECATED: ReadonlySet<string> = new Set(['base_reachable_time', 'retrans_time']);

function* assign(c: Command, word: string, style: Style): Sys<number> {
  const equals = word.indexOf('=');
  const key = word.slice(0, equals).trim();
  if (key === '') return 1;
  return yield* write(c, key, word.slice(equals + 1).trim(), style);
}

function* write(c: Command, key: string, value: string, style: Style): Sys<number> {
  const path = ROOT + pathOf(key);
  if (path === ROOT) {
    yield* c.complain(`Path is not under /proc/sys/: ${ROOT}`);
    return 1;
  }
  const stat = c.p.machine.files.stat(c.p, path);
  if (isError(stat)) return style.ignore ? 0 : yield* missing(c, path, stat);
  const shown = keyOf(path);
  if ((stat.mode & 0o222) === 0) {
    yield* c.complain(`setting key "${shown}": ${strerror('EINVAL')}`);
    return 0;
  }
  if (!style.dryRun) {
    const error = value === '' ? refusal('EINVAL') : c.p.machine.files.writeFile(c.p, path, utf8(`${value}\n`));
    if (error !== undefined) {
      const ignoring = style.ignore ? ', ignoring' : '';
      if (error.errno === 'EACCES') yield* c.complain(`permission denied on key "${shown}"${ignoring}`);
      else yield* c.complain(`setting key "${shown}"${ignoring}: ${strerror(error.errno)}`);
      return style.ignore ? 0 : 1;
    }
  }
  if (!style.quiet) print(c, shown, value, style.names ? { ...style, values: true } : style);
  yield* c.spill();
  return 0;
}

function refusal(errno: KernelError['errno']): { readonly errno: KernelError['errno'] } {
  return { errno };
}

const SYSTEM_DIRECTORIES = ['/etc/sysctl.d', '/run/sysctl.d', '/usr/local/lib/sysctl.d', '/usr/lib/sysctl.d', '/lib/sysctl.d'];

/** `--system`: the files of all folders, each name from the first folder that has it, in the order of names. */
function* loadSystem(c: Command, style: Style): Sys<number> {
  const files = new Map<string, string>();
  for (const folder of SYSTEM_DIRECTORIES) {
    const names = c.p.machine.files.readDirectory(c.p, folder);
    for (const name of isError(names) ? [] : names) if (name.endsWith('.conf') && !files.has(name)) files.set(name, `${folder}/${name}`);
  }
  let status = 0;
  const paths = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
  for (const path of [...paths, '/etc/sysctl.conf']) {
    if (isError(c.p.machine.files.stat(c.p, path))) continue;
    c.out(`* Applying ${path} ...\n`);
    status = (yield* loadFile(c, path, style)) || status;
  }
  return status;
}

function* loadFiles(c: Command, style: Style, files: readonly string[]): Sys<number> {
  let status = 0;
  for (const file of files.length === 0 ? ['/etc/sysctl.conf'] : files) status = (yield* loadFile(c, file, style)) || status;
  return status;
}

/** `key = value` a line; # and ; begin comments; a minus before a key makes its failure no error; * stands for any name. */
function* loadFile(c: Command, file: string, style: Style): Sys<number> {
  const bytes = file === '-' ? yield* c.p.readAll(0) : c.p.machine.files.readFile(c.p, file);
  if (isError(bytes)) {
    yield* c.complain(`cannot open "${file}": ${strerror(bytes.errno)}`);
    throw new Exit(1);
  }
  let status = 0;
  const settings: { readonly key: string; readonly value: string; readonly optional: boolean }[] = [];
  for (const [index, line] of text(bytes).split('\n').entries()) {
    const words = line.trim();
    if (words === '' || words.startsWith('#') || words.startsWith(';')) continue;
    const equals = words.indexOf('=');
    const optional = words.startsWith('-');
    if (equals >= 0) settings.push({ key: words.slice(optional ? 1 : 0, equals).trim(), value: words.slice(equals + 1).trim(), optional });
    else {
      yield* c.complain(`${file}(${index + 1}): invalid syntax, continuing...`);
      status = 1;
    }
  }
  // All lines are read before the first is acted on.
  for (const { key, value, optional } of settings) {
    for (const each of expand(c, key)) {
      const done = yield* write(c, each, value, style);
      if (done !== 0 && !optional) status = 1;
    }
  }
  return status;
}

function expand(c: Command, key: string): readonly string[] {
  if (!key.includes('*')) return [key];
  const parts = pathOf(key).split('/');
  let paths = [''];
  for (const part of parts) {
    const fits = new RegExp(`^${part.replace(/[.+^${}()|\\]/g, '\\$&').replaceAll('*', '.*')}$`);
    paths = paths.flatMap((path) => {
      if (!part.includes('*')) return [`${path}/${part}`];
      const names = c.p.machine.files.readDirectory(c.p, `/proc/sys${path}`);
      return isError(names)
        ? []
        : [...names]
            .sort()
            .filter((name) => fits.test(name))
            .map((name) => `${path}/${name}`);
    });
  }
  return paths.map((path) => path.slice(1));
}
