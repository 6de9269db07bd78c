// Writing DNS messages: RFC 1035, with name compression (4.1.4).

import { writeIpv6 } from '../base/address.ts';
import { setU16, setU32, utf8 } from '../base/bytes.ts';
import {
  DNS_A,
  DNS_AAAA,
  DNS_CNAME,
  DNS_MX,
  DNS_NS,
  DNS_PTR,
  DNS_SOA,
  DNS_SRV,
  DNS_TXT,
  type DnsData,
  type DnsMessage,
  type DnsRecord,
  dnsTypeOf,
} from './dns.ts';

/** The message's bytes. Names that occurred before are written as pointers, unless `compress` is off. */
export function encodeDns(m: DnsMessage, compress = true): Uint8Array {
  const out = new DnsWriter(compress);
  for (const word of [m.id, m.flags, m.questions.length, m.answers.length, m.authorities.length, m.additionals.length]) out.word(word);
  for (const question of m.questions) {
    out.name(question.name);
    out.word(question.type);
    out.word(question.class);
  }
  for (const record of [...m.answers, ...m.authorities, ...m.additionals]) out.record(record);
  return out.bytes();
}

class DnsWriter {
  #b = new Uint8Array(512);
  #at = 0;
  /** Where each name, lower case, was first written. */
  #names = new Map<string, number>();
  readonly #compress: boolean;

  constructor(compress: boolean) {
    this.#compress = compress;
  }

  bytes(): Uint8Array {
    return this.#b.slice(0, this.#at);
  }

  word(v: number): void {
    this.#reserve(2);
    setU16(this.#b, this.#at, v);
    this.#at += 2;
  }

  long(v: number): void {
    this.#reserve(4);
    setU32(this.#b, this.#at, v);
    this.#at += 4;
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#b.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** `compress` is off where a type's data must not be compressed (RFC 3597, 4). */
  name(name: string, compress = true): void {
    let rest = name;
    while (rest !== '') {
      const key = rest.toLowerCase();
      const before = this.#names.get(key);
      if (compress && this.#compress && before !== undefined) {
        this.word(0xc000 | before);
        return;
      }
      if (before === undefined && this.#at < 0x4000) this.#names.set(key, this.#at);
      const dot = rest.indexOf('.');
      const label = utf8(dot < 0 ? rest : rest.slice(0, dot)).subarray(0, 63);
      this.raw(new Uint8Array([label.length]));
      this.raw(label);
      rest = dot < 0 ? '' : rest.slice(dot + 1);
    }
    this.raw(new Uint8Array(1));
  }

  record(record: DnsRecord): void {
    this.name(record.name);
    this.word(dnsTypeOf(record.data));
    this.word(record.class);
    this.long(record.ttl);
    const lengthAt = this.#at;
    this.word(0);
    this.#data(record.data);
    setU16(this.#b, lengthAt, this.#at - lengthAt - 2);
  }

  #data(data: DnsData): void {
    switch (data.type) {
      case DNS_A:
        this.long(data.address);
        break;
      case DNS_AAAA: {
        const address = new Uint8Array(16);
        writeIpv6(address, 0, data.address);
        this.raw(address);
        break;
      }
      case DNS_CNAME:
      case DNS_PTR:
      case DNS_NS:
        this.name(data.target);
        break;
      case DNS_MX:
        this.word(data.preference);
        this.name(data.target);
        break;
      case DNS_SRV:
        this.word(data.priority);
        this.word(data.weight);
        this.word(data.port);
        this.name(data.target, false);
        break;
      case DNS_TXT:
        for (const string of data.strings) {
          const bytes = utf8(string).subarray(0, 255);
          this.raw(new Uint8Array([bytes.length]));
          this.raw(bytes);
        }
        break;
      case DNS_SOA:
        this.name(data.primary);
        this.name(data.mailbox);
        for (const v of [data.serial, data.refresh, data.retry, data.expire, data.minimum]) this.long(v);
        break;
      case 'other':
        this.raw(data.data);
        break;
    }
  }

  #reserve(n: number): void {
    if (this.#at + n <= this.#b.length) return;
    const grown = new Uint8Array(Math.max(this.#b.length * 2, this.#at + n));
    grown.set(this.#b);
    this.#b = grown;
  }
}
