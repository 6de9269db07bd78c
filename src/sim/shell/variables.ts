import { SparseArray } from './sparse-array.ts';

/** A shell variable. Exactly one of `value`, `indexed` and `keyed` counts; none of them means declared but unset. */
export interface Variable {
  value: string | undefined;
  /** Indexed array. */
  indexed: SparseArray | undefined;
  /** Associative array. */
  keyed: Map<string, string> | undefined;
  exported: boolean;
  readonly: boolean;
  integer: boolean;
  lower: boolean;
  upper: boolean;
  /** The value is the name of another variable. */
  nameref: boolean;
}

/** A variable whose value is computed when it is looked at, such as RANDOM. */
export interface DynamicVariable {
  get(): string | undefined;
  /** Elements, when it is an array (PIPESTATUS, FUNCNAME). */
  list?(): readonly string[];
  set?(value: string): void;
}

export function newVariable(value?: string): Variable {
  return {
    value,
    indexed: undefined,
    keyed: undefined,
    exported: false,
    readonly: false,
    integer: false,
    lower: false,
    upper: false,
    nameref: false,
  };
}

function copyVariable(v: Variable): Variable {
  return { ...v, indexed: v.indexed && SparseArray.of(v.indexed), keyed: v.keyed && new Map(v.keyed) };
}

/** A refused assignment; the text is what bash says after the name and a colon. */
export class AssignmentError {
  readonly name: string;
  readonly text: string;
  constructor(name: string, text: string) {
    this.name = name;
    this.text = text;
  }
}

export const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

type Scope = Map<string, Variable>;

/**
 * The variables of one shell: a global table and one more for each function being run. Lookup is dynamic: a function sees the
 * variables of its callers.
 */
export class Variables {
  private scopes: Scope[] = [new Map()];
  private readonly temporary = new WeakSet<Scope>();
  private readonly dynamic = new Map<string, DynamicVariable>();
  /** Counts changes to exported variables, so that the environment is rebuilt only when needed. */
  private environmentCache: Map<string, string> | undefined;
  /** Evaluates the value given to a variable with the integer attribute. */
  evaluate: (expression: string) => string = (e) => e;
  /** Told of every assignment and unset of a scalar (HISTSIZE, PATH, OPTIND… have consequences). */
  onChange: (name: string) => void = () => undefined;

  /** A copy for a subshell. Dynamic variables belong to a shell and are declared anew. */
  clone(): Variables {
    const copy = new Variables();
    copy.scopes = this.scopes.map((scope) => {
      const twin: Scope = new Map([...scope].map(([name, v]) => [name, copyVariable(v)]));
      if (this.temporary.has(scope)) copy.temporary.add(twin);
      return twin;
    });
    return copy;
  }

  declareDynamic(name: string, variable: DynamicVariable): void {
    this.dynamic.set(name, variable);
  }

  /** `temporary`: holds the assignments before a command (`X=1 f`), which are not a function's own variables. */
  pushScope(temporary = false): void {
    const scope: Scope = new Map();
    if (temporary) this.temporary.add(scope);
    this.scopes.push(scope);
  }

  popScope(): void {
    this.scopes.pop();
    this.environmentCache = undefined;
  }

  /** Whether a scope is open besides the global one. */
  get hasInnerScope(): boolean {
    return this.scopes.length > 1;
  }

  /** How many functions' scopes there are. */
  get depth(): number {
    return this.scopes.filter((scope) => !this.temporary.has(scope)).length - 1;
  }

  /** The innermost function's variables, or the global ones. */
  private get local(): Scope {
    return this.scopes.findLast((scope) => !this.temporary.has(scope)) as Scope;
  }

  /** Sets a variable of the temporary scope just pushed. */
  setTemporary(name: string, value: string): void {
    const v = newVariable(value);
    v.exported = true;
    (this.scopes.at(-1) as Scope).set(name, v);
    this.environmentCache = undefined;
    this.onChange(name);
  }

  find(name: string): Variable | undefined {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const v = (this.scopes[i] as Scope).get(name);
      if (v !== undefined) return v;
    }
    return undefined;
  }

  findDynamic(name: string): DynamicVariable | undefined {
    return this.dynamic.get(name);
  }

  /** The name a chain of namerefs ends at; circles end where they started. */
  target(name: string): string {
    let at = name;
    for (let hops = 0; hops < 8; hops++) {
      const v = this.find(at);
      if (v?.nameref !== true || v.value === undefined || v.value === '') return at;
      at = v.value;
    }
    return name;
  }

  /** The scalar value: of an array its element 0. Undefined when unset. */
  get(name: string): string | undefined {
    const d = this.dynamic.get(name);
    if (d !== undefined) return d.get();
    const v = this.find(name);
    if (v === undefined) return undefined;
    if (v.nameref && v.value !== undefined && v.value !== '' && v.value !== name) {
      const target = this.target(name);
      const subscript = /^(.*?)\[(.*)\]$/.exec(target);
      if (subscript !== null) return this.getElement(subscript[1] as string, subscript[2] as string);
      return target === name ? undefined : this.get(target);
    }
    return scalar(v);
  }

  private getElement(name: string, key: string): string | undefined {
    const v = this.find(name);
    if (v?.keyed !== undefined) return v.keyed.get(key);
    return v?.indexed?.get(Number(this.evaluate(key)));
  }

  isSet(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** The variable an assignment without `local` changes: the innermost one, else a new global one. */
  forAssignment(name: string): Variable {
    const found = this.find(name);
    if (found !== undefined) return found;
    const v = newVariable();
    (this.scopes[0] as Scope).set(name, v);
    return v;
  }

  /** A variable of the innermost function, made if it is not there; the caller's value is hidden. */
  declareLocal(name: string): Variable {
    const scope = this.local;
    let v = scope.get(name);
    if (v === undefined) {
      v = newVariable();
      // `X=1 f` and then `local X` inside: the local one starts exported.
      const outer = this.find(name);
      v.exported = outer?.exported ?? false;
      scope.set(name, v);
      this.environmentCache = undefined;
    }
    return v;
  }

  isLocal(name: string): boolean {
    return this.depth > 0 && this.local.has(name);
  }

  declareGlobal(name: string): Variable {
    const scope = this.scopes[0] as Scope;
    let v = scope.get(name);
    if (v === undefined) {
      v = newVariable();
      scope.set(name, v);
    }
    return v;
  }

  /** Assigns a scalar, honouring attributes. */
  set(name: string, value: string, append = false): AssignmentError | undefined {
    const target = this.target(name);
    const subscript = /^(.*?)\[(.*)\]$/.exec(target);
    if (subscript !== null && target !== name) {
      return this.setElement(subscript[1] as string, subscript[2] as string, value, append);
    }
    const d = this.dynamic.get(target);
    if (d !== undefined) {
      d.set?.(append ? (d.get() ?? '') + value : value);
      return undefined;
    }
    return this.setVariable(target, this.forAssignment(target), value, append);
  }

  /** Assigns to a variable found already. */
  setVariable(name: string, v: Variable, value: string, append = false): AssignmentError | undefined {
    if (v.readonly) return new AssignmentError(name, 'readonly variable');
    const old = scalar(v) ?? '';
    const result = this.attributed(v, value, append ? old : undefined);
    if (v.indexed !== undefined) v.indexed.set(0, result);
    else if (v.keyed !== undefined) v.keyed.set('0', result);
    else v.value = result;
    if (v.exported) this.environmentCache = undefined;
    this.onChange(name);
    return undefined;
  }

  /** A value as the variable's attributes (integer, upper, lower) make it. */
  attributed(v: Variable, value: string, old: string | undefined): string {
    if (v.integer) {
      return old === undefined || old === '' ? this.evaluate(value) : this.evaluate(`(${old})+(${value === '' ? '0' : value})`);
    }
    const joined = (old ?? '') + value;
    return v.upper ? joined.toUpperCase() : v.lower ? joined.toLowerCase() : joined;
  }

  /** Assigns one element; the key is an expression for an indexed array and text for an associative one. */
  setElement(name: string, key: string, value: string, append = false): AssignmentError | undefined {
    const base = this.target(name);
    const v = this.forAssignment(base);
    if (v.readonly) return new AssignmentError(base, 'readonly variable');
    if (v.keyed !== undefined) {
      v.keyed.set(key, this.attributed(v, value, append ? v.keyed.get(key) : undefined));
      return undefined;
    }
    const indexed = this.toIndexed(v);
    let index = Number(this.evaluate(key));
    if (index < 0) index += indexed.last + 1;
    if (index < 0) return new AssignmentError(`${name}[${key}]`, 'bad array subscript');
    indexed.set(index, this.attributed(v, value, append ? indexed.get(index) : undefined));
    this.onChange(base);
    return undefined;
  }

  /** Makes a variable an indexed array; a scalar becomes element 0. */
  toIndexed(v: Variable): SparseArray {
    if (v.indexed === undefined) {
      v.indexed = new SparseArray();
      if (v.value !== undefined) v.indexed.set(0, v.value);
      v.value = undefined;
    }
    return v.indexed;
  }

  toKeyed(v: Variable): Map<string, string> {
    if (v.keyed === undefined) {
      v.keyed = new Map();
      if (v.value !== undefined) v.keyed.set('0', v.value);
      v.value = undefined;
    }
    return v.keyed;
  }

  /** Replaces a whole indexed array. */
  setList(name: string, values: readonly string[]): AssignmentError | undefined {
    const base = this.target(name);
    const v = this.forAssignment(base);
    if (v.readonly) return new AssignmentError(base, 'readonly variable');
    v.value = undefined;
    v.keyed = undefined;
    v.indexed = SparseArray.of(values.map((value, i) => [i, this.attributed(v, value, undefined)]));
    return undefined;
  }

  /** Elements in order as [key, value]; a scalar is an array of one. */
  entries(name: string): [string, string][] {
    const d = this.dynamic.get(name);
    if (d !== undefined) {
      const list = d.list?.() ?? (d.get() === undefined ? [] : [d.get() as string]);
      return list.map((value, i) => [String(i), value]);
    }
    const v = this.find(this.target(name));
    if (v === undefined) return [];
    if (v.keyed !== undefined) return [...v.keyed];
    if (v.indexed !== undefined) {
      const { indexed } = v;
      return indexed.indexes().map((i) => [String(i), indexed.get(i) as string]);
    }
    return v.value === undefined ? [] : [['0', v.value]];
  }

  /** Removes a variable, or one of a function's own. */
  unset(name: string): AssignmentError | undefined {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const scope = this.scopes[i] as Scope;
      const v = scope.get(name);
      if (v === undefined) continue;
      if (v.readonly) return new AssignmentError(name, 'cannot unset: readonly variable');
      // A function's own variable stays declared, so that the caller's does not shine through.
      if (i > 0 && i === this.scopes.length - 1) scope.set(name, newVariable());
      else scope.delete(name);
      this.environmentCache = undefined;
      this.onChange(name);
      return undefined;
    }
    this.dynamic.delete(name);
    return undefined;
  }

  unsetElement(name: string, key: string): AssignmentError | undefined {
    const v = this.find(this.target(name));
    if (v === undefined) return undefined;
    if (v.readonly) return new AssignmentError(name, 'cannot unset: readonly variable');
    if (v.keyed !== undefined) v.keyed.delete(key);
    else if (v.indexed !== undefined) {
      let index = Number(this.evaluate(key));
      if (index < 0) index += v.indexed.last + 1;
      v.indexed.delete(index);
    } else if (Number(this.evaluate(key)) === 0) v.value = undefined;
    return undefined;
  }

  export(name: string, on = true): void {
    this.forAssignment(name).exported = on;
    this.environmentCache = undefined;
  }

  /** Attributes were changed from outside. */
  touched(): void {
    this.environmentCache = undefined;
  }

  /** What a program started now gets as its environment. */
  environment(): ReadonlyMap<string, string> {
    if (this.environmentCache !== undefined) return this.environmentCache;
    const result = new Map<string, string>();
    const hidden = new Set<string>();
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      for (const [name, v] of this.scopes[i] as Scope) {
        if (hidden.has(name)) continue;
        hidden.add(name);
        if (v.exported && v.value !== undefined) result.set(name, v.value);
      }
    }
    this.environmentCache = result;
    return result;
  }

  /** Every visible name with its variable, sorted as bash lists them. */
  all(): [string, Variable][] {
    const seen = new Map<string, Variable>();
    for (const scope of this.scopes) for (const [name, v] of scope) seen.set(name, v);
    return [...seen].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  }

  names(): string[] {
    const names = new Set(
      this.all()
        .filter(([, v]) => v.value !== undefined || v.indexed !== undefined || v.keyed !== undefined)
        .map(([n]) => n),
    );
    for (const [name, d] of this.dynamic) if (d.get() !== undefined) names.add(name);
    return [...names].sort();
  }
}

function scalar(v: Variable): string | undefined {
  if (v.indexed !== undefined) return v.indexed.get(0);
  if (v.keyed !== undefined) return v.keyed.get('0');
  return v.value;
}
