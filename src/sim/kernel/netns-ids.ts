import { LazyMap, LazySet } from '../base/lazy.ts';
import type { NetNamespace } from './netns.ts';

/**
 * The numbers by which one namespace knows others: `link-netnsid 0`, `ip netns list-id` (net/core/net_namespace.c). A number is
 * given when a message first needs it or somebody sets it, and freed when the other namespace dies.
 */
export class NetnsIds {
  private readonly ns: NetNamespace;
  private readonly byPeer = new LazyMap<NetNamespace, number>();
  private readonly taken = new LazySet<number>();
  /** No id below this one is free. */
  private lowest = 0;

  constructor(ns: NetNamespace) {
    this.ns = ns;
  }

  /** The other's id here, or -1 (`peernet2id`). */
  get(peer: NetNamespace): number {
    return this.byPeer.get(peer) ?? -1;
  }

  /** The other's id here, the lowest free one if it had none (`peernet2id_alloc`). */
  allocate(peer: NetNamespace): number {
    const known = this.byPeer.get(peer);
    if (known !== undefined) return known;
    while (this.taken.has(this.lowest)) this.lowest++;
    const id = this.lowest;
    this.set(peer, id);
    return id;
  }

  isTaken(id: number): boolean {
    return this.taken.has(id);
  }

  set(peer: NetNamespace, id: number): void {
    this.byPeer.set(peer, id);
    this.taken.add(id);
    this.ns.emit({ type: 'nsid', deleted: false, nsid: id });
  }

  /** The other namespace is dying. */
  forget(peer: NetNamespace): void {
    const id = this.byPeer.get(peer);
    if (id === undefined) return;
    this.byPeer.delete(peer);
    this.taken.delete(id);
    this.lowest = Math.min(this.lowest, id);
    this.ns.emit({ type: 'nsid', deleted: true, nsid: id });
  }
}
