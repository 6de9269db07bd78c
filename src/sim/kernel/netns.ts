import type { DataPlane } from './data-plane.ts';
import type { NetDevice } from './device/net-device.ts';
import type { Inet4 } from './ip/inet4.ts';
import type { Inet6 } from './ip/inet6.ts';
import type { Kernel } from './kernel.ts';
import type { Rtnetlink } from './rtnetlink/rtnetlink.ts';
import type { SocketTable } from './socket/socket-table.ts';
import type { Sysctl } from './sysctl.ts';

// Who brings what: address/, route/, rtnetlink/, sysctl/ and the device kinds are the control plane; neigh/, ip/ and socket/
// are the data plane and come as one DataPlane from `createDataPlane(ns)` in ip/data-plane.ts. The data plane reads
// `ns.ip4.addressesOf/isLocal/selectSource/fib`, the same of `ns.ip6`, and per-device settings as plain numbers
// (`dev.in4.conf.rp_filter`, `dev.in6.conf.hop_limit`, `dev.in4.neigh.base_reachable_time_ms`).

/**
 * A network namespace (Linux's `struct net`): its own devices, addresses, routes, neighbours, sockets, firewall and settings.
 * It lives as long as something holds it: a process, a file in /run/netns, an open descriptor ({@link NetNamespace.hold}).
 */
export class NetNamespace {
  readonly kernel: Kernel;
  /** Its number in `net:[4026531840]`. */
  readonly inode: number;
  /** In order of ifindex. */
  readonly devices = new Map<number, NetDevice>();
  declare readonly dataPlane: DataPlane;
  declare readonly loopback: NetDevice;
  declare readonly rtnetlink: Rtnetlink;
  declare readonly ip4: Inet4;
  declare readonly ip6: Inet6;
  declare readonly sockets: SocketTable;
  declare readonly sysctl: Sysctl;

  constructor(kernel: Kernel, inode: number) {
    this.kernel = kernel;
    this.inode = inode;
  }

  deviceByName(name: string): NetDevice | undefined {
    for (const dev of this.devices.values()) if (dev.name === name) return dev;
    return undefined;
  }

  /** Takes a reference; the returned function gives it back. With the last one the namespace and its devices go. */
  hold(): () => void {
    return () => {};
  }
}
