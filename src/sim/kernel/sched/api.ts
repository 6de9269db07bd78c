// Adding, changing, deleting and listing qdiscs: tc_modify_qdisc(), tc_get_qdisc(), tc_dump_qdisc() in net/sched/sch_api.c.

import { fail, type KernelError } from '../../base/result.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { Kernel } from '../kernel.ts';
import type { NetNamespace } from '../netns.ts';
import { Fifo, FqCodel, PfifoFast } from './fifo.ts';
import { Netem, type NetemOptions } from './netem.ts';
import { type Qdisc, type QdiscStats, RootQdisc } from './qdisc.ts';
import { Tbf, type TbfOptions } from './tbf.ts';

/** What a kind is told; absent is its default. */
export type QdiscOptions =
  | { readonly kind: 'pfifo' | 'bfifo'; readonly limit?: number }
  | { readonly kind: 'pfifo_fast' | 'fq_codel' | 'noqueue' }
  | { readonly kind: 'tbf'; readonly tbf: TbfOptions }
  | { readonly kind: 'netem'; readonly netem: NetemOptions };

/** The root of the tree, as a parent. */
export const TC_H_ROOT = 0xffffffff;

export interface QdiscRequest {
  readonly ifindex: number;
  /** TC_H_ROOT, a class, or 0 where it was not said. */
  readonly parent: number;
  readonly handle: number;
  readonly kind: string | undefined;
  readonly options: QdiscOptions | undefined;
  readonly create: boolean;
  readonly exclusive: boolean;
  readonly replace: boolean;
}

export interface QdiscDump {
  readonly ifindex: number;
  readonly handle: number;
  /** References: one for each of the device's queues, and one more. */
  readonly references: number;
  readonly options: QdiscOptions;
  readonly stats: QdiscStats;
  readonly length: number;
  readonly backlog: number;
}

/** Handles that the kernel gives out, one sequence for a machine (qdisc_alloc_handle). */
const lastHandle = new WeakMap<Kernel, number>();
const FIRST_HANDLE = 0x80000000;

function allocateHandle(kernel: Kernel): number {
  const handle = (lastHandle.get(kernel) ?? FIRST_HANDLE) + 0x10000;
  lastHandle.set(kernel, handle);
  return handle;
}

/** What a device had sent when its own qdisc took over again: that qdisc has sent what came after. */
const baselines = new WeakMap<NetDevice, { readonly packets: number; readonly bytes: number }>();

/** RTM_NEWQDISC. */
export function modifyQdisc(ns: NetNamespace, request: QdiscRequest): undefined | KernelError {
  const dev = ns.devices.get(request.ifindex);
  if (dev === undefined) return fail('ENODEV');
  const { parent, handle, kind } = request;
  const root = dev.sched;
  if (parent === 0) {
    if (handle === 0) return fail('EINVAL', 'Handle cannot be zero');
    if (root?.handle !== handle) return fail('ENOENT', 'Specified qdisc not found');
    return changeOrRefuse(root, request);
  }
  if (parent !== TC_H_ROOT) return fail('ENOENT', 'Failed to find specified qdisc');
  if (root !== undefined && handle !== 0 && root.handle !== handle && !request.replace)
    return fail('EEXIST', 'NLM_F_REPLACE needed to override');
  if (root === undefined || (handle !== 0 && root.handle !== handle)) return createAndGraft(dev, request);
  const another = kind !== undefined && kind !== root.qdisc.kind;
  const plain = !request.create && !request.exclusive && !request.replace;
  if (handle === 0 && another && (plain || (request.create && request.replace))) return graft(dev, request);
  return changeOrRefuse(root, request);
}

function createAndGraft(dev: NetDevice, request: QdiscRequest): undefined | KernelError {
  if (!request.create) return fail('ENOENT', 'Qdisc not found. To create specify NLM_F_CREATE flag');
  return graft(dev, request);
}

function graft(dev: NetDevice, request: QdiscRequest): undefined | KernelError {
  const { options } = request;
  if (options === undefined) return fail('ENOENT', 'Specified qdisc kind is unknown');
  const handle = request.handle || allocateHandle(dev.ns.kernel);
  detachQdisc(dev);
  dev.qdisc = options.kind;
  // A device without a queue: what is sent goes out at once.
  if (options.kind === 'noqueue') return undefined;
  dev.sched = new RootQdisc(makeQdisc(dev, options), handle);
  return undefined;
}

function makeQdisc(dev: NetDevice, options: Exclude<QdiscOptions, { readonly kind: 'noqueue' }> | QdiscOptions): Qdisc {
  switch (options.kind) {
    case 'pfifo':
    case 'bfifo':
      return new Fifo(dev, options.kind, options.limit ?? defaultLimit(dev, options.kind));
    case 'tbf':
      return new Tbf(dev, options.tbf);
    case 'netem':
      return new Netem(dev, options.netem);
    case 'fq_codel':
      return new FqCodel(dev);
    default:
      return new PfifoFast(dev);
  }
}

const LINK_HEADER = 14;

function defaultLimit(dev: NetDevice, kind: 'pfifo' | 'bfifo'): number {
  const packets = dev.txQueueLen || 1;
  return kind === 'pfifo' ? packets : packets * (dev.mtu + LINK_HEADER);
}

function changeOrRefuse(root: RootQdisc, request: QdiscRequest): undefined | KernelError {
  if (request.exclusive) return fail('EEXIST', 'Exclusivity flag on, cannot modify');
  const { qdisc } = root;
  const { kind, options } = request;
  if (kind !== undefined && kind !== qdisc.kind) return fail('EINVAL', 'Invalid qdisc name: must match existing qdisc');
  if (options === undefined) return undefined;
  if (qdisc instanceof Fifo && (options.kind === 'pfifo' || options.kind === 'bfifo'))
    qdisc.limit = options.limit ?? defaultLimit(qdisc.dev, options.kind);
  else if (qdisc instanceof Tbf && options.kind === 'tbf') qdisc.change(options.tbf);
  else if (qdisc instanceof Netem && options.kind === 'netem') qdisc.options = options.netem;
  root.run();
  return undefined;
}

/** RTM_DELQDISC: the device gets its own qdisc back. */
export function deleteQdisc(
  ns: NetNamespace,
  request: Pick<QdiscRequest, 'ifindex' | 'parent' | 'handle' | 'kind'>,
): undefined | KernelError {
  const dev = ns.devices.get(request.ifindex);
  if (dev === undefined) return fail('ENODEV');
  const { parent, handle, kind } = request;
  const root = dev.sched;
  if (parent !== TC_H_ROOT) {
    if (parent !== 0) return fail('ENOENT', 'Failed to find qdisc with specified classid');
    if (handle === 0 || root?.handle !== handle) return fail('ENOENT', 'Failed to find qdisc with specified handle');
  }
  if (handle !== 0 && root?.handle !== handle) return fail('EINVAL', 'Invalid handle');
  if (kind !== undefined && kind !== (root?.qdisc.kind ?? dev.qdisc))
    return fail('EINVAL', 'Invalid qdisc name: must match existing qdisc');
  if (root === undefined && dev.qdisc !== 'noqueue' && dev.qdisc !== dev.defaultQdisc)
    return fail('ENOENT', 'Cannot find specified qdisc on specified device');
  if (root === undefined) return fail('ENOENT', 'Cannot delete qdisc with handle of zero');
  detachQdisc(dev);
  dev.qdisc = dev.up ? dev.defaultQdisc : 'noop';
  baselines.set(dev, { packets: dev.stats.txPackets, bytes: dev.stats.txBytes });
  return undefined;
}

function detachQdisc(dev: NetDevice): void {
  dev.sched?.reset();
  dev.sched = undefined;
}

/** RTM_GETQDISC: the root qdiscs of all devices, in their order; devices that were never up have none. */
export function dumpQdiscs(ns: NetNamespace): QdiscDump[] {
  const dumps: QdiscDump[] = [];
  for (const dev of ns.devices.values()) {
    const { sched, ifindex } = dev;
    if (sched !== undefined) {
      const { qdisc, handle } = sched;
      const { stats, length, backlog } = qdisc;
      dumps.push({ ifindex, handle, references: dev.numTxQueues + 1, options: optionsOf(qdisc), stats, length, backlog });
    } else if (dev.qdisc !== 'noop') dumps.push({ ifindex, handle: 0, references: 2, ...ownQdisc(dev), length: 0, backlog: 0 });
  }
  return dumps;
}

/** The qdisc that a device has of itself: it passes everything on at once, so the device's own counters are its. */
function ownQdisc(dev: NetDevice): Pick<QdiscDump, 'options' | 'stats'> {
  const stats = { bytes: 0, packets: 0, drops: 0, overlimits: 0, requeues: 0 };
  if (dev.qdisc !== 'fq_codel' && dev.qdisc !== 'pfifo_fast') return { options: { kind: 'noqueue' }, stats };
  const before = baselines.get(dev) ?? { packets: 0, bytes: 0 };
  stats.packets = dev.stats.txPackets - before.packets;
  stats.bytes = dev.stats.txBytes - before.bytes;
  return { options: { kind: dev.qdisc }, stats };
}

function optionsOf(qdisc: Qdisc): QdiscOptions {
  if (qdisc instanceof Fifo) return { kind: qdisc.kind, limit: qdisc.limit };
  if (qdisc instanceof Tbf) return { kind: 'tbf', tbf: qdisc.options };
  if (qdisc instanceof Netem) return { kind: 'netem', netem: qdisc.options };
  return { kind: qdisc instanceof FqCodel ? 'fq_codel' : 'pfifo_fast' };
}
