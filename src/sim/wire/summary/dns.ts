// print-domain.c of tcpdump.

import { formatIpv4 } from '../../base/address.ts';
import { hex, text, u16 } from '../../base/bytes.ts';
import {
  DNS_A,
  DNS_AAAA,
  DNS_ANY,
  DNS_CLASS_IN,
  DNS_CNAME,
  DNS_FLAG_AA,
  DNS_FLAG_AD,
  DNS_FLAG_CD,
  DNS_FLAG_QR,
  DNS_FLAG_RA,
  DNS_FLAG_RD,
  DNS_FLAG_TC,
  DNS_HLEN,
  DNS_MX,
  DNS_NS,
  DNS_OPT,
  DNS_PTR,
  DNS_SOA,
  DNS_SRV,
  DNS_TXT,
  type DnsRecord,
  decodeDns,
  dnsRcode,
  dnsTypeOf,
} from '../dns.ts';
import type { Printer } from './printer.ts';

const OPCODES = [
  '',
  ' inv_q',
  ' stat',
  ' op3',
  ' notify',
  ' update',
  ' op6',
  ' op7',
  ' op8',
  ' updateA',
  ' updateD',
  ' updateDA',
  ' updateM',
  ' updateMA',
  ' zoneInit',
  ' zoneRef',
];

const RCODES = [
  '',
  ' FormErr',
  ' ServFail',
  ' NXDomain',
  ' NotImp',
  ' Refused',
  ' YXDomain',
  ' YXRRSet',
  ' NXRRSet',
  ' NotAuth',
  ' NotZone',
];

const TYPE_NAMES = new Map([
  [DNS_A, 'A'],
  [DNS_NS, 'NS'],
  [DNS_CNAME, 'CNAME'],
  [DNS_SOA, 'SOA'],
  [DNS_PTR, 'PTR'],
  [13, 'HINFO'],
  [DNS_MX, 'MX'],
  [DNS_TXT, 'TXT'],
  [DNS_AAAA, 'AAAA'],
  [DNS_SRV, 'SRV'],
  [35, 'NAPTR'],
  [DNS_OPT, 'OPT'],
  [43, 'DS'],
  [46, 'RRSIG'],
  [47, 'NSEC'],
  [48, 'DNSKEY'],
  [252, 'AXFR'],
  [DNS_ANY, 'ANY'],
  [257, 'CAA'],
]);

/** domain_print(): the message of `length` bytes at `o`. */
export function printDns(p: Printer, o: number, length: number): void {
  if (length < DNS_HLEN || !p.has(o, DNS_HLEN)) {
    p.truncated('domain');
    return;
  }
  const flags = u16(p.b, o + 2);
  const [questions, answers, authorities, additionals] = [4, 6, 8, 10].map((at) => u16(p.b, o + at)) as [number, number, number, number];
  const opcode = OPCODES[(flags >> 11) & 15];
  const response = (flags & DNS_FLAG_QR) !== 0;
  if (response) {
    p.put(`${u16(p.b, o)}${opcode}${RCODES[dnsRcode(flags)] ?? ` Resp${dnsRcode(flags)}`}`);
    p.put(`${(flags & DNS_FLAG_AA) !== 0 ? '*' : ''}${(flags & DNS_FLAG_RA) !== 0 ? '' : '-'}`);
    p.put(`${(flags & DNS_FLAG_TC) !== 0 ? '|' : ''}${(flags & DNS_FLAG_AD) !== 0 ? '$' : ''}`);
    if (questions !== 1) p.put(` [${questions}q]`);
  } else {
    p.put(`${u16(p.b, o)}${opcode}${(flags & DNS_FLAG_RD) !== 0 ? '+' : ''}${(flags & DNS_FLAG_CD) !== 0 ? '%' : ''}`);
    if ((flags & 0x06cf) !== 0) p.put(` [b2&3=0x${flags.toString(16)}]`);
    if (answers > 0) p.put(` [${answers}a]`);
    if (questions !== 1) p.put(` [${questions}q]`);
    if (authorities > 0) p.put(` [${authorities}n]`);
    if (additionals > 0) p.put(` [${additionals}au]`);
  }
  const message = decodeDns(p.b.subarray(0, Math.min(p.end, o + length)), o);
  if (message === undefined) {
    if (response) p.put(` ${answers}/${authorities}/${additionals}`);
    p.truncated('domain');
    return;
  }
  if (!response || p.verbose > 1) {
    const asked = message.questions.map((q) => ` ${typeName(q.type)}${q.class === DNS_CLASS_IN ? '' : className(q.class)}? ${q.name}.`);
    if (asked.length > 0) p.put(`${response ? ' q:' : ''}${asked.join(response ? ', q:' : ',')}`);
  }
  if (response) p.put(` ${answers}/${authorities}/${additionals}`);
  if (response || p.verbose > 1) printSection(p, response ? '' : ' an:', message.answers);
  if (p.verbose > 1) {
    printSection(p, ' ns:', message.authorities);
    printSection(p, ' ar:', message.additionals);
  }
  p.put(` (${length})`);
}

function printSection(p: Printer, label: string, records: DnsRecord[]): void {
  if (records.length > 0) p.put(`${label}${records.map((record) => recordText(p, record)).join(',')}`);
}

function typeName(type: number): string {
  return TYPE_NAMES.get(type) ?? `Type${type}`;
}

function className(value: number): string {
  return value === 3 ? ' CHAOS' : value === 255 ? ' ANY' : ` (Class ${value})`;
}

/** ns_rprint(): with -v the owner's name stands before it, with -vvv the time to live. */
function recordText(p: Printer, record: DnsRecord): string {
  const { data } = record;
  const type = dnsTypeOf(data);
  let out = p.verbose > 0 ? ` ${record.name}.` : '';
  if (record.class !== DNS_CLASS_IN && type !== DNS_OPT) out += className(record.class);
  if (p.verbose > 2 && type !== DNS_OPT) out += ` ${ttlText(record.ttl)}`;
  out += ` ${typeName(type)}`;
  switch (data.type) {
    case DNS_A:
      return `${out} ${formatIpv4(data.address)}`;
    case DNS_AAAA:
      return `${out} ${data.address}`;
    case DNS_CNAME:
    case DNS_PTR:
    case DNS_NS:
      return `${out} ${data.target}.`;
    case DNS_MX:
      return `${out} ${data.target}. ${data.preference}`;
    case DNS_SRV:
      return `${out} ${data.target}.:${data.port} ${data.priority} ${data.weight}`;
    case DNS_TXT:
      return out + data.strings.map((s) => ` "${s}"`).join('');
    case DNS_SOA: {
      if (p.verbose === 0) return out;
      const { primary, mailbox, serial, refresh, retry, expire, minimum } = data;
      return `${out} ${primary}. ${mailbox}. ${serial} ${refresh} ${retry} ${expire} ${minimum}`;
    }
    case 'other':
      return type === DNS_OPT ? `${out} UDPsize=${record.class}${(record.ttl & 0x8000) !== 0 ? ' DO' : ''}${ednsText(data.data)}` : out;
  }
}

/** unsigned_relts_print(): seconds as `[1h5m]`. */
function ttlText(seconds: number): string {
  const units = [
    ['w', 604800],
    ['d', 86400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ] as const;
  if (seconds === 0) return '[0s]';
  let left = seconds;
  let out = '';
  for (const [unit, size] of units) {
    if (left >= size) out += `${Math.floor(left / size)}${unit}`;
    left %= size;
  }
  return `[${out}]`;
}

const EDNS_OPTIONS = new Map([
  [3, 'NSID'],
  [8, 'ECS'],
  [10, 'COOKIE'],
  [11, 'KEEPALIVE'],
  [12, 'PADDING'],
  [15, 'EDE'],
]);

function ednsText(data: Uint8Array): string {
  const out: string[] = [];
  for (let i = 0; i + 4 <= data.length; ) {
    const code = u16(data, i);
    const body = data.subarray(i + 4, i + 4 + u16(data, i + 2));
    const name = EDNS_OPTIONS.get(code) ?? `Opt${code}`;
    out.push(name === 'NSID' ? `${name} ${text(body)}` : body.length > 0 ? `${name} ${hex(body)}` : name);
    i += 4 + u16(data, i + 2);
  }
  return out.length === 0 ? '' : ` [${out.join(',')}]`;
}
