import { formatIpv4, formatMac, type Ipv4, type Ipv6, ipv4Mask } from '../../base/address.ts';
import { ARPHRD_ETHER, ARPHRD_LOOPBACK, IFF_BROADCAST, IFF_POINTOPOINT } from '../../kernel/device/net-device.ts';
import { type AddressDump, type LinkDump, SCOPE_HOST, SCOPE_LINK, SCOPE_SITE } from '../../kernel/rtnetlink/messages.ts';
import type { Process } from '../../machine/process.ts';
import { flagNames } from '../net-tools/interface-flags.ts';
import type { Interface } from '../net-tools/interface-table.ts';

const INDENT = ' '.repeat(10);

/** ife_print() of networking/interface.c: the layout that ifconfig had before net-tools 2. */
export function interfaceText(p: Process, { name, link, alias, address }: Interface): string {
  let out = `${name.padEnd(9)} Link encap:${hardware(link)}\n`;
  if (address !== undefined) out += inetLine(address, link.flags);
  if (!alias) for (const own of p.rtnetlink.addresses('inet6')) if (own.ifindex === link.ifindex) out += inet6Line(own);
  const flags = flagNames(link.flags & 0xffff).replaceAll(',', ' ');
  out += `${INDENT}${flags === '' ? '[NO FLAGS]' : flags}  MTU:${link.mtu}  Metric:1\n`;
  return `${out}${alias ? '' : counters(link)}\n`;
}

function hardware(link: LinkDump): string {
  switch (link.type) {
    case ARPHRD_ETHER:
      return `Ethernet  HWaddr ${formatMac(link.address).toUpperCase()}  `;
    case ARPHRD_LOOPBACK:
      return 'Local Loopback  ';
    default:
      return `UNSPEC  HWaddr ${Array(16).fill('00').join('-')}  `;
  }
}

function inetLine(address: AddressDump, flags: number): string {
  let out = `${INDENT}inet addr:${formatIpv4(address.local as Ipv4)} `;
  if ((flags & IFF_POINTOPOINT) !== 0) out += ` P-t-P:${formatIpv4(address.address as Ipv4)} `;
  if ((flags & IFF_BROADCAST) !== 0) out += ` Bcast:${formatIpv4(address.broadcast ?? 0)} `;
  return `${out} Mask:${formatIpv4(ipv4Mask(address.prefixLen))}\n`;
}

const SCOPES: Readonly<Record<number, string>> = { [SCOPE_HOST]: 'Host', [SCOPE_LINK]: 'Link', [SCOPE_SITE]: 'Site' };

function inet6Line(address: AddressDump): string {
  return `${INDENT}inet6 addr: ${address.local as Ipv6}/${address.prefixLen} Scope:${SCOPES[address.scope] ?? 'Global'}\n`;
}

function counters({ stats: s, txQueueLen }: LinkDump): string {
  return (
    `${INDENT}RX packets:${s.rxPackets} errors:${s.rxErrors} dropped:${s.rxDropped + s.rxMissed} overruns:0 frame:0\n` +
    `${INDENT}TX packets:${s.txPackets} errors:${s.txErrors} dropped:${s.txDropped} overruns:0 carrier:${s.txCarrierErrors}\n` +
    `${INDENT}collisions:${s.collisions} txqueuelen:${txQueueLen} \n` +
    `${INDENT}RX bytes:${s.rxBytes} (${size(s.rxBytes)})  TX bytes:${s.txBytes} (${size(s.txBytes)})\n`
  );
}

const UNITS = ['', 'Ki', 'Mi', 'Gi', 'Ti'];

/** print_bytes_scaled(): one decimal, cut. */
function size(bytes: number): string {
  let whole = bytes;
  let unit = 0;
  let tenths = 0;
  for (; unit < UNITS.length - 1 && whole >= 1024; unit++) {
    tenths = Math.floor(((whole % 1024) * 10) / 1024);
    whole = Math.floor(whole / 1024);
  }
  return `${whole}.${tenths} ${UNITS[unit]}B`;
}
