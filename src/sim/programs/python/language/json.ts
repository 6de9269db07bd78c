import { Bytes, Dict, Float, List, raise, repr, Tuple, typeName, type Value } from './values.ts';

/** json.dumps; `compact` is Flask's way outside of debug mode. */
export function toJson(
  value: Value,
  options: { readonly compact?: boolean; readonly sorted?: boolean; readonly indent?: number },
  depth = 0,
): string {
  const { compact = false, sorted = false, indent } = options;
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (typeof value === 'string')
    return JSON.stringify(value).replace(/[\x7f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  if (value instanceof Float) return repr(value);
  const break_ = (inner: readonly string[], open: string, close: string): string => {
    if (indent === undefined || inner.length === 0) return open + inner.join(compact ? ',' : ', ') + close;
    const pad = ' '.repeat(indent * (depth + 1));
    return `${open}\n${inner.map((line) => pad + line).join(',\n')}\n${' '.repeat(indent * depth)}${close}`;
  };
  if (value instanceof List || value instanceof Tuple)
    return break_(
      value.items.map((item) => toJson(item, options, depth + 1)),
      '[',
      ']',
    );
  if (value instanceof Dict) {
    const entries = [...value.entries];
    if (sorted) entries.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
    const separator = compact ? ':' : ': ';
    return break_(
      entries.map(([key, item]) => JSON.stringify(String(key)) + separator + toJson(item, options, depth + 1)),
      '{',
      '}',
    );
  }
  return raise('TypeError', `Object of type ${value instanceof Bytes ? 'bytes' : typeName(value)} is not JSON serializable`);
}

/** json.loads of what JSON.parse has read. */
export function fromJson(value: unknown): Value {
  if (Array.isArray(value)) return new List(value.map(fromJson));
  if (typeof value === 'object' && value !== null)
    return new Dict(Object.entries(value).map(([key, item]) => [key, fromJson(item)] as const));
  if (typeof value === 'number') return Number.isInteger(value) ? value : new Float(value);
  return typeof value === 'string' || typeof value === 'boolean' ? value : null;
}
