import { formatMac } from '../../base/address.ts';
import type { NeighDump } from '../../kernel/rtnetlink/messages.ts';
import type { Ip } from './context.ts';
import { formatAddress } from './inet-prefix.ts';
import type { Printer } from './printer.ts';

/** Prints a neighbour as `ip neigh` does (print_neigh). The device is not said where only its entries are asked for. */
export function printNeighbour(ip: Ip, out: Printer, n: NeighDump, style: { readonly dev: boolean; readonly deleted?: boolean }): void {
  const dst = formatAddress(n.dst);
  const dev = n.ifindex === 0 ? '' : ip.deviceName(n.ifindex);
  const lladdr = n.lladdr === undefined ? undefined : formatMac(n.lladdr);
  if (style.deleted) out.both('deleted', true, 'Deleted ');
  if (ip.options.brief) {
    out.both('dst', dst, `${dst.padEnd(39)} `);
    if (style.dev) out.both('dev', dev, `${dev.padEnd(16)} `);
    if (lladdr !== undefined) out.both('lladdr', lladdr, lladdr);
    out.text('\n');
    return;
  }
  out.both('dst', dst, `${dst} `);
  if (style.dev && dev !== '') out.both('dev', dev, `dev ${dev} `);
  if (lladdr !== undefined) {
    out.text('lladdr ');
    out.both('lladdr', lladdr, `${lladdr} `);
  }
  if (n.router) out.both('router', null, 'router ');
  if (n.proxy) out.both('proxy', null, 'proxy ');
  if (n.externLearn) out.both('extern_learn', null, 'extern_learn ');
  if (n.managed) out.both('managed', null, 'managed ');
  if (ip.options.stats > 0 && !n.proxy) printStatistics(out, n);
  if (!n.proxy) printState(out, n);
  if (n.protocol !== undefined && n.protocol !== 0) {
    out.both('protocol', ip.names.protocol(n.protocol), `proto ${ip.names.protocol(n.protocol)} `);
  }
  out.text('\n');
}

function printStatistics(out: Printer, n: NeighDump): void {
  if (n.refcnt > 0) out.both('refcnt', n.refcnt, ` ref ${n.refcnt}`);
  out.both('used', n.used, ` used ${n.used}`);
  out.both('confirmed', n.confirmed, `/${n.confirmed}`);
  out.both('updated', n.updated, `/${n.updated}`);
  out.both('probes', n.probes, `probes ${n.probes} `);
}

function printState(out: Printer, n: NeighDump): void {
  if (n.state === 'NONE') return;
  out.openArray('state');
  out.both(undefined, n.state, `${n.state} `);
  out.closeArray();
}
