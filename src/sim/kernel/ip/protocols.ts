import type { Ipv4, Ipv6 } from '../../base/address.ts';
import type { Skb } from '../skb.ts';

/** An ICMP error about a packet of ours, as a protocol gets it (net_protocol::err_handler). */
export interface IcmpError {
  readonly family: 'inet' | 'inet6';
  readonly type: number;
  readonly code: number;
  /** The MTU of "fragmentation needed" and "packet too big"; 0 otherwise. */
  readonly info: number;
  /** Who sent the error: an IPv4 or IPv6 address as the family says. */
  readonly offender: Ipv4 | Ipv6;
  /** The hop limit that it arrived with. */
  readonly ttl: number;
  /** The device it arrived on. */
  readonly ifindex: number;
  /** The quoted packet: the bytes, where its IP header and its transport header begin, where the quotation ends. */
  readonly buf: Uint8Array;
  readonly ip: number;
  readonly transport: number;
  readonly end: number;
}

/** A transport protocol: UDP, ICMP, later TCP. Registered by its number in {@link Protocols}. */
export interface ProtocolHandler {
  /** A packet for this host. `skb.data` and `skb.transport` are at the transport header, `skb.network` at the IP header; fragments are put together. */
  receive(skb: Skb): void;
  error(error: IcmpError): void;
}

/** The transport protocols of one family in one namespace, by IP protocol number (inet_protos, inet6_protos). */
export class Protocols {
  private readonly handlers = new Map<number, ProtocolHandler>();

  register(protocol: number, handler: ProtocolHandler): void {
    this.handlers.set(protocol, handler);
  }

  get(protocol: number): ProtocolHandler | undefined {
    return this.handlers.get(protocol);
  }
}
