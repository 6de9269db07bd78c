import type { NetNamespace } from '../netns.ts';
import type { Skb } from '../skb.ts';
import { ARPHRD_LOOPBACK, type DeviceOps, IFF_LOOPBACK, NetDevice } from './net-device.ts';
import { netifRx } from './receive.ts';

/** Receives what it sends: drivers/net/loopback.c. */
const loopbackOps: DeviceOps = {
  kind: undefined,
  netnsLocal: true,
  xmit(dev: NetDevice, skb: Skb): void {
    skb.mac = skb.data;
    // It stays in its namespace: what is known of it is still true.
    const { mark, dst, ct, ctInfo, nftrace } = skb;
    if (!netifRx(dev, skb)) return;
    skb.mark = mark;
    skb.dst = dst;
    skb.ct = ct;
    skb.ctInfo = ctInfo;
    skb.nftrace = nftrace;
  },
};

/** The `lo` of a new namespace: down, ifindex 1 once registered. */
export function createLoopback(ns: NetNamespace): NetDevice {
  const dev = new NetDevice(ns, 'lo', loopbackOps, 0);
  dev.type = ARPHRD_LOOPBACK;
  dev.flags = IFF_LOOPBACK;
  dev.mtu = 65536;
  dev.minMtu = 0;
  dev.maxMtu = 0;
  dev.broadcast = 0;
  return dev;
}
