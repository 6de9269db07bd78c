import { isError } from '../../base/result.ts';
import { WaitQueue } from '../../base/wait-queue.ts';
import type { StreamSocket } from '../../kernel/socket/stream-socket.ts';
import { Interrupted, type Process, type Sys } from '../../machine/process.ts';
import { fieldValue } from '../../wire/http.ts';
import { acceptStream, installStream } from '../net-lib/stream-file.ts';
import { runThreads } from '../net-lib/threads.ts';
import type { Config } from './config.ts';
import { Connection } from './connection.ts';
import { type Level, type LogFiles, writeError } from './log.ts';
import { NGINX_VERSION } from './pages.ts';
import type { Request } from './request.ts';
import { type Site, serverName } from './sites.ts';
import { type Group, groupsOf } from './upstream.ts';
import { expand } from './variables.ts';

export interface OpenListener {
  readonly key: string;
  readonly socket: StreamSocket;
  readonly fd: number;
}

/** A worker process: takes connections and answers their requests. */
export class Worker {
  readonly p: Process;
  readonly config: Config;
  readonly sites: readonly Site[];
  readonly logs: LogFiles;
  readonly groups: Map<string, Group>;
  /** Woken when connections that wait for a request are to end. */
  readonly quitting = new WaitQueue();
  isQuitting = false;
  #connections = 0;
  #open = 0;
  readonly #idle = new WaitQueue();

  constructor(p: Process, config: Config, sites: readonly Site[], logs: LogFiles) {
    this.p = p;
    this.config = config;
    this.sites = sites;
    this.logs = logs;
    this.groups = groupsOf(config);
  }

  expand(value: string, r: Request, empty = ''): string {
    return expand(value, r, this.p.wallClockMs, this.p.namespaces.uts.hostname, empty);
  }

  /** What the Server field and the built-in pages say. */
  serverToken(r: Request): string {
    return r.scope.value('server_tokens') === 'off' ? 'nginx' : `nginx/${NGINX_VERSION}`;
  }

  /** A line in the error log about a request. */
  *log(r: Request, level: Level, message: string, upstream?: string): Sys<void> {
    const host = fieldValue(r.fields, 'Host');
    const parts = [
      `*${r.connection} ${message}`,
      `client: ${r.remoteAddress}`,
      `server: ${serverName(r.server)}`,
      `request: "${r.line}"`,
      ...(upstream === undefined ? [] : [`upstream: "${upstream}"`]),
      ...(host === undefined ? [] : [`host: "${host}"`]),
    ];
    yield* writeError(this.p, this.logs, r.scope, level, parts.join(', '));
  }

  /** Serves until a signal ends it: TERM and INT at once, QUIT when no request is being answered. */
  *run(listeners: readonly OpenListener[]): Sys<number> {
    const { p } = this;
    p.ignoreSignal('SIGPIPE');
    p.ignoreSignal('SIGHUP');
    p.defaultSignal('SIGTERM');
    p.defaultSignal('SIGINT');
    for (const signal of ['SIGQUIT', 'SIGUSR1'] as const) p.catchSignal(signal);
    const worker = this;
    return yield* runThreads(p, function* (start) {
      for (const { socket } of listeners.slice(1)) start(worker.#acceptFrom(socket, start));
      const [first] = listeners;
      for (;;) {
        try {
          if (first) yield* worker.#acceptFrom(first.socket, start);
          yield* p.wait([], undefined, 'signals');
        } catch (thrown) {
          if (!(thrown instanceof Interrupted)) throw thrown;
          if (thrown.signal === 'SIGQUIT') break;
          worker.logs.reopen(p);
        }
      }
      worker.isQuitting = true;
      for (const { fd } of listeners) p.close(fd);
      worker.quitting.wake();
      while (worker.#open > 0) yield* p.wait([worker.#idle], undefined, 'quit');
      return 0;
    });
  }

  *#acceptFrom(listener: StreamSocket, start: (body: Sys<unknown>) => void): Sys<void> {
    while (!this.isQuitting) {
      const socket = yield* acceptStream(this.p, listener);
      if (isError(socket)) {
        if (socket.errno === 'ECONNABORTED') continue;
        return;
      }
      socket.setOptions({ noDelay: true });
      const fd = installStream(this.p, socket);
      if (!isError(fd)) start(this.#serve(socket, fd));
    }
  }

  *#serve(socket: StreamSocket, fd: number): Sys<void> {
    this.#open++;
    yield* new Connection(this, socket, fd, ++this.#connections).serve();
    this.p.close(fd);
    this.#open--;
    this.#idle.wake();
  }
}
