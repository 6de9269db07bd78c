import { NS_PER_MS } from '../../base/time.ts';
import { IFF_LOOPBACK, IFF_NOARP } from '../device/net-device.ts';
import { IFA_F_DADFAILED, IFA_F_NODAD, IFA_F_OPTIMISTIC, IFA_F_PERMANENT, IFA_F_TENTATIVE } from '../rtnetlink/messages.ts';
import { HZ, jiffies, timerExpiryNs } from '../timer-wheel.ts';
import type { Addrconf } from './addrconf.ts';
import type { Inet6Address } from './inet6-device.ts';
import { joinSolicitedNode } from './multicast-groups.ts';

/**
 * Duplicate address detection (RFC 4862, 5.4; addrconf_dad_work in net/ipv6/addrconf.c): wait up to a second, ask
 * `dad_transmits` times a second apart who has the address, and take it when nobody answered.
 */
export class DuplicateDetection {
  private readonly addrconf: Addrconf;

  constructor(addrconf: Addrconf) {
    this.addrconf = addrconf;
  }

  /** The address waits to be tried; as in Linux that begins after the request that added it is done. */
  start(address: Inet6Address): void {
    if (address.dead) return;
    this.schedule(address, 0, () => this.begin(address));
  }

  stop(address: Inet6Address): void {
    this.addrconf.ns.kernel.clock.cancel(address.dadTimer);
  }

  /** Delayed work: at once without a delay, else a timer of so many ticks. */
  private schedule(address: Inet6Address, delay: number, run: () => void): void {
    const { clock } = this.addrconf.ns.kernel;
    clock.cancel(address.dadTimer);
    address.dadTimer = clock.at(delay === 0 ? clock.now : timerExpiryNs(clock.now, delay), run);
  }

  private begin(address: Inet6Address): void {
    if (address.dead) return;
    const { device } = address;
    const { dev, conf } = device;
    if (!address.solicited) joinSolicitedNode(this.addrconf.ns, device, address.address);
    address.solicited = true;
    const off = conf.accept_dad < 1 && this.addrconf.ns.ip6.confAll.accept_dad < 1;
    if (
      (dev.flags & (IFF_NOARP | IFF_LOOPBACK)) !== 0 ||
      off ||
      (address.flags & IFA_F_TENTATIVE) === 0 ||
      (address.flags & IFA_F_NODAD) !== 0
    ) {
      const announce = (address.flags & IFA_F_TENTATIVE) !== 0 && (address.flags & IFA_F_OPTIMISTIC) === 0;
      address.flags &= ~(IFA_F_TENTATIVE | IFA_F_OPTIMISTIC | IFA_F_DADFAILED);
      this.addrconf.dadCompleted(address, announce);
      return;
    }
    // Without a carrier the address stays tentative and is tried when there is one.
    if (!device.ready) return;
    this.kick(address);
  }

  private kick(address: Inet6Address): void {
    const { conf } = address.device;
    const longest = conf.router_solicitation_delay * HZ;
    const wait = longest > 0 ? this.addrconf.ns.kernel.random.int(longest) : 0;
    address.dadProbes = conf.dad_transmits;
    this.schedule(address, wait, () => this.probe(address));
  }

  private probe(address: Inet6Address): void {
    if (address.dead) return;
    if (address.dadProbes === 0) {
      address.flags &= ~(IFA_F_TENTATIVE | IFA_F_OPTIMISTIC | IFA_F_DADFAILED);
      this.addrconf.dadCompleted(address, true);
      return;
    }
    address.dadProbes--;
    this.schedule(address, Math.max(1, jiffies(address.device.neigh.retrans_time_ms * NS_PER_MS)), () => this.probe(address));
    this.addrconf.ns.dataPlane.sendDadSolicitation(address.device.dev, address.address);
  }

  /** Somebody else has it (`addrconf_dad_failure`): a permanent one stays, marked, unused. */
  failed(address: Inet6Address): void {
    if ((address.flags & IFA_F_TENTATIVE) === 0) return;
    this.stop(address);
    if ((address.flags & IFA_F_PERMANENT) === 0) {
      this.addrconf.remove(address);
      return;
    }
    address.flags |= IFA_F_TENTATIVE | IFA_F_DADFAILED;
    this.addrconf.announce(address, false);
  }
}
