import { type Ipv4, isMulticastIpv4 } from '../../base/address.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { DeviceEvent } from '../device/notifier.ts';
import type { Inet4, InterfaceAddress4 } from '../ip/inet4.ts';
import type { NeighbourTable } from '../neigh/neighbour-table.ts';
import type { NetNamespace } from '../netns.ts';
import { addAddressRoutes } from '../route/fib-address.ts';
import { syncDown, syncUp } from '../route/fib-sync.ts';
import { Fib4 } from '../route/fib4.ts';
import { Resolver4 } from '../route/resolver4.ts';
import { type RouteType, RT_TABLE_LOCAL, RTNH_F_DEAD, RTNH_F_LINKDOWN } from '../rtnetlink/messages.ts';
import type { Skb } from '../skb.ts';
import type { Ipv4Conf, NeighParms } from '../sysctl/conf-tables.ts';
import { Devinet } from './devinet.ts';

/** IPv4 in one namespace: its addresses, routes and settings, with the data plane behind `arp` and `receive`. */
export class Ip4 implements Inet4 {
  readonly ns: NetNamespace;
  /** net/ipv4/conf/all and conf/default: immutable, replaced when one is written. */
  confAll: Ipv4Conf;
  confDefault: Ipv4Conf;
  neighDefault: NeighParms;
  readonly fib4: Fib4;
  readonly fib: Resolver4;
  readonly devinet: Devinet;

  constructor(ns: NetNamespace, settings: { readonly all: Ipv4Conf; readonly default: Ipv4Conf; readonly neigh: NeighParms }) {
    this.ns = ns;
    this.confAll = settings.all;
    this.confDefault = settings.default;
    this.neighDefault = settings.neigh;
    this.fib4 = new Fib4(ns);
    this.fib = new Resolver4(this.fib4);
    this.devinet = new Devinet(ns);
  }

  get arp(): NeighbourTable<Ipv4> {
    return this.ns.dataPlane.arp;
  }

  addressesOf(dev: NetDevice): readonly InterfaceAddress4[] {
    return dev.in4?.addresses ?? [];
  }

  isLocal(address: Ipv4, dev?: NetDevice): boolean {
    return dev === undefined ? this.addressType(address) === 'local' : this.devinet.isLocal(address, dev);
  }

  selectSource(dev: NetDevice, dst: Ipv4, scope: number): Ipv4 {
    return this.devinet.selectSource(dev, dst, scope);
  }

  receive(skb: Skb): void {
    this.ns.dataPlane.receive4(skb);
  }

  /** What an address is to this namespace (`inet_addr_type_table`). */
  addressType(address: Ipv4, table = RT_TABLE_LOCAL): RouteType {
    if (address >>> 24 === 0 || address === 0xffffffff) return 'broadcast';
    if (isMulticastIpv4(address)) return 'multicast';
    const fib = this.fib4.table(table);
    // Before the first address of a namespace there is no table to ask; the kernel then takes anything for a broadcast address.
    if (fib === undefined) return 'broadcast';
    const result = fib.lookup({ dst: address, tos: 0, oif: 0, scope: 0, ignoreLinkState: false });
    return typeof result === 'object' ? result.alias.type : 'unicast';
  }

  notify(event: DeviceEvent, dev: NetDevice): void {
    if (event === 'change') this.carrierChanged(dev);
    this.devinet.notify(event, dev);
    switch (event) {
      case 'changeAddress':
        // Neighbours were told the old one (neigh_changeaddr).
        this.arp.deviceDown(dev, false);
        this.fib4.changed();
        break;
      case 'up':
        for (const address of dev.in4?.addresses ?? []) addAddressRoutes(this.fib4, address);
        syncUp(this.fib4, dev, RTNH_F_DEAD);
        break;
      case 'down':
        this.disable(dev, false);
        break;
      case 'unregister':
        this.disable(dev, true);
        break;
      case 'change':
        if (dev.carrier) syncUp(this.fib4, dev, RTNH_F_LINKDOWN);
        else syncDown(this.fib4, dev, 'carrier', false);
        break;
      default:
        this.fib4.changed();
    }
  }

  /** Neighbours on a link without carrier are forgotten unless arp_evict_nocarrier says no (`arp_netdev_event`). */
  private carrierChanged(dev: NetDevice): void {
    if (dev.carrier || dev.in4 === undefined) return;
    if (dev.in4.conf.arp_evict_nocarrier !== 0 && this.confAll.arp_evict_nocarrier !== 0) this.arp.deviceDown(dev, true);
  }

  /** Routes and neighbours of the device go (`fib_disable_ip`); those to its own addresses only with `force`. */
  disable(dev: NetDevice, force: boolean): void {
    syncDown(this.fib4, dev, 'down', force);
    this.arp.deviceDown(dev, false);
  }

  destroy(): void {
    this.devinet.destroy();
  }
}
