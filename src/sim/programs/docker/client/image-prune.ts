import { NS_PER_MS } from '../../../base/time.ts';
import { pruneImages } from '../../../docker/image/delete.ts';
import type { Sys } from '../../../machine/process.ts';
import type { Client } from './client.ts';
import { confirm } from './confirm.ts';
import { parseFilters } from './filters.ts';
import type { Flags } from './flags.ts';
import { danglingFilter } from './image-filter.ts';
import { humanSize } from './list.ts';
import { pruneFilter } from './prune-filter.ts';

const PRUNE_NS = 40 * NS_PER_MS;
const DANGLING_WARNING = 'WARNING! This will remove all dangling images.';
const ALL_WARNING = 'WARNING! This will remove all images without at least one container associated to them.';

/** docker image prune. */
export function* imagePrune(client: Client, flags: Flags): Sys<number> {
  const all = flags.bool('all');
  let bytes = 0;
  if (flags.bool('force') || (yield* confirm(client, all ? ALL_WARNING : DANGLING_WARNING))) {
    yield* client.takes(PRUNE_NS);
    const pruned = prune(client, parseFilters(flags.list('filter')), all);
    bytes = pruned.bytes;
    if (pruned.deleted.length > 0) yield* client.c.print(`Deleted Images:\n${pruned.deleted.join('\n')}\n\n`);
  }
  yield* client.line(`Total reclaimed space: ${humanSize(bytes, 4)}`);
  return 0;
}

/** Removes images that no container needs, and answers what was untagged and deleted, and how many bytes that freed. */
export function prune(
  client: Client,
  filters: ReadonlyMap<string, readonly string[]>,
  all: boolean,
): { readonly deleted: readonly string[]; readonly bytes: number } {
  const wanted = pruneFilter(filters, client.p.wallClockMs, ['dangling', 'label', 'label!', 'until']);
  const everything = all || danglingFilter(filters.get('dangling')) === false;
  const { removed, bytes } = pruneImages(client.engine, everything, ({ config, createdMs }) => wanted(config.labels, createdMs));
  return { deleted: removed.map(({ kind, name }) => `${kind.toLowerCase()}: ${name}`), bytes };
}
