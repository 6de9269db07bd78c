// How BusyBox's network applets read and write addresses: libbb/xconnect.c.

import { isError, type KernelError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { NetNamespace } from '../../kernel/netns.ts';
import type { SockAddr } from '../../kernel/socket/socket.ts';
import type { StreamSocket } from '../../kernel/socket/stream-socket.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, Exit, reason } from '../lib/command.ts';
import { getaddrinfo, LookupError, socketAddress } from '../net-lib/getaddrinfo.ts';
import { numericHost } from '../net-lib/getnameinfo.ts';
import { connectStream, installStream } from '../net-lib/stream-file.ts';

/** `HOST`, `HOST:PORT`, `[IPV6]:PORT`: the address it means (xhost2sockaddr). Complains and ends where there is none. */
export function* resolveAddress(c: Command, name: string, text: string, defaultPort: number): Sys<SockAddr> {
  const { host, port } = splitHostPort(text, defaultPort);
  const found = yield* getaddrinfo(c.p, host);
  if (found instanceof LookupError) {
    yield* c.error(`${name}: bad address '${text}'\n`);
    throw new Exit(1);
  }
  return socketAddress(found.addresses[0] as (typeof found.addresses)[0], port);
}

function splitHostPort(text: string, defaultPort: number): { readonly host: string; readonly port: number } {
  const bracketed = /^\[(.*)\](?::(\d+))?$/.exec(text);
  if (bracketed) return { host: bracketed[1] as string, port: Number(bracketed[2] ?? defaultPort) };
  const colon = text.lastIndexOf(':');
  if (colon < 0 || text.indexOf(':') !== colon) return { host: text, port: defaultPort };
  return { host: text.slice(0, colon), port: Number(text.slice(colon + 1)) };
}

/** `PORT` on every address, or `[ADDRESS:]PORT` on one (create_and_bind_stream_or_die). */
export function* bindStream(c: Command, name: string, where: string, defaultPort: number): Sys<StreamSocket> {
  const { p } = c;
  const everywhere = /^\d+$/.test(where) && Number(where) > 0 && Number(where) <= 0xffff;
  const address: SockAddr = everywhere
    ? { family: 'inet6', address: '::', port: Number(where), scopeId: 0 }
    : yield* resolveAddress(c, name, where, defaultPort);
  const socket = p.sockets.tcp(address.family);
  socket.setOptions({ reuseAddress: true });
  const refused = socket.bind(address);
  if (!refused) return socket;
  socket.close();
  yield* c.error(`${name}: bind: ${reason(refused)}\n`);
  throw new Exit(1);
}

/** `192.168.56.11:80`, `[::ffff:192.168.56.11]:80` (xmalloc_sockaddr2dotted). */
export function endpointText(ns: NetNamespace, endpoint: SockAddr | KernelError): string {
  if (isError(endpoint)) return '';
  const host = numericHost(ns, endpoint);
  return endpoint.family === 'inet' ? `${host}:${endpoint.port}` : `[${host}]:${endpoint.port}`;
}

/** Connects, or complains and ends (create_and_connect_stream_or_die). */
export function* connectTo(
  c: Command,
  name: string,
  address: SockAddr,
  options: { readonly localPort?: number | undefined; readonly seconds?: number | undefined },
): Sys<{ readonly socket: StreamSocket; readonly fd: number }> {
  const { p } = c;
  const socket = p.sockets.tcp(address.family);
  const local: SockAddr =
    address.family === 'inet'
      ? { family: 'inet', address: 0, port: options.localPort ?? 0 }
      : { family: 'inet6', address: '::', port: options.localPort ?? 0, scopeId: 0 };
  const fd = installStream(p, socket);
  const refused = isError(fd) ? fd : options.localPort === undefined ? undefined : socket.bind(local);
  const untilNs = options.seconds === undefined ? undefined : p.nowNs + options.seconds * NS_PER_S;
  const failure = refused ?? (yield* connectStream(p, socket, address, untilNs));
  if (failure === undefined && !isError(fd)) return { socket, fd };
  socket.close();
  const where = numericHost(p.netns, address);
  yield* c.error(
    failure === 'time' ? `${name}: timed out\n` : `${name}: can't connect to remote host (${where}): ${reason(failure as KernelError)}\n`,
  );
  throw new Exit(1);
}
