import { MAC_BROADCAST, type Mac } from '../../../base/address.ts';
import { readMac } from '../../../base/mac-address.ts';
import { fail, isError, type KernelError } from '../../../base/result.ts';
import type { FdbDump, FdbRequest } from '../../rtnetlink/bridge-messages.ts';
import type { LinkInfo } from '../../rtnetlink/messages.ts';
import type { Skb } from '../../skb.ts';
import { drop } from '../../trace.ts';
import { isValidStationAddress } from '../device-state.ts';
import { registerDevice, unregisterDevices } from '../lifecycle.ts';
import type { DeviceOps, NetDevice } from '../net-device.ts';
import { createDevice } from '../new-link.ts';
import type { DeviceEvent } from '../notifier.ts';
import type { DeviceKind, NewLink } from '../registry.ts';
import { Bridge, bridgePort } from './bridge.ts';
import { addFdb, addLocal, deleteByPort, deleteFdb, dumpFdb, flushFdb, getFdb } from './fdb.ts';
import { flood, forward, multicastFlood, PKT_BROADCAST, PKT_MULTICAST, PKT_UNICAST, traceLookUp } from './forward.ts';
import { isPruned } from './input.ts';
import { snoop } from './multicast.ts';
import { changeBridge, changePort } from './options.ts';
import { addPort, detachPort, portEvent, removePort } from './port.ts';
import { bridgeInfo, portInfo } from './port-info.ts';
import { joinSnoopers, leaveSnoopers } from './snoopers.ts';
import { changeBridgeId, disableBridge, enableBridge } from './stp-setup.ts';
import { ingressVlan } from './vlan.ts';

// The bridge as a device of its own: net/bridge/br_device.c. Its address is a host's on the segment that it makes of its ports.

/** GSO_LEGACY_MAX_SIZE: until there is a port that takes more. */
const TSO_LEGACY_MAX_SIZE = 65536;

/** The bridge that a device is; undefined for devices of other kinds. */
export function bridgeOf(dev: NetDevice | undefined): Bridge | undefined {
  return dev?.ops === bridgeOps ? (dev.priv as Bridge) : undefined;
}

const bridgeOps: DeviceOps = {
  kind: 'bridge',
  netnsLocal: true,

  /** The host sends (`br_dev_xmit`): as if the frame had come in by a port of its own. */
  xmit(dev: NetDevice, skb: Skb): void {
    const bridge = dev.priv as Bridge;
    const vid = bridge.vlanFiltering ? ingressVlan(bridge, bridge.vlans, skb) : 0;
    if (vid < 0) return drop(dev.ns, skb, 'VLAN_FILTER', `not a VLAN of ${dev.name}`);
    const b = skb.buf;
    const o = skb.mac;
    if (((b[o] as number) & 1) === 0) {
      const entry = bridge.fdb.findAt(b, o, vid);
      if (entry === undefined) return flood(bridge, skb, PKT_UNICAST, vid, false);
      if (dev.ns.kernel.trace.on) traceLookUp(bridge, skb, entry.isLocal ? 'local' : entry.port, vid);
      return forward(bridge, entry.port, skb, vid, false);
    }
    if (readMac(b, o) === MAC_BROADCAST) return flood(bridge, skb, PKT_BROADCAST, vid, false);
    const snooped = snoop(bridge, undefined, skb, vid);
    if (isPruned(bridge, skb, snooped)) multicastFlood(bridge, snooped.entry, skb, vid, false);
    else flood(bridge, skb, PKT_MULTICAST, vid, false);
  },

  open(dev: NetDevice): undefined {
    const bridge = dev.priv as Bridge;
    enableBridge(bridge);
    bridge.mdb.querier.open();
    if (bridge.mdb.settings.snooping) joinSnoopers(dev);
    return undefined;
  },

  stop(dev: NetDevice): void {
    const bridge = dev.priv as Bridge;
    disableBridge(bridge);
    bridge.mdb.querier.stop();
    if (bridge.mdb.settings.snooping) leaveSnoopers(dev);
  },

  /** `br_dev_delete`. */
  dellink(dev: NetDevice): readonly NetDevice[] {
    const bridge = dev.priv as Bridge;
    for (const port of [...bridge.ports]) detachPort(port);
    deleteByPort(bridge, undefined, 0, true);
    bridge.gcTimer.stop();
    bridge.mdb.destroy();
    return [];
  },

  changeMtu(dev: NetDevice): undefined {
    (dev.priv as Bridge).mtuSet = true;
    return undefined;
  },

  /** `br_set_mac_address`: from now on the ports have no say. */
  setAddress(dev: NetDevice, address: Mac): undefined {
    const bridge = dev.priv as Bridge;
    bridge.addressSet = true;
    if (dev.address === address && bridge.id.address === address) return undefined;
    changeBridgeId(bridge, address);
    return undefined;
  },

  addSlave: (master, dev) => addPort(master.priv as Bridge, dev),
  delSlave: (master, dev) => removePort(master.priv as Bridge, dev),
  lowerEvent: (master: NetDevice, dev: NetDevice, event: DeviceEvent) => portEvent(master.priv as Bridge, dev, event),
  fillInfo: (dev: NetDevice): LinkInfo => bridgeInfo(dev.priv as Bridge),

  fillSlaveInfo(_master: NetDevice, dev: NetDevice): LinkInfo | undefined {
    const port = bridgePort(dev);
    return port === undefined ? undefined : portInfo(port);
  },

  changeSlave(_master: NetDevice, dev: NetDevice, info: LinkInfo): KernelError | undefined {
    const port = bridgePort(dev);
    return port === undefined ? fail('EINVAL') : changePort(port, info);
  },

  fdb: {
    add: (dev, request) => withPort(dev, request, (bridge, port) => addFdb(bridge, port, request)),
    delete: (dev, request) => withPort(dev, request, (bridge, port) => deleteFdb(bridge, port, request.lladdr, request.vid ?? 0)),
    dump: (dev, of): FdbDump[] => dumpFdb(dev.priv as Bridge, of === dev ? undefined : bridgePort(of)),
    get: (dev, request) => getFdb(dev.priv as Bridge, request.lladdr, request.vid ?? 0),
    flush(dev, flush): undefined {
      flushFdb(dev.priv as Bridge, flush);
      return undefined;
    },
  },
};

/** An entry of one of its ports, or one of its own where the request names the bridge itself. */
function withPort(
  dev: NetDevice,
  request: FdbRequest,
  run: (bridge: Bridge, port: ReturnType<typeof bridgePort>) => KernelError | undefined,
): KernelError | undefined {
  const bridge = dev.priv as Bridge;
  if (request.ifindex === dev.ifindex) return run(bridge, undefined);
  const target = dev.ns.devices.get(request.ifindex);
  const port = target === undefined ? undefined : bridgePort(target);
  return port?.bridge === bridge ? run(bridge, port) : fail('EINVAL');
}

export const bridgeKind: DeviceKind = {
  kind: 'bridge',

  /** `br_dev_newlink`. */
  create({ target, request }: NewLink): NetDevice | KernelError {
    if (request.address !== undefined && !isValidStationAddress(request.address)) return fail('EADDRNOTAVAIL');
    const dev = createDevice(target, bridgeOps, request);
    if (isError(dev)) return dev;
    const bridge = new Bridge(dev, request.address !== undefined);
    dev.priv = bridge;
    dev.tsoMaxSize = TSO_LEGACY_MAX_SIZE;
    const error = registerDevice(dev, request.ifindex);
    if (error !== undefined) return error;
    if (request.address !== undefined) changeBridgeId(bridge, request.address);
    else addLocal(bridge, undefined, dev.address, 0);
    const failed = request.info === undefined ? undefined : changeBridge(bridge, request.info);
    if (failed === undefined) return dev;
    bridgeOps.dellink?.(dev);
    unregisterDevices([dev]);
    return failed;
  },

  change: (dev, request) => changeBridge(dev.priv as Bridge, request.info ?? {}),
};
