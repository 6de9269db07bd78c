// What a configuration needs before it can serve: ngx_cycle.c, ngx_connection.c.

import { ERRNO_NUMBER } from '../../base/errno.ts';
import { isError, type KernelError } from '../../base/result.ts';
import { NS_PER_MS } from '../../base/time.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { reason } from '../lib/command.ts';
import { installStream } from '../net-lib/stream-file.ts';
import { checkVariables } from './check-variables.ts';
import { type Block, type Config, openFailed, readConfig } from './config.ts';
import { type Level, LogFiles, writeError } from './log.ts';
import { type Site, sitesOf } from './sites.ts';
import { ConfigError } from './syntax.ts';
import type { OpenListener } from './worker.ts';

export interface Cycle {
  readonly config: Config;
  readonly sites: readonly Site[];
  readonly logs: LogFiles;
  readonly warnings: readonly string[];
}

/** Reads and checks a configuration. Throws a {@link ConfigError}. */
export function* loadCycle(p: Process, path: string, globals: string): Sys<Cycle> {
  const config = yield* readConfig(p, path, globals);
  const { sites, warnings } = sitesOf(config);
  checkVariables(config);
  return { config, sites, logs: new LogFiles(), warnings };
}

/** Opens the log files; throws a {@link ConfigError} about one that cannot be. */
export function openLogs(p: Process, { config, logs }: Cycle): void {
  const open = (path: string): void => {
    const fd = logs.open(p, path);
    if (isError(fd)) throw new ConfigError(openFailed(path, fd));
  };
  const visit = (block: Block): void => {
    for (const { name, args, block: inner } of block.directives) {
      if (name === 'error_log' || (name === 'access_log' && args[0] !== 'off')) open(args[0] as string);
      if (inner) visit(inner);
    }
  };
  visit(config.main);
  const http = config.main.own('http')[0]?.block;
  if (http && http.own('access_log').length === 0) open('/var/log/nginx/access.log');
}

/** Says something wherever emergencies are said: the error log, and standard error unless that is one. */
export function* announce(p: Process, cycle: Cycle, level: Level, message: string): Sys<void> {
  const { main } = cycle.config;
  yield* writeError(p, cycle.logs, main, level, message);
  const logs = main.all('error_log');
  const toStderr = logs.length === 0 || logs.some(({ args }) => args[0] === 'stderr');
  if (!toStderr) yield* p.printError(`nginx: [${level}] ${message}\n`);
}

const TRIES = 5;
const RETRY_NS = 500 * NS_PER_MS;

/**
 * The sockets of a configuration: those of `old` are kept. Complains and answers undefined where one cannot be opened. An address in use is
 * tried five times, and is no mistake of a configuration that is only tested.
 */
export function* openListeners(p: Process, cycle: Cycle, old: readonly OpenListener[], test: boolean): Sys<OpenListener[] | undefined> {
  const opened: OpenListener[] = [];
  const keys = new Set(cycle.sites.map(({ listen }) => listen.key));
  // Every address of a port stands for the single ones too.
  const wanted = cycle.sites.filter(({ listen: { address, key } }) => {
    const everywhere = address.family === 'inet' ? `0.0.0.0:${address.port}` : `[::]:${address.port}`;
    return key === everywhere || !keys.has(everywhere);
  });
  for (let left = TRIES; left > 0; left--) {
    let failed = false;
    for (const { listen } of wanted) {
      if (opened.some(({ key }) => key === listen.key)) continue;
      const kept = old.find(({ key }) => key === listen.key);
      const listener = kept ?? openListener(p, listen);
      if (!isError(listener)) {
        opened.push(listener);
        continue;
      }
      if (listener.errno === 'EADDRINUSE' && test) continue;
      yield* announce(p, cycle, 'emerg', `bind() to ${listen.key} failed (${ERRNO_NUMBER[listener.errno]}: ${reason(listener)})`);
      if (listener.errno !== 'EADDRINUSE') return undefined;
      failed = true;
    }
    if (!failed) return opened;
    yield* writeError(p, cycle.logs, cycle.config.main, 'notice', 'try again to bind() after 500ms');
    yield* p.sleep(RETRY_NS);
  }
  yield* announce(p, cycle, 'emerg', 'still could not bind()');
  return undefined;
}

function openListener(p: Process, listen: Site['listen']): OpenListener | KernelError {
  const socket = p.sockets.tcp(listen.address.family);
  socket.setOptions({ reuseAddress: true, ...(listen.address.family === 'inet6' ? { v6only: listen.v6only } : {}) });
  const refused = socket.bind(listen.address) ?? socket.listen(listen.backlog);
  if (refused) {
    socket.close();
    return refused;
  }
  const fd = installStream(p, socket);
  return isError(fd) ? fd : { key: listen.key, socket, fd };
}
