import type { DropReason } from '../sim/kernel/drop-reason.ts';

/** What a drop reason means, for somebody who has not read the kernel. Those not listed are shown by their kernel name. */
const WORDS: Partial<Record<DropReason, string>> = {
  LINK_DOWN: 'the device is down',
  DEV_READY: 'the device it arrived at is down',
  NO_CARRIER: 'the device has no carrier: the other end of its cable is down or not there',
  NEIGH_FAILED: 'nobody on that cable answered “who has this address?”',
  NEIGH_DEAD: 'the device went away while the neighbour was being asked for',
  NEIGH_QUEUEFULL: 'too many packets were waiting for the neighbour’s answer',
  NO_SOCKET: 'it arrived, and no program was waiting for it',
  IP_FORWARDING_DISABLED: 'it is for somebody else, and this machine does not forward',
  IP_INNOROUTES: 'it arrived, and no route says where to go on from here',
  IP_OUTNOROUTES: 'it arrived, and there is no route for the answer',
  IP_RPFILTER: 'its source address should have come in by another device',
  IP_INVALID_SOURCE: 'its source address cannot be right here',
  IP_INVALID_DEST: 'its destination address cannot be right here',
  OTHERHOST: 'the frame is addressed to another card',
  TTL_EXCEEDED: 'it has passed too many routers',
  PKT_TOO_BIG: 'it is too big for the next cable and may not be cut',
  NETFILTER_DROP: 'a firewall rule dropped it',
  UNHANDLED_PROTO: 'nothing here speaks its protocol',
  IPV6DISABLED: 'IPv6 is switched off here',
  LOOP_LIMIT: 'it went round in circles',
};

/** A reason with what the kernel adds to it. */
export function dropWords(reason: DropReason, detail: string): string {
  const words = WORDS[reason] ?? reason;
  return detail === '' ? words : `${words} (${detail})`;
}
