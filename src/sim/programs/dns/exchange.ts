// One question and its answer, over UDP or TCP (RFC 1035, 4.2): what BIND's tools have in common.

import { formatIpv4 } from '../../base/address.ts';
import { setU16, u16 } from '../../base/bytes.ts';
import { isError, type KernelError } from '../../base/result.ts';
import type { SockAddr } from '../../kernel/socket/socket.ts';
import type { StreamSocket } from '../../kernel/socket/stream-socket.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { installSocket } from '../../machine/socket-file.ts';
import { DNS_FLAG_QR, type DnsMessage, decodeDns } from '../../wire/dns.ts';
import { encodeDns } from '../../wire/dns-encode.ts';

export interface Answer {
  readonly message: DnsMessage;
  /** Length of the message, bytes. */
  readonly size: number;
  readonly tookNs: number;
  readonly tcp: boolean;
}

/** Nothing came, and why; `setup`: nothing could even be sent. */
export class Silence {
  readonly reason: string;
  readonly setup: boolean;
  constructor(reason: string, setup: boolean) {
    this.reason = reason;
    this.setup = setup;
  }
}

/** isc_result_totext() of an errno. */
function resultText({ errno }: KernelError): string {
  switch (errno) {
    case 'ECONNREFUSED':
      return 'connection refused';
    case 'ENETUNREACH':
      return 'network unreachable';
    case 'EHOSTUNREACH':
      return 'host unreachable';
    case 'EADDRNOTAVAIL':
      return 'address not available';
    case 'ECONNRESET':
      return 'connection reset';
    case 'ETIMEDOUT':
      return 'timed out';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    default:
      return 'failure';
  }
}

const TIMED_OUT = 'timed out';

export interface Transport {
  readonly server: SockAddr;
  readonly source: SockAddr | undefined;
  readonly timeoutNs: number;
}

/** Asks over UDP. */
export function* askUdp(p: Process, query: DnsMessage, { server, source, timeoutNs }: Transport): Sys<Answer | Silence> {
  const socket = p.sockets.udp(server.family);
  // BIND's sockets do not look for the path's MTU (IP_PMTUDISC_OMIT).
  socket.options.pmtuDiscover = 'dont';
  const fd = installSocket(p, socket);
  if (isError(fd)) return new Silence('too many open files', true);
  try {
    const refused = (source && socket.bind(source)) ?? socket.connect(server);
    if (isError(refused)) return new Silence(resultText(refused), true);
    const sentNs = p.nowNs;
    // Whether it could be sent, dig does not ask: it waits for an answer, or an error.
    socket.send(encodeDns(query));
    for (;;) {
      const datagram = socket.receive();
      if (!isError(datagram)) {
        const message = decodeDns(datagram.data);
        if (message?.id === query.id && (message.flags & DNS_FLAG_QR) !== 0) {
          return { message, size: datagram.data.length, tookNs: p.nowNs - sentNs, tcp: false };
        }
        continue;
      }
      if (datagram.errno !== 'EAGAIN') return new Silence(resultText(datagram), false);
      if (p.nowNs >= sentNs + timeoutNs) return new Silence(TIMED_OUT, false);
      yield* p.wait([socket.readable], sentNs + timeoutNs, 'dns answer');
    }
  } finally {
    p.close(fd);
  }
}

/** Asks over TCP: a message has its length before it (RFC 1035, 4.2.2). */
export function* askTcp(p: Process, query: DnsMessage, { server, source, timeoutNs }: Transport): Sys<Answer | Silence> {
  const socket = p.sockets.tcp(server.family);
  const fd = installSocket(p, socket);
  if (isError(fd)) return new Silence('too many open files', true);
  try {
    const started = p.nowNs;
    const deadline = started + timeoutNs;
    const bound = source && socket.bind({ ...source, port: 0 });
    if (isError(bound)) return new Silence(resultText(bound), true);
    const connected = yield* connect(p, socket, server, deadline);
    if (connected !== undefined) return new Silence(connected, true);
    const body = encodeDns(query);
    const framed = new Uint8Array(2 + body.length);
    setU16(framed, 0, body.length);
    framed.set(body, 2);
    const sentNs = p.nowNs;
    const sent = socket.send(framed);
    if (isError(sent)) return new Silence(resultText(sent), false);
    const reply = yield* readFramed(p, socket, deadline);
    if (typeof reply === 'string') return new Silence(reply, false);
    const message = decodeDns(reply);
    return message === undefined ? new Silence('end of file', false) : { message, size: reply.length, tookNs: p.nowNs - sentNs, tcp: true };
  } finally {
    p.close(fd);
  }
}

/** Undefined once connected, else why not. */
function* connect(p: Process, socket: StreamSocket, server: SockAddr, deadline: number): Sys<string | undefined> {
  for (;;) {
    const answer = socket.connect(server);
    if (answer === undefined || answer.errno === 'EISCONN') return undefined;
    if (answer.errno !== 'EINPROGRESS' && answer.errno !== 'EALREADY') return resultText(answer);
    if (p.nowNs >= deadline) return TIMED_OUT;
    if (!socket.poll().writable) yield* p.wait([socket.writable], deadline, 'connect');
  }
}

/** The next message of a stream; undefined where the peer ended it. Nothing is waited for beyond `deadline`. */
export function* readFramed(p: Process, socket: StreamSocket, deadline: number): Sys<Uint8Array | string> {
  let have = new Uint8Array(0);
  for (;;) {
    if (have.length >= 2 && have.length >= 2 + u16(have, 0)) return have.slice(2, 2 + u16(have, 0));
    const more = socket.receive(65_536);
    if (!isError(more)) {
      if (more.length === 0) return 'end of file';
      const grown = new Uint8Array(have.length + more.length);
      grown.set(have);
      grown.set(more, have.length);
      have = grown;
      continue;
    }
    if (more.errno !== 'EAGAIN') return resultText(more);
    if (p.nowNs >= deadline) return TIMED_OUT;
    yield* p.wait([socket.readable], deadline, 'dns answer');
  }
}

/** `203.0.113.53#53`. */
export function serverText(server: SockAddr): string {
  return `${hostText(server)}#${server.port}`;
}

export function hostText(server: SockAddr): string {
  return server.family === 'inet' ? formatIpv4(server.address) : server.address;
}
