// Go's values as text/template and fmt see them through package reflect: a type and what is in it.

/** The kinds of reflect.Kind that documents and templates have. */
export type GoKind =
  | 'bool'
  | 'int'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'float64'
  | 'complex128'
  | 'string'
  | 'slice'
  | 'array'
  | 'map'
  | 'struct'
  | 'ptr'
  | 'interface';

/** A method that a template may call: `{{.NetworkMode.IsHost}}`, `{{.Label "role"}}`. */
export interface GoMethod {
  readonly parameters: readonly GoType[];
  call(receiver: GoValue, args: readonly GoValue[]): GoValue;
}

export interface GoField {
  /** Its name in Go, as a template and `%+v` write it. */
  readonly name: string;
  /** Its key in JSON; undefined if JSON does not carry it. */
  readonly json: string | undefined;
  readonly omitEmpty: boolean;
  /** An embedded struct (or pointer to one): its fields are reached, and written in JSON, as if they were this struct's own. */
  readonly embedded: boolean;
  readonly type: GoType;
}

export interface GoType {
  readonly kind: GoKind;
  /** As `%T` prints it: `string`, `[]string`, `container.NetworkMode`. */
  readonly name: string;
  /** The name is declared (`type PortMap map[…]…`), rather than written out of its parts. */
  readonly declared: boolean;
  readonly elem?: GoType;
  readonly key?: GoType;
  readonly length?: number;
  readonly fields?: readonly GoField[];
  readonly methods?: Readonly<Record<string, GoMethod>>;
  /** Its MarshalJSON method: what stands for it in JSON. */
  readonly marshal?: () => GoValue;
  /** Its String method: what fmt prints for it. */
  readonly text?: (data: GoData) => string;
}

/** What an interface holds, what a pointer points to, the elements of the rest; null is Go's nil. */
export type GoData = boolean | number | string | GoValue | readonly GoValue[] | ReadonlyMap<string, GoValue> | null;

export interface GoValue {
  readonly type: GoType;
  readonly data: GoData;
}

/** The zero reflect.Value: nothing, as a map gives for a key that it has not. */
export type MaybeValue = GoValue | undefined;

const basic = (kind: GoKind): GoType => ({ kind, name: kind, declared: true });

export const BOOL = basic('bool');
export const INT = basic('int');
export const INT64 = basic('int64');
export const UINT8 = basic('uint8');
export const UINT16 = basic('uint16');
export const UINT64 = basic('uint64');
export const FLOAT64 = basic('float64');
export const COMPLEX128 = basic('complex128');
export const STRING = basic('string');
export const ANY: GoType = { kind: 'interface', name: 'interface {}', declared: false };

export function sliceOf(elem: GoType): GoType {
  return { kind: 'slice', name: `[]${elem.name}`, declared: false, elem };
}

export function arrayOf(length: number, elem: GoType): GoType {
  return { kind: 'array', name: `[${length}]${elem.name}`, declared: false, elem, length };
}

export function mapOf(elem: GoType, key: GoType = STRING): GoType {
  return { kind: 'map', name: `map[${key.name}]${elem.name}`, declared: false, elem, key };
}

export function pointerTo(elem: GoType): GoType {
  return { kind: 'ptr', name: `*${elem.name}`, declared: false, elem };
}

/** `type NAME of`: a type of its own, with methods. */
export function declare(name: string, of: GoType, methods: Readonly<Record<string, GoMethod>> = {}): GoType {
  return { ...of, name, declared: true, methods };
}

/** A field of a struct: `field(STRING)` is kept in JSON under its own name, `field(STRING, 'HostIp')` under another, `omitempty` as Go's tag. */
export interface FieldSpec {
  readonly type: GoType;
  /** Absent: the field's own name; `-`: not in JSON. */
  readonly json?: string;
  readonly omitEmpty?: boolean;
  readonly embedded?: boolean;
}

export function field(type: GoType, json?: string): FieldSpec {
  return json === undefined ? { type } : { type, json };
}

export function omitted(type: GoType, json?: string): FieldSpec {
  return { ...field(type, json), omitEmpty: true };
}

export function structOf(
  name: string,
  fields: Readonly<Record<string, FieldSpec | GoType>>,
  methods: Readonly<Record<string, GoMethod>> = {},
): GoType {
  return {
    kind: 'struct',
    name,
    declared: true,
    methods,
    fields: Object.entries(fields).map(([fieldName, given]) => {
      const spec: FieldSpec = 'kind' in given ? { type: given } : given;
      return {
        name: fieldName,
        json: spec.json === '-' ? undefined : (spec.json ?? fieldName),
        omitEmpty: spec.omitEmpty ?? false,
        embedded: spec.embedded ?? false,
        type: spec.type,
      };
    }),
  };
}

export const goString = (data: string): GoValue => ({ type: STRING, data });
export const goInt = (data: number): GoValue => ({ type: INT, data });
export const goBool = (data: boolean): GoValue => ({ type: BOOL, data });
export const goStrings = (items: readonly string[]): GoValue => ({ type: sliceOf(STRING), data: items.map(goString) });

/** A method without arguments that gives a string: what a row of a listing is made of. */
export function getter(text: string): GoMethod {
  return { parameters: [], call: () => goString(text) };
}

/** reflect.Zero. */
export function zeroOf(type: GoType): GoValue {
  switch (type.kind) {
    case 'bool':
      return { type, data: false };
    case 'string':
      return { type, data: '' };
    case 'struct':
      return { type, data: (type.fields ?? []).map((f) => zeroOf(f.type)) };
    case 'array':
      return { type, data: Array.from({ length: type.length ?? 0 }, () => zeroOf(type.elem as GoType)) };
    case 'slice':
    case 'map':
    case 'ptr':
    case 'interface':
      return { type, data: null };
    default:
      return { type, data: 0 };
  }
}

export function isNumber(kind: GoKind): boolean {
  return isSigned(kind) || isUnsigned(kind) || kind === 'float64';
}

export function isSigned(kind: GoKind): boolean {
  return kind.startsWith('int') && kind !== 'interface';
}

export function isUnsigned(kind: GoKind): boolean {
  return kind.startsWith('uint');
}

/** The kinds that may be nil. */
export function canBeNil(type: GoType): boolean {
  return type.kind === 'slice' || type.kind === 'map' || type.kind === 'ptr' || type.kind === 'interface';
}

export function isNil(value: GoValue): boolean {
  return value.data === null;
}

/** What an interface holds or a pointer points to. */
export function elemOf(value: GoValue): MaybeValue {
  return value.data === null ? undefined : (value.data as GoValue);
}

export function itemsOf(value: GoValue): readonly GoValue[] {
  return (value.data as readonly GoValue[] | null) ?? [];
}

const NO_ENTRIES: ReadonlyMap<string, GoValue> = new Map();

export function entriesOf(value: GoValue): ReadonlyMap<string, GoValue> {
  return (value.data as ReadonlyMap<string, GoValue> | null) ?? NO_ENTRIES;
}

/** Keys as fmt and text/template go through them (internal/fmtsort): by bytes. */
export function sortedKeys(value: GoValue): string[] {
  return [...entriesOf(value).keys()].sort(compareStrings);
}

/** As Go compares strings, byte by byte of their UTF-8; which is the order of code points. */
export function compareStrings(a: string, b: string): number {
  const [x, y] = [[...a], [...b]];
  for (let i = 0; i < x.length && i < y.length; i++) {
    const difference = (x[i]?.codePointAt(0) ?? 0) - (y[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return x.length - y.length;
}

/** A struct's field by its Go name, its own or one of an embedded struct; `found` says that the type has it, though a nil pointer may stand before it. */
export function fieldOf(value: GoValue, name: string): { readonly found: boolean; readonly value?: GoValue } {
  const fields = value.type.fields ?? [];
  const own = fields.findIndex((f) => f.name === name);
  if (own >= 0) return { found: true, value: itemsOf(value)[own] as GoValue };
  for (const [i, f] of fields.entries()) {
    if (!f.embedded) continue;
    const inner = itemsOf(value)[i] as GoValue;
    const target = inner.type.kind === 'ptr' ? (elemOf(inner) ?? zeroOf(inner.type.elem as GoType)) : inner;
    const promoted = fieldOf(target, name);
    if (promoted.found) return inner.data === null ? { found: true } : promoted;
  }
  return { found: false };
}

/** A method of the value's type, or of the type it points to, or one of an embedded struct. */
export function methodOf(value: GoValue, name: string): { readonly method: GoMethod; readonly receiver: GoValue } | undefined {
  const method = value.type.methods?.[name];
  if (method !== undefined && Object.hasOwn(value.type.methods as object, name)) return { method, receiver: value };
  if (value.type.kind === 'ptr' && value.data !== null) return methodOf(value.data as GoValue, name);
  if (value.type.kind !== 'struct') return undefined;
  for (const [i, f] of (value.type.fields ?? []).entries()) {
    const promoted = f.embedded ? methodOf(itemsOf(value)[i] as GoValue, name) : undefined;
    if (promoted !== undefined) return promoted;
  }
  return undefined;
}

/** May a value of this type stand where that one is wanted (reflect.Type.AssignableTo)? */
export function isAssignable(from: GoType, to: GoType): boolean {
  if (to.kind === 'interface') return true;
  if (from.name === to.name) return true;
  if (from.kind !== to.kind || (from.declared && to.declared)) return false;
  return underlyingName(from) === underlyingName(to);
}

function underlyingName(type: GoType): string {
  if (type.kind === 'slice') return `[]${type.elem?.name}`;
  if (type.kind === 'map') return `map[${type.key?.name}]${type.elem?.name}`;
  if (type.kind === 'ptr') return `*${type.elem?.name}`;
  return type.kind === 'array' ? `[${type.length}]${type.elem?.name}` : type.name;
}

/** May `==` compare values of this type? */
export function isComparable(type: GoType): boolean {
  if (type.kind === 'slice' || type.kind === 'map') return false;
  if (type.kind === 'array') return isComparable(type.elem as GoType);
  return type.kind !== 'struct' || (type.fields ?? []).every((f) => isComparable(f.type));
}

/** Go's `==` of two values in interfaces. */
export function equals(a: GoValue, b: GoValue): boolean {
  if (a.type.name !== b.type.name) return false;
  if (a.type.kind === 'struct' || a.type.kind === 'array') {
    const [x, y] = [itemsOf(a), itemsOf(b)];
    return x.every((item, i) => equals(item, y[i] as GoValue));
  }
  if (a.type.kind === 'interface' && a.data !== null && b.data !== null) return equals(a.data as GoValue, b.data as GoValue);
  return a.data === b.data;
}
