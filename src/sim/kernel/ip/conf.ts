// Settings of net/ipv4/conf and net/ipv6/conf as the kernel combines a device's with `all` (include/linux/inetdevice.h).

import type { NetDevice } from '../device/net-device.ts';
import type { Ipv4Conf, Ipv6Conf } from '../sysctl/conf-tables.ts';

/** The device's own setting; 0 where it does not speak IPv4 (IN_DEV_CONF_GET). */
export function conf4(dev: NetDevice, name: keyof Ipv4Conf): number {
  return dev.in4 === undefined ? 0 : dev.in4.conf[name];
}

/** Set for the device or for all (IN_DEV_ORCONF). */
export function orConf4(dev: NetDevice, name: keyof Ipv4Conf): number {
  return conf4(dev, name) || allConf4(dev, name);
}

/** Set for the device and for all (IN_DEV_ANDCONF). */
export function andConf4(dev: NetDevice, name: keyof Ipv4Conf): number {
  return conf4(dev, name) && allConf4(dev, name);
}

/** The greater of the device's and all's (IN_DEV_MAXCONF). */
export function maxConf4(dev: NetDevice, name: keyof Ipv4Conf): number {
  return Math.max(conf4(dev, name), allConf4(dev, name));
}

export function conf6(dev: NetDevice, name: keyof Ipv6Conf): number {
  return dev.in6 === undefined ? 0 : dev.in6.conf[name];
}

export function allConf6(dev: NetDevice, name: keyof Ipv6Conf): number {
  return dev.ns.ip6.confAll[name];
}

function allConf4(dev: NetDevice, name: keyof Ipv4Conf): number {
  return dev.ns.ip4.confAll[name];
}
