import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { IFA_F_NODAD } from '../rtnetlink/messages.ts';
import { TestNet } from '../test-net.ts';

/** Frames as tcpdump -v printed them, one string each; what is drawn by lot made alike. */
function frames(text: string): string[] {
  return (
    text
      .replace(/flowlabel 0x[0-9a-f]+/g, 'flowlabel N')
      .replace(/frag \(0x[0-9a-f]+/g, 'frag (N')
      // The real sender left the checksum to a network card that was not there.
      .replace(/fd00:2::2\.\d{5} > (\S+) \[(bad udp cksum[^\]]*|udp sum ok)\]/g, 'fd00:2::2.PORT > $1')
      .replace(/(echo \w+), id \d+/g, '$1, id N')
      .replace(/(unknown option \(14\).*\n\t {2}0x0000: {2})[0-9a-f ]+/g, '$1NONCE')
      .trimEnd()
      .split(/\n(?=\S)/)
  );
}

/** What one host said, in an order that does not depend on when it drew its random delays. */
function saidBy(mac: string, all: string[]): string[] {
  return all.filter((frame) => frame.startsWith(mac)).sort();
}

// a:eth0 02:00:00:00:00:0a ─── 02:00:00:00:00:0b b:eth0
it('says what Linux was recorded saying when a link comes up and addresses come and go', () => {
  const net = new TestNet();
  net.ns('a', true);
  net.ns('b', true);
  net.down('a', 'lo');
  net.down('b', 'lo');
  net.veth('a:eth0=02:00:00:00:00:0a', 'b:eth0=02:00:00:00:00:0b');
  net.up('b', 'eth0');
  const dump = net.capture('b', 'eth0');
  net.run(1000);
  net.up('a', 'eth0');
  net.run(16_000);
  net.addr('a', 'eth0', 'fd00:1::a/64');
  net.run(4000);
  net.addr('b', 'eth0', 'fd00:1::b/64', IFA_F_NODAD);
  net.run(2000);
  net.ping('a', 'fd00:1::b');
  net.run(7010);
  net.ping('a', 'fd00:1::77');
  net.run(5010);
  net.ns('a').rtnetlink.delAddress({ family: 'inet6', ifindex: net.dev('a', 'eth0').ifindex, local: 'fd00:1::a', prefixLen: 64 });
  net.run(3000);
  net.addr('b', 'eth0', 'fd00:1::c/64');
  net.run(2000);
  net.addr('a', 'eth0', 'fd00:1::c/64');
  net.run(3000);

  const expected = frames(readFileSync(new URL('../../../../test/captures/link-up.txt', import.meta.url), 'utf8'));
  const actual = frames(dump.lines({ link: true, verbose: 1 }).join('\n'));
  expect(saidBy('02:00:00:00:00:0a', actual)).toEqual(saidBy('02:00:00:00:00:0a', expected));
  expect(saidBy('02:00:00:00:00:0b', actual)).toEqual(saidBy('02:00:00:00:00:0b', expected));
});

// a:eth0 fd00:1::2 ─── fd00:1::1 r0:r:r1 fd00:2::1 ─── fd00:2::2 b:eth0
it('forwards, fragments and reports errors through a router as Linux was recorded doing', () => {
  const net = new TestNet();
  for (const name of ['a', 'r', 'b']) {
    net.ns(name, true);
    for (const key of ['dad_transmits', 'router_solicitations']) net.sysctl(name, `net/ipv6/conf/default/${key}`, '0');
  }
  net.sysctl('r', 'net/ipv6/conf/all/forwarding', '1');
  net.veth('a:eth0=02:00:00:00:00:0a', 'r:r0=02:00:00:00:01:00');
  net.veth('b:eth0=02:00:00:00:00:0b', 'r:r1=02:00:00:00:01:01');
  net.up('a', 'eth0');
  net.up('r', 'r0', 'r1');
  net.up('b', 'eth0');
  net.addr('a', 'eth0', 'fd00:1::2/64');
  net.addr('r', 'r0', 'fd00:1::1/64');
  net.addr('r', 'r1', 'fd00:2::1/64');
  net.addr('b', 'eth0', 'fd00:2::2/64');
  net.route('a', 'default', 'fd00:1::1');
  net.route('b', 'default', 'fd00:2::1');
  net.run(5000);
  const left = net.capture('r', 'r0');
  const right = net.capture('r', 'r1');
  net.ping('a', 'fd00:2::2');
  net.run(6800);
  net.ping('a', 'fd00:2::2', { ttl: 1 });
  net.run(7);
  net.ping('a', 'fd00:2::99');
  net.run(3080);
  net.ping('a', 'fd00:3::99');
  net.run(29);
  const udp = net.ns('b').sockets.udp('inet6');
  udp.send(new TextEncoder().encode('hello\n'), { family: 'inet6', address: 'fd00:1::2', port: 7777, scopeId: 0 });
  net.run(10);
  net.ping('a', 'fd00:2::2', { size: 3000, pmtu: 'dont' });
  net.run(14);
  net.mtu('r', 'r1', 1400);
  net.ping('a', 'fd00:2::2', { size: 1452 });
  net.run(7);
  net.ping('a', 'fd00:2::2', { size: 1452 });
  net.run(1039);
  net.route('r', 'fd00:5::/64', 'fd00:1::9');
  net.route('r', 'fd00:6::/64', 'prohibit');
  net.route('r', 'fd00:7::/64', 'unreachable');
  net.route('r', 'fd00:8::/64', 'blackhole');
  for (const dst of ['fd00:6::1', 'fd00:7::1', 'fd00:8::1']) {
    net.ping('a', dst);
    net.run(7);
  }
  net.run(1000);
  net.ping('a', 'ff02::1', { scope: 'eth0' });
  net.run(7);
  net.ping('a', 'fe80::ff:fe00:100', { scope: 'eth0' });
  net.run(100);

  const expected = (name: string): string[] =>
    frames(readFileSync(new URL(`../../../../test/captures/${name}.txt`, import.meta.url), 'utf8'));
  expect(frames(right.lines({ link: true, verbose: 1 }).join('\n'))).toEqual(expected('routed6-r1'));
  expect(frames(left.lines({ link: true, verbose: 1 }).join('\n'))).toEqual(expected('routed6-r0'));
});
