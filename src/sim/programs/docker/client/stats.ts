import { isError } from '../../../base/result.ts';
import { NS_PER_MS, NS_PER_S } from '../../../base/time.ts';
import { text } from '../../../base/utf8.ts';
import type { Container } from '../../../docker/container/container.ts';
import type { Sys } from '../../../machine/process.ts';
import type { Client } from './client.ts';
import type { Flags } from './flags.ts';
import { binarySize, humanSize, printList, type Row } from './list.ts';

const HEADERS: Row = {
  Container: 'CONTAINER',
  Name: 'NAME',
  ID: 'CONTAINER ID',
  CPUPerc: 'CPU %',
  MemUsage: 'MEM USAGE / LIMIT',
  MemPerc: 'MEM %',
  NetIO: 'NET I/O',
  BlockIO: 'BLOCK I/O',
  PIDs: 'PIDS',
};
const TABLE = 'table {{.ID}}\\t{{.Name}}\\t{{.CPUPerc}}\\t{{.MemUsage}}\\t{{.MemPerc}}\\t{{.NetIO}}\\t{{.BlockIO}}\\t{{.PIDs}}';
/** Two looks, a second apart, make one line; on the screen they are shown anew twice a second. */
const FIRST_NS = 1_500 * NS_PER_MS;
const REFRESH_NS = NS_PER_S / 2;
const CLEAR_SCREEN = '\x1b[2J\x1b[H';

/** docker stats. */
export function* stats(client: Client, flags: Flags, names: readonly string[]): Sys<number> {
  const { engine } = client;
  for (const name of names) engine.containers.find(name);
  const format = flags.string('format') || TABLE;
  const chosen = (): Container[] => {
    if (names.length > 0) return names.map((name) => engine.containers.lookUp(name)).filter((container) => container !== undefined);
    return engine.containers.all.filter((container) => flags.bool('all') || container.isRunning).reverse();
  };
  const show = function* (): Sys<void> {
    const rows = chosen().map((container, i) => row(client, container, names[i] ?? container.id, flags.bool('no-trunc')));
    yield* printList(client, format, HEADERS, rows, 'container.statsContext');
  };
  yield* client.takes(FIRST_NS);
  if (flags.bool('no-stream')) {
    yield* show();
    return 0;
  }
  for (;;) {
    yield* client.c.print(CLEAR_SCREEN);
    yield* show();
    yield* client.takes(REFRESH_NS);
    if (names.length > 0 && chosen().length === 0) return 0;
  }
}

/**
 * One container as it is now. Processes here take no processor time to speak of and read no disk; their memory is what ps shows.
 */
function row(client: Client, container: Container, name: string, noTrunc: boolean): Row {
  const { engine } = client;
  const { memoryBytes } = engine.host;
  const tasks = container.tasks;
  const limit = container.isRunning ? container.spec.host.memory || memoryBytes : 0;
  const used = tasks.length * RESIDENT_BYTES;
  const { received, sent } = container.isRunning ? traffic(client, container) : { received: 0, sent: 0 };
  return {
    Container: name,
    Name: container.name,
    ID: noTrunc ? container.id : container.shortId,
    CPUPerc: '0.00%',
    MemUsage: `${binarySize(used)} / ${binarySize(limit)}`,
    MemPerc: `${(limit === 0 ? 0 : (used / limit) * 100).toFixed(2)}%`,
    NetIO: `${humanSize(received)} / ${humanSize(sent)}`,
    BlockIO: '0B / 0B',
    PIDs: String(tasks.length),
  };
}

/** What a small program keeps in memory of its own. */
const RESIDENT_BYTES = 320 * 1024;

/** Bytes over all interfaces but lo, from the container's own /proc/net/dev. */
function traffic({ engine }: Client, { process }: Container): { received: number; sent: number } {
  const sum = { received: 0, sent: 0 };
  if (process === undefined) return sum;
  const file = engine.host.machine.files.readFile(engine.host.daemon, `/proc/${process.task.id.global}/net/dev`);
  for (const line of isError(file) ? [] : text(file).split('\n').slice(2)) {
    const [name = '', ...numbers] = line.trim().split(/[: ]+/);
    if (name === '' || name === 'lo') continue;
    sum.received += Number(numbers[0]);
    sum.sent += Number(numbers[8]);
  }
  return sum;
}
