import { type Ipv6, isLinkLocalIpv6, isMulticastIpv6 } from '../../base/address.ts';
import { u16 } from '../../base/bytes.ts';
import { isError, type KernelError } from '../../base/result.ts';
import type { Datagram, DatagramSocket } from '../../kernel/socket/socket.ts';
import type { Sys } from '../../machine/process.ts';
import {
  ICMPV6_ECHO_ID,
  ICMPV6_ECHO_REPLY,
  ICMPV6_ECHO_REQUEST,
  ICMPV6_ECHO_SEQUENCE,
  ICMPV6_HLEN,
  icmpv6Type,
} from '../../wire/icmpv6.ts';
import { type Command, reason } from '../lib/command.ts';
import type { AddressInfo, HostAddress } from '../net-lib/getaddrinfo.ts';
import { numericHost } from '../net-lib/getnameinfo.ts';
import { describeIcmpv6 } from './icmp-text.ts';
import type { PingOptions } from './options.ts';
import { type EchoProtocol, type EchoReply, mustSucceed, Pinger, type ProbeError, TIMEVAL_SIZE } from './pinger.ts';

const PROBE_PORT = 1025;

/**
 * Pings an IPv6 address (iputils ping6_common.c, ping6_run): the exit status, or undefined where there is no way to this address and
 * the name has others.
 */
export function* ping6(
  c: Command,
  o: PingOptions,
  target: string,
  info: AddressInfo,
  at: number,
  socket: DatagramSocket,
  ident: number,
): Sys<number | undefined> {
  const { p } = c;
  const host = info.addresses[at];
  if (host?.family !== 'inet6') return undefined;
  if (target.includes(':')) o.numeric = true;
  const { options } = socket;
  const linkIndex = yield* deviceIndex(c, o);
  let source: Ipv6 = o.source6 ?? '::';
  if (o.source6 === undefined) {
    const found = yield* chooseSource(c, o, host, linkIndex, at + 1 < info.addresses.length);
    if (found === undefined) return undefined;
    source = found;
  }
  if (linkIndex !== 0) {
    options.bindToDevice = linkIndex;
    const here = p.rtnetlink.addresses('inet6').some((a) => a.ifindex === linkIndex && a.local === source);
    if (o.source6 === undefined && !here) yield* c.complain(`Warning: source address might be selected on device other than: ${o.device}`);
  }
  const multicast = isMulticastIpv6(host.address);
  const discover = o.pmtuDiscover ?? (multicast ? 'do' : undefined);
  if (discover !== undefined) options.pmtuDiscover = discover;
  if (o.strictSource) {
    yield* mustSucceed(
      c,
      socket.bind({ family: 'inet6', address: source, port: 0, scopeId: linkIndex || host.scopeId }),
      'bind icmp socket',
    );
  }
  options.receiveErrors = true;
  options.tos = o.tos;
  if (o.mark !== undefined) options.mark = o.mark;
  if (o.ttl !== undefined) {
    options.ttl = o.ttl;
    options.multicastTtl = o.ttl;
  }
  const echo = new Icmpv6Echo(socket, target, host, o.size >= TIMEVAL_SIZE, multicast);
  const pinger = new Pinger(c, o, echo, ident);
  const flow = o.flowLabel === undefined ? '' : `, flow 0x${o.flowLabel.toString(16).padStart(5, '0')}, `;
  const scoped = numericHost(p.netns, {
    family: 'inet6',
    address: source,
    scopeId: isLinkLocalIpv6(source) ? linkIndex || host.scopeId : 0,
  });
  const from = o.device !== undefined || o.strictSource ? `from ${scoped} ${o.device ?? ''}: ` : '';
  yield* c.print(`PING ${target}(${yield* pinger.name(host)}) ${flow}${from}${o.size} data bytes\n`);
  yield* c.flush();
  return yield* pinger.run();
}

function* deviceIndex(c: Command, o: PingOptions): Sys<number> {
  if (o.device === undefined) return 0;
  const link = c.p.rtnetlink.link(o.device);
  return isError(link) ? yield* c.die(2, `unknown iface: ${o.device}`) : link.ifindex;
}

/**
 * The address a packet would have. For a link-local destination iputils 20221126 does not ask the kernel (its probe socket's
 * address has no family then), so that the source stays unspecified.
 */
function* chooseSource(
  c: Command,
  o: PingOptions,
  host: HostAddress & { family: 'inet6' },
  linkIndex: number,
  more: boolean,
): Sys<Ipv6 | undefined> {
  if (isLinkLocalIpv6(host.address) || /^ff.2:/.test(host.address)) return '::';
  const probe = c.p.sockets.udp('inet6');
  probe.options.bindToDevice = linkIndex;
  probe.options.mark = o.mark ?? 0;
  const answer = probe.connect({ ...host, port: PROBE_PORT });
  const source = probe.localAddress().address as Ipv6;
  probe.close();
  if (!isError(answer)) return source;
  if (more && (answer.errno === 'EHOSTUNREACH' || answer.errno === 'ENETUNREACH')) return undefined;
  return yield* c.die(2, `connect: ${reason(answer)}`);
}

/** Echo requests of ICMPv6; a raw socket's checksum is the kernel's work. */
class Icmpv6Echo implements EchoProtocol {
  readonly socket: DatagramSocket;
  readonly hostname: string;
  readonly timing: boolean;
  readonly multicast: boolean;
  readonly #host: HostAddress & { family: 'inet6' };

  constructor(socket: DatagramSocket, hostname: string, host: HostAddress & { family: 'inet6' }, timing: boolean, multicast: boolean) {
    this.socket = socket;
    this.hostname = hostname;
    this.#host = host;
    this.timing = timing;
    this.multicast = multicast;
  }

  encode(seq: number, ident: number, data: Uint8Array): Uint8Array {
    const out = new Uint8Array(ICMPV6_HLEN + data.length);
    out.set([ICMPV6_ECHO_REQUEST, 0, 0, 0, ident >>> 8, ident & 0xff, seq >>> 8, seq & 0xff]);
    out.set(data, ICMPV6_HLEN);
    return out;
  }

  send(data: Uint8Array): number | KernelError {
    return this.socket.send(data, { ...this.#host, port: 0 });
  }

  error(ident: number): ProbeError | undefined {
    const error = this.socket.takeError();
    if (error === undefined) return undefined;
    const { data, offender, destination } = error;
    if (error.origin === 'local') {
      const text = error.errno.errno === 'EMSGSIZE' ? `message too long, mtu: ${error.info}` : reason(error.errno);
      return { ours: true, local: error.errno, from: undefined, seq: 0, text };
    }
    const ours =
      data.length >= ICMPV6_HLEN &&
      destination?.address === this.#host.address &&
      icmpv6Type(data, 0) === ICMPV6_ECHO_REQUEST &&
      this.#isOurs(data, ident);
    return {
      ours,
      local: undefined,
      from: offender?.family === 'inet6' ? { family: 'inet6', address: offender.address, scopeId: offender.scopeId } : undefined,
      seq: ours ? u16(data, ICMPV6_ECHO_SEQUENCE) : 0,
      text: describeIcmpv6(error.icmpType, error.icmpCode, error.info),
    };
  }

  parse(datagram: Datagram, ident: number): EchoReply | undefined {
    const { data, from, ttl } = datagram;
    if (from.family !== 'inet6' || data.length < ICMPV6_HLEN || icmpv6Type(data, 0) !== ICMPV6_ECHO_REPLY) return undefined;
    if (!this.#isOurs(data, ident)) return undefined;
    const scopeId = isLinkLocalIpv6(from.address) ? from.scopeId || datagram.ifindex : 0;
    return {
      kind: 'reply',
      from: { family: 'inet6', address: from.address, scopeId },
      seq: u16(data, ICMPV6_ECHO_SEQUENCE),
      ttl,
      data: data.subarray(ICMPV6_HLEN),
    };
  }

  #isOurs(data: Uint8Array, ident: number): boolean {
    return this.socket.kind === 'ping' || u16(data, ICMPV6_ECHO_ID) === ident;
  }
}
