import { beforeEach, expect, test } from 'vitest';
import { ProcessWorld } from '../../../../../test/process-world.ts';
import { fail, isError } from '../../../base/result.ts';
import { text, utf8 } from '../../../base/utf8.ts';
import { type DeviceOps, IFF_BROADCAST, IFF_MULTICAST, IFF_UP, NetDevice } from '../../../kernel/device/net-device.ts';
import type { NetNamespace } from '../../../kernel/netns.ts';
import type { LinkChange } from '../../../kernel/rtnetlink/messages.ts';
import type { FileSystem } from '../../file-system.ts';
import type { Process } from '../../process.ts';
import { parseUnsigned } from './sys-attribute.ts';
import { sysRoot } from './sys-root.ts';

let fs: FileSystem;
let p: Process;
let veth: NetDevice;
const changes: LinkChange[] = [];

// v0 (4) and its peer v1 (3), both just made and down.
beforeEach(() => {
  const { machine } = new ProcessWorld();
  fs = machine.files;
  p = machine.init;
  changes.length = 0;
  const setLink = (_ifindex: number, change: LinkChange) => {
    changes.push(change);
    return change.mtu !== undefined && (change.mtu < 68 || change.mtu > 65535) ? fail('EINVAL') : undefined;
  };
  const devices = machine.kernel.initNetns.devices;
  const ns = Object.create(machine.kernel.initNetns, { rtnetlink: { value: { setLink } } }) as NetNamespace;
  const ops = { kind: 'veth', lowerLink: () => peer } as unknown as DeviceOps;
  const peer: NetDevice = new NetDevice(ns, 'v1', ops, 0x02_00_00_00_00_01);
  veth = new NetDevice(ns, 'v0', ops, 0xca_e0_bb_79_bd_a0);
  for (const [ifindex, dev] of [[3, peer] as const, [4, veth] as const]) {
    dev.ifindex = ifindex;
    dev.carrier = false;
    dev.carrierChanges = 1;
    devices.set(ifindex, dev);
  }
});

const answer = (result: unknown): unknown => (isError(result) ? result.errno : result);
const write = (path: string, contents: string) => answer(fs.writeFile(p, `/sys/class/net/${path}`, utf8(contents)));
const read = (path: string) => {
  const data = fs.readFile(p, `/sys/class/net/${path}`);
  return isError(data) ? data.errno : text(data);
};

test('a device is a link to its directory, which looks as in sysfs', () => {
  expect(fs.readLink(p, '/sys/class/net/v0')).toBe('../../devices/virtual/net/v0');
  expect(answer(fs.resolve(p, '/sys/class/net/v0/statistics/../../v1'))).toBe('/sys/devices/virtual/net/v1');
  expect(answer(fs.resolve(p, '/sys/class/net/v0/subsystem'))).toBe('/sys/class/net');
  expect(fs.stat(p, '/sys/class/net/v0/mtu')).toMatchObject({ mode: 0o644, size: 4096 });
  expect(fs.stat(p, '/sys/class/net/v0/address')).toMatchObject({ mode: 0o444 });
});

test('a device that is down has no carrier, speed or duplex to show; one that is up has', () => {
  const FILES = [
    'operstate',
    'carrier',
    'carrier_changes',
    'carrier_up_count',
    'carrier_down_count',
    'speed',
    'duplex',
    'dormant',
    'flags',
  ];
  const show = () => FILES.map((name) => read(`v0/${name}`).trimEnd());
  expect(show()).toEqual(['down', 'EINVAL', '1', '0', '1', 'EINVAL', 'EINVAL', 'EINVAL', '0x1002']);
  veth.flags = IFF_UP | IFF_BROADCAST | IFF_MULTICAST;
  veth.operstate = 'LOWERLAYERDOWN';
  expect(show()).toEqual(['lowerlayerdown', '0', '1', '0', '1', '10000', 'full', '0', '0x1003']);
});

test('the plain values', () => {
  const FILES = [
    'address',
    'broadcast',
    'mtu',
    'ifindex',
    'iflink',
    'type',
    'addr_len',
    'dev_id',
    'link_mode',
    'netdev_group',
    'tx_queue_len',
    'uevent',
    'ifalias',
  ];
  expect(FILES.map((name) => read(`v0/${name}`))).toEqual([
    'ca:e0:bb:79:bd:a0\n',
    'ff:ff:ff:ff:ff:ff\n',
    '1500\n',
    '4\n',
    '3\n',
    '1\n',
    '6\n',
    '0x0\n',
    '0\n',
    '0\n',
    '1000\n',
    'INTERFACE=v0\nIFINDEX=4\n',
    '',
  ]);
  veth.stats.rxBytes = 426;
  expect([read('v0/statistics/rx_bytes'), read('v0/queues/tx-0/tx_timeout'), read('v0/queues/tx-0/traffic_class')]).toEqual([
    '426\n',
    '0\n',
    'ENOENT',
  ]);
});

test('what is written goes to the kernel as a change of the link, and its refusal comes back', () => {
  expect([write('v0/mtu', '0x600\n'), write('v0/mtu', '10\n'), write('v0/mtu', 'abc\n'), write('v0/tx_queue_len', '-5\n')]).toEqual([
    undefined,
    'EINVAL',
    'EINVAL',
    'EINVAL',
  ]);
  write('v0/ifalias', 'hello\n');
  write('v0/flags', '0x1003\n');
  write('v0/netdev_group', '5\n');
  expect(changes).toEqual([{ mtu: 1536 }, { mtu: 10 }, { alias: 'hello' }, { flags: 0x1003, flagsMask: 0xffffffff }, { group: 5 }]);
});

test('what cannot be written is refused when opened, what the device cannot do when written', () => {
  expect([write('v0/address', 'x'), write('v0/nosuch', 'x'), write('v0/carrier', '1\n'), write('v0/proto_down', '1\n')]).toEqual([
    'EACCES',
    'EACCES',
    'EOPNOTSUPP',
    'EOPNOTSUPP',
  ]);
  expect([answer(fs.makeDirectory(p, '/sys/class/net/x')), answer(fs.unlink(p, '/sys/class/net/v0/mtu'))]).toEqual(['EPERM', 'EPERM']);
});

test('a file of a device that has gone answers ENODEV, its path ENOENT', () => {
  const file = fs.open(p, '/sys/class/net/v0/mtu', { read: true });
  veth.ns.devices.delete(4);
  expect([isError(file) ? file : answer(file.read(10)), read('v0/mtu')]).toEqual(['ENODEV', 'ENOENT']);
});

test('/sys shows the devices of the namespace of who mounted it', () => {
  const other = { devices: new Map(), deviceByName: () => undefined } as unknown as NetNamespace;
  const root = sysRoot(other).lookup(p, 'class');
  const net = root?.kind === 'directory' ? root.lookup(p, 'net') : undefined;
  expect(net?.kind === 'directory' && net.names(p)).toEqual([]);
  const inside = Object.create(p, { netns: { value: other } }) as Process;
  fs.mount(inside, { type: 'sysfs', source: 'red', target: '/sys' });
  expect(answer(fs.readDirectory(p, '/sys/class/net'))).toEqual([]);
  fs.unmount(p, '/sys');
  expect(answer(fs.readDirectory(p, '/sys/class/net'))).toContain('v0');
});

test('numbers are read as kstrtoul reads them', () => {
  const values = ['10', '+10\n', '0x1F', '010', '0', '', '\n', '10 ', '-1', '1x', '10\n\n', '99999999999999999999999'];
  expect(values.map((value) => answer(parseUnsigned(value)))).toEqual([
    10,
    10,
    31,
    8,
    0,
    'EINVAL',
    'EINVAL',
    'EINVAL',
    'EINVAL',
    'EINVAL',
    'EINVAL',
    'ERANGE',
  ]);
});
