import type { Mac } from '../../../base/address.ts';
import { fail, type KernelError } from '../../../base/result.ts';
import { type Bridge, type BridgeId, type BridgePort, compareIds } from './bridge.ts';
import { changeBridgeAddress, deleteByPort, startAgeing } from './fdb.ts';
import { BR_STATE_BLOCKING, BR_STATE_DISABLED } from './if-bridge.ts';
import { notifyPort } from './notify.ts';
import {
  becomeDesignatedPort,
  becomeRootBridge,
  generateConfigBpdus,
  isDesignatedPort,
  isRootBridge,
  selectPortStates,
  setTopologyChange,
  startHello,
  updateConfiguration,
} from './stp.ts';

// Ports and bridges begin and end to take part in the spanning tree, and what of it can be set: net/bridge/br_stp_if.c.

const SECOND = 1e9;
const MIN_FORWARD_DELAY_NS = 2 * SECOND;
const MAX_FORWARD_DELAY_NS = 30 * SECOND;
const GC_AFTER_UP_NS = SECOND / 10;
const MAX_PORT_PRIORITY = 63;
const MAX_PATH_COST = 65535;

/** `br_init_port`. */
export function initPort(port: BridgePort): void {
  becomeDesignatedPort(port);
  port.state = BR_STATE_BLOCKING;
  port.topologyChangeAck = false;
  port.configPending = false;
}

/** Device and bridge are up: the port takes part (`br_stp_enable_port`). */
export function enablePort(port: BridgePort): void {
  initPort(port);
  selectPortStates(port.bridge);
  notifyPort(port);
}

/** `br_stp_disable_port`: what was learned on it is forgotten. */
export function disablePort(port: BridgePort): void {
  const { bridge } = port;
  const wasRoot = isRootBridge(bridge);
  becomeDesignatedPort(port);
  port.state = BR_STATE_DISABLED;
  port.topologyChangeAck = false;
  port.configPending = false;
  notifyPort(port);
  port.messageAgeTimer.stop();
  port.forwardDelayTimer.stop();
  port.holdTimer.stop();
  if (port.backupPort === undefined) deleteByPort(bridge, port, 0, false);
  bridge.mdb.portDisabled(port);
  updateConfiguration(bridge);
  selectPortStates(bridge);
  if (isRootBridge(bridge) && !wasRoot) becomeRootBridge(bridge);
}

/** `netif_running && netif_oper_up`. */
export function isPortReady(port: BridgePort): boolean {
  const { dev } = port;
  return dev.up && (dev.operstate === 'UP' || dev.operstate === 'UNKNOWN');
}

/** The bridge comes up (`br_stp_enable_bridge`). */
export function enableBridge(bridge: Bridge): void {
  if (bridge.stpEnabled !== 0) startHello(bridge);
  startAgeing(bridge, GC_AFTER_UP_NS);
  generateConfigBpdus(bridge);
  for (const port of bridge.ports) if (isPortReady(port)) enablePort(port);
}

/** The bridge goes down (`br_stp_disable_bridge`). */
export function disableBridge(bridge: Bridge): void {
  for (const port of bridge.ports) if (port.state !== BR_STATE_DISABLED) disablePort(port);
  setTopologyChange(bridge, false);
  bridge.topologyChangeDetected = false;
  bridge.helloTimer.stop();
  bridge.topologyChangeTimer.stop();
  bridge.tcnTimer.stop();
  bridge.gcTimer.stop();
  bridge.gcResting = false;
}

/** `br_stp_set_enabled`: ports keep the state they have. */
export function setStp(bridge: Bridge, enabled: boolean): void {
  if (!enabled) {
    bridge.stpEnabled = 0;
    return;
  }
  if (bridge.stpEnabled !== 0) return;
  if (bridge.bridgeForwardDelayNs < MIN_FORWARD_DELAY_NS) putForwardDelay(bridge, MIN_FORWARD_DELAY_NS);
  else if (bridge.bridgeForwardDelayNs > MAX_FORWARD_DELAY_NS) putForwardDelay(bridge, MAX_FORWARD_DELAY_NS);
  bridge.stpEnabled = 1;
  if (bridge.dev.up) startHello(bridge);
  selectPortStates(bridge);
}

/** `br_stp_change_bridge_id`: the bridge's address, on the device and to the others. */
export function changeBridgeId(bridge: Bridge, address: Mac): void {
  const wasRoot = isRootBridge(bridge);
  changeBridgeAddress(bridge, address);
  const old = bridge.id.address;
  const id = { ...bridge.id, address };
  const renamed = (known: BridgeId): BridgeId => (known.priority === id.priority ? id : { ...known, address });
  bridge.id = id;
  bridge.dev.address = address;
  for (const port of bridge.ports) {
    if (port.designatedBridge.address === old) port.designatedBridge = renamed(port.designatedBridge);
    if (port.designatedRoot.address === old) port.designatedRoot = renamed(port.designatedRoot);
  }
  updateConfiguration(bridge);
  selectPortStates(bridge);
  if (isRootBridge(bridge) && !wasRoot) becomeRootBridge(bridge);
}

/** The least address of the ports becomes the bridge's, unless somebody chose one (`br_stp_recalculate_bridge_id`). */
export function recalculateBridgeId(bridge: Bridge): boolean {
  if (bridge.addressSet) return false;
  let address = 0;
  for (const { dev } of bridge.ports) if (address === 0 || dev.address < address) address = dev.address;
  if (address === bridge.id.address) return false;
  changeBridgeId(bridge, address);
  return true;
}

/** `br_stp_set_bridge_priority`. */
export function setBridgePriority(bridge: Bridge, priority: number): void {
  const wasRoot = isRootBridge(bridge);
  const id = { ...bridge.id, priority };
  for (const port of bridge.ports) if (port.state !== BR_STATE_DISABLED && isDesignatedPort(port)) port.designatedBridge = id;
  bridge.id = id;
  updateConfiguration(bridge);
  selectPortStates(bridge);
  if (isRootBridge(bridge) && !wasRoot) becomeRootBridge(bridge);
}

/** `br_stp_set_port_priority`: up to 63. */
export function setPortPriority(port: BridgePort, priority: number): KernelError | undefined {
  if (priority > MAX_PORT_PRIORITY) return fail('ERANGE');
  const designated = isDesignatedPort(port);
  port.priority = priority;
  if (designated) port.designatedPort = port.id;
  if (compareIds(port.bridge.id, port.designatedBridge) === 0 && port.id < port.designatedPort) {
    becomeDesignatedPort(port);
    selectPortStates(port.bridge);
  }
  return undefined;
}

/** `br_stp_set_path_cost`: 1 to 65535. */
export function setPathCost(port: BridgePort, cost: number): KernelError | undefined {
  if (cost < 1 || cost > MAX_PATH_COST) return fail('ERANGE');
  port.adminCost = true;
  port.pathCost = cost;
  updateConfiguration(port.bridge);
  selectPortStates(port.bridge);
  return undefined;
}

/** `br_set_forward_delay`: 2 to 30 s with STP, anything without. */
export function setForwardDelay(bridge: Bridge, ns: number): KernelError | undefined {
  if (bridge.stpEnabled !== 0 && (ns < MIN_FORWARD_DELAY_NS || ns > MAX_FORWARD_DELAY_NS)) return fail('ERANGE');
  putForwardDelay(bridge, ns);
  return undefined;
}

function putForwardDelay(bridge: Bridge, ns: number): void {
  bridge.bridgeForwardDelayNs = ns;
  if (isRootBridge(bridge)) bridge.forwardDelayNs = ns;
}

/** `br_set_hello_time`: 1 to 10 s. */
export function setHelloTime(bridge: Bridge, ns: number): KernelError | undefined {
  if (ns < SECOND || ns > 10 * SECOND) return fail('ERANGE');
  bridge.bridgeHelloNs = ns;
  if (isRootBridge(bridge)) bridge.helloNs = ns;
  return undefined;
}

/** `br_set_max_age`: 6 to 40 s. */
export function setMaxAge(bridge: Bridge, ns: number): KernelError | undefined {
  if (ns < 6 * SECOND || ns > 40 * SECOND) return fail('ERANGE');
  bridge.bridgeMaxAgeNs = ns;
  if (isRootBridge(bridge)) bridge.maxAgeNs = ns;
  return undefined;
}
