import { IPV6_UNSPECIFIED, type Ipv6 } from '../../base/address.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { DeviceEvent } from '../device/notifier.ts';
import type { Inet6, InterfaceAddress6 } from '../ip/inet6.ts';
import type { NeighbourTable } from '../neigh/neighbour-table.ts';
import type { NetNamespace } from '../netns.ts';
import { Fib6 } from '../route/fib6.ts';
import { Resolver6 } from '../route/resolver6.ts';
import { IFA_F_DADFAILED, IFA_F_OPTIMISTIC, IFA_F_TENTATIVE } from '../rtnetlink/messages.ts';
import type { Skb } from '../skb.ts';
import type { Ipv6Conf, NeighParms } from '../sysctl/conf-tables.ts';
import { Addrconf } from './addrconf.ts';
import { selectSource6 } from './source-selection.ts';

const NOT_YET = IFA_F_TENTATIVE | IFA_F_DADFAILED;

/** IPv6 in one namespace: its addresses, routes and settings, with the data plane behind `nd` and `receive`. */
export class Ip6 implements Inet6 {
  readonly ns: NetNamespace;
  /** net/ipv6/conf/all and conf/default: immutable, replaced when one is written. */
  confAll: Ipv6Conf;
  confDefault: Ipv6Conf;
  neighDefault: NeighParms;
  readonly fib6: Fib6;
  readonly fib: Resolver6;
  readonly addrconf: Addrconf;

  constructor(ns: NetNamespace, settings: { readonly all: Ipv6Conf; readonly default: Ipv6Conf; readonly neigh: NeighParms }) {
    this.ns = ns;
    this.confAll = settings.all;
    this.confDefault = settings.default;
    this.neighDefault = settings.neigh;
    this.fib6 = new Fib6(ns);
    this.fib = new Resolver6(this.fib6);
    this.addrconf = new Addrconf(ns);
  }

  get nd(): NeighbourTable<Ipv6> {
    return this.ns.dataPlane.nd;
  }

  addressesOf(dev: NetDevice): readonly InterfaceAddress6[] {
    return dev.in6?.addresses ?? [];
  }

  /** `ipv6_chk_addr`; `tentative` counts addresses under detection, too (`ipv6_chk_addr_and_flags`). */
  isLocal(address: Ipv6, dev?: NetDevice, tentative = false): boolean {
    return this.addrconf
      .owners(address)
      .some(
        (own) =>
          (dev === undefined || own.device.dev === dev) &&
          (tentative || (own.flags & NOT_YET) === 0 || (own.flags & (IFA_F_OPTIMISTIC | IFA_F_DADFAILED)) === IFA_F_OPTIMISTIC),
      );
  }

  selectSource(dev: NetDevice, dst: Ipv6): Ipv6 {
    return selectSource6(this.ns, dev, dst) ?? IPV6_UNSPECIFIED;
  }

  groupsOf(dev: NetDevice): readonly Ipv6[] {
    return dev.in6 === undefined ? [] : [...dev.in6.groups.keys()];
  }

  receive(skb: Skb): void {
    this.ns.dataPlane.receive6(skb);
  }

  duplicateDetected(dev: NetDevice, address: Ipv6): void {
    this.addrconf.duplicateDetected(dev, address);
  }

  routerAdvertised(dev: NetDevice, from: Ipv6, packet: Uint8Array, offset: number, length: number): void {
    this.addrconf.routers.advertised(dev, from, packet, offset, length);
  }

  notify(event: DeviceEvent, dev: NetDevice): void {
    this.addrconf.devices.notify(event, dev);
    if (event === 'changeAddress') this.nd.deviceDown(dev, false);
    if (event === 'change' && !dev.carrier && dev.in6 !== undefined) {
      if (dev.in6.conf.ndisc_evict_nocarrier !== 0 && this.confAll.ndisc_evict_nocarrier !== 0) this.nd.deviceDown(dev, true);
    }
    if (event === 'notifyPeers') {
      for (const address of dev.in6?.addresses ?? []) {
        if ((address.flags & NOT_YET) === 0) this.ns.dataPlane.sendUnsolicitedAdvertisement(dev, address.address);
      }
    }
  }

  destroy(): void {
    this.addrconf.destroy();
    this.fib6.destroy();
  }
}
