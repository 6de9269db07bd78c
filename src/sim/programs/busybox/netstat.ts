import type { Sys } from '../../machine/process.ts';
import type { Command } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { type SocketListing, socketTable } from '../net-tools/netstat-sockets.ts';
import { unixTable } from '../net-tools/netstat-unix.ts';
import { inetRoutes } from './routing-table.ts';
import { showUsage } from './usage.ts';

/** BusyBox's netstat as Debian builds it (networking/netstat.c without programs and wide output). Without t, u, w and x it lists all kinds. */
export function* busyboxNetstat(c: Command, name: string, args: readonly string[]): Sys<number> {
  const parsed = getopt(args, { short: 'laentuwxr' });
  if (parsed instanceof UsageError) return yield* showUsage(c, name, parsed.message);
  const has = (flag: string): boolean => parsed.options.some((option) => option.flag === flag);
  if (has('r')) {
    c.out(yield* inetRoutes(c.p, has('n'), !has('e')));
    return 0;
  }
  const chosen = ['t', 'u', 'w', 'x'].filter(has);
  const wants = (flag: string): boolean => chosen.length === 0 || chosen.includes(flag);
  const which = has('a') ? 'all' : has('l') ? 'listening' : 'connected';
  const listing: SocketListing = {
    protocols: (['tcp', 'udp', 'raw'] as const).filter((_, i) => wants('tuw'[i] as string)),
    families: ['inet', 'inet6'],
    which,
    numericHosts: has('n'),
    numericPorts: has('n'),
    wide: false,
    programs: false,
    extended: false,
    timers: false,
  };
  if (listing.protocols.length > 0) c.out(busyboxColumns(yield* socketTable(c.p, listing)));
  if (wants('x')) c.out(unixTable(c.p, which, false).replace('I-Node   Path', 'I-Node Path'));
  return 0;
}

/** The same table with a wider state, and without a 6 in the protocol's name. */
function busyboxColumns(table: string): string {
  return table
    .split('\n')
    .map((line, i) => (i === 0 || line === '' ? line : `${line.replace(/^(tcp|udp|raw)6/, '$1 ')} `))
    .join('\n');
}
