// Options of a received IPv4 header: net/ipv4/ip_options.c. They are checked and carried along; recording routes and times into
// them is not done.

import { ICMP_PARAMETERPROB } from '../../wire/icmp.ts';
import { IPOPT_END, IPOPT_LSRR, IPOPT_NOP, IPOPT_SSRR, IPV4_HLEN, ipv4HeaderLength } from '../../wire/ipv4.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { Skb } from '../skb.ts';
import { drop } from '../trace.ts';
import { andConf4 } from './conf.ts';
import { icmpSend } from './icmp-send.ts';
import type { NetStack } from './net-stack.ts';

/** Whether the packet may go on with its options (ip_rcv_options); a malformed one is answered with "parameter problem". */
export function acceptOptions(stack: NetStack, skb: Skb): boolean {
  const b = skb.buf;
  const end = skb.data + ipv4HeaderLength(b, skb.data);
  for (let i = skb.data + IPV4_HLEN; i < end; ) {
    const type = b[i] as number;
    if (type === IPOPT_END) break;
    if (type === IPOPT_NOP) {
      i++;
      continue;
    }
    const length = i + 1 < end ? (b[i + 1] as number) : 0;
    if (length < 2 || i + length > end) {
      icmpSend(stack, skb, ICMP_PARAMETERPROB, 0, (i - skb.data) * 0x1000000);
      drop(stack.ns, skb, 'IP_INHDR_OPTIONS', `option ${type}`);
      return false;
    }
    const sourceRoute = type === IPOPT_LSRR || type === IPOPT_SSRR;
    if (sourceRoute && andConf4(skb.dev as NetDevice, 'accept_source_route') === 0) {
      drop(stack.ns, skb, 'IP_INHDR_OPTIONS', 'source route');
      return false;
    }
    i += length;
  }
  return true;
}
