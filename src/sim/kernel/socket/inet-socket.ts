import { formatIpv4, type Ipv4, parseIpv4 } from '../../base/ipv4-address.ts';
import { type Ipv6, isLinkLocalIpv6, isMulticastIpv6 } from '../../base/ipv6-address.ts';
import { fail, isError, KernelError } from '../../base/result.ts';
import { WaitQueue } from '../../base/wait-queue.ts';
import { ipv4Dst } from '../../wire/ipv4.ts';
import { ipv6Dst } from '../../wire/ipv6.ts';
import { selectSource6 } from '../address/source-selection.ts';
import { addressType4 } from '../ip/address-type.ts';
import { conf6 } from '../ip/conf.ts';
import { ipSend } from '../ip/ipv4-output.ts';
import { ip6Send } from '../ip/ipv6-output.ts';
import type { NetStack } from '../ip/net-stack.ts';
import type { IcmpError } from '../ip/protocols.ts';
import type { Route4, Route6 } from '../route/route.ts';
import type { Skb } from '../skb.ts';
import { drop, traceStep } from '../trace.ts';
import { errnoOfIcmp } from './icmp-errno.ts';
import { nextSocketInode } from './inode.ts';
import type { Datagram, DatagramOptions, DatagramSocket, SockAddr, SocketError } from './socket.ts';
import { ROOT_OWNER, refusedPort, type SocketOwner } from './socket-owner.ts';

/** Memory a socket may fill before datagrams are dropped (net.core.rmem_default), and what each costs beyond its bytes. */
const DEFAULT_RECEIVE_BUFFER = 212_992;
const DATAGRAM_OVERHEAD = 576;
/** Errors kept for a socket that does not read them. */
const ERROR_QUEUE_LIMIT = 64;
/** The longest IP packet. */
const MAX_PACKET = 65_535;

/** `::ffff:a.b.c.d`, by which an IPv6 socket knows an IPv4 address. */
export function mappedIpv6(address: Ipv4): Ipv6 {
  return `::ffff:${formatIpv4(address)}`;
}

/** The IPv4 address in a mapped one, or undefined. */
export function ipv4OfMapped(address: Ipv6): Ipv4 | undefined {
  return address.startsWith('::ffff:') ? parseIpv4(address.slice(7)) : undefined;
}

/** What UDP, ping and raw sockets have in common: queues, options, errors, addresses, and the way out (net/ipv4/datagram.c, net/core/datagram.c). */
export abstract class InetSocket implements DatagramSocket {
  abstract readonly kind: 'udp' | 'ping' | 'raw';
  readonly family: 'inet' | 'inet6';
  readonly inode: number;
  readonly readable = new WaitQueue();
  readonly options: DatagramOptions = {
    ttl: undefined,
    multicastTtl: 1,
    tos: 0,
    broadcast: false,
    bindToDevice: 0,
    mark: 0,
    pmtuDiscover: 'want',
    receiveErrors: false,
    reuseAddress: false,
    v6only: false,
    headerIncluded: false,
    receiveBuffer: DEFAULT_RECEIVE_BUFFER,
  };
  /** The address it was bound to, or took when it was connected: 0 and '::' for any. IPv6 sockets hold mapped addresses too. */
  local: Ipv4 | Ipv6;
  /** Its port, or a ping socket's identifier; 0 while it has none. */
  port = 0;
  peer: SockAddr | undefined = undefined;
  protected readonly stack: NetStack;
  protected closed = false;
  private readonly datagrams: Datagram[] = [];
  /** Memory that datagrams take which wait to be read. */
  queuedBytes = 0;
  /** Datagrams for which there was no room. */
  drops = 0;
  private readonly errors: SocketError[] = [];
  private ident = 0;
  private pendingError: KernelError | undefined = undefined;

  readonly owner: SocketOwner;

  constructor(stack: NetStack, family: 'inet' | 'inet6', owner: SocketOwner = ROOT_OWNER) {
    this.stack = stack;
    this.owner = owner;
    this.family = family;
    this.inode = nextSocketInode(stack.ns.kernel);
    this.local = family === 'inet' ? 0 : '::';
  }

  /** Takes the port, or a free one for 0. */
  protected abstract takePort(local: Ipv4 | Ipv6, port: number): undefined | KernelError;
  /** The transport protocol's number, and its ports for the route look-up. */
  protected abstract readonly protocol: number;
  abstract send(data: Uint8Array, to?: SockAddr): number | KernelError;
  protected abstract release(): void;

  bind(address: SockAddr): undefined | KernelError {
    if (address.family !== this.family) return fail('EAFNOSUPPORT');
    const refused = this.checkBindAddress(address) ?? this.refusedPort(address.port);
    if (refused) return refused;
    const taken = this.takePort(address.address, address.port);
    if (taken) return taken;
    this.local = address.address;
    if (address.family === 'inet6' && address.scopeId !== 0 && isLinkLocalIpv6(address.address))
      this.options.bindToDevice = address.scopeId;
    return undefined;
  }

  /** EACCES for a server's port; a ping socket's is none. */
  protected refusedPort(port: number): undefined | KernelError {
    return refusedPort(this.stack.ns, this.owner, port);
  }

  /** EADDRNOTAVAIL for what is not ours; groups and broadcasts may be bound to. */
  private checkBindAddress(address: SockAddr): undefined | KernelError {
    const { ns } = this.stack;
    if (address.family === 'inet') return this.checkOwn4(address.address);
    const mapped = ipv4OfMapped(address.address);
    if (mapped !== undefined) return this.checkOwn4(mapped);
    if (address.address === '::' || isMulticastIpv6(address.address)) return undefined;
    if (isLinkLocalIpv6(address.address)) {
      const index = address.scopeId || this.options.bindToDevice;
      if (index === 0) return fail('EINVAL');
      const dev = ns.devices.get(index);
      if (dev === undefined) return fail('ENODEV');
      return ns.ip6.isLocal(address.address, dev) ? undefined : fail('EADDRNOTAVAIL');
    }
    return ns.ip6.isLocal(address.address) || ns.sysctl.int('net/ipv6/ip_nonlocal_bind') !== 0 ? undefined : fail('EADDRNOTAVAIL');
  }

  private checkOwn4(address: Ipv4): undefined | KernelError {
    const { ns } = this.stack;
    if (address === 0 || ns.sysctl.int('net/ipv4/ip_nonlocal_bind') !== 0) return undefined;
    return addressType4(ns, address) === 'unicast' ? fail('EADDRNOTAVAIL') : undefined;
  }

  connect(address: SockAddr): undefined | KernelError {
    if (address.family !== this.family) return fail('EAFNOSUPPORT');
    const target = this.resolve(address);
    if (isError(target)) return target;
    if (target.family === 'inet') {
      const route = this.route4(target.address, target.port);
      if (isError(route)) return route;
      if (this.local === 0 || this.local === '::') {
        const source = route.source;
        const refused = this.port === 0 ? this.takePort(this.family === 'inet' ? source : mappedIpv6(source), 0) : undefined;
        if (refused) return refused;
        this.local = this.family === 'inet' ? source : mappedIpv6(source);
      }
    } else {
      if (isLinkLocalIpv6(target.address) && target.scopeId === 0 && this.options.bindToDevice === 0) return fail('EINVAL');
      const route = this.route6(target.address, target.port, target.scopeId);
      if (isError(route)) return route;
      if (this.local === '::') {
        const source = this.source6(route, target.address);
        if (source === undefined) return fail('EADDRNOTAVAIL');
        const refused = this.port === 0 ? this.takePort(source, 0) : undefined;
        if (refused) return refused;
        this.local = source;
      }
    }
    if (this.port === 0) {
      const refused = this.takePort(this.local, 0);
      if (refused) return refused;
    }
    this.peer = address;
    this.ident = this.stack.ns.kernel.random.int(0x10000);
    return undefined;
  }

  /** The endpoint as the protocols see it: the unspecified address means this host, a mapped one is IPv4. */
  protected resolve(address: SockAddr): SockAddr | KernelError {
    if (address.family === 'inet') return address.address === 0 ? { ...address, address: 0x7f000001 } : address;
    const mapped = ipv4OfMapped(address.address);
    if (mapped !== undefined) {
      if (this.local !== '::' && ipv4OfMapped(this.local as Ipv6) === undefined) return fail('ENETUNREACH');
      return { family: 'inet', address: mapped, port: address.port };
    }
    return address.address === '::' ? { ...address, address: '::1' } : address;
  }

  /** The destination of a send: `to`, or the connected peer. */
  protected destination(to: SockAddr | undefined): SockAddr | KernelError {
    const address = to ?? this.peer;
    if (address === undefined) return fail('EDESTADDRREQ');
    if (address.family !== this.family) return fail(this.family === 'inet' ? 'EAFNOSUPPORT' : 'EINVAL');
    return this.resolve(address);
  }

  protected get source4(): Ipv4 {
    if (typeof this.local === 'number') return this.local;
    return ipv4OfMapped(this.local) ?? 0;
  }

  protected route4(dst: Ipv4, dport: number): Route4 | KernelError {
    const { ns } = this.stack;
    const { bindToDevice, mark, tos, broadcast } = this.options;
    const src = this.source4;
    const route = ns.ip4.fib.output({
      dst,
      src: isGroup(src) ? 0 : src,
      oif: bindToDevice,
      mark,
      tos,
      ipProto: this.protocol,
      sport: this.port,
      dport,
    });
    if (isError(route)) {
      if (route.errno === 'ENETUNREACH') this.stack.mib.ip4.OutNoRoutes++;
    } else if (route.type === 'broadcast' && !broadcast) return fail('EACCES');
    return route;
  }

  protected route6(dst: Ipv6, dport: number, scopeId: number): Route6 | KernelError {
    const { ns } = this.stack;
    const { bindToDevice, mark, tos } = this.options;
    const oif = bindToDevice !== 0 ? bindToDevice : isLinkLocalIpv6(dst) || isMulticastIpv6(dst) ? scopeId : 0;
    const src = this.local as Ipv6;
    const route = ns.ip6.fib.output({
      dst,
      src: isMulticastIpv6(src) ? '::' : src,
      oif,
      mark,
      tos,
      ipProto: this.protocol,
      sport: this.port,
      dport,
    });
    if (isError(route)) this.stack.mib.ip6.OutNoRoutes++;
    // A source is looked for first: a host without any has none to offer (ip6_route_get_saddr).
    if (isError(route) && src === '::' && selectSource6(ns, ns.loopback, dst) === undefined) return fail('EADDRNOTAVAIL');
    return route;
  }

  protected source6(route: Route6, dst: Ipv6): Ipv6 | undefined {
    if (this.local !== '::' && !isMulticastIpv6(this.local as Ipv6)) return this.local as Ipv6;
    const source = route.source !== '::' ? route.source : this.stack.ns.ip6.selectSource(route.dev, dst);
    return source === '::' ? undefined : source;
  }

  /** Sends a finished transport segment over IPv4 (ip_append_data, ip_push_pending_frames). EMSGSIZE where it may not be cut, EPERM where a filter drops it. */
  protected transmit4(skb: Skb, route: Route4, src: Ipv4, dst: Ipv4, port: number): undefined | KernelError {
    const { options } = this;
    const size = skb.length + 20;
    const whole = options.pmtuDiscover === 'do' || options.pmtuDiscover === 'probe';
    const mtu = options.pmtuDiscover === 'probe' ? route.dev.mtu : route.mtu;
    if (size > MAX_PACKET || (whole && size > mtu)) return this.localError({ family: 'inet', address: dst, port }, mtu);
    const group = route.type === 'multicast';
    const drops = this.stack.transmitDrops;
    const refused = ipSend(this.stack, skb, route, src, dst, this.protocol, {
      ttl: group ? options.multicastTtl : (options.ttl ?? this.stack.ns.sysctl.int('net/ipv4/ip_default_ttl')),
      tos: options.tos,
      dontFragment: whole || (options.pmtuDiscover === 'want' && size <= route.mtu),
      id: this.nextId(whole),
      mark: options.mark,
    });
    if (refused) this.stack.mib.ip4.OutDiscards++;
    return refused ?? this.transmitResult(drops);
  }

  /** The same over IPv6 (ip6_append_data). */
  protected transmit6(skb: Skb, route: Route6, src: Ipv6, dst: Ipv6, port: number): undefined | KernelError {
    const { options } = this;
    const size = skb.length + 40;
    const mtu = options.pmtuDiscover === 'probe' ? route.dev.mtu : route.mtu;
    const whole = options.pmtuDiscover === 'do' || options.pmtuDiscover === 'probe';
    if (skb.length > MAX_PACKET || (whole && size > mtu)) {
      return this.localError({ family: 'inet6', address: dst, port, scopeId: 0 }, mtu);
    }
    const group = isMulticastIpv6(dst);
    const drops = this.stack.transmitDrops;
    const refused = ip6Send(this.stack, skb, route, src, dst, this.protocol, {
      hopLimit: group ? options.multicastTtl : (options.ttl ?? (conf6(route.dev, 'hop_limit') || 64)),
      trafficClass: options.tos,
      flowLabel: -1,
      mark: options.mark,
      loop: true,
    });
    if (refused) this.stack.mib.ip6.OutDiscards++;
    return refused ?? this.transmitResult(drops);
  }

  /** The IP identifier (ip_select_ident): a connected socket counts its own; what must not be fragmented needs none; else the flow's next (-1). */
  private nextId(whole: boolean): number {
    if (this.peer !== undefined) {
      this.ident = (this.ident + 1) & 0xffff;
      return this.ident;
    }
    return whole ? 0 : -1;
  }

  /** ENOBUFS when the device refused the packet and the process wants to hear of such things (net_xmit_errno). */
  private transmitResult(dropsBefore: number): undefined | KernelError {
    const refused = this.options.receiveErrors && this.stack.transmitDrops !== dropsBefore;
    this.stack.softirq.drain();
    return refused ? fail('ENOBUFS') : undefined;
  }

  /** The send itself failed for its size; who asked for errors finds the MTU in the queue (ip_local_error). */
  private localError(destination: SockAddr, mtu: number): KernelError {
    const errno = fail('EMSGSIZE');
    if (this.options.receiveErrors) {
      this.queueError({
        errno,
        origin: 'local',
        icmpType: 0,
        icmpCode: 0,
        info: mtu,
        offender: undefined,
        ttl: -1,
        data: new Uint8Array(0),
        destination,
        timeNs: this.stack.ns.kernel.clock.now,
      });
    }
    return errno;
  }

  // ---- receiving ----------------------------------------------------------------------------------------------------

  /** Queues a datagram for the process; dropped when its buffer is full. */
  protected enqueue(skb: Skb, datagram: Datagram): void {
    const { ns } = this.stack;
    const weight = datagram.data.length + DATAGRAM_OVERHEAD;
    if (this.queuedBytes + weight > this.options.receiveBuffer) {
      this.drops++;
      this.overflowed();
      return drop(ns, skb, 'SOCKET_RCVBUFF', this.describe());
    }
    this.queuedBytes += weight;
    this.datagrams.push(datagram);
    if (ns.kernel.trace.on) traceStep(ns, skb.dev, skb, { kind: 'deliver', socket: this.describe() });
    this.readable.wake();
  }

  /** A datagram found no room. */
  protected overflowed(): void {}

  receive(): Datagram | KernelError {
    const error = this.takePending();
    if (error) return error;
    const datagram = this.datagrams.shift();
    if (datagram === undefined) return fail('EAGAIN');
    this.queuedBytes -= datagram.data.length + DATAGRAM_OVERHEAD;
    return datagram;
  }

  /** The error that fails the next call, once (sock_error). */
  protected takePending(): KernelError | undefined {
    const error = this.pendingError;
    this.pendingError = undefined;
    return error;
  }

  get hasNews(): boolean {
    return this.datagrams.length > 0 || this.errors.length > 0 || this.pendingError !== undefined;
  }

  takeError(): SocketError | undefined {
    const error = this.errors.shift();
    // As sock_dequeue_err_skb() has it: the next queued ICMP error becomes the pending one, else there is none left.
    this.pendingError = error && this.errors[0]?.origin !== 'local' ? this.errors[0]?.errno : undefined;
    return error;
  }

  /** An ICMP error about something this socket sent; `data` is what it had handed over of it (ip_icmp_error). */
  protected reportIcmp(error: IcmpError, data: Uint8Array, destinationPort: number): void {
    const meaning = errnoOfIcmp(error);
    if (meaning === undefined) return;
    if (meaning.errno === 'EMSGSIZE') {
      this.learnMtu(error);
      if (this.options.pmtuDiscover === 'dont') return;
    }
    const errno = new KernelError(meaning.errno);
    if (this.options.receiveErrors) {
      const inet = error.family === 'inet';
      const destination: SockAddr = inet
        ? { family: 'inet', address: ipv4Dst(error.buf, error.ip), port: destinationPort }
        : { family: 'inet6', address: ipv6Dst(error.buf, error.ip), port: destinationPort, scopeId: 0 };
      const offender: SockAddr = inet
        ? { family: 'inet', address: error.offender as Ipv4, port: 0 }
        : {
            family: 'inet6',
            address: error.offender as Ipv6,
            port: 0,
            scopeId: isLinkLocalIpv6(error.offender as Ipv6) ? error.ifindex : 0,
          };
      this.queueError({
        errno,
        origin: inet ? 'icmp' : 'icmp6',
        icmpType: error.type,
        icmpCode: error.code,
        info: error.info,
        offender,
        ttl: error.ttl,
        data,
        destination,
        timeNs: this.stack.ns.kernel.clock.now,
      });
    } else if (!meaning.fatal || this.peer === undefined) {
      return;
    }
    this.pendingError = errno;
    this.readable.wake();
  }

  private learnMtu(error: IcmpError): void {
    const { ns } = this.stack;
    if (error.family === 'inet') ns.ip4.fib.learnMtu(ipv4Dst(error.buf, error.ip), error.info);
    else ns.ip6.fib.learnMtu(ipv6Dst(error.buf, error.ip), error.info);
  }

  private queueError(error: SocketError): void {
    if (this.errors.length >= ERROR_QUEUE_LIMIT) return;
    this.errors.push(error);
    this.readable.wake();
  }

  localAddress(): SockAddr {
    if (this.family === 'inet') return { family: 'inet', address: this.local as Ipv4, port: this.port };
    const address = this.local as Ipv6;
    return { family: 'inet6', address, port: this.port, scopeId: isLinkLocalIpv6(address) ? this.options.bindToDevice : 0 };
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.release();
    this.datagrams.length = 0;
    this.errors.length = 0;
    this.readable.wake();
  }

  protected describe(): string {
    const address = typeof this.local === 'number' ? formatIpv4(this.local) : this.local;
    return `${this.kind} ${address}:${this.port}`;
  }
}

function isGroup(address: Ipv4): boolean {
  return address >>> 28 === 0xe || address === 0xffffffff;
}
