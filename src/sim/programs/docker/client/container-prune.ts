import { NS_PER_MS } from '../../../base/time.ts';
import type { Engine } from '../../../docker/engine.ts';
import type { Sys } from '../../../machine/process.ts';
import type { Client } from './client.ts';
import { confirm } from './confirm.ts';
import { parseFilters } from './filters.ts';
import type { Flags } from './flags.ts';
import { humanSize } from './list.ts';
import { pruneFilter } from './prune-filter.ts';

const PRUNE_NS = 30 * NS_PER_MS;

/** docker container prune. */
export function* containerPrune(client: Client, flags: Flags): Sys<number> {
  const filters = parseFilters(flags.list('filter'));
  let bytes = 0;
  if (flags.bool('force') || (yield* confirm(client, 'WARNING! This will remove all stopped containers.'))) {
    yield* client.takes(PRUNE_NS);
    const pruned = pruneContainers(client.engine, filters, client.p.wallClockMs);
    bytes = pruned.bytes;
    if (pruned.deleted.length > 0) yield* client.c.print(`Deleted Containers:\n${pruned.deleted.join('\n')}\n\n`);
  }
  yield* client.line(`Total reclaimed space: ${humanSize(bytes, 4)}`);
  return 0;
}

/** Removes the containers that do not run, and answers which, and how large their layers were. */
export function pruneContainers(
  engine: Engine,
  filters: ReadonlyMap<string, readonly string[]>,
  nowMs: number,
): { readonly deleted: readonly string[]; readonly bytes: number } {
  const wanted = pruneFilter(filters, nowMs);
  const deleted: string[] = [];
  let bytes = 0;
  for (const container of engine.containers.all) {
    if (container.isRunning || container.status === 'restarting') continue;
    if (!wanted(container.spec.labels, container.createdMs)) continue;
    bytes += container.changedBytes;
    engine.containers.remove(container);
    deleted.push(container.id);
  }
  return { deleted, bytes };
}
