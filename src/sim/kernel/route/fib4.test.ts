import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ipv4Mask, parseIpv4 } from '../../base/ipv4-address.ts';
import { isError } from '../../base/result.ts';
import { type RouteFlags, type RouteRequest, RT_TABLE_MAIN, RTPROT_BOOT } from '../rtnetlink/messages.ts';
import { showRoute, showRoutes } from '../test-dump.ts';
import { ok, TestNet } from '../test-net.ts';
import { FibTable } from './fib-table.ts';

const ADD: RouteFlags = { create: true, exclusive: true, replace: false, append: false };
const APPEND: RouteFlags = { create: true, exclusive: false, replace: false, append: true };
const PREPEND: RouteFlags = { create: true, exclusive: false, replace: false, append: false };
const CHANGE: RouteFlags = { create: false, exclusive: false, replace: true, append: false };
const REPLACE: RouteFlags = { create: true, exclusive: false, replace: true, append: false };

function request(prefix: string, more: Partial<RouteRequest> & { via?: string; dev?: number; onlink?: boolean }): RouteRequest {
  const [dst = '', length = '32'] = prefix.split('/');
  const { via, dev, onlink, ...rest } = more;
  const hop = { ...(via === undefined ? {} : { gateway: parseIpv4(via) ?? 0 }), ...(dev === undefined ? {} : { ifindex: dev }) };
  return {
    family: 'inet',
    type: 'unicast',
    dst: parseIpv4(dst) ?? 0,
    dstLen: Number(length),
    table: RT_TABLE_MAIN,
    protocol: RTPROT_BOOT,
    scope: via === undefined && dev !== undefined ? 253 : 0,
    nexthops: Object.keys(hop).length === 0 ? [] : [{ ...hop, onlink: onlink ?? false }],
    ...rest,
  };
}

// a:v0 10.0.0.1/24 ─── v1:b
function net(): TestNet {
  const made = new TestNet();
  made.veth('a:v0=02:00:00:00:00:0a', 'b:v1=02:00:00:00:00:0b');
  made.up('a', 'v0');
  made.up('b', 'v1');
  made.run(10);
  made.addr('a', 'v0', '10.0.0.1/24');
  return made;
}

it('adds, appends, prepends, changes and replaces routes of one prefix as the kernel does', () => {
  const { ip4 } = net().ns('a');
  const say = (answer: unknown): string => (isError(answer) ? answer.errno : 'ok');
  const said = [
    say(ip4.fib4.add(request('10.9.0.0/16', { dev: 2 }), ADD)),
    say(ip4.fib4.add(request('10.9.0.0/16', { dev: 2, priority: 5 }), ADD)),
    say(ip4.fib4.add(request('10.9.0.0/16', { via: '10.0.0.12' }), ADD)),
    say(ip4.fib4.add(request('10.9.0.0/16', { via: '10.0.0.13' }), APPEND)),
    say(ip4.fib4.add(request('10.9.0.0/16', { via: '10.0.0.13' }), APPEND)),
    say(ip4.fib4.add(request('10.9.0.0/16', { via: '10.0.0.14' }), PREPEND)),
    say(ip4.fib4.add(request('10.9.0.0/16', { via: '10.0.0.15' }), CHANGE)),
    say(ip4.fib4.add(request('10.99.0.0/16', { via: '10.0.0.15' }), CHANGE)),
    say(ip4.fib4.add(request('10.9.0.0/16', { via: '10.0.0.15' }), REPLACE)),
    say(ip4.fib4.add(request('10.9.0.0/16', { via: '10.0.0.13' }), REPLACE)),
    say(ip4.fib4.remove(request('10.9.0.0/16', { type: 'unspec', protocol: 0, scope: 255, priority: 9 }))),
  ];
  expect([said, showRoutes(ip4.ns, 'inet', RT_TABLE_MAIN)]).toEqual([
    ['ok', 'ok', 'EEXIST', 'ok', 'EEXIST', 'ok', 'ok', 'ENOENT', 'ok', 'EEXIST', 'ESRCH'],
    [
      '10.0.0.0/24 dev v0 src 10.0.0.1',
      '10.9.0.0/16 via 10.0.0.15 dev v0',
      '10.9.0.0/16 dev v0',
      '10.9.0.0/16 via 10.0.0.13 dev v0',
      '10.9.0.0/16 dev v0 metric 5',
    ],
  ]);
});

it('refuses next hops that cannot be, in the words of the kernel', () => {
  const { ip4 } = net().ns('a');
  const add = (prefix: string, more: Parameters<typeof request>[1]): string => {
    const answer = ip4.fib4.add(request(prefix, more), ADD);
    return isError(answer) ? `${answer.errno} ${answer.extack ?? ''}` : 'ok';
  };
  expect([
    add('10.2.0.0/16', { via: '10.99.0.1' }),
    add('10.2.0.1/16', { via: '10.0.0.2' }),
    add('10.2.0.0/16', { via: '10.0.0.255' }),
    add('10.2.0.0/16', { dev: 1, via: '10.0.0.2' }),
    add('10.2.0.0/16', { dev: 9 }),
    add('10.2.0.0/16', { via: '172.16.0.1', onlink: true }),
    add('10.2.0.0/16', { via: '10.0.0.2', prefSrc: parseIpv4('10.7.7.7') ?? 0 }),
    add('10.2.0.0/16', { via: '10.0.0.2', scope: 253 }),
    add('10.2.0.0/16', { type: 'blackhole', dev: 2 }),
    add('10.2.0.0/16', { via: '172.16.0.1', dev: 2, onlink: true }),
  ]).toEqual([
    'ENETUNREACH Nexthop has invalid gateway',
    'EINVAL Invalid prefix for given prefix length',
    'EINVAL Nexthop has invalid gateway',
    'ENETUNREACH Nexthop has invalid gateway',
    'ENODEV ',
    'ENODEV Nexthop device required for onlink',
    'EINVAL Invalid prefsrc address',
    'ENETUNREACH Nexthop has invalid gateway',
    'EINVAL Gateway, device and multipath can not be specified for this route type',
    'ok',
  ]);
});

it('answers look-ups by longest prefix, rules and type', () => {
  const made = net();
  const { ip4, rtnetlink } = made.ns('a');
  made.route('a', '10.9.0.0/16', '10.0.0.7');
  made.route('a', '10.9.1.0/24', 'unreachable');
  ok(ip4.fib4.add(request('0.0.0.0/0', { via: '10.0.0.8', table: 100 }), ADD));
  const get = (dst: string, mark = 0): string => {
    const route = rtnetlink.getRoute({ family: 'inet', dst: parseIpv4(dst) ?? 0, mark });
    return isError(route) ? route.errno : showRoute(ip4.ns, route);
  };
  const seen = [get('10.9.2.2'), get('10.9.1.1'), get('8.8.8.8'), get('10.0.0.1'), get('10.0.0.255')];
  ok(
    rtnetlink.addRule({
      family: 'inet',
      priority: undefined,
      srcLen: 0,
      dstLen: 0,
      tos: 0,
      fwmark: 5,
      table: 100,
      action: 'table',
      protocol: 3,
    }),
  );
  seen.push(get('8.8.8.8'), get('8.8.8.8', 5), get('127.0.0.1'));
  expect(seen).toEqual([
    '10.9.2.2 via 10.0.0.7 dev v0 src 10.0.0.1',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'local 10.0.0.1 dev lo src 10.0.0.1',
    'broadcast 10.0.0.255 dev v0 src 10.0.0.1',
    'ENETUNREACH',
    '8.8.8.8 via 10.0.0.8 dev v0 table 100 src 10.0.0.1',
    'local 127.0.0.1 dev lo table local src 127.0.0.1',
  ]);
});

it('finds what comparing with every prefix finds', () => {
  const prefix = fc.tuple(fc.nat(0xffffffff), fc.integer({ min: 0, max: 32 }));
  fc.assert(
    fc.property(fc.array(prefix, { maxLength: 60 }), fc.array(fc.nat(0xffffffff), { maxLength: 20 }), (prefixes, addresses) => {
      const table = new FibTable(RT_TABLE_MAIN);
      const info = {
        type: 'unicast',
        table: 254,
        protocol: 3,
        scope: 0,
        priority: 0,
        prefSrc: 0,
        metrics: undefined,
        realm: undefined,
        flags: 0,
      } as const;
      const hop = { dev: undefined, oif: 1, gateway: undefined, gatewayFamily: undefined, flags: 0, weight: 1, scope: 254 };
      const entries = prefixes.map(([address, length]) => ({ prefix: (address & ipv4Mask(length)) >>> 0, length }));
      for (const { prefix, length } of entries) {
        table.insert({ prefix, prefixLen: length, tos: 0, type: 'unicast', info: { ...info, nexthops: [hop] } }, 0);
      }
      for (const address of [...addresses, ...entries.map((entry) => entry.prefix)]) {
        const best = Math.max(
          -1,
          ...entries.filter(({ prefix, length }) => (address & ipv4Mask(length)) >>> 0 === prefix).map((e) => e.length),
        );
        const found = table.lookup({ dst: address, tos: 0, oif: 0, scope: 0, ignoreLinkState: false });
        expect(typeof found === 'object' ? found.alias.prefixLen : -1).toBe(best);
      }
    }),
    { numRuns: 50 },
  );
});
