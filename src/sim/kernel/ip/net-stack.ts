import type { Ipv4, Ipv6 } from '../../base/address.ts';
import { LazyMap } from '../../base/lazy.ts';
import type { KernelError } from '../../base/result.ts';

import { IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_IGMP, IPPROTO_TCP, IPPROTO_UDP } from '../../wire/ip-protocol.ts';
import { NA_OVERRIDE, NA_ROUTER } from '../../wire/ndp.ts';
import type { DataPlane } from '../data-plane.ts';
import type { NetDevice, PacketTap } from '../device/net-device.ts';
import { Softirq } from '../device/softirq.ts';
import { ArpTable } from '../neigh/arp.ts';
import { NdTable } from '../neigh/ndisc.ts';
import { BridgeNetfilter } from '../netfilter/br-netfilter.ts';
import { Conntracks } from '../netfilter/conntrack/conntracks.ts';
import { ConntrackHooks } from '../netfilter/conntrack/hooks.ts';
import { Hooks } from '../netfilter/hook.ts';
import { NfTables } from '../netfilter/nf-tables.ts';
import { IpSets } from '../netfilter/set/ip-sets.ts';
import type { NetNamespace } from '../netns.ts';
import type { Skb } from '../skb.ts';
import { Mib } from '../snmp/mib.ts';
import { Sockets } from '../socket/sockets.ts';
import { conf6 } from './conf.ts';
import { Icmp } from './icmp.ts';
import { icmpSend } from './icmp-send.ts';
import { Icmpv6 } from './icmpv6.ts';
import { IdentGenerator } from './ident.ts';
import { Igmp } from './igmp.ts';
import { GlobalLimit, InetPeers } from './inet-peer.ts';
import { ipRcv } from './ipv4-input.ts';
import { Reassembly4 } from './ipv4-reassembly.ts';
import { Reassembly6 } from './ipv6-extension.ts';
import { ip6Rcv } from './ipv6-input.ts';
import { Mld } from './mld.ts';
import { Protocols } from './protocols.ts';
import { type UdpTunnelHeader, udpTunnelXmit } from './udp-tunnel.ts';

/** A look-up's question that is filled in anew for each packet; look-ups do not keep it. */
interface MutableFlow4 {
  dst: Ipv4;
  src: Ipv4;
  tos: number;
  iif: number;
  mark: number;
  ipProto: number;
}
interface MutableFlow6 {
  dst: Ipv6;
  src: Ipv6;
  tos: number;
  iif: number;
  mark: number;
}

/**
 * The data plane of one namespace: its parts, and what they keep between packets. The steps of a packet's way are functions
 * that get this as their first argument: `ipRcv`, `ipForward`, `ipOutput` and so on, one file for each of Linux's.
 */
export class NetStack implements DataPlane {
  readonly ns: NetNamespace;
  readonly softirq: Softirq;
  readonly mib = new Mib();
  readonly taps: PacketTap[] = [];
  readonly protocolTaps = new LazyMap<number, Set<PacketTap>>();
  private readonly bridgeNetfilter = new BridgeNetfilter(this);
  readonly hooks4 = new Hooks(this.bridgeNetfilter.update);
  readonly hooks6 = new Hooks(this.bridgeNetfilter.update);
  readonly nftables = new NfTables(this);
  readonly conntrackHooks = new ConntrackHooks(this);
  private ipsetsMade: IpSets | undefined = undefined;
  private conntracksMade: Conntracks | undefined = undefined;
  readonly protocols4 = new Protocols();
  readonly protocols6 = new Protocols();
  readonly arp: ArpTable;
  readonly nd: NdTable;
  readonly igmp: Igmp;
  readonly mld: Mld;
  readonly sockets: Sockets;
  private reassembly4Made: Reassembly4 | undefined = undefined;
  private reassembly6Made: Reassembly6 | undefined = undefined;
  private ident4Made: IdentGenerator | undefined = undefined;
  readonly peers4 = new InetPeers<Ipv4>();
  readonly peers6 = new InetPeers<Ipv6>();
  readonly icmpGlobal = new GlobalLimit();
  private flowKeyMade: number | undefined = undefined;
  transmitDrops = 0;
  readonly flow4: MutableFlow4 = { dst: 0, src: 0, tos: 0, iif: 0, mark: 0, ipProto: 0 };
  readonly flow6: MutableFlow6 = { dst: '::', src: '::', tos: 0, iif: 0, mark: 0 };

  constructor(ns: NetNamespace) {
    this.ns = ns;
    this.softirq = Softirq.of(ns.kernel.clock);
    this.arp = new ArpTable(this);
    this.nd = new NdTable(this);
    this.igmp = new Igmp(this);
    this.mld = new Mld(this);
    this.sockets = new Sockets(this);
    this.protocols4.register(IPPROTO_ICMP, new Icmp(this));
    this.protocols4.register(IPPROTO_IGMP, this.igmp);
    this.protocols6.register(IPPROTO_ICMPV6, new Icmpv6(this));
    this.protocols4.register(IPPROTO_UDP, this.sockets.udp4);
    this.protocols6.register(IPPROTO_UDP, this.sockets.udp6);
    this.protocols4.register(IPPROTO_TCP, {
      receive: (skb) => this.sockets.tcpLayer.handler4.receive(skb),
      error: (error) => this.sockets.tcpLayer.handler4.error(error),
    });
    this.protocols6.register(IPPROTO_TCP, {
      receive: (skb) => this.sockets.tcpLayer.handler6.receive(skb),
      error: (error) => this.sockets.tcpLayer.handler6.error(error),
    });
  }

  get ident4(): IdentGenerator {
    this.ident4Made ??= new IdentGenerator(this.ns.kernel.clock, this.ns.kernel.random.fork(`ident ${this.ns.inode}`));
    return this.ident4Made;
  }

  /** Key of the hash that makes flow labels. */
  get flowKey(): number {
    this.flowKeyMade ??= this.ns.kernel.random.fork(`flow ${this.ns.inode}`).u32();
    return this.flowKeyMade;
  }

  /** The connections, from the first that is tracked on. */
  get conntracks(): Conntracks {
    this.conntracksMade ??= new Conntracks(this.ns);
    return this.conntracksMade;
  }

  /** The sets of ipset, from the first that is asked for on. */
  get ipsets(): IpSets {
    this.ipsetsMade ??= new IpSets(this.ns);
    return this.ipsetsMade;
  }

  /** Fragments that wait, from the first one on. */
  get reassembly4(): Reassembly4 {
    this.reassembly4Made ??= new Reassembly4(this);
    return this.reassembly4Made;
  }

  get reassembly6(): Reassembly6 {
    this.reassembly6Made ??= new Reassembly6(this);
    return this.reassembly6Made;
  }

  receive4(skb: Skb): void {
    ipRcv(this, skb);
  }

  receive6(skb: Skb): void {
    ip6Rcv(this, skb);
  }

  receiveArp(skb: Skb): void {
    this.arp.receive(skb);
  }

  /** Whether packets to an IPv4 group are taken on a device (`ip_check_mc_rcu`). */
  isMemberOf4(dev: NetDevice, group: Ipv4): boolean {
    return dev.in4?.groups.has(group) === true;
  }

  /** {@link icmpSend}, for the output path, which that function itself ends in. */
  sendIcmpError(skb: Skb, type: number, code: number, rest: number): void {
    icmpSend(this, skb, type, code, rest);
  }

  sendDadSolicitation(dev: NetDevice, target: Ipv6): void {
    this.nd.send.dadSolicitation(dev, target);
  }

  sendRouterSolicitation(dev: NetDevice, source: Ipv6): void {
    this.nd.send.routerSolicitation(dev, source);
  }

  sendUnsolicitedAdvertisement(dev: NetDevice, address: Ipv6): void {
    const router = conf6(dev, 'forwarding') !== 0 ? NA_ROUTER : 0;
    this.nd.send.neighbourAdvertisement(dev, 'ff02::1', address, router | NA_OVERRIDE, true);
  }

  sendGratuitousArp(dev: NetDevice, address: Ipv4): void {
    this.arp.announce(dev, address);
  }

  groupJoined4(dev: NetDevice, group: Ipv4): void {
    this.igmp.joined(dev, group);
  }

  groupLeft4(dev: NetDevice, group: Ipv4): void {
    this.igmp.left(dev, group);
  }

  reportsStopped4(dev: NetDevice): void {
    this.igmp.deviceDown(dev);
  }

  igmpVersion(dev: NetDevice): 1 | 2 | 3 {
    return this.igmp.version(dev);
  }

  groupChanged(dev: NetDevice, group: Ipv6, joined: boolean): void {
    this.mld.groupChanged(dev, group, joined);
  }

  reportGroups(dev: NetDevice): void {
    this.mld.reportAll(dev);
  }

  linkLocalReady(dev: NetDevice): void {
    this.mld.linkLocalReady(dev);
  }

  openUdpTunnel(
    family: 'inet' | 'inet6',
    port: number,
    zeroChecksum6: boolean,
    receive: (skb: Skb) => void,
  ): { close(): void } | KernelError {
    return this.sockets.udpTunnel(family, port, zeroChecksum6, receive);
  }

  udpTunnelXmit(skb: Skb, header: UdpTunnelHeader): boolean {
    return udpTunnelXmit(this, skb, header);
  }

  deviceDown(dev: NetDevice, gone: boolean): void {
    this.mld.deviceDown(dev);
    this.sockets.deviceDown(dev, gone);
    this.conntracksMade?.cleanup((ct) => ct.masqueradeIfindex === dev.ifindex);
  }

  addressRemoved(dev: NetDevice, address: Ipv4 | Ipv6): void {
    this.conntracksMade?.cleanup((ct) => ct.masqueradeIfindex === dev.ifindex && ct.reply.destination === address);
  }

  destroy(): void {
    this.arp.destroy();
    this.nd.destroy();
    this.igmp.destroy();
    this.mld.destroy();
    this.conntracksMade?.destroy();
    this.reassembly4Made?.destroy();
    this.reassembly6Made?.destroy();
    this.sockets.destroy();
  }
}
