// Names of record types, classes, codes, and how a record is written (RFC 1035, 5.1).

import { formatIpv4 } from '../../base/address.ts';
import { hex } from '../../base/bytes.ts';
import { DNS_A, DNS_AAAA, DNS_CNAME, DNS_MX, DNS_NS, DNS_PTR, DNS_SOA, DNS_SRV, DNS_TXT, type DnsData } from '../../wire/dns.ts';

const TYPES: Readonly<Record<string, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  HINFO: 13,
  MX: 15,
  TXT: 16,
  RP: 17,
  AFSDB: 18,
  SIG: 24,
  KEY: 25,
  AAAA: 28,
  LOC: 29,
  SRV: 33,
  NAPTR: 35,
  CERT: 37,
  DNAME: 39,
  OPT: 41,
  APL: 42,
  DS: 43,
  SSHFP: 44,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  NSEC3: 50,
  TLSA: 52,
  CDS: 59,
  CDNSKEY: 60,
  SVCB: 64,
  HTTPS: 65,
  SPF: 99,
  AXFR: 252,
  ANY: 255,
  URI: 256,
  CAA: 257,
};

const CLASSES: Readonly<Record<string, number>> = { IN: 1, CH: 3, CHAOS: 3, HS: 4, HESIOD: 4, NONE: 254, ANY: 255 };

const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED', 'YXDOMAIN', 'YXRRSET', 'NXRRSET', 'NOTAUTH', 'NOTZONE'];
const OPCODES = ['QUERY', 'IQUERY', 'STATUS', 'RESERVED3', 'NOTIFY', 'UPDATE'];

/** `MX`, `type15`; undefined for a word that is none. */
export function typeNumber(word: string): number | undefined {
  return lookUp(TYPES, word, 'TYPE');
}

export function classNumber(word: string): number | undefined {
  return lookUp(CLASSES, word, 'CLASS');
}

function lookUp(table: Readonly<Record<string, number>>, word: string, prefix: string): number | undefined {
  const upper = word.toUpperCase();
  if (Object.hasOwn(table, upper)) return table[upper];
  const digits = upper.startsWith(prefix) ? upper.slice(prefix.length) : '';
  return /^\d{1,5}$/.test(digits) && Number(digits) <= 0xffff ? Number(digits) : undefined;
}

export function typeName(type: number): string {
  return Object.keys(TYPES).find((name) => TYPES[name] === type) ?? `TYPE${type}`;
}

export function className(value: number): string {
  return Object.keys(CLASSES).find((name) => CLASSES[name] === value) ?? `CLASS${value}`;
}

export function rcodeName(rcode: number): string {
  return RCODES[rcode] ?? `RESERVED${rcode}`;
}

export function opcodeName(flags: number): string {
  const opcode = (flags >> 11) & 15;
  return OPCODES[opcode] ?? `RESERVED${opcode}`;
}

/** With the dot at its end. */
export function absolute(name: string): string {
  return `${name}.`;
}

/** What a record says, on one line; with `multiline` an SOA's numbers stand below each other with their names. */
export function dataText(data: DnsData, multiline = false): string {
  switch (data.type) {
    case DNS_A:
      return formatIpv4(data.address);
    case DNS_AAAA:
      return data.address;
    case DNS_CNAME:
    case DNS_PTR:
    case DNS_NS:
      return absolute(data.target);
    case DNS_MX:
      return `${data.preference} ${absolute(data.target)}`;
    case DNS_SRV:
      return `${data.priority} ${data.weight} ${data.port} ${absolute(data.target)}`;
    case DNS_TXT:
      return data.strings.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join(' ');
    case DNS_SOA: {
      const numbers = [data.serial, data.refresh, data.retry, data.expire, data.minimum];
      const ends = `${absolute(data.primary)} ${absolute(data.mailbox)}`;
      if (!multiline) return `${ends} ${numbers.join(' ')}`;
      const names = ['serial', 'refresh', 'retry', 'expire', 'minimum'];
      const lines = numbers.map((n, i) => `\n\t\t\t\t${String(n).padEnd(10)} ; ${names[i]}${i === 0 ? '' : ` (${interval(n)})`}`);
      return `${ends} (${lines.join('')}\n\t\t\t\t)`;
    }
    default:
      return `\\# ${data.data.length}${data.data.length > 0 ? ` ${hex(data.data).toUpperCase()}` : ''}`;
  }
}

/** `1 hour 30 minutes`. */
function interval(seconds: number): string {
  const units: readonly (readonly [string, number])[] = [
    ['week', 604_800],
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
    ['second', 1],
  ];
  const words: string[] = [];
  let rest = seconds;
  for (const [name, size] of units) {
    const n = Math.floor(rest / size);
    rest %= size;
    if (n > 0) words.push(`${n} ${name}${n === 1 ? '' : 's'}`);
  }
  return words.length === 0 ? '0 seconds' : words.join(' ');
}
