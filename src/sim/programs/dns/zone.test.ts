import { expect, test } from 'vitest';
import { DNS_A, DNS_AAAA, DNS_FLAG_AD, DNS_FLAG_RD, DNS_OPT, DNS_TXT, type DnsMessage, dnsTypeOf } from '../../wire/dns.ts';
import { optRecord } from './dig-print.ts';
import { answer } from './zone.ts';

const zone = { addresses: new Map([['www.example.com', [0xcb007150]]]), pointers: new Map<string, string>() };

function query(name: string, type: number, more: Partial<DnsMessage> = {}, value = 1): DnsMessage {
  const questions = [{ name, type, class: value }];
  return { id: 7, flags: DNS_FLAG_RD | DNS_FLAG_AD, questions, answers: [], authorities: [], additionals: [], ...more };
}

test('a known name and all below it have an address with a life of 0; other types and names do not exist', () => {
  const told = (name: string, type: number): unknown => {
    const { flags, answers } = answer(query(name, type), zone);
    return [flags.toString(16), answers.map(({ ttl, data }) => [ttl, dnsTypeOf(data)])];
  };
  expect([
    told('www.example.com', DNS_A),
    told('a.WWW.example.com', DNS_A),
    told('www.example.com', DNS_AAAA),
    told('example.com', DNS_A),
  ]).toEqual([
    ['8580', [[0, DNS_A]]],
    ['8580', [[0, DNS_A]]],
    ['8183', []],
    ['8183', []],
  ]);
});

test('EDNS is answered with EDNS, the DO flag as it came and no cookie', () => {
  const opt = optRecord(4096, true, new Uint8Array([0, 10, 0, 1, 1]));
  expect(answer(query('www.example.com', DNS_A, { additionals: [opt] }), zone).additionals).toEqual([
    { name: '', class: 1232, ttl: 0x8000, data: { type: 'other', code: DNS_OPT, data: new Uint8Array(0) } },
  ]);
});

test('the version of the server is a text of class CHAOS', () => {
  expect(answer(query('version.bind', DNS_TXT, {}, 3), zone).answers[0]?.data).toEqual({ type: DNS_TXT, strings: ['dnsmasq-2.90'] });
});
