import { concat } from '../../../base/bytes.ts';
import { text, utf8 } from '../../../base/utf8.ts';
import { WaitQueue } from '../../../base/wait-queue.ts';
import type { Container } from '../../../docker/container/container.ts';
import type { LogEntry } from '../../../docker/container/log.ts';
import type { Sys } from '../../../machine/process.ts';
import type { Client } from '../client/client.ts';

export interface LogOptions {
  readonly follow: boolean;
  readonly prefix: boolean;
  readonly timestamps: boolean;
  /** Lines of each container; undefined: all. */
  readonly tail: number | undefined;
}

/** Lines of several containers, each behind the name of whose it is (cmd/formatter/logs.go). */
export class LogPrinter {
  readonly #client: Client;
  readonly #width: number;
  readonly #prefix: boolean;

  constructor(client: Client, containers: readonly Container[], prefix = true) {
    this.#client = client;
    this.#width = Math.max(0, ...containers.map(({ name }) => name.length)) + 1;
    this.#prefix = prefix;
  }

  *line(container: Container, data: Uint8Array, stamp = ''): Sys<void> {
    const head = this.#prefix ? `${container.name.padEnd(this.#width)} | ` : '';
    const end = data.at(-1) === 10 ? '' : '\n';
    yield* this.#client.p.write(1, concat(utf8(head + stamp), data, utf8(end)));
  }
}

/** docker compose logs. */
export function* showLogs(client: Client, containers: readonly Container[], options: LogOptions): Sys<void> {
  const printer = new LogPrinter(client, containers, options.prefix);
  const positions = new Map<Container, number>();
  const stamp = ({ timeMs }: LogEntry): string => (options.timestamps ? `${new Date(timeMs).toISOString().replace('Z', '000000Z')} ` : '');
  const all: [Container, LogEntry][] = [];
  for (const container of containers) {
    const entries = container.log.from(0);
    positions.set(container, container.log.end);
    for (const entry of options.tail === undefined ? entries : entries.slice(Math.max(0, entries.length - options.tail)))
      all.push([container, entry]);
  }
  all.sort(([, a], [, b]) => a.timeNs - b.timeNs);
  for (const [container, entry] of all) yield* printer.line(container, entry.data, stamp(entry));
  while (options.follow && containers.some(({ isRunning }) => isRunning)) {
    yield* client.p.wait(
      containers.flatMap(({ log, changed }) => [log.grown, changed]),
      undefined,
      'logs',
    );
    for (const container of containers) {
      const entries = container.log.from(positions.get(container) ?? 0);
      positions.set(container, container.log.end);
      for (const entry of entries) yield* printer.line(container, entry.data, stamp(entry));
    }
  }
}

/** What containers print from now on, line by line: for `up` in the foreground. */
export class Attached {
  readonly #lines: [Container, Uint8Array][] = [];
  readonly #partial = new Map<Container, string>();
  readonly grown = new WaitQueue();

  attach(container: Container): void {
    container.listeners.add((_, data) => {
      const lines = ((this.#partial.get(container) ?? '') + text(data)).split('\n');
      this.#partial.set(container, lines.pop() as string);
      for (const line of lines) this.#lines.push([container, utf8(line)]);
      this.grown.wake();
    });
  }

  next(): [Container, Uint8Array] | undefined {
    return this.#lines.shift();
  }
}
