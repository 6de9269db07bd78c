import type { Mac } from '../../base/address.ts';
import type { KernelError } from '../../base/result.ts';
import type { BridgeRtnetlink } from './bridge-messages.ts';
import type {
  AddressDelete,
  AddressDump,
  AddressRequest,
  Family,
  LinkChange,
  LinkCreate,
  LinkDump,
  NeighDump,
  NeighRequest,
  RouteDump,
  RouteFlags,
  RouteQuery,
  RouteRequest,
  RtnetlinkEvent,
  RuleDump,
} from './messages.ts';

/**
 * The door for links, addresses, routes, rules and neighbours of one network namespace: rtnetlink(7) with typed messages.
 * `ip`, BusyBox, the Docker engine and CNI plugins all come through here. Every method answers with a value or a KernelError
 * (errno and, where Linux has one, the extended-ack text); none throws. Dumps come in the kernel's order.
 */
export interface Rtnetlink {
  links(): LinkDump[];
  /** RTM_GETLINK by index, name or alternative name: ENODEV if there is none. */
  link(which: number | string): LinkDump | KernelError;
  /** Makes a device listen to a link-layer address, or no more (SIOCADDMULTI and SIOCDELMULTI): ENODEV, EINVAL for loopback, ENOENT. */
  changeLinkGroup(device: string, address: Mac, join: boolean): undefined | KernelError;
  addLink(request: LinkCreate): undefined | KernelError;
  setLink(ifindex: number, change: LinkChange): undefined | KernelError;
  delLink(ifindex: number): undefined | KernelError;

  addresses(family?: Family): AddressDump[];
  addAddress(request: AddressRequest): undefined | KernelError;
  delAddress(request: AddressDelete): undefined | KernelError;

  /** All routes of a family, table by table as the kernel dumps them; `table` narrows. */
  routes(family: Family, table?: number): RouteDump[];
  /** Whether a table has ever had a route: asking for one that has not is an error of its own. Absent means main and local only. */
  hasTable?(family: Family, table: number): boolean;
  addRoute(request: RouteRequest, flags: RouteFlags): undefined | KernelError;
  delRoute(request: RouteRequest): undefined | KernelError;
  /** Resolves as the kernel would for a packet: `ip route get`. */
  getRoute(query: RouteQuery): RouteDump | KernelError;

  rules(family: Family): RuleDump[];
  addRule(rule: RuleDump): undefined | KernelError;
  delRule(rule: RuleDump): undefined | KernelError;

  neighbours(family: Family, options?: { readonly proxy?: boolean }): NeighDump[];
  addNeighbour(request: NeighRequest): undefined | KernelError;
  delNeighbour(request: NeighRequest): undefined | KernelError;

  /** The family AF_BRIDGE: forwarding entries, ports, VLANs, multicast groups. */
  readonly bridge: BridgeRtnetlink;

  /** RTM_GETNSID / RTM_NEWNSID: the id by which this namespace knows another, by its inode; -1 if it has none. */
  netnsId(inode: number): number;
  /** Assigns an id to another namespace, the lowest free one where `id` is -1. */
  setNetnsId(inode: number, id: number): undefined | KernelError;

  /** Joins the multicast groups; the returned function leaves them. */
  subscribe(listener: (event: RtnetlinkEvent) => void): () => void;
}
