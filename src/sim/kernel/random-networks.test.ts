import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatIpv4, type Ipv4 } from '../base/ipv4-address.ts';
import { formatMac, readMac } from '../base/mac-address.ts';
import { ETH_HLEN, ETH_P_8021Q, ETH_P_IP, ETH_P_IPV6, VLAN_HLEN } from '../wire/ethernet.ts';
import { ipv4Dst, ipv4Ttl } from '../wire/ipv4.ts';
import { ipv6Dst, ipv6HopLimit } from '../wire/ipv6.ts';
import { vethPeer } from './device/veth.ts';
import { Ledger } from './test-ledger.ts';
import type { TestNet } from './test-net.ts';
import { build, type RandomNetwork, run } from './test-random-net.ts';
import type { TraceEvent } from './trace.ts';

const MOST_SEGMENTS = 3;

const randomNetwork: fc.Arbitrary<RandomNetwork> = fc.record({
  segments: fc.array(fc.record({ chained: fc.boolean(), vlans: fc.boolean(), mtu: fc.constantFrom(1500, 1400, 1280) }), {
    minLength: 1,
    maxLength: MOST_SEGMENTS,
  }),
  hosts: fc.array(
    fc.record({ segment: fc.nat(MOST_SEGMENTS - 1), far: fc.boolean(), vid: fc.constantFrom(1, 1, 1, 2), router: fc.nat(1) }),
    { minLength: 2, maxLength: 5 },
  ),
  routers: fc.array(
    fc.record({
      legs: fc.array(fc.constantFrom(true, true, true, false), { minLength: MOST_SEGMENTS, maxLength: MOST_SEGMENTS }),
      next: fc.nat(1),
      drops: fc.constantFrom(false, false, true),
      nat: fc.boolean(),
    }),
    { maxLength: 2 },
  ),
  traffic: fc.array(
    fc.record({
      from: fc.nat(4),
      to: fc.nat(5),
      kind: fc.constantFrom('ping', 'ping6', 'udp'),
      size: fc.oneof(fc.nat(100), fc.nat(5000)),
      ttl: fc.oneof(fc.constant(64), fc.integer({ min: 1, max: 4 })),
      afterMs: fc.oneof(fc.constant(0), fc.nat(4000)),
    }),
    { minLength: 1, maxLength: 12 },
  ),
});

/** Runs the traffic and answers what is wrong, in words. */
function faults(drawn: RandomNetwork): string[] {
  const net = build(drawn);
  const ledger = new Ledger(net.trace);
  run(net, drawn);
  return [
    ...ledger.vanished.map((words) => `vanished: ${words}`),
    ...ledger.ghosts.map((words) => `went on after its end: ${words}`),
    ...wrongDeliveries(net, ledger.events),
    ...grownTtls(ledger.events),
    ...unbalancedCables(net),
    ...wrongNeighbours(net),
    ...wrongFdbEntries(net),
    ...wrongRuleCounters(net, ledger.events),
  ];
}

test('in any network every packet ends with a delivery or a reason, at its address, and the books balance', () => {
  fc.assert(
    fc.property(randomNetwork, (drawn) => {
      expect(faults(drawn)).toEqual([]);
    }),
    { numRuns: 60, seed: 20_26 },
  );
}, 60_000);

interface Header {
  readonly family: 'inet' | 'inet6';
  readonly dst: Ipv4 | string;
  readonly ttl: number;
}

function header(frame: Uint8Array): Header | undefined {
  const tagged = ((frame[12] as number) << 8) + (frame[13] as number) === ETH_P_8021Q;
  const at = ETH_HLEN + (tagged ? VLAN_HLEN : 0);
  const type = ((frame[at - 2] as number) << 8) + (frame[at - 1] as number);
  if (type === ETH_P_IP) return { family: 'inet', dst: ipv4Dst(frame, at), ttl: ipv4Ttl(frame, at) };
  if (type === ETH_P_IPV6) return { family: 'inet6', dst: ipv6Dst(frame, at), ttl: ipv6HopLimit(frame, at) };
  return undefined;
}

/** What was delivered in a namespace was for one of its addresses, or a group's. */
function wrongDeliveries(net: TestNet, events: readonly TraceEvent[]): string[] {
  const frames = new Map<number, Uint8Array>();
  const out: string[] = [];
  for (const { packet, step, netns, dev } of events) {
    if (step.kind === 'receive') frames.set(packet, step.frame);
    const frame = frames.get(packet);
    if (frame === undefined || (step.kind !== 'deliver' && step.kind !== 'consume')) continue;
    const ns = net.kernel.namespaces.get(netns);
    const device = ns?.deviceByName(dev);
    const mac = readMac(frame, 0);
    if (device !== undefined && ((frame[0] as number) & 1) === 0 && mac !== device.address && dev !== 'lo') {
      out.push(`${dev} of ${netns} took a frame to ${formatMac(mac)}`);
    }
    const ip = header(frame);
    if (ip === undefined || ns === undefined) continue;
    const own =
      ip.family === 'inet'
        ? ns.ip4.isLocal(ip.dst as Ipv4) || isGroup(ip.dst as Ipv4)
        : ns.ip6.isLocal(String(ip.dst)) || String(ip.dst).startsWith('ff');
    if (!own) out.push(`${netns} took a packet to ${typeof ip.dst === 'number' ? formatIpv4(ip.dst) : ip.dst}`);
  }
  return out;
}

const isGroup = (address: Ipv4): boolean => address >>> 28 === 14 || (address & 0xff) === 0xff;

/** One packet's TTL only ever falls. */
function grownTtls(events: readonly TraceEvent[]): string[] {
  const ttls = new Map<number, number>();
  const out: string[] = [];
  for (const { packet, step } of events) {
    if (step.kind !== 'receive' && step.kind !== 'transmit') continue;
    const ttl = header(step.frame)?.ttl;
    if (ttl === undefined) continue;
    if (ttl > (ttls.get(packet) ?? 255)) out.push(`the TTL of packet ${packet} grew to ${ttl}`);
    ttls.set(packet, ttl);
  }
  return out;
}

/** What one end of a cable counts as sent, the other counts as received. */
function unbalancedCables(net: TestNet): string[] {
  const out: string[] = [];
  for (const ns of net.kernel.namespaces.values()) {
    for (const dev of ns.devices.values()) {
      const peer = vethPeer(dev);
      if (peer === undefined) continue;
      const [sent, received] = [dev.stats, peer.stats];
      if (sent.txPackets !== received.rxPackets || sent.txBytes !== received.rxBytes) {
        out.push(`${dev.name} sent ${sent.txPackets}/${sent.txBytes}, ${peer.name} received ${received.rxPackets}/${received.rxBytes}`);
      }
    }
  }
  return out;
}

/** A resolved neighbour has the link-layer address of who has the IP address. */
function wrongNeighbours(net: TestNet): string[] {
  const owners = new Map<string | number, number[]>();
  const all = [...net.kernel.namespaces.values()];
  for (const ns of all) {
    for (const dev of ns.devices.values()) {
      for (const { local } of ns.ip4.addressesOf(dev)) owners.set(local, [...(owners.get(local) ?? []), dev.address]);
      for (const { address } of ns.ip6.addressesOf(dev)) owners.set(address, [...(owners.get(address) ?? []), dev.address]);
    }
  }
  const out: string[] = [];
  for (const ns of all) {
    for (const { dst, lladdr, state } of [...ns.dataPlane.arp.dump(), ...ns.dataPlane.nd.dump()]) {
      if (lladdr === undefined || state === 'NOARP' || owners.get(dst)?.includes(lladdr)) continue;
      out.push(`${dst} is not at ${formatMac(lladdr)}`);
    }
  }
  return out;
}

/** A port that leads to one host only has learned only that host's address. */
function wrongFdbEntries(net: TestNet): string[] {
  const out: string[] = [];
  for (const ns of net.kernel.namespaces.values()) {
    for (const { lladdr, ifindex, state } of ns.rtnetlink.bridge.fdb()) {
      const port = ns.devices.get(ifindex);
      const peer = port && vethPeer(port);
      if (state !== 'reachable' || peer === undefined || peer.master !== undefined) continue;
      if (peer.address !== lladdr) out.push(`${port?.name} leads to ${peer.name}, not to ${formatMac(lladdr)}`);
    }
  }
  return out;
}

/** A rule counts each packet that it takes, once. */
function wrongRuleCounters(net: TestNet, events: readonly TraceEvent[]): string[] {
  const out: string[] = [];
  for (const ns of net.kernel.namespaces.values()) {
    for (const [table, chain] of [
      ['filter', 'FORWARD'],
      ['nat', 'POSTROUTING'],
    ] as const) {
      ns.dataPlane.nftables
        .existing('inet', table)
        ?.chain(chain)
        ?.rules.forEach((rule, i) => {
          const taken = events.filter(
            ({ netns, step }) =>
              netns === ns.inode && step.kind === 'hook' && step.table === table && step.chain === chain && step.rule === i + 1,
          ).length;
          if (taken !== rule.packets) out.push(`${table} ${chain} rule ${i + 1} took ${taken} packets and counted ${rule.packets}`);
        });
    }
  }
  return out;
}
