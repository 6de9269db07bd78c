import { formatMac, type Mac, parseMac } from '../../../base/mac-address.ts';
import { fail, type KernelError } from '../../../base/result.ts';
import type { LinkInfo } from '../../rtnetlink/messages.ts';
import { changePromiscuity, isValidStationAddress } from '../device-state.ts';
import { FLAG_NODST, FLAG_NOPROMISC, type Macvlan, type MacvlanMode, type MacvlanPort } from './macvlan.ts';

// What `ip link … type macvlan` says and shows: macvlan_changelink, macvlan_changelink_sources and macvlan_fill_info.

const DEFAULT_QUEUE_LENGTH = 1000;

/** A new device's settings; without a mode it is a vepa. */
export function readOptions(info: LinkInfo): Pick<Macvlan, 'mode' | 'flags' | 'queueLength'> {
  return {
    mode: (info.mode as MacvlanMode | undefined) ?? 'vepa',
    flags: flagsOf(info) ?? 0,
    queueLength: Number(info.bcqueuelen ?? DEFAULT_QUEUE_LENGTH),
  };
}

function flagsOf(info: LinkInfo): number | undefined {
  if (info.nopromisc === undefined && info.nodst === undefined) return undefined;
  return (info.nopromisc === true ? FLAG_NOPROMISC : 0) | (info.nodst === true ? FLAG_NODST : 0);
}

/** `macvlan_changelink`: passthru is for life. */
export function changeOptions(vlan: Macvlan, info: LinkInfo): KernelError | undefined {
  const { port, lower, dev } = vlan;
  const mode = info.mode as MacvlanMode | undefined;
  if (mode !== undefined) {
    if ((mode === 'passthru') !== (vlan.mode === 'passthru')) return fail('EINVAL');
    if (vlan.mode === 'source' && mode !== 'source') flushSources(vlan);
  }
  const flags = flagsOf(info);
  if (flags !== undefined) {
    if (port.passthru && dev.up && ((flags ^ vlan.flags) & FLAG_NOPROMISC) !== 0)
      changePromiscuity(lower, (flags & FLAG_NOPROMISC) !== 0 ? -1 : 1);
    vlan.flags = flags;
  }
  if (info.bcqueuelen !== undefined) {
    vlan.queueLength = Number(info.bcqueuelen);
    updateQueueLimit(port);
  }
  if (mode !== undefined) vlan.mode = mode;
  if (info.macaddr_mode === undefined) return undefined;
  return vlan.mode === 'source' ? changeSources(vlan, info) : fail('EINVAL');
}

/** The port's queue is as long as the longest that was asked for (`update_port_bc_queue_len`). */
export function updateQueueLimit(port: MacvlanPort): void {
  port.queueLimit = Math.max(0, ...port.vlans.map((vlan) => vlan.queueLength));
}

/** Adds, deletes, sets or forgets the senders whose frames a source device gets (`macvlan_changelink_sources`). */
export function changeSources(vlan: Macvlan, info: LinkInfo): KernelError | undefined {
  const { port } = vlan;
  const macs = String(info.macaddr ?? '')
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => parseMac(word) ?? 0);
  switch (info.macaddr_mode) {
    case 'add':
    case 'set':
      if (!macs.every(isValidStationAddress)) return fail('EADDRNOTAVAIL');
      if (info.macaddr_mode === 'set') flushSources(vlan);
      for (const mac of macs) addSource(vlan, mac);
      return undefined;
    case 'del':
      for (const mac of macs) {
        const at = port.sources.findIndex((entry) => entry.vlan === vlan && entry.mac === mac);
        if (at >= 0) port.sources.splice(at, 1);
      }
      return undefined;
    default:
      flushSources(vlan);
      return undefined;
  }
}

function addSource(vlan: Macvlan, mac: Mac): void {
  const { sources } = vlan.port;
  if (!sources.some((entry) => entry.vlan === vlan && entry.mac === mac)) sources.push({ mac, vlan });
}

/** `macvlan_flush_sources`. */
export function flushSources(vlan: Macvlan): void {
  const { sources } = vlan.port;
  const others = sources.filter((entry) => entry.vlan !== vlan);
  sources.splice(0, sources.length, ...others);
}

/** `macvlan_fill_info`: sources come in the order of their hash. */
export function macvlanInfo(vlan: Macvlan): LinkInfo {
  const { mode, flags, queueLength, port } = vlan;
  const sources = port.sources.filter((entry) => entry.vlan === vlan).map(({ mac }) => mac);
  return {
    mode,
    nopromisc: (flags & FLAG_NOPROMISC) !== 0,
    nodst: (flags & FLAG_NODST) !== 0,
    bcqueuelen: queueLength,
    usedbcqueuelen: port.queueLimit,
    ...(mode === 'source'
      ? {
          macaddr: sources
            .sort((a, b) => hashOf(a) - hashOf(b))
            .map(formatMac)
            .join(' '),
        }
      : {}),
  };
}

/** `macvlan_eth_hash`: the top eight bits of a product with the golden ratio. */
function hashOf(mac: Mac): number {
  let value = 0n;
  for (let i = 0; i < 6; i++) value |= BigInt(Math.floor(mac / 2 ** (8 * (5 - i))) & 0xff) << BigInt(8 * i);
  return Number(BigInt.asUintN(64, (value << 16n) * 0x61c8864680b583ebn) >> 56n);
}
