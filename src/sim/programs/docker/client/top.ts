import { NS_PER_MS } from '../../../base/time.ts';
import { containerProcesses } from '../../../docker/container/top.ts';
import type { Sys } from '../../../machine/process.ts';
import { alignColumns } from '../template/tabwriter.ts';
import type { Client } from './client.ts';
import type { Flags } from './flags.ts';

const TOP_NS = 30 * NS_PER_MS;
const COLUMN = 20;

/** docker top. */
export function* top(client: Client, _: Flags, [name = '', ...args]: readonly string[]): Sys<number> {
  const { engine } = client;
  yield* client.takes(TOP_NS);
  const container = engine.containers.find(name);
  const { titles, processes } = containerProcesses(engine, container, args.length === 0 ? ['-ef'] : args);
  const lines = [titles, ...processes].map((columns) => columns.join('\t'));
  yield* client.c.print(alignColumns(`${lines.join('\n')}\n`, COLUMN));
  return 0;
}
