import { forbidden, notFound } from '../../error.ts';
import { AddressPool } from './pool.ts';
import { containsAddress, formatPrefix, overlaps, type Prefix } from './prefix.ts';

const block = (base: readonly [number, number, number, number], length: number): Prefix => ({
  v6: false,
  base: base.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n),
  length,
});

/** The pools that networks without a subnet of their own get (ipamutils.PredefinedLocalScopeDefaultNetworks). */
const PREDEFINED: readonly Prefix[] = [
  ...Array.from({ length: 15 }, (_, i) => block([172, 17 + i, 0, 0], 16)),
  ...Array.from({ length: 16 }, (_, i) => block([192, 168, 16 * i, 0], 20)),
];

/** Which blocks of addresses are networks (libnetwork's default IPAM driver, local scope). */
export class Ipam {
  readonly #pools = new Set<AddressPool>();
  readonly #predefined: readonly Prefix[];
  /** Where the search for a free predefined pool goes on. */
  #next = 0;

  constructor(predefined: readonly Prefix[] = PREDEFINED) {
    this.#predefined = predefined;
  }

  /** A block that somebody chose. */
  requestPool(prefix: Prefix, range?: Prefix): AddressPool {
    if (range !== undefined && !(range.length >= prefix.length && containsAddress(prefix, range.base))) {
      throw forbidden(`invalid subpool ${formatPrefix(range)}: not in ${formatPrefix(prefix)}`);
    }
    if (this.#isTaken(prefix)) throw forbidden('Pool overlaps with other one on this address space');
    return this.#add(new AddressPool(prefix, range));
  }

  /** The next predefined block that no network has and that `isUsable` finds free on this host, from where the last search ended, round and round. */
  requestPredefined(isUsable: (prefix: Prefix) => boolean): AddressPool {
    const count = this.#predefined.length;
    for (let i = 0; i < count; i++) {
      const at = (this.#next + i) % count;
      const prefix = this.#predefined[at] as Prefix;
      if (this.#isTaken(prefix) || !isUsable(prefix)) continue;
      this.#next = at + 1;
      return this.#add(new AddressPool(prefix, undefined));
    }
    throw notFound('could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network');
  }

  releasePool(pool: AddressPool): void {
    this.#pools.delete(pool);
  }

  #isTaken(prefix: Prefix): boolean {
    for (const pool of this.#pools) if (overlaps(pool.prefix, prefix)) return true;
    return false;
  }

  #add(pool: AddressPool): AddressPool {
    this.#pools.add(pool);
    return pool;
  }
}
