// Bytes as an attacker, a bad cable or a learner's own program may send them. Every decoder answers; none throws or runs on.

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeArp } from './arp.ts';
import { dissect } from './dissect.ts';
import { checkDns, decodeDns } from './dns.ts';
import { decodeEthernet } from './ethernet.ts';
import { decodeIcmp } from './icmp.ts';
import { decodeIcmpv6 } from './icmpv6.ts';
import { decodeIpv4 } from './ipv4.ts';
import { decodeIpv6 } from './ipv6.ts';
import { decodeMld } from './mld.ts';
import { decodeNd } from './ndp.ts';
import { decodePcap, encodePcap } from './pcap.ts';
import { Summary } from './summary.ts';
import { decodeTcp } from './tcp.ts';
import { decodeUdp } from './udp.ts';
import { checkVxlan } from './vxlan.ts';

const folder = new URL('../../../test/captures/', import.meta.url);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.pcap'))
  .map((name) => new Uint8Array(readFileSync(new URL(name, folder))));
const frames = files.flatMap((bytes) => decodePcap(bytes)?.records.map(({ data }) => data) ?? []);

/** What Linux sent, with some bytes changed, the end cut off or something put behind it. */
const mutated = fc
  .tuple(
    fc.constantFrom(...frames),
    fc.array(fc.tuple(fc.nat(120), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff))), { maxLength: 6 }),
    fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    fc.uint8Array({ maxLength: 8 }),
  )
  .map(([frame, changes, cut, more]) => {
    const out = new Uint8Array(frame.length + more.length);
    out.set(frame);
    out.set(more, frame.length);
    for (const [at, value] of changes) if (at < out.length) out[at] = value;
    return cut === null ? out : out.slice(0, Math.floor(out.length * cut));
  });

const bytes = fc.oneof({ weight: 4, arbitrary: mutated }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) });

const PRINTERS = [0, 1, 2, 3].flatMap((verbose) => [
  new Summary({ verbose, link: verbose % 2 === 1 }),
  new Summary({ verbose, quiet: true }),
]);

test('whatever a frame holds, it can be printed and taken apart', () => {
  fc.assert(
    fc.property(bytes, (frame) => {
      for (const printer of PRINTERS) expect(typeof printer.frame(frame)).toBe('string');
      // Captured only in part: the length says more than there is.
      expect(typeof new Summary({ verbose: 2 }).frame(frame, frame.length + 1000)).toBe('string');
      for (const layer of dissect(frame)) expect(layer).toBeDefined();
    }),
    { numRuns: 1500, seed: 31 },
  );
}, 60_000);

test('every decoder takes any bytes at any offset', () => {
  const decoders: readonly ((b: Uint8Array, o: number) => unknown)[] = [
    decodeArp,
    checkDns,
    decodeDns,
    (b, o) => decodeEthernet(b.subarray(o)),
    decodeIcmp,
    decodeIcmpv6,
    decodeIpv4,
    decodeIpv6,
    decodeMld,
    decodeNd,
    decodeTcp,
    decodeUdp,
    (b, o) => (b.length - o >= 8 ? checkVxlan(b, o) : undefined),
  ];
  fc.assert(
    fc.property(bytes, fc.nat(60), (frame, offset) => {
      const at = Math.min(offset, frame.length);
      for (const decode of decoders) {
        decode(frame, at);
        // The usual places, so that headers are found.
        for (const o of [14, 34, 42, 54]) if (o <= frame.length) decode(frame, o);
      }
    }),
    { numRuns: 2000, seed: 32 },
  );
}, 60_000);

test('a capture file that is damaged gives the packets before the damage, or none', () => {
  const damaged = fc
    .tuple(
      fc.constantFrom(...files),
      fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 4 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    )
    .map(([file, changes, cut]) => {
      const out = file.slice(0, Math.floor(file.length * cut));
      for (const [at, value] of changes) if (at < out.length) out[at] = value;
      return out;
    });
  fc.assert(
    fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 100 })), (file) => {
      const read = decodePcap(file);
      if (read !== undefined) expect(encodePcap(read).length).toBeLessThanOrEqual(file.length);
    }),
    { numRuns: 1000, seed: 33 },
  );
});
