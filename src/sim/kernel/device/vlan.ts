import type { Mac } from '../../base/address.ts';
import { fail, isError, type KernelError } from '../../base/result.ts';
import { ETH_P_8021AD, ETH_P_8021Q } from '../../wire/ethernet.ts';
import type { LinkInfo } from '../rtnetlink/messages.ts';
import type { Skb } from '../skb.ts';
import { traceStep } from '../trace.ts';
import { insertTag } from './bridge/vlan.ts';
import { changeFlags, isValidStationAddress, setMtu } from './device-state.ts';
import { registerDevice } from './lifecycle.ts';
import { setCarrier } from './link-watch.ts';
import { type DeviceOps, IFF_LOOPBACK, IFF_UP, type NetDevice } from './net-device.ts';
import { createDevice } from './new-link.ts';
import type { DeviceEvent } from './notifier.ts';
import type { DeviceKind, NewLink } from './registry.ts';
import { devQueueXmit } from './transmit.ts';

// One VLAN of a device as a device of its own: net/8021q. What it sends leaves the lower device with a tag; tagged frames that the
// lower device receives come up here (receive.ts).

const VLAN_ID_LIMIT = 4095;

/** struct vlan_dev_priv. Maps of priorities are kept and shown; the simulator has no queues they would matter to. */
interface Vlan {
  readonly lower: NetDevice;
  readonly id: number;
  readonly protocol: number;
  flags: VlanFlags;
  ingress: readonly string[];
  egress: readonly string[];
  /** Its own address; otherwise it follows the lower device's. */
  addressSet: boolean;
}

interface VlanFlags {
  readonly reorder_hdr: boolean;
  readonly gvrp: boolean;
  readonly mvrp: boolean;
  readonly loose_binding: boolean;
  readonly bridge_binding: boolean;
}

const vlanOf = (dev: NetDevice): Vlan => dev.priv as Vlan;

const vlanOps: DeviceOps = {
  kind: 'vlan',
  goesWithLower: true,

  /** `vlan_dev_hard_start_xmit`. */
  xmit(dev: NetDevice, skb: Skb): void {
    const { lower, protocol, id } = vlanOf(dev);
    if (dev.ns.kernel.trace.on) traceStep(dev.ns, dev, skb, { kind: 'vlan', vid: id, action: 'tag' });
    insertTag(skb, protocol, id);
    devQueueXmit(lower, skb);
  },

  open(dev: NetDevice): KernelError | undefined {
    const { lower, flags } = vlanOf(dev);
    if (!lower.up && !flags.loose_binding) return fail('ENETDOWN');
    setCarrier(dev, lower.carrier);
    return undefined;
  },

  stop(dev: NetDevice): void {
    if (!vlanOf(dev).flags.loose_binding) setCarrier(dev, false);
  },

  dellink(dev: NetDevice): readonly NetDevice[] {
    const { lower, protocol, id } = vlanOf(dev);
    lower.vlans?.delete((protocol << 12) | id);
    if (lower.vlans?.size === 0) lower.vlans = undefined;
    const at = lower.uppers.indexOf(dev);
    if (at >= 0) lower.uppers.splice(at, 1);
    return [];
  },

  lowerLink: (dev) => vlanOf(dev).lower,
  speedMbps: (dev) => vlanOf(dev).lower.ops.speedMbps?.(vlanOf(dev).lower),

  changeMtu: (dev, mtu) => (mtu > vlanOf(dev).lower.mtu ? fail('ERANGE') : undefined),

  setAddress(dev: NetDevice, address: Mac): undefined {
    vlanOf(dev).addressSet = address !== vlanOf(dev).lower.address;
    return undefined;
  },

  lowerEvent: followLower,

  fillInfo(dev: NetDevice): LinkInfo {
    const { protocol, id, flags, ingress, egress } = vlanOf(dev);
    return { protocol, id, ...flags, ingress_qos_map: ingress.join(' '), egress_qos_map: egress.join(' ') };
  },
};

/** What happens to the lower device happens to its VLANs (`vlan_device_event`). */
function followLower(dev: NetDevice, lower: NetDevice, event: DeviceEvent): void {
  const vlan = vlanOf(dev);
  switch (event) {
    case 'change':
      if (dev.up) setCarrier(dev, lower.carrier);
      return;
    case 'up':
      if (!vlan.flags.loose_binding) changeFlags(dev, IFF_UP, IFF_UP);
      if (dev.up) setCarrier(dev, lower.carrier);
      return;
    case 'down':
      if (!vlan.flags.loose_binding) changeFlags(dev, 0, IFF_UP);
      return;
    case 'changeMtu':
      if (dev.mtu > lower.mtu) setMtu(dev, lower.mtu);
      return;
    case 'changeAddress':
      if (vlan.addressSet) return;
      dev.address = lower.address;
      dev.ns.notifyDevice('changeAddress', dev);
      return;
    default:
  }
}

export const vlanKind: DeviceKind = {
  kind: 'vlan',

  /** `vlan_newlink`. */
  create({ source, target, request }: NewLink): NetDevice | KernelError {
    const info = request.info ?? {};
    if (request.address !== undefined && !isValidStationAddress(request.address)) return fail('EADDRNOTAVAIL');
    if (info.id === undefined) return fail('EINVAL', 'VLAN id not specified');
    const id = Number(info.id);
    if (id >= VLAN_ID_LIMIT) return fail('ERANGE', 'Invalid VLAN id');
    const protocol = Number(info.protocol ?? ETH_P_8021Q);
    if (protocol !== ETH_P_8021Q && protocol !== ETH_P_8021AD) return fail('EPROTONOSUPPORT', 'Invalid VLAN protocol');
    if (request.link === undefined) return fail('EINVAL', 'link not specified');
    const lower = source.devices.get(request.link);
    if (lower === undefined) return fail('ENODEV', 'link does not exist');
    if ((lower.flags & IFF_LOOPBACK) !== 0) return fail('EOPNOTSUPP', 'VLANs not supported on device');
    if (lower.vlans?.has((protocol << 12) | id) === true) return fail('EEXIST', 'VLAN device already exists');
    if (request.mtu !== undefined && request.mtu > lower.mtu) return fail('EINVAL');

    const dev = createDevice(target, vlanOps, request, { minMtu: 0, maxMtu: 65535 });
    if (isError(dev)) return dev;
    dev.mtu = request.mtu ?? lower.mtu;
    if (request.address === undefined) dev.address = lower.address;
    if (lower.tsoMaxSize !== undefined) dev.tsoMaxSize = lower.tsoMaxSize;
    dev.priv = {
      lower,
      id,
      protocol,
      flags: { reorder_hdr: true, gvrp: false, mvrp: false, loose_binding: false, bridge_binding: false },
      ingress: [],
      egress: [],
      addressSet: request.address !== undefined && request.address !== lower.address,
    } satisfies Vlan;
    change(dev, info);
    const error = registerDevice(dev, request.ifindex);
    if (error !== undefined) return error;
    setCarrier(dev, false);
    lower.vlans ??= new Map();
    lower.vlans.set((protocol << 12) | id, dev);
    lower.uppers.push(dev);
    return dev;
  },

  change(dev, request): undefined {
    change(dev, request.info ?? {});
    return undefined;
  },
};

/** Flags and maps may change, the id may not (`vlan_changelink`). */
function change(dev: NetDevice, info: LinkInfo): void {
  const vlan = vlanOf(dev);
  const flag = (key: keyof VlanFlags): boolean => (info[key] === undefined ? vlan.flags[key] : Boolean(info[key]));
  vlan.flags = {
    reorder_hdr: flag('reorder_hdr'),
    gvrp: flag('gvrp'),
    mvrp: flag('mvrp'),
    loose_binding: flag('loose_binding'),
    bridge_binding: flag('bridge_binding'),
  };
  vlan.ingress = mapped(vlan.ingress, info.ingress_qos_map);
  vlan.egress = mapped(vlan.egress, info.egress_qos_map);
}

/** `from:to` pairs; a later one for the same priority replaces the earlier. */
function mapped(old: readonly string[], words: LinkInfo[string]): readonly string[] {
  if (typeof words !== 'string' || words === '') return old;
  const pairs = new Map([...old, ...words.split(' ')].map((pair) => [Number(pair.split(':')[0]), pair]));
  return [...pairs].sort(([a], [b]) => a - b).map(([, pair]) => pair);
}
