import { text } from '../../base/bytes.ts';
import { ERRNO_NUMBER } from '../../base/errno.ts';
import { isError } from '../../base/result.ts';
import type { Process, Sys } from '../../machine/process.ts';
import type { Signal } from '../../machine/signal.ts';
import { type Command, command, reason } from '../lib/command.ts';
import { openFailed } from './config.ts';
import { announce, type Cycle, loadCycle, openListeners, openLogs } from './cycle.ts';
import { logLine } from './log.ts';
import { Master, writePid } from './master.ts';
import { CONFIGURE_LINES, type NginxOptions, parseOptions, USAGE, VERSION_LINE } from './options.ts';
import { ConfigError } from './syntax.ts';

const SIGNALS: Readonly<Record<NonNullable<NginxOptions['signal']>, Signal>> = {
  stop: 'SIGTERM',
  quit: 'SIGQUIT',
  reopen: 'SIGUSR1',
  reload: 'SIGHUP',
};

/** nginx 1.22 as Debian builds it: a web server and a proxy. */
export const nginx = command(
  'nginx',
  function* (c) {
    const options = parseOptions(c.args);
    if (typeof options === 'string') {
      yield* c.error(`nginx: ${options}\n`);
      return 1;
    }
    if (options.version) {
      yield* c.error(VERSION_LINE + (options.help ? USAGE : '') + (options.configureArguments ? CONFIGURE_LINES : ''));
      return 0;
    }
    const { p } = c;
    let cycle: Cycle;
    try {
      cycle = yield* loadCycle(p, options.configFile, options.globals);
    } catch (thrown) {
      return yield* refused(c, options, thrown);
    }
    for (const warning of cycle.warnings) yield* c.error(logLine(p, 'warn', warning));
    const pidFile = cycle.config.main.value('pid') ?? '/run/nginx.pid';
    if (options.signal) return yield* sendSignal(c, pidFile, SIGNALS[options.signal]);
    if (options.test) return yield* test(c, options, cycle);
    return yield* start(c, options, cycle, pidFile);
  },
  '/usr/sbin',
);

function* refused(c: Command, options: NginxOptions, thrown: unknown): Sys<number> {
  if (!(thrown instanceof ConfigError)) throw thrown;
  yield* c.error(logLine(c.p, 'emerg', thrown.message + thrown.place));
  if (options.test) yield* c.error(`nginx: configuration file ${options.configFile} test failed\n`);
  return 1;
}

function* test(c: Command, options: NginxOptions, cycle: Cycle): Sys<number> {
  const { p } = c;
  if (!options.quiet) yield* c.error(`nginx: the configuration file ${options.configFile} syntax is ok\n`);
  const pidFile = cycle.config.main.value('pid') ?? '/run/nginx.pid';
  // A test makes the file, too, and leaves it empty.
  if (isError(p.machine.files.stat(p, pidFile))) p.machine.files.writeFile(p, pidFile, new Uint8Array(0));
  if (!(yield* prepare(c, cycle, true))) {
    yield* c.error(`nginx: configuration file ${options.configFile} test failed\n`);
    return 1;
  }
  if (!options.quiet) yield* c.error(`nginx: configuration file ${options.configFile} test is successful\n`);
  if (options.dump) {
    for (const { name, text: contents } of cycle.config.files) yield* p.print(`# configuration file ${name}:\n${contents}\n`);
  }
  return 0;
}

/** Opens logs and sockets; undefined after a complaint. */
function* prepare(c: Command, cycle: Cycle, testing: boolean) {
  const { p } = c;
  try {
    openLogs(p, cycle);
  } catch (thrown) {
    if (!(thrown instanceof ConfigError)) throw thrown;
    yield* announce(p, cycle, 'emerg', thrown.message);
    return undefined;
  }
  const listeners = yield* openListeners(p, cycle, [], testing);
  if (!listeners) return undefined;
  if (cycle.config.main.own('events').length > 0) return listeners;
  yield* announce(p, cycle, 'emerg', 'no "events" section in configuration');
  return undefined;
}

function* start(c: Command, options: NginxOptions, cycle: Cycle, pidFile: string): Sys<number> {
  const { p } = c;
  const listeners = yield* prepare(c, cycle, false);
  if (!listeners) return 1;
  const title = [`nginx: master process ${p.argv.join(' ')}`];
  const serve = function* (self: Process): Sys<number> {
    self.argv = title;
    writePid(self, pidFile);
    return yield* new Master(self, cycle, listeners, options.configFile, options.globals).run(pidFile);
  };
  if (!cycle.config.main.flag('daemon', true)) return yield* serve(p);
  // The terminal may hang up before the child has a session of its own: that must not be the end.
  p.ignoreSignal('SIGHUP');
  const child = p.fork(function* (self) {
    self.setsid();
    const nowhere = self.open('/dev/null', { read: true, write: true });
    if (isError(nowhere)) return 1;
    self.dup2(nowhere, 0);
    self.dup2(nowhere, 1);
    const [log] = cycle.config.main.own('error_log');
    const logFd = log ? cycle.logs.open(self, log.args[0] as string) : 2;
    if (!isError(logFd) && logFd !== 2) self.dup2(logFd, 2);
    self.close(nowhere);
    return yield* serve(self);
  });
  return isError(child) ? 1 : 0;
}

function* sendSignal(c: Command, pidFile: string, signal: Signal): Sys<number> {
  const { p } = c;
  yield* c.error(logLine(p, 'notice', 'signal process started'));
  const data = p.machine.files.readFile(p, pidFile);
  if (isError(data)) {
    yield* c.error(logLine(p, 'error', openFailed(pidFile, data)));
    return 1;
  }
  const pid = text(data).trim();
  if (!/^\d+$/.test(pid)) {
    yield* c.error(logLine(p, 'error', `invalid PID number "${pid}" in "${pidFile}"`));
    return 1;
  }
  const failed = p.kill(Number(pid), signal);
  if (!failed) return 0;
  yield* c.error(logLine(p, 'alert', `kill(${pid}, ${signal}) failed (${ERRNO_NUMBER[failed.errno]}: ${reason(failed)})`));
  return 1;
}
