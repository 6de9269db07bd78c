import { expect, it } from 'vitest';
import { TestNet } from '../test-net.ts';
import { procSnmp } from './proc-snmp.ts';

/** The counters of /proc/net/snmp that are not 0, by name; settings left out. */
function counted(text: string): Record<string, number> {
  const lines = text.trim().split('\n');
  const found: Record<string, number> = {};
  for (let i = 0; i < lines.length; i += 2) {
    const [head = '', ...names] = (lines[i] as string).split(' ');
    const values = (lines[i + 1] as string).split(' ').slice(1).map(Number);
    for (const [k, name] of names.entries()) {
      const value = values[k] as number;
      if (value !== 0 && !/^(Forwarding|DefaultTTL|Rto|MaxConn)/.test(name)) found[head.replace(':', '') + name] = value;
    }
  }
  return found;
}

// a:eth0 10.0.1.2 ─── 10.0.1.1 r0:r:r1 10.0.2.1 ─── 10.0.2.2 b:eth0
it('counts what a router forwards, refuses and answers', () => {
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
  net.ping('a', '10.0.2.2');
  net.run(100);
  net.ping('a', '10.0.2.2', { ttl: 1 });
  net.run(100);
  net.ping('a', '10.0.3.99');
  net.run(100);
  net.ping('a', '10.0.2.2', { size: 3000, pmtu: 'dont' });
  net.run(100);
  const udp = net.ns('a').sockets.udp('inet');
  udp.send(Uint8Array.of(1), { family: 'inet', address: 0x0a000202, port: 7777 });
  net.run(100);

  expect(Object.fromEntries(['a', 'r', 'b'].map((name) => [name, counted(procSnmp(net.ns(name)))]))).toEqual({
    a: {
      IpInReceives: 7,
      IpInDelivers: 5,
      IpOutRequests: 5,
      IpReasmReqds: 3,
      IpReasmOKs: 1,
      IpFragOKs: 1,
      IpFragCreates: 3,
      IpOutTransmits: 7,
      IcmpInMsgs: 5,
      IcmpInDestUnreachs: 2,
      IcmpInTimeExcds: 1,
      IcmpInEchoReps: 2,
      IcmpOutMsgs: 4,
      IcmpOutEchos: 4,
      IcmpMsgInType0: 2,
      IcmpMsgInType3: 2,
      IcmpMsgInType11: 1,
      IcmpMsgOutType8: 4,
      UdpOutDatagrams: 1,
    },
    r: {
      IpInReceives: 12,
      IpInHdrErrors: 1,
      IpForwDatagrams: 10,
      IpOutRequests: 2,
      IpOutTransmits: 12,
      IcmpOutMsgs: 2,
      IcmpOutDestUnreachs: 1,
      IcmpOutTimeExcds: 1,
      IcmpMsgOutType3: 1,
      IcmpMsgOutType11: 1,
    },
    b: {
      IpInReceives: 5,
      IpInDelivers: 3,
      IpOutRequests: 3,
      IpReasmReqds: 3,
      IpReasmOKs: 1,
      IpFragOKs: 1,
      IpFragCreates: 3,
      IpOutTransmits: 5,
      IcmpInMsgs: 2,
      IcmpInEchos: 2,
      IcmpOutMsgs: 3,
      IcmpOutDestUnreachs: 1,
      IcmpOutEchoReps: 2,
      IcmpMsgInType8: 2,
      IcmpMsgOutType0: 2,
      IcmpMsgOutType3: 1,
      UdpNoPorts: 1,
    },
  });
});
