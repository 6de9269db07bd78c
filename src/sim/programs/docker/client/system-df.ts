import { NS_PER_MS } from '../../../base/time.ts';
import type { Engine } from '../../../docker/engine.ts';
import { repositoryOf, tagOf } from '../../../docker/image/reference.ts';
import type { Sys } from '../../../machine/process.ts';
import { type Client, ClientError } from './client.ts';
import type { Flags } from './flags.ts';
import { humanDuration, humanSize, listFormat, printList, type Row } from './list.ts';
import { containerRow } from './ps.ts';

const DF_NS = 60 * NS_PER_MS;
const HEADERS: Row = { Type: 'TYPE', TotalCount: 'TOTAL', Active: 'ACTIVE', Size: 'SIZE', Reclaimable: 'RECLAIMABLE' };
const TABLE = 'table {{.Type}}\\t{{.TotalCount}}\\t{{.Active}}\\t{{.Size}}\\t{{.Reclaimable}}';
const RAW = 'type: {{.Type}}\ntotal: {{.TotalCount}}\nactive: {{.Active}}\nsize: {{.Size}}\nreclaimable: {{.Reclaimable}}\n';

/** docker system df: what the disk is used for. */
export function* systemDf(client: Client, flags: Flags): Sys<number> {
  const { engine } = client;
  yield* client.takes(DF_NS);
  const verbose = flags.bool('verbose');
  if (verbose && flags.changed('format')) throw new ClientError('the verbose and the format options conflict');
  if (verbose) {
    yield* showEach(client, engine);
    return 0;
  }
  yield* printList(
    client,
    listFormat(flags, { table: TABLE, raw: RAW, quiet: '', quietRaw: '' }),
    HEADERS,
    totals(engine),
    'formatter.diskUsageContext',
  );
  return 0;
}

function totals(engine: Engine): Row[] {
  const { images, volumes } = engine;
  const containers = engine.containers.all;
  const used = new Set(containers.map(({ image }) => image));
  const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
  const imageBytes = sum(images.all.map(({ sizeBytes }) => sizeBytes));
  const unusedBytes = sum(images.all.filter((image) => !used.has(image)).map(({ sizeBytes }) => sizeBytes));
  const containerBytes = sum(containers.map(({ changedBytes }) => changedBytes));
  const stoppedBytes = sum(containers.filter(({ isRunning }) => !isRunning).map(({ changedBytes }) => changedBytes));
  const free = volumes.all.filter((volume) => engine.containers.with(volume).length === 0);
  const volumeBytes = sum(volumes.all.map((volume) => volumes.sizeOf(volume)));
  return [
    row('Images', images.all.length, used.size, imageBytes, unusedBytes),
    row('Containers', containers.length, containers.filter(({ isRunning }) => isRunning).length, containerBytes, stoppedBytes),
    row('Local Volumes', volumes.all.length, volumes.all.length - free.length, volumeBytes, sum(free.map((v) => volumes.sizeOf(v)))),
    row('Build Cache', 0, 0, 0, 0),
  ];
}

const row = (type: string, total: number, active: number, size: number, reclaimable: number): Row => ({
  Type: type,
  TotalCount: String(total),
  Active: String(active),
  Size: humanSize(size, 4),
  Reclaimable: size === 0 ? humanSize(reclaimable, 4) : `${humanSize(reclaimable, 4)} (${Math.trunc((reclaimable / size) * 100)}%)`,
});

/** docker system df -v. */
function* showEach(client: Client, engine: Engine): Sys<void> {
  const { images, volumes } = engine;
  const containers = engine.containers.all;
  const ago = (ms: number): string => `${humanDuration(client.p.wallClockMs - ms)} ago`;
  const table = function* (columns: Row, rows: readonly Row[]): Sys<void> {
    const format = Object.keys(columns).map((name) => `{{.${name}}}`);
    yield* printList(client, `table ${format.join('\\t')}`, columns, rows);
  };
  yield* client.line('Images space usage:\n');
  yield* table(
    {
      ...{ Repository: 'REPOSITORY', Tag: 'TAG', ID: 'IMAGE ID', CreatedSince: 'CREATED', Size: 'SIZE' },
      ...{ SharedSize: 'SHARED SIZE', UniqueSize: 'UNIQUE SIZE', Containers: 'CONTAINERS' },
    },
    [...images.all].reverse().flatMap((image) => {
      const names = images.tagsOf(image);
      return (names.length > 0 ? names : ['<none>:<none>']).map((name) => ({
        ...{ Repository: repositoryOf(name), Tag: tagOf(name), ID: image.id.slice(0, 12), CreatedSince: ago(image.createdMs) },
        ...{ Size: humanSize(image.sizeBytes, 4), SharedSize: '0B', UniqueSize: humanSize(image.sizeBytes, 4) },
        Containers: String(containers.filter((container) => container.image === image).length),
      }));
    }),
  );
  yield* client.line('\nContainers space usage:\n');
  yield* table(
    {
      ...{ ID: 'CONTAINER ID', Image: 'IMAGE', Command: 'COMMAND', LocalVolumes: 'LOCAL VOLUMES', Size: 'SIZE' },
      ...{ RunningFor: 'CREATED', Status: 'STATUS', Names: 'NAMES' },
    },
    [...containers].reverse().map((container) => ({ ...containerRow(client, container, false), Size: humanSize(container.changedBytes) })),
  );
  yield* client.line('\nLocal Volumes space usage:\n');
  yield* table(
    { Name: 'VOLUME NAME', Links: 'LINKS', Size: 'SIZE' },
    volumes.all.map((volume) => ({
      Name: volume.name,
      Links: String(engine.containers.with(volume).length),
      Size: humanSize(volumes.sizeOf(volume), 4),
    })),
  );
  yield* client.line('\nBuild cache usage: 0B\n');
  yield* table(
    {
      ...{ ID: 'CACHE ID', CacheType: 'CACHE TYPE', Size: 'SIZE', CreatedSince: 'CREATED', LastUsedSince: 'LAST USED' },
      ...{ UsageCount: 'USAGE', Shared: 'SHARED' },
    },
    [],
  );
}
