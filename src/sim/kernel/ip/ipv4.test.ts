import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type Capture, TestNet } from '../test-net.ts';

// a:eth0 10.0.1.2 ─── 10.0.1.1 r0:r:r1 10.0.2.1 ─── 10.0.2.2 b:eth0
function routed(): TestNet {
  const net = new TestNet();
  net.veth('a:eth0=02:00:00:00:00:0a', 'r:r0=02:00:00:00:01:00');
  net.veth('b:eth0=02:00:00:00:00:0b', 'r:r1=02:00:00:00:01:01');
  net.addr('a', 'eth0', '10.0.1.2/24');
  net.addr('r', 'r0', '10.0.1.1/24');
  net.addr('r', 'r1', '10.0.2.1/24');
  net.addr('b', 'eth0', '10.0.2.2/24');
  net.up('a', 'eth0');
  net.up('r', 'r0', 'r1');
  net.up('b', 'eth0');
  net.route('a', 'default', '10.0.1.1');
  net.route('b', 'default', '10.0.2.1');
  net.sysctl('r', 'net/ipv4/ip_forward', '1');
  net.run(1000);
  return net;
}

/** What tcpdump printed on Linux, random identifiers and the ports and ids of processes made alike. */
function recorded(name: string): string[] {
  const text = readFileSync(new URL(`../../../../test/captures/${name}.txt`, import.meta.url), 'utf8');
  return alike(text.trimEnd());
}

function seen(capture: Capture): string[] {
  return alike(capture.lines({ link: true, verbose: 1 }).join('\n'));
}

function alike(text: string): string[] {
  return text
    .replace(/, id [1-9]\d*, offset/g, ', id N, offset')
    .replace(/(echo \w+), id \d+/g, '$1, id N')
    .replace(/10\.0\.1\.2\.\d{5}/g, '10.0.1.2.PORT')
    .split('\n');
}

it('does what Linux was recorded doing: ARP, forwarding, errors, fragments, redirects', () => {
  const net = routed();
  const left = net.capture('r', 'r0');
  const right = net.capture('r', 'r1');
  net.ping('a', '10.0.2.2');
  net.run(7022);
  net.ping('a', '10.0.2.2', { ttl: 1 });
  net.run(7);
  net.ping('a', '10.0.2.99');
  net.run(1030);
  net.ping('a', '10.0.2.99', { seq: 2 });
  net.run(2057);
  net.ping('a', '10.0.3.99');
  net.run(7);
  const udp = net.ns('a').sockets.udp('inet');
  udp.connect({ family: 'inet', address: 0x0a000202, port: 7777 });
  udp.send(new TextEncoder().encode('hello\n'));
  net.run(7);
  expect(udp.receive()).toMatchObject({ errno: 'ECONNREFUSED' });
  net.ping('a', '10.0.1.77');
  net.run(3066);
  net.ping('a', '10.0.2.2', { size: 3000, pmtu: 'dont' });
  net.run(13);
  net.mtu('r', 'r1', 1400);
  const big = net.ping('a', '10.0.2.2', { size: 1472, pmtu: 'do' });
  net.run(7);
  expect(big.socket.takeError()).toMatchObject({ errno: { errno: 'EMSGSIZE' }, origin: 'icmp', info: 1400 });
  net.ping('a', '10.0.2.2', { size: 1472 });
  net.run(1019);
  net.ping('a', '10.0.2.2', { size: 1472, seq: 2 });
  net.run(10_000);
  net.mtu('b', 'eth0', 1300);
  const refused = net.ping('r', '10.0.2.2', { size: 1350 });
  expect(refused.sent).toMatchObject({ errno: 'ENOBUFS' });
  net.run(1000);
  net.ping('r', '10.0.2.2', { size: 1350 });
  net.run(1000);
  expect(net.dev('r', 'r1').stats).toMatchObject({ rxPackets: 7, rxBytes: 3368, rxDropped: 2, txPackets: 14, txBytes: 6562, txDropped: 2 });
  expect(net.dev('b', 'eth0').stats).toMatchObject({
    rxPackets: 14,
    rxBytes: 6562,
    rxDropped: 2,
    txPackets: 7,
    txBytes: 3368,
    txDropped: 2,
  });
  net.route('r', '10.0.5.0/24', '10.0.1.9');
  net.route('r', '10.0.6.0/24', 'prohibit');
  net.route('r', '10.0.7.0/24', 'unreachable');
  net.ping('a', '10.0.5.1');
  net.run(999);
  net.ping('a', '10.0.6.1');
  net.run(40);
  net.ping('a', '10.0.7.1');
  net.run(960);
  net.ping('a', '10.0.1.255', { pmtu: 'do' });
  net.run(1000);
  net.ping('a', '224.0.0.1', { pmtu: 'do' });
  net.run(100);
  expect(seen(right)).toEqual(recorded('routed-r1'));
  expect(seen(left)).toEqual(recorded('routed-r0'));
});
