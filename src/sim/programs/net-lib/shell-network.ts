import { strerror } from '../../base/errno.ts';
import { fail, isError, type KernelError } from '../../base/result.ts';
import type { Process, Sys } from '../../machine/process.ts';
import type { OpenNetwork } from '../../shell/flavour.ts';
import { DatagramFile } from './datagram-file.ts';
import { getaddrinfo, type HostAddress, LookupError, socketAddress } from './getaddrinfo.ts';
import { readServices } from './netdb.ts';
import { connectStream, installStream } from './stream-file.ts';

/** What bash does where a redirection names `/dev/tcp/HOST/PORT` or `/dev/udp/HOST/PORT`: lib/sh/netopen.c. */
export const openNetwork: OpenNetwork = function* (shell, protocol, host, service): Sys<number | KernelError> {
  const { p } = shell;
  const invalid = fail('EINVAL');
  const found = yield* getaddrinfo(p, host);
  if (found instanceof LookupError) {
    yield* shell.complain(`${host}: ${found.text}`);
    return invalid;
  }
  const port = portOf(p, service, protocol);
  if (port === undefined) {
    yield* shell.complain(`${service}: Servname not supported for ai_socktype`);
    return invalid;
  }
  let failed = invalid;
  for (const address of found.addresses) {
    const fd = yield* connect(p, protocol, address, port);
    if (!isError(fd)) return fd;
    failed = fd;
  }
  yield* shell.write(2, `${shell.name}: connect: ${strerror(failed.errno)}\n`);
  return failed;
};

/** A number, of which sixteen bits count, or a name of /etc/services. */
function portOf(p: Process, service: string, protocol: 'tcp' | 'udp'): number | undefined {
  if (/^\d*$/.test(service)) return Number(service) & 0xffff;
  return readServices(p).find((one) => one.protocol === protocol && one.names.includes(service))?.port;
}

function* connect(p: Process, protocol: 'tcp' | 'udp', address: HostAddress, port: number): Sys<number | KernelError> {
  const to = socketAddress(address, port);
  if (protocol === 'udp') {
    const socket = p.sockets.udp(address.family);
    const fd = p.install(new DatagramFile(socket));
    if (isError(fd)) return fd;
    const refused = socket.connect(to);
    if (refused === undefined) return fd;
    p.close(fd);
    return refused;
  }
  const socket = p.sockets.tcp(address.family);
  const fd = installStream(p, socket);
  if (isError(fd)) return fd;
  const refused = yield* connectStream(p, socket, to);
  if (refused === undefined) return fd;
  p.close(fd);
  return refused === 'time' ? fail('ETIMEDOUT') : refused;
}
