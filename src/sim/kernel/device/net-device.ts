import type { Mac } from '../../base/address.ts';
import { LazyMap } from '../../base/lazy.ts';
import type { KernelError } from '../../base/result.ts';
import type { InetDevice } from '../address/inet-device.ts';
import type { Inet6Device } from '../address/inet6-device.ts';
import type { NetNamespace } from '../netns.ts';
import type { FdbDump, FdbFlush, FdbRequest } from '../rtnetlink/bridge-messages.ts';
import type { LinkInfo } from '../rtnetlink/messages.ts';
import type { RootQdisc } from '../sched/qdisc.ts';
import type { Skb } from '../skb.ts';
import type { DeviceEvent } from './notifier.ts';

/** Device flags, include/uapi/linux/if.h. LOWER_UP, DORMANT and ECHO are computed when flags are read. */
export const IFF_UP = 0x1;
export const IFF_BROADCAST = 0x2;
export const IFF_DEBUG = 0x4;
export const IFF_LOOPBACK = 0x8;
export const IFF_POINTOPOINT = 0x10;
export const IFF_RUNNING = 0x40;
export const IFF_NOARP = 0x80;
export const IFF_PROMISC = 0x100;
export const IFF_ALLMULTI = 0x200;
export const IFF_MULTICAST = 0x1000;
export const IFF_DYNAMIC = 0x8000;
export const IFF_LOWER_UP = 0x10000;

export const ARPHRD_ETHER = 1;
export const ARPHRD_LOOPBACK = 772;

/** RFC 2863 operational state, in the words that `ip` prints. */
export type Operstate = 'UNKNOWN' | 'NOTPRESENT' | 'DOWN' | 'LOWERLAYERDOWN' | 'TESTING' | 'DORMANT' | 'UP';

/** Counters as `ip -s link` shows them (struct rtnl_link_stats64). */
export interface DeviceStats {
  rxPackets: number;
  rxBytes: number;
  rxErrors: number;
  rxDropped: number;
  rxMissed: number;
  multicast: number;
  txPackets: number;
  txBytes: number;
  txErrors: number;
  txDropped: number;
  txCarrierErrors: number;
  collisions: number;
}

/** A kind's forwarding database, as RTM_*NEIGH with AF_BRIDGE reaches it (`ndo_fdb_*`): a bridge's, a vxlan's. */
export interface FdbOps {
  add(dev: NetDevice, request: FdbRequest): KernelError | undefined;
  delete(dev: NetDevice, request: FdbRequest): KernelError | undefined;
  /** The entries of `of`: the device itself, or one of its ports. Without it the device's own address lists are shown. */
  dump?(dev: NetDevice, of: NetDevice): FdbDump[];
  get?(dev: NetDevice, request: Pick<FdbRequest, 'lladdr' | 'vid' | 'vni'>): FdbDump | KernelError;
  flush?(dev: NetDevice, flush: FdbFlush): KernelError | undefined;
}

/** What a kind of device does; Linux's `net_device_ops` and the reading half of `rtnl_link_ops`. One object per kind. */
export interface DeviceOps {
  /** What `ip link add … type KIND` calls it; undefined for NICs and loopback, which nobody can add. */
  readonly kind: string | undefined;
  /** `ndo_start_xmit`: the frame starts at `skb.data` with its Ethernet header. Owns the packet from here on. */
  xmit(dev: NetDevice, skb: Skb): void;
  open?(dev: NetDevice): KernelError | undefined;
  stop?(dev: NetDevice): void;
  /** Called after the device has left its namespace for good. */
  uninit?(dev: NetDevice): void;
  /** Cuts the device's ties before it is deleted and names the devices that go with it, a veth's peer for example (`dellink`). */
  dellink?(dev: NetDevice): readonly NetDevice[];
  /** The device this one sits on or is cabled to (IFLA_LINK), if any. It may be in another namespace. */
  lowerLink?(dev: NetDevice): NetDevice | undefined;
  /** The namespace that carries its packets, where that may be another than the one it is in (`get_link_net`). */
  linkNetns?(dev: NetDevice): NetNamespace;
  /** It counts itself what it sends: a tunnel, whose packet may fail on its way out, and may leave more than once. */
  readonly countsTransmit?: boolean;
  /** A master takes a port or lets it go (`ndo_add_slave`, `ndo_del_slave`); kinds without them are no masters. */
  addSlave?(master: NetDevice, dev: NetDevice): KernelError | undefined;
  delSlave?(master: NetDevice, dev: NetDevice): KernelError | undefined;
  /** What the master says about a port (IFLA_INFO_SLAVE_DATA), and how that is changed (`slave_changelink`). */
  fillSlaveInfo?(master: NetDevice, dev: NetDevice): LinkInfo | undefined;
  changeSlave?(master: NetDevice, dev: NetDevice, info: LinkInfo): KernelError | undefined;
  /** Something happened to a device below: a port of a bridge, the device that a VLAN is on. */
  lowerEvent?(dev: NetDevice, lower: NetDevice, event: DeviceEvent): void;
  /** The device is deleted with the device below it. */
  readonly goesWithLower?: boolean;
  /** It can listen to single addresses besides its own (IFF_UNICAST_FLT). */
  readonly filtersUnicast?: boolean;
  /** It began or ceased to hear everything, or all groups, while up (`ndo_change_rx_flags`): `by` is 1 or -1. */
  changeRxFlags?(dev: NetDevice, flag: 'promiscuity' | 'allmulti', by: number): void;
  /** The groups it listens to have changed while it is up (`ndo_set_rx_mode`). */
  groupsChanged?(dev: NetDevice): void;
  /** Takes over setting the address (`ndo_set_mac_address`). */
  setAddress?(dev: NetDevice, address: Mac): KernelError | undefined;
  /** Its own forwarding database. */
  readonly fdb?: FdbOps;
  /** Speed as ethtool tells it; undefined where unknown. */
  speedMbps?(dev: NetDevice): number | undefined;
  /** Devices of this kind may not be ports of a bridge (IFF_DONT_BRIDGE). */
  readonly dontBridge?: boolean;
  /** Extra validation or action on a new MTU. */
  changeMtu?(dev: NetDevice, mtu: number): KernelError | undefined;
  /** What `ip -d link` shows of the kind (IFLA_INFO_DATA). */
  fillInfo?(dev: NetDevice): LinkInfo;
  /** Devices of this kind may not change namespace (NETIF_F_NETNS_LOCAL): loopback. */
  readonly netnsLocal?: boolean;
}

/** A link-layer group that a device listens to. */
export interface LinkGroup {
  readonly address: Mac;
  /** For how many reasons. */
  users: number;
  /** Somebody added it by hand. */
  global: boolean;
}

/** What a receive handler says: the packet is taken, or goes on up the stack (`rx_handler_result_t`). */
export type RxVerdict = 'consumed' | 'pass';

/** Sees every frame that a device receives or sends: a packet socket. `skb.mac` is valid; bytes must not be changed. */
export interface PacketTap {
  readonly frame: (dev: NetDevice, skb: Skb) => void;
}

/** A network device, Linux's `struct net_device`. Kinds differ by `ops` and keep their own state in `priv`. */
export class NetDevice {
  ns: NetNamespace;
  /** Names the device on its machine for as long as it exists, whatever it is called and wherever it moves. */
  readonly uid: number;
  ifindex = 0;
  name: string;
  readonly ops: DeviceOps;
  /** State of the kind: the veth's peer, the bridge's ports… Only the kind's own file reads it. */
  priv: unknown = undefined;
  /** ARPHRD_*: what kind of link-layer address it has. */
  type: number = ARPHRD_ETHER;
  /** IFF_* flags that were set; use {@link NetDevice.visibleFlags} for what user space sees. */
  flags: number = IFF_BROADCAST | IFF_MULTICAST;
  mtu = 1500;
  minMtu = 68;
  maxMtu = 65535;
  txQueueLen = 1000;
  /** IF_LINK_MODE_*: 1 makes a link that has its carrier wait as DORMANT until somebody says UP. */
  linkMode = 0;
  /** Limits of segmentation offload that somebody has set. */
  gsoMaxSize: number | undefined = undefined;
  gsoMaxSegs: number | undefined = undefined;
  groMaxSize: number | undefined = undefined;
  numTxQueues = 1;
  numRxQueues = 1;
  address: Mac;
  broadcast: Mac = 0xffffffffffff;
  /** Name of the root qdisc: noop until first up, then what the kind gets (noqueue, fq_codel…). */
  qdisc = 'noop';
  /** The queueing discipline that somebody put at the root; undefined where packets go out at once. */
  sched: RootQdisc | undefined = undefined;
  /** The qdisc that the device gets when it is first brought up. */
  defaultQdisc = 'noqueue';
  /** IFF_PROMISC and IFF_ALLMULTI as the administrator set them; captures only count in {@link NetDevice.promiscuity}. */
  gflags = 0;
  group = 0;
  alias: string | undefined = undefined;
  altNames: string[] = [];
  promiscuity = 0;
  allmulti = 0;
  /** Whether the qdisc is in place; until then, and from when a lost carrier was noticed, it is noop (`dev_activate`). */
  transmitting = false;

  /** Whether the link layer has a carrier (`netif_carrier_ok`). */
  carrier = true;
  /** How often the carrier came or went. */
  carrierChanges = 0;
  /** Read {@link NetDevice.visibleOperstate} for what user space sees. */
  operstate: Operstate = 'UNKNOWN';
  /** IPv4 on this device: addresses and settings; undefined while it has none (MTU below 68, or gone). */
  in4: InetDevice | undefined = undefined;
  /** IPv6 on this device; undefined while it has none (MTU below 1280, or gone). */
  in6: Inet6Device | undefined = undefined;
  /** Bridge or other upper device this one is a port of. */
  master: NetDevice | undefined = undefined;
  /** Installed by a master: gets every received frame before the stack does (`rx_handler`). */
  rxHandler: ((skb: Skb) => RxVerdict) | undefined = undefined;
  /** Master's state about this port; only the master's kind reads it. */
  port: unknown = undefined;
  /** Devices on top of this one that want to know what happens to it: its master, its VLANs. */
  readonly uppers: NetDevice[] = [];
  /** 802.1Q devices on this one by protocol and id; see device/vlan.ts. */
  vlans: Map<number, NetDevice> | undefined = undefined;
  /** Addresses besides its own that somebody made it listen to (`bridge fdb add … self`). */
  readonly unicastAddresses: Mac[] = [];
  /** It hears everything because of them: see device/unicast-addresses.ts. */
  promiscuousForUnicast = false;
  /** Link-layer groups that it listens to, in the order in which they were joined; see link-groups.ts. */
  readonly linkGroups = new LazyMap<Mac, LinkGroup>();
  /** The most that segmentation offload takes; undefined where nothing limits it. */
  tsoMaxSize: number | undefined = undefined;
  readonly taps: PacketTap[] = [];
  readonly stats: DeviceStats = {
    rxPackets: 0,
    rxBytes: 0,
    rxErrors: 0,
    rxDropped: 0,
    rxMissed: 0,
    multicast: 0,
    txPackets: 0,
    txBytes: 0,
    txErrors: 0,
    txDropped: 0,
    txCarrierErrors: 0,
    collisions: 0,
  };

  constructor(ns: NetNamespace, name: string, ops: DeviceOps, address: Mac) {
    this.ns = ns;
    this.uid = ++ns.kernel.devicesMade;
    this.name = name;
    this.ops = ops;
    this.address = address;
  }

  get up(): boolean {
    return (this.flags & IFF_UP) !== 0;
  }

  /** Up and with a carrier: may carry traffic (`netif_running && netif_carrier_ok`). */
  get running(): boolean {
    return this.up && this.carrier;
  }

  /** Flags as user space reads them (`dev_get_flags`). */
  get visibleFlags(): number {
    let flags = (this.flags & ~(IFF_PROMISC | IFF_ALLMULTI | IFF_RUNNING | IFF_LOWER_UP)) | this.gflags;
    if (this.up) {
      if (this.operstate === 'UP' || this.operstate === 'UNKNOWN') flags |= IFF_RUNNING;
      if (this.carrier) flags |= IFF_LOWER_UP;
    }
    return flags;
  }

  /** The operational state as dumps and /sys show it: a device that is not up is DOWN whatever it was last (`rtnl_fill_ifinfo`). */
  get visibleOperstate(): Operstate {
    return this.up ? this.operstate : 'DOWN';
  }
}
