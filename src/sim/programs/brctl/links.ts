import { isError, type KernelError } from '../../base/result.ts';
import { IFF_UP } from '../../kernel/device/net-device.ts';
import type { LinkDump } from '../../kernel/rtnetlink/messages.ts';
import type { Brctl } from './brctl.ts';

// Bridges and their ports by the ioctls of net/bridge/br_ioctl.c.

/** ioctl cuts names to IFNAMSIZ - 1 characters without a word. */
const MAX_NAME_LENGTH = 15;

export function linkOf(brctl: Brctl, name: string): LinkDump | undefined {
  const link = brctl.p.rtnetlink.link(name.slice(0, MAX_NAME_LENGTH));
  return isError(link) ? undefined : link;
}

export function addBridge(brctl: Brctl, [name = '']: readonly string[]): number {
  const error = brctl.p.rtnetlink.addLink({ kind: 'bridge', name: name.slice(0, MAX_NAME_LENGTH) });
  if (error === undefined) return 0;
  if (error.errno === 'EEXIST') return brctl.fail(`device ${name} already exists; can't create bridge with the same name\n`);
  return brctl.fail(`add bridge failed: ${brctl.reason(error.errno)}\n`);
}

export function deleteBridge(brctl: Brctl, [name = '']: readonly string[]): number {
  const link = linkOf(brctl, name);
  if (link === undefined) return brctl.fail(`bridge ${name} doesn't exist; can't delete it\n`);
  if (link.kind !== 'bridge') return brctl.fail(`can't delete bridge ${name}: ${brctl.reason('EPERM')}\n`);
  if ((link.flags & IFF_UP) !== 0) return brctl.fail(`bridge ${name} is still up; can't delete it\n`);
  const error = brctl.p.rtnetlink.delLink(link.ifindex);
  return error === undefined ? 0 : brctl.fail(`can't delete bridge ${name}: ${brctl.reason(error.errno)}\n`);
}

export function addPorts(brctl: Brctl, [bridge = '', ...ports]: readonly string[]): number {
  for (const port of ports) {
    const error = addPort(brctl, bridge, port);
    if (error === undefined) continue;
    switch (error) {
      case 'ENODEV':
        return brctl.fail(missing(brctl, bridge, port));
      case 'EBUSY':
        return brctl.fail(`device ${port} is already a member of a bridge; can't add it to bridge ${bridge}.\n`);
      case 'ELOOP':
        return brctl.fail(`device ${port} is a bridge device itself; can't add a bridge device to a bridge device.\n`);
      default:
        return brctl.fail(`can't add ${port} to bridge ${bridge}: ${brctl.reason(error)}\n`);
    }
  }
  return 0;
}

/** `br_dev_siocdevprivate`: a port is not taken from another bridge. */
function addPort(brctl: Brctl, bridge: string, port: string): KernelError['errno'] | undefined {
  const dev = linkOf(brctl, port);
  const br = linkOf(brctl, bridge);
  if (dev === undefined || br === undefined) return 'ENODEV';
  if (br.kind !== 'bridge') return 'EOPNOTSUPP';
  if (dev.master !== undefined) return 'EBUSY';
  return brctl.p.rtnetlink.setLink(dev.ifindex, { master: br.ifindex })?.errno;
}

function missing(brctl: Brctl, bridge: string, port: string): string {
  return linkOf(brctl, port) === undefined ? `interface ${port} does not exist!\n` : `bridge ${bridge} does not exist!\n`;
}

export function deletePorts(brctl: Brctl, [bridge = '', ...ports]: readonly string[]): number {
  for (const port of ports) {
    const dev = linkOf(brctl, port);
    const br = linkOf(brctl, bridge);
    if (dev === undefined || br === undefined) return brctl.fail(missing(brctl, bridge, port));
    if (br.kind !== 'bridge') return brctl.fail(`can't delete ${port} from ${bridge}: ${brctl.reason('EOPNOTSUPP')}\n`);
    if (dev.master !== br.ifindex) return brctl.fail(`device ${port} is not a port of ${bridge}\n`);
    brctl.p.rtnetlink.setLink(dev.ifindex, { master: 0 });
  }
  return 0;
}
