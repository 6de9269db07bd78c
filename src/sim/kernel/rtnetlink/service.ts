import type { Mac } from '../../base/address.ts';
import { fail, isError, type KernelError } from '../../base/result.ts';
import { MAX_NAME_LENGTH } from '../device/device-name.ts';
import { deleteDevices } from '../device/lifecycle.ts';
import { addLinkGroup, removeLinkGroup } from '../device/link-groups.ts';
import { IFF_LOOPBACK, type NetDevice } from '../device/net-device.ts';
import { configureLink } from '../device/new-link.ts';
import { deviceKind } from '../device/registry.ts';
import type { NetNamespace } from '../netns.ts';
import type { BridgeRtnetlink } from './bridge-messages.ts';
import { BridgeService } from './bridge-service.ts';
import { dumpLink } from './link-dump.ts';
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
import { queryRoute4, queryRoute6 } from './route-query.ts';
import type { Rtnetlink } from './rtnetlink.ts';
import { setLink, setMaster } from './set-link.ts';

/** rtnetlink(7) of one namespace, over its devices, addresses, tables and neighbours (net/core/rtnetlink.c and the families' own). */
export class RtnetlinkService implements Rtnetlink {
  readonly bridge: BridgeRtnetlink;
  private readonly ns: NetNamespace;

  constructor(ns: NetNamespace) {
    this.ns = ns;
    this.bridge = new BridgeService(ns);
  }

  links(): LinkDump[] {
    return [...this.ns.devices.values()].map(dumpLink);
  }

  link(which: number | string): LinkDump | KernelError {
    const dev = typeof which === 'number' ? this.ns.devices.get(which) : this.ns.deviceByName(which);
    if (dev === undefined) return fail('ENODEV');
    // A question about one link waits for news of its carrier to be dealt with.
    this.ns.kernel.linkWatch.sync(dev);
    return dumpLink(dev);
  }

  changeLinkGroup(device: string, address: Mac, join: boolean): undefined | KernelError {
    const dev = this.ns.deviceByName(device);
    if (dev === undefined) return fail('ENODEV');
    if ((dev.flags & IFF_LOOPBACK) !== 0) return fail('EINVAL');
    return join ? addLinkGroup(dev, address, false) : removeLinkGroup(dev, address);
  }

  addLink(request: LinkCreate): undefined | KernelError {
    const { name, netns } = request;
    if (name !== undefined && name.length > MAX_NAME_LENGTH) return fail('ERANGE', 'Attribute failed policy validation');
    const target = netns === undefined ? this.ns : this.ns.kernel.namespaces.get(netns.netnsInode);
    if (target === undefined) return fail('EINVAL');
    const kind = deviceKind(request.kind);
    const taken =
      request.ifindex !== undefined && request.ifindex > 0
        ? target.devices.has(request.ifindex)
        : name !== undefined && target.deviceByName(name) !== undefined;
    if (taken) return fail('EEXIST');
    if (isError(kind)) return kind;
    const dev = kind.create({ source: this.ns, target, request });
    if (isError(dev)) return dev;
    const error = configureLink(dev, request) ?? (request.master === undefined ? undefined : setMaster(dev, request.master));
    if (error !== undefined) deleteDevices([dev]);
    return error;
  }

  setLink(ifindex: number, change: LinkChange): undefined | KernelError {
    const dev = this.ns.devices.get(ifindex);
    return dev === undefined ? fail('ENODEV') : setLink(this.ns, dev, change);
  }

  delLink(ifindex: number): undefined | KernelError {
    const dev = this.ns.devices.get(ifindex);
    if (dev === undefined) return fail('ENODEV');
    if (dev.ops.kind === undefined) return fail('EOPNOTSUPP');
    deleteDevices([dev]);
    return undefined;
  }

  addresses(family?: Family): AddressDump[] {
    const dumps: AddressDump[] = [];
    const { devinet } = this.ns.ip4;
    const { addrconf } = this.ns.ip6;
    if (family !== 'inet6') this.eachDevice((dev) => dumps.push(...(dev.in4?.addresses ?? []).map((address) => devinet.dump(address))));
    if (family !== 'inet') this.eachDevice((dev) => dumps.push(...(dev.in6?.addresses ?? []).map((address) => addrconf.dump(address))));
    return dumps;
  }

  private eachDevice(visit: (dev: NetDevice) => void): void {
    for (const dev of this.ns.devices.values()) visit(dev);
  }

  addAddress(request: AddressRequest): undefined | KernelError {
    return request.family === 'inet' ? this.ns.ip4.devinet.add(request) : this.ns.ip6.addrconf.add(request);
  }

  delAddress(request: AddressDelete): undefined | KernelError {
    return request.family === 'inet' ? this.ns.ip4.devinet.delete(request) : this.ns.ip6.addrconf.delete(request);
  }

  routes(family: Family, table?: number): RouteDump[] {
    return family === 'inet' ? this.ns.ip4.fib4.dump(table) : this.ns.ip6.fib6.dump(table);
  }

  hasTable(family: Family, table: number): boolean {
    return (family === 'inet' ? this.ns.ip4.fib4.table(table) : this.ns.ip6.fib6.table(table)) !== undefined;
  }

  addRoute(request: RouteRequest, flags: RouteFlags): undefined | KernelError {
    return request.family === 'inet' ? this.ns.ip4.fib4.add(request, flags) : this.ns.ip6.fib6.add(request, flags);
  }

  delRoute(request: RouteRequest): undefined | KernelError {
    return request.family === 'inet' ? this.ns.ip4.fib4.remove(request) : this.ns.ip6.fib6.remove(request);
  }

  getRoute(query: RouteQuery): RouteDump | KernelError {
    return query.family === 'inet' ? queryRoute4(this.ns, query) : queryRoute6(this.ns, query);
  }

  private rulesOf(family: Family): NetNamespace['ip4']['fib4']['rules'] {
    return family === 'inet' ? this.ns.ip4.fib4.rules : this.ns.ip6.fib6.rules;
  }

  rules(family: Family): RuleDump[] {
    return this.rulesOf(family).dump();
  }

  addRule(rule: RuleDump): undefined | KernelError {
    return this.rulesOf(rule.family).add(rule);
  }

  delRule(rule: RuleDump): undefined | KernelError {
    return this.rulesOf(rule.family).remove(rule);
  }

  neighbours(family: Family, options?: { readonly proxy?: boolean }): NeighDump[] {
    return family === 'inet' ? this.ns.ip4.arp.dump(options) : this.ns.ip6.nd.dump(options);
  }

  addNeighbour(request: NeighRequest): undefined | KernelError {
    return request.family === 'inet' ? this.ns.ip4.arp.add(request) : this.ns.ip6.nd.add(request);
  }

  delNeighbour(request: NeighRequest): undefined | KernelError {
    return request.family === 'inet' ? this.ns.ip4.arp.remove(request) : this.ns.ip6.nd.remove(request);
  }

  netnsId(inode: number): number {
    const other = this.ns.kernel.namespaces.get(inode);
    return other === undefined ? -1 : this.ns.netnsIds.get(other);
  }

  setNetnsId(inode: number, id: number): undefined | KernelError {
    const other = this.ns.kernel.namespaces.get(inode);
    if (other === undefined) return fail('EINVAL', 'Peer netns reference is invalid');
    if (this.ns.netnsIds.get(other) >= 0) return fail('EEXIST', 'Peer netns already has a nsid assigned');
    if (id < 0) this.ns.netnsIds.allocate(other);
    else if (this.ns.netnsIds.isTaken(id)) return fail('EEXIST', 'The specified nsid is already used');
    else this.ns.netnsIds.set(other, id);
    return undefined;
  }

  subscribe(listener: (event: RtnetlinkEvent) => void): () => void {
    return this.ns.subscribe(listener);
  }
}
