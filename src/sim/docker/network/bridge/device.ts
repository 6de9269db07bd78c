import type { Mac } from '../../../base/address.ts';
import { strerror } from '../../../base/errno.ts';
import type { Random } from '../../../base/random.ts';
import { isError, type KernelError } from '../../../base/result.ts';
import { MAX_NAME_LENGTH } from '../../../kernel/device/device-name.ts';
import { IFF_UP } from '../../../kernel/device/net-device.ts';
import { settledMac } from '../../../kernel/device/new-link.ts';
import type { NetNamespace } from '../../../kernel/netns.ts';
import { SCOPE_UNIVERSE } from '../../../kernel/rtnetlink/messages.ts';
import { failed } from '../../error.ts';
import { containsAddress, formatAddress, type Prefix, sizeOf } from '../ipam/prefix.ts';
import type { BridgeAddresses, BridgeConfig } from './config.ts';

/** A MAC of Docker's: 02:42 and the address (or anything) behind it (netutils.GenerateMACFromIP, GenerateRandomMAC). */
export const macOf = (low: number): Mac => 0x0242 * 2 ** 32 + (low >>> 0);
const bridgeMac = (random: Random, name: string): Mac => settledMac(random, name) ?? macOf(random.u32());

/** What went wrong with a kernel call, as the netlink package of Go says it. */
export const netlinkError = (error: KernelError): string => strerror(error.errno).replace(/^./, (first) => first.toLowerCase());

export function setFlagsUp(ns: NetNamespace, ifindex: number): void {
  check(ns.rtnetlink.setLink(ifindex, { flags: IFF_UP, flagsMask: IFF_UP }), 'could not set link up');
}

export function check(result: unknown, what: string): void {
  if (isError(result)) throw failed(`${what}: ${netlinkError(result)}`);
}

/** `flags` are of an IPv6 address: IFA_F_NODAD. */
export function addAddress(ns: NetNamespace, ifindex: number, address: bigint, prefix: Prefix, flags = 0): void {
  const text = formatAddress(address, prefix.v6);
  const common = { ifindex, prefixLen: prefix.length, scope: SCOPE_UNIVERSE, create: true, exclusive: true, replace: false };
  const result = prefix.v6
    ? ns.rtnetlink.addAddress({ ...common, family: 'inet6', local: text, flags })
    : ns.rtnetlink.addAddress({ ...common, family: 'inet', local: Number(address), ...broadcastOf(prefix) });
  check(result, `failed to add IP address ${text}/${prefix.length}`);
}

/** netlink.AddrAdd fills in the broadcast address for prefixes that have one. */
function broadcastOf(prefix: Prefix): { readonly broadcast?: number } {
  return prefix.length >= 31 ? {} : { broadcast: Number(prefix.base + sizeOf(prefix) - 1n) };
}

/** Whether the bridge is there already, so that it is somebody else's. */
export function bridgeExists(ns: NetNamespace, name: string): boolean {
  if (name.length > MAX_NAME_LENGTH) throw failed('failed to check bridge interface existence: numerical result out of range');
  return !isError(ns.rtnetlink.link(name));
}

/** Makes the bridge of a network, or takes the one that is there, and gives it its addresses (setupDevice, setupBridgeIPv4 and -IPv6). */
export function setUpBridgeDevice(ns: NetNamespace, config: BridgeConfig, addresses: BridgeAddresses, random: Random): void {
  const { rtnetlink } = ns;
  let link = rtnetlink.link(config.bridgeName);
  if (isError(link)) {
    check(
      rtnetlink.addLink({ kind: 'bridge', name: config.bridgeName, txQueueLen: 0, address: bridgeMac(random, config.bridgeName) }),
      `failed to create bridge ${config.bridgeName} via netlink`,
    );
    link = rtnetlink.link(config.bridgeName);
    if (isError(link)) throw failed(`no bridge ${config.bridgeName}`);
  }
  const { ifindex } = link;
  const { v4, v6 } = addresses;
  if (v4 !== undefined && !config.inhibitV4) {
    const present = rtnetlink.addresses('inet').filter((dump) => dump.ifindex === ifindex);
    // Of several addresses the one in the same block is meant, else the first: another than the network's is replaced.
    const old = present.find((dump) => containsAddress(v4.prefix, BigInt(dump.local))) ?? present[0];
    if (old?.local !== Number(v4.gateway) || old.prefixLen !== v4.prefix.length) {
      if (old !== undefined) rtnetlink.delAddress({ family: 'inet', ifindex, local: old.local, prefixLen: old.prefixLen });
      addAddress(ns, ifindex, v4.gateway, v4.prefix);
    }
  }
  if (v6 === undefined) return;
  ns.sysctl.write(`net/ipv6/conf/${config.bridgeName}/disable_ipv6`, '0\n');
  for (const { gateway, prefix } of [LINK_LOCAL, v6]) {
    const text = formatAddress(gateway, true);
    const has = rtnetlink.addresses('inet6').some((dump) => dump.ifindex === ifindex && dump.local === text);
    if (!has) addAddress(ns, ifindex, gateway, prefix);
  }
  for (const conf of ['default', 'all']) ns.sysctl.write(`net/ipv6/conf/${conf}/forwarding`, '1\n');
}

/** fe80::1 is every bridge's with IPv6. */
const LINK_LOCAL_BASE = 0xfe80n << 112n;
const LINK_LOCAL = { gateway: LINK_LOCAL_BASE + 1n, prefix: { v6: true, base: LINK_LOCAL_BASE, length: 64 } };

export function setBridgeUp(ns: NetNamespace, name: string): void {
  const link = ns.rtnetlink.link(name);
  if (!isError(link)) setFlagsUp(ns, link.ifindex);
}

export function removeBridgeDevice(ns: NetNamespace, name: string): void {
  const link = ns.rtnetlink.link(name);
  if (!isError(link)) ns.rtnetlink.delLink(link.ifindex);
}
