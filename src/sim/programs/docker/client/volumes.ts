import { NS_PER_MS } from '../../../base/time.ts';
import type { Engine } from '../../../docker/engine.ts';
import { DockerError, invalid } from '../../../docker/error.ts';
import type { Volume } from '../../../docker/volumes.ts';
import type { Sys } from '../../../machine/process.ts';
import { type Client, forEach } from './client.ts';
import { confirm } from './confirm.ts';
import { hasLabels, matches, parseFilters } from './filters.ts';
import type { Flags } from './flags.ts';
import { humanSize, listFormat, type NamedFormats, printList, type Row } from './list.ts';
import { pruneFilter } from './prune-filter.ts';
import { pairs } from './run-spec.ts';

const VOLUME_NS = 10 * NS_PER_MS;
const HEADERS: Row = {
  Name: 'VOLUME NAME',
  Driver: 'DRIVER',
  Scope: 'SCOPE',
  Mountpoint: 'MOUNTPOINT',
  Labels: 'LABELS',
  Links: 'LINKS',
  Size: 'SIZE',
};
const FORMATS: NamedFormats = {
  table: 'table {{.Driver}}\\t{{.Name}}',
  raw: 'name: {{.Name}}\ndriver: {{.Driver}}\n',
  quiet: '{{.Name}}',
  quietRaw: 'name: {{.Name}}',
};

/** docker volume create. */
export function* volumeCreate(client: Client, flags: Flags, [name]: readonly string[]): Sys<number> {
  const { engine } = client;
  yield* client.takes(VOLUME_NS);
  const driver = flags.string('driver');
  if (driver !== '' && driver !== 'local') {
    throw new DockerError(404, `create ${name ?? ''}: error looking up volume plugin ${driver}: plugin "${driver}" not found`);
  }
  const volume = engine.createVolume(name, { labels: pairs(flags.list('label')), options: pairs(flags.list('opt')) });
  yield* client.line(volume.name);
  return 0;
}

/** docker volume ls. */
export function* volumeLs(client: Client, flags: Flags): Sys<number> {
  const { engine } = client;
  yield* client.takes(VOLUME_NS);
  const filters = parseFilters(flags.list('filter'));
  const volumes = engine.volumes.all.filter((volume) => passes(engine, volume, filters));
  yield* printList(
    client,
    listFormat(flags, FORMATS),
    HEADERS,
    volumes.map(({ name, mountpoint, labels }) => ({ columns: row(name, mountpoint, labels), labels })),
    'formatter.volumeContext',
  );
  return 0;
}

const row = (name: string, mountpoint: string, labels: ReadonlyMap<string, string>): Row => ({
  ...{ Name: name, Driver: 'local', Scope: 'local', Mountpoint: mountpoint },
  Labels: [...labels].map(([key, value]) => `${key}=${value}`).join(','),
  ...{ Links: 'N/A', Size: 'N/A' },
});

function passes(engine: Engine, volume: Volume, filters: ReadonlyMap<string, readonly string[]>): boolean {
  for (const [filter, values] of filters) {
    const test = (value: string): boolean => {
      switch (filter) {
        case 'name':
          return matches(volume.name, value);
        case 'driver':
          return value === 'local';
        case 'label':
          return hasLabels(volume.labels, values);
        case 'dangling':
          return (engine.containers.with(volume).length === 0) === flag(values);
        default:
          throw invalid(`Invalid filter '${filter}'`);
      }
    };
    if (!values.some(test)) return false;
  }
  return true;
}

function flag(values: readonly string[]): boolean {
  if (/^(1|t|true)$/i.test(values[0] ?? '')) return true;
  if (/^(0|f|false)$/i.test(values[0] ?? '')) return false;
  throw invalid(`Invalid filter 'dangling=[${values.join(' ')}]'`);
}

/** docker volume rm. With -f what is not there is no failure. */
export function* volumeRm(client: Client, flags: Flags, names: readonly string[]): Sys<number> {
  const { engine } = client;
  return yield* forEach(client, names, 'volume', function* (name) {
    yield* client.takes(VOLUME_NS);
    if (!flags.bool('force') || engine.volumes.lookUp(name) !== undefined) engine.removeVolume(engine.volumes.find(name));
    yield* client.line(name);
  });
}

/** docker volume prune. */
export function* volumePrune(client: Client, flags: Flags): Sys<number> {
  const { engine } = client;
  const filters = parseFilters(flags.list('filter'));
  const agreed =
    flags.bool('force') || (yield* confirm(client, 'WARNING! This will remove all local volumes not used by at least one container.'));
  if (!agreed) {
    yield* client.line('Total reclaimed space: 0B');
    return 0;
  }
  yield* client.takes(VOLUME_NS);
  const { deleted, bytes } = pruneVolumes(engine, filters);
  if (deleted.length > 0) yield* client.c.print(`Deleted Volumes:\n${deleted.join('\n')}\n\n`);
  yield* client.line(`Total reclaimed space: ${humanSize(bytes, 4)}`);
  return 0;
}

/** Removes the volumes that no container has, and answers which, and how large they were. */
export function pruneVolumes(
  engine: Engine,
  filters: ReadonlyMap<string, readonly string[]>,
): { readonly deleted: readonly string[]; readonly bytes: number } {
  const wanted = pruneFilter(filters, 0, ['label', 'label!']);
  const deleted: string[] = [];
  let bytes = 0;
  for (const volume of engine.volumes.all) {
    if (engine.containers.with(volume).length > 0 || !wanted(volume.labels, 0)) continue;
    bytes += engine.volumes.sizeOf(volume);
    engine.removeVolume(volume);
    deleted.push(volume.name);
  }
  return { deleted, bytes };
}
