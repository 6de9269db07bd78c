/**
 * Routes by prefix: for each prefix length in use a table of networks, longest first. What a look-up costs depends on how many
 * different lengths there are, not on how many routes. One entry of a bucket holds what belongs to one prefix.
 */
export class PrefixBuckets<Network, Route> {
  /** The prefix lengths in use, longest first, and at the same places their networks. */
  lengths: readonly number[] = [];
  networks: readonly Map<Network, Route[]>[] = [];

  /** The routes of one prefix, in their order. */
  get(network: Network, length: number): Route[] | undefined {
    return this.networks[this.lengths.indexOf(length)]?.get(network);
  }

  /** Puts a route before the `index`th of its prefix. */
  insert(network: Network, length: number, route: Route, index: number): void {
    let at = this.lengths.indexOf(length);
    if (at < 0) {
      at = this.lengths.findIndex((other) => other < length);
      if (at < 0) at = this.lengths.length;
      this.lengths = this.lengths.toSpliced(at, 0, length);
      this.networks = this.networks.toSpliced(at, 0, new Map());
    }
    const bucket = this.networks[at] as Map<Network, Route[]>;
    const list = bucket.get(network);
    if (list === undefined) bucket.set(network, [route]);
    else list.splice(index, 0, route);
  }

  /** False where it is not there. */
  remove(network: Network, length: number, route: Route): boolean {
    const at = this.lengths.indexOf(length);
    const bucket = this.networks[at];
    const list = bucket?.get(network);
    const index = list?.indexOf(route) ?? -1;
    if (bucket === undefined || list === undefined || index < 0) return false;
    list.splice(index, 1);
    if (list.length > 0) return true;
    bucket.delete(network);
    if (bucket.size > 0) return true;
    this.lengths = this.lengths.toSpliced(at, 1);
    this.networks = this.networks.toSpliced(at, 1);
    return true;
  }

  /** The lists of all prefixes, longer ones first. */
  *lists(): Generator<readonly Route[]> {
    for (const bucket of this.networks) yield* [...bucket.values()];
  }
}
