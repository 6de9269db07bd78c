import { conflict, type DockerError, forbidden, invalid } from '../../error.ts';
import { containsAddress, type Prefix, sizeOf } from './prefix.ts';

/** What a pool says that is given out; a network that runs out says it in its own words. */
export const NO_ADDRESSES = 'No available addresses on this pool';

/**
 * The addresses of one network (libnetwork's ipam.PoolData): which are given out. The network's own address and, for IPv4, its
 * broadcast address never are.
 */
export class AddressPool {
  readonly prefix: Prefix;
  /** Where addresses that nobody asked for by name come from (`--ip-range`). */
  readonly range: Prefix | undefined;
  readonly #taken = new Set<bigint>();
  /** Below it there is no free address in the range. */
  #lowest: bigint;

  constructor(prefix: Prefix, range: Prefix | undefined) {
    this.prefix = prefix;
    this.range = range;
    this.#lowest = (range ?? prefix).base;
    this.#taken.add(prefix.base);
    if (!prefix.v6) this.#taken.add(prefix.base + sizeOf(prefix) - 1n);
  }

  /** The lowest free address, or the one that is wanted. Throws what the daemon answers if it cannot be had. */
  request(wanted?: bigint): bigint {
    if (wanted === undefined) return this.#requestAny();
    if (!containsAddress(this.prefix, wanted)) throw outOfRange();
    if (this.#taken.has(wanted)) throw alreadyInUse();
    this.#taken.add(wanted);
    return wanted;
  }

  release(address: bigint): void {
    if (!containsAddress(this.prefix, address)) return;
    this.#taken.delete(address);
    const range = this.range ?? this.prefix;
    if (address < this.#lowest && address >= range.base) this.#lowest = address;
  }

  #requestAny(): bigint {
    const range = this.range ?? this.prefix;
    const end = range.base + sizeOf(range);
    let at = this.#lowest;
    while (at < end && this.#taken.has(at)) at++;
    this.#lowest = at;
    if (at >= end) throw noAddresses();
    this.#taken.add(at);
    return at;
  }
}

const outOfRange = (): DockerError => invalid('Requested address is out of range');
const alreadyInUse = (): DockerError => forbidden('Address already in use');
const noAddresses = (): DockerError => conflict(NO_ADDRESSES);
