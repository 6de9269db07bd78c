import { NS_PER_MS } from '../../../base/time.ts';
import { containerChanges } from '../../../docker/container/changes.ts';
import type { Sys } from '../../../machine/process.ts';
import { type Client, ClientError } from './client.ts';
import type { Flags } from './flags.ts';

const DIFF_NS = 30 * NS_PER_MS;

/** docker diff. */
export function* diff(client: Client, _: Flags, [name = '']: readonly string[]): Sys<number> {
  if (name === '') throw new ClientError('Container name cannot be empty');
  yield* client.takes(DIFF_NS);
  for (const { kind, path } of containerChanges(client.engine.containers.find(name))) yield* client.line(`${kind} ${path}`);
  return 0;
}
