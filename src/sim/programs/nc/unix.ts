// -U: netcat.c, unix_listen(), unix_connect().

import { isError, type KernelError } from '../../base/result.ts';
import type { UnixStreamSocket } from '../../kernel/socket/unix.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, reason } from '../lib/command.ts';
import { installStream } from '../net-lib/stream-file.ts';
import { bindUnix, connectUnix } from '../net-lib/unix-path.ts';
import type { NcOptions } from './options.ts';
import { readWrite } from './read-write.ts';
import { streamEnd } from './remote.ts';

const BACKLOG = 5;

export function* connectToPath(c: Command, options: NcOptions): Sys<number> {
  const path = options.host as string;
  const socket = connectUnix(c.p, path);
  if (isError(socket)) {
    yield* c.complain(`${path}: ${reason(socket)}`);
    return 1;
  }
  const fd = installStream(c.p, socket);
  if (isError(fd)) return yield* c.die(1, reason(fd));
  if (!options.scan) yield* readWrite(c.p, streamEnd(fd, socket), options);
  c.p.close(fd);
  return 0;
}

export function* listenOnPath(c: Command, options: NcOptions): Sys<number> {
  const { p } = c;
  const path = options.host as string;
  const listener = p.sockets.unix.stream();
  // What a socket of an earlier run has left is in the way.
  p.machine.files.unlink(p, path);
  const refused = bindUnix(p, listener, path) ?? listener.listen(BACKLOG);
  if (refused) return yield* c.die(1, reason(refused));
  const listenerFd = installStream(p, listener);
  if (isError(listenerFd)) return yield* c.die(1, reason(listenerFd));
  if (options.verbose) yield* c.error(`Bound on ${path}\nListening on ${path}\n`);
  for (;;) {
    const connection = yield* accept(c, listener);
    if (isError(connection)) return yield* c.die(1, `accept: ${reason(connection)}`);
    const fd = installStream(p, connection);
    if (isError(fd)) return yield* c.die(1, `accept: ${reason(fd)}`);
    if (options.verbose) yield* c.error(`Connection received on ${path}\n`);
    const afterwards = yield* readWrite(p, streamEnd(fd, connection), options);
    p.close(fd);
    if (!options.keep || afterwards === 'quit') return 0;
  }
}

function* accept(c: Command, listener: UnixStreamSocket): Sys<UnixStreamSocket | KernelError> {
  for (;;) {
    const connection = listener.accept();
    if (!isError(connection) || connection.errno !== 'EAGAIN') return connection;
    yield* c.p.wait([listener.readable], undefined, 'accept');
  }
}
