import { formatIpv4, formatMac } from '../sim/base/address.ts';
import { text } from '../sim/base/bytes.ts';
import { isError } from '../sim/base/result.ts';
import { NS_PER_MS } from '../sim/base/time.ts';
import type { NetDevice, Operstate } from '../sim/kernel/device/net-device.ts';
import { vxlansOf } from '../sim/kernel/device/vxlan/vxlan.ts';
import type { AddressDump, NeighDump, NudState, RouteDump } from '../sim/kernel/rtnetlink/messages.ts';
import { RT_TABLE_MAIN } from '../sim/kernel/rtnetlink/messages.ts';
import type { Machine } from '../sim/machine/machine.ts';
import { netnsLabel, netnsNames } from '../sim/machine/netns-names.ts';
import type { NamespaceKind, Process } from '../sim/machine/process.ts';
import type { Spot } from './place.ts';

// What a check reads of the world: plain values in the words of `ip`, made from the kernel's own dumps. Reading changes nothing.

export interface NamespaceView {
  readonly inode: number;
  /** `host`, its name in /run/netns, that of the container whose it is, or `net:[INODE]`. */
  readonly label: string;
  /** Whether /run/netns has a name for it. */
  readonly named: boolean;
  /** Processes in it. */
  readonly pids: readonly number[];
}

export interface LinkView {
  readonly name: string;
  readonly ifindex: number;
  /** Stays the same across renames and moves. */
  readonly uid: number;
  /** As in `ip link add … type KIND`; `loopback` and `nic` for those nobody can add. */
  readonly kind: string;
  readonly mac: string;
  readonly mtu: number;
  /** Set up by its administrator. */
  readonly up: boolean;
  readonly carrier: boolean;
  readonly operstate: Operstate;
  /** The bridge that it is a port of. */
  readonly master: string | undefined;
  /** Frames that it has sent and received, as `ip -s link` counts them. */
  readonly txPackets: number;
  readonly rxPackets: number;
  /** The other end of a veth pair, wherever it is; undefined for other kinds. */
  readonly peer: { readonly uid: number; readonly netns: string; readonly name: string; readonly ifindex: number } | undefined;
  /** What a vxlan was made with; undefined for other kinds. */
  readonly vxlan: { readonly vni: number; readonly dstPort: number } | undefined;
}

/** A forwarding entry, of a bridge or a vxlan, as `bridge fdb` lists it. */
export interface FdbView {
  readonly mac: string;
  /** The port, or the vxlan itself. */
  readonly dev: string;
  /** The host that a vxlan sends it to; undefined in a bridge's table. */
  readonly dst: string | undefined;
  /** Written down by somebody, and kept: not learned. */
  readonly permanent: boolean;
}

export interface AddressView {
  /** `10.0.0.1/24` */
  readonly cidr: string;
  readonly address: string;
  readonly prefixLen: number;
  readonly dev: string;
  readonly family: 'inet' | 'inet6';
}

export interface RouteView {
  /** `default` or CIDR. */
  readonly dst: string;
  readonly via: string | undefined;
  readonly dev: string;
  readonly type: RouteDump['type'];
}

export interface NeighView {
  readonly address: string;
  readonly mac: string | undefined;
  readonly dev: string;
  readonly state: NudState;
}

export interface ProcessView {
  readonly pid: number;
  readonly argv: readonly string[];
  /** Inode of its network namespace. */
  readonly netns: number;
  /** Inodes of all its namespaces, as `readlink /proc/PID/ns/*` shows them. */
  readonly namespaces: Readonly<Record<NamespaceKind, number>>;
}

export function namespacesOf(machine: Machine): NamespaceView[] {
  const names = netnsNames(machine);
  return [...machine.kernel.namespaces.values()].map(({ inode }) => {
    const label = netnsLabel(machine, inode);
    return {
      inode,
      label,
      named: names.has(inode),
      pids: [...machine.processes.values()].filter((process) => process.netns.inode === inode && !process.endStatus).map(({ pid }) => pid),
    };
  });
}

export function linksOf({ machine, netns }: Spot): LinkView[] {
  return [...netns.devices.values()].map((dev) => linkView(machine, dev));
}

function linkView(machine: Machine, dev: NetDevice): LinkView {
  const lower = dev.ops.kind === 'veth' ? dev.ops.lowerLink?.(dev) : undefined;
  return {
    name: dev.name,
    ifindex: dev.ifindex,
    uid: dev.uid,
    kind: dev.ops.kind ?? (dev === dev.ns.loopback ? 'loopback' : 'nic'),
    mac: formatMac(dev.address),
    mtu: dev.mtu,
    up: dev.up,
    carrier: dev.carrier,
    operstate: dev.visibleOperstate,
    master: dev.master?.name,
    txPackets: dev.stats.txPackets,
    rxPackets: dev.stats.rxPackets,
    vxlan: vxlanOf(dev),
    peer: lower && { uid: lower.uid, netns: netnsLabel(machine, lower.ns.inode), name: lower.name, ifindex: lower.ifindex },
  };
}

function vxlanOf(dev: NetDevice): LinkView['vxlan'] {
  for (const ns of dev.ns.kernel.namespaces.values())
    for (const { dev: own, config } of vxlansOf(ns)) if (own === dev) return { vni: config.vni, dstPort: config.dstPort };
  return undefined;
}

export function fdbOf({ netns }: Spot): FdbView[] {
  return netns.rtnetlink.bridge.fdb().map(({ ifindex, lladdr, dst, state }) => ({
    mac: formatMac(lladdr),
    dev: netns.devices.get(ifindex)?.name ?? '',
    dst: dst && ipText(dst.family === 'inet' ? 'inet' : 'inet6', dst.address),
    permanent: state === 'permanent',
  }));
}

export function addressesOf({ netns }: Spot): AddressView[] {
  const views: AddressView[] = [];
  for (const dump of netns.rtnetlink.addresses()) {
    const address = ipText(dump.family, dump.local);
    const dev = netns.devices.get(dump.ifindex)?.name ?? '';
    views.push({ cidr: `${address}/${dump.prefixLen}`, address, prefixLen: dump.prefixLen, dev, family: dump.family });
  }
  return views;
}

/** The main table, as `ip route` lists it. */
export function routesOf({ netns }: Spot, family: 'inet' | 'inet6' = 'inet'): RouteView[] {
  return netns.rtnetlink.routes(family, RT_TABLE_MAIN).map((dump) => {
    const hop = dump.nexthops[0];
    return {
      dst: dump.dst === undefined ? 'default' : `${ipText(family, dump.dst)}/${dump.dstLen}`,
      via: hop?.gateway === undefined ? undefined : ipText(hop.gatewayFamily ?? family, hop.gateway),
      dev: (hop && netns.devices.get(hop.ifindex)?.name) ?? '',
      type: dump.type,
    };
  });
}

export function neighboursOf({ netns }: Spot, family: 'inet' | 'inet6' = 'inet'): NeighView[] {
  return netns.rtnetlink.neighbours(family).map((dump: NeighDump) => ({
    address: ipText(family, dump.dst),
    mac: dump.lladdr === undefined ? undefined : formatMac(dump.lladdr),
    dev: netns.devices.get(dump.ifindex)?.name ?? '',
    state: dump.state,
  }));
}

export function processesOf(machine: Machine): ProcessView[] {
  return [...machine.processes.values()]
    .filter((process) => !process.endStatus)
    .map((process) => ({ pid: process.id.global, argv: [...process.argv], netns: process.netns.inode, namespaces: inodesOf(process) }));
}

function inodesOf({ namespaces }: Process): Record<NamespaceKind, number> {
  const { cgroup, ipc, mnt, net, pid, time, user, uts } = namespaces;
  return {
    cgroup: cgroup.inode,
    ipc: ipc.inode,
    mnt: mnt.inode,
    net: net.inode,
    pid: pid.inode,
    time: time.inode,
    user: user.inode,
    uts: uts.inode,
  };
}

/** When a file was last written, in the world's time; undefined where there is no such file. Exact to the millisecond below. */
export function writtenNs(machine: Machine, path: string): number | undefined {
  const stat = machine.files.stat(machine.init, path);
  if (isError(stat)) return undefined;
  const bootedMs = machine.wallClockMs - Math.floor(machine.clock.now / NS_PER_MS);
  return (stat.mtimeMs - bootedMs) * NS_PER_MS;
}

export function fileText({ machine, container }: Spot, path: string): string | undefined {
  const data = machine.files.readFile(container?.process?.task ?? machine.init, path);
  return isError(data) ? undefined : text(data);
}

function ipText(family: 'inet' | 'inet6', address: AddressDump['local']): string {
  return family === 'inet' ? formatIpv4(address as number) : String(address);
}
