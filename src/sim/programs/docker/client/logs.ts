import { NS_PER_MS } from '../../../base/time.ts';
import { utf8 } from '../../../base/utf8.ts';
import type { Container } from '../../../docker/container/container.ts';
import type { LogEntry } from '../../../docker/container/log.ts';
import { failed } from '../../../docker/error.ts';
import type { Sys } from '../../../machine/process.ts';
import { type Client, ClientError } from './client.ts';
import type { Flags } from './flags.ts';
import { Output } from './stream.ts';
import { parseMoment } from './timestamp.ts';

/** docker logs. */
export function* logs(client: Client, flags: Flags, [name = '']: readonly string[]): Sys<number> {
  const { engine, p } = client;
  const container = engine.containers.lookUp(name);
  if (container === undefined) throw new ClientError(`Error: No such container: ${name}`);
  const since = moment(flags, 'since', p.wallClockMs) ?? Number.NEGATIVE_INFINITY;
  const until = moment(flags, 'until', p.wallClockMs) ?? Number.POSITIVE_INFINITY;
  if (container.spec.host.logDriver === 'none') throw failed('configured logging driver does not support reading');
  const tail = flags.string('tail');
  const isWanted = ({ timeMs }: LogEntry): boolean => timeMs >= since && timeMs <= until;
  const all = container.log.from(0).filter(isWanted);
  let position = container.log.end;
  const output = new Output();
  const details = flags.bool('details') ? `${logDetails(container)} ` : '';
  const put = (entries: readonly LogEntry[]): void => {
    for (const { stream, timeMs, timeNs, data } of entries) {
      const before = `${flags.bool('timestamps') ? `${logTime(timeMs, timeNs)} ` : ''}${details}`;
      if (before !== '') output.put(stream, utf8(before));
      output.put(stream, data);
    }
  };
  put(/^\d+$/.test(tail) ? all.slice(Math.max(0, all.length - Number(tail))) : all);
  yield* output.show(client);
  while (flags.bool('follow') && (container.isRunning || container.status === 'restarting')) {
    yield* p.wait([container.log.grown, container.changed], undefined, 'logs');
    put(container.log.from(position).filter(isWanted));
    position = container.log.end;
    yield* output.show(client);
  }
  return 0;
}

function moment(flags: Flags, name: string, nowMs: number): number | undefined {
  const given = flags.string(name);
  if (given === '') return undefined;
  const ms = parseMoment(given, nowMs);
  if (ms === undefined) {
    throw new ClientError(`invalid value for "${name}": failed to parse value as time or duration: ${JSON.stringify(given)}`);
  }
  return ms;
}

/** What --log-opt labels and env choose, sorted: `A=1,k=v`. */
function logDetails({ spec }: Container): string {
  const { logOptions } = spec.host;
  const chosen = (option: string): string[] => (logOptions.get(option) ?? '').split(',');
  const labels = [...spec.labels].filter(([key]) => chosen('labels').includes(key)).map(([key, value]) => `${key}=${value}`);
  const env = spec.env.filter((pair) => chosen('env').includes(pair.split('=')[0] ?? ''));
  return [...labels, ...env].sort().join(',');
}

/** A date with all nine digits behind the second, as logs and events have it. */
export function logTime(ms: number, ns: number): string {
  const fraction = `${String(Math.floor(ms % 1000)).padStart(3, '0')}${String(ns % NS_PER_MS).padStart(6, '0')}`;
  return `${new Date(ms).toISOString().slice(0, 19)}.${fraction}Z`;
}
