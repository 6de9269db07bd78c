import { NS_PER_S } from '../../base/time.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, command } from '../lib/command.ts';
import { readServices } from '../net-lib/netdb.ts';
import { listen } from './listen.ts';
import { type NcOptions, parseOptions } from './options.ts';
import { portList, protocolAndService } from './ports.ts';
import { readWrite } from './read-write.ts';
import { connectRemote, udpAnswers } from './remote.ts';
import { connectToPath, listenOnPath } from './unix.ts';

/** OpenBSD's netcat in Debian's version. */
function* main(c: Command): Sys<number> {
  const options = yield* parseOptions(c);
  if (options.unix) return options.listen ? yield* listenOnPath(c, options) : yield* connectToPath(c, options);
  return options.listen ? yield* listen(c, options) : yield* connectToPorts(c, options);
}

/** Each port in turn; 0 if the last one that was tried, or any of a scan, answered. */
function* connectToPorts(c: Command, options: NcOptions): Sys<number> {
  let status = 1;
  const services = readServices(c.p);
  const ports: number[] = [];
  for (const spec of [options.port as string, ...options.morePorts]) ports.push(...(yield* portList(c, spec, options)));
  for (const [i, port] of ports.entries()) {
    if (i > 0 && options.interval > 0) yield* c.p.sleep(options.interval * NS_PER_S);
    const remote = yield* connectRemote(c, port, options);
    if (remote === undefined) continue;
    status = 0;
    if (options.verbose || options.scan) {
      if (options.udp && !(yield* udpAnswers(c.p, remote.end, options))) {
        status = 1;
        c.p.close(remote.end.fd);
        continue;
      }
      const host = options.host as string;
      const where = remote.address === host ? host : `${host} (${remote.address})`;
      if (options.verbose)
        yield* c.error(`Connection to ${where} ${port} port [${protocolAndService(services, port, options)}] succeeded!\n`);
    }
    const afterwards = options.scan ? 'more' : yield* readWrite(c.p, remote.end, options);
    c.p.close(remote.end.fd);
    if (afterwards === 'quit' && options.quitAfter !== 0) return 0;
  }
  return status;
}

export const NC_PROGRAMS = [command('nc', main), command('netcat', main), command('nc.openbsd', main)];
