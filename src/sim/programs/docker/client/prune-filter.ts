import { DockerError, invalid } from '../../../docker/error.ts';
import { hasLabels, parseFilters } from './filters.ts';
import { parseMoment } from './timestamp.ts';

type Filters = ReadonlyMap<string, readonly string[]>;
type Labels = ReadonlyMap<string, string>;

/**
 * What the prune commands' filters leave over (moby's daemon/prune.go): `label`, `label!` and `until`, of which `known` may be more or
 * less. `nowMs` in ms since 1970.
 */
export function pruneFilter(
  filters: Filters,
  nowMs: number,
  known: readonly string[] = ['label', 'label!', 'until'],
): (labels: Labels, createdMs: number) => boolean {
  for (const name of filters.keys()) if (!known.includes(name)) throw invalid(`Invalid filter '${name}'`);
  const until = filters.get('until');
  if (until !== undefined && until.length > 1) throw new DockerError(500, 'more than one until filter specified');
  const untilMs = until === undefined ? Number.POSITIVE_INFINITY : moment(until[0] ?? '', nowMs);
  const excluded = filters.get('label!');
  return (labels, createdMs) =>
    createdMs <= untilMs && hasLabels(labels, filters.get('label')) && !(excluded !== undefined && hasLabels(labels, excluded));
}

function moment(value: string, nowMs: number): number {
  const ms = parseMoment(value, nowMs);
  if (ms === undefined) throw new DockerError(500, `failed to parse value as time or duration: "${value}"`);
  return ms;
}

/** The part of a prune's warning that says which filters there are. */
export function filterNotice(list: readonly string[]): string {
  if (list.length === 0) return '';
  const lines = [...parseFilters(list)].flatMap(([name, values]) => values.map((value) => `  - ${name}=${value}\n`)).sort();
  return `\n  Items to be pruned will be filtered with:\n${lines.join('')}`;
}
