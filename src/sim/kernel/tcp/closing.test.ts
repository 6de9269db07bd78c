import { expect, it } from 'vitest';
import { isError } from '../../base/result.ts';
import { ok } from '../test-net.ts';
import { SS_STATE_NAMES } from './state.ts';
import { TestWire } from './test-wire.ts';

function states(wire: TestWire, host: string): (string | undefined)[] {
  return wire.net
    .ns(host)
    .sockets.tcpDump()
    .map(({ state }) => SS_STATE_NAMES[state]);
}

it('passes through CLOSING when both ends close at once, and both wait', () => {
  const wire = new TestWire();
  const { net } = wire;
  const { client, server, listener } = wire.pair();
  listener.close();
  wire.impair('a', () => [5]);
  wire.impair('b', () => [5]);
  client.close();
  server.close();
  expect(states(wire, 'a')).toEqual(['FIN-WAIT-1']);
  net.run(7);
  expect([states(wire, 'a'), states(wire, 'b')]).toEqual([['CLOSING'], ['CLOSING']]);
  net.run(10);
  expect([states(wire, 'a'), states(wire, 'b')]).toEqual([['TIME-WAIT'], ['TIME-WAIT']]);
  net.run(61_000);
  expect([states(wire, 'a'), states(wire, 'b')]).toEqual([[], []]);
});

it('makes one connection of two SYNs that cross', () => {
  const wire = new TestWire();
  const { net } = wire;
  wire.impair('a', () => [5]);
  wire.impair('b', () => [5]);
  const one = wire.connect(50_000, 40_000);
  const two = net.ns('b').sockets.tcp('inet');
  ok(two.bind({ family: 'inet', address: 0, port: 50_000 }));
  two.connect({ family: 'inet', address: 0x0a000001, port: 40_000 });
  net.run(7);
  expect([states(wire, 'a'), states(wire, 'b')]).toEqual([['SYN-RECV'], ['SYN-RECV']]);
  net.run(20);
  expect([states(wire, 'a'), states(wire, 'b')]).toEqual([['ESTAB'], ['ESTAB']]);
  one.send(new TextEncoder().encode('hi'));
  net.run(20);
  expect(new TextDecoder().decode(ok(two.receive(10)))).toBe('hi');
});

it('forgets a closed connection whose peer does not close, after tcp_fin_timeout', () => {
  const wire = new TestWire();
  const { net } = wire;
  const { client, server } = wire.pair();
  client.close();
  net.run(59_000);
  expect(states(wire, 'a')).toEqual(['FIN-WAIT-2']);
  net.run(2000);
  expect(states(wire, 'a')).toEqual([]);
  // The server learns of it when it writes.
  expect(server.send(new Uint8Array(1))).toBe(1);
  net.run(10);
  const answer = server.send(new Uint8Array(1));
  expect(isError(answer) && answer.errno).toBe('EPIPE');
});

it('leaves nothing behind when a socket is closed that waits for an answer to its SYN, or for its request to be accepted', () => {
  const wire = new TestWire();
  const { net } = wire;
  net.run(120_000);
  const before = net.clock.size;
  wire.impair('b', () => 'lost');
  const client = wire.connect();
  net.run(100);
  client.close();
  net.run(120_000);
  expect(wire.lines()).toHaveLength(1);
  expect([states(wire, 'a'), net.clock.size]).toEqual([[], before]);
  wire.impair('b', () => [0]);
  wire.impair('a', () => 'lost');
  const listener = wire.listen();
  const other = wire.connect(80, 40_001);
  net.run(100);
  expect(states(wire, 'b')).toEqual(['LISTEN', 'SYN-RECV']);
  listener.close();
  other.close();
  net.run(120_000);
  expect([states(wire, 'a'), states(wire, 'b'), net.clock.size]).toEqual([[], [], before]);
});

it('keeps nothing scheduled while a connection is idle, and gives up one that is cut after 15 minutes', () => {
  const wire = new TestWire();
  const { net } = wire;
  net.run(120_000);
  const before = net.clock.size;
  const { client } = wire.pair();
  client.send(new Uint8Array(100));
  net.run(120_000);
  expect(net.clock.size).toBe(before);
  wire.impair('b', () => 'lost');
  client.send(new Uint8Array(100));
  const cut = net.clock.now;
  let answer = client.receive(1);
  while (isError(answer) && answer.errno === 'EAGAIN') {
    net.run(10_000);
    answer = client.receive(1);
  }
  expect(isError(answer) && answer.errno).toBe('ETIMEDOUT');
  expect(Math.round((net.clock.now - cut) / 60e9)).toBe(16);
});
