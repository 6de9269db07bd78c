// A packet as a line of the kernel's log: net/netfilter/nf_log_syslog.c.

import { ETH_HLEN } from '../../../wire/ethernet.ts';
import { ARPHRD_ETHER, ARPHRD_LOOPBACK, type NetDevice } from '../../device/net-device.ts';
import type { HookPacket } from '../packet.ts';
import { NF_LOG_MACDECODE, NF_LOG_UID } from './log-flags.ts';
import { describeIpv4 } from './log-ipv4.ts';
import { describeIpv6 } from './log-ipv6.ts';

/** Writes the packet into the machine's log. Of namespaces other than the first nothing is heard, as without `nf_log_all_netns`. */
export function logPacket(packet: HookPacket, prefix: string, level: number, flags: number): void {
  const { ns } = packet.stack;
  const { kernel } = ns;
  if (ns !== kernel.initNetns) return;
  const { skb, input, output, family } = packet;
  let line = `${prefix}IN=${input?.name ?? ''} OUT=${output?.name ?? ''} `;
  if (skb.physIn) line += `PHYSIN=${skb.physIn.name} `;
  if (skb.physOut) line += `PHYSOUT=${skb.physOut.name} `;
  if (input) line += describeLink(packet, input, flags);
  line += family === 'inet' ? describeIpv4(skb.buf, skb.data, skb.end, flags) : describeIpv6(skb.buf, skb.data, skb.end, flags);
  if ((flags & NF_LOG_UID) !== 0 && skb.owned) line += 'UID=0 GID=0 ';
  if (skb.mark !== 0) line += `MARK=0x${skb.mark.toString(16)} `;
  kernel.log.print(level, line);
}

function describeLink({ skb }: HookPacket, input: NetDevice, flags: number): string {
  const ethernet = input.type === ARPHRD_ETHER;
  const present = (ethernet || input.type === ARPHRD_LOOPBACK) && skb.mac >= 0 && skb.mac + ETH_HLEN <= skb.data;
  const bytes = present ? [...skb.buf.subarray(skb.mac, skb.mac + ETH_HLEN)].map((byte) => byte.toString(16).padStart(2, '0')) : [];
  if ((flags & NF_LOG_MACDECODE) !== 0 && ethernet && present) {
    const [to, from, protocol] = [bytes.slice(0, 6), bytes.slice(6, 12), bytes.slice(12)];
    return `MACSRC=${from.join(':')} MACDST=${to.join(':')} MACPROTO=${protocol.join('')} `;
  }
  return `MAC=${bytes.join(':')} `;
}
