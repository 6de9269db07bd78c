// ICMP received: icmp_rcv() and the handlers of icmp_pointers in net/ipv4/icmp.c.

import { setU16, setU32, u32 } from '../../base/bytes.ts';
import { checksum } from '../../base/checksum.ts';
import { formatIpv4, type Ipv4 } from '../../base/ipv4-address.ts';
import { isError } from '../../base/result.ts';
import { NS_PER_MS } from '../../base/time.ts';
import {
  ICMP_CHECKSUM,
  ICMP_DEST_UNREACH,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_FRAG_NEEDED,
  ICMP_HLEN,
  ICMP_PARAMETERPROB,
  ICMP_REDIRECT,
  ICMP_SOURCE_QUENCH,
  ICMP_TIME_EXCEEDED,
  ICMP_TIMESTAMP,
  ICMP_TIMESTAMPREPLY,
  icmpCode,
  icmpGateway,
  icmpNextHopMtu,
  icmpType,
} from '../../wire/icmp.ts';
import { IPPROTO_ICMP } from '../../wire/ip-protocol.ts';
import { IPV4_HLEN, ipv4Dst, ipv4HeaderLength, ipv4Protocol, ipv4Src, ipv4Tos, ipv4Ttl } from '../../wire/ipv4.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { DropReason } from '../drop-reason.ts';
import type { Fib, Flow4, Route4 } from '../route/route.ts';
import { SCOPE_LINK } from '../rtnetlink/messages.ts';
import { Skb } from '../skb.ts';
import { consume, drop } from '../trace.ts';
import { addressType4, onLink4 } from './address-type.ts';
import { andConf4, conf4, orConf4 } from './conf.ts';
import { ipSend } from './ipv4-output.ts';
import type { NetStack } from './net-stack.ts';
import type { IcmpError, ProtocolHandler } from './protocols.ts';

/** Length of a timestamp message: header and three times. */
const TIMESTAMP_LEN = 20;
/** The last type that means anything. */
const NR_ICMP_TYPES = 18;

export class Icmp implements ProtocolHandler {
  private readonly stack: NetStack;

  constructor(stack: NetStack) {
    this.stack = stack;
  }

  receive(skb: Skb): void {
    const { ns } = this.stack;
    const b = skb.buf;
    const o = skb.data;
    const length = skb.end - o;
    const mib = this.stack.mib.icmp4;
    mib.InMsgs++;
    if (length < ICMP_HLEN) return this.refuse(skb, 'PKT_TOO_SMALL', 'ICMP');
    if (checksum(b, o, length) !== 0) {
      mib.InCsumErrors++;
      return this.refuse(skb, 'ICMP_CSUM');
    }
    const type = icmpType(b, o);
    mib.countIn(type);
    const group = (skb.dst as Route4 | undefined)?.type;
    if (group === 'broadcast' || group === 'multicast') {
      if ((type === ICMP_ECHO || type === ICMP_TIMESTAMP) && ns.sysctl.int('net/ipv4/icmp_echo_ignore_broadcasts') !== 0) {
        return this.refuse(skb, 'NOT_SPECIFIED', 'icmp_echo_ignore_broadcasts');
      }
      if (type !== ICMP_ECHO && type !== ICMP_TIMESTAMP) return this.refuse(skb, 'INVALID_PROTO', `ICMP type ${type} to a group`);
    }
    switch (type) {
      case ICMP_ECHOREPLY:
        return this.stack.sockets.ping4.receive(skb);
      case ICMP_ECHO:
        return this.echo(skb);
      case ICMP_TIMESTAMP:
        return this.timestamp(skb);
      case ICMP_DEST_UNREACH:
      case ICMP_TIME_EXCEEDED:
      case ICMP_SOURCE_QUENCH:
      case ICMP_PARAMETERPROB:
        return this.unreachable(skb, type);
      case ICMP_REDIRECT:
        return this.redirect(skb);
      case ICMP_TIMESTAMPREPLY:
        return consume(ns, skb, 'timestamp reply: nobody asks for one');
      default:
        if (type > NR_ICMP_TYPES) this.refuse(skb, 'UNHANDLED_PROTO', `ICMP type ${type}`);
        else drop(ns, skb, 'UNHANDLED_PROTO', `ICMP type ${type}`);
    }
  }

  /** Discards it and counts an error. */
  private refuse(skb: Skb, reason: DropReason, detail?: string): void {
    this.stack.mib.icmp4.InErrors++;
    drop(this.stack.ns, skb, reason, detail);
  }

  /** An error about an ICMP message of ours: the socket that sent it hears of it (icmp_err). */
  error(error: IcmpError): void {
    if (error.buf[error.transport] !== ICMP_ECHOREPLY) this.stack.sockets.ping4.error(error);
  }

  private echo(skb: Skb): void {
    const { ns } = this.stack;
    if (ns.sysctl.int('net/ipv4/icmp_echo_ignore_all') !== 0) return drop(ns, skb, 'NOT_SPECIFIED', 'icmp_echo_ignore_all');
    const length = skb.end - skb.data;
    const reply = Skb.alloc(length);
    const b = reply.buf;
    const o = reply.data;
    for (let i = 0; i < length; i++) b[o + i] = skb.buf[skb.data + i] as number;
    consume(ns, skb, 'echo request: the kernel answers');
    this.reply(skb, reply, ICMP_ECHOREPLY);
  }

  private timestamp(skb: Skb): void {
    if (skb.end - skb.data < TIMESTAMP_LEN) return this.refuse(skb, 'PKT_TOO_SMALL', 'ICMP timestamp');
    const reply = Skb.alloc(TIMESTAMP_LEN);
    const b = reply.buf;
    const o = reply.data;
    for (let i = 0; i < TIMESTAMP_LEN; i++) b[o + i] = skb.buf[skb.data + i] as number;
    const now = Math.floor(this.stack.ns.kernel.clock.now / NS_PER_MS) % 86_400_000;
    setU32(b, o + 12, now);
    setU32(b, o + 16, now);
    consume(this.stack.ns, skb, 'timestamp request: the kernel answers');
    this.reply(skb, reply, ICMP_TIMESTAMPREPLY);
  }

  /** Sends back what an inquiry asked for, from the address it was sent to (icmp_reply). */
  private reply(question: Skb, reply: Skb, type: number): void {
    const { ns } = this.stack;
    const ip = question.network;
    const dst = ipv4Src(question.buf, ip);
    const asked = ipv4Dst(question.buf, ip);
    const route = question.dst as Route4 | undefined;
    let source = asked;
    if (route && route.type !== 'local') source = ns.ip4.selectSource(question.dev as NetDevice, dst, SCOPE_LINK);
    const tos = ipv4Tos(question.buf, ip);
    const mark = ns.sysctl.int('net/ipv4/fwmark_reflect') !== 0 ? question.mark : 0;
    const back = ns.ip4.fib.output({ dst, src: source, tos, mark, ipProto: IPPROTO_ICMP });
    if (isError(back)) return drop(ns, question, 'IP_OUTNOROUTES', `reply to ${formatIpv4(dst)}`);
    const b = reply.buf;
    const o = reply.data;
    b[o] = type;
    setU16(b, o + ICMP_CHECKSUM, 0);
    setU16(b, o + ICMP_CHECKSUM, checksum(b, o, reply.end - o));
    ipSend(this.stack, reply, back, source || back.source, dst, IPPROTO_ICMP, {
      ttl: ns.sysctl.int('net/ipv4/ip_default_ttl'),
      tos,
      dontFragment: false,
      id: -1,
      mark,
    });
  }

  /** Destination unreachable, time exceeded, parameter problem: told to the protocol of the quoted packet (icmp_unreach). */
  private unreachable(skb: Skb, type: number): void {
    const { ns } = this.stack;
    const b = skb.buf;
    const o = skb.data;
    const code = icmpCode(b, o);
    const inner = o + ICMP_HLEN;
    if (inner + IPV4_HLEN > skb.end || ipv4HeaderLength(b, inner) < IPV4_HLEN) return this.refuse(skb, 'PKT_TOO_SMALL', 'ICMP error');
    if (type === ICMP_DEST_UNREACH && code > 15) return drop(ns, skb, 'NOT_SPECIFIED', `ICMP code ${code}`);
    const info = type === ICMP_DEST_UNREACH && code === ICMP_FRAG_NEEDED ? icmpNextHopMtu(b, o) : 0;
    this.deliver(skb, type, code, info);
  }

  private deliver(skb: Skb, type: number, code: number, info: number): void {
    const b = skb.buf;
    const inner = skb.data + ICMP_HLEN;
    const header = ipv4HeaderLength(b, inner);
    const transport = inner + header;
    if (transport + 8 > skb.end) return this.refuse(skb, 'PKT_TOO_SMALL', 'ICMP error');
    const error: IcmpError = {
      family: 'inet',
      type,
      code,
      info,
      offender: ipv4Src(b, skb.network),
      ttl: ipv4Ttl(b, skb.network),
      ifindex: skb.iif,
      buf: b,
      ip: inner,
      transport,
      end: skb.end,
    };
    const protocol = ipv4Protocol(b, inner);
    if (this.stack.ns.kernel.trace.on)
      consume(this.stack.ns, skb, `ICMP error about a packet to ${formatIpv4(ipv4Dst(b, inner))}: its sender is told`);
    this.stack.sockets.raw4.error(error, protocol);
    this.stack.protocols4.get(protocol)?.error(error);
  }

  /** A router says that another one on this link is better (icmp_redirect, __ip_do_redirect). */
  private redirect(skb: Skb): void {
    const { ns } = this.stack;
    const b = skb.buf;
    const o = skb.data;
    const dev = skb.dev as NetDevice;
    const inner = o + ICMP_HLEN;
    if (inner + IPV4_HLEN > skb.end) return this.refuse(skb, 'PKT_TOO_SMALL', 'ICMP redirect');
    const code = icmpCode(b, o);
    if (code > 3) return drop(ns, skb, 'NOT_SPECIFIED', `ICMP code ${code}`);
    this.followRedirect(dev, ipv4Dst(b, inner), icmpGateway(b, o), ipv4Src(b, skb.network));
    this.deliver(skb, ICMP_REDIRECT, code, u32(b, o + 4));
  }

  /** Whether to believe a redirect from `from`, and what then (__ip_do_redirect): the new router must be there before it is used. */
  private followRedirect(dev: NetDevice, dst: Ipv4, gateway: Ipv4, from: Ipv4): void {
    const { ns, arp } = this.stack;
    const accepts = conf4(dev, 'forwarding') !== 0 ? andConf4(dev, 'accept_redirects') : orConf4(dev, 'accept_redirects');
    const fib: Fib<Flow4, Ipv4> = ns.ip4.fib;
    const current = fib.output({ dst, src: 0 });
    if (accepts === 0 || isError(current) || current.gateway !== from || gateway === from || addressType4(ns, gateway) !== 'unicast')
      return;
    if (orConf4(dev, 'shared_media') === 0 && !onLink4(dev, gateway, from)) return;
    if (arp.resolve(dev, gateway)) fib.learnGateway?.(dst, gateway, dev);
  }
}
