import { NS_PER_MS } from '../../../base/time.ts';
import type { Engine } from '../../../docker/engine.ts';
import { DockerError } from '../../../docker/error.ts';
import { isPredefined } from '../../../docker/network/network.ts';
import type { Sys } from '../../../machine/process.ts';
import type { Client } from './client.ts';
import { confirm } from './confirm.ts';
import { parseFilters } from './filters.ts';
import type { Flags } from './flags.ts';
import { pruneFilter } from './prune-filter.ts';

const PRUNE_NS = 60 * NS_PER_MS;

/** docker network prune. */
export function* networkPrune(client: Client, flags: Flags): Sys<number> {
  const agreed =
    flags.bool('force') || (yield* confirm(client, 'WARNING! This will remove all custom networks not used by at least one container.'));
  if (!agreed) return 0;
  yield* client.takes(PRUNE_NS);
  const deleted = pruneNetworks(client.engine, parseFilters(flags.list('filter')), client.p.wallClockMs);
  if (deleted.length > 0) yield* client.c.print(`Deleted Networks:\n${deleted.join('\n')}\n\n`);
  return 0;
}

/** Removes the networks that no container is in, and answers which. One that cannot be removed stays, without a word. */
export function pruneNetworks(engine: Engine, filters: ReadonlyMap<string, readonly string[]>, nowMs: number): string[] {
  const wanted = pruneFilter(filters, nowMs);
  const deleted: string[] = [];
  for (const network of engine.networks.all) {
    if (isPredefined(network.name) || network.spec.configOnly || network.endpoints.size > 0) continue;
    if (!wanted(network.spec.labels, network.createdMs)) continue;
    try {
      engine.removeNetwork(network);
      deleted.push(network.name);
    } catch (thrown) {
      if (!(thrown instanceof DockerError)) throw thrown;
    }
  }
  return deleted;
}
