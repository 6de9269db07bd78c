import type { Sys } from '../../machine/process.ts';
import { ashOptionList } from '../ash-words.ts';
import { assignmentLine, posixAssignment } from '../declare.ts';
import type { Builtin } from '../flavour.ts';
import { SET_LETTERS, SET_OPTIONS, SHOPT_OPTIONS } from '../option-names.ts';
import { printFunction } from '../print.ts';
import type { Shell } from '../shell.ts';
import { parseOptions, usage } from './arguments.ts';

function setOption(shell: Shell, name: string, on: boolean): void {
  if (on) shell.options.add(name);
  else shell.options.delete(name);
  if (on && (name === 'emacs' || name === 'vi')) shell.options.delete(name === 'vi' ? 'emacs' : 'vi');
}

const set: Builtin = function* (shell, args) {
  if (args.length === 0) {
    const lines: string[] = [];
    for (const [name, v] of shell.vars.all()) {
      const line = shell.flavour.kind === 'ash' && v.value !== undefined ? posixAssignment(name, v.value) : assignmentLine(name, v);
      if (line !== undefined) lines.push(`${line}\n`);
    }
    if (!shell.option('posix'))
      for (const [name, f] of [...shell.functions].sort(([a], [b]) => (a < b ? -1 : 1))) lines.push(`${printFunction(name, f)}\n`);
    return yield* shell.print('set', lines.join(''));
  }
  let i = 0;
  for (; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === '--') {
      shell.positional = args.slice(i + 1);
      return 0;
    }
    if (arg === '-') {
      shell.options.delete('xtrace');
      shell.options.delete('verbose');
      if (i + 1 < args.length) shell.positional = args.slice(i + 1);
      return 0;
    }
    if (!/^[-+]./.test(arg)) break;
    const on = arg[0] === '-';
    for (const letter of arg.slice(1)) {
      if (letter === 'o') {
        const name = args[++i];
        if (name === undefined) return yield* listOptions(shell, on);
        if (!SET_OPTIONS.includes(name)) {
          yield* shell.complain(`set: ${name}: invalid option name`);
          return 2;
        }
        setOption(shell, name, on);
        continue;
      }
      const name = SET_LETTERS[letter];
      if (name === undefined) {
        yield* shell.complain(`set: ${arg[0]}${letter}: invalid option`);
        yield* usage(shell, 'set');
        return 2;
      }
      setOption(shell, name, on);
    }
  }
  if (i < args.length) shell.positional = args.slice(i);
  return 0;
};

function* listOptions(shell: Shell, readable: boolean): Sys<number> {
  if (shell.flavour.kind === 'ash') return yield* shell.print('set', ashOptionList(shell, readable));
  const lines = SET_OPTIONS.map((name) =>
    readable ? `${name.padEnd(15)}\t${shell.option(name) ? 'on' : 'off'}\n` : `set ${shell.option(name) ? '-' : '+'}o ${name}\n`,
  );
  return yield* shell.print('set', lines.join(''));
}

const shopt: Builtin = function* (shell, args) {
  const options = yield* parseOptions(shell, 'shopt', args, 'pqsuo');
  if (options === undefined) return 2;
  const { flags, operands } = options;
  const known = flags.has('o') ? SET_OPTIONS : SHOPT_OPTIONS;
  const isOn = (name: string): boolean => (flags.has('o') ? shell.option(name) : shell.shopts.has(name));
  const line = (name: string): string => {
    if (flags.has('p')) return flags.has('o') ? `set ${isOn(name) ? '-' : '+'}o ${name}\n` : `shopt -${isOn(name) ? 's' : 'u'} ${name}\n`;
    return `${name.padEnd(15)}\t${isOn(name) ? 'on' : 'off'}\n`;
  };
  if (flags.has('s') && flags.has('u')) {
    yield* shell.complain('shopt: cannot set and unset shell options simultaneously');
    return 1;
  }
  if (operands.length === 0) {
    const names = known.filter((name) => (flags.has('s') ? isOn(name) : flags.has('u') ? !isOn(name) : true));
    return flags.has('q') ? 0 : yield* shell.print('shopt', names.map(line).join(''));
  }
  let status = 0;
  for (const name of operands) {
    if (!known.includes(name)) {
      yield* shell.complain(`shopt: ${name}: invalid ${flags.has('o') ? '' : 'shell '}option name`);
      status = 1;
    } else if (flags.has('s') || flags.has('u')) {
      if (flags.has('o')) setOption(shell, name, flags.has('s'));
      else if (flags.has('s')) shell.shopts.add(name);
      else shell.shopts.delete(name);
    } else {
      if (!isOn(name)) status = 1;
      if (!flags.has('q')) yield* shell.print('shopt', line(name));
    }
  }
  return status;
};

const getopts: Builtin = function* (shell, args) {
  const [spec, name, ...words] = args;
  if (spec === undefined || name === undefined) {
    yield* usage(shell, 'getopts');
    return 2;
  }
  const list = args.length > 2 ? words : shell.positional;
  const silent = spec.startsWith(':');
  let index = Number(shell.vars.get('OPTIND') ?? 1) || 1;
  if (index <= 1 && shell.getoptsIndex !== 1) shell.getoptsOffset = 0;
  const done = (): number => {
    shell.vars.set(name, '?');
    shell.vars.set('OPTIND', String(index));
    shell.getoptsIndex = index;
    shell.getoptsOffset = 0;
    return 1;
  };
  const word = list[index - 1];
  if (shell.getoptsOffset === 0) {
    if (word === '--') {
      index++;
      return done();
    }
    if (word === undefined || !word.startsWith('-') || word === '-') return done();
    shell.getoptsOffset = 1;
  }
  const letter = word?.[shell.getoptsOffset] ?? '';
  shell.getoptsOffset++;
  const at = letter === ':' ? -1 : spec.indexOf(letter);
  const endOfWord = shell.getoptsOffset >= (word?.length ?? 0);
  let value = letter;
  shell.vars.unset('OPTARG');
  if (at < 0) {
    value = '?';
    if (silent) shell.vars.set('OPTARG', letter);
    else if (shell.vars.get('OPTERR') !== '0') yield* shell.write(2, `${shell.name}: illegal option -- ${letter}\n`);
    if (endOfWord) {
      index++;
      shell.getoptsOffset = 0;
    }
  } else if (spec[at + 1] === ':') {
    const rest = word?.slice(shell.getoptsOffset) ?? '';
    shell.getoptsOffset = 0;
    if (rest !== '') {
      shell.vars.set('OPTARG', rest);
      index++;
    } else if (list[index] !== undefined) {
      shell.vars.set('OPTARG', list[index] as string);
      index += 2;
    } else {
      index++;
      value = silent ? ':' : '?';
      if (silent) shell.vars.set('OPTARG', letter);
      else if (shell.vars.get('OPTERR') !== '0') yield* shell.write(2, `${shell.name}: option requires an argument -- ${letter}\n`);
    }
  } else if (endOfWord) {
    index++;
    shell.getoptsOffset = 0;
  }
  const offset = shell.getoptsOffset;
  shell.vars.set('OPTIND', String(index));
  shell.getoptsOffset = offset;
  shell.getoptsIndex = index;
  const error = shell.vars.set(name, value);
  if (error !== undefined) {
    yield* shell.complain(`${error.name}: ${error.text}`);
    return 1;
  }
  return 0;
};

export const optionBuiltins: Readonly<Record<string, Builtin>> = { set, shopt, getopts };
