import type { Mac } from '../../base/address.ts';
import { isError, type KernelError } from '../../base/result.ts';
import { ETH_HLEN } from '../../wire/ethernet.ts';
import type { NetNamespace } from '../netns.ts';
import { Skb } from '../skb.ts';
import { drop } from '../trace.ts';
import { registerDevice } from './lifecycle.ts';
import { setCarrier, updateOperstate } from './link-watch.ts';
import { type DeviceOps, NetDevice } from './net-device.ts';
import { netifRx } from './receive.ts';

/**
 * What a network card's socket is cabled to. The frame belongs to whoever gets it and is not changed any more. `packet` is its identity
 * in traces, 0 while nobody traces.
 */
export interface NicPort {
  transmit(frame: Uint8Array, packet: number): void;
}

/** The longest packet with its Ethernet header in 64 KiB. */
const MAX_MTU = 65535 - ETH_HLEN;

const nicOps: DeviceOps = {
  kind: undefined,
  speedMbps: () => 10000,
  xmit(dev: NetDevice, skb: Skb): void {
    const port = dev.priv as NicPort | undefined;
    if (port === undefined) {
      dev.stats.txCarrierErrors++;
      return drop(dev.ns, skb, 'NO_CARRIER', `no cable in ${dev.name}`);
    }
    skb.shared = true;
    port.transmit(skb.buf.subarray(skb.data, skb.end), skb.traceId);
  },
};

/** A network card with its name and address burnt in; without a cable until {@link plugNic}. */
export function addNic(ns: NetNamespace, name: string, address: Mac): NetDevice | KernelError {
  const dev = new NetDevice(ns, name, nicOps, address);
  dev.maxMtu = MAX_MTU;
  dev.carrier = false;
  dev.defaultQdisc = 'fq_codel';
  const error = registerDevice(dev);
  if (isError(error)) return error;
  ns.linkEvent(dev);
  return dev;
}

/** Puts a cable in, or pulls it with `port` undefined. A card that is down notices at once; one that is up tells the stack. */
export function plugNic(dev: NetDevice, port: NicPort | undefined): void {
  dev.priv = port;
  setCarrier(dev, port !== undefined);
  if (!dev.up) updateOperstate(dev);
}

/** A frame arrives on the cable. A card that is down hears nothing. */
export function nicReceive(dev: NetDevice, frame: Uint8Array, packet = 0): void {
  const skb = Skb.fromFrame(frame, packet);
  if (dev.up && dev.priv !== undefined) {
    netifRx(dev, skb);
    return;
  }
  skb.dev = dev;
  drop(dev.ns, skb, 'DEV_READY', `${dev.name} is down`);
}
