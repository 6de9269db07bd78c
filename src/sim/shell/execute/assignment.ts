import type { Sys } from '../../machine/process.ts';
import { ArithmeticError } from '../arithmetic/arithmetic.ts';
import { ExpansionFailed } from '../control-flow.ts';
import { expandText, expandWords } from '../expansion/expand.ts';
import { expandSubscript } from '../expansion/parameter.ts';
import { type ArrayValue, type Assignment, type Word, wordOf } from '../grammar.ts';
import type { Shell } from '../shell.ts';
import { AssignmentError } from '../variables.ts';

/** Makes an assignment that stands alone or before a builtin: name=value, name+=value, name[i]=value, name=(…). Its trace text. */
export function* assign(shell: Shell, node: Assignment): Sys<string> {
  const { name, append = false, value } = node;
  const operator = append ? '+=' : '=';
  let error: AssignmentError | undefined;
  let trace: string;
  if (value.type === 'ArrayValue') {
    error = yield* assignArray(shell, name, value, append);
    trace = `${name}${operator}${shell.source.text.slice(value.pos, value.end) || '()'}`;
  } else {
    const text = value.text === '' ? '' : yield* expandText(shell, value, 'assignment');
    try {
      if (node.index !== undefined) {
        const key = yield* expandSubscript(shell, name, node.index);
        error = shell.vars.setElement(name, key, text, append);
        trace = `${name}[${node.index.text}]${operator}${text}`;
      } else {
        error = shell.vars.set(name, text, append);
        trace = `${name}${operator}${text}`;
      }
    } catch (thrown) {
      if (!(thrown instanceof ArithmeticError)) throw thrown;
      yield* shell.complain(thrown.text);
      throw new ExpansionFailed(1);
    }
  }
  if (error !== undefined) yield* refuse(shell, error);
  return trace;
}

export function* refuse(shell: Shell, error: AssignmentError): Sys<never> {
  yield* shell.complain(`${error.name}: ${error.text}`);
  throw new ExpansionFailed(1);
}

/** name=(…): positional elements and [key]=value ones. */
export function* assignArray(shell: Shell, name: string, value: ArrayValue, append: boolean): Sys<AssignmentError | undefined> {
  const target = shell.vars.target(name);
  const existing = shell.vars.find(target);
  if (existing?.readonly === true) return new AssignmentError(name, 'readonly variable');
  const keyed = existing?.keyed !== undefined;
  // All elements are expanded before the array changes: a=("${a[@]}" x).
  const elements: { key: string | undefined; append: boolean; value: string }[] = [];
  for (const word of value.elements) {
    const entry = subscripted(word);
    if (entry === undefined) {
      for (const text of yield* expandWords(shell, [word])) elements.push({ key: undefined, append: false, value: text });
      continue;
    }
    const keyWord = wordOf(entry.key);
    const key =
      keyWord === undefined ? '' : keyed ? yield* expandText(shell, keyWord, 'none') : yield* expandSubscript(shell, name, keyWord);
    const valueWord = entry.value === '' ? undefined : wordOf(entry.value);
    elements.push({ key, append: entry.append, value: valueWord === undefined ? '' : yield* expandText(shell, valueWord, 'assignment') });
  }
  const v = shell.vars.forAssignment(target);
  if (keyed) {
    const map = shell.vars.toKeyed(v);
    if (!append) map.clear();
    // A list without subscripts is taken as key value key value.
    const bare = elements.filter((e) => e.key === undefined);
    for (let i = 0; i < bare.length; i += 2) map.set(bare[i]?.value ?? '', shell.vars.attributed(v, bare[i + 1]?.value ?? '', undefined));
    for (const e of elements)
      if (e.key !== undefined) map.set(e.key, shell.vars.attributed(v, e.value, e.append ? map.get(e.key) : undefined));
    return undefined;
  }
  const map = shell.vars.toIndexed(v);
  let next = 0;
  if (append) next = map.last + 1;
  else map.clear();
  for (const e of elements) {
    if (e.key !== undefined) {
      const index = Number(e.key);
      if (index < 0 && next + index < 0) return new AssignmentError(`[${e.key}]=${e.value}`, 'bad array subscript');
      next = index < 0 ? next + index : index;
    }
    map.set(next, shell.vars.attributed(v, e.value, e.append ? map.get(next) : undefined));
    next++;
  }
  shell.vars.onChange(target);
  return undefined;
}

/** `[key]=value` and `[key]+=value` among an array's elements. */
function subscripted(word: Word): { key: string; append: boolean; value: string } | undefined {
  const text = word.text;
  if (!text.startsWith('[')) return undefined;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '\\') i++;
    else if (c === "'" || c === '"') {
      const close = text.indexOf(c, i + 1);
      if (close < 0) return undefined;
      i = close;
    } else if (c === '[') depth++;
    else if (c === ']' && --depth === 0) {
      const rest = text.slice(i + 1);
      if (rest.startsWith('=')) return { key: text.slice(1, i), append: false, value: rest.slice(1) };
      if (rest.startsWith('+=')) return { key: text.slice(1, i), append: true, value: rest.slice(2) };
      return undefined;
    }
  }
  return undefined;
}

/** The value of an assignment before a command; of a readonly variable it is refused, and the command runs without it. */
export function* temporaryValue(shell: Shell, node: Assignment): Sys<[string, string]> {
  const { name, value } = node;
  const text =
    value.type === 'ArrayValue'
      ? shell.source.text.slice(value.pos, value.end)
      : value.text === ''
        ? ''
        : yield* expandText(shell, value, 'assignment');
  const old = shell.vars.find(name);
  if (old?.readonly === true) {
    yield* shell.complain(`${name}: readonly variable`);
    return [name, shell.vars.get(name) ?? ''];
  }
  return [name, node.append === true ? (shell.vars.get(name) ?? '') + text : text];
}
