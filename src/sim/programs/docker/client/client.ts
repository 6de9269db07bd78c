import { DEFAULT_SOCKET, engineAt } from '../../../docker/daemon.ts';
import type { Engine } from '../../../docker/engine.ts';
import { DockerError } from '../../../docker/error.ts';
import type { Process, Sys } from '../../../machine/process.ts';
import { type Command, Exit } from '../../lib/command.ts';
import { connectToService } from '../../systemd/notify.ts';
import { ConfigFile } from './config-file.ts';

/** The client gives up: what it says on standard error, and its status. */
export class ClientError {
  readonly status: number;
  readonly text: string;

  constructor(text: string, status = 1) {
    this.text = text;
    this.status = status;
  }
}

/** docker(1): one invocation, and the engine it talks to. */
export class Client {
  readonly c: Command;
  readonly configFile: ConfigFile;
  readonly #host: string;

  /** `host`: what -H says; undefined leaves it to DOCKER_HOST. `configDirectory`: what --config says; '' is the usual one. */
  constructor(c: Command, host: string | undefined, configDirectory = '') {
    this.c = c;
    this.configFile = new ConfigFile(c.p, configDirectory);
    this.#host = host ?? c.p.env.get('DOCKER_HOST') ?? `unix://${DEFAULT_SOCKET}`;
  }

  get p(): Process {
    return this.c.p;
  }

  /** The daemon; throws what docker says when nobody listens. */
  get engine(): Engine {
    const socket = this.#socket;
    const engine = socket === undefined ? undefined : engineAt(this.p, socket);
    if (engine === undefined) throw new ClientError(`Cannot connect to the Docker daemon at ${this.#host}. Is the docker daemon running?`);
    return engine;
  }

  /** Where systemd listens for the daemon, connecting starts it. */
  *connect(): Sys<void> {
    const socket = this.#socket;
    if (socket !== undefined && engineAt(this.p, socket) === undefined) yield* connectToService(this.p, socket);
  }

  /** The path in unix://PATH; undefined for a host on the network, where no simulated engine listens. */
  get #socket(): string | undefined {
    return this.#host.startsWith('unix://') ? this.#host.slice('unix://'.length) : undefined;
  }

  /** What the daemon does takes it a moment. */
  *takes(ns: number): Sys<void> {
    yield* this.c.flush();
    yield* this.p.sleep(ns);
  }

  /** Prints a line. */
  *line(text: string): Sys<void> {
    yield* this.c.print(`${text}\n`);
  }

  *warn(text: string): Sys<void> {
    yield* this.c.error(`${text}\n`);
  }
}

/** How the daemon's refusal is shown. */
export const daemonError = (error: DockerError): string => `Error response from daemon: ${error.message}`;

/** How the client says that the daemon does not know a thing of this kind (client.objectNotFoundError). */
export const notFoundError = (kind: string, name: string): string => `Error: No such ${kind}: ${name}`;

/**
 * Does one thing after the other to all that are named; the errors come when all are done, and make the status 1.
 * `kind` is what the client calls a thing that is not there; without it the daemon's own words are shown.
 */
export function* forEach(
  client: Client,
  names: readonly string[],
  kind: string | undefined,
  act: (name: string) => Sys<void>,
): Sys<number> {
  const errors: string[] = [];
  for (const name of names) {
    try {
      yield* act(name);
    } catch (thrown) {
      errors.push(explain(thrown, kind, name));
    }
  }
  for (const error of errors) yield* client.warn(error);
  return errors.length > 0 ? 1 : 0;
}

/** The text of what was thrown; anything but a refusal goes on its way. */
export function explain(thrown: unknown, kind?: string, name = ''): string {
  if (thrown instanceof ClientError) return thrown.text;
  if (!(thrown instanceof DockerError)) throw thrown;
  return kind !== undefined && thrown.status === 404 ? notFoundError(kind, name) : daemonError(thrown);
}

/** Runs a command's body; a refusal becomes its last words. */
export function* guarded(client: Client, body: () => Sys<number>): Sys<number> {
  try {
    return yield* body();
  } catch (thrown) {
    if (thrown instanceof Exit) throw thrown;
    yield* client.warn(explain(thrown));
    return thrown instanceof ClientError ? thrown.status : 1;
  }
}
