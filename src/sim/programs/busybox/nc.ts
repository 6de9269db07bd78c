import { isError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { StreamSocket } from '../../kernel/socket/stream-socket.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { type Command, Exit, reason } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { readServices } from '../net-lib/netdb.ts';
import { acceptStream, installStream, poll } from '../net-lib/stream-file.ts';
import { bindStream, connectTo, resolveAddress } from './address.ts';
import { showUsage } from './usage.ts';

const READ_SIZE = 1024;

/** BusyBox's small nc (networking/nc.c): a pipe to an address, or to a file. */
export function* busyboxNc(c: Command, name: string, args: readonly string[]): Sys<number> {
  // What follows -e's program are its arguments.
  const program = args.indexOf('-e');
  const own = program < 0 ? args : args.slice(0, program);
  const exec = program < 0 ? undefined : args.slice(program + 1);
  const parsed = getopt(own, { short: 'lp:w:i:f:' });
  if (parsed instanceof UsageError) return yield* showUsage(c, name, parsed.message);
  const value = (flag: string): string | undefined => parsed.options.findLast((option) => option.flag === flag)?.value;
  const listens = parsed.options.filter(({ flag }) => flag === 'l').length;
  const file = value('f');
  const seconds = value('w') === undefined ? undefined : Number(value('w'));
  const delayNs = Number(value('i') ?? 0) * NS_PER_S;
  const { p } = c;
  if (file !== undefined) {
    const fd = p.open(file, { read: true, write: true });
    if (isError(fd)) return yield* showUsage(c, name, `can't open '${file}': ${reason(fd)}`);
    return yield* copy(p, fd, undefined, delayNs);
  }
  if (listens === 0) {
    const [host, port] = parsed.operands;
    if (host === undefined) return yield* showUsage(c, name);
    const address = yield* resolveAddress(c, name, host, yield* portNumber(c, name, port));
    const local = value('p') === undefined ? undefined : Number(value('p'));
    const { socket, fd } = yield* connectTo(c, name, address, { localPort: local, seconds });
    if (exec !== undefined) return yield* become(p, fd, exec);
    return yield* copy(p, fd, socket, delayNs);
  }
  const listener = yield* bindStream(c, name, value('p') ?? '0', 0);
  listener.listen(listens);
  const listenerFd = installStream(p, listener);
  if (isError(listenerFd)) return 1;
  for (;;) {
    const connection = yield* acceptStream(p, listener);
    if (isError(connection)) {
      yield* c.error(`${name}: accept: ${reason(connection)}\n`);
      return 1;
    }
    const fd = installStream(p, connection);
    if (isError(fd)) return 1;
    if (exec === undefined || listens < 2) {
      p.close(listenerFd);
      return exec === undefined ? yield* copy(p, fd, connection, delayNs) : yield* become(p, fd, exec);
    }
    p.ignoreSignal('SIGCHLD');
    p.fork((child) => become(child, fd, exec));
    p.close(fd);
  }
}

function* portNumber(c: Command, name: string, text: string | undefined): Sys<number> {
  if (text === undefined) return 0;
  const service = readServices(c.p).find(({ names, protocol }) => protocol === 'tcp' && names.includes(text));
  if (service) return service.port;
  if (/^\d+$/.test(text) && Number(text) <= 0xffff) return Number(text);
  yield* c.error(`${name}: bad port '${text}'\n`);
  throw new Exit(1);
}

/** -e: the program talks to the connection. */
function* become(p: Process, fd: number, argv: readonly string[]): Sys<number> {
  for (let to = 0; to <= 2; to++) p.dup2(fd, to);
  if (fd > 2) p.close(fd);
  yield* p.exec(argv);
  return 127;
}

/** Both ways, until the connection ends; the end of standard input is passed on. */
function* copy(p: Process, fd: number, socket: StreamSocket | undefined, delayNs: number): Sys<number> {
  let input = true;
  for (;;) {
    const ready = yield* poll(p, [...(input ? [{ fd: 0, read: true }] : []), { fd, read: true }]);
    for (const entry of ready) {
      const data = yield* p.read(entry.fd, READ_SIZE);
      const ended = isError(data) || data.length === 0;
      if (entry.fd === fd) {
        if (ended) return 0;
        if (isError(yield* p.write(1, data))) return 1;
      } else if (ended) {
        socket?.shutdown('write');
        input = false;
      } else if (isError(yield* p.write(fd, data))) return 1;
      if (!ended && delayNs > 0) yield* p.sleep(delayNs);
    }
  }
}
