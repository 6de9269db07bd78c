import type { DropReason } from '../drop-reason.ts';

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
  BRIDGE_NO_EGRESS_PORT: 'the bridge has no port to send it by',
  BRIDGE_INGRESS_STP_STATE: 'the bridge port takes no frames now',
  VLAN_FILTER: 'its VLAN may not pass here',
  MAC_INVALID_SOURCE: 'no station has such a source address',
  FRAG_REASM_TIMEOUT: 'its other fragments did not come in time',
  DUP_FRAG: 'that fragment is there already',
  IP_CSUM: 'the checksum of its IP header is wrong',
  ICMP_CSUM: 'its ICMP checksum is wrong',
  UDP_CSUM: 'its UDP checksum is wrong',
  TCP_CSUM: 'its TCP checksum is wrong',
  PKT_TOO_SMALL: 'it is shorter than it says, or than its header',
  HDR_TRUNC: 'its header is cut off',
  SOCKET_RCVBUFF: 'the program reads too slowly: its buffer is full',
  IPV6_NDISC_NS_OTHERHOST: 'it asks for an address that is not here',
  TCP_LISTEN_OVERFLOW: 'too many connections wait to be accepted',
  TCP_OLD_DATA: 'these bytes have come before',
  TCP_RESET: 'it resets the connection',
};

/** A reason with what the kernel adds to it. */
export function dropWords(reason: DropReason, detail: string): string {
  const words = WORDS[reason] ?? reason;
  return detail === '' ? words : `${words} (${detail})`;
}
