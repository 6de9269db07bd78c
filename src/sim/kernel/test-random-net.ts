// For tests: networks and traffic that were drawn by lot, built and run.
//
//   r0 ── s0: br0 [── br1] ── h0, h1 …       Routers have a leg in several segments, hosts one. A segment is a bridge, or two joined by a
//   r1 ── s1: br0 [── br1] ── h2 …           cable; some have two VLANs. Routes lead anywhere, in circles, too.

import { IFA_F_NODAD } from './rtnetlink/messages.ts';
import { ok, TestNet } from './test-net.ts';

interface RandomSegment {
  readonly chained: boolean;
  readonly vlans: boolean;
  readonly mtu: number;
}

interface RandomHost {
  readonly segment: number;
  /** Behind the second bridge, where there is one. */
  readonly far: boolean;
  readonly vid: number;
  /** Its default gateway is this router, whether that is on its segment or not. */
  readonly router: number;
}

interface RandomPacket {
  readonly from: number;
  /** A host's number; one more than there are is an address that nobody has. */
  readonly to: number;
  readonly kind: 'ping' | 'ping6' | 'udp';
  readonly size: number;
  readonly ttl: number;
  readonly afterMs: number;
}

export interface RandomNetwork {
  readonly segments: readonly RandomSegment[];
  readonly hosts: readonly RandomHost[];
  /** Which segments each router is in, where it sends everything else, whether it filters, and whether it masquerades into its first. */
  readonly routers: readonly { readonly legs: readonly boolean[]; readonly next: number; readonly drops: boolean; readonly nat: boolean }[];
  readonly traffic: readonly RandomPacket[];
}

/** In what the addresses of a host or router end, link-layer ones, too. */
function ownNumber(kind: 'h' | 'r', index: number): number {
  return (kind === 'h' ? 10 : 1) + index;
}

const hex = (n: number): string => n.toString(16).padStart(2, '0');

/** The network, up and settled. Namespaces: `h0`…, `r0`…, and `s0`… with `br0` (and `br1`) for the segments. */
export function build(drawn: RandomNetwork): TestNet {
  const net = new TestNet('random');
  drawn.segments.forEach((segment, s) => {
    for (const bridge of segment.chained ? ['br0', 'br1'] : ['br0']) {
      ok(net.ns(`s${s}`, true).rtnetlink.addLink({ kind: 'bridge', name: bridge, info: segment.vlans ? { vlan_filtering: 1 } : {} }));
      net.up(`s${s}`, bridge);
    }
    if (!segment.chained) return;
    net.veth(`s${s}:up0=02:00:00:00:fe:${hex(2 * s)}`, `s${s}:up1=02:00:00:00:fe:${hex(2 * s + 1)}`);
    join(net, s, 'up0', 'br0', segment, 0);
    join(net, s, 'up1', 'br1', segment, 0);
  });
  drawn.hosts.forEach((host, h) => {
    const s = host.segment % drawn.segments.length;
    plug(net, drawn, 'h', h, s, host.far, host.vid);
    if (host.router >= drawn.routers.length) return;
    net.route(`h${h}`, 'default', `10.0.${s}.${ownNumber('r', host.router)}`);
    net.route(`h${h}`, 'default', `fd00:${s}::${hex(ownNumber('r', host.router))}`);
  });
  drawn.routers.forEach(({ legs, next, drops, nat }, r) => {
    const own = drawn.segments.map((_, s) => s).filter((s) => legs[s]);
    for (const s of own) plug(net, drawn, 'r', r, s, false, 1);
    if (own.length === 0) return;
    net.sysctl(`r${r}`, 'net/ipv4/ip_forward', '1');
    net.sysctl(`r${r}`, 'net/ipv6/conf/all/forwarding', '1');
    if (next < drawn.routers.length && next !== r) {
      const s = own[0] as number;
      net.route(`r${r}`, 'default', `10.0.${s}.${ownNumber('r', next)}`);
      net.route(`r${r}`, 'default', `fd00:${s}::${hex(ownNumber('r', next))}`);
    }
    if (drops) dropPings(net, `r${r}`);
    if (nat) masquerade(net, `r${r}`, `eth${own[0]}`);
  });
  net.run(5000);
  return net;
}

/** A cable from a host or router to a segment's bridge, its addresses on it. */
function plug(net: TestNet, drawn: RandomNetwork, kind: 'h' | 'r', index: number, s: number, far: boolean, vid: number): void {
  const segment = drawn.segments[s] as RandomSegment;
  const name = `${kind}${index}`;
  const number = ownNumber(kind, index);
  net.ns(name, true);
  net.veth(`s${s}:${name}=02:00:00:00:ff:${hex(number)}`, `${name}:eth${s}=02:00:00:00:${hex(s)}:${hex(number)}`);
  net.mtu(name, `eth${s}`, segment.mtu);
  net.addr(name, `eth${s}`, `10.0.${s}.${number}/24`);
  net.up(name, `eth${s}`);
  net.addr(name, `eth${s}`, `fd00:${s}::${hex(number)}/64`, IFA_F_NODAD);
  join(net, s, name, far && segment.chained ? 'br1' : 'br0', segment, vid);
}

/** Makes a device a port; in VLAN `vid`, or with 0 tagged in both. */
function join(net: TestNet, s: number, dev: string, bridge: string, segment: RandomSegment, vid: number): void {
  const { rtnetlink } = net.ns(`s${s}`);
  const { ifindex } = net.dev(`s${s}`, dev);
  ok(rtnetlink.setLink(ifindex, { master: net.dev(`s${s}`, bridge).ifindex }));
  net.up(`s${s}`, dev);
  if (!segment.vlans || vid === 1) return;
  ok(rtnetlink.bridge.addVlan({ ifindex, vid: 2, pvid: vid === 2, untagged: vid === 2 }));
}

const ALL = { source: undefined, destination: undefined, input: undefined, output: undefined, fragment: undefined, matches: [] };

function masquerade(net: TestNet, router: string, output: string): void {
  const nat = net.ns(router).dataPlane.nftables.table('inet', 'nat');
  const chain = nat.ensureChain('POSTROUTING');
  if (!chain) throw new Error('no POSTROUTING');
  const target = { name: 'MASQUERADE', ports: undefined, random: 'no' } as const;
  ok(nat.insertRule(chain, 0, { ...ALL, output: { value: output, invert: false }, protocol: undefined, target }));
}

function dropPings(net: TestNet, router: string): void {
  const filter = net.ns(router).dataPlane.nftables.table('inet', 'filter');
  const forward = filter.ensureChain('FORWARD');
  if (!forward) throw new Error('no FORWARD');
  ok(filter.insertRule(forward, 0, { ...ALL, protocol: { value: 1, invert: false }, target: { name: 'DROP' } }));
  ok(filter.insertRule(forward, 0, { ...ALL, protocol: undefined, target: undefined }));
}

/** Sends what was drawn, and lets the network come to rest. */
export function run(net: TestNet, drawn: RandomNetwork): void {
  const hosts = drawn.hosts.length;
  for (const packet of drawn.traffic) {
    const from = `h${packet.from % hosts}`;
    const target = packet.to % (hosts + 1);
    const s = (drawn.hosts[target]?.segment ?? 0) % drawn.segments.length;
    const number = target === hosts ? 200 : ownNumber('h', target);
    const address = packet.kind === 'ping6' ? `fd00:${s}::${hex(number)}` : `10.0.${s}.${number}`;
    if (packet.kind !== 'udp') {
      net.ping(from, address, { size: packet.size, ttl: packet.ttl, pmtu: 'dont' }).socket.close();
    } else {
      const socket = net.ns(from).sockets.udp('inet');
      socket.options.ttl = packet.ttl;
      socket.send(new Uint8Array(packet.size), { family: 'inet', address: (10 << 24) + (s << 8) + number, port: 7777 });
      socket.close();
    }
    net.run(packet.afterMs);
  }
  net.run(60_000);
}
