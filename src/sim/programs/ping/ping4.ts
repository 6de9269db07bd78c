import { formatIpv4, type Ipv4, isMulticastIpv4 } from '../../base/address.ts';
import { u16 } from '../../base/bytes.ts';
import { isError, type KernelError } from '../../base/result.ts';
import type { Datagram, DatagramSocket } from '../../kernel/socket/socket.ts';
import type { Sys } from '../../machine/process.ts';
import {
  encodeIcmp,
  ICMP_ECHO,
  ICMP_ECHO_ID,
  ICMP_ECHO_SEQUENCE,
  ICMP_ECHOREPLY,
  ICMP_HLEN,
  ICMP_REDIRECT,
  ICMP_SOURCE_QUENCH,
  icmpCode,
  icmpGateway,
  icmpIsError,
  icmpType,
} from '../../wire/icmp.ts';
import { ipv4Dst, ipv4HeaderLength, ipv4Ttl } from '../../wire/ipv4.ts';
import { type Command, reason } from '../lib/command.ts';
import type { AddressInfo } from '../net-lib/getaddrinfo.ts';
import { inetAton } from '../net-lib/inet-aton.ts';
import { describeIcmp } from './icmp-text.ts';
import type { PingOptions } from './options.ts';
import {
  ECHO_HLEN,
  type EchoProtocol,
  type EchoReply,
  mustSucceed,
  Pinger,
  type ProbeError,
  type ProbeNotice,
  TIMEVAL_SIZE,
} from './pinger.ts';

/** Port of the socket that only asks for a route. */
const PROBE_PORT = 1025;

/** Pings an IPv4 address (iputils ping.c, ping4_run): the exit status. */
export function* ping4(c: Command, o: PingOptions, target: string, info: AddressInfo, socket: DatagramSocket, ident: number): Sys<number> {
  const first = info.addresses[0];
  let destination: Ipv4 = first?.family === 'inet' ? first.address : 0;
  const spelled = inetAton(target) !== undefined;
  if (spelled) o.numeric = true;
  const hostname = spelled ? target : info.canonicalName;
  const source = o.source4 ?? (yield* chooseSource(c, o, destination, socket));
  if (o.source4 !== undefined) yield* bindToDevice(c, o, destination, [socket]);
  if (destination === 0) destination = source;
  const multicast = o.broadcast || isMulticastIpv4(destination);
  const { options } = socket;
  const discover = o.pmtuDiscover ?? (multicast ? 'do' : undefined);
  if (discover !== undefined) options.pmtuDiscover = discover;
  if (o.strictSource) yield* mustSucceed(c, socket.bind({ family: 'inet', address: source, port: 0 }), 'bind');
  if (o.headerOption !== undefined) yield* c.die(2, `${o.headerOption}: Protocol not available`);
  options.receiveErrors = true;
  options.tos = o.tos;
  options.broadcast = o.broadcast;
  if (o.mark !== undefined) options.mark = o.mark;
  if (o.ttl !== undefined) {
    if (o.ttl === 0) yield* c.die(2, 'cannot set unicast time-to-live: Invalid argument');
    options.ttl = o.ttl;
    options.multicastTtl = o.ttl;
  }
  const from = o.device !== undefined || o.strictSource ? `from ${formatIpv4(source)} ${o.device ?? ''}: ` : '';
  yield* c.print(`PING ${hostname} (${formatIpv4(destination)}) ${from}${o.size}(${o.size + ECHO_HLEN + 20}) bytes of data.\n`);
  yield* c.flush();
  const echo = new IcmpEcho(socket, hostname, destination, o.size >= TIMEVAL_SIZE, multicast);
  return yield* new Pinger(c, o, echo, ident).run();
}

/** The address a packet to the destination would have; ends the command if there is no way there. */
function* chooseSource(c: Command, o: PingOptions, destination: Ipv4, socket: DatagramSocket): Sys<Ipv4> {
  const { p } = c;
  const probe = p.sockets.udp('inet');
  try {
    yield* bindToDevice(c, o, destination, [probe, socket]);
    probe.options.tos = o.tos;
    probe.options.mark = o.mark ?? 0;
    const peer = { family: 'inet', address: destination, port: PROBE_PORT } as const;
    let answer = probe.connect(peer);
    if (isError(answer) && answer.errno === 'EACCES') {
      if (!o.broadcast) yield* c.die(2, 'Do you want to ping broadcast? Then -b. If not, check your local firewall rules');
      yield* c.error('WARNING: pinging broadcast address\n');
      probe.options.broadcast = true;
      answer = probe.connect(peer);
    }
    if (isError(answer)) yield* c.die(2, `connect: ${reason(answer)}`);
    const source = probe.localAddress().address as Ipv4;
    if (o.device !== undefined) {
      const link = p.rtnetlink.link(o.device);
      const index = isError(link) ? 0 : link.ifindex;
      const here = p.rtnetlink.addresses('inet').some((a) => a.ifindex === index && a.local === source);
      // What comes back from an own address comes over lo.
      if (here && source === destination) socket.options.bindToDevice = 0;
      if (!here) yield* c.complain(`Warning: source address might be selected on device other than: ${o.device}`);
    }
    return source;
  } finally {
    probe.close();
  }
}

function* bindToDevice(c: Command, o: PingOptions, _destination: Ipv4, sockets: readonly DatagramSocket[]): Sys<void> {
  if (o.device === undefined) return;
  const link = c.p.rtnetlink.link(o.device);
  if (isError(link)) return yield* c.die(2, `SO_BINDTODEVICE ${o.device}: ${reason(link)}`);
  for (const socket of sockets) socket.options.bindToDevice = link.ifindex;
}

/** Echo requests and what comes of them, over a raw or a ping socket. */
class IcmpEcho implements EchoProtocol {
  readonly socket: DatagramSocket;
  readonly hostname: string;
  readonly timing: boolean;
  readonly multicast: boolean;
  readonly #destination: Ipv4;

  constructor(socket: DatagramSocket, hostname: string, destination: Ipv4, timing: boolean, multicast: boolean) {
    this.socket = socket;
    this.hostname = hostname;
    this.timing = timing;
    this.multicast = multicast;
    this.#destination = destination;
  }

  encode(seq: number, ident: number, data: Uint8Array): Uint8Array {
    return encodeIcmp({ type: ICMP_ECHO, code: 0, rest: ((ident << 16) | seq) >>> 0, payload: data });
  }

  send(data: Uint8Array): number | KernelError {
    return this.socket.send(data, { family: 'inet', address: this.#destination, port: 0 });
  }

  error(ident: number): ProbeError | undefined {
    const error = this.socket.takeError();
    if (error === undefined) return undefined;
    const { data, offender, destination } = error;
    if (error.origin === 'local') {
      const text = error.errno.errno === 'EMSGSIZE' ? `message too long, mtu=${error.info}` : reason(error.errno);
      return { ours: true, local: error.errno, from: undefined, seq: 0, text };
    }
    const ours =
      data.length >= ICMP_HLEN &&
      destination?.address === this.#destination &&
      icmpType(data, 0) === ICMP_ECHO &&
      this.#isOurs(data, 0, ident);
    return {
      ours,
      local: undefined,
      from: offender?.family === 'inet' ? { family: 'inet', address: offender.address } : undefined,
      seq: ours ? u16(data, ICMP_ECHO_SEQUENCE) : 0,
      text: describeIcmp(error.icmpType, error.icmpCode, error.info),
    };
  }

  parse(datagram: Datagram, ident: number): EchoReply | ProbeNotice | undefined {
    const { data, from } = datagram;
    if (from.family !== 'inet') return undefined;
    const o = this.socket.kind === 'raw' ? ipv4HeaderLength(data, 0) : 0;
    if (data.length < o + ICMP_HLEN) return undefined;
    const host = { family: 'inet', address: from.address } as const;
    const type = icmpType(data, o);
    if (type === ICMP_ECHOREPLY) {
      if (!this.#isOurs(data, o, ident)) return undefined;
      const ttl = this.socket.kind === 'raw' ? ipv4Ttl(data, 0) : datagram.ttl;
      return { kind: 'reply', from: host, seq: u16(data, o + ICMP_ECHO_SEQUENCE), ttl, data: data.subarray(o + ICMP_HLEN) };
    }
    if (!icmpIsError(type)) return undefined;
    const inner = o + ICMP_HLEN;
    const quoted = inner + ipv4HeaderLength(data, inner);
    if (data.length < quoted + ICMP_HLEN || icmpType(data, quoted) !== ICMP_ECHO) return undefined;
    if (ipv4Dst(data, inner) !== this.#destination || !this.#isOurs(data, quoted, ident)) return undefined;
    const seq = u16(data, quoted + ICMP_ECHO_SEQUENCE);
    // Errors come by the error queue too, and are told from there.
    if (type !== ICMP_REDIRECT && type !== ICMP_SOURCE_QUENCH) return { kind: 'error', from: host, seq, text: '' };
    return { kind: 'notice', from: host, seq, text: describeIcmp(type, icmpCode(data, o), icmpGateway(data, o)) };
  }

  #isOurs(data: Uint8Array, o: number, ident: number): boolean {
    return this.socket.kind === 'ping' || u16(data, o + ICMP_ECHO_ID) === ident;
  }
}
