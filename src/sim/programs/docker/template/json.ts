// encoding/json for Go's values: what `{{json .}}` writes, and how an answer of the engine's becomes a typed or a raw document.

import {
  ANY,
  BOOL,
  canBeNil,
  declare,
  elemOf,
  entriesOf,
  FLOAT64,
  type GoType,
  type GoValue,
  itemsOf,
  type MaybeValue,
  mapOf,
  STRING,
  sliceOf,
  sortedKeys,
  zeroOf,
} from './value.ts';

/** A document as JSON.parse gives it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What a decoder that keeps numbers as they are written (UseNumber) makes of a number. */
const JSON_NUMBER = declare('json.Number', STRING);
const RAW_MAP = mapOf(ANY);
const RAW_SLICE = sliceOf(ANY);

/** A document decoded into interface{}: what is asked when a typed document has no such field. Numbers stay as they are written if `useNumber`. */
export function rawValue(json: Json, useNumber = true): GoValue {
  return { type: ANY, data: rawConcrete(json, useNumber) };
}

function rawConcrete(json: Json, useNumber: boolean): GoValue | null {
  if (json === null) return null;
  if (typeof json === 'boolean') return { type: BOOL, data: json };
  if (typeof json === 'string') return { type: STRING, data: json };
  if (typeof json === 'number') return useNumber ? { type: JSON_NUMBER, data: String(json) } : { type: FLOAT64, data: json };
  if (isList(json)) return { type: RAW_SLICE, data: json.map((item) => rawValue(item, useNumber)) };
  return { type: RAW_MAP, data: new Map(Object.entries(json).map(([key, value]) => [key, rawValue(value, useNumber)])) };
}

function isList(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}

/** json.Unmarshal into a variable of that type. What is of another type than the document has stays zero. */
export function decode(type: GoType, json: Json | undefined): GoValue {
  if (json === undefined || json === null) return zeroOf(type);
  switch (type.kind) {
    case 'interface':
      return rawValue(json, false);
    case 'ptr':
      return { type, data: decode(type.elem as GoType, json) };
    case 'struct':
      return { type, data: (type.fields ?? []).map((f) => decode(f.type, f.embedded ? json : member(json, f.json))) };
    case 'slice':
    case 'array':
      return isList(json) ? { type, data: json.map((item) => decode(type.elem as GoType, item)) } : zeroOf(type);
    case 'map':
      return typeof json === 'object' && !isList(json)
        ? { type, data: new Map(Object.entries(json).map(([key, item]) => [key, decode(type.elem as GoType, item)])) }
        : zeroOf(type);
    case 'bool':
      return typeof json === 'boolean' ? { type, data: json } : zeroOf(type);
    case 'string':
      return typeof json === 'string' ? { type, data: json } : zeroOf(type);
    default:
      return typeof json === 'number' ? { type, data: json } : zeroOf(type);
  }
}

function member(json: Json, key: string | undefined): Json | undefined {
  return key !== undefined && typeof json === 'object' && json !== null && !isList(json) ? json[key] : undefined;
}

/** json.Marshal; or, with `escapeHtml` false, the encoder that leaves `<`, `>` and `&` as they are. */
export function encodeJson(value: MaybeValue, escapeHtml: boolean): string {
  if (value === undefined) return 'null';
  const { type, data } = value;
  // What MarshalJSON gives was escaped by json.Marshal, whoever asks.
  if (type.marshal !== undefined) return encodeJson(type.marshal(), true);
  if (data === null && canBeNil(type)) return 'null';
  switch (type.kind) {
    case 'interface':
    case 'ptr':
      return encodeJson(elemOf(value), escapeHtml);
    case 'string':
      return type.name === JSON_NUMBER.name ? (data as string) : jsonString(data as string, escapeHtml);
    case 'slice':
    case 'array':
      return `[${itemsOf(value)
        .map((item) => encodeJson(item, escapeHtml))
        .join(',')}]`;
    case 'map':
      return `{${sortedKeys(value)
        .map((key) => `${jsonString(key, escapeHtml)}:${encodeJson(entriesOf(value).get(key), escapeHtml)}`)
        .join(',')}}`;
    case 'struct':
      return `{${members(value, escapeHtml).join(',')}}`;
    default:
      return String(data);
  }
}

function members(value: GoValue, escapeHtml: boolean): string[] {
  const all: string[] = [];
  for (const [i, f] of (value.type.fields ?? []).entries()) {
    const item = itemsOf(value)[i] as GoValue;
    if (f.embedded) {
      const inner = item.type.kind === 'ptr' ? elemOf(item) : item;
      if (inner !== undefined) all.push(...members(inner, escapeHtml));
    } else if (f.json !== undefined && !(f.omitEmpty && isEmpty(item)))
      all.push(`${jsonString(f.json, escapeHtml)}:${encodeJson(item, escapeHtml)}`);
  }
  return all;
}

/** What `omitempty` leaves out. */
function isEmpty(value: GoValue): boolean {
  if (value.type.kind === 'struct') return false;
  if (value.type.kind === 'map') return entriesOf(value).size === 0;
  if (value.type.kind === 'slice' || value.type.kind === 'array') return itemsOf(value).length === 0;
  return value.data === null || value.data === false || value.data === 0 || value.data === '';
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function jsonString(s: string, escapeHtml: boolean): string {
  const escaped = s.replace(/["\\\u0000-\u001f\u2028\u2029]|[<>&]/g, (c) => {
    if ('<>&'.includes(c) && !escapeHtml) return c;
    return SHORT_ESCAPES[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}
