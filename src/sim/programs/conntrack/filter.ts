import { ipv6Bytes } from '../../base/address.ts';
import { IPS_SEEN_REPLY } from '../../kernel/netfilter/conntrack/entry.ts';
import type { ConntrackSnapshot } from '../../kernel/netfilter/conntrack/snapshot.ts';
import type { Parsed, Place } from './command-line.ts';

/** Whether an entry is what the options ask for. */
export function matchesEntry(wanted: Parsed, entry: ConntrackSnapshot): boolean {
  const { original, reply, status } = entry;
  const { places, keys } = wanted;
  if (wanted.family !== undefined && original.family !== wanted.family) return false;
  if (wanted.protocol !== undefined && original.protocol !== wanted.protocol) return false;
  if (wanted.zone !== undefined && original.zone !== wanted.zone) return false;
  if (!within(places.get('s'), original.source) || !within(places.get('d'), original.destination)) return false;
  if (!within(places.get('r'), reply.source) || !within(places.get('q'), reply.destination)) return false;
  if (!matchesNat(wanted, entry)) return false;
  const key = (name: string, value: number): boolean => (keys.get(name) ?? value) === value;
  if (original.isIcmp) {
    if (!key('id', original.sport) || !key('type', original.dport >> 8) || !key('code', original.dport & 0xff)) return false;
  } else if (
    !key('sport', original.sport) ||
    !key('dport', original.dport) ||
    !key('reply-sport', reply.sport) ||
    !key('reply-dport', reply.dport)
  ) {
    return false;
  }
  if (wanted.tcpState !== undefined && entry.tcpState !== wanted.tcpState) return false;
  if (wanted.mark && (entry.mark & wanted.mark.mask) >>> 0 !== (wanted.mark.value & wanted.mark.mask) >>> 0) return false;
  if (wanted.status === undefined) return true;
  if (wanted.status.unreplied && (status & IPS_SEEN_REPLY) !== 0) return false;
  return (status & wanted.status.bits) === wanted.status.bits;
}

/** -n, -g, -j: connections whose replies do not simply mirror their requests. */
function matchesNat({ places, anyNat }: Parsed, { original, reply }: ConntrackSnapshot): boolean {
  const source = reply.destination !== original.source || (!original.isIcmp && reply.dport !== original.sport);
  const destination = reply.source !== original.destination || (!original.isIcmp && reply.sport !== original.dport);
  if (anyNat.has('n') && !source) return false;
  if (anyNat.has('g') && !destination) return false;
  if (anyNat.has('j') && !source && !destination) return false;
  const [n, g, j] = [places.get('n'), places.get('g'), places.get('j')];
  if (n && !(source && within(n, reply.destination))) return false;
  if (g && !(destination && within(g, reply.source))) return false;
  return j === undefined || (source && within(j, reply.destination)) || (destination && within(j, reply.source));
}

function within(place: Place | undefined, address: number | string): boolean {
  if (place === undefined) return true;
  if (typeof address === 'number') {
    return typeof place.address === 'number' && typeof place.mask === 'number' && (address & place.mask) >>> 0 === place.address;
  }
  if (typeof place.address === 'number' || typeof place.mask === 'number') return false;
  const [a, n, m] = [ipv6Bytes(address), ipv6Bytes(place.address), ipv6Bytes(place.mask)];
  return a.every((byte, i) => (byte & (m[i] as number)) === n[i]);
}
