import { formatIpv4 } from '../../../base/address.ts';
import type { Conntrack } from './entry.ts';
import { TCP_STATE_NAMES } from './tcp-states.ts';
import type { Tuple } from './tuple.ts';

/** An entry in few words, for traces. */
export function describeEntry({ original, reply, tcp }: Conntrack): string {
  const side = (tuple: Tuple): string => `${place(tuple.source, tuple.sport, tuple)} > ${place(tuple.destination, tuple.dport, tuple)}`;
  return `${tcp === undefined ? '' : `${TCP_STATE_NAMES[tcp.state]} `}${side(original)}, replies ${side(reply)}`;
}

function place(address: number | string, port: number, tuple: Tuple): string {
  const text = typeof address === 'number' ? formatIpv4(address) : address;
  return tuple.isIcmp ? text : typeof address === 'number' ? `${text}:${port}` : `[${text}]:${port}`;
}
