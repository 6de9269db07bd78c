import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { singleQuoted } from '../expansion/quote.ts';
import type { Builtin } from '../flavour.ts';
import { allInPath, findInPath } from '../path-search.ts';
import { printFunction } from '../print.ts';
import type { Shell } from '../shell.ts';
import { SPECIAL_BUILTINS } from '../special-builtins.ts';
import { parseOptions } from './arguments.ts';
import { HELP_LISTING } from './help-listing.ts';
import { USAGE } from './usage.ts';

const KEYWORDS = new Set([
  '!',
  '[[',
  ']]',
  '{',
  '}',
  'case',
  'coproc',
  'do',
  'done',
  'elif',
  'else',
  'esac',
  'fi',
  'for',
  'function',
  'if',
  'in',
  'select',
  'then',
  'time',
  'until',
  'while',
]);

export function keywords(): readonly string[] {
  return [...KEYWORDS];
}

interface Meaning {
  readonly kind: 'alias' | 'keyword' | 'function' | 'builtin' | 'file';
  readonly short: string;
  readonly long: string;
}

function* meanings(shell: Shell, name: string, all: boolean, skipFunctions: boolean): Generator<Meaning> {
  const alias = shell.aliases.get(name);
  if (alias !== undefined && (shell.interactive || shell.shopts.has('expand_aliases'))) {
    yield { kind: 'alias', short: `alias ${name}=${singleQuoted(alias)}`, long: `${name} is aliased to \`${alias}'` };
  }
  if (KEYWORDS.has(name)) yield { kind: 'keyword', short: name, long: `${name} is a shell keyword` };
  const f = shell.functions.get(name);
  if (f !== undefined && !skipFunctions) yield { kind: 'function', short: name, long: `${name} is a function\n${printFunction(name, f)}` };
  if (shell.builtins.has(name) && !shell.disabledBuiltins.has(name))
    yield { kind: 'builtin', short: name, long: `${name} is a shell builtin` };
  if (name.includes('/')) {
    if (!isError(shell.p.machine.files.executable(shell.p, name))) yield { kind: 'file', short: name, long: `${name} is ${name}` };
    return;
  }
  const hashed = shell.hashed.get(name);
  if (hashed !== undefined && !all) {
    yield { kind: 'file', short: hashed.path, long: `${name} is hashed (${hashed.path})` };
    return;
  }
  for (const path of allInPath(shell, name)) yield { kind: 'file', short: path, long: `${name} is ${path}` };
}

/** command -v and -V. */
export function* describeCommands(shell: Shell, builtin: string, names: readonly string[], verbose: 'v' | 'V'): Sys<number> {
  let missing = 0;
  for (const name of names) {
    const [first] = meanings(shell, name, false, false);
    if (first === undefined) {
      missing++;
      if (verbose === 'V') yield* shell.complain(`${builtin}: ${name}: not found`);
      continue;
    }
    yield* shell.print(builtin, `${verbose === 'v' ? first.short : first.long}\n`);
  }
  return missing === names.length ? 1 : 0;
}

const type: Builtin = function* (shell, args) {
  const options = yield* parseOptions(shell, 'type', args, 'afptP');
  if (options === undefined) return 2;
  const { flags, operands } = options;
  let status = 0;
  for (const name of operands) {
    let found = [...meanings(shell, name, flags.has('a'), flags.has('f'))];
    if (flags.has('P')) found = found.filter((m) => m.kind === 'file');
    if (!flags.has('a')) found = found.slice(0, 1);
    if (found.length === 0) {
      status = 1;
      if (!flags.has('t') && !flags.has('p') && !flags.has('P')) yield* shell.complain(`type: ${name}: not found`);
      continue;
    }
    for (const m of found) {
      if (flags.has('t')) yield* shell.print('type', `${m.kind}\n`);
      else if (flags.has('p') || flags.has('P')) {
        if (m.kind === 'file') yield* shell.print('type', `${m.short}\n`);
      } else yield* shell.print('type', `${m.long}\n`);
    }
  }
  return status;
};

const hash: Builtin = function* (shell, args) {
  const options = yield* parseOptions(shell, 'hash', args, 'lrp:dt');
  if (options === undefined) return 2;
  const { flags, operands } = options;
  if (flags.has('r')) shell.hashed.clear();
  if (operands.length === 0) {
    if (flags.has('r')) return 0;
    if (shell.hashed.size === 0) {
      if (!flags.has('l') && shell.flavour.kind === 'bash') yield* shell.out('hash: hash table empty\n');
      return 0;
    }
    const lines = [...shell.hashed].map(([name, { path, hits }]) =>
      flags.has('l') ? `builtin hash -p ${path} ${name}\n` : `${String(hits).padStart(4)}\t${path}\n`,
    );
    return yield* shell.print('hash', (flags.has('l') ? '' : 'hits\tcommand\n') + lines.join(''));
  }
  let status = 0;
  for (const name of operands) {
    const path = flags.get('p');
    const known = shell.hashed.get(name);
    if (typeof path === 'string') shell.hashed.set(name, { path, hits: 0 });
    else if (flags.has('t') || flags.has('d')) {
      if (known === undefined) {
        yield* shell.complain(`hash: ${name}: not found`);
        status = 1;
      } else if (flags.has('d')) shell.hashed.delete(name);
      else yield* shell.print('hash', operands.length > 1 ? `${name}\t${known.path}\n` : `${known.path}\n`);
    } else if (!shell.builtins.has(name) && !shell.functions.has(name)) {
      shell.hashed.delete(name);
      const found = findInPath(shell, name);
      const entry = shell.hashed.get(name);
      if (entry !== undefined) entry.hits = 0;
      if (found === undefined) {
        yield* shell.complain(`hash: ${name}: not found`);
        status = 1;
      }
    }
  }
  return status;
};

const alias: Builtin = function* (shell, args) {
  const options = yield* parseOptions(shell, 'alias', args, 'p');
  if (options === undefined) return 2;
  const list = options.flags.has('p');
  const words = options.operands;
  const line = (name: string, value: string): string => `${shell.flavour.kind === 'bash' ? 'alias ' : ''}${name}=${singleQuoted(value)}\n`;
  if (list || words.length === 0) {
    const lines = [...shell.aliases].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => line(name, value));
    yield* shell.print('alias', lines.join(''));
  }
  let status = 0;
  for (const word of words) {
    const at = word.indexOf('=', 1);
    if (at > 0) {
      const name = word.slice(0, at);
      if (/[\s/$`=|&;()<>'"\\]/.test(name)) {
        yield* shell.complain(`alias: \`${name}': invalid alias name`);
        status = 1;
      } else shell.aliases.set(name, word.slice(at + 1));
      continue;
    }
    const value = shell.aliases.get(word);
    if (value === undefined) {
      yield* shell.complain(`alias: ${word}: not found`);
      status = 1;
    } else yield* shell.print('alias', line(word, value));
  }
  return status;
};

const unalias: Builtin = function* (shell, args) {
  const options = yield* parseOptions(shell, 'unalias', args, 'a');
  if (options === undefined) return 2;
  if (options.flags.has('a')) {
    shell.aliases.clear();
    return 0;
  }
  let status = 0;
  for (const name of options.operands) {
    if (shell.aliases.delete(name)) continue;
    yield* shell.complain(`unalias: ${name}: not found`);
    status = 1;
  }
  return status;
};

const enable: Builtin = function* (shell, args) {
  const options = yield* parseOptions(shell, 'enable', args, 'adnpsf:');
  if (options === undefined) return 2;
  const { flags, operands } = options;
  if (operands.length === 0) {
    let names = [...shell.builtins.keys()].sort();
    if (flags.has('s')) names = names.filter((n) => SPECIAL_BUILTINS.has(n));
    const disabled = (n: string): boolean => shell.disabledBuiltins.has(n);
    if (!flags.has('a')) names = names.filter((n) => disabled(n) === flags.has('n'));
    return yield* shell.print('enable', names.map((n) => `enable ${disabled(n) ? '-n ' : ''}${n}\n`).join(''));
  }
  let status = 0;
  for (const name of operands) {
    if (!shell.builtins.has(name)) {
      yield* shell.complain(`enable: ${name}: not a shell builtin`);
      status = 1;
    } else if (flags.has('n')) shell.disabledBuiltins.add(name);
    else shell.disabledBuiltins.delete(name);
  }
  return status;
};

const help: Builtin = function* (shell, args) {
  const options = yield* parseOptions(shell, 'help', args, 'dms');
  if (options === undefined) return 2;
  if (options.operands.length === 0) return yield* shell.print('help', HELP_LISTING);
  let status = 0;
  for (const name of options.operands) {
    const text = USAGE[name];
    if (text !== undefined) yield* shell.print('help', `${name}: ${text}\n`);
    else {
      yield* shell.complain(`help: no help topics match \`${name}'.  Try \`help help' or \`man -k ${name}' or \`info ${name}'.`);
      status = 1;
    }
  }
  return status;
};

export const lookupBuiltins: Readonly<Record<string, Builtin>> = { type, hash, alias, unalias, enable, help };
