import { formatIpv4, ipv6Bytes, isLinkLocalIpv6 } from '../../base/address.ts';
import { setU16, u16 } from '../../base/bytes.ts';
import { isError, type KernelError } from '../../base/result.ts';
import type { DatagramSocket, SocketError } from '../../kernel/socket/socket.ts';
import type { Process } from '../../machine/process.ts';
import { installSocket } from '../../machine/socket-file.ts';
import { encodeIcmp, ICMP_ECHO, ICMP_ECHO_ID, ICMP_ECHO_SEQUENCE, ICMP_ECHOREPLY, ICMP_HLEN, icmpType } from '../../wire/icmp.ts';
import { ICMPV6_ECHO_REPLY, ICMPV6_ECHO_REQUEST, icmpv6Type } from '../../wire/icmpv6.ts';
import { ipv4HeaderLength } from '../../wire/ipv4.ts';
import type { HostAddress } from '../net-lib/getaddrinfo.ts';
import { icmpAnnotation } from './annotation.ts';
import type { TracerouteOptions } from './options.ts';

const UDP_HLEN = 8;
/** Where the ports of the default method begin, and the one that -U goes to. */
const DEFAULT_PORT = 33_434;
const UDP_PORT = 53;

/** One packet and what came of it. Times are virtual ns. */
export interface Probe {
  sentNs: number | undefined;
  receivedNs: number | undefined;
  done: boolean;
  /** The destination answered, or nobody further on will. */
  final: boolean;
  from: HostAddress | undefined;
  /** `!H` and the like. */
  note: string;
}

/** A refused system call that ends traceroute: the call and why. */
export class FatalError {
  readonly call: string;
  readonly error: KernelError;
  constructor(call: string, error: KernelError) {
    this.call = call;
    this.error = error;
  }
}

/** Sends probes and takes what answers them: a socket each with UDP, one for all with ICMP (mod-udp.c, mod-icmp.c). */
export class Prober {
  /** What to wait on. */
  readonly sockets = new Map<DatagramSocket, { readonly fd: number; readonly probe: Probe | undefined }>();
  readonly #p: Process;
  readonly #o: TracerouteOptions;
  readonly #data: Uint8Array;
  readonly #echoes = new Map<number, Probe>();
  #next: number;
  /** The identifier of echo requests; a ping socket puts its own in its place. */
  readonly #ident: number;
  #icmp: DatagramSocket | undefined;

  constructor(p: Process, o: TracerouteOptions) {
    this.#p = p;
    this.#ident = p.machine.random.int(0xffff) + 1;
    this.#o = o;
    this.#data = new Uint8Array(Math.max(0, this.packetLength - headerLength(o.address) - UDP_HLEN));
    for (let i = 0; i < this.#data.length; i++) this.#data[i] = 0x40 + (i & 0x3f);
    this.#next = o.port ?? (o.method === 'icmp' ? 1 : o.method === 'udp' ? UDP_PORT : DEFAULT_PORT);
  }

  /** The whole packet's length, as the header line has it. */
  get packetLength(): number {
    const header = headerLength(this.#o.address);
    return Math.max(this.#o.packetLength ?? header + 40, header + UDP_HLEN);
  }

  /** Opens a socket with what the options say of it (tune_socket). */
  #open(socket: DatagramSocket, probe: Probe | undefined): FatalError | undefined {
    const { options } = socket;
    const fd = installSocket(this.#p, socket);
    if (isError(fd)) return new FatalError('socket', fd);
    this.sockets.set(socket, { fd, probe });
    options.receiveErrors = true;
    options.tos = this.#o.tos;
    options.mark = this.#o.mark;
    options.pmtuDiscover = this.#o.dontFragment ? 'probe' : 'dont';
    if (this.#o.device !== undefined) {
      const link = this.#p.rtnetlink.link(this.#o.device);
      if (isError(link)) return new FatalError('setsockopt SO_BINDTODEVICE', link);
      options.bindToDevice = link.ifindex;
    }
    if (this.sourceAddress === undefined) return undefined;
    const bound = socket.bind({ ...this.sourceAddress, port: 0 });
    return isError(bound) ? new FatalError('bind', bound) : undefined;
  }

  sourceAddress: HostAddress | undefined;

  /** With ICMP all probes have one socket, opened before anything is printed (mod-icmp.c). */
  prepare(): FatalError | undefined {
    if (this.#o.method !== 'icmp') return undefined;
    const opened = this.#connected(undefined);
    if (opened instanceof FatalError) return opened;
    this.#icmp = opened;
    return undefined;
  }

  /** A socket towards the target, at the port that is next. */
  #connected(probe: Probe | undefined): DatagramSocket | FatalError {
    const { address, method } = this.#o;
    const { sockets } = this.#p;
    const opened = method === 'icmp' ? sockets.ping(address.family) : sockets.udp(address.family);
    const socket = isError(opened) ? sockets.raw(address.family, address.family === 'inet' ? 1 : 58) : opened;
    if (isError(socket)) return new FatalError('socket', socket);
    const failed = this.#open(socket, probe);
    if (failed !== undefined) return failed;
    const connected = socket.connect({ ...address, port: method === 'icmp' ? 0 : this.#next });
    return isError(connected) ? new FatalError('connect', connected) : socket;
  }

  /** Sends one that was begun at `startedNs`; a refusal that a later probe may not meet leaves it unsent. */
  send(probe: Probe, ttl: number, startedNs: number): FatalError | undefined {
    const { method } = this.#o;
    const socket = this.#icmp ?? this.#connected(probe);
    if (socket instanceof FatalError) return socket;
    socket.options.ttl = ttl;
    const packet = method === 'icmp' ? this.#echo(probe) : this.#data;
    if (method !== 'udp') this.#next++;
    probe.sentNs = startedNs;
    const sent = socket.send(packet);
    if (!isError(sent) || sent.errno === 'EMSGSIZE' || sent.errno === 'EHOSTUNREACH') return undefined;
    probe.sentNs = undefined;
    return sent.errno === 'ENOBUFS' || sent.errno === 'EAGAIN' ? undefined : new FatalError('send', sent);
  }

  #echo(probe: Probe): Uint8Array {
    const seq = this.#next & 0xffff;
    this.#echoes.set(seq, probe);
    if (this.#o.address.family === 'inet')
      return encodeIcmp({ type: ICMP_ECHO, code: 0, rest: ((this.#ident << 16) | seq) >>> 0, payload: this.#data });
    const out = new Uint8Array(ICMP_HLEN + this.#data.length);
    out[0] = ICMPV6_ECHO_REQUEST;
    setU16(out, ICMP_ECHO_ID, this.#ident);
    setU16(out, ICMP_ECHO_SEQUENCE, seq);
    out.set(this.#data, ICMP_HLEN);
    return out;
  }

  /** Takes everything that has arrived. */
  receive(): void {
    for (const [socket, { probe }] of this.sockets) {
      for (let error = socket.takeError(); error !== undefined; error = socket.takeError()) this.#error(error, probe);
      for (let datagram = socket.receive(); ; datagram = socket.receive()) {
        if (isError(datagram)) {
          if (datagram.errno === 'EAGAIN') break;
          for (let error = socket.takeError(); error !== undefined; error = socket.takeError()) this.#error(error, probe);
          continue;
        }
        const answered = probe ?? this.#echoOf(datagram.data);
        if (answered !== undefined) this.#answer(answered, hostOf(datagram.from), datagram.timeNs, '', true);
      }
    }
  }

  /** The probe that an echo reply answers. A raw socket of IPv4 shows the IP header, too, and others' replies. */
  #echoOf(data: Uint8Array): Probe | undefined {
    const inet = this.#o.address.family === 'inet';
    const raw = this.#icmp?.kind === 'raw';
    const o = raw && inet ? ipv4HeaderLength(data, 0) : 0;
    if (data.length < o + ICMP_HLEN) return undefined;
    const reply = inet ? icmpType(data, o) === ICMP_ECHOREPLY : icmpv6Type(data, o) === ICMPV6_ECHO_REPLY;
    if (!reply || (raw && u16(data, o + ICMP_ECHO_ID) !== this.#ident)) return undefined;
    return this.#echoes.get(u16(data, o + ICMP_ECHO_SEQUENCE));
  }

  #error(error: SocketError, own: Probe | undefined): void {
    const probe = own ?? (error.data.length >= ICMP_HLEN ? this.#echoes.get(u16(error.data, ICMP_ECHO_SEQUENCE)) : undefined);
    if (probe === undefined || probe.done) return;
    if (error.origin === 'local') {
      this.#answer(probe, undefined, error.timeNs, error.info > 0 ? `!F-${error.info}` : '', true);
      return;
    }
    const { note, final } = icmpAnnotation(error.origin === 'icmp' ? 4 : 6, error.icmpType, error.icmpCode, error.info);
    this.#answer(probe, error.offender && hostOf(error.offender), error.timeNs, note, final);
  }

  #answer(probe: Probe, from: HostAddress | undefined, timeNs: number, note: string, final: boolean): void {
    if (probe.done) return;
    probe.done = true;
    probe.final = final;
    probe.note = note;
    probe.from = from;
    probe.receivedNs = timeNs;
    this.finish(probe);
  }

  /** Closes a probe's own socket. */
  finish(probe: Probe): void {
    for (const [socket, entry] of this.sockets) {
      if (entry.probe !== probe) continue;
      this.sockets.delete(socket);
      this.#p.close(entry.fd);
    }
  }
}

function headerLength(address: HostAddress): number {
  return address.family === 'inet' ? 20 : 40;
}

function hostOf(from: SocketError['destination'] & {}): HostAddress {
  return from.family === 'inet'
    ? { family: 'inet', address: from.address }
    : { family: 'inet6', address: from.address, scopeId: isLinkLocalIpv6(from.address) ? from.scopeId : 0 };
}

/** Whether two answers came from the same host. */
export function sameHost(a: HostAddress, b: HostAddress): boolean {
  return a.family === b.family && hostKey(a) === hostKey(b);
}

function hostKey(host: HostAddress): string {
  return host.family === 'inet' ? formatIpv4(host.address) : ipv6Bytes(host.address).join();
}
