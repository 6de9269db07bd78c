import type { Mac } from '../../../base/address.ts';
import { strerror } from '../../../base/errno.ts';
import type { Random } from '../../../base/random.ts';
import { isError, type KernelError } from '../../../base/result.ts';
import { IFF_UP } from '../../../kernel/device/net-device.ts';
import type { NetNamespace } from '../../../kernel/netns.ts';
import { SCOPE_UNIVERSE } from '../../../kernel/rtnetlink/messages.ts';
import { failed } from '../../error.ts';
import { formatAddress, type Prefix, sizeOf } from '../ipam/prefix.ts';
import type { BridgeAddresses, BridgeConfig } from './config.ts';

/** A MAC of Docker's: 02:42 and the address (or anything) behind it (netutils.GenerateMACFromIP, GenerateRandomMAC). */
export const macOf = (low: number): Mac => 0x0242 * 2 ** 32 + (low >>> 0);
export const randomMac = (random: Random): Mac => macOf(random.u32());

/** What went wrong with a kernel call, as the netlink package of Go says it. */
export const netlinkError = (error: KernelError): string => strerror(error.errno).replace(/^./, (first) => first.toLowerCase());

export function setFlagsUp(ns: NetNamespace, ifindex: number): void {
  check(ns.rtnetlink.setLink(ifindex, { flags: IFF_UP, flagsMask: IFF_UP }), 'could not set link up');
}

export function check(result: unknown, what: string): void {
  if (isError(result)) throw failed(`${what}: ${netlinkError(result)}`);
}

export function addAddress(ns: NetNamespace, ifindex: number, address: bigint, prefix: Prefix): void {
  const text = formatAddress(address, prefix.v6);
  const common = { ifindex, prefixLen: prefix.length, scope: SCOPE_UNIVERSE, create: true, exclusive: true, replace: false };
  const result = prefix.v6
    ? ns.rtnetlink.addAddress({ ...common, family: 'inet6', local: text })
    : ns.rtnetlink.addAddress({ ...common, family: 'inet', local: Number(address), ...broadcastOf(prefix) });
  check(result, `failed to add IP address ${text}/${prefix.length}`);
}

/** netlink.AddrAdd fills in the broadcast address for prefixes that have one. */
function broadcastOf(prefix: Prefix): { readonly broadcast?: number } {
  return prefix.length >= 31 ? {} : { broadcast: Number(prefix.base + sizeOf(prefix) - 1n) };
}

/** Makes the bridge of a network, or takes the one that is there, and gives it its addresses (setupDevice … setupDeviceUp). */
export function setUpBridgeDevice(ns: NetNamespace, config: BridgeConfig, addresses: BridgeAddresses, random: Random): void {
  const { rtnetlink } = ns;
  let link = rtnetlink.link(config.bridgeName);
  if (isError(link)) {
    check(
      rtnetlink.addLink({ kind: 'bridge', name: config.bridgeName, txQueueLen: 0, address: randomMac(random) }),
      `failed to create bridge ${config.bridgeName} via netlink`,
    );
    link = rtnetlink.link(config.bridgeName);
    if (isError(link)) throw failed(`no bridge ${config.bridgeName}`);
  }
  const { ifindex } = link;
  for (const own of [addresses.v4, addresses.v6]) {
    if (own === undefined) continue;
    const family = own.prefix.v6 ? 'inet6' : 'inet';
    const text = formatAddress(own.gateway, own.prefix.v6);
    const has = rtnetlink
      .addresses(family)
      .some((dump) => dump.ifindex === ifindex && (family === 'inet' ? dump.local === Number(own.gateway) : dump.local === text));
    if (!has) addAddress(ns, ifindex, own.gateway, own.prefix);
  }
  setFlagsUp(ns, ifindex);
}

export function removeBridgeDevice(ns: NetNamespace, name: string): void {
  const link = ns.rtnetlink.link(name);
  if (!isError(link)) ns.rtnetlink.delLink(link.ifindex);
}
