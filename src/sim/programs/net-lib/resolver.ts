import { isError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { DatagramSocket, SockAddr } from '../../kernel/socket/socket.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { installSocket } from '../../machine/socket-file.ts';
import {
  DNS_CLASS_IN,
  DNS_FLAG_QR,
  DNS_FLAG_RD,
  DNS_NOERROR,
  DNS_NXDOMAIN,
  DNS_PORT,
  type DnsMessage,
  decodeDns,
  dnsRcode,
} from '../../wire/dns.ts';
import { encodeDns } from '../../wire/dns-encode.ts';
import { type ResolverConfig, readResolvConf } from './resolv-conf.ts';

/** What came of asking for some record types of one name. */
export type DnsResult =
  | { readonly kind: 'answers'; readonly name: string; readonly messages: readonly DnsMessage[] }
  /** There is no such name. */
  | { readonly kind: 'nxdomain' }
  /** No server gave an answer that settles it. */
  | { readonly kind: 'again' };

/**
 * Asks the name servers of /etc/resolv.conf for records of a name with the search list applied, as glibc's stub resolver does
 * (res_nsearch, resolv/res_query.c): a name with `ndots` dots is tried as it is first, others after the search domains.
 */
export function* searchDns(p: Process, name: string, types: readonly number[]): Sys<DnsResult> {
  const config = readResolvConf(p);
  const rooted = name.endsWith('.');
  const plain = rooted ? name.slice(0, -1) : name;
  const dots = plain.split('.').length - 1;
  const candidates = rooted ? [] : config.search.map((domain) => (domain === '' ? plain : `${plain}.${domain}`));
  if (rooted || dots >= config.ndots) candidates.unshift(plain);
  else candidates.push(plain);
  let last: DnsResult = { kind: 'nxdomain' };
  for (const candidate of candidates) {
    if (!isDomainName(candidate)) continue;
    const result = yield* queryDns(p, candidate, types, config);
    if (result.kind === 'answers' && result.messages.some((m) => m.answers.length > 0)) return result;
    if (result.kind === 'again') return result;
    if (result.kind === 'answers' || last.kind === 'nxdomain') last = result;
  }
  return last;
}

/** Labels of one to 63 bytes, 253 together. */
function isDomainName(name: string): boolean {
  return name.length <= 253 && name.split('.').every((label) => label.length > 0 && label.length <= 63);
}

/** One name, no search: each server in turn, `attempts` times round (res_send). All the types are asked for at once. */
export function* queryDns(p: Process, name: string, types: readonly number[], config = readResolvConf(p)): Sys<DnsResult> {
  for (let attempt = 0; attempt < config.attempts; attempt++) {
    for (const [i, server] of config.nameservers.entries()) {
      const seconds = i === 0 ? config.timeoutS : Math.max(1, Math.floor((config.timeoutS << i) / config.nameservers.length));
      const result = yield* askServer(p, serverAddress(server), name, types, seconds);
      if (result !== undefined) return result;
    }
  }
  return { kind: 'again' };
}

/** Where a name server listens. */
export function serverAddress(server: ResolverConfig['nameservers'][number]): SockAddr {
  return server.family === 'inet'
    ? { family: 'inet', address: server.ip, port: DNS_PORT }
    : { family: 'inet6', address: server.ip, port: DNS_PORT, scopeId: 0 };
}

/** A stub resolver's message: one question, recursion desired. */
export function encodeQuestion(id: number, name: string, type: number): Uint8Array {
  const question = { name, type, class: DNS_CLASS_IN };
  return encodeDns({ id, flags: DNS_FLAG_RD, questions: [question], answers: [], authorities: [], additionals: [] });
}

/** One try with one server; undefined where the next should be asked: silence, an ICMP error, a failure of its own. */
function* askServer(p: Process, server: SockAddr, name: string, types: readonly number[], seconds: number): Sys<DnsResult | undefined> {
  const socket = p.sockets.udp(server.family);
  const fd = installSocket(p, socket);
  if (isError(fd)) return undefined;
  const result = yield* exchange(p, socket, server, name, types, seconds);
  p.close(fd);
  return result;
}

function* exchange(
  p: Process,
  socket: DatagramSocket,
  server: SockAddr,
  name: string,
  types: readonly number[],
  seconds: number,
): Sys<DnsResult | undefined> {
  // glibc wants to hear at once that a server cannot be reached.
  socket.options.receiveErrors = true;
  if (isError(socket.connect(server))) return undefined;
  const deadline = p.nowNs + seconds * NS_PER_S;
  const waiting = new Map<number, number>();
  for (const [i, type] of types.entries()) {
    const id = p.machine.random.int(0x10000);
    waiting.set(id, i);
    if (isError(socket.send(encodeQuestion(id, name, type)))) return undefined;
  }
  const messages: DnsMessage[] = [];
  let nxdomain = 0;
  while (waiting.size > 0) {
    const datagram = socket.receive();
    if (isError(datagram)) {
      if (datagram.errno !== 'EAGAIN') return undefined;
      if (p.nowNs >= deadline) return undefined;
      yield* p.wait([socket.readable], deadline, 'dns answer');
      continue;
    }
    const message = decodeDns(datagram.data);
    const at = message === undefined ? undefined : waiting.get(message.id);
    if (message === undefined || at === undefined || (message.flags & DNS_FLAG_QR) === 0) continue;
    waiting.delete(message.id);
    const rcode = dnsRcode(message.flags);
    if (rcode === DNS_NXDOMAIN) nxdomain++;
    else if (rcode === DNS_NOERROR) messages[at] = message;
    else return undefined;
  }
  if (nxdomain === types.length) return { kind: 'nxdomain' };
  return { kind: 'answers', name, messages: messages.filter((m) => m !== undefined) };
}
