import { isError, type KernelError } from '../../../base/result.ts';
import type { StreamSocket } from '../../../kernel/socket/stream-socket.ts';
import { Interrupted, type Process, type Sys } from '../../../machine/process.ts';
import { type Command, Exit, reason } from '../../lib/command.ts';
import { getopt, UsageError } from '../../lib/getopt.ts';
import { acceptStream, installStream } from '../../net-lib/stream-file.ts';
import { bindStream, endpointText } from '../address.ts';
import { showUsage } from '../usage.ts';
import { emptyConfig, type HttpdConfig, readConfig } from './config.ts';
import { KNOWN_STATUSES } from './reply.ts';
import { handleVisit } from './request.ts';
import { type Server, Visit } from './visit.ts';

const DEFAULT_CONFIG = '/etc/httpd.conf';
const DEFAULT_PORT = 80;
/** Connections that may wait to be accepted. */
const BACKLOG = 9;

/** BusyBox's web server (networking/httpd.c): files of a directory, CGI scripts, a process for each connection. */
export function* busyboxHttpd(c: Command, name: string, args: readonly string[]): Sys<number> {
  const parsed = getopt(args, { short: 'c:d:h:e:r:m:u:p:ifv' });
  if (parsed instanceof UsageError) return yield* showUsage(c, name, parsed.message);
  const value = (flag: string): string | undefined => parsed.options.findLast((option) => option.flag === flag)?.value;
  const has = (flag: string): boolean => parsed.options.some((option) => option.flag === flag);
  const decode = value('d');
  if (decode !== undefined) {
    c.out(urlDecode(decode));
    return 0;
  }
  const encode = value('e');
  if (encode !== undefined) {
    c.out(encode.replace(/[^A-Za-z0-9]/gu, (character) => `&#${character.codePointAt(0)};`));
    return 0;
  }
  const { p } = c;
  const complain = function* (message: string): Sys<never> {
    yield* c.error(`${name}: ${message}\n`);
    throw new Exit(1);
  };
  const home = value('h') ?? '.';
  const moved = changeDirectory(p, home);
  if (moved) yield* complain(`can't change directory to '${home}': ${reason(moved)}`);
  const listener = has('i') ? undefined : yield* openListener(c, name, value('p') ?? String(DEFAULT_PORT));
  const config = emptyConfig();
  const configFile = value('c');
  const problems = readConfig(p, configFile ?? DEFAULT_CONFIG, config, KNOWN_STATUSES);
  if (isError(problems)) {
    if (configFile !== undefined) yield* complain(`${configFile}: ${reason(problems)}`);
    readConfig(p, 'httpd.conf', config, KNOWN_STATUSES);
  } else for (const problem of problems) yield* c.error(`${name}: ${problem}\n`);
  const server: Server = {
    config,
    configFile: configFile ?? DEFAULT_CONFIG,
    realm: value('r') ?? 'Web Server Authentication',
    home: p.cwd,
    verbose: parsed.options.filter((option) => option.flag === 'v').length,
  };
  if (listener === undefined) {
    yield* handleVisit(new Visit(p, server, '', 0, 1));
    return 0;
  }
  yield* c.flush();
  // Hanging up means reading the configuration anew; until somebody can do that it must not be the end.
  p.ignoreSignal('SIGHUP');
  if (has('f')) return yield* serve(p, server, listener);
  const child = p.fork((self) => daemon(self, server, listener));
  if (isError(child)) yield* complain(`fork: ${reason(child)}`);
  return 0;
}

/** In a session of its own, with nothing to read from and nobody to talk to (bb_daemonize). */
function* daemon(p: Process, server: Server, listener: Listener): Sys<number> {
  p.setsid();
  const nowhere = p.open('/dev/null', { read: true, write: true });
  if (isError(nowhere)) return 1;
  for (let fd = 0; fd <= 2; fd++) p.dup2(nowhere, fd);
  if (nowhere > 2) p.close(nowhere);
  return yield* serve(p, server, listener);
}

interface Listener {
  readonly socket: StreamSocket;
  readonly fd: number;
}

function* openListener(c: Command, name: string, where: string): Sys<Listener> {
  const socket = yield* bindStream(c, name, where, DEFAULT_PORT);
  socket.listen(BACKLOG);
  const fd = installStream(c.p, socket);
  if (isError(fd)) {
    yield* c.error(`${name}: socket: ${reason(fd)}\n`);
    throw new Exit(1);
  }
  return { socket, fd };
}

/** Takes connections for ever, each in a child of its own (mini_httpd). */
function* serve(p: Process, server: Server, listener: Listener): Sys<number> {
  p.ignoreSignal('SIGCHLD');
  p.catchSignal('SIGHUP');
  for (;;) {
    let connection: StreamSocket | KernelError;
    try {
      connection = yield* acceptStream(p, listener.socket);
    } catch (thrown) {
      if (!(thrown instanceof Interrupted)) throw thrown;
      const fresh = emptyConfig();
      readConfig(p, server.configFile, fresh, KNOWN_STATUSES);
      Object.assign(server.config, fresh);
      continue;
    }
    if (isError(connection)) {
      if (connection.errno === 'ECONNABORTED') continue;
      return 1;
    }
    connection.setOptions({ keepAlive: true });
    const client = endpointText(p.netns, connection.peerAddress());
    const fd = installStream(p, connection);
    if (isError(fd)) continue;
    p.fork(function* (child) {
      child.close(listener.fd);
      child.dup2(fd, 0);
      child.dup2(fd, 1);
      child.close(fd);
      yield* handleVisit(new Visit(child, { ...server, config: copyOf(server.config) }, client, 0, 1));
      connection.shutdown('write');
      return 0;
    });
    p.close(fd);
  }
}

/** A directory's own httpd.conf counts for one request. */
function copyOf(config: HttpdConfig): HttpdConfig {
  return {
    ...config,
    allow: [...config.allow],
    guards: [...config.guards],
    mimeTypes: new Map(config.mimeTypes),
    interpreters: new Map(config.interpreters),
    errorPages: new Map(config.errorPages),
  };
}

function changeDirectory(p: Process, path: string): KernelError | undefined {
  const resolved = p.machine.files.resolve(p, path);
  if (isError(resolved)) return resolved;
  const names = p.machine.files.readDirectory(p, resolved);
  if (isError(names)) return names;
  p.cwd = resolved;
  return undefined;
}

function urlDecode(encoded: string): string {
  return encoded
    .replaceAll('+', ' ')
    .replace(/%([0-9a-fA-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
