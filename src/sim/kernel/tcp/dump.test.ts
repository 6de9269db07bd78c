import { expect, it } from 'vitest';
import { SS_STATE_NAMES } from './state.ts';
import { TestWire } from './test-wire.ts';

/** What Linux printed in the same situation, but for addresses in memory and inodes. */
function alike(text = ''): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/ \d+ (\d) [0-9a-f]{16}/, ' INODE $1 POINTER').trimEnd());
}

it('tells of sockets what Linux does: queues, timers, windows', () => {
  const wire = new TestWire();
  const { net } = wire;
  const { client, server } = wire.pair();
  client.send(new TextEncoder().encode('hello\n'));
  net.run(5);
  server.receive(100);
  server.send(new TextEncoder().encode('HELLO\n'));
  net.run(100);
  client.receive(100);
  const a = net.ns('a').sockets;
  const b = net.ns('b').sockets;
  expect(alike(a.procFiles.tcp?.())).toEqual([
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100000A:9C40 0200000A:0050 01 00000000:00000000 00:00000000 00000000     0        0 INODE 1 POINTER 20 4 30 10 -1',
  ]);
  expect(alike(b.procFiles.tcp?.()).slice(1)).toEqual([
    '   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 INODE 1 POINTER 100 0 0 10 0',
    '   1: 0200000A:0050 0100000A:9C40 01 00000000:00000000 00:00000000 00000000     0        0 INODE 1 POINTER 20 4 31 10 -1',
  ]);
  expect(a.tcpDump()[0]?.info).toMatchObject({
    rtoNs: 204_000_000,
    sendMss: 1448,
    receiveMss: 536,
    advertisedMss: 1448,
    congestionWindow: 10,
    bytesSent: 6,
    bytesAcked: 7,
    bytesReceived: 6,
    segmentsOut: 4,
    segmentsIn: 3,
    dataSegmentsOut: 1,
    dataSegmentsIn: 1,
  });
  client.close();
  net.run(100);
  const list = (sockets: typeof a): string[] =>
    sockets
      .tcpDump()
      .map(({ state, receiveQueue, sendQueue, timer }) =>
        [SS_STATE_NAMES[state], receiveQueue, sendQueue, timer ? `${timer.kind},${Math.floor(timer.expiresInNs / 1e9)}sec` : ''].join(' '),
      );
  expect(list(a)).toEqual(['FIN-WAIT-2 0 0 timewait,59sec']);
  expect(list(b)).toEqual(['LISTEN 0 5 ', 'CLOSE-WAIT 1 0 ']);
  server.close();
  net.run(100);
  expect(list(a)).toEqual(['TIME-WAIT 0 0 timewait,59sec']);
  net.run(60_000);
  expect(list(a)).toEqual([]);
  expect(net.clock.size).toBeLessThan(6);
});
