import { expect, test } from 'vitest';
import type { LinkDump } from '../../kernel/rtnetlink/messages.ts';
import { defaultOptions, type Ip } from './context.ts';
import { formatCount, printLinkStats } from './link-stats.ts';
import { Printer } from './printer.ts';

function stats(options: Partial<ReturnType<typeof defaultOptions>>, counters: Partial<LinkDump['stats']>): string {
  let out = '';
  const printer = new Printer(
    (text) => {
      out += text;
    },
    { json: false, pretty: false, oneline: false },
  );
  const none = {
    rxPackets: 0,
    rxBytes: 0,
    rxErrors: 0,
    rxDropped: 0,
    rxMissed: 0,
    multicast: 0,
    txPackets: 0,
    txBytes: 0,
    txErrors: 0,
    txDropped: 0,
    txCarrierErrors: 0,
    collisions: 0,
  };
  const link = { stats: { ...none, ...counters }, carrierChanges: 2 } as LinkDump;
  printLinkStats({ options: { ...defaultOptions(), stats: 1, ...options } } as Ip, printer, link);
  return out;
}

test('counters stand under their headings', () => {
  expect(stats({}, { rxBytes: 43482, rxPackets: 33, txBytes: 43482, txPackets: 33 })).toBe(
    '    RX:  bytes packets errors dropped  missed   mcast           \n' +
      '         43482      33      0       0       0       0 \n' +
      '    TX:  bytes packets errors dropped carrier collsns           \n' +
      '         43482      33      0       0       0       0 ',
  );
});

test('asked twice, errors are told one by one', () => {
  expect(stats({ stats: 2 }, {}).split('\n').slice(2)).toEqual([
    '    RX errors:  length    crc   frame    fifo overrun',
    '                     0      0       0       0       0 ',
    '    TX:  bytes packets errors dropped carrier collsns           ',
    '             0       0      0       0       0       0 ',
    '    TX errors: aborted   fifo  window heartbt transns',
    '                     0      0       0       0       2 ',
  ]);
});

test('counts for people have three digits', () => {
  const ip = (iec: boolean): Ip => ({ options: { ...defaultOptions(), human: 1, iec } }) as Ip;
  expect([999, 1000, 43482, 123456, 7_000_000].map((n) => formatCount(ip(false), n))).toEqual(['999', '1.00k', '43.5k', '123k', '7.00M']);
  expect(formatCount(ip(true), 43482)).toBe('42.5ki');
});
