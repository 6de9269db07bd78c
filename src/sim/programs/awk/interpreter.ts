import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, Exit, reason } from '../lib/command.ts';
import { openInput } from '../lib/input.ts';
import type { Expr, Func, Program, Redirect, Stmt, Target } from './ast.ts';
import { callBuiltin } from './builtins.ts';
import { RecordReader, Streams } from './io.ts';
import { AwkRecord, awkRegex } from './record.ts';
import { compareValues, input, toBoolean, toNumber, toText, type Value } from './value.ts';

export type AwkArray = Map<string, Value>;
/** What a name in a function may be: a value, or an array that the caller passed. */
type Local = { value: Value; array: AwkArray | undefined };

type Signal = 'next' | 'nextfile' | 'break' | 'continue' | 'exit' | 'return' | undefined;
const MAX_CALLS = 200;
const STATEMENTS_A_TURN = 2_000;

/** Runs an awk program. */
export class Interpreter {
  readonly c: Command;
  readonly streams: Streams;
  readonly record: AwkRecord;
  readonly #program: Program;
  readonly #globals = new Map<string, Value>();
  readonly #arrays = new Map<string, AwkArray>();
  #locals: Map<string, Local> | undefined;
  #depth = 0;
  #statements = 0;
  #exitStatus = 0;
  #returned: Value;
  /** Which range patterns are between their two ends. */
  readonly #inRange = new Set<number>();
  #reader: { readonly reader: RecordReader; readonly fd: number } | undefined;
  #nextArgument = 1;
  #usedFile = false;
  randomSeed = 0;

  constructor(c: Command, program: Program) {
    this.c = c;
    this.#program = program;
    this.streams = new Streams(c);
    this.record = new AwkRecord(() => ({ fs: this.text('FS'), ofs: this.text('OFS'), paragraphs: this.text('RS') === '' }));
    for (const [name, value] of Object.entries({
      FS: ' ',
      OFS: ' ',
      ORS: '\n',
      RS: '\n',
      SUBSEP: '\x1c',
      CONVFMT: '%.6g',
      OFMT: '%.6g',
      NR: 0,
      FNR: 0,
      RSTART: 0,
      RLENGTH: -1,
      FILENAME: '',
    })) {
      this.#globals.set(name, value);
    }
    this.#arrays.set('ENVIRON', new Map([...c.p.env].map(([name, value]) => [name, input(value)])));
  }

  /** ARGV, ARGC. */
  setArguments(args: readonly string[]): void {
    this.#globals.set('ARGC', args.length);
    this.#arrays.set('ARGV', new Map(args.map((arg, i) => [String(i), input(arg)])));
  }

  *run(): Sys<number> {
    const { rules } = this.#program;
    let signal: Signal;
    for (const { pattern, action } of rules) {
      if (pattern !== 'BEGIN' || action === undefined || signal === 'exit') continue;
      signal = yield* this.#exec(action);
    }
    const reads = rules.some(({ pattern }) => pattern !== 'BEGIN');
    if (signal !== 'exit' && reads) {
      while (signal !== 'exit') {
        const record = yield* this.nextMain();
        if (record === undefined) break;
        this.record.set(record);
        signal = yield* this.#rules();
      }
    }
    if (!this.#ending) {
      this.#ending = true;
      for (const { pattern, action } of rules) {
        if (pattern !== 'END' || action === undefined || (signal === 'exit' && this.#exitedInEnd)) continue;
        if (signal === 'exit' && !reads) break;
        signal = yield* this.#exec(action);
        if (signal === 'exit') this.#exitedInEnd = true;
      }
    }
    yield* this.streams.closeAll();
    return this.#exitStatus;
  }

  #ending = false;
  #exitedInEnd = false;

  *#rules(): Sys<Signal> {
    for (const [i, { pattern, action }] of this.#program.rules.entries()) {
      if (pattern === 'BEGIN' || pattern === 'END' || !(yield* this.#selects(i, pattern))) continue;
      if (action === undefined) {
        yield* this.c.print(this.record.text + this.text('ORS'));
        continue;
      }
      const signal = yield* this.#exec(action);
      if (signal === 'nextfile') this.#endFile();
      if (signal === 'exit') return 'exit';
      if (signal !== undefined) return undefined;
    }
    return undefined;
  }

  *#selects(i: number, pattern: readonly Expr[]): Sys<boolean> {
    const [first, second] = pattern;
    if (first === undefined) return true;
    if (second === undefined) return toBoolean(yield* this.eval(first));
    if (!this.#inRange.has(i)) {
      if (!toBoolean(yield* this.eval(first))) return false;
      this.#inRange.add(i);
    }
    if (toBoolean(yield* this.eval(second))) this.#inRange.delete(i);
    return true;
  }

  // Input.

  #endFile(): void {
    if (this.#reader !== undefined && this.#reader.fd !== 0) this.c.p.close(this.#reader.fd);
    this.#reader = undefined;
  }

  /** The next record of the files on the command line (or standard input), counted in NR and FNR. */
  *nextMain(): Sys<string | undefined> {
    for (;;) {
      if (this.#reader === undefined && !(yield* this.#openNext())) return undefined;
      const record = yield* (this.#reader as { reader: RecordReader }).reader.next(this.text('RS'));
      if (record !== undefined) {
        this.#globals.set('NR', toNumber(this.#globals.get('NR')) + 1);
        this.#globals.set('FNR', toNumber(this.#globals.get('FNR')) + 1);
        return record;
      }
      this.#endFile();
    }
  }

  *#openNext(): Sys<boolean> {
    const argv = this.#arrays.get('ARGV');
    for (; this.#nextArgument < toNumber(this.#globals.get('ARGC')); this.#nextArgument++) {
      const name = toText(argv?.get(String(this.#nextArgument)), '%.6g');
      if (name === '') continue;
      if (this.assignArgument(name)) continue;
      this.#nextArgument++;
      this.#usedFile = true;
      const fd = name === '/dev/stdin' ? 0 : openInput(this.c.p, name);
      if (isError(fd)) return yield* this.c.die(2, `cannot open ${name} (${reason(fd)})`);
      this.#globals.set('FILENAME', name);
      this.#globals.set('FNR', 0);
      this.#reader = { reader: new RecordReader(this.c, fd), fd };
      return true;
    }
    if (this.#usedFile) return false;
    this.#usedFile = true;
    this.#reader = { reader: new RecordReader(this.c, 0), fd: 0 };
    return true;
  }

  /** `name=value` among the files or after -v; false if it is none. */
  assignArgument(argument: string): boolean {
    const m = /^([A-Za-z_]\w*)=(.*)$/s.exec(argument);
    if (!m) return false;
    const text = (m[2] as string).replace(
      /\\([nt\\"/rabfv])/g,
      (_, e: string) => ({ n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' })[e] ?? e,
    );
    this.setVariable(m[1] as string, input(text));
    return true;
  }

  // Variables.

  text(name: string): string {
    return toText(this.#globals.get(name), '%.6g');
  }

  get convfmt(): string {
    const format = this.#globals.get('CONVFMT');
    return typeof format === 'string' ? format : '%.6g';
  }

  textOf(value: Value): string {
    return typeof value === 'string' ? value : toText(value, this.convfmt);
  }

  variable(name: string): Value {
    const local = this.#locals?.get(name);
    if (local !== undefined) return local.value;
    return name === 'NF' ? this.record.count : this.#globals.get(name);
  }

  setVariable(name: string, value: Value): void {
    const local = this.#locals?.get(name);
    if (local !== undefined) local.value = value;
    else if (name === 'NF') this.record.count = Math.max(0, Math.trunc(toNumber(value)));
    else this.#globals.set(name, value);
  }

  array(name: string): AwkArray {
    const local = this.#locals?.get(name);
    if (local !== undefined) {
      local.array ??= new Map();
      return local.array;
    }
    let array = this.#arrays.get(name);
    if (array === undefined) {
      array = new Map();
      this.#arrays.set(name, array);
    }
    return array;
  }

  *subscript(subscripts: readonly Expr[]): Sys<string> {
    const parts: string[] = [];
    for (const e of subscripts) parts.push(this.textOf(yield* this.eval(e)));
    return parts.length === 1 ? (parts[0] as string) : parts.join(this.text('SUBSEP'));
  }

  *assign(target: Target, value: Value): Sys<void> {
    if (target.kind === 'variable') this.setVariable(target.name, value);
    else if (target.kind === 'index') {
      const key = yield* this.subscript(target.subscripts);
      this.array(target.name).set(key, value);
    } else this.record.assign(yield* this.#fieldNumber(target.index), this.textOf(value));
  }

  *#fieldNumber(index: Expr): Sys<number> {
    const n = Math.trunc(toNumber(yield* this.eval(index)));
    return n < 0 ? yield* this.c.die(2, `trying to access out of range field ${n}`) : n;
  }

  // Statements.

  *#exec(s: Stmt): Sys<Signal> {
    if (++this.#statements % STATEMENTS_A_TURN === 0) yield* this.c.p.turn();
    switch (s.kind) {
      case 'expr':
        yield* this.eval(s.expr);
        return undefined;
      case 'print':
      case 'printf':
        yield* this.#print(s.kind, s.args, s.redirect);
        return undefined;
      case 'block':
        for (const inner of s.body) {
          const signal = yield* this.#exec(inner);
          if (signal !== undefined) return signal;
        }
        return undefined;
      case 'if':
        if (toBoolean(yield* this.eval(s.condition))) return yield* this.#exec(s.yes);
        return s.no === undefined ? undefined : yield* this.#exec(s.no);
      case 'while':
      case 'do':
      case 'for':
        return yield* this.#loop(s);
      case 'for-in': {
        for (const key of [...this.array(s.array).keys()]) {
          this.setVariable(s.variable, input(key));
          const signal = yield* this.#exec(s.body);
          if (signal === 'break') break;
          if (signal !== undefined && signal !== 'continue') return signal;
        }
        return undefined;
      }
      case 'exit':
        if (s.value !== undefined) this.#exitStatus = Math.trunc(toNumber(yield* this.eval(s.value))) & 0xff;
        return 'exit';
      case 'return':
        this.#returned = s.value === undefined ? undefined : yield* this.eval(s.value);
        return 'return';
      case 'delete':
        if (s.subscripts === undefined) this.array(s.name).clear();
        else this.array(s.name).delete(yield* this.subscript(s.subscripts));
        return undefined;
      default:
        return s.kind;
    }
  }

  *#loop(s: Extract<Stmt, { kind: 'while' | 'do' | 'for' }>): Sys<Signal> {
    if (s.kind === 'for' && s.init !== undefined) yield* this.#exec(s.init);
    let first = s.kind === 'do';
    for (;;) {
      if (++this.#statements % STATEMENTS_A_TURN === 0) yield* this.c.p.turn();
      if (!first && s.condition !== undefined && !toBoolean(yield* this.eval(s.condition))) return undefined;
      first = false;
      const signal = yield* this.#exec(s.body);
      if (signal === 'break') return undefined;
      if (signal !== undefined && signal !== 'continue') return signal;
      if (s.kind === 'for' && s.update !== undefined) yield* this.#exec(s.update);
    }
  }

  *#print(kind: 'print' | 'printf', args: readonly Expr[], redirect: Redirect | undefined): Sys<void> {
    let out: string;
    if (kind === 'printf') out = this.textOf(yield* callBuiltin(this, 'sprintf', args));
    else if (args.length === 0) out = this.record.text + this.text('ORS');
    else {
      const parts: string[] = [];
      const format = this.text('OFMT');
      for (const arg of args) parts.push(toText(yield* this.eval(arg), format));
      out = parts.join(this.text('OFS')) + this.text('ORS');
    }
    if (redirect === undefined) yield* this.c.print(out);
    else yield* this.streams.write(redirect.mode, this.textOf(yield* this.eval(redirect.to)), out);
  }

  // Expressions.

  *eval(e: Expr): Sys<Value> {
    switch (e.kind) {
      case 'number':
      case 'string':
        return e.value;
      case 'variable':
        return this.variable(e.name);
      case 'field':
        return input(this.record.get(e.index.kind === 'number' ? e.index.value : yield* this.#fieldNumber(e.index)));
      case 'regex':
        return awkRegex(e.source).test(this.record.text) ? 1 : 0;
      case 'group':
        if (e.items.length === 1) return yield* this.eval(e.items[0] as Expr);
        return yield* this.subscript(e.items);
      case 'index': {
        const key = yield* this.subscript(e.subscripts);
        const array = this.array(e.name);
        if (!array.has(key)) array.set(key, undefined);
        return array.get(key);
      }
      case 'assign':
        return yield* this.#assignment(e);
      case 'increment': {
        const old = toNumber(yield* this.eval(e.target));
        yield* this.assign(e.target, old + e.delta);
        return e.prefix ? old + e.delta : old;
      }
      case 'unary': {
        const value = yield* this.eval(e.operand);
        if (e.operator === '!') return toBoolean(value) ? 0 : 1;
        return e.operator === '-' ? -toNumber(value) : toNumber(value);
      }
      case 'concat': {
        const left = this.textOf(yield* this.eval(e.left));
        return left + this.textOf(yield* this.eval(e.right));
      }
      case 'binary':
        return yield* this.#binary(e);
      case 'match': {
        const text = this.textOf(yield* this.eval(e.left));
        return (yield* this.regex(e.right)).test(text) !== e.negated ? 1 : 0;
      }
      case 'in':
        return this.array(e.name).has(yield* this.subscript(e.subscripts)) ? 1 : 0;
      case 'ternary':
        return yield* this.eval(toBoolean(yield* this.eval(e.condition)) ? e.yes : e.no);
      case 'call':
        return yield* this.#call(e);
      case 'builtin':
        return yield* callBuiltin(this, e.name, e.args);
      case 'getline':
        return yield* this.#getline(e);
    }
  }

  /** An expression used as a regular expression. */
  *regex(e: Expr, global = false): Sys<RegExp> {
    if (e.kind === 'regex') return awkRegex(e.source, global);
    return awkRegex(this.textOf(yield* this.eval(e)), global);
  }

  *#assignment(e: Extract<Expr, { kind: 'assign' }>): Sys<Value> {
    let value = yield* this.eval(e.value);
    if (e.operator !== '') {
      const old = yield* this.eval(e.target);
      value = this.#arithmetic(e.operator, toNumber(old), toNumber(value));
    }
    yield* this.assign(e.target, value);
    return value;
  }

  *#binary(e: Extract<Expr, { kind: 'binary' }>): Sys<Value> {
    if (e.operator === '&&') return toBoolean(yield* this.eval(e.left)) && toBoolean(yield* this.eval(e.right)) ? 1 : 0;
    if (e.operator === '||') return toBoolean(yield* this.eval(e.left)) || toBoolean(yield* this.eval(e.right)) ? 1 : 0;
    const left = yield* this.eval(e.left);
    const right = yield* this.eval(e.right);
    if (/^[-+*/%^]$/.test(e.operator)) return this.#arithmetic(e.operator, toNumber(left), toNumber(right));
    const order = compareValues(left, right, this.convfmt);
    const holds: Readonly<Record<string, boolean>> = {
      '<': order < 0,
      '<=': order <= 0,
      '==': order === 0,
      '!=': order !== 0,
      '>': order > 0,
      '>=': order >= 0,
    };
    return holds[e.operator] ? 1 : 0;
  }

  #arithmetic(operator: string, a: number, b: number): number {
    switch (operator) {
      case '+':
        return a + b;
      case '-':
        return a - b;
      case '*':
        return a * b;
      case '/':
        return a / b;
      case '%':
        return a % b;
      default:
        return a ** b;
    }
  }

  *#call(e: Extract<Expr, { kind: 'call' }>): Sys<Value> {
    const fn = this.#program.functions.get(e.name) as Func;
    const locals = new Map<string, Local>();
    const lent: { readonly name: string; readonly local: Local }[] = [];
    for (const [i, param] of fn.params.entries()) {
      const arg = e.args[i];
      const local: Local = { value: undefined, array: undefined };
      if (arg?.kind === 'variable') {
        const own = this.#locals?.get(arg.name);
        const array = own?.array ?? (own === undefined ? this.#arrays.get(arg.name) : undefined);
        local.value = this.variable(arg.name);
        local.array = array;
        // A name without a value may turn out to be an array that the function fills.
        if (array === undefined && local.value === undefined) lent.push({ name: arg.name, local });
      } else if (arg !== undefined) local.value = yield* this.eval(arg);
      locals.set(param, local);
    }
    for (const arg of e.args.slice(fn.params.length)) yield* this.eval(arg);
    if (++this.#depth > MAX_CALLS) return yield* this.c.die(2, 'function call nesting too deep');
    const caller = this.#locals;
    this.#locals = locals;
    this.#returned = undefined;
    const signal = yield* this.#exec(fn.body);
    this.#locals = caller;
    this.#depth--;
    for (const { name, local } of lent) {
      if (local.array === undefined) continue;
      const own = caller?.get(name);
      if (own !== undefined) own.array ??= local.array;
      else if (!this.#arrays.has(name)) this.#arrays.set(name, local.array);
    }
    if (signal === 'exit') {
      yield* this.#exitFromFunction();
    }
    const value = this.#returned;
    this.#returned = undefined;
    return value;
  }

  *#exitFromFunction(): Sys<never> {
    yield* this.streams.closeAll();
    throw new Exit(this.#exitStatus);
  }

  *#getline(e: Extract<Expr, { kind: 'getline' }>): Sys<Value> {
    let record: string | undefined | -1;
    if (e.from === 'main') record = yield* this.nextMain();
    else record = yield* this.streams.read(e.from, this.textOf(yield* this.eval(e.source as Expr)), this.text('RS'));
    if (record === -1) return -1;
    if (record === undefined) return 0;
    if (e.from === 'command') this.#globals.set('NR', toNumber(this.#globals.get('NR')) + 1);
    if (e.target === undefined) this.record.set(record);
    else yield* this.assign(e.target, input(record));
    return 1;
  }

  isArrayName(name: string): boolean {
    const local = this.#locals?.get(name);
    return local === undefined ? this.#arrays.has(name) : local.array !== undefined;
  }

  /** A value as a number, for builtins. */
  *number(e: Expr | undefined): Sys<number> {
    return e === undefined ? 0 : toNumber(yield* this.eval(e));
  }

  *string(e: Expr | undefined): Sys<string> {
    return e === undefined ? this.record.text : this.textOf(yield* this.eval(e));
  }
}
