import type { Mac } from '../../base/address.ts';
import type { KernelError } from '../../base/result.ts';
import type { Family, IpAddress, LinkDump, LinkInfo } from './messages.ts';

// rtnetlink(7) messages of the family AF_BRIDGE: forwarding entries of any device that keeps some, ports, VLANs and multicast groups of bridges.

/** One forwarding entry as RTM_GETNEIGH with AF_BRIDGE dumps it: of a bridge, a vxlan, or a device's own address lists (`self`). */
export interface FdbDump {
  readonly ifindex: number;
  readonly lladdr: Mac;
  readonly master?: number;
  readonly state: 'permanent' | 'static' | 'reachable' | 'stale';
  /** The state's NUD_* bits where they say more: a vxlan's. */
  readonly nud?: number;
  readonly self: boolean;
  readonly vid?: number;
  readonly externLearn?: boolean;
  readonly sticky?: boolean;
  readonly router?: boolean;
  /** vxlan: where to, and how. */
  readonly dst?: { readonly family: Family; readonly address: IpAddress };
  readonly dstPort?: number;
  readonly vni?: number;
  readonly srcVni?: number;
  readonly via?: number;
  /** Id of the namespace in which `via` is, where it is another. */
  readonly linkNetnsId?: number;
  /** Nanoseconds since a frame was sent there and since one came from there; absent where nobody counts. */
  readonly usedNs?: number;
  readonly updatedNs?: number;
  /** Number of the bridge's port; 0 for the bridge itself. */
  readonly portNumber?: number;
}

/** RTM_NEWNEIGH and RTM_DELNEIGH with AF_BRIDGE. */
export interface FdbRequest {
  readonly ifindex: number;
  readonly lladdr: Mac;
  /** NTF_SELF: the device's own table; NTF_MASTER: that of the bridge it is a port of. With neither, the master's. */
  readonly self?: boolean;
  readonly master?: boolean;
  /** What the entry is to be; `dynamic` is NUD_REACHABLE, `static` NUD_NOARP. */
  readonly state?: 'permanent' | 'static' | 'dynamic';
  readonly vid?: number;
  readonly use?: boolean;
  readonly router?: boolean;
  readonly externLearn?: boolean;
  readonly sticky?: boolean;
  readonly dst?: { readonly family: Family; readonly address: IpAddress };
  readonly dstPort?: number;
  readonly vni?: number;
  readonly srcVni?: number;
  readonly via?: number;
  readonly create: boolean;
  readonly exclusive: boolean;
  readonly append: boolean;
}

/** What a bulk deletion matches; everything where nothing is given. */
export interface FdbFlush {
  readonly port?: number;
  readonly vid?: number;
  readonly permanent?: boolean;
  readonly static?: boolean;
  readonly addedByUser?: boolean;
  readonly externLearn?: boolean;
  readonly sticky?: boolean;
  readonly offloaded?: boolean;
}

/** A port as RTM_GETLINK with AF_BRIDGE dumps it (IFLA_PROTINFO). */
export interface BridgeLinkDump {
  readonly link: LinkDump;
  readonly port: LinkInfo;
}

/** One VLAN of a port or of a bridge. */
export interface VlanDump {
  readonly vid: number;
  readonly pvid: boolean;
  readonly untagged: boolean;
  readonly state: number;
  readonly stats: { readonly rxBytes: number; readonly rxPackets: number; readonly txBytes: number; readonly txPackets: number };
}

export interface DeviceVlans {
  readonly ifindex: number;
  readonly vlans: readonly VlanDump[];
}

/** One VLAN, or all from `vid` to `last`. */
export interface VlanRequest {
  readonly ifindex: number;
  readonly vid: number;
  readonly last?: number;
  readonly pvid?: boolean;
  readonly untagged?: boolean;
  /** The bridge device itself. */
  readonly self?: boolean;
}

/** One group on one port, or joined by the bridge itself (`port` is then the bridge). */
export interface MdbDump {
  readonly bridge: number;
  readonly port: number;
  /** An IP group, or a link-layer group as a MAC address. */
  readonly group: MdbGroup;
  readonly source?: { readonly family: Family; readonly address: IpAddress };
  readonly vid?: number;
  readonly permanent: boolean;
  /** RTPROT_*: 2 where a report made it, 4 where somebody added it; absent for the bridge's own. */
  readonly protocol?: number;
  /** Nanoseconds until it goes; 0 for one that stays. */
  readonly timerNs: number;
}

export type MdbGroup = { readonly family: Family; readonly address: IpAddress } | { readonly family: 'link'; readonly address: Mac };

export interface MdbRequest {
  readonly bridge: number;
  readonly port: number;
  readonly group: MdbGroup;
  readonly source?: { readonly family: Family; readonly address: IpAddress };
  readonly vid?: number;
  readonly permanent: boolean;
}

/** A port behind which a multicast router is. */
export interface MdbRouterDump {
  readonly bridge: number;
  readonly port: number;
  readonly timerNs: number;
  readonly type: 'temp' | 'permanent' | 'query';
}

/** The AF_BRIDGE part of one namespace's rtnetlink: what `bridge` and `brctl` ask. */
export interface BridgeRtnetlink {
  /** Dump of all devices' entries; `bridge` and `port` narrow by ifindex. */
  fdb(filter?: { readonly bridge?: number; readonly port?: number }): FdbDump[];
  fdbGet(request: {
    readonly lladdr: Mac;
    readonly bridge?: number;
    readonly ifindex?: number;
    readonly vid?: number;
    readonly self?: boolean;
    readonly vni?: number;
  }): FdbDump | KernelError;
  addFdb(request: FdbRequest): KernelError | undefined;
  delFdb(request: FdbRequest): KernelError | undefined;
  flushFdb(ifindex: number, master: boolean, flush: FdbFlush): KernelError | undefined;

  links(): BridgeLinkDump[];
  /** RTM_SETLINK on a port; `self` asks the device itself instead of its bridge. */
  setPort(ifindex: number, change: LinkInfo, self?: boolean): KernelError | undefined;

  vlans(): DeviceVlans[];
  addVlan(request: VlanRequest): KernelError | undefined;
  delVlan(request: VlanRequest): KernelError | undefined;

  mdb(): { readonly groups: MdbDump[]; readonly routers: MdbRouterDump[] };
  addMdb(request: MdbRequest): KernelError | undefined;
  delMdb(request: MdbRequest): KernelError | undefined;
}
