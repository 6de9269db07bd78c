import type { Sys } from '../../../machine/process.ts';
import { formatValue } from './format.ts';
import { methodOf } from './methods.ts';
import { arithmetic } from './operators.ts';
import { NotRun } from './parser.ts';
import type { Expression, Handler, Statement } from './tree.ts';
import {
  Bytes,
  Dict,
  ERRORS,
  ErrorType,
  equal,
  Float,
  isTrue,
  itemsOf,
  List,
  type Named,
  Native,
  PyError,
  PyFunction,
  raise,
  repr,
  Scope,
  str,
  Thing,
  Tuple,
  typeName,
  type Value,
} from './values.ts';

/** How a statement ended other than by going on. */
type Outcome = undefined | 'break' | 'continue' | { readonly returned: Value };

/** Runs a program's statements. What is refused is a {@link PyError}; what vethlab does not run, {@link NotRun}. */
export class Interpreter {
  readonly #builtins: ReadonlyMap<string, Value>;
  /** A module by its name. */
  readonly #module: (name: string, line: number) => Thing;

  constructor(builtins: ReadonlyMap<string, Value>, module: (name: string, line: number) => Thing) {
    this.#builtins = builtins;
    this.#module = module;
  }

  *run(statements: readonly Statement[], scope: Scope): Sys<void> {
    yield* this.#block(statements, scope, '<module>');
  }

  *call(callee: Value, args: readonly Value[], named: Named = new Map()): Sys<Value> {
    if (callee instanceof Native) return yield* callee.call(args, named);
    if (callee instanceof ErrorType) return new PyError(callee, args[0] === undefined ? '' : str(args[0]));
    if (!(callee instanceof PyFunction)) return raise('TypeError', `'${typeName(callee)}' object is not callable`);
    const scope = new Scope(callee.scope.module);
    if (args.length > callee.parameters.length) {
      raise('TypeError', `${callee.name}() takes ${callee.parameters.length} positional arguments but ${args.length} were given`);
    }
    for (const [name] of named) {
      if (!callee.parameters.some((parameter) => parameter.name === name)) {
        raise('TypeError', `${callee.name}() got an unexpected keyword argument '${name}'`);
      }
    }
    for (const [i, { name, fallback }] of callee.parameters.entries()) {
      const given = args[i] ?? named.get(name);
      if (given !== undefined) scope.names.set(name, given);
      else if (fallback) scope.names.set(name, yield* this.#value(fallback, callee.scope));
      else if (args[i] === null) scope.names.set(name, null);
      else raise('TypeError', `${callee.name}() missing 1 required positional argument: '${name}'`);
    }
    const outcome = yield* this.#block(callee.body, scope, callee.name);
    return typeof outcome === 'object' ? outcome.returned : null;
  }

  *#block(statements: readonly Statement[], scope: Scope, where: string): Sys<Outcome> {
    for (const statement of statements) {
      let outcome: Outcome;
      try {
        outcome = yield* this.#statement(statement, scope, where);
      } catch (thrown) {
        if (thrown instanceof PyError && thrown.trace.at(-1)?.where !== where) thrown.trace.push({ line: statement.line, where });
        throw thrown;
      }
      if (outcome !== undefined) return outcome;
    }
    return undefined;
  }

  *#statement(s: Statement, scope: Scope, where: string): Sys<Outcome> {
    switch (s.kind) {
      case 'expression':
        yield* this.#value(s.value, scope);
        return undefined;
      case 'assign': {
        const value = yield* this.#value(s.value, scope);
        for (const target of s.targets) yield* this.#assign(target, value, scope);
        return undefined;
      }
      case 'augment': {
        const sum = arithmetic(s.operator, yield* this.#value(s.target, scope), yield* this.#value(s.value, scope));
        yield* this.#assign(s.target, sum, scope);
        return undefined;
      }
      case 'import': {
        const module = this.#module(s.as === '' ? (s.module.split('.')[0] as string) : s.module, s.line);
        scope.names.set(s.as || (s.module.split('.')[0] as string), module);
        return undefined;
      }
      case 'from': {
        const module = this.#module(s.module, s.line);
        for (const [name, as] of s.names) {
          const value = module.attribute(name);
          if (value === undefined) throw new NotRun(`'${name}' of the module '${s.module}'`, s.line);
          scope.names.set(as, value);
        }
        return undefined;
      }
      case 'if':
        return yield* this.#block(isTrue(yield* this.#value(s.test, scope)) ? s.then : s.otherwise, scope, where);
      case 'while':
        for (let rounds = 1; isTrue(yield* this.#value(s.test, scope)); rounds++) {
          const outcome = yield* this.#block(s.body, scope, where);
          if (outcome === 'break') break;
          if (typeof outcome === 'object') return outcome;
          if (rounds % 100 === 0) yield { on: 'turn' };
        }
        return undefined;
      case 'for':
        for (const item of itemsOf(yield* this.#value(s.items, scope))) {
          yield* this.#assign(s.target, item, scope);
          const outcome = yield* this.#block(s.body, scope, where);
          if (outcome === 'break') break;
          if (typeof outcome === 'object') return outcome;
        }
        return undefined;
      case 'def': {
        let value: Value = new PyFunction(s.name, s.parameters, s.body, scope);
        for (const decorator of [...s.decorators].reverse()) value = yield* this.call(yield* this.#value(decorator, scope), [value]);
        scope.names.set(s.name, value);
        return undefined;
      }
      case 'return':
        return { returned: s.value ? yield* this.#value(s.value, scope) : null };
      case 'raise': {
        const value = s.value ? yield* this.#value(s.value, scope) : raise('RuntimeError', 'No active exception to reraise');
        throw value instanceof PyError
          ? value
          : value instanceof ErrorType
            ? new PyError(value, '')
            : new PyError(ERRORS.get('TypeError') as ErrorType, 'exceptions must derive from BaseException');
      }
      case 'try':
        return yield* this.#try(s, scope, where);
      case 'global':
        for (const name of s.names) scope.globals.add(name);
        return undefined;
      case 'pass':
        return undefined;
      case 'break':
      case 'continue':
        return s.kind;
    }
  }

  *#try(s: Extract<Statement, { kind: 'try' }>, scope: Scope, where: string): Sys<Outcome> {
    let outcome: Outcome;
    try {
      outcome = yield* this.#block(s.body, scope, where);
      outcome ??= yield* this.#block(s.otherwise, scope, where);
    } catch (thrown) {
      const handler = thrown instanceof PyError ? yield* this.#handlerFor(s.handlers, thrown, scope) : undefined;
      if (!handler || !(thrown instanceof PyError)) {
        yield* this.#block(s.last, scope, where);
        throw thrown;
      }
      if (handler.name !== undefined) scope.names.set(handler.name, thrown);
      outcome = yield* this.#block(handler.body, scope, where);
    }
    return (yield* this.#block(s.last, scope, where)) ?? outcome;
  }

  *#handlerFor(handlers: readonly Handler[], error: PyError, scope: Scope): Sys<Handler | undefined> {
    for (const handler of handlers) {
      if (!handler.types) return handler;
      const types = yield* this.#value(handler.types, scope);
      for (const type of types instanceof Tuple ? types.items : [types]) {
        if (type instanceof ErrorType && error.type.bases.includes(type.name)) return handler;
      }
    }
    return undefined;
  }

  *#assign(target: Expression, value: Value, scope: Scope): Sys<void> {
    if (target.kind === 'name') (scope.globals.has(target.name) ? scope.module : scope).names.set(target.name, value);
    else if (target.kind === 'tuple' || target.kind === 'list') {
      const items = itemsOf(value);
      if (items.length < target.items.length)
        raise('ValueError', `not enough values to unpack (expected ${target.items.length}, got ${items.length})`);
      if (items.length > target.items.length) raise('ValueError', `too many values to unpack (expected ${target.items.length})`);
      for (const [i, inner] of target.items.entries()) yield* this.#assign(inner, items[i] as Value, scope);
    } else if (target.kind === 'index') {
      const object = yield* this.#value(target.object, scope);
      const index = yield* this.#value(target.index, scope);
      if (object instanceof Dict && (typeof index === 'string' || typeof index === 'number')) object.entries.set(index, value);
      else if (object instanceof List && typeof index === 'number') object.items[index < 0 ? index + object.items.length : index] = value;
      else raise('TypeError', `'${typeName(object)}' object does not support item assignment`);
    } else if (target.kind === 'attribute') {
      const object = yield* this.#value(target.object, scope);
      if (!(object instanceof Thing)) return raise('AttributeError', `'${typeName(object)}' object has no attribute '${target.name}'`);
      object.own.set(target.name, value);
    } else throw new NotRun('this assignment', target.line);
  }

  *#value(e: Expression, scope: Scope): Sys<Value> {
    switch (e.kind) {
      case 'constant':
        if (typeof e.value === 'number' && e.isFloat) return new Float(e.value);
        return typeof e.value === 'string' && e.isBytes ? new Bytes(e.value) : e.value;
      case 'name': {
        const found = scope.names.get(e.name) ?? scope.module.names.get(e.name) ?? this.#builtins.get(e.name);
        if (found !== undefined) return found;
        if (scope.names.has(e.name) || scope.module.names.has(e.name)) return null;
        return raise('NameError', `name '${e.name}' is not defined`);
      }
      case 'format': {
        let text = '';
        for (const part of e.parts) {
          if (typeof part === 'string') text += part;
          else {
            const value = yield* this.#value(part.value, scope);
            text += formatValue(part.conversion === 'r' ? repr(value) : part.conversion === 's' ? str(value) : value, part.spec);
          }
        }
        return text;
      }
      case 'list':
        return new List(yield* this.#values(e.items, scope));
      case 'tuple':
        return new Tuple(yield* this.#values(e.items, scope));
      case 'dict': {
        const dict = new Dict();
        for (const [key, item] of e.entries) {
          const name = yield* this.#value(key, scope);
          if (typeof name !== 'string' && typeof name !== 'number') throw new NotRun('a key of this kind', e.line);
          dict.entries.set(name, yield* this.#value(item, scope));
        }
        return dict;
      }
      case 'unary': {
        const value = yield* this.#value(e.operand, scope);
        if (e.operator === 'not') return !isTrue(value);
        return e.operator === '-' ? arithmetic('*', value, -1) : value;
      }
      case 'binary':
        return arithmetic(e.operator, yield* this.#value(e.left, scope), yield* this.#value(e.right, scope));
      case 'logic': {
        const left = yield* this.#value(e.left, scope);
        return isTrue(left) === (e.operator === 'or') ? left : yield* this.#value(e.right, scope);
      }
      case 'compare': {
        let left = yield* this.#value(e.first, scope);
        for (const [operator, expression] of e.rest) {
          const right = yield* this.#value(expression, scope);
          if (!compare(operator, left, right)) return false;
          left = right;
        }
        return true;
      }
      case 'choice':
        return yield* this.#value(isTrue(yield* this.#value(e.test, scope)) ? e.then : e.otherwise, scope);
      case 'attribute':
        return this.#attribute(yield* this.#value(e.object, scope), e.name);
      case 'index':
        return this.#item(yield* this.#value(e.object, scope), yield* this.#value(e.index, scope));
      case 'slice': {
        const object = yield* this.#value(e.object, scope);
        const from = e.from ? yield* this.#value(e.from, scope) : null;
        const to = e.to ? yield* this.#value(e.to, scope) : null;
        const bounds = [from === null ? 0 : Number(from), to === null ? undefined : Number(to)] as const;
        if (typeof object === 'string') return object.slice(...bounds);
        if (object instanceof Bytes) return new Bytes(object.text.slice(...bounds));
        return object instanceof List
          ? new List(object.items.slice(...bounds))
          : raise('TypeError', `'${typeName(object)}' object is not subscriptable`);
      }
      case 'call': {
        const callee = yield* this.#value(e.callee, scope);
        const args = yield* this.#values(e.args, scope);
        const named = new Map<string, Value>();
        for (const [name, value] of e.named) named.set(name, yield* this.#value(value, scope));
        return yield* this.call(callee, args, named);
      }
    }
  }

  *#values(expressions: readonly Expression[], scope: Scope): Sys<Value[]> {
    const values: Value[] = [];
    for (const expression of expressions) values.push(yield* this.#value(expression, scope));
    return values;
  }

  #attribute(object: Value, name: string): Value {
    if (object instanceof Thing) {
      const found = object.own.get(name) ?? object.attribute(name);
      if (found !== undefined) return found;
    }
    return methodOf(object, name) ?? raise('AttributeError', `'${typeName(object)}' object has no attribute '${name}'`);
  }

  #item(object: Value, index: Value): Value {
    if (object instanceof Dict) {
      const found = typeof index === 'string' || typeof index === 'number' ? object.entries.get(index) : undefined;
      return found ?? (found === null ? null : raise('KeyError', repr(index)));
    }
    const items = typeof object === 'string' ? [...object] : object instanceof List || object instanceof Tuple ? object.items : undefined;
    if (!items) return raise('TypeError', `'${typeName(object)}' object is not subscriptable`);
    if (typeof index !== 'number')
      return raise('TypeError', `${typeName(object)} indices must be integers or slices, not ${typeName(index)}`);
    const found = items.at(index);
    return found === undefined
      ? raise('IndexError', `${typeName(object) === 'str' ? 'string' : typeName(object)} index out of range`)
      : found;
  }
}

function compare(operator: string, a: Value, b: Value): boolean {
  switch (operator) {
    case '==':
      return equal(a, b);
    case '!=':
      return !equal(a, b);
    case 'is':
      return a === b;
    case 'is not':
      return a !== b;
    case 'in':
    case 'not in': {
      const inside = typeof b === 'string' ? b.includes(str(a)) : itemsOf(b).some((item) => equal(item, a));
      return inside === (operator === 'in');
    }
    default: {
      const order = (v: Value): number | string | undefined =>
        v instanceof Float ? v.value : typeof v === 'number' || typeof v === 'string' ? v : v instanceof Bytes ? v.text : undefined;
      const [x, y] = [order(a), order(b)];
      if (x === undefined || y === undefined || typeof x !== typeof y) {
        return raise('TypeError', `'${operator}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
      }
      if (operator === '<') return x < y;
      if (operator === '>') return x > y;
      return operator === '<=' ? x <= y : x >= y;
    }
  }
}
