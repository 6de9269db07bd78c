// The multicast listener discovery part of tcpdump's print-icmp6.c.

import { readIpv6 } from '../../base/address.ts';
import { u16 } from '../../base/bytes.ts';
import { MLD_GROUP, MLD_MAX_RESPONSE, MLD2_RECORDS, mldRecordCount } from '../mld.ts';
import { GROUP_RECORD_NAMES } from './igmp.ts';
import type { Printer } from './printer.ts';

/** mld6_print(): version 1. No space stands before "max", as in tcpdump. */
export function printMldv1(p: Printer, o: number): void {
  if (!p.has(o, 24)) {
    p.truncated('icmp6');
    return;
  }
  p.put(`max resp delay: ${u16(p.b, o + MLD_MAX_RESPONSE)} addr: ${p.ipv6(readIpv6(p.b, o + MLD_GROUP))}`);
}

/** mldv2_query_print(). */
export function printMldv2Query(p: Printer, o: number, length: number): void {
  if (!p.has(o, 28)) {
    p.truncated('icmp6');
    return;
  }
  p.put(' v2');
  const code = u16(p.b, o + MLD_MAX_RESPONSE);
  if (p.verbose > 0) {
    p.put(` [max resp delay=${code < 0x8000 ? code : ((code & 0xfff) | 0x1000) << (((code >> 12) & 7) + 3)}]`);
  }
  p.put(` [gaddr ${p.ipv6(readIpv6(p.b, o + MLD_GROUP))}`);
  if (p.verbose > 0) {
    const robustness = (p.b[o + 24] as number) & 7;
    const interval = p.b[o + 25] as number;
    if (((p.b[o + 24] as number) & 8) !== 0) p.put(' sflag');
    if (robustness !== 0) p.put(` robustness=${robustness}`);
    p.put(` qqi=${interval < 128 ? interval : ((interval & 0xf) | 0x10) << (((interval >> 4) & 7) + 3)}`);
  }
  const sources = u16(p.b, o + 26);
  if (sources > 0) {
    if (length < 28 + 16 * sources) p.put(` [invalid number of sources ${sources}]`);
    else if (p.verbose > 1) printSources(p, o + 28, sources);
    else p.put(`, ${sources} source(s)`);
  }
  p.put(']');
}

/** mldv2_report_print(). */
export function printMldv2Report(p: Printer, o: number, length: number): void {
  const records = mldRecordCount(p.b, o);
  p.put(`, ${records} group record(s)`);
  if (p.verbose === 0) return;
  let at = MLD2_RECORDS;
  for (let i = 0; i < records; i++) {
    if (length < at + 20) {
      p.put(` [invalid number of groups ${records}]`);
      return;
    }
    if (!p.has(o + at, 20)) {
      p.truncated('icmp6');
      return;
    }
    const type = p.b[o + at] as number;
    const sources = u16(p.b, o + at + 2);
    p.put(` [gaddr ${p.ipv6(readIpv6(p.b, o + at + 4))} ${GROUP_RECORD_NAMES.get(type) ?? `[v2-report-#${type}]`}`);
    if (length < at + 20 + 16 * sources || !p.has(o + at, 20 + 16 * sources)) {
      p.put(` [invalid number of sources ${sources}]`);
      return;
    }
    if (p.verbose > 1) printSources(p, o + at + 20, sources);
    else p.put(`, ${sources} source(s)`);
    p.put(']');
    at += 20 + 16 * sources;
  }
}

function printSources(p: Printer, o: number, count: number): void {
  p.put(' {');
  for (let i = 0; i < count; i++) p.put(` ${p.ipv6(readIpv6(p.b, o + 16 * i))}`);
  p.put(' }');
}
