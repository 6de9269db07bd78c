// Networks drawn in a few lines, for tests: namespaces of one kernel joined by veth pairs, with what passed on them.

import { EventQueue } from '../base/event-queue.ts';
import { parseIpv4 } from '../base/ipv4-address.ts';
import { parseIpv6 } from '../base/ipv6-address.ts';
import { parseMac } from '../base/mac-address.ts';
import { Random } from '../base/random.ts';
import { isError, type KernelError } from '../base/result.ts';
import { NS_PER_MS } from '../base/time.ts';
import { Summary } from '../wire/summary.ts';
import { IFF_UP, type NetDevice } from './device/net-device.ts';
import { Kernel } from './kernel.ts';
import type { NetNamespace } from './netns.ts';
import { type Family, type IpAddress, RT_TABLE_MAIN, RTPROT_BOOT } from './rtnetlink/messages.ts';
import { PACKET_OUTGOING } from './skb.ts';
import { Trace, type TraceEvent } from './trace.ts';

/** One frame that a device sent or received. */
export interface Seen {
  readonly timeNs: number;
  readonly out: boolean;
  readonly frame: Uint8Array;
}

export class TestNet {
  readonly clock = new EventQueue();
  readonly trace = new Trace();
  readonly kernel: Kernel;
  private readonly spaces = new Map<string, NetNamespace>();

  constructor(seed = 'test') {
    this.kernel = new Kernel({ machine: 'host1', clock: this.clock, random: new Random(seed), trace: this.trace });
  }

  /** The namespace of that name, made when first asked for; its loopback is up, IPv6 off unless `ipv6`. */
  ns(name: string, ipv6 = false): NetNamespace {
    let ns = this.spaces.get(name);
    if (!ns) {
      ns = this.kernel.createNetns();
      ns.hold();
      this.spaces.set(name, ns);
      if (!ipv6) {
        ok(ns.sysctl.write('net/ipv6/conf/all/disable_ipv6', '1'));
        ok(ns.sysctl.write('net/ipv6/conf/default/disable_ipv6', '1'));
      }
      this.up(name, 'lo');
    }
    return ns;
  }

  dev(ns: string, name: string): NetDevice {
    const found = this.ns(ns).deviceByName(name);
    if (!found) throw new Error(`no ${name} in ${ns}`);
    return found;
  }

  /** `a:eth0=02:00:00:00:00:0a` and the other end the same way. */
  veth(one: string, other: string): void {
    const [a, b] = [one, other].map((text) => {
      const [place = '', mac = ''] = text.split('=');
      const [ns = '', name = ''] = place.split(':');
      return { ns: this.ns(ns), name, mac: parseMac(mac) ?? 0 };
    }) as [{ ns: NetNamespace; name: string; mac: number }, { ns: NetNamespace; name: string; mac: number }];
    ok(
      a.ns.rtnetlink.addLink({
        kind: 'veth',
        name: a.name,
        address: a.mac,
        netns: { netnsInode: a.ns.inode },
        peer: { name: b.name, address: b.mac, netns: { netnsInode: b.ns.inode } },
      }),
    );
  }

  addr(ns: string, dev: string, cidr: string, flags = 0): void {
    const { family, address, length } = parsePrefix(cidr);
    const ifindex = this.dev(ns, dev).ifindex;
    ok(
      this.ns(ns).rtnetlink.addAddress({
        family,
        ifindex,
        local: address,
        prefixLen: length,
        flags,
        create: true,
        exclusive: true,
        replace: false,
      }),
    );
  }

  up(ns: string, ...devs: string[]): void {
    for (const dev of devs) ok(this.ns(ns).rtnetlink.setLink(this.dev(ns, dev).ifindex, { flags: IFF_UP, flagsMask: IFF_UP }));
  }

  down(ns: string, dev: string): void {
    ok(this.ns(ns).rtnetlink.setLink(this.dev(ns, dev).ifindex, { flags: 0, flagsMask: IFF_UP }));
  }

  mtu(ns: string, dev: string, mtu: number): void {
    ok(this.ns(ns).rtnetlink.setLink(this.dev(ns, dev).ifindex, { mtu }));
  }

  /** `default` or a prefix, by a gateway; or a route of another type, `unreachable` or `prohibit`. */
  route(ns: string, prefix: string, target: string): void {
    const { family, address, length } = parsePrefix(prefix === 'default' ? (target.includes(':') ? '::/0' : '0.0.0.0/0') : prefix);
    const type = target === 'unreachable' || target === 'prohibit' || target === 'blackhole' ? target : 'unicast';
    ok(
      this.ns(ns).rtnetlink.addRoute(
        {
          family,
          type,
          ...(length === 0 ? {} : { dst: address }),
          dstLen: length,
          table: RT_TABLE_MAIN,
          protocol: RTPROT_BOOT,
          nexthops: type === 'unicast' ? [{ gateway: parsePrefix(target).address, gatewayFamily: family }] : [],
        },
        { create: true, exclusive: true, replace: false, append: false },
      ),
    );
  }

  sysctl(ns: string, path: string, value: string): void {
    ok(this.ns(ns).sysctl.write(path, value));
  }

  /** Lets virtual time pass. */
  run(ms: number): void {
    this.clock.runUntil(this.clock.now + ms * NS_PER_MS);
  }

  /** From now on, what passes on a device. */
  capture(ns: string, dev: string): Capture {
    return new Capture(this.dev(ns, dev));
  }

  /** From now on, the reasons of packets that were discarded. */
  drops(): string[] {
    const out: string[] = [];
    this.trace.subscribe((event: TraceEvent) => {
      if (event.step.kind === 'drop') out.push(event.step.reason);
    });
    return out;
  }

  /** Sends one echo request as root's ping does and forgets about it; gives the socket for its answers. */
  ping(ns: string, to: string, options: { size?: number; ttl?: number; pmtu?: 'do' | 'want' | 'dont'; seq?: number; scope?: string } = {}) {
    const { family, address } = parsePrefix(to);
    const inet = family === 'inet';
    const socket = this.ns(ns).sockets.raw(family, inet ? 1 : 58);
    socket.options.receiveErrors = true;
    socket.options.ttl = options.ttl;
    socket.options.pmtuDiscover = options.pmtu ?? 'want';
    socket.options.broadcast = true;
    const data = new Uint8Array(8 + (options.size ?? 56));
    data.set([inet ? 8 : 128, 0, 0, 0, 0x12, 0x34, 0, options.seq ?? 1]);
    for (let i = 8; i < data.length; i++) data[i] = i;
    if (inet) {
      let sum = 0;
      for (let i = 0; i < data.length; i += 2) sum += ((data[i] as number) << 8) | (data[i + 1] ?? 0);
      while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
      data[2] = ~sum >>> 8;
      data[3] = ~sum;
    }
    const sent = socket.send(
      data,
      inet
        ? { family, address: address as number, port: 0 }
        : {
            family: 'inet6',
            address: address as string,
            port: 0,
            scopeId: options.scope === undefined ? 0 : this.dev(ns, options.scope).ifindex,
          },
    );
    return { socket, sent };
  }
}

export class Capture {
  readonly seen: Seen[] = [];

  constructor(dev: NetDevice) {
    dev.taps.push({
      frame: (on, skb) => this.seen.push({ timeNs: on.ns.kernel.clock.now, out: skb.pktType === PACKET_OUTGOING, frame: skb.frame() }),
    });
  }

  /** As tcpdump -n prints them, without time; random identifiers of packets are `N`. */
  lines(options: { link?: boolean; verbose?: number } = {}): string[] {
    const summary = new Summary(options);
    return this.seen.map(({ frame }) => summary.frame(frame).replace(/, id [1-9]\d*, offset/g, ', id N, offset'));
  }

  /** When each frame passed, in milliseconds after the first. */
  times(): number[] {
    const first = this.seen[0]?.timeNs ?? 0;
    return this.seen.map(({ timeNs }) => Math.round((timeNs - first) / NS_PER_MS));
  }
}

/** Fails the test where the kernel refused. */
export function ok<T>(answer: T | KernelError): T {
  if (isError(answer)) throw new Error(`${answer.errno}: ${answer.extack ?? ''}`);
  return answer;
}

function parsePrefix(text: string): { family: Family; address: IpAddress; length: number } {
  const [address = '', length] = text.split('/');
  const v4 = parseIpv4(address);
  if (v4 !== undefined) return { family: 'inet', address: v4, length: Number(length ?? 32) };
  const v6 = parseIpv6(address);
  if (v6 === undefined) throw new Error(`not an address: ${text}`);
  return { family: 'inet6', address: v6, length: Number(length ?? 128) };
}
