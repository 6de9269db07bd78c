import type { NetDevice } from '../../../kernel/device/net-device.ts';
import type { NetNamespace } from '../../../kernel/netns.ts';
import { fixedDirectory, type VirtualDirectory, type VirtualNode } from '../virtual.ts';
import { deviceDirectory } from './net-device-directory.ts';

const EMPTY = fixedDirectory({}, 0o755);

/**
 * /sys as a process in this network namespace mounted it: its devices and no others show, whoever looks. The machine's own NICs
 * are under devices/virtual like all others, as those of a virtual machine's taps are.
 */
export function sysRoot(ns: NetNamespace): VirtualDirectory {
  return {
    kind: 'directory',
    nlink: 12,
    names: () => Object.keys(ENTRIES),
    lookup: (_p, name) => (Object.hasOwn(ENTRIES, name) ? ENTRIES[name]?.(ns) : undefined),
  };
}

const directory = (entries: Readonly<Record<string, VirtualNode>>) => fixedDirectory(entries, 0o755);

const ENTRIES: Readonly<Record<string, (ns: NetNamespace) => VirtualNode>> = {
  block: () => EMPTY,
  bus: () => EMPTY,
  class: (ns) => directory({ net: devices(ns, classLink) }),
  dev: () => EMPTY,
  devices: (ns) => directory({ virtual: directory({ net: devices(ns, (dev) => deviceDirectory(dev)) }) }),
  firmware: () => EMPTY,
  fs: () => directory({ cgroup: EMPTY }),
  kernel: () => EMPTY,
  module: () => EMPTY,
  power: () => EMPTY,
};

/** A directory with an entry for each device of the namespace. */
function devices(ns: NetNamespace, entry: (dev: NetDevice) => VirtualNode): VirtualDirectory {
  return {
    kind: 'directory',
    mode: 0o755,
    names: () => [...ns.devices.values()].map((dev) => dev.name),
    lookup(_p, name) {
      for (const dev of ns.devices.values()) if (dev.name === name) return entry(dev);
      return undefined;
    },
  };
}

function classLink(dev: NetDevice): VirtualNode {
  return { kind: 'symlink', target: () => `../../devices/virtual/net/${dev.name}` };
}
