// What dig prints of a message: printmessage() and received() in bin/dig/dig.c, dns_master_*totext() in lib/dns/masterdump.c.

import { hex, u16 } from '../../base/bytes.ts';
import {
  DNS_FLAG_AA,
  DNS_FLAG_AD,
  DNS_FLAG_CD,
  DNS_FLAG_QR,
  DNS_FLAG_RA,
  DNS_FLAG_RD,
  DNS_FLAG_TC,
  DNS_OPT,
  type DnsMessage,
  type DnsQuestion,
  type DnsRecord,
  dnsRcode,
  dnsTypeOf,
} from '../../wire/dns.ts';
import type { Lookup } from './dig-options.ts';
import { absolute, className, dataText, opcodeName, rcodeName, typeName } from './names.ts';

/** Where the columns of a record begin. */
interface Columns {
  readonly ttl: number;
  readonly class: number;
  readonly type: number;
  readonly data: number;
}

function columnsOf({ switches }: Lookup): Columns {
  const { ttlid, class: classes, multiline } = switches;
  if (multiline || !(ttlid || classes)) return { ttl: 24, class: 24, type: 24, data: 32 };
  if (!ttlid || !classes) return { ttl: 24, class: 24, type: 32, data: 40 };
  return { ttl: 24, class: 32, type: 40, data: 48 };
}

/** A line whose fields are brought to their columns with tabs, at least one blank between them. */
class Line {
  text = '';
  #column = 0;

  put(text: string): void {
    this.text += text;
    this.#column += text.length;
  }

  to(column: number): void {
    const target = Math.max(column, this.#column + 1);
    const tabs = Math.floor(target / 8) - Math.floor(this.#column / 8);
    const from = tabs > 0 ? target - (target % 8) : this.#column;
    this.text += '\t'.repeat(tabs) + ' '.repeat(target - from);
    this.#column = target;
  }
}

function questionText(question: DnsQuestion, lookup: Lookup): string {
  const columns = columnsOf(lookup);
  const line = new Line();
  line.put(absolute(question.name));
  if (lookup.switches.class) {
    line.to(columns.class);
    line.put(className(question.class));
  }
  line.to(columns.type);
  line.put(typeName(question.type));
  return `;${line.text}\n`;
}

export function recordText(record: DnsRecord, lookup: Lookup): string {
  const { ttlid, class: classes, multiline } = lookup.switches;
  const columns = columnsOf(lookup);
  const line = new Line();
  line.put(absolute(record.name));
  if (ttlid) {
    line.to(columns.ttl);
    line.put(String(record.ttl));
  }
  if (classes) {
    line.to(columns.class);
    line.put(className(record.class));
  }
  line.to(columns.type);
  line.put(typeName(dnsTypeOf(record.data)));
  line.to(columns.data);
  line.put(dataText(record.data, multiline));
  return `${line.text}\n`;
}

export function headerText(message: DnsMessage): string {
  const { flags } = message;
  const counts = [message.questions, message.answers, message.authorities, message.additionals].map((section) => section.length);
  const names = FLAGS.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => ` ${name}`);
  let out = `;; ->>HEADER<<- opcode: ${opcodeName(flags)}, status: ${rcodeName(dnsRcode(flags))}, id: ${message.id}\n`;
  out += `;; flags:${names.join('')}; QUERY: ${counts[0]}, ANSWER: ${counts[1]}, AUTHORITY: ${counts[2]}, ADDITIONAL: ${counts[3]}\n`;
  if ((flags & DNS_FLAG_QR) !== 0 && (flags & DNS_FLAG_RD) !== 0 && (flags & DNS_FLAG_RA) === 0) {
    out += ';; WARNING: recursion requested but not available\n';
  }
  return `${out}\n`;
}

const FLAGS: readonly (readonly [number, string])[] = [
  [DNS_FLAG_QR, 'qr'],
  [DNS_FLAG_AA, 'aa'],
  [DNS_FLAG_TC, 'tc'],
  [DNS_FLAG_RD, 'rd'],
  [DNS_FLAG_RA, 'ra'],
  [DNS_FLAG_AD, 'ad'],
  [DNS_FLAG_CD, 'cd'],
];

const OPTION_COOKIE = 10;
const FLAG_DO = 0x8000;

/** The OPT record's pseudo section (RFC 6891, 6.1.3). */
function pseudoSection(opt: DnsRecord): string {
  let out = ';; OPT PSEUDOSECTION:\n';
  out += `; EDNS: version: ${(opt.ttl >>> 16) & 0xff}, flags:${(opt.ttl & FLAG_DO) !== 0 ? ' do' : ''}; udp: ${opt.class}\n`;
  const data = opt.data.type === 'other' ? opt.data.data : new Uint8Array(0);
  for (let at = 0; at + 4 <= data.length; at += 4 + u16(data, at + 2)) {
    const value = data.subarray(at + 4, at + 4 + u16(data, at + 2));
    const code = u16(data, at);
    if (code === OPTION_COOKIE) out += `; COOKIE: ${hex(value)}\n`;
    else out += `; OPT=${code}: ${[...value].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}\n`;
  }
  return out;
}

/** The message as the switches of the look-up want it; `title` is `Got answer:` or `Sending:`. */
export function messageText(message: DnsMessage, lookup: Lookup, title: string): string {
  let out = '';
  if (lookup.switches.comments) {
    out += `;; ${title}\n${headerText(message)}`;
    const opt = message.additionals.find(({ data }) => dnsTypeOf(data) === DNS_OPT);
    if (opt !== undefined) out += pseudoSection(opt);
  }
  return out + sectionsText(message, lookup);
}

/** The sections that are wanted and not empty. */
export function sectionsText(message: DnsMessage, lookup: Lookup): string {
  const { switches } = lookup;
  let out = '';
  const section = (name: string, lines: readonly string[]): void => {
    if (lines.length > 0) out += switches.comments ? `;; ${name} SECTION:\n${lines.join('')}\n` : lines.join('');
  };
  const records = (list: readonly DnsRecord[]): string[] =>
    list.filter(({ data }) => dnsTypeOf(data) !== DNS_OPT).map((record) => recordText(record, lookup));
  if (switches.question) {
    section(
      'QUESTION',
      message.questions.map((question) => questionText(question, lookup)),
    );
  }
  if (switches.answer) section('ANSWER', records(message.answers));
  if (switches.authority) section('AUTHORITY', records(message.authorities));
  if (switches.additional) section('ADDITIONAL', records(message.additionals));
  return out;
}

/** A cookie option (RFC 7873) with the client's half. */
export function cookieOption(high: number, low: number): Uint8Array {
  const option = new Uint8Array(12);
  option.set([0, OPTION_COOKIE, 0, 8]);
  for (let i = 0; i < 4; i++) {
    option[4 + i] = high >>> (24 - 8 * i);
    option[8 + i] = low >>> (24 - 8 * i);
  }
  return option;
}

/** An OPT record: the size we take, version 0, the DO flag, options. */
export function optRecord(size: number, dnssec: boolean, options: Uint8Array): DnsRecord {
  return { name: '', class: size, ttl: dnssec ? FLAG_DO : 0, data: { type: 'other', code: DNS_OPT, data: options } };
}
