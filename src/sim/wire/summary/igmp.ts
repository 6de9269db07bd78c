// print-igmp.c of tcpdump.

import { u16, u32 } from '../../base/bytes.ts';
import { checksum } from '../../base/checksum.ts';
import type { Printer } from './printer.ts';

/** igmp_print(): membership queries, reports and leave messages. */
export function printIgmp(p: Printer, o: number, length: number): void {
  if (p.options.quiet) {
    p.put('igmp');
    return;
  }
  if (length < 8 || !p.has(o, 8)) {
    p.truncated('igmp');
    return;
  }
  const type = p.b[o] as number;
  const group = u32(p.b, o + 4);
  switch (type) {
    case 0x11:
      if (length >= 12) printIgmpV3Query(p, o, length);
      else if (p.b[o + 1] !== 0) {
        p.put('igmp query v2');
        if (p.b[o + 1] !== 100) p.put(` [max resp time ${p.b[o + 1]}]`);
        if (group !== 0) p.put(` [gaddr ${p.ipv4(group)}]`);
      } else {
        p.put('igmp query v1');
        if (group !== 0) p.put(` [gaddr ${p.ipv4(group)}]`);
      }
      break;
    case 0x12:
      p.put(`igmp v1 report ${p.ipv4(group)}`);
      break;
    case 0x16:
      p.put(`igmp v2 report ${p.ipv4(group)}`);
      break;
    case 0x17:
      p.put(`igmp leave ${p.ipv4(group)}`);
      break;
    case 0x22:
      printIgmpV3Report(p, o, length);
      break;
    default:
      p.put(`igmp-${type}`);
  }
  if (p.verbose > 0 && p.has(o, length) && checksum(p.b, o, length) !== 0) p.put(` bad igmp cksum ${u16(p.b, o + 2).toString(16)}!`);
}

function printIgmpV3Query(p: Printer, o: number, length: number): void {
  const group = u32(p.b, o + 4);
  const sources = u16(p.b, o + 10);
  p.put('igmp query v3');
  if (p.verbose > 0) {
    const code = p.b[o + 1] as number;
    const tenths = code < 128 ? code : ((code & 0xf) | 0x10) << (((code >> 4) & 7) + 3);
    if (tenths !== 100) p.put(` [max resp time ${tenths < 600 ? (tenths / 10).toFixed(1) : Math.floor(tenths / 10)}s]`);
    if (((p.b[o + 8] as number) & 8) !== 0) p.put(' sflag');
  }
  if (group === 0) return;
  p.put(` [gaddr ${p.ipv4(group)}`);
  if (sources > 0 && p.has(o, length)) {
    if (p.verbose > 1) {
      p.put(' {');
      for (let i = 0; i < sources; i++) p.put(` ${p.ipv4(u32(p.b, o + 12 + 4 * i))}`);
      p.put(' }');
    } else {
      p.put(`, ${sources} source(s)`);
    }
  }
  p.put(']');
}

/** The names of group record types, shared with MLD version 2. */
export const GROUP_RECORD_NAMES = new Map([
  [1, 'is_in'],
  [2, 'is_ex'],
  [3, 'to_in'],
  [4, 'to_ex'],
  [5, 'allow'],
  [6, 'block'],
]);

function printIgmpV3Report(p: Printer, o: number, length: number): void {
  const records = u16(p.b, o + 6);
  p.put(`igmp v3 report, ${records} group record(s)`);
  if (p.verbose === 0) return;
  let at = o + 8;
  for (let i = 0; i < records; i++) {
    if (at + 8 > o + length || !p.has(at, 8)) {
      p.put(` [invalid number of groups]`);
      return;
    }
    const sources = u16(p.b, at + 2);
    const type = p.b[at] as number;
    p.put(` [gaddr ${p.ipv4(u32(p.b, at + 4))} ${GROUP_RECORD_NAMES.get(type) ?? ` [v3-report-#${type}]`}`);
    if (p.verbose > 1) {
      p.put(' {');
      for (let s = 0; s < sources; s++) p.put(` ${p.ipv4(u32(p.b, at + 8 + 4 * s))}`);
      p.put(' }]');
    } else {
      p.put(`, ${sources} source(s)]`);
    }
    at += 8 + 4 * sources;
  }
}
