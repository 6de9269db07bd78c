import type { Sys } from '../../machine/process.ts';
import { ExpansionFailed } from '../control-flow.ts';
import type { PartContext } from '../evaluator.ts';
import type { ParameterExpansionPart, ParameterOperation, Word } from '../grammar.ts';
import type { Shell } from '../shell.ts';
import { IDENTIFIER } from '../variables.ts';
import { evaluateText, expandInto, expandText } from './expand.ts';
import { type Collector, PatternCollector, TextCollector } from './fields.ts';
import { changeCase, removeAffix, replacePattern, slice, sliceList } from './parameter-operations.ts';
import { transform } from './parameter-transform.ts';

/** What a parameter stands for: one text, or a list ($@, ${a[*]}). */
type Value =
  | { readonly kind: 'text'; readonly text: string | undefined }
  | { readonly kind: 'list'; readonly items: readonly string[]; readonly star: boolean };

/** $x without braces. */
export function* expandSimple(shell: Shell, name: string, to: Collector, context: PartContext): Sys<void> {
  const value = valueOfParameter(shell, name, undefined);
  if (value.kind === 'text' && value.text === undefined && shell.option('nounset')) yield* unbound(shell, name);
  emit(shell, value, to, context);
}

function valueOfParameter(shell: Shell, name: string, index: string | undefined): Value {
  if (name === '@' || name === '*') return { kind: 'list', items: shell.positional, star: name === '*' };
  if (index === '@' || index === '*') {
    return { kind: 'list', items: shell.vars.entries(name).map(([, v]) => v), star: index === '*' };
  }
  if (index !== undefined) return { kind: 'text', text: shell.element(name, index) };
  return { kind: 'text', text: special(shell, name) ?? (IDENTIFIER.test(name) ? shell.vars.get(name) : undefined) };
}

function special(shell: Shell, name: string): string | undefined {
  switch (name) {
    case '#':
      return String(shell.positional.length);
    case '?':
      return String(shell.status);
    case '$':
      return String(shell.pid);
    case '!':
      return shell.lastBackgroundPid === undefined ? undefined : String(shell.lastBackgroundPid);
    case '-':
      return optionLetters(shell);
    case '0':
      return shell.name;
    case '_':
      return shell.lastArgument;
    default:
      return /^\d+$/.test(name) ? shell.positional[Number(name) - 1] : undefined;
  }
}

const LETTERS: readonly (readonly [string, string])[] = [
  ['allexport', 'a'],
  ['notify', 'b'],
  ['errexit', 'e'],
  ['noglob', 'f'],
  ['hashall', 'h'],
  ['keyword', 'k'],
  ['noexec', 'n'],
  ['privileged', 'p'],
  ['onecmd', 't'],
  ['nounset', 'u'],
  ['verbose', 'v'],
  ['xtrace', 'x'],
  ['braceexpand', 'B'],
  ['noclobber', 'C'],
  ['errtrace', 'E'],
  ['histexpand', 'H'],
  ['physical', 'P'],
  ['functrace', 'T'],
];

/** $-. */
export function optionLetters(shell: Shell): string {
  let out = '';
  for (const [name, letter] of LETTERS) {
    if (letter === 'n' && shell.interactive && shell.subshellLevel === 0) out += 'i';
    if (letter === 'n' && shell.option('monitor')) out += 'm';
    if (shell.option(name)) out += letter;
  }
  return (
    out +
    (shell.inputName === '-c' ? 'c' : '') +
    (shell.interactive || (shell.sourceName === undefined && shell.inputName === undefined) ? 's' : '')
  );
}

function emit(shell: Shell, value: Value, to: Collector, context: PartContext): void {
  if (value.kind === 'text') {
    if (context.quoted) to.quoted(value.text ?? '');
    else if (value.text !== undefined) to.split(value.text);
    return;
  }
  const { items, star } = value;
  if (context.quoted && star) {
    const ifs = shell.vars.get('IFS');
    to.quoted(items.join(ifs === undefined ? ' ' : (ifs[0] ?? '')));
    return;
  }
  if (!context.quoted && star && to instanceof TextCollector) {
    const ifs = shell.vars.get('IFS');
    to.split(items.join(ifs === undefined ? ' ' : (ifs[0] ?? '')));
    return;
  }
  items.forEach((item, i) => {
    if (i > 0) to.boundary(context.quoted);
    if (context.quoted) to.quoted(item);
    else to.split(item);
  });
}

function* unbound(shell: Shell, name: string): Sys<never> {
  yield* shell.complain(shell.flavour.unbound(name));
  throw new ExpansionFailed(fatalStatus(shell), true);
}

/** `bash -c` ends with 127, a script or a subshell with 1. */
function fatalStatus(shell: Shell): number {
  if (!shell.flavour.extended) return shell.flavour.failureStatus;
  return shell.inputName === '-c' && shell.subshellLevel === 0 ? 127 : 1;
}

function* badSubstitution(shell: Shell, part: ParameterExpansionPart): Sys<never> {
  yield* shell.complain(`${part.text}: bad substitution`);
  throw new ExpansionFailed(1);
}

/** ${…} */
export function* expandParameter(shell: Shell, part: ParameterExpansionPart, to: Collector, context: PartContext): Sys<void> {
  let name = part.parameter;
  const operation = part.operation;
  if (operation?.type === 'Unknown' || (name === '' && operation === undefined)) yield* badSubstitution(shell, part);
  let index = part.index === undefined ? undefined : yield* subscript(shell, name, part.index);

  if (part.prefix === '!' && operation?.type === 'Names') {
    const names = shell.vars.names().filter((n) => n.startsWith(name));
    emit(shell, { kind: 'list', items: names, star: operation.operator === '*' }, to, context);
    return;
  }
  if (part.prefix === '!' && (index === '@' || index === '*') && operation === undefined) {
    const keys = shell.vars.entries(name).map(([key]) => key);
    emit(shell, { kind: 'list', items: keys, star: index === '*' }, to, context);
    return;
  }
  if (part.prefix === '#') {
    const value = valueOfParameter(shell, name, index);
    if (value.kind === 'text' && value.text === undefined && shell.option('nounset')) yield* unbound(shell, name);
    const length = value.kind === 'list' ? value.items.length : characters(value.text ?? '');
    emit(shell, { kind: 'text', text: String(length) }, to, context);
    return;
  }
  if (part.prefix === '!') {
    const v = shell.vars.find(name);
    let target: string | undefined;
    if (v?.nameref === true) {
      target = v.value;
      if (operation === undefined) {
        emit(shell, { kind: 'text', text: target }, to, context);
        return;
      }
    } else target = textOf(shell, valueOfParameter(shell, name, index));
    if (target === undefined || target === '') {
      if (operation?.type !== 'Default') {
        yield* shell.complain(target === undefined ? `${name}: invalid indirect expansion` : `${target}: invalid variable name`);
        throw new ExpansionFailed(1);
      }
      name = '';
      index = undefined;
    } else {
      const match = /^([A-Za-z_]\w*|\d+|[@*#?$!_-])(?:\[(.*)\])?$/s.exec(target);
      if (match === null) {
        yield* shell.complain(`${target}: invalid variable name`);
        throw new ExpansionFailed(1);
      }
      name = match[1] as string;
      index = match[2];
    }
  }

  const value = valueOfParameter(shell, name, index);
  if (operation === undefined) {
    if (value.kind === 'text' && value.text === undefined && shell.option('nounset')) {
      yield* unbound(shell, index === undefined ? name : `${name}[${index}]`);
    }
    emit(shell, value, to, context);
    return;
  }
  if (operation.type === 'Default') {
    yield* withDefault(shell, name, index, value, operation, to, context);
    return;
  }
  if (value.kind === 'text' && value.text === undefined && shell.option('nounset') && operation.type !== 'Transform')
    yield* unbound(shell, name);
  emit(shell, yield* operate(shell, part, name, index, value, operation), to, context);
}

/** The text between the brackets: an associative array's key is expanded, an index evaluated later. */
function* subscript(shell: Shell, name: string, index: Word): Sys<string> {
  if (index.text === '@' || index.text === '*') return index.text;
  return yield* expandSubscript(shell, name, index);
}

/** Expands a subscript; `@` and `*` that were quoted or expanded are ordinary keys. */
export function* expandSubscript(shell: Shell, name: string, index: Word): Sys<string> {
  const text = yield* expandText(shell, index, 'none');
  if (shell.vars.find(shell.vars.target(name))?.keyed !== undefined) return text;
  return (yield* evaluateText(shell, text)).toString();
}

function textOf(shell: Shell, value: Value): string | undefined {
  if (value.kind === 'text') return value.text;
  return value.items.length === 0 ? undefined : value.items.join(value.star ? (shell.vars.get('IFS') ?? ' ')[0] : ' ');
}

function characters(text: string): number {
  let n = 0;
  for (const _ of text) n++;
  return n;
}

function* withDefault(
  shell: Shell,
  name: string,
  index: string | undefined,
  value: Value,
  operation: Extract<ParameterOperation, { type: 'Default' }>,
  to: Collector,
  context: PartContext,
): Sys<void> {
  const text = textOf(shell, value);
  const colon = operation.operator.startsWith(':');
  const missing = colon ? text === undefined || text === '' : text === undefined;
  const operandContext: PartContext = context.quoted ? { quoted: true } : { quoted: false, operand: true };
  switch (operation.operator) {
    case '-':
    case ':-':
      if (missing) yield* operand(shell, operation.operand, to, operandContext);
      else emit(shell, value, to, context);
      return;
    case '+':
    case ':+':
      if (!missing) yield* operand(shell, operation.operand, to, operandContext);
      else if (context.quoted && !(value.kind === 'list')) to.quoted('');
      return;
    case '=':
    case ':=': {
      if (!missing) {
        emit(shell, value, to, context);
        return;
      }
      if (!IDENTIFIER.test(name)) {
        yield* shell.complain(`$${name}: cannot assign in this way`);
        throw new ExpansionFailed(1);
      }
      const collector = new TextCollector();
      yield* operand(shell, operation.operand, collector, context.quoted ? { quoted: true } : { quoted: false });
      const error = index === undefined ? shell.vars.set(name, collector.text) : shell.vars.setElement(name, index, collector.text);
      if (error !== undefined) {
        yield* shell.complain(`${error.name}: ${error.text}`);
        throw new ExpansionFailed(1);
      }
      emit(shell, { kind: 'text', text: collector.text }, to, context);
      return;
    }
    default: {
      if (!missing) {
        emit(shell, value, to, context);
        return;
      }
      const collector = new TextCollector();
      yield* operand(shell, operation.operand, collector, { quoted: context.quoted });
      const message = collector.text !== '' ? collector.text : colon ? 'parameter null or not set' : 'parameter not set';
      yield* shell.complain(`${index === undefined ? name : `${name}[${index}]`}: ${message}`);
      throw new ExpansionFailed(fatalStatus(shell), true);
    }
  }
}

function* operand(shell: Shell, word: Word, to: Collector, context: PartContext): Sys<void> {
  if (word.text === '') {
    if (context.quoted) to.quoted('');
    return;
  }
  yield* expandInto(shell, word, to, context, context.quoted ? 'none' : 'word');
}

function* operandPattern(shell: Shell, word: Word): Sys<string> {
  const collector = new PatternCollector();
  yield* expandInto(shell, word, collector, { quoted: false }, 'word');
  return collector.pattern;
}

function* operate(
  shell: Shell,
  part: ParameterExpansionPart,
  name: string,
  index: string | undefined,
  value: Value,
  operation: ParameterOperation,
): Sys<Value> {
  const options = { extglob: shell.shopts.has('extglob'), ignoreCase: shell.shopts.has('nocasematch') };
  const each = (change: (text: string) => string): Value =>
    value.kind === 'list'
      ? { ...value, items: value.items.map(change) }
      : { kind: 'text', text: value.text === undefined ? undefined : change(value.text) };
  switch (operation.type) {
    case 'Remove': {
      const pattern = yield* operandPattern(shell, operation.operand);
      return each((text) => removeAffix(text, pattern, operation.operator, options.extglob));
    }
    case 'Replace': {
      const pattern = yield* operandPattern(shell, operation.pattern);
      const replacement = yield* replacementText(shell, operation.replacement);
      return each((text) => replacePattern(text, pattern, operation.operator, replacement, options));
    }
    case 'CaseModification': {
      const pattern =
        operation.operand === undefined || operation.operand.text === '' ? '?' : yield* operandPattern(shell, operation.operand);
      return each((text) => changeCase(text, pattern, operation.operator, options.extglob));
    }
    case 'Slice': {
      const offset = Number(yield* evaluateText(shell, operation.offset.text));
      const length = operation.length === undefined ? undefined : Number(yield* evaluateText(shell, operation.length.text));
      if (value.kind === 'text') {
        const result = slice(value.text ?? '', offset, length);
        if (result === undefined) {
          yield* shell.complain(`${operation.length?.text.trim() ?? ''}: substring expression < 0`);
          throw new ExpansionFailed(1);
        }
        return { kind: 'text', text: result };
      }
      const entries: readonly [string, string][] =
        index === undefined ? [shell.name, ...value.items].map((item, i) => [String(i), item]) : shell.vars.entries(name);
      if (length !== undefined && length < 0) {
        yield* shell.complain(`${operation.length?.text.trim() ?? ''}: substring expression < 0`);
        throw new ExpansionFailed(1);
      }
      return { ...value, items: sliceList(entries, offset, length, index === undefined) };
    }
    case 'Transform': {
      const result = yield* transform(shell, name, index, value.kind === 'list' ? value.items : value.text, operation.operand.text);
      if (result === undefined) return yield* badSubstitution(shell, part);
      return typeof result === 'string'
        ? { kind: 'text', text: result }
        : { kind: 'list', items: result, star: value.kind === 'list' && value.star };
    }
    default:
      return yield* badSubstitution(shell, part);
  }
}

/** The replacement of ${x/p/r}: an unquoted & stands for what matched (patsub_replacement), so quoted ones come escaped. */
function* replacementText(shell: Shell, word: Word): Sys<string> {
  let out = '';
  const collector: Collector = {
    literal: (text) => {
      out += text;
    },
    split: (text) => {
      out += text;
    },
    quoted: (text) => {
      out += text.replace(/[\\&]/g, '\\$&');
    },
    boundary: () => {
      out += ' ';
    },
  };
  yield* expandInto(shell, word, collector, { quoted: false }, 'word');
  return out;
}
