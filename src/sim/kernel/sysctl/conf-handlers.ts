import { fail, type KernelError } from '../../base/result.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { NetNamespace } from '../netns.ts';
import type { ConfOwner } from './conf-files.ts';
import type { Ipv4Conf, Ipv6Conf } from './conf-tables.ts';

// What writing a device's setting does besides storing it: devinet_sysctl_forward and devinet_conf_proc in net/ipv4/devinet.c,
// the handlers at the end of net/ipv6/addrconf.c.

export function writeConf4(ns: NetNamespace, owner: ConfOwner, key: keyof Ipv4Conf, value: number): undefined | KernelError {
  const { ip4 } = ns;
  if (owner === 'all') {
    if (key === 'forwarding' && value !== ip4.confAll.forwarding) switchForwarding4(ns, value);
    else ip4.confAll = { ...ip4.confAll, [key]: value };
  } else if (owner === 'default') {
    ip4.confDefault = { ...ip4.confDefault, [key]: value };
    // Devices on which nobody has set it yet follow the default, except in forwarding.
    if (key !== 'forwarding') {
      for (const dev of ns.devices.values()) {
        if (dev.in4 !== undefined && !dev.in4.settled && !dev.in4.written.has(key)) dev.in4.conf = { ...dev.in4.conf, [key]: value };
      }
    }
  } else if (owner.in4 !== undefined) {
    owner.in4.conf = { ...owner.in4.conf, [key]: value };
    if (key !== 'forwarding') owner.in4.written.add(key);
  }
  ip4.fib4.changed();
  return undefined;
}

/** `inet_forward_change`: all devices and the default switch, and a router takes no redirects. */
function switchForwarding4(ns: NetNamespace, value: number): void {
  const { ip4 } = ns;
  ip4.confAll = { ...ip4.confAll, forwarding: value, accept_redirects: value === 0 ? 1 : 0 };
  ip4.confDefault = { ...ip4.confDefault, forwarding: value };
  for (const dev of ns.devices.values()) if (dev.in4 !== undefined) dev.in4.conf = { ...dev.in4.conf, forwarding: value };
}

const RANGES6: Readonly<Partial<Record<keyof Ipv6Conf, readonly [number, number]>>> = {
  hop_limit: [1, 255],
  addr_gen_mode: [0, 3],
  ndisc_tclass: [0, 255],
  ioam6_enabled: [0, 1],
  router_solicitations: [-1, 2 ** 31 - 1],
};

export function writeConf6(ns: NetNamespace, owner: ConfOwner, key: keyof Ipv6Conf, value: number): undefined | KernelError {
  const range = RANGES6[key];
  if (range !== undefined && (value < range[0] || value > range[1])) return fail('EINVAL');
  if (key === 'mtu') return writeMtu6(ns, owner, value);
  if (key === 'addr_gen_mode' && value === 2) return fail('EINVAL');
  const { ip6 } = ns;
  if (owner === 'all') {
    const changed = ip6.confAll[key] !== value;
    ip6.confAll = { ...ip6.confAll, [key]: value };
    if (changed && SPREADING.has(key)) spread6(ns, key, value);
  } else if (owner === 'default') {
    ip6.confDefault = { ...ip6.confDefault, [key]: value };
  } else {
    setDevice6(ns, owner, key, value);
  }
  ip6.fib6.changed();
  return undefined;
}

/** Settings for which writing `all` means writing every device and the default. */
const SPREADING: ReadonlySet<keyof Ipv6Conf> = new Set(['forwarding', 'disable_ipv6', 'ignore_routes_with_linkdown', 'addr_gen_mode']);

function spread6(ns: NetNamespace, key: keyof Ipv6Conf, value: number): void {
  ns.ip6.confDefault = { ...ns.ip6.confDefault, [key]: value };
  for (const dev of ns.devices.values()) setDevice6(ns, dev, key, value);
}

function setDevice6(ns: NetNamespace, dev: NetDevice, key: keyof Ipv6Conf, value: number): void {
  const { in6 } = dev;
  if (in6 === undefined || in6.conf[key] === value) return;
  const before = in6.conf[key];
  in6.conf = { ...in6.conf, [key]: value };
  const { addrconf } = ns.ip6;
  if (key === 'disable_ipv6' && (before === 0) !== (value === 0)) addrconf.devices.disabledChanged(dev);
  if (key === 'forwarding' && (before === 0) !== (value === 0)) addrconf.devices.forwardingChanged(in6);
  if (key === 'addr_gen_mode' && dev.up && in6.ready) addrconf.devices.generateLinkLocal(in6);
}

/** `addrconf_sysctl_mtu`: between 1280 and the device's. */
function writeMtu6(ns: NetNamespace, owner: ConfOwner, value: number): undefined | KernelError {
  const most = typeof owner === 'string' ? 65535 : owner.mtu;
  if (value < 1280 || value > most) return fail('EINVAL');
  if (typeof owner !== 'string' && owner.in6 !== undefined) owner.in6.mtu = value;
  ns.ip6.fib6.changed();
  return undefined;
}
