import type { Ipv4, Ipv6, Mac } from '../../base/address.ts';
import type { DeviceStats, Operstate } from '../device/net-device.ts';
import type { BridgeLinkDump, FdbDump, MdbDump } from './bridge-messages.ts';

/**
 * The messages of rtnetlink(7) as typed values: what programs ask of the kernel about links, addresses, routes, rules and
 * neighbours, and what it dumps. Programs print names and numbers; the kernel deals in numbers only.
 */

export type Family = 'inet' | 'inet6';

/** Kind-specific data of a link (IFLA_INFO_DATA), also what `ip link add … type KIND` passes in. Keys follow iproute2's option words. */
export type LinkInfo = Readonly<Record<string, string | number | boolean | undefined>>;

/** One link as RTM_GETLINK dumps it. */
export interface LinkDump {
  readonly ifindex: number;
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly mtu: number;
  readonly minMtu: number;
  readonly maxMtu: number;
  readonly qdisc: string;
  readonly operstate: Operstate;
  readonly linkMode: number;
  readonly group: number;
  readonly txQueueLen: number;
  readonly numTxQueues: number;
  readonly numRxQueues: number;
  readonly address: Mac;
  readonly broadcast: Mac;
  readonly promiscuity: number;
  readonly allmulti: number;
  readonly alias: string | undefined;
  readonly altNames: readonly string[];
  readonly master: number | undefined;
  /** ifindex of the lower or peer device (IFLA_LINK). */
  readonly link: number | undefined;
  /** Namespace id of `link` where that is another namespace (IFLA_LINK_NETNSID). */
  readonly linkNetnsId: number | undefined;
  /** IFLA_INFO_KIND. */
  readonly kind: string | undefined;
  readonly info: LinkInfo | undefined;
  /** IFLA_INFO_SLAVE_KIND and _DATA: what the master says about this port. */
  readonly slaveKind: string | undefined;
  readonly slaveInfo: LinkInfo | undefined;
  readonly addrGenMode: 'eui64' | 'none' | 'stable_secret' | 'random' | undefined;
  readonly carrierChanges: number;
  /** Only in the message that a device has left for another namespace: that one's id and the ifindex there. */
  readonly newNetnsId?: number;
  readonly newIfindex?: number;
  /** Only in announcements: what happened, in iproute2's words (IFLA_EVENT). */
  readonly event?: string;
  readonly stats: Readonly<DeviceStats>;
  /** Limits of segmentation offload; absent means what the kind of device starts with. */
  readonly gsoMaxSize?: number;
  readonly gsoMaxSegs?: number;
  readonly groMaxSize?: number;
  readonly tsoMaxSize?: number;
}

/** RTM_NEWLINK with NLM_F_CREATE. */
export interface LinkCreate {
  readonly kind: string;
  readonly name?: string;
  readonly ifindex?: number;
  readonly address?: Mac;
  readonly broadcast?: Mac;
  readonly mtu?: number;
  readonly txQueueLen?: number;
  readonly numTxQueues?: number;
  readonly numRxQueues?: number;
  readonly group?: number;
  /** ifindex of the lower device (`link DEV`). */
  readonly link?: number;
  readonly master?: number;
  readonly up?: boolean;
  /** Other IFF_* bits to set or clear, besides `up`. */
  readonly flags?: number;
  readonly flagsMask?: number;
  /** Create in this namespace instead of the caller's (a NetNamespace handle from {@link NetnsRef}). */
  readonly netns?: NetnsRef;
  readonly info?: LinkInfo;
  /** veth: the other end. */
  readonly peer?: Omit<LinkCreate, 'kind' | 'peer'>;
}

/** RTM_NEWLINK / RTM_SETLINK on an existing link; only what is given changes, in the kernel's order (do_setlink). */
export interface LinkChange {
  readonly name?: string;
  readonly address?: Mac;
  readonly broadcast?: Mac;
  readonly mtu?: number;
  readonly txQueueLen?: number;
  readonly group?: number;
  readonly alias?: string;
  /** 0 for nomaster. */
  readonly master?: number;
  readonly netns?: NetnsRef;
  /** IFF_* bits to change and their new values. */
  readonly flags?: number;
  readonly flagsMask?: number;
  readonly addrGenMode?: Exclude<LinkDump['addrGenMode'], undefined>;
  readonly carrier?: boolean;
  /** IF_LINK_MODE_DEFAULT 0, DORMANT 1. */
  readonly linkMode?: number;
  readonly operstate?: Operstate;
  readonly protoDown?: boolean;
  readonly gsoMaxSize?: number;
  readonly gsoMaxSegs?: number;
  readonly groMaxSize?: number;
  readonly info?: LinkInfo;
  readonly slaveInfo?: LinkInfo;
  /** The kind that `info` is for; another than the device's is refused. */
  readonly kind?: string;
  /** Alternative names to add and remove (`ip link property`). */
  readonly addAltName?: string;
  readonly delAltName?: string;
}

/** How a request names another namespace: the namespace an open file descriptor stands for, or a process's. Opaque to programs. */
export type NetnsRef = { readonly netnsInode: number };

export const IFA_F_SECONDARY = 0x01;
export const IFA_F_NODAD = 0x02;
export const IFA_F_OPTIMISTIC = 0x04;
export const IFA_F_DADFAILED = 0x08;
export const IFA_F_HOMEADDRESS = 0x10;
export const IFA_F_DEPRECATED = 0x20;
export const IFA_F_TENTATIVE = 0x40;
export const IFA_F_PERMANENT = 0x80;
export const IFA_F_MANAGETEMPADDR = 0x100;
export const IFA_F_NOPREFIXROUTE = 0x200;
export const IFA_F_MCAUTOJOIN = 0x400;
export const IFA_F_STABLE_PRIVACY = 0x800;

/** RT_SCOPE_* numbers; `ip` prints their names. */
export const SCOPE_UNIVERSE = 0;
export const SCOPE_SITE = 200;
export const SCOPE_LINK = 253;
export const SCOPE_HOST = 254;
export const SCOPE_NOWHERE = 255;

/** Seconds; this value means forever. */
export const INFINITY_LIFE_TIME = 0xffffffff;

/** An IPv4 or IPv6 address in a message; which one says the `family` beside it. */
export type IpAddress = Ipv4 | Ipv6;

/** One address as RTM_GETADDR dumps it. */
export interface AddressDump {
  readonly family: Family;
  readonly ifindex: number;
  readonly local: IpAddress;
  /** IFA_ADDRESS: the peer on a point-to-point address, else the same as `local`. */
  readonly address: IpAddress;
  readonly prefixLen: number;
  readonly broadcast: Ipv4 | undefined;
  readonly anycast?: Ipv6;
  readonly scope: number;
  readonly flags: number;
  readonly label: string | undefined;
  /** Seconds left; INFINITY_LIFE_TIME for ever. */
  readonly validLft: number;
  readonly preferredLft: number;
  readonly metric: number | undefined;
  /** IFA_PROTO, kernel_lo, kernel_ra, kernel_ll: since Linux 5.18; not printed by iproute2 6.1. */
  readonly protocol: number;
}

/** RTM_NEWADDR. `exclusive` is NLM_F_EXCL (ip addr add), `replace` NLM_F_REPLACE (change, replace). */
export interface AddressRequest {
  readonly family: Family;
  readonly ifindex: number;
  readonly local: IpAddress;
  readonly address?: IpAddress;
  readonly prefixLen: number;
  readonly broadcast?: Ipv4;
  readonly anycast?: Ipv6;
  readonly scope?: number;
  readonly flags?: number;
  readonly label?: string;
  readonly validLft?: number;
  readonly preferredLft?: number;
  readonly metric?: number;
  readonly create: boolean;
  readonly exclusive: boolean;
  readonly replace: boolean;
}

/** RTM_DELADDR: with `prefixLen` undefined any address equal to `local` goes. */
export interface AddressDelete {
  readonly family: Family;
  readonly ifindex: number;
  readonly local: IpAddress;
  readonly address?: IpAddress;
  readonly prefixLen?: number;
  readonly label?: string;
}

export type RouteType =
  | 'unspec'
  | 'unicast'
  | 'local'
  | 'broadcast'
  | 'anycast'
  | 'multicast'
  | 'blackhole'
  | 'unreachable'
  | 'prohibit'
  | 'throw'
  | 'nat';

/** RTPROT_*; `ip` prints their names. */
export const RTPROT_UNSPEC = 0;
export const RTPROT_REDIRECT = 1;
export const RTPROT_KERNEL = 2;
export const RTPROT_BOOT = 3;
export const RTPROT_STATIC = 4;
export const RTPROT_RA = 9;
export const RTPROT_BIRD = 12;

export const RT_TABLE_UNSPEC = 0;
export const RT_TABLE_DEFAULT = 253;
export const RT_TABLE_MAIN = 254;
export const RT_TABLE_LOCAL = 255;

export const RTNH_F_DEAD = 1;
export const RTNH_F_PERVASIVE = 2;
export const RTNH_F_ONLINK = 4;
export const RTNH_F_LINKDOWN = 16;

export interface NexthopDump {
  readonly ifindex: number;
  /** RTA_GATEWAY, or RTA_VIA when the gateway's family is not the route's. */
  readonly gateway: IpAddress | undefined;
  readonly gatewayFamily: Family | undefined;
  readonly flags: number;
  /** 1 or more; only shown for multipath routes. */
  readonly weight: number;
}

/** Per-route metrics as in `ip route … mtu 1400 advmss …` (RTA_METRICS). Keys are iproute2's words; `lock` lists the locked ones. */
export interface RouteMetrics {
  readonly values: Readonly<Record<string, number>>;
  readonly locked: readonly string[];
  /** The one metric that is a name: congctl. */
  readonly congestion?: string;
}

/** One route as RTM_GETROUTE dumps it. */
export interface RouteDump {
  readonly family: Family;
  readonly type: RouteType;
  /** undefined for the default route (a zero-length prefix). */
  readonly dst: IpAddress | undefined;
  readonly dstLen: number;
  readonly src: IpAddress | undefined;
  readonly srcLen: number;
  readonly tos: number;
  readonly table: number;
  readonly protocol: number;
  readonly scope: number;
  readonly prefSrc: IpAddress | undefined;
  readonly priority: number | undefined;
  readonly nexthops: readonly NexthopDump[];
  readonly metrics: RouteMetrics | undefined;
  /** RTM_F_CLONED: the entry is the answer to a look-up or a cached exception. */
  readonly cloned: boolean;
  /** Seconds until it expires (RTA_CACHEINFO), for IPv6 routes from advertisements and for exceptions. */
  readonly expires: number | undefined;
  /** ICMPv6 router preference, IPv6 only. */
  readonly pref: 'low' | 'medium' | 'high' | undefined;
  /** Only in answers to a look-up: the input interface (RTA_IIF), uid and mark asked with. */
  readonly iif?: number;
  readonly uid?: number;
  readonly mark?: number;
  readonly error?: number;
  /** Only in answers to a look-up: what `cache <…>` names (RTCF_*): local, brd, mc, redirected. */
  readonly cacheFlags?: readonly string[];
  /** RTA_FLOW. */
  readonly realm?: number;
}

export interface NexthopRequest {
  readonly ifindex?: number;
  readonly gateway?: IpAddress;
  readonly gatewayFamily?: Family;
  readonly onlink?: boolean;
  readonly weight?: number;
}

/** RTM_NEWROUTE and RTM_DELROUTE. */
export interface RouteRequest {
  readonly family: Family;
  readonly type: RouteType;
  readonly dst?: IpAddress;
  readonly dstLen: number;
  readonly tos?: number;
  readonly table: number;
  readonly protocol: number;
  /** undefined leaves it to the kernel's rules, as iproute2's own defaulting does before it sends. */
  readonly scope?: number;
  readonly prefSrc?: IpAddress;
  readonly priority?: number;
  readonly nexthops: readonly NexthopRequest[];
  readonly metrics?: RouteMetrics;
  readonly expires?: number;
  readonly pref?: 'low' | 'medium' | 'high';
  readonly realm?: number;
}

/** NLM_F_* of a new route: add = create+exclusive, append = create+append, change = replace, replace = create+replace. */
export interface RouteFlags {
  readonly create: boolean;
  readonly exclusive: boolean;
  readonly replace: boolean;
  readonly append: boolean;
}

/** RTM_GETROUTE for one destination: `ip route get`. */
export interface RouteQuery {
  readonly family: Family;
  readonly dst: IpAddress;
  readonly src?: IpAddress;
  readonly tos?: number;
  readonly oif?: number;
  readonly iif?: number;
  readonly mark?: number;
  readonly uid?: number;
  /** RTM_F_FIB_MATCH: return the table's entry instead of the resolved route. */
  readonly fibMatch?: boolean;
  readonly ipProto?: number;
  readonly sport?: number;
  readonly dport?: number;
}

export type RuleAction = 'table' | 'goto' | 'nop' | 'blackhole' | 'unreachable' | 'prohibit';

/** One policy rule (fib_rules(7)); also what RTM_NEWRULE and RTM_DELRULE take, where absent means any. */
export interface RuleDump {
  readonly family: Family;
  readonly priority: number | undefined;
  readonly src?: IpAddress;
  readonly srcLen: number;
  readonly dst?: IpAddress;
  readonly dstLen: number;
  readonly tos: number;
  readonly iif?: string;
  readonly oif?: string;
  /** The named device does not exist at present. */
  readonly iifDetached?: boolean;
  readonly oifDetached?: boolean;
  readonly fwmark?: number;
  readonly fwmask?: number;
  readonly invert?: boolean;
  readonly table: number;
  readonly action: RuleAction;
  readonly gotoTarget?: number;
  /** There is no rule at the target now. */
  readonly gotoUnresolved?: boolean;
  readonly suppressPrefixLength?: number;
  readonly uidRange?: readonly [number, number];
  readonly ipProto?: number;
  readonly sport?: readonly [number, number];
  readonly dport?: readonly [number, number];
  readonly protocol: number;
  /** Kept and shown, without effect on look-ups. */
  readonly suppressIfGroup?: number;
  readonly realms?: number;
  readonly tunId?: number;
  readonly l3mdev?: boolean;
}

/** Neighbour states, include/uapi/linux/neighbour.h, in the words that `ip neigh` prints. */
export type NudState = 'INCOMPLETE' | 'REACHABLE' | 'STALE' | 'DELAY' | 'PROBE' | 'FAILED' | 'NOARP' | 'PERMANENT' | 'NONE';

/** One neighbour as RTM_GETNEIGH dumps it. */
export interface NeighDump {
  readonly family: Family;
  readonly ifindex: number;
  readonly dst: IpAddress;
  readonly lladdr: Mac | undefined;
  readonly state: NudState;
  readonly router: boolean;
  readonly proxy: boolean;
  readonly externLearn: boolean;
  /** For `ip -s neigh`: references, seconds since used, confirmed, updated, and probes sent. */
  readonly refcnt: number;
  readonly used: number;
  readonly confirmed: number;
  readonly updated: number;
  readonly probes: number;
  /** NTF_EXT_MANAGED. */
  readonly managed?: boolean;
  /** NDA_PROTOCOL: who made the entry, RTPROT_*. */
  readonly protocol?: number;
}

/** RTM_NEWNEIGH. */
export interface NeighRequest {
  readonly family: Family;
  readonly ifindex: number;
  readonly dst: IpAddress;
  readonly lladdr?: Mac;
  readonly state?: NudState;
  readonly router?: boolean;
  readonly proxy?: boolean;
  readonly externLearn?: boolean;
  readonly use?: boolean;
  readonly managed?: boolean;
  readonly protocol?: number;
  readonly create: boolean;
  readonly exclusive: boolean;
  readonly replace: boolean;
}

/** A change announced to a multicast group of rtnetlink: what `ip monitor` prints. */
export type RtnetlinkEvent =
  | { readonly type: 'link'; readonly deleted: boolean; readonly link: LinkDump }
  | { readonly type: 'address'; readonly deleted: boolean; readonly address: AddressDump }
  | { readonly type: 'route'; readonly deleted: boolean; readonly route: RouteDump }
  | { readonly type: 'neigh'; readonly deleted: boolean; readonly neigh: NeighDump }
  /** A vxlan asks where an Ethernet address, or an IP address, is to be found: RTM_GETNEIGH. */
  | { readonly type: 'neighMiss'; readonly deleted: false; readonly ifindex: number; readonly mac?: Mac; readonly ip?: IpAddress }
  | { readonly type: 'rule'; readonly deleted: boolean; readonly rule: RuleDump }
  /** A device's own settings came or went: RTM_NEWNETCONF. ifindex -1 is `all`, -2 `default`. */
  | {
      readonly type: 'netconf';
      readonly deleted: boolean;
      readonly family: Family;
      readonly ifindex: number;
      readonly forwarding: boolean;
      readonly rpFilter?: number;
      readonly mcForwarding: boolean;
      readonly proxyNeigh: boolean;
      readonly ignoreRoutesWithLinkdown: boolean;
    }
  | { readonly type: 'nsid'; readonly deleted: boolean; readonly nsid: number }
  /** AF_BRIDGE: forwarding entries, ports, multicast groups. */
  | { readonly type: 'fdb'; readonly deleted: boolean; readonly fdb: FdbDump }
  | { readonly type: 'bridgePort'; readonly deleted: boolean; readonly port: BridgeLinkDump }
  | { readonly type: 'mdb'; readonly deleted: boolean; readonly mdb: MdbDump };
