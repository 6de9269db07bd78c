import { strerror } from '../../base/errno.ts';
import { isError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { getaddrinfo, type HostAddress, LookupError, socketAddress } from '../net-lib/getaddrinfo.ts';
import { numericHost } from '../net-lib/getnameinfo.ts';
import { connectStream, installStream } from '../net-lib/stream-file.ts';

/** Why a mirror cannot be reached. */
export interface Unreachable {
  readonly kind: 'name' | 'connect' | 'time';
  /** The address that was tried; empty if there was none. */
  readonly address: string;
  readonly reason: string;
}

const CONNECT_NS = 30 * NS_PER_S;

/**
 * Asks a mirror for a file: its name is resolved, a connection made, a request sent and the answer read. Undefined when it answered. What the
 * files hold the package managers here know by themselves.
 */
export function* askMirror(p: Process, host: string, port: number, path: string): Sys<Unreachable | undefined> {
  const found = yield* getaddrinfo(p, host);
  if (found instanceof LookupError) return { kind: 'name', address: '', reason: found.text };
  const [address] = found.addresses as [HostAddress];
  const shown = numericHost(p.netns, address);
  const socket = p.sockets.tcp(address.family);
  const fd = installStream(p, socket);
  if (isError(fd)) return { kind: 'connect', address: shown, reason: strerror(fd.errno) };
  try {
    const refused = yield* connectStream(p, socket, socketAddress(address, port), p.nowNs + CONNECT_NS);
    if (refused === 'time') return { kind: 'time', address: shown, reason: 'Connection timed out' };
    if (refused !== undefined)
      return { kind: refused.errno === 'ETIMEDOUT' ? 'time' : 'connect', address: shown, reason: strerror(refused.errno) };
    const request = `GET ${path} HTTP/1.0\r\nHost: ${host}\r\n\r\n`;
    yield* p.write(
      fd,
      Uint8Array.from(request, (c) => c.charCodeAt(0)),
    );
    for (;;) {
      const data = yield* p.read(fd, 65_536);
      if (isError(data) || data.length === 0) return undefined;
    }
  } finally {
    p.close(fd);
  }
}
