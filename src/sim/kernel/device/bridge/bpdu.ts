import { setU16, setU32, u16, u32 } from '../../../base/bytes.ts';
import { readMac, writeMac } from '../../../base/mac-address.ts';
import { ETH_HLEN } from '../../../wire/ethernet.ts';
import { Skb } from '../../skb.ts';
import { devQueueXmit } from '../transmit.ts';
import type { BridgeId, BridgePort } from './bridge.ts';

// Bridge protocol data units of IEEE 802.1D, carried over LLC: net/bridge/br_stp_bpdu.c.

const LLC_LEN = 3;
const BPDU_TYPE_CONFIG = 0;
const BPDU_TYPE_TCN = 0x80;
const CONFIG_LEN = 35;
const TCN_LEN = 4;
const SAP_BRIDGE_SPAN = 0x42;
const UNNUMBERED_INFORMATION = 0x03;
/** Times are sent in 1/256 of a second. */
const NS_PER_TICK = 1e9 / 256;

export interface ConfigBpdu {
  readonly root: BridgeId;
  readonly rootPathCost: number;
  readonly bridge: BridgeId;
  readonly portId: number;
  readonly messageAgeNs: number;
  readonly maxAgeNs: number;
  readonly helloNs: number;
  readonly forwardDelayNs: number;
  readonly topologyChange: boolean;
  readonly topologyChangeAck: boolean;
}

/** A received BPDU, or undefined where the frame is none of 802.1D's first version. `o` is at the Ethernet header. */
export function decodeBpdu(b: Uint8Array, o: number, end: number): ConfigBpdu | 'tcn' | undefined {
  const llc = o + ETH_HLEN;
  const p = llc + LLC_LEN;
  if (end < p + TCN_LEN || b[llc] !== SAP_BRIDGE_SPAN || b[llc + 1] !== SAP_BRIDGE_SPAN || b[llc + 2] !== UNNUMBERED_INFORMATION)
    return undefined;
  if (u16(b, p) !== 0 || b[p + 2] !== 0) return undefined;
  if (b[p + 3] === BPDU_TYPE_TCN) return 'tcn';
  if (b[p + 3] !== BPDU_TYPE_CONFIG || end < p + CONFIG_LEN) return undefined;
  const flags = b[p + 4] as number;
  return {
    topologyChange: (flags & 1) !== 0,
    topologyChangeAck: (flags & 0x80) !== 0,
    root: readId(b, p + 5),
    rootPathCost: u32(b, p + 13),
    bridge: readId(b, p + 17),
    portId: u16(b, p + 25),
    messageAgeNs: u16(b, p + 27) * NS_PER_TICK,
    maxAgeNs: u16(b, p + 29) * NS_PER_TICK,
    helloNs: u16(b, p + 31) * NS_PER_TICK,
    forwardDelayNs: u16(b, p + 33) * NS_PER_TICK,
  };
}

export function sendConfigBpdu(port: BridgePort, bpdu: ConfigBpdu): void {
  const skb = newBpdu(port, CONFIG_LEN, BPDU_TYPE_CONFIG);
  const b = skb.buf;
  const p = skb.data + ETH_HLEN + LLC_LEN;
  b[p + 4] = (bpdu.topologyChange ? 1 : 0) | (bpdu.topologyChangeAck ? 0x80 : 0);
  writeId(b, p + 5, bpdu.root);
  setU32(b, p + 13, bpdu.rootPathCost);
  writeId(b, p + 17, bpdu.bridge);
  setU16(b, p + 25, bpdu.portId);
  setU16(b, p + 27, Math.round(bpdu.messageAgeNs / NS_PER_TICK));
  setU16(b, p + 29, Math.round(bpdu.maxAgeNs / NS_PER_TICK));
  setU16(b, p + 31, Math.round(bpdu.helloNs / NS_PER_TICK));
  setU16(b, p + 33, Math.round(bpdu.forwardDelayNs / NS_PER_TICK));
  devQueueXmit(port.dev, skb);
}

export function sendTcnBpdu(port: BridgePort): void {
  devQueueXmit(port.dev, newBpdu(port, TCN_LEN, BPDU_TYPE_TCN));
}

/** The frame with everything in front of the BPDU's flags; where its type is a length, it counts the LLC header too. */
function newBpdu(port: BridgePort, length: number, type: number): Skb {
  const skb = Skb.alloc(ETH_HLEN + LLC_LEN + length);
  const b = skb.buf;
  const o = skb.data;
  writeMac(b, o, port.bridge.groupAddress);
  writeMac(b, o + 6, port.dev.address);
  setU16(b, o + 12, LLC_LEN + length);
  b[o + ETH_HLEN] = SAP_BRIDGE_SPAN;
  b[o + ETH_HLEN + 1] = SAP_BRIDGE_SPAN;
  b[o + ETH_HLEN + 2] = UNNUMBERED_INFORMATION;
  b[o + ETH_HLEN + LLC_LEN + 3] = type;
  return skb;
}

function readId(b: Uint8Array, o: number): BridgeId {
  return { priority: u16(b, o), address: readMac(b, o + 2) };
}

function writeId(b: Uint8Array, o: number, id: BridgeId): void {
  setU16(b, o, id.priority);
  writeMac(b, o + 2, id.address);
}
