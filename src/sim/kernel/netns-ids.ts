import type { NetNamespace } from './netns.ts';

/**
 * The numbers by which one namespace knows others: `link-netnsid 0`, `ip netns list-id` (net/core/net_namespace.c). A number is
 * given when a message first needs it or somebody sets it, and freed when the other namespace dies.
 */
export class NetnsIds {
  private readonly ns: NetNamespace;
  private readonly byPeer = new Map<NetNamespace, number>();

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
    let id = 0;
    while (this.isTaken(id)) id++;
    this.set(peer, id);
    return id;
  }

  isTaken(id: number): boolean {
    for (const used of this.byPeer.values()) if (used === id) return true;
    return false;
  }

  set(peer: NetNamespace, id: number): void {
    this.byPeer.set(peer, id);
    this.ns.emit({ type: 'nsid', deleted: false, nsid: id });
  }

  /** The other namespace is dying. */
  forget(peer: NetNamespace): void {
    const id = this.byPeer.get(peer);
    if (id === undefined) return;
    this.byPeer.delete(peer);
    this.ns.emit({ type: 'nsid', deleted: true, nsid: id });
  }
}
