import { isMulticastMac } from '../../base/address.ts';
import { fail, type KernelError } from '../../base/result.ts';
import type { Bridge, BridgePort } from '../device/bridge/bridge.ts';
import { bridgePort } from '../device/bridge/bridge.ts';
import { bridgeOf } from '../device/bridge/device.ts';
import { notifyPort } from '../device/bridge/notify.ts';
import { changePort } from '../device/bridge/options.ts';
import { portInfo } from '../device/bridge/port-info.ts';
import { addVlan, deleteVlan, ensureVlans, isValidVid } from '../device/bridge/vlan.ts';
import type { VlanGroup } from '../device/bridge/vlan-group.ts';
import { addLinkGroup, leaveLinkGroup } from '../device/link-groups.ts';
import type { FdbOps, NetDevice } from '../device/net-device.ts';
import { addUnicastAddress, removeUnicastAddress } from '../device/unicast-addresses.ts';
import type { NetNamespace } from '../netns.ts';
import type {
  BridgeLinkDump,
  BridgeRtnetlink,
  DeviceVlans,
  FdbDump,
  FdbFlush,
  FdbRequest,
  MdbDump,
  MdbRequest,
  MdbRouterDump,
  VlanRequest,
} from './bridge-messages.ts';
import { dumpLink } from './link-dump.ts';
import type { LinkInfo } from './messages.ts';

/** The AF_BRIDGE half of rtnetlink(7): rtnl_fdb_* and rtnl_bridge_* of net/core/rtnetlink.c, and the bridge's own br_netlink.c and br_mdb.c. */
export class BridgeService implements BridgeRtnetlink {
  private readonly ns: NetNamespace;

  constructor(ns: NetNamespace) {
    this.ns = ns;
  }

  /** `rtnl_fdb_dump`: device by device, first what its master knows, then its own. */
  fdb(filter: { readonly bridge?: number; readonly port?: number } = {}): FdbDump[] {
    const dumps: FdbDump[] = [];
    for (const dev of this.ns.devices.values()) {
      if (filter.port !== undefined && dev.ifindex !== filter.port) continue;
      const port = bridgePort(dev);
      if (filter.bridge !== undefined && dev.master?.ifindex !== filter.bridge) {
        if (dev.ifindex !== filter.bridge || bridgeOf(dev) === undefined) continue;
      }
      if (port !== undefined) dumps.push(...(dev.master?.ops.fdb?.dump?.(dev.master, dev) ?? []));
      const own = ownAddresses(dev);
      if (bridgeOf(dev) !== undefined || dev.ops.fdb?.dump === undefined) dumps.push(...own);
      if (dev.ops.fdb?.dump !== undefined) dumps.push(...dev.ops.fdb.dump(dev, dev));
    }
    return dumps;
  }

  fdbGet(request: Parameters<BridgeRtnetlink['fdbGet']>[0]): FdbDump | KernelError {
    const dev = request.ifindex === undefined ? undefined : this.ns.devices.get(request.ifindex);
    let keeper = request.bridge === undefined ? undefined : this.ns.devices.get(request.bridge);
    if (keeper === undefined && dev !== undefined) {
      if (request.self !== true && bridgePort(dev) === undefined) return fail('EINVAL', 'Device is not a bridge port');
      keeper = request.self === true ? dev : dev.master;
    }
    if (keeper === undefined) return fail('ENODEV');
    if (keeper.ops.fdb?.get === undefined) return fail('EOPNOTSUPP', 'Get operation not supported by device');
    return keeper.ops.fdb.get(keeper, request);
  }

  addFdb(request: FdbRequest): KernelError | undefined {
    return this.fdbOperation(
      request,
      (keeper, ops) => ops.add(keeper, request),
      (dev) => {
        if (request.state === 'static' || request.state === 'dynamic') return fail('EINVAL');
        if (request.vid !== undefined) return fail('EINVAL');
        if (isMulticastMac(request.lladdr)) {
          const error = addLinkGroup(dev, request.lladdr, true);
          return request.exclusive ? error : undefined;
        }
        const list = dev.unicastAddresses;
        if (list.includes(request.lladdr)) return request.exclusive ? fail('EEXIST') : undefined;
        addUnicastAddress(dev, request.lladdr);
        return undefined;
      },
    );
  }

  delFdb(request: FdbRequest): KernelError | undefined {
    return this.fdbOperation(
      request,
      (keeper, ops) => ops.delete(keeper, request),
      (dev) => {
        if (isMulticastMac(request.lladdr)) return leaveLinkGroup(dev, request.lladdr);
        if (!dev.unicastAddresses.includes(request.lladdr)) return fail('ENOENT');
        removeUnicastAddress(dev, request.lladdr);
        return undefined;
      },
    );
  }

  /** The master's table unless `self` alone is asked for; then the device's own, or its plain lists of addresses. */
  private fdbOperation(
    request: FdbRequest,
    keep: (keeper: NetDevice, ops: FdbOps) => KernelError | undefined,
    plain: (dev: NetDevice) => KernelError | undefined,
  ): KernelError | undefined {
    const dev = this.ns.devices.get(request.ifindex);
    if (dev === undefined) return fail('ENODEV');
    if (request.lladdr === 0 && dev.ops.kind !== 'vxlan') return fail('EINVAL');
    if (request.master === true || request.self !== true) {
      const { master } = dev;
      const ops = master?.ops.fdb;
      if (master === undefined || ops === undefined) {
        if (request.self !== true) return fail('EOPNOTSUPP');
      } else {
        const error = keep(master, ops);
        if (error !== undefined) return error;
      }
    }
    if (request.self !== true) return undefined;
    return dev.ops.fdb === undefined ? plain(dev) : keep(dev, dev.ops.fdb);
  }

  flushFdb(ifindex: number, master: boolean, flush: FdbFlush): KernelError | undefined {
    const dev = this.ns.devices.get(ifindex);
    if (dev === undefined) return fail('ENODEV');
    const keeper = master ? dev.master : dev;
    if (keeper?.ops.fdb?.flush === undefined) return fail('EOPNOTSUPP');
    const port = flush.port ?? (master ? dev.ifindex : undefined);
    return keeper.ops.fdb.flush(keeper, { ...flush, ...(port === undefined ? {} : { port }) });
  }

  links(): BridgeLinkDump[] {
    return this.ports().map((port) => ({ link: dumpLink(port.dev), port: portInfo(port) }));
  }

  private ports(): BridgePort[] {
    return [...this.ns.devices.values()].map(bridgePort).filter((port) => port !== undefined);
  }

  /** RTM_SETLINK of AF_BRIDGE (`rtnl_bridge_setlink`, `br_setlink`). */
  setPort(ifindex: number, change: LinkInfo, self = false): KernelError | undefined {
    const dev = this.ns.devices.get(ifindex);
    if (dev === undefined) return fail('ENODEV');
    if (self) return bridgeOf(dev) === undefined ? fail('EOPNOTSUPP') : undefined;
    const port = bridgePort(dev);
    if (port === undefined) return fail('EOPNOTSUPP');
    const error = changePort(port, change);
    if (error === undefined) notifyPort(port);
    return error;
  }

  vlans(): DeviceVlans[] {
    const dumps: DeviceVlans[] = [];
    for (const dev of this.ns.devices.values()) {
      const group = bridgeOf(dev)?.vlans ?? bridgePort(dev)?.vlans;
      if (group !== undefined) dumps.push({ ifindex: dev.ifindex, vlans: dumpVlans(dev, group) });
    }
    return dumps;
  }

  addVlan(request: VlanRequest): KernelError | undefined {
    return this.eachVlan(request, (bridge, port, vid) => {
      addVlan(bridge, port, vid, request.pvid === true, request.untagged === true);
      return undefined;
    });
  }

  /** Deleting a VLAN that is not there is no error (`br_vlan_info`). */
  delVlan(request: VlanRequest): KernelError | undefined {
    return this.eachVlan(request, (bridge, port, vid) => {
      deleteVlan(bridge, port, vid);
      return undefined;
    });
  }

  private eachVlan(
    { ifindex, vid, last = vid, self }: VlanRequest,
    run: (bridge: Bridge, port: BridgePort | undefined, vid: number) => KernelError | undefined,
  ): KernelError | undefined {
    const dev = this.ns.devices.get(ifindex);
    if (dev === undefined) return fail('ENODEV');
    const port = self === true ? undefined : bridgePort(dev);
    const bridge = port?.bridge ?? (self === true ? bridgeOf(dev) : undefined);
    if (bridge === undefined) return fail('EOPNOTSUPP');
    if (!isValidVid(vid) || !isValidVid(last)) return fail('EINVAL', 'bridge: Vlan id is invalid');
    ensureVlans(bridge);
    for (let each = vid; each <= last; each++) {
      const error = run(bridge, port, each);
      if (error !== undefined) return error;
    }
    if (port !== undefined) notifyPort(port);
    return undefined;
  }

  mdb(): { readonly groups: MdbDump[]; readonly routers: MdbRouterDump[] } {
    const bridges = [...this.ns.devices.values()].map(bridgeOf).filter((bridge) => bridge !== undefined);
    return { groups: bridges.flatMap((bridge) => bridge.mdb.dump()), routers: bridges.flatMap((bridge) => bridge.mdb.routers()) };
  }

  addMdb(request: MdbRequest): KernelError | undefined {
    return this.mdbOperation(request, (bridge, port) => bridge.mdb.add(port, request));
  }

  delMdb(request: MdbRequest): KernelError | undefined {
    return this.mdbOperation(request, (bridge, port) => bridge.mdb.delete(port, request));
  }

  private mdbOperation(
    request: MdbRequest,
    run: (bridge: Bridge, port: BridgePort | undefined) => KernelError | undefined,
  ): KernelError | undefined {
    const dev = this.ns.devices.get(request.bridge);
    const bridge = bridgeOf(dev);
    if (dev === undefined) return fail('ENODEV', "Device doesn't exist");
    if (bridge === undefined) return fail('EOPNOTSUPP', 'Device does not support MDB operations');
    const invalid = refuseGroup(request);
    if (invalid !== undefined) return invalid;
    if (!bridge.dev.up) return fail('EINVAL', 'bridge: Bridge device is not running');
    if (request.port === request.bridge) return run(bridge, undefined);
    const target = this.ns.devices.get(request.port);
    if (target === undefined) return fail('ENODEV', "bridge: Port net device doesn't exist");
    const port = bridgePort(target);
    if (port === undefined) return fail('EINVAL', 'bridge: Net device is not a bridge port');
    if (port.bridge !== bridge) return fail('EINVAL', 'bridge: Port belongs to a different bridge device');
    return run(bridge, port);
  }
}

/** Groups that no bridge keeps (`rtnl_validate_mdb_entry`). */
function refuseGroup({ group }: MdbRequest): KernelError | undefined {
  if (group.family === 'inet') {
    const address = Number(group.address);
    if (address !== 0 && address >>> 28 !== 0xe) return fail('EINVAL', 'IPv4 entry group address is not multicast or 0.0.0.0');
    if (address >>> 8 === 0xe00000) return fail('EINVAL', 'IPv4 entry group address is local multicast');
  } else if (group.family === 'inet6' && group.address === 'ff02::1') {
    return fail('EINVAL', 'IPv6 entry group address is link-local all nodes');
  } else if (group.family === 'link' && !isMulticastMac(Number(group.address))) {
    return fail('EINVAL', 'L2 entry group is not multicast');
  }
  return undefined;
}

function ownAddresses(dev: NetDevice): FdbDump[] {
  const unicast = bridgeOf(dev) === undefined ? dev.unicastAddresses : [];
  return [...unicast, ...dev.linkGroups.keys()].map((lladdr) => ({ ifindex: dev.ifindex, lladdr, state: 'permanent', self: true }));
}

function dumpVlans(dev: NetDevice, group: VlanGroup): DeviceVlans['vlans'] {
  return group.list().map(({ vid, untagged, rxBytes, rxPackets, txBytes, txPackets }) => ({
    vid,
    pvid: group.pvid === vid,
    untagged,
    state: bridgePort(dev)?.state ?? 3,
    stats: { rxBytes, rxPackets, txBytes, txPackets },
  }));
}
