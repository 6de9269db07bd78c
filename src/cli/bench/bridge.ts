import { writeMac } from '../../sim/base/address.ts';
import { setU16 } from '../../sim/base/bytes.ts';
import { EventQueue } from '../../sim/base/event-queue.ts';
import { Random } from '../../sim/base/random.ts';
import { isError, type KernelError } from '../../sim/base/result.ts';
import { NS_PER_MS } from '../../sim/base/time.ts';
import { IFF_UP, type NetDevice } from '../../sim/kernel/device/net-device.ts';
import { devQueueXmit } from '../../sim/kernel/device/transmit.ts';
import { Kernel } from '../../sim/kernel/kernel.ts';
import type { NetNamespace } from '../../sim/kernel/netns.ts';
import { Skb } from '../../sim/kernel/skb.ts';
import { Trace } from '../../sim/kernel/trace.ts';
import { median, milliseconds, type Result } from './measure.ts';
import { pingAcross } from './ping-across.ts';

const FRAMES = 300_000;
const BURST = 64;
const FRAME_BYTES = 64;
/** For experiments (IEEE 802): nobody up the stack wants it, so what is measured is the way there. */
const ETH_P_EXPERIMENT = 0x88b5;
const SIZES = [10, 100, 1000];
const NETWORK = 0x0a00_0000;

interface Lan {
  readonly clock: EventQueue;
  /** The end of each host's veth pair in its own namespace. */
  readonly hosts: readonly NetDevice[];
}

/** Namespaces on one bridge: how long they take to build, what they weigh, and what a frame between two of them costs. */
export function benchBridge(): Result[] {
  const results: Result[] = [];
  for (const size of SIZES) {
    const before = usedBytes();
    let lan: Lan | undefined;
    const ms = milliseconds(() => {
      lan = build(size);
    });
    if (lan === undefined) throw new Error('not built');
    const bytes = usedBytes() - before;
    results.push({ name: `${size} namespaces on a bridge, built`, value: ms, unit: 'ms' });
    results.push({ name: `${size} namespaces on a bridge, memory each`, value: bytes / size / 1000, unit: 'kB' });
    results.push({ name: `bridge with ${size} ports, unicast`, value: rate(lan), unit: 'frames/s' });
    const hosts = lan.hosts.map(({ ns }, i) => ({ ns, address: NETWORK + i + 1 }));
    results.push({ name: `${size} namespaces on a bridge, first ping across`, value: pingAcross(lan.clock, hosts), unit: 'ms' });
  }
  return results;
}

/** Needs `node --expose-gc`, as `npm run bench` has it. */
function usedBytes(): number {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function build(size: number): Lan {
  const clock = new EventQueue();
  const kernel = new Kernel({ machine: 'host1', clock, random: new Random('bench'), trace: new Trace() });
  const root = kernel.initNetns;
  ok(root.rtnetlink.addLink({ kind: 'bridge', name: 'br0', up: true }));
  const bridge = device(root, 'br0');
  const hosts: NetDevice[] = [];
  for (let i = 1; i <= size; i++) {
    const ns = kernel.createNetns();
    ns.hold();
    ok(root.rtnetlink.addLink({ kind: 'veth', name: `v${i}`, peer: { name: 'eth0', netns: { netnsInode: ns.inode } } }));
    ok(root.rtnetlink.setLink(device(root, `v${i}`).ifindex, { master: bridge.ifindex, flags: IFF_UP, flagsMask: IFF_UP }));
    const eth0 = device(ns, 'eth0');
    ok(
      ns.rtnetlink.addAddress({
        family: 'inet',
        ifindex: eth0.ifindex,
        local: NETWORK + i,
        prefixLen: 16,
        create: true,
        exclusive: true,
        replace: false,
      }),
    );
    ok(ns.rtnetlink.setLink(eth0.ifindex, { flags: IFF_UP, flagsMask: IFF_UP }));
    hosts.push(eth0);
  }
  return { clock, hosts };
}

/** Frames per second from hosts to their neighbours, which the bridge has heard of. */
function rate({ clock, hosts }: Lan): number {
  const run = (frames: number): void => {
    const received = (): number => hosts.reduce((sum, { stats }) => sum + stats.rxPackets, 0);
    const before = received();
    for (let sent = 0; sent < frames; sent += BURST) {
      for (let i = 0; i < BURST; i++) send(hosts, (sent + i) % hosts.length);
      clock.runUntil(clock.now);
    }
    clock.runUntil(clock.now + NS_PER_MS);
    if (received() - before < frames) throw new Error(`only ${received() - before} of ${frames} frames arrived`);
  };
  // Router solicitations and reports of the first seconds, and everybody heard once.
  clock.runUntil(clock.now + 20_000 * NS_PER_MS);
  run(Math.max(hosts.length, BURST) * 2);
  return (FRAMES / median(3, () => milliseconds(() => run(FRAMES)))) * 1000;
}

function send(hosts: readonly NetDevice[], from: number): void {
  const source = hosts[from] as NetDevice;
  const target = hosts[(from + 1) % hosts.length] as NetDevice;
  const skb = Skb.alloc(FRAME_BYTES);
  writeMac(skb.buf, skb.data, target.address);
  writeMac(skb.buf, skb.data + 6, source.address);
  setU16(skb.buf, skb.data + 12, ETH_P_EXPERIMENT);
  devQueueXmit(source, skb);
}

function device(ns: NetNamespace, name: string): NetDevice {
  const found = ns.deviceByName(name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

function ok(answer: KernelError | undefined): void {
  if (isError(answer)) throw new Error(`${answer.errno}: ${answer.extack ?? ''}`);
}
