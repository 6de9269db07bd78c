import { writeMac } from '../../sim/base/address.ts';
import { setU16 } from '../../sim/base/bytes.ts';
import { NS_PER_MS } from '../../sim/base/time.ts';
import type { NetDevice } from '../../sim/kernel/device/net-device.ts';
import { devQueueXmit } from '../../sim/kernel/device/transmit.ts';
import { Skb } from '../../sim/kernel/skb.ts';
import { buildLab } from '../../sim/lab/build.ts';
import { runCommand } from '../../sim/lab/run-command.ts';
import { duo } from '../../sim/lab/standard.ts';
import type { World } from '../../sim/world/world.ts';
import { median, milliseconds, type Result } from './measure.ts';

const FRAMES = 100_000;
const BURST = 64;
const FRAME_BYTES = 64;
/** For experiments (IEEE 802): nobody up the stack wants it, so what is measured is the way there. */
const ETH_P_EXPERIMENT = 0x88b5;

/** Frames from one host's vxlan to another's, through the switch between them. */
export function benchVxlan(): Result[] {
  const world = buildLab(duo, 'bench');
  const [a, b] = [tunnel(world, 'host1', '192.168.56.12', 1), tunnel(world, 'host2', '192.168.56.11', 2)];
  runCommand(world, host(world, 'host1'), 'ping -c 1 10.0.0.2');
  const run = (frames: number): void => {
    const before = b.stats.rxPackets;
    for (let sent = 0; sent < frames; sent += BURST) {
      for (let i = 0; i < BURST; i++) send(a, b);
      world.run(world.clock.now + NS_PER_MS);
    }
    if (b.stats.rxPackets - before < frames) throw new Error(`only ${b.stats.rxPackets - before} of ${frames} frames arrived`);
  };
  run(BURST * 100);
  return [{ name: 'vxlan between two hosts', value: (FRAMES / median(3, () => milliseconds(() => run(FRAMES)))) * 1000, unit: 'frames/s' }];
}

function tunnel(world: World, name: string, remote: string, n: number): NetDevice {
  const machine = host(world, name);
  const command = [
    `ip link add vx type vxlan id 42 remote ${remote} dstport 4789 dev eth0`,
    `ip addr add 10.0.0.${n}/24 dev vx`,
    'ip link set vx up',
  ].join(' && ');
  const { exit, output } = runCommand(world, machine, command);
  const dev = machine.kernel.initNetns.deviceByName('vx');
  if (exit !== 0 || dev === undefined) throw new Error(output);
  return dev;
}

function host(world: World, name: string): NonNullable<ReturnType<World['machines']['get']>> {
  const machine = world.machines.get(name);
  if (machine === undefined) throw new Error(`no ${name}`);
  return machine;
}

function send(from: NetDevice, to: NetDevice): void {
  const skb = Skb.alloc(FRAME_BYTES, 64);
  writeMac(skb.buf, skb.data, to.address);
  writeMac(skb.buf, skb.data + 6, from.address);
  setU16(skb.buf, skb.data + 12, ETH_P_EXPERIMENT);
  devQueueXmit(from, skb);
}
