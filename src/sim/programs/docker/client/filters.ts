// What --filter gives, for all listings (api/types/filters).

/** NAME=VALUE pairs, all values of a name together. */
export function parseFilters(list: readonly string[]): Map<string, string[]> {
  const filters = new Map<string, string[]>();
  for (const filter of list) {
    const equals = filter.indexOf('=');
    const name = filter.slice(0, equals).trim().toLowerCase();
    filters.set(name, [...(filters.get(name) ?? []), filter.slice(equals + 1).trim()]);
  }
  return filters;
}

/** Whether a thing has a label: `KEY`, or `KEY=VALUE`. */
export function hasLabel(labels: ReadonlyMap<string, string>, wanted: string): boolean {
  const [key = '', ...value] = wanted.split('=');
  return labels.has(key) && (value.length === 0 || labels.get(key) === value.join('='));
}

/** Whether it has all labels of a filter (filters.Args.MatchKVList). */
export const hasLabels = (labels: ReadonlyMap<string, string>, wanted: readonly string[] = []): boolean =>
  wanted.every((label) => hasLabel(labels, label));

/** As a regular expression, or word for word if it is none. */
export function matches(text: string, pattern: string): boolean {
  try {
    return new RegExp(pattern).test(text);
  } catch {
    return text === pattern;
  }
}
