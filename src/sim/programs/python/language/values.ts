import type { Sys } from '../../../machine/process.ts';
import type { Parameter, Statement } from './tree.ts';

/** A number with a fraction; whole numbers are JavaScript's. */
export class Float {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** Bytes, a character each. */
export class Bytes {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export class List {
  readonly items: Value[];
  constructor(items: Value[]) {
    this.items = items;
  }
}

export class Tuple {
  readonly items: readonly Value[];
  constructor(items: readonly Value[]) {
    this.items = items;
  }
}

/** A dictionary with strings and whole numbers as keys. */
export class Dict {
  readonly entries: Map<string | number, Value>;
  constructor(entries: Iterable<readonly [string | number, Value]> = []) {
    this.entries = new Map(entries);
  }
}

export class PyFunction {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
  readonly scope: Scope;
  constructor(name: string, parameters: readonly Parameter[], body: readonly Statement[], scope: Scope) {
    this.name = name;
    this.parameters = parameters;
    this.body = body;
    this.scope = scope;
  }
}

export type Named = ReadonlyMap<string, Value>;

/** A function that vethlab has for the program. */
export class Native {
  readonly name: string;
  readonly call: (args: readonly Value[], named: Named) => Sys<Value>;
  constructor(name: string, call: (args: readonly Value[], named: Named) => Sys<Value>) {
    this.name = name;
    this.call = call;
  }

  /** One that never waits. */
  static of(name: string, call: (args: readonly Value[], named: Named) => Value): Native {
    return new Native(name, function* (args, named) {
      return call(args, named);
    });
  }
}

/** A module, a Flask application, a Redis client: something with attributes; `type` is what Python calls it. */
export class Thing {
  readonly type: string;
  readonly attribute: (name: string) => Value | undefined;
  /** What the program's own statements set. */
  readonly own = new Map<string, Value>();
  constructor(type: string, attribute: (name: string) => Value | undefined) {
    this.type = type;
    this.attribute = attribute;
  }
}

/** A class of exceptions; `bases` are the names an except clause may catch it by. */
export class ErrorType {
  readonly name: string;
  readonly bases: readonly string[];
  constructor(name: string, bases: readonly string[] = []) {
    this.name = name;
    this.bases = [name, ...bases, 'Exception', 'BaseException'];
  }
}

/** An exception: thrown by the interpreter, caught by the program. */
export class PyError {
  readonly type: ErrorType;
  readonly message: string;
  /** Where it passed, innermost first. */
  readonly trace: { readonly line: number; readonly where: string }[] = [];
  constructor(type: ErrorType, message: string) {
    this.type = type;
    this.message = message;
  }
}

export type Value =
  | null
  | boolean
  | number
  | string
  | Float
  | Bytes
  | List
  | Tuple
  | Dict
  | PyFunction
  | Native
  | Thing
  | ErrorType
  | PyError;

/** Names of a function's call, or of the module. */
export class Scope {
  readonly names = new Map<string, Value>();
  readonly globals = new Set<string>();
  readonly module: Scope;
  constructor(module?: Scope) {
    this.module = module ?? this;
  }
}

export const ERRORS: ReadonlyMap<string, ErrorType> = new Map(
  [
    new ErrorType('Exception'),
    new ErrorType('ArithmeticError'),
    new ErrorType('ZeroDivisionError', ['ArithmeticError']),
    new ErrorType('AttributeError'),
    new ErrorType('ImportError'),
    new ErrorType('LookupError'),
    new ErrorType('IndexError', ['LookupError']),
    new ErrorType('KeyError', ['LookupError']),
    new ErrorType('NameError'),
    new ErrorType('OSError'),
    new ErrorType('RuntimeError'),
    new ErrorType('TypeError'),
    new ErrorType('ValueError'),
  ].map((type) => [type.name, type]),
);

export function raise(type: string, message: string): never {
  throw new PyError(ERRORS.get(type) ?? new ErrorType(type), message);
}

export function typeName(value: Value): string {
  if (value === null) return 'NoneType';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return 'int';
  if (typeof value === 'string') return 'str';
  if (value instanceof Thing) return value.type;
  if (value instanceof Float) return 'float';
  if (value instanceof Bytes) return 'bytes';
  if (value instanceof List) return 'list';
  if (value instanceof Tuple) return 'tuple';
  if (value instanceof Dict) return 'dict';
  if (value instanceof PyError) return value.type.name;
  return value instanceof ErrorType ? 'type' : 'function';
}

export function isTrue(value: Value): boolean {
  if (value === null || value === false || value === 0 || value === '') return false;
  if (value instanceof Float) return value.value !== 0;
  if (value instanceof Bytes) return value.text !== '';
  if (value instanceof List || value instanceof Tuple) return value.items.length > 0;
  return value instanceof Dict ? value.entries.size > 0 : true;
}

function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inside = text.replace(/[\\\n\r\t]|[\x00-\x1f\x7f]/g, (c) => {
    const named = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }[c];
    return named ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return mark + (mark === "'" ? inside.replaceAll("'", "\\'") : inside) + mark;
}

/** repr(). */
export function repr(value: Value): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return quote(value);
  if (value instanceof Float)
    return Number.isInteger(value.value) && Math.abs(value.value) < 1e16 ? `${value.value}.0` : String(value.value);
  if (value instanceof Bytes) {
    return `b${quote(value.text).replace(/[\x80-\xff]/g, (c) => `\\x${c.charCodeAt(0).toString(16)}`)}`;
  }
  if (value instanceof List) return `[${value.items.map(repr).join(', ')}]`;
  if (value instanceof Tuple)
    return value.items.length === 1 ? `(${repr(value.items[0] as Value)},)` : `(${value.items.map(repr).join(', ')})`;
  if (value instanceof Dict) return `{${[...value.entries].map(([key, item]) => `${repr(key)}: ${repr(item)}`).join(', ')}}`;
  if (value instanceof PyError) return `${value.type.name}(${quote(value.message)})`;
  if (value instanceof PyFunction) return `<function ${value.name}>`;
  if (value instanceof Native) return `<built-in function ${value.name}>`;
  return value instanceof ErrorType ? `<class '${value.name}'>` : `<${value.type}>`;
}

/** str(). */
export function str(value: Value): string {
  if (typeof value === 'string') return value;
  return value instanceof PyError ? value.message : repr(value);
}

export function equal(a: Value, b: Value): boolean {
  const number = (v: Value): number | undefined =>
    v instanceof Float ? v.value : typeof v === 'number' ? v : typeof v === 'boolean' ? Number(v) : undefined;
  if (number(a) !== undefined) return number(a) === number(b);
  if (a instanceof Bytes && b instanceof Bytes) return a.text === b.text;
  if ((a instanceof List && b instanceof List) || (a instanceof Tuple && b instanceof Tuple)) {
    return a.items.length === b.items.length && a.items.every((item, i) => equal(item, b.items[i] as Value));
  }
  if (a instanceof Dict && b instanceof Dict) return repr(a) === repr(b);
  return a === b;
}

/** What `for` goes through. */
export function itemsOf(value: Value): readonly Value[] {
  if (value instanceof List || value instanceof Tuple) return [...value.items];
  if (value instanceof Dict) return [...value.entries.keys()];
  if (typeof value === 'string') return [...value];
  return raise('TypeError', `'${typeName(value)}' object is not iterable`);
}
