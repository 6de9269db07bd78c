// print-ip6.c, print-ip6opts.c and print-frag6.c of tcpdump.

import { readIpv6 } from '../../base/address.ts';
import { u16, u32 } from '../../base/bytes.ts';
import {
  IPPROTO_DSTOPTS,
  IPPROTO_FRAGMENT,
  IPPROTO_HOPOPTS,
  IPPROTO_ROUTING,
  IPPROTO_SCTP,
  IPPROTO_TCP,
  IPPROTO_UDP,
} from '../ip-protocol.ts';
import {
  IPV6_HLEN,
  IPV6_TLV_PAD1,
  IPV6_TLV_PADN,
  IPV6_TLV_ROUTERALERT,
  ipv6Dst,
  ipv6ExtensionLength,
  ipv6FlowLabel,
  ipv6FragmentId,
  ipv6FragmentOffset,
  ipv6HopLimit,
  ipv6NextHeader,
  ipv6PayloadLength,
  ipv6Src,
  ipv6TrafficClass,
  ipv6Version,
} from '../ipv6.ts';
import { IP_PROTOCOL_NAMES } from './ipv4.ts';
import { hexNumber, type Printer } from './printer.ts';

/** ip6_print(): the packet at `o`, of which the layer below says that it has `length` bytes. */
export function printIpv6(p: Printer, o: number, length: number): void {
  if (length < IPV6_HLEN || !p.has(o, IPV6_HLEN)) {
    p.truncated('ip6');
    return;
  }
  if (!p.options.link) p.put('IP6 ');
  if (ipv6Version(p.b, o) !== 6) {
    p.put(ipv6Version(p.b, o) === 4 ? 'IP, wrong link-layer encapsulation' : 'wrong link-layer encapsulation');
    p.put(' (invalid)');
    return;
  }
  const payload = ipv6PayloadLength(p.b, o);
  const total = payload + IPV6_HLEN;
  if (length < total) p.put(`truncated-ip6 - ${total - length} bytes missing!`);
  const next = ipv6NextHeader(p.b, o);
  if (p.verbose > 0) {
    p.put('(');
    if (ipv6TrafficClass(p.b, o) !== 0) p.put(`class ${hexNumber(ipv6TrafficClass(p.b, o), 2)}, `);
    if (ipv6FlowLabel(p.b, o) !== 0) p.put(`flowlabel ${hexNumber(ipv6FlowLabel(p.b, o), 5)}, `);
    p.put(`hlim ${ipv6HopLimit(p.b, o)}, next-header ${IP_PROTOCOL_NAMES.get(next) ?? 'unknown'} (${next})`);
    p.put(` payload length: ${payload}) `);
  }
  const outerEnd = p.end;
  p.end = Math.min(p.end, o + total);
  if (next !== IPPROTO_TCP && next !== IPPROTO_UDP && next !== IPPROTO_SCTP) {
    p.put(`${p.ipv6(ipv6Src(p.b, o))} > ${p.ipv6(ipv6Dst(p.b, o))}: `);
  }
  printHeaders(p, o, next, Math.min(total, length));
  p.end = outerEnd;
}

/** The chain of extension headers and the upper layer at its end. */
function printHeaders(p: Printer, o: number, first: number, total: number): void {
  let next = first;
  let at = o + IPV6_HLEN;
  let fragment = false;
  for (;;) {
    if (next !== IPPROTO_HOPOPTS && next !== IPPROTO_DSTOPTS && next !== IPPROTO_ROUTING && next !== IPPROTO_FRAGMENT) break;
    if (!p.has(at, 8) || (next !== IPPROTO_FRAGMENT && !p.has(at, ipv6ExtensionLength(p.b, at, next)))) {
      p.truncated('ip6');
      return;
    }
    const length = ipv6ExtensionLength(p.b, at, next);
    if (next === IPPROTO_FRAGMENT) {
      fragment = true;
      const offset = ipv6FragmentOffset(p.b, at);
      const id = p.verbose > 0 ? `${hexNumber(ipv6FragmentId(p.b, at), 8)}:` : '';
      p.put(`frag (${id}${offset}|${total - (at - o) - length})`);
      if (offset !== 0) return;
      p.put(' ');
    } else if (next === IPPROTO_ROUTING) {
      printRouting(p, at);
    } else {
      p.put(next === IPPROTO_HOPOPTS ? 'HBH ' : 'DSTOPT ');
      if (p.verbose > 0) printOptions(p, at + 2, at + length);
    }
    next = p.b[at] as number;
    at += length;
  }
  p.layers.transport(p, { protocol: next, at, length: total - (at - o), ip: o, version: 6, fragment });
}

/** ip6_opt_print(). */
function printOptions(p: Printer, start: number, end: number): void {
  for (let i = start; i < end; ) {
    const type = p.b[i] as number;
    if (type === IPV6_TLV_PAD1) {
      p.put('(pad1)');
      i++;
      continue;
    }
    const length = i + 1 < end ? (p.b[i + 1] as number) : 0;
    if (i + 2 + length > end) {
      p.truncated('ip6opts');
      return;
    }
    if (type === IPV6_TLV_PADN) p.put('(padn)');
    else if (type === IPV6_TLV_ROUTERALERT)
      p.put(length === 2 ? `(rtalert: ${hexNumber(u16(p.b, i + 2), 4)}) ` : '(rtalert: invalid len) ');
    else p.put(`(opt_type ${hexNumber(type, 2)}: len=${length}) `);
    i += 2 + length;
  }
  p.put(' ');
}

/** rt6_print(), for the deprecated type 0. */
function printRouting(p: Printer, o: number): void {
  const length = p.b[o + 1] as number;
  const type = p.b[o + 2] as number;
  p.put(`RT6 (len=${length}, type=${type}${type === 0 ? ' [Deprecated]' : ''}, segleft=${p.b[o + 3]}`);
  if (type === 0) {
    const reserved = u32(p.b, o + 4);
    if (reserved !== 0 || p.verbose > 0) p.put(`, rsv=0x${reserved.toString(16)}`);
    for (let i = 0; i < length >> 1; i++) p.put(`, [${i}]${p.ipv6(readIpv6(p.b, o + 8 + 16 * i))}`);
  }
  p.put(') ');
}
