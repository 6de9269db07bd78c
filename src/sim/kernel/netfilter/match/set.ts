import type { HookPacket, Test } from '../packet.ts';
import { packetQuery, type SetSides } from '../set/packet-query.ts';

/** What a counter of the element has to be. */
export interface SetCounter {
  readonly op: 'eq' | 'ne' | 'lt' | 'gt';
  readonly value: number;
}

/** Whether a packet is in a set (`-m set`; net/netfilter/xt_set.c). */
export interface SetMatch {
  readonly name: 'set';
  readonly set: string;
  readonly sides: SetSides;
  readonly invert: boolean;
  /** An exception counts as a hit, a hit as none. */
  readonly returnNoMatch: boolean;
  /** Counters of the set, and of the sets in a list, stay as they are. */
  readonly keepCounters: boolean;
  readonly keepSubcounters: boolean;
  readonly packets: SetCounter | undefined;
  readonly bytes: SetCounter | undefined;
}

export function setTest(match: SetMatch): Test {
  const { packets, bytes } = match;
  const counted = packets ?? bytes;
  const wanted = counted && ((p: number, b: number): boolean => holds(packets, p) && holds(bytes, b));
  return (packet) => isInSet(match, packet, wanted) !== match.invert;
}

function isInSet(match: SetMatch, packet: HookPacket, wanted: ((packets: number, bytes: number) => boolean) | undefined): boolean {
  const { ipsets } = packet.stack;
  const set = ipsets.find(match.set);
  if (set === undefined) return false;
  const query = packetQuery(packet, match.sides, { update: !match.keepCounters, updateMembers: !match.keepSubcounters, wanted });
  return ipsets.lookUp(set, query) === (match.returnNoMatch && set.type.includes('net') ? 'nomatch' : 'match');
}

function holds(counter: SetCounter | undefined, value: number): boolean {
  switch (counter?.op) {
    case undefined:
      return true;
    case 'eq':
      return value === counter.value;
    case 'ne':
      return value !== counter.value;
    case 'lt':
      return value < counter.value;
    case 'gt':
      return value > counter.value;
  }
}
