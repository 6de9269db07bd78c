import { formatIpv4, isMulticastIpv4, parseIpv4 } from '../../../base/ipv4-address.ts';
import { isMulticastIpv6, parseIpv6 } from '../../../base/ipv6-address.ts';
import { fail, type KernelError } from '../../../base/result.ts';
import { VXLAN_PORT_LINUX } from '../../../wire/vxlan.ts';
import type { NetNamespace } from '../../netns.ts';
import type { IpAddress, LinkInfo } from '../../rtnetlink/messages.ts';
import type { NetDevice } from '../net-device.ts';
import { isLinkLocal, refuseTwin } from './socket.ts';
import { isAnyAddress, type Vxlan, type VxlanConfig } from './vxlan.ts';

// What `ip link add … type vxlan` may say, and what of it may be changed: vxlan_validate, vxlan_nl2conf, vxlan_config_validate and
// vxlan_fill_info of drivers/net/vxlan/vxlan_core.c.

const MAX_VNI = 0xff_ffff;
const DEFAULT_AGEING_SECONDS = 300;
const VXLAN_PORT_GPE = 4790;

const DEFAULTS: VxlanConfig = {
  family: 'inet',
  vni: 0,
  remote: 0,
  local: 0,
  link: 0,
  dstPort: 0,
  portLow: 0,
  portHigh: 0,
  ttl: 0,
  ttlInherit: false,
  tos: 0,
  df: 'unset',
  label: 0,
  ageingSeconds: DEFAULT_AGEING_SECONDS,
  maxAddresses: 0,
  learning: true,
  proxy: false,
  rsc: false,
  l2miss: false,
  l3miss: false,
  udpcsum: true,
  udp6zerocsumtx: false,
  udp6zerocsumrx: false,
  remcsumtx: false,
  remcsumrx: false,
  gbp: false,
  gpe: false,
  external: false,
  vnifilter: false,
};

type Writable = { -readonly [Key in keyof VxlanConfig]: VxlanConfig[Key] };

/** Settings that are on or off and stay as the device was made, with the names that errors give them. */
const FIXED_FLAGS = [
  ['proxy', 'PROXY'],
  ['rsc', 'RSC'],
  ['l2miss', 'L2MISS'],
  ['l3miss', 'L3MISS'],
] as const;
const LATER_FIXED_FLAGS = [
  ['udp6zerocsumtx', 'ZERO_CSUM6_TX'],
  ['udp6zerocsumrx', 'ZERO_CSUM6_RX'],
  ['remcsumtx', 'REMCSUM_TX'],
  ['remcsumrx', 'REMCSUM_RX'],
  ['gbp', 'GBP'],
  ['gpe', 'GPE'],
] as const;

/** What is wrong before anything is looked up (`vxlan_validate`). */
export function validateInfo(info: LinkInfo | undefined): KernelError | undefined {
  if (info === undefined) return fail('EINVAL', 'Required attributes not provided to perform the operation');
  if (Number(info.id ?? 0) > MAX_VNI) return fail('ERANGE', 'VXLAN ID must be lower than 16777216');
  if (Number(info.port_high ?? 0) < Number(info.port_low ?? 0)) return fail('EINVAL', 'Invalid source port range');
  return undefined;
}

/** The settings that `info` asks for, over those of `old` where a device is changed (`vxlan_nl2conf`). */
export function readConfig(info: LinkInfo, old: VxlanConfig | undefined): VxlanConfig | KernelError {
  const config: Writable = { ...(old ?? DEFAULTS) };
  const change = old !== undefined;
  if (info.id !== undefined) {
    if (change && info.id !== old.vni) return fail('EOPNOTSUPP', 'Cannot change VNI');
    config.vni = Number(info.id);
  }
  const addresses = readAddresses(info, config, change);
  if (addresses !== undefined) return addresses;
  if (info.link !== undefined) config.link = Number(info.link);
  if (info.tos !== undefined) config.tos = Number(info.tos);
  if (info.ttl !== undefined) config.ttl = Number(info.ttl);
  if (info.ttl_inherit !== undefined) config.ttlInherit = info.ttl_inherit === true;
  if (info.label !== undefined) config.label = Number(info.label);
  if (info.learning !== undefined) config.learning = info.learning === true;
  if (info.ageing !== undefined) config.ageingSeconds = Number(info.ageing) || DEFAULT_AGEING_SECONDS;
  const fixed = readFlags(FIXED_FLAGS, info, config, change);
  if (fixed !== undefined) return fixed;
  if (info.limit !== undefined) {
    if (change) return fail('EOPNOTSUPP', 'Cannot change limit');
    config.maxAddresses = Number(info.limit);
  }
  if (info.external !== undefined) {
    if (change) return fail('EOPNOTSUPP', 'vxlan: cannot change COLLECT_METADATA flag');
    config.external = info.external === true;
  }
  if (info.port_low !== undefined) {
    if (change) return fail('EOPNOTSUPP', 'Cannot change port range');
    config.portLow = Number(info.port_low);
    config.portHigh = Number(info.port_high ?? 0);
  }
  if (info.dstport !== undefined) {
    if (change) return fail('EOPNOTSUPP', 'Cannot change port');
    config.dstPort = Number(info.dstport);
  }
  if (info.udpcsum !== undefined) {
    if (change) return fail('EOPNOTSUPP', 'Cannot change UDP_CSUM flag');
    config.udpcsum = info.udpcsum === true;
  }
  const later = readFlags(LATER_FIXED_FLAGS, info, config, change);
  if (later !== undefined) return later;
  if (info.df !== undefined) config.df = info.df as VxlanConfig['df'];
  if (info.vnifilter !== undefined) config.vnifilter = info.vnifilter === true;
  return config;
}

function readFlags(
  flags: readonly (readonly [key: (typeof FIXED_FLAGS | typeof LATER_FIXED_FLAGS)[number][0], name: string])[],
  info: LinkInfo,
  config: Writable,
  change: boolean,
): KernelError | undefined {
  for (const [key, name] of flags) {
    if (info[key] === undefined) continue;
    if (change) return fail('EOPNOTSUPP', `vxlan: cannot change ${name} flag`);
    config[key] = info[key] === true;
  }
  return undefined;
}

function readAddresses(info: LinkInfo, config: Writable, change: boolean): KernelError | undefined {
  const remote = info.remote === undefined ? undefined : readAddress(info.remote);
  const local = info.local === undefined ? undefined : readAddress(info.local);
  if (change) {
    if (remote !== undefined && familyOf(remote) !== config.family)
      return fail('EOPNOTSUPP', 'New group address family does not match old group');
    if (local !== undefined && familyOf(local) !== config.family) return fail('EOPNOTSUPP', 'New local address family does not match old');
  } else {
    const given = remote ?? local;
    if (given !== undefined) config.family = familyOf(given);
    if (remote !== undefined && local !== undefined && familyOf(remote) !== familyOf(local))
      return fail('EINVAL', 'Local and remote address must be from the same family');
    config.remote = config.family === 'inet' ? 0 : '::';
    config.local = config.remote;
  }
  if (remote !== undefined) config.remote = remote;
  if (local !== undefined) config.local = local;
  return undefined;
}

function readAddress(text: LinkInfo[string]): IpAddress {
  return parseIpv4(String(text)) ?? parseIpv6(String(text)) ?? 0;
}

function familyOf(address: IpAddress): 'inet' | 'inet6' {
  return typeof address === 'number' ? 'inet' : 'inet6';
}

/** Whether the address is one that several listen to. */
export function isGroupAddress(address: IpAddress): boolean {
  return typeof address === 'number' ? isMulticastIpv4(address) : isMulticastIpv6(address);
}

/** Whether the settings go together, in `net` (`vxlan_config_validate`); answers with them, complete, and the device below. */
export function checkConfig(
  net: NetNamespace,
  wanted: VxlanConfig,
  self?: Vxlan,
): { readonly config: VxlanConfig; readonly lower: NetDevice | undefined } | KernelError {
  const { remote, local, family } = wanted;
  if (wanted.gpe && (!wanted.external || wanted.gbp || wanted.remcsumtx || wanted.remcsumrx))
    return fail('EINVAL', 'VXLAN GPE does not support this combination of attributes');
  if (isGroupAddress(local)) return fail('EINVAL', 'Local address cannot be multicast');
  if (family === 'inet6' && !wanted.external) {
    const remoteIsLocal = typeof remote === 'string' && /^fe[89ab]/.test(remote);
    if (isLinkLocal(wanted) ? !remoteIsLocal && !isAnyAddress(remote) : remoteIsLocal)
      return fail('EINVAL', 'Invalid combination of local and remote address scopes');
  }
  if (wanted.label !== 0 && family !== 'inet6') return fail('EINVAL', 'Label attribute only applies to IPv6 VXLAN devices');
  let lower: NetDevice | undefined;
  if (wanted.link !== 0) {
    lower = net.devices.get(wanted.link);
    if (lower === undefined) return fail('ENODEV', 'Invalid local interface, device not found');
    if (family === 'inet6' && lower.in6 !== undefined && lower.in6.conf.disable_ipv6 !== 0)
      return fail('EPERM', 'IPv6 support disabled by administrator');
  } else if (isGroupAddress(remote)) return fail('EINVAL', 'Local interface required for multicast remote destination');
  else if (isLinkLocal(wanted)) return fail('EINVAL', 'Local interface required for link-local local/remote addresses');
  const config = { ...wanted, dstPort: wanted.dstPort || (wanted.gpe ? VXLAN_PORT_GPE : VXLAN_PORT_LINUX) };
  return refuseTwin(net, config, self) ?? { config, lower };
}

/** `vxlan_fill_info`. */
export function vxlanInfo({ config }: Vxlan): LinkInfo {
  const text = (address: IpAddress): string | undefined =>
    isAnyAddress(address) ? undefined : typeof address === 'number' ? formatIpv4(address) : address;
  return {
    id: config.vni,
    remote: text(config.remote),
    local: text(config.local),
    ...(config.link === 0 ? {} : { link: config.link }),
    port_low: config.portLow,
    port_high: config.portHigh,
    dstport: config.dstPort,
    ttl: config.ttl,
    ttl_inherit: config.ttlInherit,
    tos: config.tos,
    df: config.df,
    label: config.label,
    ageing: config.ageingSeconds,
    limit: config.maxAddresses,
    learning: config.learning,
    proxy: config.proxy,
    rsc: config.rsc,
    l2miss: config.l2miss,
    l3miss: config.l3miss,
    udpcsum: config.udpcsum,
    udp6zerocsumtx: config.udp6zerocsumtx,
    udp6zerocsumrx: config.udp6zerocsumrx,
    remcsumtx: config.remcsumtx,
    remcsumrx: config.remcsumrx,
    gbp: config.gbp,
    gpe: config.gpe,
    external: config.external,
    vnifilter: config.vnifilter,
  };
}
