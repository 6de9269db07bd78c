import { fail, isError, type KernelError } from '../../base/result.ts';
import type { UnixAddress, UnixDatagramSocket, UnixStreamSocket } from '../../kernel/socket/unix.ts';
import type { Process } from '../../machine/process.ts';

/** Bytes of sun_path. */
const MAX_PATH = 107;

/** Binds a unix socket to a path, where its file appears (unix_bind_bsd). EADDRINUSE, ENOENT, EACCES. */
export function bindUnix(p: Process, socket: UnixStreamSocket | UnixDatagramSocket, path: string): undefined | KernelError {
  if (path.length > MAX_PATH) return fail('EINVAL');
  const file = p.machine.files.makeSocket(p, path);
  return isError(file) ? file : socket.bind({ kind: 'path', path, file });
}

/** What a path, or an abstract name, is to connect to. */
export function unixAddress(p: Process, path: string, abstract = false): UnixAddress | KernelError {
  if (abstract) return { kind: 'abstract', name: path };
  const file = p.machine.files.socketAt(p, path);
  return isError(file) ? file : { kind: 'path', path, file };
}

/** A stream socket that is connected to a path: ENOENT, ECONNREFUSED. */
export function connectUnix(p: Process, path: string, abstract = false): UnixStreamSocket | KernelError {
  const address = unixAddress(p, path, abstract);
  if (isError(address)) return address;
  const socket = p.sockets.unix.stream();
  const refused = socket.connect(address);
  if (!refused) return socket;
  socket.close();
  return refused;
}
