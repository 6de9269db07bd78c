import { text, utf8 } from '../../base/bytes.ts';
import { isError } from '../../base/result.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { type Command, command, reason } from '../lib/command.ts';
import { logo } from './banner.ts';
import { Config } from './config.ts';
import { Log, pidOf } from './log.ts';
import { loadSnapshot } from './rdb.ts';
import { quoted } from './resp.ts';
import { RedisServer } from './server.ts';
import { REDIS_USAGE } from './usage.ts';
import { REDIS_VERSION } from './version.ts';

const OVERCOMMIT =
  "WARNING Memory overcommit must be enabled! Without it, a background save or replication may fail under low memory condition. Being disabled, it can can also cause failures without low memory condition, see https://github.com/jemalloc/jemalloc/issues/1328. To fix this issue add 'vm.overcommit_memory = 1' to /etc/sysctl.conf and then reboot or run the command 'sysctl vm.overcommit_memory=1' for this to take effect.";

/** Redis 7.0's server. */
export const redisServer = command('redis-server', function* (c) {
  const { p } = c;
  const [first] = c.args;
  if (first === '-v' || first === '--version') {
    c.out(`Redis server v=${REDIS_VERSION} sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=ae4d7c971a948f0\n`);
    return 0;
  }
  if (first === '--help' || first === '-h') {
    yield* c.error(REDIS_USAGE);
    return 0;
  }
  const config = new Config();
  config.set('dir', [p.cwd]);
  const log = new Log();
  const configFile = yield* configure(c, config, log);
  if (configFile === undefined) return 1;
  const directory = p.machine.files.resolve(p, config.get('dir'));
  if (!isError(directory)) config.set('dir', [directory]);
  log.file = config.get('logfile');
  const detached = config.flag('daemonize');
  const start = (self: Process): Sys<number> => run(self, config, configFile, log, c.args.length > 0);
  yield* c.flush();
  if (!detached) return yield* start(p);
  if (config.get('pidfile') === '') config.set('pidfile', ['/var/run/redis.pid']);
  // The terminal may hang up before the child has a session of its own: that must not be the end.
  p.ignoreSignal('SIGHUP');
  const child = p.fork(function* (self) {
    self.setsid();
    const nowhere = self.open('/dev/null', { read: true, write: true });
    if (isError(nowhere)) return 1;
    for (let fd = 0; fd <= 2; fd++) self.dup2(nowhere, fd);
    if (nowhere > 2) self.close(nowhere);
    return yield* start(self);
  });
  return isError(child) ? 1 : 0;
});

/** The configuration of the file and the command line; its file's path, empty for none, undefined after a complaint. */
function* configure(c: Command, config: Config, log: Log): Sys<string | undefined> {
  const { p } = c;
  const args = [...c.args];
  let path = '';
  let contents = '';
  if (args[0] !== undefined && !args[0].startsWith('-')) {
    const name = args.shift() as string;
    const data = p.machine.files.readFile(p, name);
    if (isError(data)) {
      log.note(p, '#', `Fatal error, can't open config file '${absolute(p, name)}': ${reason(data)}`);
      yield* log.flush(p);
      return undefined;
    }
    contents = text(data);
    path = absolute(p, name);
  }
  if (args.includes('-')) {
    log.note(p, '#', 'Reading config from stdin');
    yield* log.flush(p);
    const data = yield* p.readAll(0);
    if (!isError(data)) contents += `\n${text(data)}`;
  }
  contents += `\n${optionLines(args.filter((word) => word !== '-')).join('\n')}`;
  const wrong = config.load(contents);
  if (wrong === undefined) return path;
  yield* c.error(
    `\n*** FATAL CONFIG FILE ERROR (Redis ${REDIS_VERSION}) ***\nReading the configuration file, at line ${wrong.number}\n>>> '${wrong.line}'\n${wrong.problem}\n`,
  );
  return undefined;
}

/** `--port 7000 --bind a b` as lines of a configuration. */
function optionLines(args: readonly string[]): string[] {
  const lines: string[] = [];
  for (const word of args) {
    if (word.startsWith('--')) lines.push(word.slice(2));
    else lines.push(`${lines.pop() ?? ''} ${quoted(word)}`);
  }
  return lines;
}

function absolute(p: Process, path: string): string {
  return path.startsWith('/') ? path : `${p.cwd}/${path}`;
}

function* run(p: Process, config: Config, configFile: string, log: Log, configured: boolean): Sys<number> {
  log.note(p, '#', 'oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo');
  log.note(p, '#', `Redis version=${REDIS_VERSION}, bits=64, commit=00000000, modified=0, pid=${pidOf(p)}, just started`);
  log.note(
    p,
    '#',
    configured
      ? 'Configuration loaded'
      : 'Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf',
  );
  log.role = 'M';
  log.note(p, '*', 'monotonic clock: POSIX clock_gettime');
  const server = new RedisServer(p, config, configFile, log);
  const refused = server.listen();
  if (refused !== undefined) {
    log.note(p, '#', refused);
    log.note(p, '#', `Failed listening on port ${config.get('port')} (TCP), aborting.`);
    yield* log.flush(p);
    return 1;
  }
  const pidFile = config.get('pidfile');
  if (pidFile !== '') p.machine.files.writeFile(p, pidFile, utf8(`${pidOf(p)}\n`));
  const onTerminal = log.file === '' && p.terminal(1) !== undefined;
  if (onTerminal || config.flag('always-show-logo')) log.raw(logo(config.get('port'), pidOf(p)));
  else log.note(p, '*', `Running mode=standalone, port=${config.get('port')}.`);
  warnOfBacklog(p, config, log);
  log.note(p, '#', 'Server initialized');
  if (readSetting(p, '/proc/sys/vm/overcommit_memory') === '0') log.note(p, '#', OVERCOMMIT);
  if (!load(p, config, log, server)) {
    yield* log.flush(p);
    return 1;
  }
  log.note(p, '*', 'Ready to accept connections');
  return yield* server.serve();
}

function readSetting(p: Process, path: string): string | undefined {
  const data = p.machine.files.readFile(p, path);
  return isError(data) ? undefined : text(data).trim();
}

function warnOfBacklog(p: Process, config: Config, log: Log): void {
  const limit = readSetting(p, '/proc/sys/net/core/somaxconn');
  if (limit === undefined || Number(limit) >= config.number('tcp-backlog')) return;
  log.note(
    p,
    '#',
    `WARNING: The TCP backlog setting of ${config.get('tcp-backlog')} cannot be enforced because /proc/sys/net/core/somaxconn is set to the lower value of ${limit}.`,
  );
}

/** Loads the last snapshot, if there is one; false where it cannot be read. */
function load(p: Process, config: Config, log: Log, server: RedisServer): boolean {
  const data = p.machine.files.readFile(p, `${config.get('dir')}/${config.get('dbfilename')}`);
  if (isError(data)) return true;
  const loaded = loadSnapshot(data, server.databases, server.nowMs);
  if (loaded === undefined) {
    log.note(p, '#', 'Wrong signature trying to load DB from file');
    log.note(p, '#', 'Fatal error loading the DB, check server logs. Exiting.');
    return false;
  }
  const { facts, keys, expired } = loaded;
  log.note(p, '*', `Loading RDB produced by version ${facts.get('redis-ver')}`);
  log.note(p, '*', `RDB age ${Math.floor(server.nowMs / 1000) - Number(facts.get('ctime'))} seconds`);
  log.note(p, '*', `RDB memory usage when created ${(Number(facts.get('used-mem')) / 1024 ** 2).toFixed(2)} Mb`);
  log.note(p, '*', `Done loading RDB, keys loaded: ${keys}, keys expired: ${expired}.`);
  log.note(p, '*', 'DB loaded from disk: 0.000 seconds');
  return true;
}
