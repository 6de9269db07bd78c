import { fail, type KernelError } from '../../../base/result.ts';
import { dumpLink } from '../../rtnetlink/link-dump.ts';
import { changeAllmulti, changePromiscuity, isValidStationAddress, setMtu } from '../device-state.ts';
import { ARPHRD_ETHER, IFF_LOOPBACK, type NetDevice } from '../net-device.ts';
import type { DeviceEvent } from '../notifier.ts';
import { type Bridge, BridgePort, bridgePort, MAX_PORTS } from './bridge.ts';
import { addLocal, changePortAddress, deleteByPort } from './fdb.ts';
import { BR_STATE_DISABLED } from './if-bridge.ts';
import { handleFrame } from './input.ts';
import { notifyPort } from './notify.ts';
import { disablePort, enablePort, initPort, isPortReady, recalculateBridgeId } from './stp-setup.ts';
import { initPortVlans } from './vlan.ts';

// Ports come and go: net/bridge/br_if.c, and what happens to their devices, net/bridge/br.c.

const ETH_DATA_LEN = 1500;
const TSO_MAX_SIZE = 524280;

/** What a link costs by its speed, IEEE 802.1D-1998 table 8-5 (`port_cost`). */
function costOf(dev: NetDevice): number {
  switch (dev.ops.speedMbps?.(dev)) {
    case 10000:
      return 2;
    case 5000:
      return 3;
    case 2500:
      return 4;
    case 1000:
      return 4;
    case 10:
      return 100;
    case 100:
      return 19;
    default:
      return 100;
  }
}

/** The lowest number that no port has (`find_portno`). */
function freeNumber(bridge: Bridge): number | undefined {
  const hole = bridge.byNumber.indexOf(undefined, 1);
  const number = hole < 0 ? bridge.byNumber.length : hole;
  return number < MAX_PORTS ? number : undefined;
}

/** Makes a device a port (`br_add_if`). EINVAL for what is not like Ethernet, ELOOP for a bridge, EBUSY for a port already. */
export function addPort(bridge: Bridge, dev: NetDevice): KernelError | undefined {
  if ((dev.flags & IFF_LOOPBACK) !== 0 || dev.type !== ARPHRD_ETHER || !isValidStationAddress(dev.address)) return fail('EINVAL');
  if (dev.ops === bridge.dev.ops) return fail('ELOOP', 'Can not enslave a bridge to a bridge');
  if (dev.master !== undefined || dev.rxHandler !== undefined) return fail('EBUSY');
  if (dev.ops.dontBridge === true) return fail('EOPNOTSUPP', 'Device does not allow enslaving to a bridge');
  const number = freeNumber(bridge);
  if (number === undefined) return fail('ENOSPC');
  const port = new BridgePort(bridge, dev, number, costOf(dev));
  initPort(port);
  port.state = BR_STATE_DISABLED;
  changeAllmulti(dev, 1);
  dev.rxHandler = handleFrame;
  dev.port = port;
  dev.master = bridge.dev;
  dev.uppers.push(bridge.dev);
  dev.ns.linkEvent(dev);
  bridge.ports.unshift(port);
  bridge.byNumber[number] = port;
  changePromiscuity(dev, 1);
  if (bridge.ports.length === 1) announceFeatures(bridge);
  addLocal(bridge, port, dev.address, 0);
  initPortVlans(port);
  const changed = recalculateBridgeId(bridge);
  if (isPortReady(port) && bridge.dev.up) enablePort(port);
  notifyPort(port);
  if (changed) announceAddress(bridge);
  adjustMtu(bridge);
  bridge.dev.tsoMaxSize = leastTsoMaxSize(bridge);
  return undefined;
}

/** What all ports can take. */
function leastTsoMaxSize(bridge: Bridge): number {
  let least = TSO_MAX_SIZE;
  for (const { dev } of bridge.ports) least = Math.min(least, dev.tsoMaxSize ?? TSO_MAX_SIZE);
  return least;
}

/** `br_del_if`: EINVAL for a device that is no port of this bridge. */
export function removePort(bridge: Bridge, dev: NetDevice): KernelError | undefined {
  const port = bridgePort(dev);
  if (port?.bridge !== bridge) return fail('EINVAL');
  detachPort(port);
  adjustMtu(bridge);
  if (recalculateBridgeId(bridge)) announceAddress(bridge);
  if (bridge.ports.length === 0) announceFeatures(bridge);
  return undefined;
}

/** `del_nbp`. */
export function detachPort(port: BridgePort): void {
  const { bridge, dev } = port;
  changeAllmulti(dev, -1);
  changePromiscuity(dev, -1);
  disablePort(port);
  notifyPort(port, true);
  bridge.ports.splice(bridge.ports.indexOf(port), 1);
  bridge.byNumber[port.number] = undefined;
  deleteByPort(bridge, port, 0, true);
  for (const other of bridge.ports) if (other.backupPort === port) other.backupPort = undefined;
  bridge.mdb.portRemoved(port);
  dev.uppers.splice(dev.uppers.indexOf(bridge.dev), 1);
  dev.master = undefined;
  dev.port = undefined;
  dev.rxHandler = undefined;
  dev.ns.linkEvent(dev);
}

/** What the bridge can offload follows from its ports: it changes with the first and with the last. */
function announceFeatures(bridge: Bridge): void {
  const { dev } = bridge;
  if (dev.ns.listening) dev.ns.emit({ type: 'link', deleted: false, link: { ...dumpLink(dev), event: 'FEATURE CHANGE' } });
}

function announceAddress(bridge: Bridge): void {
  bridge.dev.ns.notifyDevice('changeAddress', bridge.dev);
  bridge.dev.ns.linkEvent(bridge.dev);
}

/** The least MTU of the ports, unless somebody chose one (`br_mtu_auto_adjust`). */
function adjustMtu(bridge: Bridge): void {
  if (bridge.mtuSet) return;
  let mtu = Number.POSITIVE_INFINITY;
  for (const { dev } of bridge.ports) mtu = Math.min(mtu, dev.mtu);
  setMtu(bridge.dev, mtu === Number.POSITIVE_INFINITY ? ETH_DATA_LEN : mtu);
  bridge.mtuSet = false;
}

/** Something happened to the device of a port (`br_device_event`). */
export function portEvent(bridge: Bridge, dev: NetDevice, event: DeviceEvent): void {
  const port = bridgePort(dev);
  if (port?.bridge !== bridge) return;
  let notified = false;
  switch (event) {
    case 'changeMtu':
      adjustMtu(bridge);
      break;
    case 'changeAddress':
      changePortAddress(port);
      if (recalculateBridgeId(bridge)) announceAddress(bridge);
      break;
    case 'change':
      notified = checkCarrier(port);
      break;
    case 'down':
      if (bridge.dev.up && port.state !== BR_STATE_DISABLED) {
        disablePort(port);
        notified = true;
      }
      break;
    case 'up':
      if (bridge.dev.up && isPortReady(port)) {
        enablePort(port);
        notified = true;
      }
      break;
    case 'unregister':
      removePort(bridge, dev);
      return;
    default:
      return;
  }
  if (!notified && event !== 'changeMtu') notifyPort(port);
}

/** `br_port_carrier_check`; true where the port's state changed. */
function checkCarrier(port: BridgePort): boolean {
  const ready = isPortReady(port);
  if (!port.adminCost && ready) port.pathCost = costOf(port.dev);
  if (!port.bridge.dev.up) return false;
  if (ready === (port.state !== BR_STATE_DISABLED)) return false;
  if (ready) enablePort(port);
  else disablePort(port);
  return true;
}
