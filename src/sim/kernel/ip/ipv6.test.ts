import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { IFA_F_NODAD } from '../rtnetlink/messages.ts';
import { TestNet } from '../test-net.ts';

/** Frames as tcpdump -v printed them, one string each; what is drawn by lot made alike. */
function frames(text: string): string[] {
  return text
    .replace(/flowlabel 0x[0-9a-f]+/g, 'flowlabel N')
    .replace(/(echo \w+), id \d+/g, '$1, id N')
    .replace(/(unknown option \(14\).*\n\t {2}0x0000: {2})[0-9a-f ]+/g, '$1NONCE')
    .trimEnd()
    .split(/\n(?=\S)/);
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
