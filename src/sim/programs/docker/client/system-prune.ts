import { NS_PER_MS } from '../../../base/time.ts';
import type { Sys } from '../../../machine/process.ts';
import { type Client, ClientError } from './client.ts';
import { confirm } from './confirm.ts';
import { pruneContainers } from './container-prune.ts';
import { parseFilters } from './filters.ts';
import type { Flags } from './flags.ts';
import { prune as pruneImages } from './image-prune.ts';
import { humanSize } from './list.ts';
import { pruneNetworks } from './network-prune.ts';
import { filterNotice } from './prune-filter.ts';
import { pruneVolumes } from './volumes.ts';

const PRUNE_NS = 60 * NS_PER_MS;

/** docker system prune. */
export function* systemPrune(client: Client, flags: Flags): Sys<number> {
  const { engine } = client;
  const filters = parseFilters(flags.list('filter'));
  const [all, volumes] = [flags.bool('all'), flags.bool('volumes')];
  if (volumes && filters.has('until')) throw new ClientError('ERROR: The "until" filter is not supported with "--volumes"');
  const what = [
    'all stopped containers',
    'all networks not used by at least one container',
    ...(volumes ? ['all volumes not used by at least one container'] : []),
    all ? 'all images without at least one container associated to them' : 'all dangling images',
    all ? 'all build cache' : 'all dangling build cache',
  ];
  const warning = `WARNING! This will remove:\n${what.map((line) => `  - ${line}\n`).join('')}${filterNotice(flags.list('filter'))}`;
  if (!flags.bool('force') && !(yield* confirm(client, warning))) return 0;
  yield* client.takes(PRUNE_NS);
  const say = function* (title: string, deleted: readonly string[]): Sys<void> {
    if (deleted.length > 0) yield* client.c.print(`${title}:\n${deleted.join('\n')}\n\n`);
  };
  const containers = pruneContainers(engine, filters, client.p.wallClockMs);
  yield* say('Deleted Containers', containers.deleted);
  yield* say('Deleted Networks', pruneNetworks(engine, filters, client.p.wallClockMs));
  let { bytes } = containers;
  if (volumes) {
    const pruned = pruneVolumes(engine, filters);
    bytes += pruned.bytes;
    yield* say('Deleted Volumes', pruned.deleted);
  }
  const images = pruneImages(client, filters, all);
  yield* say('Deleted Images', images.deleted);
  yield* client.line(`Total reclaimed space: ${humanSize(bytes + images.bytes, 4)}`);
  return 0;
}
