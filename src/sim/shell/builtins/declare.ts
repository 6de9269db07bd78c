import type { Sys } from '../../machine/process.ts';
import { assignmentLine, declaration, posixAssignment } from '../declare.ts';
import { assignArray } from '../execute/assignment.ts';
import { evaluateExpanded } from '../expansion/expand.ts';
import type { Builtin } from '../flavour.ts';
import { parse } from '../grammar.ts';
import { printFunction } from '../print.ts';
import type { Shell } from '../shell.ts';
import { SparseArray } from '../sparse-array.ts';
import { type AssignmentError, IDENTIFIER, newVariable, type Variable } from '../variables.ts';
import { parseOptions, usage } from './arguments.ts';

/** `name`, `name=value`, `name+=value`, `name[key]=value`. */
const ARGUMENT = /^([A-Za-z_]\w*)(?:\[([\s\S]*?)\])?(?:(\+?)=([\s\S]*))?$/;

interface Attributes {
  readonly on: ReadonlySet<string>;
  readonly off: ReadonlySet<string>;
}

function readAttributes(args: readonly string[], letters: string): { attributes: Attributes; rest: number; bad?: string } {
  const on = new Set<string>();
  const off = new Set<string>();
  let i = 0;
  for (; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === '--') {
      i++;
      break;
    }
    if (!/^[-+]./.test(arg)) break;
    for (const letter of arg.slice(1)) {
      if (!letters.includes(letter)) return { attributes: { on, off }, rest: i, bad: `${arg[0]}${letter}` };
      (arg[0] === '-' ? on : off).add(letter);
    }
  }
  return { attributes: { on, off }, rest: i };
}

function* invalid(shell: Shell, builtin: string, bad: string): Sys<number> {
  yield* shell.complain(`${builtin}: ${bad}: invalid option`);
  yield* usage(shell, builtin);
  return 2;
}

const declare: Builtin = function* (shell, args, name) {
  const { attributes, rest, bad } = readAttributes(args, 'aAfFgiIlnprtux');
  if (bad !== undefined) return yield* invalid(shell, name, bad);
  if (name === 'local' && shell.frames.every((f) => f.functionName === 'source')) {
    yield* shell.complain('local: can only be used in a function');
    return 1;
  }
  const { on } = attributes;
  const operands = args.slice(rest);
  if (on.has('f') || on.has('F')) return yield* declareFunctions(shell, name, operands, attributes);
  if (on.has('p') || operands.length === 0) return yield* show(shell, name, operands, on);
  const local = name === 'local' || (!on.has('g') && shell.vars.depth > 0);
  let status = 0;
  for (let i = 0; i < operands.length; i++) {
    const ok = yield* declareOne(shell, name, operands[i] as string, 1 + rest + i, attributes, local);
    if (!ok) status = 1;
  }
  return status;
};

function* declareOne(shell: Shell, builtin: string, word: string, position: number, { on, off }: Attributes, local: boolean): Sys<boolean> {
  const match = ARGUMENT.exec(word);
  if (match === null) {
    yield* shell.complain(`${builtin}: \`${word}': not a valid identifier`);
    return false;
  }
  const [, name = '', key, plus, value] = match;
  const { vars } = shell;
  const append = plus === '+';
  let v: Variable;
  if (local && vars.find(name)?.readonly === true && !vars.isLocal(name)) {
    yield* shell.complain(`${builtin}: ${name}: readonly variable`);
    return false;
  }
  if (local) v = vars.declareLocal(name);
  else if (on.has('g')) v = vars.declareGlobal(name);
  else v = on.has('n') || off.has('n') ? vars.forAssignment(name) : vars.forAssignment(vars.target(name));
  const old = v.readonly;
  if (old && (off.has('r') || value !== undefined)) {
    yield* shell.complain(off.has('r') ? `${builtin}: ${name}: readonly variable` : `${name}: readonly variable`);
    return false;
  }
  const list = shell.compoundArguments.get(position);
  if (on.has('A')) {
    if (v.indexed !== undefined) {
      yield* shell.complain(`${builtin}: ${name}: cannot convert indexed to associative array`);
      return false;
    }
    vars.toKeyed(v);
  } else if (on.has('a') || (list !== undefined && v.keyed === undefined)) {
    if (v.keyed !== undefined) {
      yield* shell.complain(`${builtin}: ${name}: cannot convert associative to indexed array`);
      return false;
    }
    vars.toIndexed(v);
  }
  if (on.has('i')) v.integer = true;
  if (off.has('i')) v.integer = false;
  if (on.has('l')) [v.lower, v.upper] = [true, false];
  if (on.has('u')) [v.upper, v.lower] = [true, false];
  if (off.has('l')) v.lower = false;
  if (off.has('u')) v.upper = false;
  if (off.has('n')) v.nameref = false;
  let error: AssignmentError | undefined;
  if (list !== undefined) error = yield* assignArray(shell, name, list, append);
  else if (value !== undefined) {
    if (v.integer) yield* evaluateExpanded(shell, value);
    if (key !== undefined) error = vars.setElement(name, key, value, append);
    else if ((v.indexed !== undefined || v.keyed !== undefined) && value.startsWith('(') && value.endsWith(')'))
      error = yield* fromText(shell, name, value, append);
    else if (on.has('n')) {
      if (value === name) {
        yield* shell.complain(`${builtin}: ${name}: nameref variable self references not allowed`);
        return false;
      }
      v.value = value;
    } else error = vars.setVariable(name, v, value, append);
  }
  if (on.has('n')) v.nameref = true;
  if (on.has('x')) v.exported = true;
  if (off.has('x')) v.exported = false;
  if (on.has('r') || builtin === 'readonly') v.readonly = true;
  vars.touched();
  if (error === undefined) return true;
  yield* shell.complain(`${error.name}: ${error.text}`);
  return false;
}

/** `declare -a 'x=(1 2)'`: the quoted form of a list. */
function* fromText(shell: Shell, name: string, value: string, append: boolean): Sys<AssignmentError | undefined> {
  const command = parse(`x=${value}`).script.commands[0]?.command;
  const node = command?.type === 'Command' ? command.prefix[0] : undefined;
  if (node?.type !== 'Assignment' || node.value.type !== 'ArrayValue') return undefined;
  return yield* assignArray(shell, name, node.value, append);
}

function* show(shell: Shell, builtin: string, names: readonly string[], on: ReadonlySet<string>): Sys<number> {
  const wanted = (v: Variable): boolean =>
    [...on].every((letter) => {
      switch (letter) {
        case 'a':
          return v.indexed !== undefined;
        case 'A':
          return v.keyed !== undefined;
        case 'i':
          return v.integer;
        case 'n':
          return v.nameref;
        case 'r':
          return v.readonly;
        case 'x':
          return v.exported;
        case 'l':
          return v.lower;
        case 'u':
          return v.upper;
        default:
          return true;
      }
    });
  if (names.length === 0) {
    const lines: string[] = [];
    for (const [name, v] of shell.vars.all()) {
      if (builtin === 'local' && !shell.vars.isLocal(name)) continue;
      if (!wanted(v)) continue;
      const line = on.size > 0 ? declaration(name, v) : assignmentLine(name, v);
      if (line !== undefined) lines.push(`${line}\n`);
    }
    if (on.size === 0 && builtin !== 'local') for (const [name, f] of sortedFunctions(shell)) lines.push(`${printFunction(name, f)}\n`);
    return yield* shell.print(builtin, lines.join(''));
  }
  let status = 0;
  for (const name of names) {
    const v = shell.vars.find(name);
    const dynamic = shell.vars.findDynamic(name);
    if (v !== undefined) yield* shell.print(builtin, `${declaration(name, v)}\n`);
    else if (dynamic !== undefined)
      yield* shell.print(
        builtin,
        `${declaration(name, { ...newVariable(dynamic.get()), indexed: dynamic.list === undefined ? undefined : SparseArray.of(dynamic.list().map((x, i) => [i, x])) })}\n`,
      );
    else {
      yield* shell.complain(`${builtin}: ${name}: not found`);
      status = 1;
    }
  }
  return status;
}

function sortedFunctions(shell: Shell) {
  return [...shell.functions].sort(([a], [b]) => (a < b ? -1 : 1));
}

function* declareFunctions(shell: Shell, builtin: string, names: readonly string[], { on, off }: Attributes): Sys<number> {
  const flags = (name: string): string =>
    `-f${shell.readonlyFunctions.has(name) ? 'r' : ''}${shell.functions.get(name)?.exported ? 'x' : ''}`;
  if (names.length === 0) {
    const lines = sortedFunctions(shell).map(([name, f]) =>
      on.has('F') ? `declare ${flags(name)} ${name}\n` : `${printFunction(name, f)}\n`,
    );
    return yield* shell.print(builtin, lines.join(''));
  }
  let status = 0;
  for (const name of names) {
    const f = shell.functions.get(name);
    if (f === undefined) status = 1;
    else if (on.has('x') || off.has('x')) f.exported = on.has('x');
    else if (on.has('r')) shell.readonlyFunctions.add(name);
    else yield* shell.print(builtin, on.has('F') ? `${name}\n` : `${printFunction(name, f)}\n`);
  }
  return status;
}

/** export and readonly: marks, or lists. */
function* mark(shell: Shell, builtin: 'export' | 'readonly', args: readonly string[]): Sys<number> {
  const { attributes, rest, bad } = readAttributes(args, builtin === 'export' ? 'fnp' : 'aAfp');
  if (bad !== undefined) return yield* invalid(shell, builtin, bad);
  const { on } = attributes;
  const operands = args.slice(rest);
  if (operands.length === 0) {
    const lines = shell.vars
      .all()
      .filter(([, v]) => (builtin === 'export' ? v.exported : v.readonly))
      .map(([name, v]) => (shell.flavour.kind === 'ash' ? `${builtin} ${posixAssignment(name, v.value)}\n` : `${declaration(name, v)}\n`));
    return yield* shell.print(builtin, lines.join(''));
  }
  let status = 0;
  for (let i = 0; i < operands.length; i++) {
    const word = operands[i] as string;
    if (on.has('f')) {
      const f = shell.functions.get(word);
      if (f === undefined) {
        yield* shell.complain(`${builtin}: ${word}: not a function`);
        status = 1;
      } else if (builtin === 'export') f.exported = !on.has('n');
      else shell.readonlyFunctions.add(word);
      continue;
    }
    const match = ARGUMENT.exec(word);
    if (match === null || match[2] !== undefined) {
      yield* shell.complain(`${builtin}: \`${word}': not a valid identifier`);
      status = 1;
      continue;
    }
    const letters = new Set(on);
    letters.delete('n');
    letters.delete('p');
    if (builtin === 'export' && !on.has('n')) letters.add('x');
    const drop = new Set(builtin === 'export' && on.has('n') ? ['x'] : []);
    if (!(yield* declareOne(shell, builtin, word, 1 + rest + i, { on: letters, off: drop }, false))) status = 1;
  }
  return status;
}

const unset: Builtin = function* (shell, args) {
  const options = yield* parseOptions(shell, 'unset', args, 'fvn');
  if (options === undefined) return 2;
  const { flags, operands } = options;
  let status = 0;
  for (const word of operands) {
    if (flags.has('f')) {
      shell.functions.delete(word);
      continue;
    }
    const element = /^([A-Za-z_]\w*)\[([\s\S]*)\]$/.exec(word);
    if (element === null && !IDENTIFIER.test(word)) {
      if (shell.functions.delete(word) || !flags.has('v')) continue;
      yield* shell.complain(`unset: \`${word}': not a valid identifier`);
      status = 1;
      continue;
    }
    let error: AssignmentError | undefined;
    if (element !== null) {
      const [, name = '', key = ''] = element;
      if ((key === '@' || key === '*') && shell.vars.find(name)?.keyed === undefined) error = shell.vars.unset(name);
      else error = shell.vars.unsetElement(name, key);
    } else {
      const name = flags.has('n') ? word : shell.vars.target(word);
      if (!flags.has('v') && shell.vars.find(name) === undefined && shell.vars.findDynamic(name) === undefined)
        shell.functions.delete(word);
      else error = shell.vars.unset(name);
    }
    if (error === undefined) continue;
    yield* shell.complain(`unset: ${error.name}: ${error.text}`);
    status = 1;
  }
  return status;
};

export const declareBuiltins: Readonly<Record<string, Builtin>> = {
  declare,
  typeset: declare,
  local: declare,
  *export(shell, args) {
    return yield* mark(shell, 'export', args);
  },
  *readonly(shell, args) {
    return yield* mark(shell, 'readonly', args);
  },
  unset,
};
