import { type Ipv4, type Ipv6, parseIpv6 } from '../../base/address.ts';
import { isError } from '../../base/result.ts';
import type { NetNamespace } from '../../kernel/netns.ts';

/** An address as inet_aton(3) takes it: one to four numbers, decimal, octal (0…) or hexadecimal (0x…); the last fills what is left. */
export function inetAton(text: string): Ipv4 | undefined {
  const parts = text.split('.');
  if (parts.length > 4) return undefined;
  let address = 0;
  for (const [i, part] of parts.entries()) {
    const value = parseCNumber(part);
    if (value === undefined) return undefined;
    const last = i === parts.length - 1;
    if (value > (last ? 2 ** (8 * (4 - i)) - 1 : 255)) return undefined;
    address += last ? value : value * 2 ** (8 * (3 - i));
  }
  return address;
}

function parseCNumber(text: string): number | undefined {
  if (/^0x[0-9a-f]+$/i.test(text)) return Number.parseInt(text.slice(2), 16);
  if (/^0[0-7]*$/.test(text)) return Number.parseInt(text, 8);
  return /^[1-9]\d*$/.test(text) ? Number.parseInt(text, 10) : undefined;
}

/** An IPv6 address with an optional zone (`fe80::1%eth0`, `%2`); undefined if it is none, or names no interface. */
export function parseScoped(ns: NetNamespace, text: string): { readonly address: Ipv6; readonly scopeId: number } | undefined {
  const percent = text.indexOf('%');
  const address = parseIpv6(percent < 0 ? text : text.slice(0, percent));
  if (address === undefined) return undefined;
  if (percent < 0) return { address, scopeId: 0 };
  const zone = text.slice(percent + 1);
  const link = ns.rtnetlink.link(zone);
  if (!isError(link)) return { address, scopeId: link.ifindex };
  return /^\d+$/.test(zone) ? { address, scopeId: Number(zone) } : undefined;
}
