import { MAC_ZERO, type Mac } from '../../../base/mac-address.ts';
import type { VxlanFdbEntry } from './vxlan.ts';

/** The entries of one vxlan, by VNI and address; the newest is shown first, as Linux hangs it at the head of its list. */
export class VxlanFdbTable {
  private readonly byVni = new Map<number, Map<Mac, VxlanFdbEntry>>();
  private readonly inOrder = new Set<VxlanFdbEntry>();

  get size(): number {
    return this.inOrder.size;
  }

  find(mac: Mac, vni: number): VxlanFdbEntry | undefined {
    return this.byVni.get(vni)?.get(mac);
  }

  /** The flood list. */
  all(vni: number): VxlanFdbEntry | undefined {
    return this.find(MAC_ZERO, vni);
  }

  insert(entry: VxlanFdbEntry): void {
    let entries = this.byVni.get(entry.vni);
    if (entries === undefined) {
      entries = new Map();
      this.byVni.set(entry.vni, entries);
    }
    entries.set(entry.mac, entry);
    this.inOrder.add(entry);
  }

  remove(entry: VxlanFdbEntry): void {
    this.byVni.get(entry.vni)?.delete(entry.mac);
    this.inOrder.delete(entry);
  }

  newestFirst(): VxlanFdbEntry[] {
    return [...this.inOrder].reverse();
  }
}
