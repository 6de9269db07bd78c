import { expect, it } from 'vitest';
import { isError } from '../../base/result.ts';
import { TestNet } from '../test-net.ts';

const answer = (value: unknown): unknown => (isError(value) ? value.errno : value);

it('lists what a namespace has, devices as they are named', () => {
  const net = new TestNet();
  net.veth('a:v0=02:00:00:00:00:0a', 'b:v1=02:00:00:00:00:0b');
  const { sysctl } = net.ns('a');
  expect([
    sysctl.list('net'),
    sysctl.list('net/ipv4/conf'),
    sysctl.list('net/ipv6/neigh'),
    sysctl.list('net/ipv4/neigh/v0')?.slice(0, 4),
    sysctl.list('net/ipv4/conf/v1'),
    sysctl.exists('net/ipv4/conf/v0/forwarding'),
    sysctl.mode('net/ipv4/route/flush'),
  ]).toEqual([
    ['bridge/', 'core/', 'ipv4/', 'ipv6/', 'mptcp/', 'netfilter/', 'unix/'],
    ['all/', 'default/', 'lo/', 'v0/'],
    ['lo/', 'v0/'],
    ['anycast_delay', 'app_solicit', 'base_reachable_time', 'base_reachable_time_ms'],
    undefined,
    true,
    0o200,
  ]);
});

it('ip_forward is conf/all/forwarding and switches every device', () => {
  const net = new TestNet();
  const { sysctl, kernel } = net.ns('a');
  sysctl.write('net/ipv4/ip_forward', '1\n');
  const names = ['all/forwarding', 'default/forwarding', 'lo/forwarding', 'all/accept_redirects'];
  const child = kernel.createNetns(net.ns('a'));
  expect([names.map((name) => sysctl.read(`net/ipv4/conf/${name}`)), child.sysctl.read('net/ipv4/ip_forward')]).toEqual([
    ['1\n', '1\n', '1\n', '0\n'],
    '1\n',
  ]);
});

it('a default reaches devices until they have an address, or a value of their own', () => {
  const net = new TestNet();
  net.veth('a:v0=02:00:00:00:00:0a', 'a:v1=02:00:00:00:00:0b');
  net.veth('a:v2=02:00:00:00:00:0c', 'a:v3=02:00:00:00:00:0d');
  net.addr('a', 'v0', '10.0.0.1/24');
  const { sysctl } = net.ns('a');
  sysctl.write('net/ipv4/conf/v1/rp_filter', '0');
  sysctl.write('net/ipv4/conf/default/rp_filter', '2');
  expect(['v0', 'v1', 'v2', 'default', 'all'].map((name) => sysctl.int(`net/ipv4/conf/${name}/rp_filter`))).toEqual([0, 0, 2, 2, 0]);
});

it('refuses what the kernel refuses', () => {
  const { sysctl } = new TestNet().ns('a');
  const write = (path: string, text: string): unknown => [answer(sysctl.write(path, text)), answer(sysctl.read(path))];
  expect([
    write('net/ipv4/ip_default_ttl', '300'),
    write('net/ipv4/ip_default_ttl', '0x20'),
    write('net/ipv4/conf/all/rp_filter', 'abc'),
    write('net/ipv4/conf/all/rp_filter', '1 2'),
    write('net/ipv4/conf/all/mc_forwarding', '1'),
    write('net/ipv4/ip_local_port_range', '1000 2000'),
    write('net/ipv4/ip_local_port_range', '2000 3000'),
    write('net/ipv4/tcp_rmem', '1 2'),
    write('net/ipv4/nosuch', '1'),
    write('net/ipv4/conf', '1'),
    write('net/ipv4/route/flush', '1'),
    write('net/ipv6/conf/lo/hop_limit', '0'),
    write('net/ipv6/conf/lo/stable_secret', 'x'),
  ]).toEqual([
    ['EINVAL', '64\n'],
    [undefined, '32\n'],
    ['EINVAL', '0\n'],
    ['EINVAL', '0\n'],
    ['EACCES', '0\n'],
    ['EINVAL', '32768\t60999\n'],
    [undefined, '2000\t3000\n'],
    [undefined, '1\t2\t31908864\n'],
    ['ENOENT', 'ENOENT'],
    ['EISDIR', 'EISDIR'],
    [undefined, 'EACCES'],
    ['EINVAL', '64\n'],
    ['EINVAL', 'EIO'],
  ]);
});
