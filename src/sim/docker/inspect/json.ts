/** A document as the API sends it. Keys come in the order of the Go structs. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** null where there is nothing, as Go prints a nil slice. */
export const listOrNull = (list: readonly string[] | undefined): Json => (list === undefined || list.length === 0 ? null : [...list]);

/** Go's maps come sorted by key. */
export const sortedMap = <T>(map: ReadonlyMap<string, T>, of: (value: T) => Json): Json =>
  Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, of(value)]));

export const stringMap = (map: ReadonlyMap<string, string>): Json => sortedMap(map, (value) => value);

/** A date with the nanoseconds that virtual time has; Go's zero time for a date that is none. */
export function goTime(ms: number, ns = 0): string {
  if (!Number.isFinite(ms)) return '0001-01-01T00:00:00Z';
  const fraction = `${String(ms % 1000).padStart(3, '0')}${String(ns % 1_000_000).padStart(6, '0')}`.replace(/0+$/, '');
  return `${new Date(ms).toISOString().slice(0, 19)}${fraction === '' ? '' : `.${fraction}`}Z`;
}
