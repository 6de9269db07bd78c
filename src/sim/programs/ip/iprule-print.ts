import type { RuleDump } from '../../kernel/rtnetlink/messages.ts';
import type { Ip } from './context.ts';
import { formatAddress } from './inet-prefix.ts';
import { formatIpProtocol } from './ip-protocols.ts';
import type { Printer } from './printer.ts';

const RTPROT_KERNEL = 2;

/** Prints a rule as `ip rule` does (print_rule). */
export function printRule(ip: Ip, out: Printer, r: RuleDump, { deleted = false }: { readonly deleted?: boolean } = {}): void {
  if (deleted) out.both('deleted', true, 'Deleted ');
  out.both('priority', r.priority ?? 0, `${r.priority ?? 0}:\t`);
  if (r.invert) out.both('not', null, 'not ');
  printSource(out, r);
  printDestination(out, r);
  if (r.tos !== 0) out.both('tos', ip.names.dsfield(r.tos), ` tos ${ip.names.dsfield(r.tos)}`);
  printMark(out, r);
  printDevice(out, 'iif', r.iif, r.iifDetached === true);
  printDevice(out, 'oif', r.oif, r.oifDetached === true);
  if (r.uidRange !== undefined) {
    out.both('uid_start', r.uidRange[0], ` uidrange ${r.uidRange[0]}`);
    out.both('uid_end', r.uidRange[1], `-${r.uidRange[1]}`);
  }
  if (r.ipProto !== undefined) out.both('ipproto', formatIpProtocol(r.ipProto), ` ipproto ${formatIpProtocol(r.ipProto)}`);
  printPorts(out, 'sport', r.sport);
  printPorts(out, 'dport', r.dport);
  if (r.tunId !== undefined) out.both('tun_id', r.tunId, ` tun_id ${r.tunId}`);
  printTable(ip, out, r);
  if (r.realms !== undefined) out.both('flow_to', String(r.realms), ` realms ${r.realms}`);
  printAction(out, r);
  if ((r.protocol !== 0 && r.protocol !== RTPROT_KERNEL) || ip.options.details > 0)
    out.both('protocol', ip.names.protocol(r.protocol), ` proto ${ip.names.protocol(r.protocol)}`);
  out.text('\n');
}

function printSource(out: Printer, r: RuleDump): void {
  if (r.src === undefined) {
    out.both('src', r.srcLen > 0 ? '0' : 'all', r.srcLen > 0 ? `from 0/${r.srcLen}` : 'from all');
    return;
  }
  const src = formatAddress(r.src);
  const whole = r.srcLen === (r.family === 'inet' ? 32 : 128);
  out.both('src', src, `from ${src}`);
  if (!whole) out.both('srclen', r.srcLen, `/${r.srcLen}`);
}

function printDestination(out: Printer, r: RuleDump): void {
  if (r.dst === undefined) {
    if (r.dstLen > 0) out.both('dst', '0', ` to 0/${r.dstLen}`);
    return;
  }
  const dst = formatAddress(r.dst);
  const whole = r.dstLen === (r.family === 'inet' ? 32 : 128);
  out.both('dst', dst, ` to ${dst}`);
  if (!whole) out.both('dstlen', r.dstLen, `/${r.dstLen}`);
}

function printMark(out: Printer, r: RuleDump): void {
  if (r.fwmark === undefined && r.fwmask === undefined) return;
  const mark = `0x${(r.fwmark ?? 0).toString(16)}`;
  const mask = r.fwmask === undefined || r.fwmask === 0xffffffff ? undefined : `0x${r.fwmask.toString(16)}`;
  out.both('fwmark', mark, ` fwmark ${mark}`);
  if (mask !== undefined) out.both('fwmask', mask, `/${mask}`);
}

function printDevice(out: Printer, which: 'iif' | 'oif', name: string | undefined, detached: boolean): void {
  if (name === undefined) return;
  out.both(which, name, ` ${which} ${name}`);
  if (detached) out.both(`${which}_detached`, null, ' [detached]');
}

function printPorts(out: Printer, which: 'sport' | 'dport', range: readonly [number, number] | undefined): void {
  if (range === undefined) return;
  const [first, last] = range;
  if (first === last) out.both(which, first, ` ${which} ${first}`);
  else {
    out.both(`${which}_start`, first, ` ${which} ${first}`);
    out.both(`${which}_end`, last, `-${last}`);
  }
}

function printTable(ip: Ip, out: Printer, r: RuleDump): void {
  if (r.l3mdev) {
    out.both('l3mdev', null, ' lookup [l3mdev-table]');
    return;
  }
  if (r.table === 0 || r.action !== 'table') return;
  out.both('table', ip.names.table(r.table), ` lookup ${ip.names.table(r.table)}`);
  if (r.suppressPrefixLength !== undefined)
    out.both('suppress_prefixlen', r.suppressPrefixLength, ` suppress_prefixlength ${r.suppressPrefixLength}`);
  if (r.suppressIfGroup !== undefined) {
    const group = ip.names.group(r.suppressIfGroup);
    out.both('suppress_ifgroup', group, ` suppress_ifgroup ${group}`);
  }
}

function printAction(out: Printer, r: RuleDump): void {
  if (r.action === 'goto') {
    out.both('goto', r.gotoTarget ?? 0, ` goto ${r.gotoTarget ?? 'none'}`);
    if (r.gotoUnresolved) out.both('unresolved', null, ' [unresolved]');
  } else if (r.action === 'nop') out.both('nop', null, ' nop');
  else if (r.action !== 'table') out.both('action', r.action, ` ${r.action}`);
}
