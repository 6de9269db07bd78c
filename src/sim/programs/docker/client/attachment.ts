import type { Container } from '../../../docker/container/container.ts';
import { DockerError } from '../../../docker/error.ts';
import type { Sys } from '../../../machine/process.ts';
import type { Client } from './client.ts';
import { detachKeys } from './detach-keys.ts';
import type { Flags } from './flags.ts';
import { Output, stream } from './stream.ts';

interface Streams {
  readonly stdin: boolean;
  readonly stdout?: boolean;
  readonly stderr?: boolean;
}

/** A client at a container's first process: it hears from the moment it is made, which may be before the process starts. */
export class Attachment {
  readonly #client: Client;
  readonly #container: Container;
  readonly #streams: Streams;
  readonly #output = new Output();
  readonly #listener = (name: 'stdout' | 'stderr', data: Uint8Array): void => {
    if (this.#streams[name] !== false) this.#output.put(name, data);
  };

  constructor(client: Client, container: Container, streams: Streams) {
    this.#client = client;
    this.#container = container;
    this.#streams = streams;
    container.listeners.add(this.#listener);
    client.engine.events.note(container, 'attach');
  }

  /** Passes input, output, signals and the terminal's size on until the process ends or the detach keys are typed; says which. */
  *follow(flags: Flags): Sys<'over' | 'detached'> {
    const client = this.#client;
    const container = this.#container;
    const { process, spec } = container;
    const terminal = client.p.terminal(0) ?? client.p.terminal(1);
    if (spec.tty && terminal !== undefined) process?.stdio.resize(terminal.columns, terminal.rows);
    const proxied = !spec.tty && (!flags.changed('sig-proxy') || flags.bool('sig-proxy'));
    const how = yield* stream(client, {
      output: this.#output,
      stdio: process?.stdio,
      stdin: this.#streams.stdin,
      stdinOnce: spec.stdinOnce,
      tty: spec.tty,
      keys: detachKeys(flags.string('detach-keys')),
      onSignal: proxied ? (signal) => this.#signal(signal) : undefined,
      over: () => container.process !== process,
      changed: container.changed,
    });
    container.listeners.delete(this.#listener);
    if (how === 'detached') client.engine.events.note(container, 'detach');
    return how;
  }

  /** A process that has ended meanwhile gets no signal, and nobody is told. */
  #signal(signal: string): void {
    try {
      this.#client.engine.containers.kill(this.#container, signal);
    } catch (thrown) {
      if (!(thrown instanceof DockerError)) throw thrown;
    }
  }
}
