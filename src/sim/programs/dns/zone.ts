// What the name server of the world outside answers, as dnsmasq 2.90 does that is told `--address=/NAME/ADDRESS` and
// `--address=/#/` ("there is no other name").

import type { Ipv4 } from '../../base/address.ts';
import {
  DNS_A,
  DNS_ANY,
  DNS_CLASS_IN,
  DNS_FLAG_AA,
  DNS_FLAG_CD,
  DNS_FLAG_QR,
  DNS_FLAG_RA,
  DNS_FLAG_RD,
  DNS_FORMERR,
  DNS_NOERROR,
  DNS_NOTIMP,
  DNS_NXDOMAIN,
  DNS_OPT,
  DNS_PTR,
  DNS_TXT,
  type DnsMessage,
  type DnsRecord,
  dnsTypeOf,
} from '../../wire/dns.ts';

/** Addresses by name, each also of every name below it; names by address. */
export interface Zone {
  readonly addresses: ReadonlyMap<string, readonly Ipv4[]>;
  readonly pointers: ReadonlyMap<string, string>;
}

/** What is told over UDP at most (dnsmasq's --edns-packet-max), and the flag that copies DO. */
const EDNS_SIZE = 1232;
const FLAG_DO = 0x8000;
const OPCODE = 0x7800;
const CLASS_CHAOS = 3;
const VERSION = 'dnsmasq-2.90';

/** The response to a query. Names and types that are not known do not exist. */
export function answer(query: DnsMessage, zone: Zone): DnsMessage {
  const question = query.questions[0];
  const flags = DNS_FLAG_QR | (query.flags & (DNS_FLAG_RD | DNS_FLAG_CD | OPCODE)) | DNS_FLAG_RA;
  const opt = query.additionals.find(({ data }) => dnsTypeOf(data) === DNS_OPT);
  const additionals: DnsRecord[] =
    opt === undefined
      ? []
      : [{ name: '', class: EDNS_SIZE, ttl: opt.ttl & FLAG_DO, data: { type: 'other', code: DNS_OPT, data: new Uint8Array(0) } }];
  const reply = (rcode: number, answers: DnsRecord[] = []): DnsMessage => {
    const authoritative = answers.length > 0 ? DNS_FLAG_AA : 0;
    return { id: query.id, flags: flags | authoritative | rcode, questions: query.questions, answers, authorities: [], additionals };
  };
  if ((query.flags & OPCODE) !== 0) return reply(DNS_NOTIMP);
  if (question === undefined || query.questions.length > 1) return reply(DNS_FORMERR);
  const name = question.name.toLowerCase();
  const record = { name: question.name, class: question.class, ttl: 0 };
  if (question.class === CLASS_CHAOS && (question.type === DNS_TXT || name.endsWith('.bind'))) {
    if (question.type !== DNS_TXT || name !== 'version.bind') return reply(DNS_NOTIMP);
    return reply(DNS_NOERROR, [{ ...record, data: { type: DNS_TXT, strings: [VERSION] } }]);
  }
  const answers: DnsRecord[] = [];
  if (question.class === DNS_CLASS_IN) {
    const asks = (type: number): boolean => question.type === type || question.type === DNS_ANY;
    if (asks(DNS_A)) answers.push(...addressesOf(name, zone).map((address) => ({ ...record, data: { type: DNS_A, address } as const })));
    const pointer = zone.pointers.get(name);
    if (asks(DNS_PTR) && pointer !== undefined) answers.push({ ...record, data: { type: DNS_PTR, target: pointer } });
  }
  return reply(answers.length > 0 ? DNS_NOERROR : DNS_NXDOMAIN, answers);
}

/** Of the name, or the nearest above it that has any. */
function addressesOf(name: string, zone: Zone): readonly Ipv4[] {
  for (let at = name; at !== ''; at = at.includes('.') ? at.slice(at.indexOf('.') + 1) : '') {
    const found = zone.addresses.get(at);
    if (found !== undefined) return found;
  }
  return [];
}
