import type { PoolConfig } from '../../config.ts';
import { type DockerError, failed, forbidden, notFound } from '../../error.ts';
import { AddressPool } from './pool.ts';
import { containsAddress, formatPrefix, overlaps, type Prefix, parseCidr, sizeOf } from './prefix.ts';

/** The pools that networks without a subnet of their own get (ipamutils.PredefinedLocalScopeDefaultNetworks). */
const PREDEFINED: readonly PoolConfig[] = [
  ...Array.from({ length: 15 }, (_, i) => ({ base: `172.${17 + i}.0.0/16`, size: 16 })),
  { base: '192.168.0.0/16', size: 20 },
];

/** A block that networks are cut out of, and how many it has. */
interface Cut {
  readonly base: bigint;
  readonly size: number;
  readonly count: number;
}

const refused = (why: string): DockerError => failed(`error obtaining controller instance: ${why}`);

function cut({ base, size }: PoolConfig): Cut {
  const prefix = parseCidr(base)?.prefix;
  if (prefix === undefined) throw refused(`invalid base pool ${JSON.stringify(base)}: invalid CIDR address: ${base}`);
  if (size <= 0 || size < prefix.length) throw refused(`invalid pools size: ${size}`);
  return { base: prefix.base, size, count: 2 ** (size - prefix.length) };
}

/** Which blocks of addresses are networks (libnetwork's default IPAM driver, local scope). */
export class Ipam {
  readonly #pools = new Set<AddressPool>();
  readonly #cuts: readonly Cut[];
  /** Where the search for a free predefined pool goes on. */
  #next = 0;

  /** `pools` are what the engine was told; without them the predefined ones are meant. */
  constructor(pools: readonly PoolConfig[] = []) {
    this.#cuts = (pools.length > 0 ? pools : PREDEFINED).map(cut);
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
    const count = this.#cuts.reduce((sum, own) => sum + own.count, 0);
    for (let i = 0; i < count; i++) {
      const at = (this.#next + i) % count;
      const prefix = this.#predefined(at);
      if (this.#isTaken(prefix) || !isUsable(prefix)) continue;
      this.#next = at + 1;
      return this.#add(new AddressPool(prefix, undefined));
    }
    throw notFound('could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network');
  }

  /** The block of that number, over all cuts. */
  #predefined(at: number): Prefix {
    let index = at;
    for (const { base, size, count } of this.#cuts) {
      if (index < count) return { v6: false, base: base + BigInt(index) * sizeOf({ v6: false, base, length: size }), length: size };
      index -= count;
    }
    throw new RangeError(`no predefined pool ${at}`);
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
