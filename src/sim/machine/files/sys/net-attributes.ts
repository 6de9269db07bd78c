import { formatMac } from '../../../base/address.ts';
import { fail, isError, type KernelError } from '../../../base/result.ts';
import {
  ARPHRD_ETHER,
  ARPHRD_LOOPBACK,
  IFF_ALLMULTI,
  IFF_LOWER_UP,
  IFF_PROMISC,
  IFF_RUNNING,
  type NetDevice,
} from '../../../kernel/device/net-device.ts';
import type { LinkChange } from '../../../kernel/rtnetlink/messages.ts';
import type { VirtualNode } from '../virtual.ts';
import { attribute, live, parseUnsigned } from './sys-attribute.ts';

/** The longest alias (IFALIASZ). */
const ALIAS_SIZE = 256;

/** How a kind of device names itself in uevents (dev->type->name). */
const DEVTYPES: ReadonlySet<string> = new Set(['bridge', 'vxlan', 'vlan']);

/** The attributes of a device, with the kernel's refusals; what is written goes through rtnetlink. */
export function netDeviceAttributes(dev: NetDevice): Record<string, VirtualNode> {
  const number = (value: () => number) => live(dev, () => String(value()));
  const set = (change: LinkChange) => dev.ns.rtnetlink.setLink(dev.ifindex, change);
  const settable = (value: () => string, change: (n: number) => LinkChange | KernelError) =>
    live(dev, value, (text) => {
      const n = parseUnsigned(text);
      const wanted = isError(n) ? n : change(n);
      return isError(wanted) ? wanted : set(wanted);
    });
  /** Says nothing of a device that is down. */
  const running = (value: () => string | KernelError) => live(dev, () => (dev.up ? value() : fail('EINVAL')));
  /** Can be read; this kind of device has no way of setting it. */
  const unsettable = (value: () => string | KernelError) => live(dev, value, () => fail('EOPNOTSUPP'));

  return {
    uevent: attribute(() => ueventText(dev)),
    carrier_changes: number(() => dev.carrierChanges),
    testing: running(() => '0'),
    carrier: live(
      dev,
      () => (dev.up ? (dev.carrier ? '1' : '0') : fail('EINVAL')),
      (text) => {
        const n = parseUnsigned(text);
        if (isError(n)) return n;
        return dev.up ? set({ carrier: n !== 0 }) : fail(dev.ops.kind === 'dummy' ? 'EINVAL' : 'EOPNOTSUPP');
      },
    ),
    dev_id: live(dev, () => '0x0'),
    // A carrier first goes: devices are born with one.
    carrier_down_count: number(() => Math.ceil(dev.carrierChanges / 2)),
    proto_down: unsettable(() => '0'),
    address: live(dev, () => formatMac(dev.address)),
    operstate: live(dev, () => dev.visibleOperstate.toLowerCase()),
    link_mode: number(() => 0),
    dormant: running(() => '0'),
    mtu: settable(
      () => String(dev.mtu),
      (mtu) => (mtu > 0x7fffffff ? fail('EINVAL') : { mtu }),
    ),
    gro_flush_timeout: unsettable(() => '0'),
    carrier_up_count: number(() => Math.floor(dev.carrierChanges / 2)),
    ifalias: ifalias(dev),
    speed: running(() => linkSettings(dev)?.speed ?? fail('EINVAL')),
    netdev_group: settable(
      () => String(dev.group),
      (group) => ({ group }),
    ),
    napi_defer_hard_irqs: unsettable(() => '0'),
    ifindex: number(() => dev.ifindex),
    broadcast: live(dev, () => formatMac(dev.broadcast)),
    type: number(() => dev.type),
    dev_port: number(() => 0),
    name_assign_type: live(dev, () => nameAssignType(dev)),
    duplex: running(() => linkSettings(dev)?.duplex ?? fail('EINVAL')),
    addr_assign_type: number(() => (dev.ops.kind === undefined ? 0 : 1)),
    addr_len: number(() => (dev.type === ARPHRD_ETHER || dev.type === ARPHRD_LOOPBACK ? 6 : 4)),
    threaded: unsettable(() => '0'),
    tx_queue_len: settable(
      () => String(dev.txQueueLen),
      (txQueueLen) => (txQueueLen > 0xffffffff ? fail('ERANGE') : { txQueueLen }),
    ),
    iflink: number(() => (dev.ops.lowerLink?.(dev) ?? dev).ifindex),
    flags: settable(
      () => `0x${storedFlags(dev).toString(16)}`,
      (flags) => ({ flags, flagsMask: 0xffffffff }),
    ),
  };
}

/** dev->flags: without what is computed for user space, with what somebody asked of the receiver. */
function storedFlags(dev: NetDevice): number {
  const flags = dev.flags & ~(IFF_RUNNING | IFF_LOWER_UP | IFF_PROMISC | IFF_ALLMULTI);
  return flags | (dev.promiscuity > 0 ? IFF_PROMISC : 0) | (dev.allmulti > 0 ? IFF_ALLMULTI : 0);
}

function ueventText(dev: NetDevice): string {
  const { kind } = dev.ops;
  const type = kind !== undefined && DEVTYPES.has(kind) ? `DEVTYPE=${kind}\n` : '';
  return `${type}INTERFACE=${dev.name}\nIFINDEX=${dev.ifindex}`;
}

/** NET_NAME_*: loopback's name is predictable, those of other kinds are given by who makes them; for a NIC it is not known. */
function nameAssignType(dev: NetDevice): string | KernelError {
  if (dev.type === ARPHRD_LOOPBACK) return '2';
  return dev.ops.kind === undefined ? fail('EINVAL') : '3';
}

/** The alias without a newline at its end; nothing at all is read where there is none. */
function ifalias(dev: NetDevice): VirtualNode {
  return {
    kind: 'file',
    size: 4096,
    file: {
      read: () => (dev.alias ? `${dev.alias}\n` : ''),
      write(by, text) {
        if (!by.capable('net_admin', dev.ns.owner)) return fail('EPERM');
        const alias = text.replace(/\n$/, '');
        return alias.length >= ALIAS_SIZE ? fail('EINVAL') : dev.ns.rtnetlink.setLink(dev.ifindex, { alias });
      },
    },
  };
}

/** What the driver says by ethtool (ndo_get_link_ksettings); undefined for kinds that say nothing. Speed in Mbit/s. */
function linkSettings(dev: NetDevice): { readonly speed: string; readonly duplex: string } | undefined {
  const unknown = { speed: '-1', duplex: 'unknown' };
  switch (dev.ops.kind) {
    case undefined:
      return dev.type === ARPHRD_LOOPBACK ? undefined : { speed: '10000', duplex: 'full' };
    case 'veth':
      return { speed: '10000', duplex: 'full' };
    case 'bridge': {
      const speeds = [...dev.ns.devices.values()]
        .filter((port) => port.master === dev && port.up)
        .map((port) => Number(linkSettings(port)?.speed ?? -1));
      return { speed: String(Math.max(-1, ...speeds)), duplex: 'unknown' };
    }
    case 'macvlan':
    case 'ipvlan':
    case 'vlan':
    case 'vxlan': {
      const lower = dev.ops.lowerLink?.(dev);
      return lower === undefined ? unknown : linkSettings(lower);
    }
    default:
      return undefined;
  }
}
