// The ioctls that set addresses, as the kernel does them (devinet_ioctl in net/ipv4/devinet.c): they change the one address that an
// interface's name stands for, by taking it away and adding it anew.

import { type Ipv4, type Ipv6, ipv4Mask, ipv4MaskLength, parseIpv6 } from '../../base/address.ts';
import { fail, isError, type KernelError } from '../../base/result.ts';
import { IFF_BROADCAST, IFF_POINTOPOINT } from '../../kernel/device/net-device.ts';
import { type AddressDump, type AddressRequest, SCOPE_HOST, SCOPE_UNIVERSE } from '../../kernel/rtnetlink/messages.ts';
import type { Process } from '../../machine/process.ts';
import { findInterface } from './interface-table.ts';
import { classMask } from './route-set.ts';

export interface AddressChange {
  readonly kind: 'local' | 'netmask' | 'broadcast' | 'destination';
  readonly address: Ipv4;
}

/** SIOCSIFADDR, SIOCSIFNETMASK, SIOCSIFBRDADDR, SIOCSIFDSTADDR for a device or one of its labels. */
export function addressIoctl(p: Process, name: string, change: AddressChange): undefined | KernelError {
  const found = findInterface(p, name);
  if (found === undefined) return fail('ENODEV');
  const { link, address: old } = found;
  if (change.kind === 'local') return setLocal(p, name, change.address, link.ifindex, link.flags, old);
  if (old === undefined) return fail('EADDRNOTAVAIL');
  switch (change.kind) {
    case 'netmask': {
      const prefixLen = ipv4MaskLength(change.address);
      if (prefixLen === undefined) return fail('EINVAL');
      if (prefixLen === old.prefixLen) return undefined;
      // A broadcast address that followed from the old mask follows from the new one.
      const local = old.local as Ipv4;
      const follows = prefixLen < 31 && old.broadcast === (local | ~ipv4Mask(old.prefixLen)) >>> 0;
      return renew(p, old, { prefixLen, ...(follows && { broadcast: (local | ~change.address) >>> 0 }) });
    }
    case 'broadcast':
      return change.address === old.broadcast ? undefined : renew(p, old, { broadcast: change.address });
    case 'destination':
      return change.address === old.address ? undefined : renew(p, old, { address: change.address });
  }
}

function setLocal(
  p: Process,
  name: string,
  local: Ipv4,
  ifindex: number,
  flags: number,
  old: AddressDump | undefined,
): undefined | KernelError {
  const { rtnetlink } = p;
  // Neither a group's nor a reserved address has a class with networks.
  if (local >>> 28 >= 0xe) return fail('EINVAL');
  if (old !== undefined) {
    if (old.local === local) return undefined;
    const gone = remove(p, old);
    if (isError(gone)) return gone;
  }
  if (local === 0) return undefined;
  const pointToPoint = (flags & IFF_POINTOPOINT) !== 0;
  const mask = pointToPoint ? 0xffffffff : classMask(local);
  const prefixLen = ipv4MaskLength(mask) ?? 32;
  return rtnetlink.addAddress({
    family: 'inet',
    ifindex,
    local,
    address: local,
    prefixLen,
    label: name,
    scope: local >>> 24 === 127 ? SCOPE_HOST : SCOPE_UNIVERSE,
    ...(!pointToPoint && (flags & IFF_BROADCAST) !== 0 && prefixLen < 31 && { broadcast: (local | ~mask) >>> 0 }),
    create: true,
    exclusive: true,
    replace: false,
  });
}

function remove(p: Process, old: AddressDump): undefined | KernelError {
  const { ifindex, local, prefixLen, label } = old;
  return p.rtnetlink.delAddress({ family: 'inet', ifindex, local, prefixLen, ...(label !== undefined && { label }) });
}

function renew(p: Process, old: AddressDump, change: Partial<AddressRequest>): undefined | KernelError {
  const gone = remove(p, old);
  if (isError(gone)) return gone;
  const { family, ifindex, local, address, prefixLen, broadcast, scope, label } = old;
  return p.rtnetlink.addAddress({
    family,
    ifindex,
    local,
    address,
    prefixLen,
    scope,
    ...(broadcast !== undefined && { broadcast }),
    ...(label !== undefined && { label }),
    ...change,
    create: true,
    exclusive: true,
    replace: false,
  });
}

/** Taking an alias down is taking its address away. */
export function aliasFlags(p: Process, name: string, down: boolean): undefined | KernelError {
  const old = findInterface(p, name)?.address;
  if (old === undefined) return fail('EADDRNOTAVAIL');
  return down ? remove(p, old) : undefined;
}

/** SIOCSIFADDR and SIOCDIFADDR of IPv6. */
export function changeIpv6(p: Process, ifindex: number, text: string, add: boolean): undefined | KernelError {
  const [name = '', prefix] = text.split('/');
  const local: Ipv6 | undefined = parseIpv6(name);
  if (local === undefined) return fail('EINVAL');
  const prefixLen = prefix === undefined ? 128 : Number(prefix);
  const { rtnetlink } = p;
  if (add) return rtnetlink.addAddress({ family: 'inet6', ifindex, local, prefixLen, create: true, exclusive: true, replace: false });
  return rtnetlink.delAddress({ family: 'inet6', ifindex, local, prefixLen });
}
