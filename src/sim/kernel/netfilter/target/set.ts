import type { HookPacket } from '../packet.ts';
import type { SetEntry } from '../set/ip-set.ts';
import { packetQuery, type SetSides } from '../set/packet-query.ts';

/** A set and which of a packet's parts its elements have. */
export interface SetReference {
  readonly set: string;
  readonly sides: SetSides;
}

/** Adds packets to a set, deletes them from one, or takes mark and class from one (net/netfilter/xt_set.c). */
export interface SetTarget {
  readonly name: 'SET';
  readonly add: SetReference | undefined;
  readonly delete: SetReference | undefined;
  /** Mark, class and queue of the packet are the element's; nothing here looks at the latter two. */
  readonly map: (SetReference & { readonly mark: boolean; readonly priority: boolean; readonly queue: boolean }) | undefined;
  readonly exist: boolean;
  readonly timeoutS: number | undefined;
}

export function changeSets(target: SetTarget, packet: HookPacket): void {
  change(packet, target.add, 'add', target);
  change(packet, target.delete, 'delete', target);
  if (target.map?.mark) mapMark(packet, target.map);
}

function mapMark(packet: HookPacket, { set: name, sides }: SetReference): void {
  const { ipsets } = packet.stack;
  const set = ipsets.find(name);
  if (set === undefined || !set.options.skbinfo) return;
  const { skb } = packet;
  const found = (entry: SetEntry): void => {
    skb.mark = ((skb.mark & ~entry.mark.mask) ^ entry.mark.mark) >>> 0;
  };
  ipsets.lookUp(set, packetQuery(packet, sides, { found }));
}

function change(packet: HookPacket, reference: SetReference | undefined, what: 'add' | 'delete', { exist, timeoutS }: SetTarget): void {
  const { ipsets } = packet.stack;
  const set = reference && ipsets.find(reference.set);
  if (set) ipsets.change(set, packetQuery(packet, reference.sides, { timeoutS }), what, exist);
}
