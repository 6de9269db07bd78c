// Go's net package as dockerd uses it: how names are looked up and connections made, and how it words what went wrong.

import { formatIpv4 } from '../../../base/address.ts';
import { strerror } from '../../../base/errno.ts';
import { isError, type KernelError } from '../../../base/result.ts';
import { NS_PER_S } from '../../../base/time.ts';
import type { DatagramSocket, SockAddr } from '../../../kernel/socket/socket.ts';
import type { Process, Sys } from '../../../machine/process.ts';
import { installSocket } from '../../../machine/socket-file.ts';
import { DNS_A, DNS_AAAA, DNS_FLAG_QR, DNS_NOERROR, DNS_NXDOMAIN, type DnsMessage, decodeDns, dnsRcode } from '../../../wire/dns.ts';
import type { HostAddress } from '../../net-lib/getaddrinfo.ts';
import { numericAddress, socketAddress } from '../../net-lib/getaddrinfo.ts';
import { entryHasName, readHosts } from '../../net-lib/hosts-file.ts';
import { readResolvConf } from '../../net-lib/resolv-conf.ts';
import { encodeQuestion, serverAddress } from '../../net-lib/resolver.ts';
import { connectStream, installStream } from '../../net-lib/stream-file.ts';

/** Why a call failed, as `err.Error()` has it. `temporary`: nobody answered in time, so that it is worth another try. */
export class GoError {
  readonly text: string;
  readonly temporary: boolean;
  /** What it wraps (url.Error's Err). */
  readonly cause: string;

  constructor(text: string, temporary = false, cause = text) {
    this.text = text;
    this.temporary = temporary;
    this.cause = cause;
  }
}

const ATTEMPTS = 2;
const SERVER_TIMEOUT_NS = 5 * NS_PER_S;
const DIAL_TIMEOUT_NS = 15 * NS_PER_S;

/** net.Dial("tcp", "HOST:PORT"): a descriptor of the process. Each address of the name is tried in turn. */
export function* dial(p: Process, host: string, port: number): Sys<number | GoError> {
  const addresses = yield* lookUp(p, host);
  if (addresses instanceof GoError) return new GoError(`dial tcp: ${addresses.text}`, addresses.temporary);
  let failure = new GoError('dial tcp: missing address');
  for (const address of addresses) {
    const to = socketAddress(address, port);
    const connected = yield* connect(p, to);
    if (typeof connected === 'number') return connected;
    failure = new GoError(`dial tcp ${goAddress(to)}: ${connected.text}`, connected.temporary);
  }
  return failure;
}

function* connect(p: Process, to: SockAddr): Sys<number | GoError> {
  const socket = p.sockets.tcp(to.family);
  const fd = installStream(p, socket);
  if (isError(fd)) return refusedCall('socket', fd);
  const answer = yield* connectStream(p, socket, to, p.nowNs + DIAL_TIMEOUT_NS);
  if (answer === undefined) return fd;
  p.close(fd);
  return answer === 'time' ? new GoError('i/o timeout', true) : refusedCall('connect', answer);
}

/** net.LookupIP: the addresses of a name. The Go resolver: /etc/hosts, then the name servers with the search list. */
export function* lookUp(p: Process, host: string): Sys<readonly HostAddress[] | GoError> {
  const numeric = numericAddress(p, host);
  if (numeric !== undefined) return [numeric];
  const listed = readHosts(p).filter((entry) => entryHasName(entry, host));
  if (listed.length > 0) {
    return listed.map(({ address }) =>
      address.family === 'inet' ? { family: 'inet', address: address.ip } : { family: 'inet6', address: address.ip, scopeId: 0 },
    );
  }
  const { search, ndots } = readResolvConf(p);
  const withSearch = search.filter((domain) => domain !== '').map((domain) => `${host}.${domain}`);
  const names = host.split('.').length - 1 >= ndots ? [host, ...withSearch] : [...withSearch, host];
  let failure = new GoError(`lookup ${host}: no such host`);
  for (const name of names) {
    const found = yield* askServers(p, name);
    if (!(found instanceof GoError)) return found;
    failure = new GoError(`lookup ${host} on ${found.text}`, found.temporary);
  }
  return failure;
}

/** The addresses of a name; the error begins with the server that was asked last. */
function* askServers(p: Process, name: string): Sys<readonly HostAddress[] | GoError> {
  let failure = new GoError('');
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    for (const server of readResolvConf(p).nameservers) {
      const to = serverAddress(server);
      const found = yield* askServer(p, to, name);
      if (!(found instanceof GoError)) {
        if (found.length > 0) return found;
        return new GoError(`${goAddress(to)}: no such host`);
      }
      failure = new GoError(`${goAddress(to)}: ${found.text}`, found.temporary);
    }
  }
  return failure;
}

/** Asks for both kinds of addresses at once, each from a socket of its own. */
function* askServer(p: Process, server: SockAddr, name: string): Sys<readonly HostAddress[] | GoError> {
  const open: { readonly socket: DatagramSocket; readonly fd: number; readonly id: number; answer?: DnsMessage }[] = [];
  try {
    for (const type of [DNS_A, DNS_AAAA]) {
      const socket = p.sockets.udp(server.family);
      const fd = installSocket(p, socket);
      if (isError(fd)) return refusedCall('socket', fd);
      const id = p.machine.random.int(0x10000);
      open.push({ socket, fd, id });
      const refused = socket.connect(server);
      if (isError(refused)) return new GoError(`dial udp ${goAddress(server)}: ${refusedCall('connect', refused).text}`);
      const sent = socket.send(encodeQuestion(id, name, type));
      if (isError(sent)) return new GoError(`write udp ${pair(socket, server)}: ${refusedCall('write', sent).text}`);
    }
    const untilNs = p.nowNs + SERVER_TIMEOUT_NS;
    for (;;) {
      for (const one of open) {
        const datagram = one.socket.receive();
        if (isError(datagram)) {
          if (datagram.errno === 'EAGAIN') continue;
          return new GoError(`read udp ${pair(one.socket, server)}: ${refusedCall('read', datagram).text}`);
        }
        const message = decodeDns(datagram.data);
        if (message?.id === one.id && (message.flags & DNS_FLAG_QR) !== 0) one.answer = message;
      }
      const missing = open.filter(({ answer }) => answer === undefined);
      if (missing.length === 0) break;
      if (p.nowNs >= untilNs) return new GoError(`read udp ${pair((missing[0] as (typeof open)[0]).socket, server)}: i/o timeout`, true);
      yield* p.wait(
        missing.map(({ socket }) => socket.readable),
        untilNs,
        'dns answer',
      );
    }
    return addressesIn(open.map(({ answer }) => answer as DnsMessage));
  } finally {
    for (const { fd } of open) p.close(fd);
  }
}

function addressesIn(messages: readonly DnsMessage[]): readonly HostAddress[] | GoError {
  const broken = messages.every(({ flags }) => dnsRcode(flags) !== DNS_NOERROR && dnsRcode(flags) !== DNS_NXDOMAIN);
  if (broken) return new GoError('server misbehaving', true);
  return messages
    .flatMap(({ answers }) => answers)
    .flatMap(({ data }): HostAddress[] => {
      if (data.type === DNS_A) return [{ family: 'inet', address: data.address }];
      return data.type === DNS_AAAA ? [{ family: 'inet6', address: data.address, scopeId: 0 }] : [];
    });
}

/** os.SyscallError: Go's texts of errno are in lower case. */
function refusedCall(call: string, { errno }: KernelError): GoError {
  if (errno === 'ETIMEDOUT') return new GoError(`${call}: connection timed out`, true);
  return new GoError(`${call}: ${strerror(errno).toLowerCase()}`);
}

const pair = (socket: DatagramSocket, server: SockAddr): string => `${goAddress(socket.localAddress())}->${goAddress(server)}`;

/** net.Addr.String(). */
function goAddress(at: SockAddr): string {
  return at.family === 'inet' ? `${formatIpv4(at.address)}:${at.port}` : `[${at.address}]:${at.port}`;
}
