// Connecting: netcat.c, remote_connect(), timeout_connect(), udptest().

import { isError, type KernelError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { SockAddr } from '../../kernel/socket/socket.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { type Command, reason } from '../lib/command.ts';
import { DatagramFile } from '../net-lib/datagram-file.ts';
import { getaddrinfo, type HostAddress, LookupError, socketAddress } from '../net-lib/getaddrinfo.ts';
import { numericHost } from '../net-lib/getnameinfo.ts';
import { type AnyStream, connectStream, installStream } from '../net-lib/stream-file.ts';
import type { NcOptions } from './options.ts';
import type { NetEnd } from './read-write.ts';

/** Seconds that a UDP port gets to say that nobody is there (UDP_SCAN_TIMEOUT). */
const UDP_SCAN_TIMEOUT_S = 3;

export interface Remote {
  readonly end: NetEnd;
  /** The address, where the name is not one itself. */
  readonly address: string;
}

/** Connects to the first of a name's addresses that answers; undefined, and with -v a line for each address, where none does. */
export function* connectRemote(c: Command, port: number, options: NcOptions): Sys<Remote | undefined> {
  const host = options.host as string;
  for (const address of yield* lookUp(c, host, String(port), options)) {
    const text = numericHost(c.p.netns, address);
    const end = yield* open(c, address, port, options);
    if (!isError(end) && end !== 'time') return { end, address: text };
    if (!options.verbose) continue;
    const where = `connect to ${host}${text === host ? '' : ` (${text})`} port ${port} (${options.udp ? 'udp' : 'tcp'})`;
    yield* c.complain(end === 'time' ? `${where} timed out: Operation now in progress` : `${where} failed: ${reason(end)}`);
  }
  return undefined;
}

export function* lookUp(c: Command, host: string, port: string, options: NcOptions): Sys<readonly HostAddress[]> {
  const numericOnly = options.numeric && !/^[\d.]+$|:/.test(host);
  const found = numericOnly ? new LookupError('EAI_NONAME') : yield* getaddrinfo(c.p, host, options.family);
  if (found instanceof LookupError) return yield* c.die(1, `getaddrinfo for host "${host}" port ${port}: ${found.text}`);
  return found.addresses;
}

function* open(c: Command, address: HostAddress, port: number, options: NcOptions): Sys<NetEnd | 'time' | KernelError> {
  const { p } = c;
  const from = yield* source(c, address.family, options);
  const to = socketAddress(address, port);
  const untilNs = options.timeout === undefined ? undefined : p.nowNs + options.timeout * NS_PER_S;
  if (options.udp) {
    const socket = p.sockets.udp(address.family);
    if (options.ttl !== undefined) socket.options.ttl = options.ttl;
    if (options.tos !== undefined) socket.options.tos = options.tos;
    const refused = from && socket.bind(from);
    if (refused) return yield* c.die(1, `bind failed: ${reason(refused)}`);
    const error = socket.connect(to);
    if (error) {
      socket.close();
      return error;
    }
    return installDatagram(c, new DatagramFile(socket));
  }
  const socket = p.sockets.tcp(address.family);
  socket.setOptions({
    reuseAddress: from !== undefined,
    ttl: options.ttl,
    tos: options.tos ?? 0,
    ...(options.receiveBuffer === undefined ? {} : { receiveBuffer: options.receiveBuffer }),
    ...(options.sendBuffer === undefined ? {} : { sendBuffer: options.sendBuffer }),
  });
  const refused = from && socket.bind(from);
  if (refused) return yield* c.die(1, `bind failed: ${reason(refused)}`);
  const fd = installStream(p, socket);
  if (isError(fd)) return fd;
  const failed = yield* connectStream(p, socket, to, untilNs, 'poll');
  if (failed === undefined) return streamEnd(fd, socket);
  p.close(fd);
  return failed;
}

/** What -s and -p bind to. */
function* source(c: Command, family: 'inet' | 'inet6', options: NcOptions): Sys<SockAddr | undefined> {
  if (options.source === undefined && options.sourcePort === undefined) return undefined;
  const port = options.sourcePort === undefined ? 0 : Number(options.sourcePort);
  if (options.source === undefined) {
    return family === 'inet' ? { family, address: 0, port } : { family, address: '::', port, scopeId: 0 };
  }
  const found = yield* getaddrinfo(c.p, options.source, family);
  if (found instanceof LookupError) return yield* c.die(1, `getaddrinfo: ${found.text}`);
  return socketAddress(found.addresses[0] as HostAddress, port);
}

export function streamEnd(fd: number, socket: AnyStream): NetEnd {
  return {
    fd,
    shutdown: (how) => void socket.shutdown(how),
    state: () => socket.poll(),
  };
}

export function installDatagram(c: Command, file: DatagramFile): NetEnd | KernelError {
  const fd = c.p.install(file);
  if (isError(fd)) return fd;
  return { fd, shutdown: () => {}, state: () => ({ hangup: false, error: file.failed }) };
}

/** Sends a few bytes and sees whether anything says that nobody is there. */
export function* udpAnswers(p: Process, end: NetEnd, options: NcOptions): Sys<boolean> {
  const probe = (): Sys<number | KernelError> => p.write(end.fd, Uint8Array.of(0x58));
  if (isError(yield* probe()) || isError(yield* probe())) return false;
  for (let i = 0; i < (options.timeout ?? UDP_SCAN_TIMEOUT_S); i++) {
    yield* p.sleep(NS_PER_S);
    if (isError(yield* probe())) return false;
  }
  return true;
}
