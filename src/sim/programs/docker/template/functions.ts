// The functions that every template may call (text/template/funcs.go, Go 1.19).

import { decodeText, encodeText } from '../../../shell/bytes-of-text.ts';
import { isPrintable } from './lex.ts';
import { byteLength, type Printer } from './print.ts';
import {
  ANY,
  canBeNil,
  elemOf,
  entriesOf,
  equals,
  type GoType,
  type GoValue,
  goBool,
  goInt,
  goString,
  isAssignable,
  isComparable,
  isSigned,
  isUnsigned,
  itemsOf,
  type MaybeValue,
  STRING,
  UINT8,
  zeroOf,
} from './value.ts';

/** A function of a template. `variadic` is the type of all arguments beyond `parameters`. */
export interface GoFunction {
  readonly parameters: readonly GoType[];
  readonly variadic?: GoType;
  /** Throws {@link FunctionError}. */
  call(args: readonly MaybeValue[], printer: Printer): MaybeValue;
}

/** What a function refuses: `error calling index: …`. */
export class FunctionError {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** A parameter that takes a value as it is, even none (Go's reflect.Value). */
export const VALUE: GoType = { ...ANY, name: 'reflect.Value' };

function fail(message: string): never {
  throw new FunctionError(message);
}

/** What an interface holds. */
export function indirectInterface(value: MaybeValue): MaybeValue {
  return value?.type.kind === 'interface' ? elemOf(value) : value;
}

/** Goes through pointers and interfaces, as far as there is something. */
export function indirect(value: MaybeValue): { readonly value: MaybeValue; readonly isNil: boolean } {
  let at = value;
  while (at !== undefined && (at.type.kind === 'ptr' || at.type.kind === 'interface')) {
    if (at.data === null) return { value: at, isNil: true };
    at = at.data as GoValue;
  }
  return { value: at, isNil: false };
}

/** What `if` thinks of a value. */
export function isTrue(value: MaybeValue): boolean {
  if (value === undefined) return false;
  const { kind } = value.type;
  if (kind === 'struct' || kind === 'complex128') return true;
  if (kind === 'map') return entriesOf(value).size > 0;
  if (kind === 'slice' || kind === 'array') return itemsOf(value).length > 0;
  return value.data !== null && value.data !== false && value.data !== 0 && value.data !== '';
}

/** An index into what has `length` elements. */
function indexOf(index: MaybeValue, length: number): number {
  if (index === undefined) fail('cannot index slice/array with nil');
  if (!isSigned(index.type.kind) && !isUnsigned(index.type.kind)) fail(`cannot index slice/array with type ${index.type.name}`);
  const at = index.data as number;
  if (at < 0 || at > length) fail(`index out of range: ${at}`);
  return at;
}

function index(args: readonly MaybeValue[]): MaybeValue {
  let item = indirectInterface(args[0]);
  if (item === undefined) fail('index of untyped nil');
  for (const given of args.slice(1)) {
    const key = indirectInterface(given);
    const target = indirect(item);
    if (target.isNil) fail('index of nil pointer');
    const value = target.value as GoValue;
    const { kind } = value.type;
    if (kind === 'map') item = entriesOf(value).get(mapKey(key, value.type.key as GoType)) ?? zeroOf(value.type.elem as GoType);
    else if (kind === 'string') {
      const bytes = encodeText(value.data as string);
      const at = indexOf(key, bytes.length);
      if (at === bytes.length) fail('reflect: string index out of range');
      item = { type: UINT8, data: bytes[at] as number };
    } else if (kind === 'slice' || kind === 'array') {
      const items = itemsOf(value);
      item = items[indexOf(key, items.length)];
      // An index just behind the end passes the check of its range, and reflect panics.
      if (item === undefined) fail(`reflect: ${kind} index out of range`);
    } else fail(`can't index item of type ${value.type.name}`);
  }
  return item;
}

function mapKey(key: MaybeValue, type: GoType): string {
  if (key === undefined) {
    if (!canBeNil(type)) fail(`value is nil; should be of type ${type.name}`);
    return '';
  }
  if (!isAssignable(key.type, type)) fail(`value has type ${key.type.name}; should be ${type.name}`);
  return key.data as string;
}

function slice(args: readonly MaybeValue[]): MaybeValue {
  const item = indirectInterface(args[0]);
  if (item === undefined) fail('slice of untyped nil');
  if (args.length > 4) fail(`too many slice indexes: ${args.length - 1}`);
  const { kind } = item.type;
  if (kind === 'string' && args.length === 4) fail('cannot 3-index slice a string');
  if (kind !== 'string' && kind !== 'slice' && kind !== 'array') fail(`can't slice item of type ${item.type.name}`);
  const bytes = kind === 'string' ? encodeText(item.data as string) : undefined;
  const length = bytes?.length ?? itemsOf(item).length;
  const at = args.slice(1).map((given) => indexOf(indirectInterface(given), length));
  const [from = 0, to = length, capacity] = at;
  if (at.length > 1 && from > to) fail(`invalid slice index: ${from} > ${to}`);
  if (capacity !== undefined && to > capacity) fail(`invalid slice index: ${to} > ${capacity}`);
  if (bytes !== undefined) return { type: item.type, data: decodeText(bytes.subarray(from, to)) };
  return { type: item.type, data: itemsOf(item).slice(from, to) };
}

function length(value: MaybeValue): MaybeValue {
  const target = indirect(value);
  if (target.isNil) fail('len of nil pointer');
  const item = target.value;
  if (item === undefined) fail('len of untyped nil');
  if (item.type.kind === 'string') return goInt(byteLength(item.data as string));
  if (item.type.kind === 'map') return goInt(entriesOf(item).size);
  if (item.type.kind === 'slice' || item.type.kind === 'array') return goInt(itemsOf(item).length);
  return fail(`len of type ${item.type.name}`);
}

type BasicKind = 'bool' | 'int' | 'uint' | 'float' | 'complex' | 'string';

function basicKind(value: MaybeValue): BasicKind | undefined {
  if (value === undefined) return undefined;
  const { kind } = value.type;
  if (isSigned(kind)) return 'int';
  if (isUnsigned(kind)) return 'uint';
  if (kind === 'float64') return 'float';
  if (kind === 'complex128') return 'complex';
  return kind === 'bool' || kind === 'string' ? kind : undefined;
}

const INCOMPATIBLE = 'incompatible types for comparison';
const integers = (a: BasicKind | undefined, b: BasicKind | undefined) => (a === 'int' || a === 'uint') && (b === 'int' || b === 'uint');

function mustCompare(value: MaybeValue, printer: Printer): void {
  if (value !== undefined && !isComparable(value.type)) fail(`non-comparable type ${printer.sprint([value])}: ${value.type.name}`);
}

/** `eq a b c`: is a equal to one of the others? */
function equalToAny(args: readonly MaybeValue[], printer: Printer): boolean {
  const first = indirectInterface(args[0]);
  mustCompare(first, printer);
  if (args.length < 2) fail('missing argument for comparison');
  const firstKind = basicKind(first);
  for (const given of args.slice(1)) {
    const other = indirectInterface(given);
    const kind = basicKind(other);
    if (firstKind !== kind && !integers(firstKind, kind)) {
      if (first !== undefined && other !== undefined) fail(INCOMPATIBLE);
      continue;
    }
    if (firstKind === undefined) {
      mustCompare(other, printer);
      if (first === other || (first !== undefined && other !== undefined && equals(first, other))) return true;
    } else if (firstKind === 'complex' ? equals(first as GoValue, other as GoValue) : first?.data === other?.data) return true;
  }
  return false;
}

function isLess(a: MaybeValue, b: MaybeValue): boolean {
  const [x, y] = [indirectInterface(a), indirectInterface(b)];
  const [kind, other] = [basicKind(x), basicKind(y)];
  if (kind === undefined || other === undefined) fail('invalid type for comparison');
  if (kind !== other && !integers(kind, other)) fail(INCOMPATIBLE);
  if (kind === 'bool' || kind === 'complex') fail('invalid type for comparison');
  return (x?.data as number | string) < (y?.data as number | string);
}

function printable(value: MaybeValue): MaybeValue {
  const target = value?.type.kind === 'ptr' ? indirect(value).value : value;
  return target ?? goString('<no value>');
}

/** The arguments of html, js and urlquery as one text. */
function asText(args: readonly MaybeValue[], printer: Printer): string {
  const only = args.length === 1 ? indirectInterface(args[0]) : undefined;
  if (only?.type.name === 'string') return only.data as string;
  return printer.sprint(args.map(printable));
}

const HTML: Readonly<Record<string, string>> = { '"': '&#34;', "'": '&#39;', '&': '&amp;', '<': '&lt;', '>': '&gt;', '\0': '\ufffd' };
const JS: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
};

function escapeJs(c: string): string {
  const code = c.codePointAt(0) ?? 0;
  const known = JS[c];
  if (known !== undefined) return known;
  return code >= 0x20 && (code < 0x80 || isPrintable(c)) ? c : `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** net/url.QueryEscape. */
function escapeQuery(s: string): string {
  let out = '';
  for (const byte of encodeText(s)) {
    const c = String.fromCharCode(byte);
    if (c === ' ') out += '+';
    else out += /[A-Za-z0-9_.~-]/.test(c) ? c : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}

const anything = (call: (args: readonly MaybeValue[], printer: Printer) => MaybeValue): GoFunction => ({
  parameters: [],
  variadic: ANY,
  call,
});
const comparison = (test: (a: MaybeValue, b: MaybeValue, printer: Printer) => boolean): GoFunction => ({
  parameters: [VALUE, VALUE],
  call: ([a, b], printer) => goBool(test(a, b, printer)),
});
const values = (call: (args: readonly MaybeValue[], printer: Printer) => MaybeValue): GoFunction => ({
  parameters: [VALUE],
  variadic: VALUE,
  call,
});

/** `and` and `or` are evaluated only as far as needed; what stands here is their type. */
const lazy = values((args) => args[0]);

export const BUILTIN_FUNCTIONS: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ['and', lazy],
  ['or', lazy],
  ['not', { parameters: [VALUE], call: ([value]) => goBool(!isTrue(indirectInterface(value))) }],
  ['len', { parameters: [VALUE], call: ([value]) => length(value) }],
  ['index', values(index)],
  ['slice', values(slice)],
  // There are no functions among the values of our documents.
  [
    'call',
    values(([given]) => {
      const value = indirectInterface(given);
      return fail(value === undefined ? 'call of nil' : `non-function of type ${value.type.name}`);
    }),
  ],
  ['eq', values((args, printer) => goBool(equalToAny(args, printer)))],
  ['ne', comparison((a, b, printer) => !equalToAny([a, b], printer))],
  ['lt', comparison((a, b) => isLess(a, b))],
  ['le', comparison((a, b, printer) => isLess(a, b) || equalToAny([a, b], printer))],
  ['gt', comparison((a, b, printer) => !isLess(a, b) && !equalToAny([a, b], printer))],
  ['ge', comparison((a, b) => !isLess(a, b))],
  ['print', anything((args, printer) => goString(printer.sprint(args)))],
  ['println', anything((args, printer) => goString(printer.sprintln(args)))],
  [
    'printf',
    { parameters: [STRING], variadic: ANY, call: ([format, ...args], printer) => goString(printer.sprintf(format?.data as string, args)) },
  ],
  ['html', anything((args, printer) => goString(asText(args, printer).replace(/["'&<>\0]/g, (c) => HTML[c] as string)))],
  ['js', anything((args, printer) => goString([...asText(args, printer)].map(escapeJs).join('')))],
  ['urlquery', anything((args, printer) => goString(escapeQuery(asText(args, printer))))],
]);
