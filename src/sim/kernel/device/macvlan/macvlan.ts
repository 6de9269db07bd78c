import type { Mac } from '../../../base/address.ts';
import type { Skb } from '../../skb.ts';
import type { NetDevice } from '../net-device.ts';

// What a macvlan is: drivers/net/macvlan.c. Devices with addresses of their own that share one device below, the port; what it receives
// goes to the one that a frame's address belongs to, and they talk to each other as their modes say.

export type MacvlanMode = 'private' | 'vepa' | 'bridge' | 'passthru' | 'source';

/** MACVLAN_FLAG_*: the port does not hear everything for a passthru device; a source device keeps frames from others. */
export const FLAG_NOPROMISC = 1;
export const FLAG_NODST = 2;

/** A device's state: `struct macvlan_dev`. */
export interface Macvlan {
  readonly dev: NetDevice;
  readonly lower: NetDevice;
  readonly port: MacvlanPort;
  mode: MacvlanMode;
  flags: number;
  /** Broadcasts that may wait for it. */
  queueLength: number;
  /** Groups that the device below was made to listen to. */
  readonly synced: Set<Mac>;
}

/** The device below and who is on it: `struct macvlan_port`. */
export interface MacvlanPort {
  readonly dev: NetDevice;
  readonly vlans: Macvlan[];
  /** Those that are up, by address. */
  readonly hash: Map<Mac, Macvlan>;
  /** Whose frames go to which source devices. */
  readonly sources: { readonly mac: Mac; readonly vlan: Macvlan }[];
  /** It serves a single passthru device. */
  passthru: boolean;
  /** Its address is being changed by its passthru device. */
  changingAddress: boolean;
  /** Broadcasts that wait to be handed out, with who sent them. */
  readonly queue: { readonly skb: Skb; readonly source: Macvlan | undefined }[];
  queueLimit: number;
}

const ports = new WeakMap<NetDevice, MacvlanPort>();

/** The port that a device is, if macvlans are on it. */
export function macvlanPort(dev: NetDevice): MacvlanPort | undefined {
  return ports.get(dev);
}

export function createPort(dev: NetDevice): MacvlanPort {
  const port: MacvlanPort = {
    dev,
    vlans: [],
    hash: new Map(),
    sources: [],
    passthru: false,
    changingAddress: false,
    queue: [],
    queueLimit: 0,
  };
  ports.set(dev, port);
  return port;
}

export function destroyPort(port: MacvlanPort): void {
  ports.delete(port.dev);
  port.queue.length = 0;
}

/** Whether an address is the port's own or another macvlan's (`macvlan_addr_busy`). */
export function isAddressBusy(port: MacvlanPort, address: Mac): boolean {
  if (!port.passthru && !port.changingAddress && port.dev.address === address) return true;
  return port.hash.has(address);
}
