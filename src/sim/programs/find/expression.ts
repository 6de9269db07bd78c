import { isError } from '../../base/result.ts';
import type { FileStat } from '../../machine/file-system.ts';
import type { Sys } from '../../machine/process.ts';
import { modeText, parseMode } from '../files/mode-text.ts';
import { accounts, groupName, groups, userName } from '../lib/accounts.ts';
import { type Command, Exit, reason } from '../lib/command.ts';
import { strftime } from '../lib/date-text.ts';
import { globToRegex } from '../lib/glob.ts';
import { posixRegex, RegexError } from '../lib/posix-regex.ts';

/** A file that find has come to. */
export interface Visit {
  readonly path: string;
  readonly start: string;
  readonly depth: number;
  readonly stat: FileStat;
  pruned: boolean;
}

type Test = (v: Visit) => Sys<boolean>;

export interface Expression {
  readonly test: Test;
  readonly minDepth: number;
  readonly maxDepth: number;
  readonly depthFirst: boolean;
  /** What `-exec … +` still has to run. */
  readonly finish: readonly (() => Sys<void>)[];
  readonly status: () => number;
}

export class FindError {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

const KINDS: Readonly<Record<string, FileStat['kind']>> = { f: 'file', d: 'directory', l: 'symlink', p: 'fifo', c: 'chardev', s: 'socket' };
const SIZE_UNITS: Readonly<Record<string, number>> = { b: 512, c: 1, w: 2, k: 1024, M: 1024 ** 2, G: 1024 ** 3 };
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Reads find's expression; without an action of its own it prints. */
export function parseFind(c: Command, words: readonly string[]): Expression | FindError {
  try {
    return new Parser(c, words).expression();
  } catch (thrown) {
    if (thrown instanceof FindError) return thrown;
    throw thrown;
  }
}

class Parser {
  readonly #c: Command;
  readonly #words: readonly string[];
  #i = 0;
  #minDepth = 0;
  #maxDepth = Number.POSITIVE_INFINITY;
  #depthFirst = false;
  #acts = false;
  #status = 0;
  readonly #finish: (() => Sys<void>)[] = [];

  constructor(c: Command, words: readonly string[]) {
    this.#c = c;
    this.#words = words;
  }

  expression(): Expression {
    let test: Test = yes;
    if (this.#words.length > 0) test = this.#comma();
    if (this.#i < this.#words.length) {
      if (this.#words[this.#i] === ')') throw new FindError("invalid expression; you have too many ')'");
      throw new FindError(`paths must precede expression: \`${this.#words[this.#i]}'`);
    }
    const { print } = this;
    const whole: Test = this.#acts
      ? test
      : function* (v) {
          return (yield* test(v)) && (yield* print(v));
        };
    return {
      test: whole,
      minDepth: this.#minDepth,
      maxDepth: this.#maxDepth,
      depthFirst: this.#depthFirst,
      finish: this.#finish,
      status: () => this.#status,
    };
  }

  readonly print: Test = (v) => this.#output(`${v.path}\n`);

  *#output(text: string): Sys<boolean> {
    yield* this.#c.print(text);
    return true;
  }

  #comma(): Test {
    let left = this.#or();
    while (this.#words[this.#i] === ',') {
      this.#i++;
      const [a, b] = [left, this.#or()];
      left = function* (v) {
        yield* a(v);
        return yield* b(v);
      };
    }
    return left;
  }

  #or(): Test {
    let left = this.#and();
    while (this.#words[this.#i] === '-o' || this.#words[this.#i] === '-or') {
      this.#i++;
      const [a, b] = [left, this.#and()];
      left = function* (v) {
        return (yield* a(v)) || (yield* b(v));
      };
    }
    return left;
  }

  #and(): Test {
    let left = this.#not();
    for (;;) {
      const word = this.#words[this.#i];
      if (word === undefined || word === ')' || word === ',' || word === '-o' || word === '-or') return left;
      if (word === '-a' || word === '-and') this.#i++;
      const [a, b] = [left, this.#not()];
      left = function* (v) {
        return (yield* a(v)) && (yield* b(v));
      };
    }
  }

  #not(): Test {
    const word = this.#words[this.#i];
    if (word === '!' || word === '-not') {
      this.#i++;
      const inner = this.#not();
      return function* (v) {
        return !(yield* inner(v));
      };
    }
    if (word === '(') {
      this.#i++;
      if (this.#words[this.#i] === ')') throw new FindError('invalid expression; empty parentheses are not allowed.');
      const inner = this.#comma();
      if (this.#words[this.#i] !== ')')
        throw new FindError("invalid expression; I was expecting to find a ')' somewhere but did not see one.");
      this.#i++;
      return inner;
    }
    return this.#primary();
  }

  #argument(name: string): string {
    const word = this.#words[this.#i++];
    if (word === undefined) throw new FindError(`missing argument to \`${name}'`);
    return word;
  }

  #primary(): Test {
    const name = this.#words[this.#i++];
    if (name === undefined) throw new FindError('expected an expression');
    if (!name.startsWith('-')) throw new FindError(`paths must precede expression: \`${name}'`);
    const test = this.#match(name) ?? this.#attribute(name) ?? this.#action(name);
    if (test === undefined) throw new FindError(`unknown predicate \`${name}'`);
    return test;
  }

  #match(name: string): Test | undefined {
    const { files } = this.#c.p.machine;
    switch (name) {
      case '-name':
      case '-iname': {
        const regex = globToRegex(this.#argument(name), { ignoreCase: name === '-iname' });
        return pure((v) => regex.test(baseName(v.path)));
      }
      case '-path':
      case '-wholename':
      case '-ipath': {
        const regex = globToRegex(this.#argument(name), { ignoreCase: name === '-ipath' });
        return pure((v) => regex.test(v.path));
      }
      case '-regex':
      case '-iregex': {
        const regex = posixRegex(this.#argument(name), { extended: false, ignoreCase: name === '-iregex', whole: 'line' });
        if (regex instanceof RegexError) throw new FindError(regex.message);
        return pure((v) => regex.test(v.path));
      }
      case '-lname': {
        const regex = globToRegex(this.#argument(name));
        return pure((v) => {
          const target = v.stat.kind === 'symlink' ? files.readLink(this.#c.p, v.path) : undefined;
          return typeof target === 'string' && regex.test(target);
        });
      }
      case '-true':
        return yes;
      case '-false':
        return pure(() => false);
      case '-maxdepth':
      case '-mindepth': {
        const word = this.#argument(name);
        if (!/^\d+$/.test(word)) throw new FindError(`Expected a positive decimal integer argument to ${name}, but got ‘${word}’`);
        if (name === '-maxdepth') this.#maxDepth = Number(word);
        else this.#minDepth = Number(word);
        return yes;
      }
      case '-depth':
      case '-d':
        this.#depthFirst = true;
        return yes;
      case '-xdev':
      case '-mount':
      case '-noleaf':
      case '-daystart':
        return yes;
      default:
        return undefined;
    }
  }

  #attribute(name: string): Test | undefined {
    const { p } = this.#c;
    switch (name) {
      case '-type': {
        const kinds = this.#argument(name).split(',');
        for (const kind of kinds) if (KINDS[kind] === undefined && kind !== 'b') throw new FindError(`Unknown argument to -type: ${kind}`);
        return pure((v) => kinds.some((kind) => KINDS[kind] === v.stat.kind));
      }
      case '-empty':
        return pure((v) => {
          if (v.stat.kind === 'file') return v.stat.size === 0;
          const names = v.stat.kind === 'directory' ? p.machine.files.readDirectory(p, v.path) : undefined;
          return names !== undefined && !isError(names) && names.length === 0;
        });
      case '-size': {
        const word = this.#argument(name);
        const m = /^([-+]?)(\d+)([bcwkMG]?)$/.exec(word);
        if (!m) throw new FindError(`Invalid argument \`${word}' to -size`);
        const unit = SIZE_UNITS[m[3] || 'b'] as number;
        return pure((v) => compare(m[1] as string, Math.ceil(v.stat.size / unit), Number(m[2])));
      }
      case '-mtime':
      case '-ctime':
      case '-atime':
      case '-mmin':
      case '-cmin':
      case '-amin': {
        const word = this.#argument(name);
        const m = /^([-+]?)(\d+(?:\.\d+)?)$/.exec(word);
        if (!m) throw new FindError(`invalid argument \`${word}' to \`${name}'`);
        const unit = name.endsWith('min') ? MINUTE_MS : DAY_MS;
        return pure((v) => {
          const age = (p.wallClockMs - v.stat.mtimeMs) / unit;
          return compare(m[1] as string, unit === DAY_MS || m[1] === '' ? Math.floor(age) : age, Number(m[2]));
        });
      }
      case '-newer': {
        const word = this.#argument(name);
        const stat = p.machine.files.stat(p, word);
        if (isError(stat)) throw new FindError(`‘${word}’: ${reason(stat)}`);
        return pure((v) => v.stat.mtimeMs > stat.mtimeMs);
      }
      case '-perm': {
        const word = this.#argument(name);
        const mode = parseMode(word.replace(/^[-/]/, ''), 0, false, 0);
        if (mode === undefined) throw new FindError(`invalid mode \`${word}'`);
        if (word.startsWith('-')) return pure((v) => (v.stat.mode & mode) === mode);
        return pure((v) => (word.startsWith('/') ? mode === 0 || (v.stat.mode & mode) !== 0 : (v.stat.mode & 0o7777) === mode));
      }
      case '-user':
      case '-uid': {
        const word = this.#argument(name);
        const uid = accounts(p).find((account) => account.name === word)?.uid ?? (/^\d+$/.test(word) ? Number(word) : undefined);
        if (uid === undefined) throw new FindError(`‘${word}’ is not the name of a known user`);
        return pure((v) => v.stat.uid === uid);
      }
      case '-group':
      case '-gid': {
        const word = this.#argument(name);
        const gid = groups(p).find((group) => group.name === word)?.gid ?? (/^\d+$/.test(word) ? Number(word) : undefined);
        if (gid === undefined) throw new FindError(`‘${word}’ is not the name of an existing group`);
        return pure((v) => v.stat.gid === gid);
      }
      case '-inum': {
        const word = this.#argument(name);
        return pure((v) => v.stat.inode === Number(word));
      }
      case '-links': {
        const word = this.#argument(name);
        return pure((v) => compare(/^[-+]/.exec(word)?.[0] ?? '', v.stat.nlink, Number(word.replace(/^[-+]/, ''))));
      }
      case '-samefile': {
        const stat = p.machine.files.stat(p, this.#argument(name));
        return pure((v) => !isError(stat) && stat.inode === v.stat.inode && stat.dev === v.stat.dev);
      }
      case '-executable':
        return pure((v) => v.stat.kind === 'directory' || (v.stat.mode & 0o111) !== 0);
      case '-readable':
      case '-writable':
        return yes;
      default:
        return undefined;
    }
  }

  #action(name: string): Test | undefined {
    const c = this.#c;
    switch (name) {
      case '-print':
        this.#acts = true;
        return this.print;
      case '-print0':
        this.#acts = true;
        return (v) => this.#output(`${v.path}\0`);
      case '-printf': {
        const format = this.#argument(name);
        this.#acts = true;
        return (v) => this.#output(this.#format(format, v));
      }
      case '-ls':
        this.#acts = true;
        return (v) => this.#output(this.#format('%9i %6k %M %3n %-8u %-8g %8s %Tb %Td %TH:%TM %p\n', v));
      case '-prune':
        return pure((v) => {
          v.pruned = true;
          return true;
        });
      case '-quit':
        this.#acts = true;
        return function* () {
          yield* c.flush();
          throw new Exit(0);
        };
      case '-delete':
        this.#acts = true;
        this.#depthFirst = true;
        return (v) => this.#delete(v);
      case '-exec':
      case '-execdir':
      case '-ok':
        this.#acts = true;
        return this.#exec(name);
      default:
        return undefined;
    }
  }

  *#delete(v: Visit): Sys<boolean> {
    if (v.path === '.') return true;
    const { files } = this.#c.p.machine;
    const error = v.stat.kind === 'directory' ? files.removeDirectory(this.#c.p, v.path) : files.unlink(this.#c.p, v.path);
    if (!isError(error)) return true;
    yield* this.#c.complain(`cannot delete ‘${v.path}’: ${reason(error)}`);
    this.#status = 1;
    return false;
  }

  #exec(name: string): Test {
    const words: string[] = [];
    for (;;) {
      const word = this.#words[this.#i++];
      if (word === undefined) throw new FindError(`missing argument to \`${name}'`);
      if (word === ';') break;
      if (word === '+' && words.at(-1) === '{}') return this.#execMany(words.slice(0, -1));
      words.push(word);
    }
    if (words.length === 0) throw new FindError(`missing argument to \`${name}'`);
    const run = (argv: readonly string[]): Sys<boolean> => this.#run(argv);
    return function* (v) {
      return yield* run(words.map((word) => word.replaceAll('{}', v.path)));
    };
  }

  #execMany(words: readonly string[]): Test {
    const paths: string[] = [];
    const run = (argv: readonly string[]): Sys<boolean> => this.#run(argv);
    const fail = (): void => {
      this.#status = 1;
    };
    this.#finish.push(function* () {
      if (paths.length > 0 && !(yield* run([...words, ...paths]))) fail();
    });
    return pure((v) => paths.push(v.path) > 0);
  }

  *#run(argv: readonly string[]): Sys<boolean> {
    const { p } = this.#c;
    yield* this.#c.flush();
    const child = p.spawn(argv);
    if (isError(child)) {
      yield* this.#c.complain(`‘${argv[0]}’: ${reason(child)}`);
      return false;
    }
    const status = yield* p.waitpid(child.pidSeenBy(p));
    return status !== undefined && !isError(status) && status.kind === 'exited' && status.status === 0;
  }

  #format(format: string, v: Visit): string {
    const { p } = this.#c;
    const { stat } = v;
    const fields: Readonly<Record<string, () => string>> = {
      p: () => v.path,
      P: () => v.path.slice(v.start.length).replace(/^\//, ''),
      f: () => baseName(v.path),
      h: () => (v.path.includes('/') ? v.path.replace(/\/[^/]*$/, '') : '.'),
      H: () => v.start,
      s: () => String(stat.size),
      m: () => stat.mode.toString(8),
      M: () => modeText(stat.kind, stat.mode),
      u: () => userName(p, stat.uid),
      g: () => groupName(p, stat.gid),
      U: () => String(stat.uid),
      G: () => String(stat.gid),
      i: () => String(stat.inode),
      n: () => String(stat.nlink),
      d: () => String(v.depth),
      k: () => String(Math.ceil((stat.blocks ?? 0) / 2)),
      b: () => String(stat.blocks ?? 0),
      y: () => ({ file: 'f', directory: 'd', symlink: 'l', fifo: 'p', chardev: 'c', socket: 's' })[stat.kind],
      l: () => {
        const target = stat.kind === 'symlink' ? p.machine.files.readLink(p, v.path) : '';
        return typeof target === 'string' ? target : '';
      },
      t: () => strftime('%a %b %e %H:%M:%S.%N0 %Y', stat.mtimeMs),
    };
    const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', '0': '\0', '\\': '\\' };
    return format.replace(
      /%([-0]?)(\d*)(T.|.)|\\(.)/gs,
      (all, minus: string, width: string, letter: string | undefined, escaped: string | undefined) => {
        if (escaped !== undefined) return escapes[escaped] ?? all;
        if (letter === '%') return '%';
        const value = letter?.startsWith('T')
          ? letter === 'T@'
            ? `${(stat.mtimeMs / 1000).toFixed(9)}0`
            : strftime(`%${letter[1]}`, stat.mtimeMs)
          : fields[letter ?? '']?.();
        if (value === undefined) return all;
        return minus === '-' ? value.padEnd(Number(width)) : value.padStart(Number(width), minus === '0' ? '0' : ' ');
      },
    );
  }
}

const yes: Test = pure(() => true);

function pure(test: (v: Visit) => boolean): Test {
  return function* (v) {
    return test(v);
  };
}

function baseName(path: string): string {
  return path.replace(/(?<=.)\/+$/, '').replace(/^.*\/(?=.)/s, '');
}

function compare(sign: string, actual: number, wanted: number): boolean {
  return sign === '+' ? actual > wanted : sign === '-' ? actual < wanted : actual === wanted;
}
