import { expect, test } from 'vitest';
import type { Process } from '../../machine/process.ts';
import { completeIp } from './complete.ts';

const p = {
  netns: {
    devices: new Map([
      [1, { name: 'lo' }],
      [2, { name: 'eth0' }],
    ]),
  },
  machine: { files: { readDirectory: () => ['red', 'blue'] } },
} as unknown as Process;

const complete = (line: string): readonly string[] => completeIp(p, line.split(' '));

test('Tab knows objects, commands, options and what is there', () => {
  expect(complete('ip ne')).toEqual(['neighbour', 'netns', 'nexthop']);
  expect(complete('ip link s')).toEqual(['set', 'show']);
  expect(complete('ip link set e')).toEqual(['eth0']);
  expect(complete('ip addr add 10.0.0.1/24 dev ')).toEqual(['eth0', 'lo']);
  expect(complete('ip link add v0 type v')).toEqual(['veth', 'vlan', 'vxlan']);
  expect(complete('ip netns exec r')).toEqual(['red']);
  expect(complete('ip -n b')).toEqual(['blue']);
  expect(complete('ip -br')).toEqual(['-brief']);
  expect(complete('ip -n red addr sh')).toEqual(['show']);
});
