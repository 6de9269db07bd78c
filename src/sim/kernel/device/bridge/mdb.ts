import type { TimerHandle } from '../../../base/event-queue.ts';
import { fail, type KernelError } from '../../../base/result.ts';
import type { MdbDump, MdbGroup, MdbRequest, MdbRouterDump } from '../../rtnetlink/bridge-messages.ts';
import type { Family, IpAddress } from '../../rtnetlink/messages.ts';
import type { Bridge, BridgePort } from './bridge.ts';
import { BR_STATE_DISABLED, NS_PER_CENTISECOND } from './if-bridge.ts';
import { Querier } from './querier.ts';

// Which port has listeners of which multicast group: net/bridge/br_mdb.c and the tables of br_multicast.c.

const RTPROT_KERNEL = 2;
const RTPROT_STATIC = 4;

/** What can be set, in the words of iproute2; intervals in centiseconds. */
export interface MulticastSettings {
  snooping: boolean;
  router: number;
  queryUseIfaddr: boolean;
  querier: boolean;
  hashMax: number;
  lastMemberCount: number;
  startupQueryCount: number;
  lastMemberInterval: number;
  membershipInterval: number;
  querierInterval: number;
  queryInterval: number;
  queryResponseInterval: number;
  startupQueryInterval: number;
  stats: boolean;
  igmpVersion: number;
  mldVersion: number;
}

/** Listeners of a group behind one port (struct net_bridge_port_group). */
interface PortGroup {
  readonly port: BridgePort;
  permanent: boolean;
  readonly protocol: number;
  expiresNs: number;
}

/** One group in one VLAN (struct net_bridge_mdb_entry). */
export interface MdbEntry {
  readonly key: string;
  readonly group: MdbGroup;
  readonly source: { readonly family: Family; readonly address: IpAddress } | undefined;
  readonly vid: number;
  /** Newest first. */
  ports: PortGroup[];
  /** The bridge itself listens until then; undefined: it does not. */
  hostExpiresNs: number | undefined;
}

/** The groups of one bridge, its multicast routers, and whether somebody asks for listeners. One timer for all. */
export class MulticastDatabase {
  readonly settings: MulticastSettings = {
    snooping: true,
    router: 1,
    queryUseIfaddr: false,
    querier: false,
    hashMax: 4096,
    lastMemberCount: 2,
    startupQueryCount: 2,
    lastMemberInterval: 100,
    membershipInterval: 26000,
    querierInterval: 25500,
    queryInterval: 12500,
    queryResponseInterval: 1000,
    startupQueryInterval: 3124,
    stats: false,
    igmpVersion: 2,
    mldVersion: 1,
  };
  private readonly bridge: Bridge;
  private readonly entries = new Map<string, MdbEntry>();
  readonly querier: Querier;
  private readonly routerUntilNs = new Map<BridgePort, number>();
  private timer: TimerHandle = 0;
  private timerDueNs = Number.POSITIVE_INFINITY;

  constructor(bridge: Bridge) {
    this.bridge = bridge;
    this.querier = new Querier(bridge);
  }

  /** The entry for packets to a group; an entry for their source comes first. */
  find(group: MdbGroup, source: IpAddress | undefined, vid: number): MdbEntry | undefined {
    const exact = source === undefined ? undefined : this.entries.get(keyOf(group, String(source), vid));
    return exact ?? this.entries.get(keyOf(group, '', vid));
  }

  get empty(): boolean {
    return this.entries.size === 0;
  }

  /** Somebody's query arrived (`br_multicast_query_received`). */
  heardQuery(family: 'inet' | 'inet6', address: IpAddress, port: BridgePort | undefined, maxDelayNs: number): void {
    if (this.querier.heard(family, address, maxDelayNs) && port !== undefined) this.heardRouter(port);
  }

  /** `br_multicast_mark_router`: only where routers are to be found by listening. */
  heardRouter(port: BridgePort): void {
    if (port.mcastRouter !== 1 && port.mcastRouter !== 3) return;
    this.routerUntilNs.set(port, this.bridge.now + this.settings.querierInterval * NS_PER_CENTISECOND);
  }

  isRouterPort(port: BridgePort): boolean {
    return port.mcastRouter === 2 || (port.mcastRouter !== 0 && (this.routerUntilNs.get(port) ?? -1) > this.bridge.now);
  }

  /** Somebody listens behind a port, or the bridge itself does (`br_multicast_add_group`). */
  join(port: BridgePort | undefined, group: MdbGroup, vid: number): void {
    const entry = this.entry(group, undefined, vid);
    const expiresNs = this.bridge.now + this.membershipNs;
    if (port === undefined) {
      const news = entry.hostExpiresNs === undefined;
      entry.hostExpiresNs = expiresNs;
      if (news) this.notify(entry, undefined);
    } else {
      const known = entry.ports.find((listener) => listener.port === port);
      if (known !== undefined) {
        if (!known.permanent) known.expiresNs = expiresNs;
      } else {
        const listener = { port, permanent: false, protocol: RTPROT_KERNEL, expiresNs };
        entry.ports.unshift(listener);
        this.notify(entry, listener);
      }
    }
    this.arm(expiresNs);
  }

  /** A listener left (`br_multicast_leave_group`): unless a querier asks the others, they get a moment to say that they are there. */
  leave(port: BridgePort | undefined, group: MdbGroup, vid: number): void {
    const entry = this.entries.get(keyOf(group, '', vid));
    if (entry === undefined) return;
    const listener = entry.ports.find((candidate) => candidate.port === port);
    if (port?.fastLeave === true && listener !== undefined && !listener.permanent) {
      this.remove(entry, listener);
      return;
    }
    if (group.family !== 'link' && this.querier.otherActive(group.family)) return;
    const { lastMemberCount, lastMemberInterval } = this.settings;
    this.shorten(entry, listener, port === undefined, lastMemberCount * lastMemberInterval * NS_PER_CENTISECOND);
  }

  /** Somebody asks about one group: who does not answer in time is no listener. */
  asked(group: MdbGroup, vid: number, maxDelayNs: number): void {
    const entry = this.entries.get(keyOf(group, '', vid));
    if (entry === undefined) return;
    const within = maxDelayNs * this.settings.lastMemberCount;
    this.shorten(entry, undefined, true, within);
    for (const listener of entry.ports) this.shorten(entry, listener, false, within);
  }

  private shorten(entry: MdbEntry, listener: PortGroup | undefined, host: boolean, withinNs: number): void {
    const due = this.bridge.now + withinNs;
    if (host && entry.hostExpiresNs !== undefined) entry.hostExpiresNs = Math.min(entry.hostExpiresNs, due);
    if (listener !== undefined && !listener.permanent) listener.expiresNs = Math.min(listener.expiresNs, due);
    this.arm(due);
  }

  /** What was heard on a port that does not take part any more is forgotten (`br_multicast_disable_port`). */
  portDisabled(port: BridgePort): void {
    this.removeListeners((listener) => listener.port === port && !listener.permanent);
    this.routerUntilNs.delete(port);
    this.querier.stopPort(port);
  }

  portRemoved(port: BridgePort): void {
    this.removeListeners((listener) => listener.port === port);
    this.routerUntilNs.delete(port);
    this.querier.stopPort(port);
  }

  /** Snooping ends: what was heard is forgotten, what somebody added stays. */
  snoopingStopped(): void {
    this.removeListeners((listener) => !listener.permanent);
  }

  /** The bridge is deleted. */
  destroy(): void {
    this.entries.clear();
    this.querier.destroy();
    this.bridge.dev.ns.kernel.clock.cancel(this.timer);
  }

  private removeListeners(goes: (listener: PortGroup) => boolean): void {
    for (const entry of [...this.entries.values()]) {
      for (const listener of entry.ports.filter(goes)) this.remove(entry, listener);
    }
  }

  private remove(entry: MdbEntry, listener: PortGroup): void {
    entry.ports = entry.ports.filter((other) => other !== listener);
    this.notify(entry, listener, true);
    if (entry.ports.length === 0 && entry.hostExpiresNs === undefined) this.entries.delete(entry.key);
  }

  private get membershipNs(): number {
    return this.settings.membershipInterval * NS_PER_CENTISECOND;
  }

  private entry(group: MdbGroup, source: MdbEntry['source'], vid: number): MdbEntry {
    const key = keyOf(group, source === undefined ? '' : String(source.address), vid);
    let entry = this.entries.get(key);
    if (entry === undefined) {
      entry = { key, group, source, vid, ports: [], hostExpiresNs: undefined };
      this.entries.set(key, entry);
    }
    return entry;
  }

  private arm(dueNs: number): void {
    if (dueNs >= this.timerDueNs) return;
    const { clock } = this.bridge.dev.ns.kernel;
    clock.cancel(this.timer);
    this.timerDueNs = dueNs;
    this.timer = clock.at(dueNs, () => this.expire());
  }

  private expire(): void {
    const { now } = this.bridge;
    this.timerDueNs = Number.POSITIVE_INFINITY;
    let next = Number.POSITIVE_INFINITY;
    for (const entry of [...this.entries.values()]) {
      if (entry.hostExpiresNs !== undefined && entry.hostExpiresNs <= now) {
        this.notify(entry, undefined, true);
        entry.hostExpiresNs = undefined;
        if (entry.ports.length === 0) this.entries.delete(entry.key);
      }
      for (const listener of entry.ports) {
        if (listener.permanent) continue;
        if (listener.expiresNs <= now) this.remove(entry, listener);
        else next = Math.min(next, listener.expiresNs);
      }
      next = Math.min(next, entry.hostExpiresNs ?? next);
    }
    if (next < Number.POSITIVE_INFINITY) this.arm(next);
  }

  // ---- netlink

  private notify(entry: MdbEntry, listener: PortGroup | undefined, deleted = false): void {
    const { ns } = this.bridge.dev;
    if (ns.listening) ns.emit({ type: 'mdb', deleted, mdb: this.dumpOne(entry, listener) });
  }

  private dumpOne(entry: MdbEntry, listener: PortGroup | undefined): MdbDump {
    const { bridge } = this;
    const expiresNs = listener === undefined ? (entry.hostExpiresNs ?? 0) : listener.permanent ? 0 : listener.expiresNs;
    return {
      bridge: bridge.dev.ifindex,
      port: (listener?.port.dev ?? bridge.dev).ifindex,
      group: entry.group,
      ...(entry.source === undefined ? {} : { source: entry.source }),
      ...(entry.vid === 0 ? {} : { vid: entry.vid }),
      permanent: listener?.permanent ?? false,
      ...(listener === undefined ? {} : { protocol: listener.protocol }),
      timerNs: Math.max(0, expiresNs - bridge.now),
    };
  }

  dump(): MdbDump[] {
    return [...this.entries.values()]
      .reverse()
      .flatMap((entry) => [
        ...(entry.hostExpiresNs === undefined ? [] : [this.dumpOne(entry, undefined)]),
        ...entry.ports.map((listener) => this.dumpOne(entry, listener)),
      ]);
  }

  routers(): MdbRouterDump[] {
    const { bridge } = this;
    return bridge.ports
      .filter((port) => this.isRouterPort(port))
      .map((port) => ({
        bridge: bridge.dev.ifindex,
        port: port.dev.ifindex,
        timerNs: Math.max(0, (this.routerUntilNs.get(port) ?? 0) - bridge.now),
        type: port.mcastRouter === 2 ? 'permanent' : 'temp',
      }));
  }

  /** RTM_NEWMDB (`br_mdb_add`). */
  add(port: BridgePort | undefined, request: MdbRequest): KernelError | undefined {
    if (!this.bridge.dev.up) return fail('EINVAL', 'bridge: Bridge device is not running');
    if (!this.settings.snooping) return fail('EINVAL', "bridge: Bridge's multicast processing is disabled");
    if (port !== undefined && port.state === BR_STATE_DISABLED) return fail('EINVAL', 'bridge: Port is in disabled state');
    if (port === undefined && request.permanent) return fail('EINVAL', 'bridge: Flags are not allowed for host groups');
    if (port !== undefined && !request.permanent && request.group.family === 'link')
      return fail('EINVAL', 'bridge: Only permanent L2 entries allowed');
    const entry = this.entry(request.group, request.source, request.vid ?? 0);
    const expiresNs = this.bridge.now + this.membershipNs;
    if (port === undefined) {
      if (entry.hostExpiresNs !== undefined) return fail('EEXIST', 'bridge: Group is already joined by host');
      entry.hostExpiresNs = expiresNs;
      this.notify(entry, undefined);
    } else {
      if (entry.ports.some((listener) => listener.port === port)) {
        const what = request.source === undefined ? '(*, G)' : '(S, G)';
        return fail('EEXIST', `bridge: ${what} group is already joined by port`);
      }
      const listener = { port, permanent: request.permanent, protocol: RTPROT_STATIC, expiresNs };
      entry.ports.unshift(listener);
      this.notify(entry, listener);
    }
    if (!request.permanent) this.arm(expiresNs);
    return undefined;
  }

  /** RTM_DELMDB (`br_mdb_del`): EINVAL for what is not there. */
  delete(port: BridgePort | undefined, request: MdbRequest): KernelError | undefined {
    if (!this.bridge.dev.up) return fail('EINVAL', 'bridge: Bridge device is not running');
    const entry = this.entries.get(
      keyOf(request.group, request.source === undefined ? '' : String(request.source.address), request.vid ?? 0),
    );
    if (entry === undefined) return fail('EINVAL');
    if (port === undefined) {
      if (entry.hostExpiresNs === undefined) return fail('EINVAL');
      this.notify(entry, undefined, true);
      entry.hostExpiresNs = undefined;
      if (entry.ports.length === 0) this.entries.delete(entry.key);
      return undefined;
    }
    const listener = entry.ports.find((candidate) => candidate.port === port);
    if (listener === undefined || port.state === BR_STATE_DISABLED) return fail('EINVAL');
    this.remove(entry, listener);
    return undefined;
  }
}

function keyOf(group: MdbGroup, source: string, vid: number): string {
  return `${vid}/${group.family}/${group.address}/${source}`;
}
