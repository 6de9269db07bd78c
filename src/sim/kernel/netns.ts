import type { NetDevice } from './device/net-device.ts';
import type { Inet4 } from './ip/inet4.ts';
import type { Inet6 } from './ip/inet6.ts';
import type { Kernel } from './kernel.ts';
import type { Rtnetlink } from './rtnetlink/rtnetlink.ts';
import type { SocketTable } from './socket/socket-table.ts';
import type { Sysctl } from './sysctl.ts';

/**
 * A network namespace (Linux's `struct net`): its own devices, addresses, routes, neighbours, sockets, firewall and settings.
 * It lives as long as something holds it: a process, a file in /run/netns, an open descriptor ({@link NetNamespace.hold}).
 */
export interface NetNamespace {
  readonly kernel: Kernel;
  /** Its number in `net:[4026531840]`. */
  readonly inode: number;
  /** In order of ifindex. */
  readonly devices: ReadonlyMap<number, NetDevice>;
  readonly loopback: NetDevice;
  readonly rtnetlink: Rtnetlink;
  readonly ip4: Inet4;
  readonly ip6: Inet6;
  readonly sockets: SocketTable;
  readonly sysctl: Sysctl;
  deviceByName(name: string): NetDevice | undefined;
  /** Takes a reference; the returned function gives it back. With the last one the namespace and its devices go. */
  hold(): () => void;
}
