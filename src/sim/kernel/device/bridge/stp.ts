import { setCarrier } from '../link-watch.ts';
import { type ConfigBpdu, sendConfigBpdu, sendTcnBpdu } from './bpdu.ts';
import { type Bridge, type BridgePort, compareIds } from './bridge.ts';
import { BR_STATE_BLOCKING, BR_STATE_DISABLED, BR_STATE_FORWARDING, BR_STATE_LEARNING, BR_STATE_LISTENING } from './if-bridge.ts';
import { notifyPort } from './notify.ts';

// The spanning tree of IEEE 802.1D-1998: net/bridge/br_stp.c and br_stp_timer.c. Without STP the same code runs and finds every port
// designated: it then goes from blocking to forwarding at once.

/** Between two configuration messages on one port at least this passes. */
const HOLD_NS = 1e9;
/** What a bridge adds to the age of a message that it passes on. */
const MESSAGE_AGE_INCREMENT_NS = 1e9 / 256;

export function isRootBridge(bridge: Bridge): boolean {
  return compareIds(bridge.id, bridge.designatedRoot) === 0;
}

export function isDesignatedPort(port: BridgePort): boolean {
  return compareIds(port.designatedBridge, port.bridge.id) === 0 && port.designatedPort === port.id;
}

/** `br_become_designated_port`. */
export function becomeDesignatedPort(port: BridgePort): void {
  const { bridge } = port;
  port.designatedRoot = bridge.designatedRoot;
  port.designatedCost = bridge.rootPathCost;
  port.designatedBridge = bridge.id;
  port.designatedPort = port.id;
}

/** Negative where what `port` heard is a better way to the root than what `other` heard. */
function compareRootPaths(port: BridgePort, other: BridgePort): number {
  return (
    compareIds(port.designatedRoot, other.designatedRoot) ||
    port.designatedCost + port.pathCost - (other.designatedCost + other.pathCost) ||
    compareIds(port.designatedBridge, other.designatedBridge) ||
    port.designatedPort - other.designatedPort ||
    port.id - other.id
  );
}

/** `br_root_selection`. A port that guards the root may hear of a better one, but does not lead to it. */
function selectRoot(bridge: Bridge): void {
  let best: BridgePort | undefined;
  for (const port of bridge.ports) {
    if (port.state === BR_STATE_DISABLED || isDesignatedPort(port) || compareIds(bridge.id, port.designatedRoot) <= 0) continue;
    if (best !== undefined && compareRootPaths(port, best) >= 0) continue;
    if (port.rootBlock) blockRootPort(port);
    else best = port;
  }
  bridge.rootPort = best?.number ?? 0;
  bridge.designatedRoot = best?.designatedRoot ?? bridge.id;
  bridge.rootPathCost = best === undefined ? 0 : best.designatedCost + best.pathCost;
}

/** `br_root_port_block`. */
function blockRootPort(port: BridgePort): void {
  port.state = BR_STATE_LISTENING;
  notifyPort(port);
  if (port.bridge.forwardDelayNs > 0) startForwardDelay(port);
}

/** `br_designated_port_selection`. */
function selectDesignatedPorts(bridge: Bridge): void {
  for (const port of bridge.ports) {
    if (port.state !== BR_STATE_DISABLED && shouldBecomeDesignated(port)) becomeDesignatedPort(port);
  }
}

function shouldBecomeDesignated(port: BridgePort): boolean {
  const { bridge } = port;
  if (isDesignatedPort(port) || compareIds(port.designatedRoot, bridge.designatedRoot) !== 0) return true;
  const better = bridge.rootPathCost - port.designatedCost || compareIds(bridge.id, port.designatedBridge) || port.id - port.designatedPort;
  return better < 0;
}

/** `br_configuration_update`. */
export function updateConfiguration(bridge: Bridge): void {
  selectRoot(bridge);
  selectDesignatedPorts(bridge);
}

/** Gives every port the state that its role asks for; the bridge has a carrier while one forwards (`br_port_state_selection`). */
export function selectPortStates(bridge: Bridge): void {
  let live = false;
  for (const port of bridge.ports) {
    if (port.state === BR_STATE_DISABLED) continue;
    if (port.number === bridge.rootPort) {
      port.configPending = false;
      port.topologyChangeAck = false;
      makeForwarding(port);
    } else if (isDesignatedPort(port)) {
      port.messageAgeTimer.stop();
      makeForwarding(port);
    } else {
      port.configPending = false;
      port.topologyChangeAck = false;
      makeBlocking(port);
    }
    if ((port.state as number) !== BR_STATE_BLOCKING) bridge.mdb.querier.enablePort(port);
    if ((port.state as number) === BR_STATE_FORWARDING) live = true;
  }
  setCarrier(bridge.dev, live);
}

function makeForwarding(port: BridgePort): void {
  const { bridge } = port;
  if (port.state !== BR_STATE_BLOCKING) return;
  if (bridge.stpEnabled === 0 || bridge.forwardDelayNs === 0) {
    port.state = BR_STATE_FORWARDING;
    detectTopologyChange(bridge);
  } else {
    port.state = BR_STATE_LISTENING;
  }
  if (bridge.forwardDelayNs !== 0) startForwardDelay(port);
}

function makeBlocking(port: BridgePort): void {
  if (port.state === BR_STATE_DISABLED || port.state === BR_STATE_BLOCKING) return;
  if (port.state === BR_STATE_FORWARDING || port.state === BR_STATE_LEARNING) detectTopologyChange(port.bridge);
  port.state = BR_STATE_BLOCKING;
  notifyPort(port);
  port.forwardDelayTimer.stop();
}

/** The timer runs on a port that forwards already, too, but has nothing to do there. */
function startForwardDelay(port: BridgePort): void {
  const expired = port.state === BR_STATE_FORWARDING ? undefined : () => forwardDelayExpired(port);
  port.forwardDelayTimer.start(port.bridge.forwardDelayNs, expired);
}

/** From listening to learning, from learning to forwarding (`br_forward_delay_timer_expired`). */
function forwardDelayExpired(port: BridgePort): void {
  const { bridge } = port;
  if (port.state === BR_STATE_LISTENING) {
    port.state = BR_STATE_LEARNING;
    startForwardDelay(port);
  } else if (port.state === BR_STATE_LEARNING) {
    port.state = BR_STATE_FORWARDING;
    if (bridge.ports.some((other) => compareIds(other.designatedBridge, bridge.id) === 0)) detectTopologyChange(bridge);
    setCarrier(bridge.dev, true);
  }
  notifyPort(port);
}

/** `br_become_root_bridge`. */
export function becomeRootBridge(bridge: Bridge): void {
  bridge.maxAgeNs = bridge.bridgeMaxAgeNs;
  bridge.helloNs = bridge.bridgeHelloNs;
  bridge.forwardDelayNs = bridge.bridgeForwardDelayNs;
  detectTopologyChange(bridge);
  bridge.tcnTimer.stop();
  if (!bridge.dev.up) return;
  generateConfigBpdus(bridge);
  startHello(bridge);
}

/** Without STP nobody sends anything when the timer runs out, and it does not start again. */
export function startHello(bridge: Bridge): void {
  bridge.helloTimer.start(bridge.helloNs, bridge.stpEnabled === 0 ? undefined : () => helloExpired(bridge));
}

function helloExpired(bridge: Bridge): void {
  if (!bridge.dev.up) return;
  generateConfigBpdus(bridge);
  if (bridge.stpEnabled !== 0) startHello(bridge);
}

/** `br_config_bpdu_generation`: on every designated port. */
export function generateConfigBpdus(bridge: Bridge): void {
  for (const port of bridge.ports) if (port.state !== BR_STATE_DISABLED && isDesignatedPort(port)) transmitConfig(port);
}

/** `br_transmit_config`. */
function transmitConfig(port: BridgePort): void {
  const { bridge } = port;
  if (bridge.stpEnabled === 0) return;
  if (port.holdTimer.pending) {
    port.configPending = true;
    return;
  }
  const root = isRootBridge(bridge) ? undefined : bridge.portByNumber(bridge.rootPort);
  const messageAgeNs = root === undefined ? 0 : bridge.now - root.designatedAgeNs + MESSAGE_AGE_INCREMENT_NS;
  if (messageAgeNs >= bridge.maxAgeNs) return;
  sendConfigBpdu(port, {
    root: bridge.designatedRoot,
    rootPathCost: bridge.rootPathCost,
    bridge: bridge.id,
    portId: port.id,
    messageAgeNs,
    maxAgeNs: bridge.maxAgeNs,
    helloNs: bridge.helloNs,
    forwardDelayNs: bridge.forwardDelayNs,
    topologyChange: bridge.topologyChange,
    topologyChangeAck: port.topologyChangeAck,
  });
  port.topologyChangeAck = false;
  port.configPending = false;
  port.holdTimer.start(HOLD_NS, () => {
    if (port.configPending) transmitConfig(port);
  });
}

function transmitTcn(bridge: Bridge): void {
  const root = bridge.portByNumber(bridge.rootPort);
  if (root !== undefined) sendTcnBpdu(root);
}

/** `__br_set_topology_change`: what was learned before may be wrong now, and is forgotten sooner. */
export function setTopologyChange(bridge: Bridge, change: boolean): void {
  if (bridge.stpEnabled !== 0 && bridge.topologyChange !== change)
    bridge.ageingNs = change ? 2 * bridge.forwardDelayNs : bridge.bridgeAgeingNs;
  bridge.topologyChange = change;
}

/** `br_topology_change_detection`: the root tells all; others tell the root until it has heard. */
export function detectTopologyChange(bridge: Bridge): void {
  if (bridge.stpEnabled === 0) return;
  if (isRootBridge(bridge)) {
    setTopologyChange(bridge, true);
    bridge.topologyChangeTimer.start(bridge.bridgeForwardDelayNs + bridge.bridgeMaxAgeNs, () => {
      bridge.topologyChangeDetected = false;
      setTopologyChange(bridge, false);
    });
  } else if (!bridge.topologyChangeDetected) {
    startTcn(bridge);
  }
  bridge.topologyChangeDetected = true;
}

function startTcn(bridge: Bridge): void {
  transmitTcn(bridge);
  bridge.tcnTimer.start(bridge.bridgeHelloNs, () => {
    if (!isRootBridge(bridge) && bridge.dev.up) startTcn(bridge);
  });
}

/** `br_received_config_bpdu`. */
export function receiveConfigBpdu(port: BridgePort, bpdu: ConfigBpdu): void {
  const { bridge } = port;
  const wasRoot = isRootBridge(bridge);
  if (!supersedes(port, bpdu)) {
    if (isDesignatedPort(port)) transmitConfig(port);
    return;
  }
  recordConfig(port, bpdu);
  updateConfiguration(bridge);
  selectPortStates(bridge);
  if (!isRootBridge(bridge) && wasRoot) {
    bridge.helloTimer.stop();
    if (bridge.topologyChangeDetected) {
      bridge.topologyChangeTimer.stop();
      startTcn(bridge);
    }
  }
  if (port.number !== bridge.rootPort) return;
  bridge.maxAgeNs = bpdu.maxAgeNs;
  bridge.helloNs = bpdu.helloNs;
  bridge.forwardDelayNs = bpdu.forwardDelayNs;
  setTopologyChange(bridge, bpdu.topologyChange);
  generateConfigBpdus(bridge);
  if (bpdu.topologyChangeAck) {
    bridge.topologyChangeDetected = false;
    bridge.tcnTimer.stop();
  }
}

/** Whether the message is better than what the port knows, or news from who told it that (`br_supersedes_port_info`). */
function supersedes(port: BridgePort, bpdu: ConfigBpdu): boolean {
  const better =
    compareIds(bpdu.root, port.designatedRoot) || bpdu.rootPathCost - port.designatedCost || compareIds(bpdu.bridge, port.designatedBridge);
  if (better !== 0) return better < 0;
  return compareIds(bpdu.bridge, port.bridge.id) !== 0 || bpdu.portId <= port.designatedPort;
}

function recordConfig(port: BridgePort, bpdu: ConfigBpdu): void {
  const { bridge } = port;
  port.designatedRoot = bpdu.root;
  port.designatedCost = bpdu.rootPathCost;
  port.designatedBridge = bpdu.bridge;
  port.designatedPort = bpdu.portId;
  port.designatedAgeNs = bridge.now - bpdu.messageAgeNs;
  port.messageAgeTimer.start(bpdu.maxAgeNs - bpdu.messageAgeNs, () => {
    if (port.state === BR_STATE_DISABLED) return;
    const wasRoot = isRootBridge(bridge);
    becomeDesignatedPort(port);
    updateConfiguration(bridge);
    selectPortStates(bridge);
    if (isRootBridge(bridge) && !wasRoot) becomeRootBridge(bridge);
  });
}

/** `br_received_tcn_bpdu`. */
export function receiveTcnBpdu(port: BridgePort): void {
  if (!isDesignatedPort(port)) return;
  detectTopologyChange(port.bridge);
  port.topologyChangeAck = true;
  transmitConfig(port);
}
