import type { Mac } from '../../../base/address.ts';
import { KERN_INFO } from '../../kernel-log.ts';
import type { NetDevice } from '../net-device.ts';
import { FdbTable } from './fdb-table.ts';
import { BR_STATE_DISABLED, NS_PER_CENTISECOND } from './if-bridge.ts';
import { MulticastDatabase } from './mdb.ts';
import { StpTimer } from './stp-timer.ts';
import type { VlanGroup } from './vlan-group.ts';

// The state of a bridge and of its ports: net/bridge/br_private.h. What is done with it is split by the step on the packet's
// path: input.ts, forward.ts, fdb.ts, vlan.ts, multicast.ts, stp*.ts; port.ts adds and removes ports, device.ts is the bridge as a device.

/** Ports a bridge can have: BR_MAX_PORTS, from BR_PORT_BITS 10. */
export const MAX_PORTS = 1 << 10;
const PORT_BITS = 10;

const SECOND = 100 * NS_PER_CENTISECOND;

/** Who a bridge is to the spanning tree: the lesser is the better, by priority first (struct bridge_id). */
export interface BridgeId {
  readonly priority: number;
  readonly address: Mac;
}

export function compareIds(a: BridgeId, b: BridgeId): number {
  return a === b ? 0 : a.priority - b.priority || a.address - b.address;
}

/** Where a MAC address is, for one VLAN (0: for none): struct net_bridge_fdb_entry. */
export interface FdbEntry {
  readonly mac: Mac;
  readonly vid: number;
  /** undefined: the bridge itself. */
  port: BridgePort | undefined;
  /** Of this machine: BR_FDB_LOCAL, shown as permanent. */
  isLocal: boolean;
  /** Does not age: BR_FDB_STATIC. */
  isStatic: boolean;
  /** Stays on its port although frames come from elsewhere. */
  isSticky: boolean;
  addedByUser: boolean;
  externLearn: boolean;
  /** When a frame was last sent to it and when one last came from it. */
  usedNs: number;
  updatedNs: number;
}

/** struct net_bridge. Times in nanoseconds. */
export class Bridge {
  readonly dev: NetDevice;
  /** Newest first, as Linux keeps them: the order in which frames are flooded. */
  readonly ports: BridgePort[] = [];
  /** The same ports by their number. */
  readonly byNumber: (BridgePort | undefined)[] = [undefined];
  readonly fdb = new FdbTable();
  /** The same entries, oldest first; they are dumped from the end. */
  readonly fdbList = new Set<FdbEntry>();
  readonly mdb: MulticastDatabase;

  // What can be set.
  bridgeAgeingNs = 300 * SECOND;
  /** In effect: while the topology changes twice the forward delay. */
  ageingNs = 300 * SECOND;
  forwardDelayNs = 15 * SECOND;
  helloNs = 2 * SECOND;
  maxAgeNs = 20 * SECOND;
  bridgeForwardDelayNs = 15 * SECOND;
  bridgeHelloNs = 2 * SECOND;
  bridgeMaxAgeNs = 20 * SECOND;
  /** 0 no spanning tree, 1 the kernel's. */
  stpEnabled = 0;
  /** Which of the addresses 01:80:c2:00:00:0X are forwarded although the standard forbids it, a bit each. */
  groupFwdMask = 0;
  groupAddress: Mac = 0x0180_c200_0000;
  groupAddressSet = false;
  noLinkLocalLearn = false;
  nfCallIptables = false;
  nfCallIp6tables = false;
  nfCallArptables = false;
  /** Somebody chose the address (NET_ADDR_SET) or the MTU; until then the ports determine them. */
  addressSet: boolean;
  mtuSet = false;

  // VLAN filtering; see vlan.ts.
  vlanFiltering = false;
  vlanProtocol = 0x8100;
  vlanStats = false;
  vlanStatsPerPort = false;
  defaultPvid = 1;
  /** The VLANs of the bridge itself; undefined until anything about VLANs is asked for, see vlan.ts. */
  vlans: VlanGroup | undefined = undefined;

  // Spanning tree; see stp.ts.
  /** Its address is all zero until a port or somebody gives one. */
  id: BridgeId = { priority: 0x8000, address: 0 };
  designatedRoot: BridgeId = this.id;
  rootPathCost = 0;
  rootPort = 0;
  topologyChange = false;
  topologyChangeDetected = false;
  readonly helloTimer: StpTimer;
  readonly tcnTimer: StpTimer;
  readonly topologyChangeTimer: StpTimer;
  /** When the FDB is next looked through for entries that are too old; see fdb.ts. */
  readonly gcTimer: StpTimer;
  /** Nothing is there that could grow old: the timer only counts. */
  gcResting = false;

  constructor(dev: NetDevice, addressSet: boolean) {
    this.dev = dev;
    this.addressSet = addressSet;
    this.mdb = new MulticastDatabase(this);
    const { clock } = dev.ns.kernel;
    this.helloTimer = new StpTimer(clock);
    this.tcnTimer = new StpTimer(clock);
    this.topologyChangeTimer = new StpTimer(clock);
    this.gcTimer = new StpTimer(clock);
  }

  get now(): number {
    return this.dev.ns.kernel.clock.now;
  }

  /** How long an entry that was learned lives (`hold_time`): shorter while the topology changes. */
  get holdNs(): number {
    return this.topologyChange ? this.forwardDelayNs : this.ageingNs;
  }

  portByNumber(number: number): BridgePort | undefined {
    return this.byNumber[number];
  }
}

/** As the kernel's log calls them, by number. */
const STATE_NAMES = ['disabled', 'listening', 'learning', 'forwarding', 'blocking'] as const;

/** struct net_bridge_port. */
export class BridgePort {
  readonly bridge: Bridge;
  readonly dev: NetDevice;
  /** From 1; the lowest that was free. */
  readonly number: number;
  private currentState: number = BR_STATE_DISABLED;
  priority = 0x8000 >> PORT_BITS;
  pathCost: number;
  /** Somebody set the cost; otherwise it follows the device's speed. */
  adminCost = false;

  hairpin = false;
  guard = false;
  rootBlock = false;
  fastLeave = false;
  learning = true;
  flood = true;
  mcastFlood = true;
  bcastFlood = true;
  mcastToUnicast = false;
  mcastRouter = 1;
  proxyArp = false;
  proxyArpWifi = false;
  neighSuppress = false;
  vlanTunnel = false;
  isolated = false;
  locked = false;
  groupFwdMask = 0;
  backupPort: BridgePort | undefined = undefined;
  vlans: VlanGroup | undefined = undefined;

  // Spanning tree: what the best message heard on this port's segment says.
  designatedRoot: BridgeId;
  designatedCost = 0;
  designatedBridge: BridgeId;
  designatedPort = 0;
  /** When the root sent what was heard last. */
  designatedAgeNs = 0;
  topologyChangeAck = false;
  configPending = false;
  readonly messageAgeTimer: StpTimer;
  readonly forwardDelayTimer: StpTimer;
  readonly holdTimer: StpTimer;

  /** BR_STATE_* */
  get state(): number {
    return this.currentState;
  }

  /** `br_set_state`: the kernel's log tells each time. */
  set state(state: number) {
    this.currentState = state;
    const { bridge, dev } = this;
    dev.ns.kernel.log.print(KERN_INFO, `${bridge.dev.name}: port ${this.number}(${dev.name}) entered ${STATE_NAMES[state]} state`);
  }

  constructor(bridge: Bridge, dev: NetDevice, number: number, pathCost: number) {
    this.bridge = bridge;
    this.dev = dev;
    this.number = number;
    this.pathCost = pathCost;
    this.designatedRoot = bridge.designatedRoot;
    this.designatedBridge = bridge.id;
    const { clock } = dev.ns.kernel;
    this.messageAgeTimer = new StpTimer(clock);
    this.forwardDelayTimer = new StpTimer(clock);
    this.holdTimer = new StpTimer(clock);
  }

  /** Priority and number as they stand in BPDUs (`br_make_port_id`). */
  get id(): number {
    return ((this.priority << PORT_BITS) | this.number) & 0xffff;
  }
}

/** The port that a device is; undefined where it is none of a bridge. */
export function bridgePort(dev: NetDevice): BridgePort | undefined {
  return dev.port instanceof BridgePort ? dev.port : undefined;
}
