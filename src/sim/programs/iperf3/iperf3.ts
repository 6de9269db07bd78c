import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { encodeText } from '../../shell/bytes-of-text.ts';
import { Command, command, Exit, reason } from '../lib/command.ts';
import { runClient } from './client.ts';
import { type IperfOptions, parseOptions } from './options.ts';
import { runServer } from './server.ts';

/** iperf3 3.12: measures what goes through between a client and a server. */
function* main(c: Command): Sys<number> {
  const o = yield* parseOptions(c);
  if (o.logFile !== undefined) yield* logTo(c, o.logFile);
  if (o.host !== undefined) return yield* withPidFile(c, o, runClient);
  if (!o.daemon) return yield* withPidFile(c, o, runServer);
  const child = c.p.fork(function* (self) {
    self.setsid();
    const nowhere = self.open('/dev/null', { read: true, write: true });
    if (isError(nowhere)) return 1;
    for (let fd = 0; fd <= 2; fd++) if (o.logFile === undefined || fd !== 1) self.dup2(nowhere, fd);
    if (nowhere > 2) self.close(nowhere);
    const daemon = new Command(self, [c.name, ...c.args]);
    try {
      const status = yield* withPidFile(daemon, o, runServer);
      yield* daemon.flush();
      return status;
    } catch (thrown) {
      if (thrown instanceof Exit) return thrown.status;
      throw thrown;
    }
  });
  if (isError(child)) return yield* c.die(1, `error - unable to become a daemon: ${reason(child)}`);
  return 0;
}

/** --logfile: what would be printed is put behind what the file has. */
function* logTo(c: Command, path: string): Sys<void> {
  const fd = c.p.open(path, { write: true, create: true, append: true });
  if (isError(fd)) return yield* c.die(1, `error - unable to open log file: ${reason(fd)}`);
  c.p.dup2(fd, 1);
  c.p.close(fd);
}

/** -I: the number of the process, and the byte that ends it, in a file while it runs. */
function* withPidFile(c: Command, o: IperfOptions, run: (c: Command, o: IperfOptions) => Sys<number>): Sys<number> {
  const { files } = c.p.machine;
  if (o.pidFile === undefined) return yield* run(c, o);
  const written = files.writeFile(c.p, o.pidFile, encodeText(`${c.p.pid}\0`));
  if (isError(written)) return yield* c.die(1, `error - unable to write PID file: ${reason(written)}`);
  const status = yield* run(c, o);
  files.unlink(c.p, o.pidFile);
  return status;
}

export const iperf3 = command('iperf3', main);
