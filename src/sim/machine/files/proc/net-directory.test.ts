import { expect, test } from 'vitest';
import { parseIpv4, parseIpv6, parseMac } from '../../../base/address.ts';
import type { NetNamespace } from '../../../kernel/netns.ts';
import type { AddressDump, NeighDump, NexthopDump, RouteDump } from '../../../kernel/rtnetlink/messages.ts';
import { devText } from './net-devices.ts';
import { arpText, igmpText, routeText } from './net-ipv4.ts';
import { ifInet6Text, igmp6Text, ipv6RouteText } from './net-ipv6.ts';

// What `cat` printed on Linux 6.18 in a namespace with lo (1), eth0 (2), v1 (3) and v0 (4).

const STATS = { rxErrors: 0, rxDropped: 0, rxMissed: 0, multicast: 0, txErrors: 0, txDropped: 0, txCarrierErrors: 0, collisions: 0 };
const IDLE = { ...STATS, rxPackets: 0, rxBytes: 0, txPackets: 0, txBytes: 0 };

const ALL_HOSTS = { users: 1, timerNs: undefined, reporter: false };

function device(ifindex: number, name: string, type = 1, stats: object = IDLE) {
  return { ifindex, name, type, stats, linkGroups: new Map(), in4: { groups: new Map([[0xe0000001, ALL_HOSTS]]) } };
}

const DEVICES = [
  device(1, 'lo', 772),
  device(2, 'eth0', 1, { ...STATS, rxBytes: 426, rxPackets: 5, rxDropped: 1, txBytes: 516, txPackets: 6 }),
  device(3, 'v1'),
  device(4, 'v0'),
];

/** A namespace that answers dumps with what a test says. */
function namespace(dumps: object, groups: Readonly<Record<string, readonly string[]>> = {}): NetNamespace {
  return {
    devices: new Map(DEVICES.map((dev) => [dev.ifindex, dev])),
    rtnetlink: dumps,
    dataPlane: { igmpVersion: () => 3 },
    kernel: { clock: { now: 0 } },
    ip6: { groupsOf: (dev: { name: string }) => groups[dev.name] ?? [] },
  } as unknown as NetNamespace;
}

const v4 = (text: string) => parseIpv4(text) as number;
const v6 = (text: string) => parseIpv6(text) as string;

function route(
  family: 'inet' | 'inet6',
  prefix: string,
  rest: Omit<Partial<RouteDump>, 'nexthops'> & { via?: string; dev?: number },
): RouteDump {
  const [address, length] = prefix.split('/');
  const { via, dev, ...fields } = rest;
  const parse = family === 'inet' ? v4 : v6;
  const hop = { ifindex: dev, gateway: via && parse(via), gatewayFamily: via && family, flags: 0, weight: 1 } as NexthopDump;
  const dst = prefix === 'default' ? undefined : parse(address as string);
  const base = {
    family,
    type: 'unicast',
    dst,
    dstLen: dst === undefined ? 0 : Number(length),
    src: undefined,
    srcLen: 0,
    table: 254,
    protocol: 3,
  };
  return { ...base, metrics: undefined, nexthops: dev === undefined ? [] : [hop], ...fields } as RouteDump;
}

test('/proc/net/dev has a line of fixed columns for each device', () => {
  const lines = devText(namespace({})).split('\n');
  expect(lines.slice(0, 4)).toEqual([
    'Inter-|   Receive                                                |  Transmit',
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
    '    lo:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0',
    '  eth0:     426       5    0    1    0     0          0         0      516       6    0    0    0     0       0          0',
  ]);
});

test('/proc/net/route prints addresses as a little-endian machine stores them, in lines of 127 columns', () => {
  const routes = [
    route('inet', 'default', { via: '192.168.56.1', dev: 2 }),
    route('inet', '10.0.0.0/24', { dev: 4 }),
    route('inet', '10.2.0.0/16', { type: 'throw' }),
    route('inet', '10.5.0.0/16', { type: 'prohibit' }),
    route('inet', '10.6.0.0/16', { type: 'blackhole' }),
    route('inet', '10.7.0.0/16', { type: 'unreachable' }),
    route('inet', '10.8.0.1/32', { dev: 4 }),
    route('inet', '10.9.0.0/16', {
      via: '10.0.0.9',
      dev: 4,
      priority: 100,
      metrics: { values: { advmss: 1300, window: 1000 }, locked: [] },
    }),
    route('inet', '10.0.0.255/32', { type: 'broadcast', dev: 4 }),
  ];
  const lines = routeText(namespace({ routes: () => routes })).split('\n');
  expect(lines.map((line) => line.trimEnd())).toEqual([
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
    'eth0\t00000000\t0138A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
    'v0\t0000000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0',
    '*\t0000020A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
    '*\t0000050A\t00000000\t0201\t0\t0\t0\t0000FFFF\t0\t0\t0',
    '*\t0000060A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
    '*\t0000070A\t00000000\t0201\t0\t0\t0\t0000FFFF\t0\t0\t0',
    'v0\t0100080A\t00000000\t0005\t0\t0\t0\tFFFFFFFF\t0\t0\t0',
    'v0\t0000090A\t0900000A\t0003\t0\t0\t100\t0000FFFF\t1340\t1000\t0',
    '',
  ]);
  expect(lines.slice(0, -1).every((line) => line.length === 127)).toBe(true);
});

test('/proc/net/arp leaves NOARP neighbours out and ends with published ones', () => {
  const neigh = (dst: string, state: string, lladdr?: string) =>
    ({ family: 'inet', ifindex: dst.startsWith('10.') ? 4 : 2, dst: v4(dst), state, lladdr: lladdr && parseMac(lladdr) }) as NeighDump;
  const found = [
    neigh('10.0.0.50', 'PERMANENT', '02:00:00:00:00:50'),
    neigh('10.0.0.52', 'NOARP', '02:00:00:00:00:52'),
    neigh('192.168.56.1', 'REACHABLE', '52:54:00:ff:00:01'),
    neigh('10.0.0.99', 'INCOMPLETE'),
  ];
  const neighbours = (_family: string, options?: { proxy?: boolean }) => (options?.proxy ? [neigh('10.0.0.60', 'NONE')] : found);
  expect(arpText(namespace({ neighbours })).split('\n')).toEqual([
    'IP address       HW type     Flags       HW address            Mask     Device',
    '10.0.0.50        0x1         0x6         02:00:00:00:00:50     *        v0',
    '192.168.56.1     0x1         0x2         52:54:00:ff:00:01     *        eth0',
    '10.0.0.99        0x1         0x0         00:00:00:00:00:00     *        v0',
    '10.0.0.60        0x1         0xc         00:00:00:00:00:00     *        v0',
    '',
  ]);
});

test('/proc/net/if_inet6 gives scope and flags in hexadecimal', () => {
  const address = (ifindex: number, local: string, prefixLen: number, scope: number) =>
    ({ family: 'inet6', ifindex, local: v6(local), prefixLen, scope, flags: 0x80 }) as AddressDump;
  const addresses = () => [address(1, '::1', 128, 254), address(2, 'fe80::5054:ff:fe00:b', 64, 253), address(4, '2001:db8::1', 64, 0)];
  expect(ifInet6Text(namespace({ addresses })).split('\n')).toEqual([
    '00000000000000000000000000000001 01 80 10 80       lo',
    'fe80000000000000505400fffe00000b 02 40 20 80     eth0',
    '20010db8000000000000000000000001 04 40 00 80       v0',
    '',
  ]);
});

test('/proc/net/ipv6_route lists every table; one without a default route ends with the null entry', () => {
  const routes = () => [
    route('inet6', '2001:db8:1::5/128', { dev: 4, priority: 1024 }),
    route('inet6', '2001:db8:3::/48', { type: 'blackhole', dev: 1, priority: 1024 }),
    route('inet6', '2001:db8:4::/48', { via: '2001:db8::fe', dev: 4, priority: 5 }),
    route('inet6', 'fe80::/64', { dev: 2, priority: 256 }),
    route('inet6', 'default', { via: '2001:db8::ff', dev: 4, priority: 1024 }),
    route('inet6', '2001:db8::1/128', { type: 'local', table: 255, dev: 4, priority: 0 }),
  ];
  const none = '00000000000000000000000000000000';
  expect(ipv6RouteText(namespace({ routes })).split('\n')).toEqual([
    `20010db8000100000000000000000005 80 ${none} 00 ${none} 00000400 00000001 00000000 00000001       v0`,
    `20010db8000300000000000000000000 30 ${none} 00 ${none} 00000400 00000001 00000000 00200200       lo`,
    `20010db8000400000000000000000000 30 ${none} 00 20010db80000000000000000000000fe 00000005 00000001 00000000 00000003       v0`,
    `fe800000000000000000000000000000 40 ${none} 00 ${none} 00000100 00000001 00000000 00000001     eth0`,
    `${none} 00 ${none} 00 20010db80000000000000000000000ff 00000400 00000001 00000000 00000003       v0`,
    `20010db8000000000000000000000001 80 ${none} 00 ${none} 00000000 00000002 00000000 80200001       v0`,
    `${none} 00 ${none} 00 ${none} ffffffff 00000001 00000000 00200200       lo`,
    '',
  ]);
});

test('/proc/net/igmp and igmp6 list the groups of each device', () => {
  expect(igmpText(namespace({})).split('\n').slice(0, 3)).toEqual([
    'Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter',
    '1\tlo        :     1      V3',
    '\t\t\t\t010000E0     1 0:00000000\t\t0',
  ]);
  const groups = { eth0: [v6('ff01::1'), v6('ff02::1'), v6('ff02::1:ff00:b')] };
  expect(igmp6Text(namespace({}, groups)).split('\n')).toEqual([
    '2    eth0            ff0200000000000000000001ff00000b     1 00000004 0',
    '2    eth0            ff020000000000000000000000000001     1 0000000C 0',
    '2    eth0            ff010000000000000000000000000001     1 00000008 0',
    '',
  ]);
});
