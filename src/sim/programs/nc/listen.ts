// Waiting for others: netcat.c, local_listen() and the listening half of main().

import { isError } from '../../base/result.ts';
import type { SockAddr } from '../../kernel/socket/socket.ts';
import type { StreamSocket } from '../../kernel/socket/stream-socket.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, reason } from '../lib/command.ts';
import { DatagramFile } from '../net-lib/datagram-file.ts';
import { socketAddress } from '../net-lib/getaddrinfo.ts';
import { hostName, numericHost } from '../net-lib/getnameinfo.ts';
import { acceptStream, installStream, poll } from '../net-lib/stream-file.ts';
import type { NcOptions } from './options.ts';
import { listenPort } from './ports.ts';
import { type Afterwards, readWrite } from './read-write.ts';
import { installDatagram, lookUp, streamEnd } from './remote.ts';

/** One connection at a time, and with -k another after it. */
export function* listen(c: Command, options: NcOptions): Sys<number> {
  const port = yield* listenPort(c, options.port as string, options);
  if (!options.udp) return yield* serveTcp(c, port, options);
  let afterwards: Afterwards;
  do afterwards = yield* serveUdp(c, port, options);
  while (options.keep && afterwards === 'more');
  return 0;
}

function* addresses(c: Command, port: number, options: NcOptions): Sys<readonly SockAddr[]> {
  if (options.host !== undefined) {
    const found = yield* lookUp(c, options.host, String(port), options);
    return found.map((address) => socketAddress(address, port));
  }
  const any: SockAddr[] = [];
  if (options.family !== 'inet6') any.push({ family: 'inet', address: 0, port });
  if (options.family !== 'inet') any.push({ family: 'inet6', address: '::', port, scopeId: 0 });
  return any;
}

function* serveTcp(c: Command, port: number, options: NcOptions): Sys<number> {
  const { p } = c;
  const listener = yield* openListener(c, port, options);
  const fd = installStream(p, listener);
  if (isError(fd)) return yield* c.die(1, reason(fd));
  if (options.verbose) yield* report(c, 'Listening on', listener.localAddress(), options);
  for (;;) {
    const connection = yield* acceptStream(p, listener);
    if (isError(connection)) return yield* c.die(1, `accept: ${reason(connection)}`);
    const peer = connection.peerAddress();
    const connectionFd = installStream(p, connection);
    if (isError(connectionFd)) return yield* c.die(1, `accept: ${reason(connectionFd)}`);
    if (options.verbose && !isError(peer)) yield* report(c, 'Connection received on', peer, options);
    const afterwards = yield* readWrite(p, streamEnd(connectionFd, connection), options);
    p.close(connectionFd);
    if (!options.keep || afterwards === 'quit') return 0;
  }
}

function* openListener(c: Command, port: number, options: NcOptions): Sys<StreamSocket> {
  let refused = 'Address family not supported by protocol';
  for (const address of yield* addresses(c, port, options)) {
    const socket = c.p.sockets.tcp(address.family);
    socket.setOptions({ reuseAddress: true, reusePort: true, ttl: options.ttl, tos: options.tos ?? 0 });
    if (options.receiveBuffer !== undefined) socket.setOptions({ receiveBuffer: options.receiveBuffer });
    const error = socket.bind(address) ?? socket.listen(1);
    if (!error) return socket;
    socket.close();
    refused = reason(error);
  }
  return yield* c.die(1, refused);
}

function* serveUdp(c: Command, port: number, options: NcOptions): Sys<Afterwards> {
  const { p } = c;
  let refused = '';
  for (const address of yield* addresses(c, port, options)) {
    const socket = p.sockets.udp(address.family);
    socket.options.reuseAddress = true;
    const error = socket.bind(address);
    if (error) {
      refused = reason(error);
      socket.close();
      continue;
    }
    const file = new DatagramFile(socket);
    const end = installDatagram(c, file);
    if (isError(end)) return yield* c.die(1, reason(end));
    if (options.verbose) yield* report(c, 'Bound on', socket.localAddress(), options);
    if (!options.keep) {
      // Whoever speaks first is the one it talks to.
      yield* poll(p, [{ fd: end.fd, read: true }]);
      const peer = file.nextSender;
      if (peer) {
        socket.connect(peer);
        if (options.verbose) yield* report(c, 'Connection received on', peer, options);
      }
    }
    const afterwards = yield* readWrite(p, end, options);
    p.close(end.fd);
    return afterwards;
  }
  return yield* c.die(1, refused);
}

/** `Listening on 0.0.0.0 5000`: with the name of the address unless -n, if it has one. */
function* report(c: Command, message: string, at: SockAddr, options: NcOptions): Sys<void> {
  const name = options.numeric ? undefined : yield* hostName(c.p, at);
  yield* c.error(`${message} ${name ?? numericHost(c.p.netns, at)} ${at.port}\n`);
}
