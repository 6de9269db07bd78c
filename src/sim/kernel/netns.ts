import { LazySet } from '../base/lazy.ts';
import { fail, type KernelError } from '../base/result.ts';
import { Ip4 } from './address/ip4.ts';
import { Ip6 } from './address/ip6.ts';
import type { DataPlane } from './data-plane.ts';
import { changeNamespace, deleteDevices, registerDevice } from './device/lifecycle.ts';
import { createLoopback } from './device/loopback.ts';
import type { NetDevice } from './device/net-device.ts';
import type { DeviceEvent } from './device/notifier.ts';
import { createDataPlane } from './ip/data-plane.ts';
import type { Kernel } from './kernel.ts';
import { Hooks } from './netfilter/hook.ts';
import { NetnsIds } from './netns-ids.ts';
import { dumpLink } from './rtnetlink/link-dump.ts';
import type { RtnetlinkEvent } from './rtnetlink/messages.ts';
import type { Rtnetlink } from './rtnetlink/rtnetlink.ts';
import { RtnetlinkService } from './rtnetlink/service.ts';
import type { SocketTable } from './socket/socket-table.ts';
import { inheritedSettings } from './sysctl/inherit.ts';
import { NetSysctl } from './sysctl/net-sysctl.ts';
import type { UserNamespace } from './user-namespace.ts';

// Who brings what: address/, route/, rtnetlink/, sysctl/ and the device kinds are the control plane; neigh/, ip/ and socket/
// are the data plane and come as one DataPlane from `createDataPlane(ns)` in ip/data-plane.ts. The data plane reads
// `ns.ip4.addressesOf/isLocal/selectSource/fib`, the same of `ns.ip6`, and per-device settings as plain numbers
// (`dev.in4.conf.rp_filter`, `ns.ip4.confAll.rp_filter`, `dev.in6.conf.hop_limit`, `dev.in4.neigh.base_reachable_time_ms`).

/**
 * A network namespace (Linux's `struct net`): its own devices, addresses, routes, neighbours, sockets, firewall and settings.
 * It lives as long as something holds it: a process, a file in /run/netns, an open descriptor ({@link NetNamespace.hold}).
 */
export class NetNamespace {
  readonly kernel: Kernel;
  /** Its number in `net:[4026531840]`. */
  readonly inode: number;
  /** The user namespace in which somebody must be capable to change it. */
  readonly owner: UserNamespace;
  /** In order of ifindex. */
  readonly devices = new Map<number, NetDevice>();
  readonly netnsIds: NetnsIds;
  readonly sysctl: NetSysctl;
  readonly ip4: Ip4;
  readonly ip6: Ip6;
  readonly dataPlane: DataPlane;
  readonly loopback: NetDevice;
  readonly rtnetlink: Rtnetlink;
  /** Hooks of the family bridge, with `skb.data` behind the Ethernet header: br_netfilter runs the IP ones from here. */
  readonly bridgeHooks = new Hooks();

  private readonly byName = new Map<string, NetDevice>();
  private readonly listeners = new LazySet<(event: RtnetlinkEvent) => void>();
  private messages: RtnetlinkEvent[] = [];
  private references = 0;
  private lastIfindex = 0;
  /** The greatest ifindex that was ever used. */
  private greatestIfindex = 0;

  /** `maker`: the namespace of whoever makes it; undefined for a machine's first. */
  constructor(kernel: Kernel, inode: number, owner: UserNamespace, maker?: NetNamespace) {
    this.kernel = kernel;
    this.inode = inode;
    this.owner = owner;
    this.netnsIds = new NetnsIds(this);
    const settings = inheritedSettings(maker);
    this.sysctl = new NetSysctl(this);
    this.ip4 = new Ip4(this, settings.ip4);
    this.ip6 = new Ip6(this, settings.ip6);
    this.dataPlane = createDataPlane(this);
    this.rtnetlink = new RtnetlinkService(this);
    this.loopback = createLoopback(this);
    registerDevice(this.loopback);
  }

  get sockets(): SocketTable {
    return this.dataPlane.sockets;
  }

  /** By name or alternative name. */
  deviceByName(name: string): NetDevice | undefined {
    return this.byName.get(name);
  }

  /** Takes a reference; the returned function gives it back. With the last one the namespace and its devices go. */
  hold(): () => void {
    this.references++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      if (--this.references === 0) this.kernel.scheduleCleanup(this);
    };
  }

  /** Nobody holds it. */
  get unused(): boolean {
    return this.references === 0;
  }

  /** `cleanup_net`: other namespaces forget its id, virtual devices are deleted, network cards go back to the first namespace. */
  destroy(): void {
    const init = this.kernel.initNetns;
    for (const other of this.kernel.namespaces.values()) if (other !== this) other.netnsIds.forget(this);
    for (const dev of [...this.devices.values()]) {
      if (dev.ops.kind !== undefined || dev.ops.netnsLocal === true) continue;
      const fallback = `dev${dev.ifindex}`;
      changeNamespace(dev, init, init.deviceByName(fallback) === undefined ? fallback : 'dev%d');
    }
    deleteDevices(this.devices.values());
    this.ip4.destroy();
    this.ip6.destroy();
    this.dataPlane.destroy();
  }

  // ---- devices: for device/lifecycle.ts

  /** Marks an ifindex as used: the next in turn for 0, EBUSY for one that is taken (`dev_index_reserve`). */
  reserveIfindex(wanted: number): number | KernelError {
    if (wanted !== 0) return this.devices.has(wanted) ? fail('EBUSY') : wanted;
    do this.lastIfindex = this.lastIfindex === 0x7fffffff ? 1 : this.lastIfindex + 1;
    while (this.devices.has(this.lastIfindex));
    return this.lastIfindex;
  }

  insertDevice(dev: NetDevice): void {
    this.byName.set(dev.name, dev);
    for (const name of dev.altNames) this.byName.set(name, dev);
    this.devices.set(dev.ifindex, dev);
    if (dev.ifindex > this.greatestIfindex) {
      this.greatestIfindex = dev.ifindex;
      return;
    }
    // A map keeps the order of insertion: those with a greater ifindex go behind.
    const after = [...this.devices.values()].filter((other) => other.ifindex > dev.ifindex);
    for (const other of after) {
      this.devices.delete(other.ifindex);
      this.devices.set(other.ifindex, other);
    }
  }

  removeDevice(dev: NetDevice): void {
    this.devices.delete(dev.ifindex);
    this.byName.delete(dev.name);
    for (const name of dev.altNames) this.byName.delete(name);
  }

  renameDevice(dev: NetDevice, name: string): void {
    this.byName.delete(dev.name);
    dev.name = name;
    this.byName.set(name, dev);
  }

  /** Adds or takes away an alternative name: EEXIST for one in use, ENOENT for one the device does not have. */
  changeAltName(dev: NetDevice, name: string, add: boolean): KernelError | undefined {
    if (add) {
      if (this.byName.has(name)) return fail('EEXIST');
      dev.altNames.push(name);
      this.byName.set(name, dev);
      return undefined;
    }
    const at = dev.altNames.indexOf(name);
    if (at < 0) return fail(this.byName.has(name) ? 'EINVAL' : 'ENOENT');
    dev.altNames.splice(at, 1);
    this.byName.delete(name);
    return undefined;
  }

  /** Tells IPv4 and IPv6 what happened to a device. */
  notifyDevice(event: DeviceEvent, dev: NetDevice): void {
    this.ip4.notify(event, dev);
    this.ip6.notify(event, dev);
    if (dev.uppers.length > 0) for (const upper of [...dev.uppers]) upper.ops.lowerEvent?.(upper, dev, event);
    if (event === 'down' || event === 'unregister') this.dataPlane.deviceDown(dev, event === 'unregister');
  }

  /** Flags or state of a device that is up changed (`netdev_state_change`): the stack first, then listeners. */
  deviceChanged(dev: NetDevice): void {
    this.notifyDevice('change', dev);
    this.linkEvent(dev);
  }

  // ---- events

  /** Whether anybody listens to rtnetlink's groups: nobody need build a message otherwise. */
  get listening(): boolean {
    return this.listeners.size > 0;
  }

  /** Queues a message to all that listen, as to a netlink socket: they read it when what is going on now is done. */
  emit(event: RtnetlinkEvent): void {
    if (this.listeners.size === 0) return;
    if (this.messages.push(event) === 1) this.kernel.clock.schedule(0, this.deliver);
  }

  private readonly deliver = (): void => {
    const messages = this.messages;
    this.messages = [];
    for (const message of messages) for (const listener of this.listeners) listener(message);
  };

  /** Announces a link. Even unheard, a message about a link to another namespace gives that one an id here, as in Linux. */
  linkEvent(dev: NetDevice, deleted = false, moved?: { readonly netnsId: number; readonly ifindex: number }): void {
    const linkNetns = dev.ops.lowerLink?.(dev)?.ns ?? dev.ops.linkNetns?.(dev);
    if (linkNetns !== undefined && linkNetns !== dev.ns) this.netnsIds.allocate(linkNetns);
    if (!this.listening) return;
    const link = dumpLink(dev);
    this.emit({
      type: 'link',
      deleted,
      link: moved === undefined ? link : { ...link, newNetnsId: moved.netnsId, newIfindex: moved.ifindex },
    });
  }

  subscribe(listener: (event: RtnetlinkEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
