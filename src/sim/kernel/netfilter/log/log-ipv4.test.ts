import { expect, test } from 'vitest';
import { NF_LOG_TCPOPT, NF_LOG_TCPSEQ } from './log-flags.ts';
import { describeIpv4 } from './log-ipv4.ts';

/** A SYN from 192.168.0.1:40000 to 192.168.0.2:80 with the options that Linux sends. */
const SYN = Uint8Array.from(
  (
    '4500003c1c4640004006b1e6c0a80001c0a80002' +
    '9c4000500000000100000000a002faf000000000' +
    '020405b40402080a000000010000000001030307'
  ).match(/../g) ?? [],
  (byte) => Number.parseInt(byte, 16),
);

test('A segment in the log has its numbers and options where the rule asks for them, and what was cut off is said to be missing', () => {
  const ip = 'SRC=192.168.0.1 DST=192.168.0.2 LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=7238 DF PROTO=TCP ';
  expect(describeIpv4(SYN, 0, SYN.length, 0)).toBe(`${ip}SPT=40000 DPT=80 WINDOW=64240 RES=0x00 SYN URGP=0 `);
  expect(describeIpv4(SYN, 0, SYN.length, NF_LOG_TCPSEQ | NF_LOG_TCPOPT)).toBe(
    `${ip}SPT=40000 DPT=80 SEQ=1 ACK=0 WINDOW=64240 RES=0x00 SYN URGP=0 OPT (020405B40402080A000000010000000001030307) `,
  );
  expect(describeIpv4(SYN, 0, 30, 0)).toBe(`${ip}INCOMPLETE [10 bytes] `);
});
