/** One VLAN of a port or of the bridge: struct net_bridge_vlan. */
export interface VlanEntry {
  readonly vid: number;
  /** Frames leave without their tag. */
  untagged: boolean;
  rxBytes: number;
  rxPackets: number;
  txBytes: number;
  txPackets: number;
}

/** The VLANs that may pass a port, and which one untagged frames belong to (struct net_bridge_vlan_group). */
export class VlanGroup {
  private readonly entries: (VlanEntry | undefined)[] = [];
  /** 0: untagged frames are not for this port. */
  pvid = 0;

  find(vid: number): VlanEntry | undefined {
    return this.entries[vid];
  }

  /** The entry of a VLAN, new where there was none. */
  add(vid: number, untagged: boolean): VlanEntry {
    const entry = this.entries[vid] ?? { vid, untagged, rxBytes: 0, rxPackets: 0, txBytes: 0, txPackets: 0 };
    entry.untagged = untagged;
    this.entries[vid] = entry;
    return entry;
  }

  delete(vid: number): boolean {
    if (this.entries[vid] === undefined) return false;
    this.entries[vid] = undefined;
    if (this.pvid === vid) this.pvid = 0;
    return true;
  }

  /** In order of their numbers. */
  vids(): number[] {
    return this.list().map(({ vid }) => vid);
  }

  list(): VlanEntry[] {
    return this.entries.filter((entry) => entry !== undefined);
  }
}
