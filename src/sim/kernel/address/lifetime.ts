import type { EventQueue, TimerHandle } from '../../base/event-queue.ts';
import { LazySet } from '../../base/lazy.ts';
import { NS_PER_S } from '../../base/time.ts';
import { IFA_F_DEPRECATED, IFA_F_PERMANENT, INFINITY_LIFE_TIME } from '../rtnetlink/messages.ts';

/** What lifetimes are about, in addresses of either family. */
export interface Mortal {
  flags: number;
  timestampNs: number;
  validLft: number;
  preferredLft: number;
}

/** Seconds of a lifetime that are left; what lasts for ever stays so, what is over is 0. */
export function secondsLeft(address: Mortal, lifetime: number, nowNs: number): number {
  if (lifetime === INFINITY_LIFE_TIME) return INFINITY_LIFE_TIME;
  return Math.max(0, lifetime - Math.floor((nowNs - address.timestampNs) / NS_PER_S));
}

/** Makes addresses deprecated and ends them when their time is over (`check_lifetime`, `addrconf_verify`). One timer for all. */
export class AddressLifetimes<Address extends Mortal> {
  private readonly clock: EventQueue;
  private readonly handlers: { expired(address: Address): void; changed(address: Address): void };
  private readonly mortal = new LazySet<Address>();
  private timer: TimerHandle = 0;

  constructor(clock: EventQueue, handlers: { expired(address: Address): void; changed(address: Address): void }) {
    this.clock = clock;
    this.handlers = handlers;
  }

  /** Counts the address's lifetimes from now on. */
  start(address: Address): void {
    address.timestampNs = this.clock.now;
    address.flags &= ~(IFA_F_PERMANENT | IFA_F_DEPRECATED);
    if (address.validLft === INFINITY_LIFE_TIME) address.flags |= IFA_F_PERMANENT;
    if (address.preferredLft === 0) address.flags |= IFA_F_DEPRECATED;
    if (address.validLft === INFINITY_LIFE_TIME && address.preferredLft === INFINITY_LIFE_TIME) {
      this.mortal.delete(address);
      return;
    }
    this.mortal.add(address);
    this.arm();
  }

  stop(address: Address): void {
    this.mortal.delete(address);
  }

  destroy(): void {
    this.mortal.clear();
    this.clock.cancel(this.timer);
  }

  private arm(): void {
    this.clock.cancel(this.timer);
    let next = Number.POSITIVE_INFINITY;
    for (const address of this.mortal) {
      if (address.validLft !== INFINITY_LIFE_TIME) next = Math.min(next, endOf(address, address.validLft));
      if (address.preferredLft !== INFINITY_LIFE_TIME && (address.flags & IFA_F_DEPRECATED) === 0) {
        next = Math.min(next, endOf(address, address.preferredLft));
      }
    }
    if (next < Number.POSITIVE_INFINITY) this.timer = this.clock.at(next, this.check);
  }

  private readonly check = (): void => {
    const { now } = this.clock;
    for (const address of [...this.mortal]) {
      if (address.validLft !== INFINITY_LIFE_TIME && endOf(address, address.validLft) <= now) {
        this.mortal.delete(address);
        this.handlers.expired(address);
      } else if (
        address.preferredLft !== INFINITY_LIFE_TIME &&
        (address.flags & IFA_F_DEPRECATED) === 0 &&
        endOf(address, address.preferredLft) <= now
      ) {
        address.flags |= IFA_F_DEPRECATED;
        this.handlers.changed(address);
      }
    }
    this.arm();
  };
}

function endOf(address: Mortal, lifetime: number): number {
  return address.timestampNs + lifetime * NS_PER_S;
}
