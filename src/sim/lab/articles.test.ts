import { expect, test } from 'vitest';
import type { Machine } from '../machine/machine.ts';
import { ARTICLE_LABS } from './articles.ts';
import { buildLab } from './build.ts';
import type { LabDescription } from './description.ts';
import { runCommand } from './run-command.ts';

function machineOf(lab: string) {
  const world = buildLab(ARTICLE_LABS.get(lab) as LabDescription, 'articles');
  return (command: string) => runCommand(world, world.machines.get(lab) as Machine, command).output;
}

test('a lab settles what is drawn: ids, names of cables, MAC addresses; the next of the same name is drawn again', () => {
  const vol = machineOf('vol');
  expect(vol('docker network ls -q')).toBe('0ee165ccab6f\nbaa1cdd2d1e4\n2cb2a0e5dad5\n');
  expect(vol('docker run -d --name test1 busybox sleep 1000')).toMatch(/^dfe2c0f67d68db7d/);
  expect(vol('brctl show')).toContain('docker0\t\t8000.02429de34769\tno\t\tveth9d0b56c\n');
  expect(vol('ip link show veth9d0b56c')).toContain('link/ether 52:9f:51:35:0c:b8 ');
  vol('docker rm -f test1');
  expect(vol('docker run -d --name test1 busybox sleep 1000')).not.toMatch(/^dfe2c0f67d68/);
});

test('a card that nobody has brought up is down and has no queue', () => {
  const vps = machineOf('KitDevVps');
  expect(vps('ip link show ens7')).toContain('3: ens7: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN ');
});
