import { strerror } from '../../base/errno.ts';
import { isError, type KernelError } from '../../base/result.ts';
import type { NetNamespace } from '../../kernel/netns.ts';
import type { SockAddr } from '../../kernel/socket/socket.ts';
import type { StreamSocket } from '../../kernel/socket/stream-socket.ts';
import type { Process } from '../../machine/process.ts';
import { numericAddress, socketAddress } from '../net-lib/getaddrinfo.ts';
import { numericHost } from '../net-lib/getnameinfo.ts';
import { installStream } from '../net-lib/stream-file.ts';
import type { Config } from './config.ts';

interface Listener {
  readonly socket: StreamSocket;
  readonly fd: number;
}

/** Sockets for every address of `bind` (listenToPort); the message why not. One that begins with `-` may be missing. */
export function openListeners(p: Process, config: Config): Listener[] | string {
  const opened: Listener[] = [];
  const port = config.number('port');
  if (port === 0) return opened;
  for (const word of config.get('bind').split(' ').filter(Boolean)) {
    const optional = word.startsWith('-');
    const name = optional ? word.slice(1) : word;
    const answer = openListener(p, name, port, config.number('tcp-backlog'));
    if (typeof answer !== 'string') {
      opened.push(answer);
      continue;
    }
    if (optional) continue;
    for (const { fd } of opened) p.close(fd);
    return `Warning: Could not create server TCP listening socket ${name}:${port}: ${answer}`;
  }
  return opened;
}

function openListener(p: Process, name: string, port: number, backlog: number): Listener | string {
  const host = numericAddress(p, name === '*' ? '0.0.0.0' : name === '::*' ? '::' : name);
  if (host === undefined) return 'Name or service not known';
  const address: SockAddr = socketAddress(host, port);
  const socket = p.sockets.tcp(address.family);
  socket.setOptions({ reuseAddress: true, ...(address.family === 'inet6' ? { v6only: true } : {}) });
  const unbound = socket.bind(address);
  const refused = unbound ?? socket.listen(backlog);
  if (refused) {
    socket.close();
    return `${unbound ? 'bind' : 'listen'}: ${strerror(refused.errno)}`;
  }
  const fd = installStream(p, socket);
  return isError(fd) ? strerror(fd.errno) : { socket, fd };
}

/** `127.0.0.1:6379`, `[::1]:6379`. */
export function endpointText(ns: NetNamespace, endpoint: SockAddr | KernelError): string {
  if (isError(endpoint)) return '?:0';
  const host = numericHost(ns, endpoint);
  return endpoint.family === 'inet' ? `${host}:${endpoint.port}` : `[${host}]:${endpoint.port}`;
}
