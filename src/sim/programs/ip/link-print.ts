import { formatMac } from '../../base/address.ts';
import { isError } from '../../base/result.ts';
import { ARPHRD_ETHER, ARPHRD_LOOPBACK, IFF_UP } from '../../kernel/device/net-device.ts';
import type { LinkDump } from '../../kernel/rtnetlink/messages.ts';
import type { Ip } from './context.ts';
import { printFlags } from './link-flags.ts';
import { linkKind } from './link-kind.ts';
import { printLinkStats } from './link-stats.ts';
import { nameOfNetnsId } from './netns-files.ts';
import type { Printer } from './printer.ts';

/** How a link is to be shown; `ip link`, `ip addr` and `ip monitor` differ. */
export interface LinkStyle {
  /** `ip link`: with mode, IPv6 address generation and, with -s, counters. */
  readonly link: boolean;
  /** Length of the transmit queue; not in `ip monitor`. */
  readonly queue: boolean;
  /** The link layer's line. */
  readonly address: boolean;
  /** What a dump for IPv6 alone knows: no qdisc, no group, no kind. */
  readonly inet6: boolean;
  /** A bridge's message about its port, which knows as little, but for the master. */
  readonly bridge?: boolean;
  /** It has gone, and where to. */
  readonly deleted?: boolean;
  readonly newNetnsId?: number | undefined;
  readonly newIfindex?: number | undefined;
}

/** Prints a link as `ip link` does (print_linkinfo). */
export function printLink(ip: Ip, out: Printer, link: LinkDump, style: LinkStyle): void {
  if (style.deleted) out.both('deleted', true, 'Deleted ');
  out.both('ifindex', link.ifindex, `${link.ifindex}: `);
  const lower = printName(ip, out, link, style.inet6);
  out.text(': ');
  printFlags(out, link.flags, lower.down);
  out.both('mtu', link.mtu, `mtu ${link.mtu} `);
  if (!style.inet6) out.both('qdisc', link.qdisc, `qdisc ${link.qdisc} `);
  if (link.master !== undefined && (!style.inet6 || style.bridge === true)) {
    const master = ip.deviceName(link.master);
    out.both('master', master, `master ${master} `);
  }
  out.both('operstate', link.operstate, `state ${link.operstate} `);
  if (style.link && !style.inet6) {
    const mode = link.linkMode === 0 ? 'DEFAULT' : link.linkMode === 1 ? 'DORMANT' : String(link.linkMode);
    out.both('linkmode', mode, `mode ${mode} `);
  }
  if (!style.inet6) {
    const group = ip.names.group(link.group);
    out.both('group', group, `group ${group} `);
  }
  if (style.queue && link.txQueueLen !== 0) out.both('txqlen', link.txQueueLen, `qlen ${link.txQueueLen}`);
  if (link.event !== undefined && !style.inet6) out.both('event', link.event, `event ${link.event} `);
  if (style.address || ip.options.details > 0) printAddress(ip, out, link, style);
  if (link.linkNetnsId !== undefined && !style.inet6) printNetnsId(ip, out, 'link', link.linkNetnsId);
  if (style.newNetnsId !== undefined) printNetnsId(ip, out, 'new', style.newNetnsId);
  if (style.newIfindex !== undefined) out.both('new_ifindex', style.newIfindex, ` new-ifindex ${style.newIfindex}`);
  if (ip.options.details > 0 && !style.inet6) printDetails(ip, out, link, style);
  if ((style.link || ip.options.details > 0) && link.alias !== undefined && link.alias !== '' && !style.inet6) {
    out.newline();
    out.both('ifalias', link.alias, `    alias ${link.alias}`);
  }
  if (style.link && ip.options.stats > 0) {
    out.newline();
    printLinkStats(ip, out, link);
  }
  if (link.altNames.length > 0 && !style.inet6) {
    out.openArray('altnames');
    for (const name of link.altNames) {
      out.newline();
      out.both(undefined, name, `    altname ${name}`);
    }
    out.closeArray();
  }
  out.text('\n');
}

/** `-br`: name, state and, for links, address and flags (print_linkinfo_brief). */
export function printLinkBrief(ip: Ip, out: Printer, link: LinkDump, style: LinkStyle): void {
  if (style.deleted) out.both('deleted', true, 'Deleted ');
  const lower = lowerName(ip, link, style.inet6);
  if (out.json) printName(ip, out, link, style.inet6);
  else out.text(`${(link.name + lower.suffix).padEnd(16)} `);
  out.both('operstate', link.operstate, `${link.operstate.padEnd(14)} `);
  if (!style.link) return;
  const address = formatMac(link.address);
  out.both('address', address, `${address} `);
  printFlags(out, link.flags, lower.down);
  out.text('\n');
}

const ARPHRD_NONE = 65534;
const LINK_TYPES: Readonly<Record<number, string>> = { [ARPHRD_ETHER]: 'ether', [ARPHRD_LOOPBACK]: 'loopback', [ARPHRD_NONE]: 'none' };

/** ARPHRD_*, as link/NAME. */
export function linkType(ip: Ip, type: number): string {
  if (ip.options.numeric) return `[${type}]`;
  return LINK_TYPES[type] ?? `[${type}]`;
}

/** What stands behind the @, and whether that device is known to be down (M-DOWN). */
function lowerName(ip: Ip, link: LinkDump, inet6: boolean): { readonly suffix: string; readonly name: string; readonly down: boolean } {
  if (link.link === undefined) return { suffix: '', name: '', down: false };
  if (link.link === 0) return { suffix: '@NONE', name: 'NONE', down: false };
  if (link.linkNetnsId !== undefined && !inet6) return { suffix: `@if${link.link}`, name: '', down: false };
  const lower = ip.rtnl.link(link.link);
  const name = isError(lower) ? `if${link.link}` : lower.name;
  return { suffix: `@${name}`, name, down: !isError(lower) && (lower.flags & IFF_UP) === 0 };
}

export function printName(ip: Ip, out: Printer, link: LinkDump, inet6: boolean): { readonly down: boolean } {
  const lower = lowerName(ip, link, inet6);
  if (link.link !== undefined && out.json) {
    if (link.linkNetnsId !== undefined && !inet6) out.member('link_index', link.link);
    else out.member('link', lower.name === 'NONE' ? null : lower.name);
  }
  out.both('ifname', link.name, link.name + lower.suffix);
  return lower;
}

function printAddress(ip: Ip, out: Printer, link: LinkDump, style: LinkStyle): void {
  out.newline();
  const type = linkType(ip, link.type);
  out.both('link_type', type, `    link/${type} `);
  // Links of this type have no addresses.
  const none = link.type === ARPHRD_NONE;
  const address = formatMac(link.address);
  if (!none) out.both('address', address, address);
  if (!style.inet6 && !none) {
    const broadcast = formatMac(link.broadcast);
    out.both('broadcast', broadcast, ` brd ${broadcast}`);
  }
}

/** By name where /run/netns has one for it. JSON has the number only. */
function printNetnsId(ip: Ip, out: Printer, which: 'link' | 'new', id: number): void {
  if (out.json) {
    out.member(`${which}_netnsid`, id);
    return;
  }
  const name = id < 0 ? undefined : nameOfNetnsId(ip, id);
  if (name !== undefined) out.text(` ${which}-netns ${name}`);
  else out.text(id < 0 ? ` ${which}-netnsid unknown` : ` ${which}-netnsid ${id}`);
}

function printDetails(ip: Ip, out: Printer, link: LinkDump, style: LinkStyle): void {
  out.both('promiscuity', link.promiscuity, ` promiscuity ${link.promiscuity} `);
  out.both('allmulti', link.allmulti, ` allmulti ${link.allmulti} `);
  out.both('min_mtu', link.minMtu, `minmtu ${link.minMtu} `);
  out.both('max_mtu', link.maxMtu, `maxmtu ${link.maxMtu} `);
  printKind(ip, out, link);
  if (style.link && link.addrGenMode !== undefined) out.both('inet6_addr_gen_mode', link.addrGenMode, `addrgenmode ${link.addrGenMode} `);
  out.both('num_tx_queues', link.numTxQueues, `numtxqueues ${link.numTxQueues} `);
  out.both('num_rx_queues', link.numRxQueues, `numrxqueues ${link.numRxQueues} `);
  // Devices that take what TSO leaves whole (loopback, veth, bridge…) have the large limit, NICs that of 64 KiB (GSO_LEGACY_MAX_SIZE).
  const offload = {
    gso_max_size: link.gsoMaxSize ?? 65536,
    gso_max_segs: link.gsoMaxSegs ?? 65535,
    tso_max_size: link.tsoMaxSize ?? (link.kind === undefined && link.type === ARPHRD_ETHER ? 65536 : 524280),
    tso_max_segs: 65535,
    gro_max_size: link.groMaxSize ?? 65536,
  };
  for (const [key, value] of Object.entries(offload)) out.both(key, value, `${key} ${value} `);
}

function printKind(ip: Ip, out: Printer, link: LinkDump): void {
  if (link.kind === undefined && link.slaveKind === undefined) return;
  out.openObject('linkinfo');
  if (link.kind !== undefined) {
    out.newline();
    out.both('info_kind', link.kind, `    ${link.kind} `);
    const kind = linkKind(link.kind);
    if (link.info !== undefined && kind?.print !== undefined) {
      out.openObject('info_data');
      kind.print(ip, out, link.info);
      out.closeObject();
    }
  }
  if (link.slaveKind !== undefined) {
    out.newline();
    out.both('info_slave_kind', link.slaveKind, `    ${link.slaveKind}_slave `);
    const kind = linkKind(`${link.slaveKind}_slave`);
    if (link.slaveInfo !== undefined && kind?.print !== undefined) {
      out.openObject('info_slave_data');
      kind.print(ip, out, link.slaveInfo);
      out.closeObject();
    }
  }
  out.closeObject();
}
