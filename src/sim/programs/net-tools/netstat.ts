import { NS_PER_S } from '../../base/time.ts';
import type { Program, Sys } from '../../machine/process.ts';
import { type Command, command, Exit } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { groupsTable } from './groups-table.ts';
import { interfaces, longText, shortText } from './interface-table.ts';
import { ROUTING_FAMILIES } from './lists.ts';
import { type SocketListing, socketTable } from './netstat-sockets.ts';
import { unixTable } from './netstat-unix.ts';
import { NETSTAT_USAGE } from './netstat-usage.ts';
import { inet6Table, inetTable } from './routing-table.ts';
import { statistics, statistics6 } from './statistics.ts';
import { versionText } from './version.ts';

/** netstat of net-tools 2.10. */
export const netstat: Program = command('netstat', main);

const LONG = {
  version: 'V',
  groups: 'g',
  interfaces: 'i',
  help: 'h',
  route: 'r',
  statistics: 's',
  tcp: 't',
  udp: 'u',
  raw: 'w',
  unix: 'x',
  listening: 'l',
  all: 'a',
  timers: 'o',
  continuous: 'c',
  extend: 'e',
  programs: 'p',
  verbose: 'v',
  numeric: 'n',
  'numeric-hosts': 'numeric-hosts',
  'numeric-ports': 'numeric-ports',
  'numeric-users': 'numeric-users',
  symbolic: 'N',
  cache: 'C',
  fib: 'F',
  wide: 'W',
  inet: '4',
  inet6: '6',
};

const E_OPTERR = 3;

/** What the options say. */
class NetstatOptions {
  what: 'sockets' | 'routes' | 'interfaces' | 'groups' | 'statistics' = 'sockets';
  readonly given = new Set<string>();
  extended = 0;
  numericHosts = false;
  numericPorts = false;
}

function* main(c: Command): Sys<number> {
  const parsed = getopt(c.args, { short: 'A:CFV46aceghilnNoprstuvwWx?', long: LONG });
  if (parsed instanceof UsageError) {
    yield* c.complain(parsed.message);
    return yield* usage(c, E_OPTERR);
  }
  const o = new NetstatOptions();
  for (const { flag, value } of parsed.options) {
    o.given.add(flag);
    switch (flag) {
      case 'r':
        o.what = 'routes';
        break;
      case 'i':
        o.what = 'interfaces';
        break;
      case 's':
        o.what = 'statistics';
        break;
      case 'g':
        o.what = 'groups';
        break;
      case 'e':
        o.extended++;
        break;
      case 'n':
        o.numericHosts = true;
        o.numericPorts = true;
        break;
      case 'numeric-hosts':
        o.numericHosts = true;
        break;
      case 'numeric-ports':
        o.numericPorts = true;
        break;
      case 'A':
        if (value !== 'inet' && value !== 'inet6' && value !== 'unix') {
          yield* c.error(`Unknown address family \`${value}'.\n`);
          return 1;
        }
        o.given.add(value === 'inet' ? '4' : value === 'inet6' ? '6' : 'x');
        break;
      case 'V':
        c.out(
          versionText({
            authors: 'Fred Baumgarten, Alan Cox, Bernd Eckenfels, Phil Blundell, Tuan Hoang, Brian Micek and others',
            features: '+NEW_ADDRT +RTF_IRTT +RTF_REJECT +FW_MASQUERADE +I18N +SELINUX',
          }),
        );
        return 0;
      case 'h':
      case '?':
        return yield* usage(c, 0);
    }
  }
  if (parsed.operands.length > 0) return yield* usage(c, E_OPTERR);
  yield* show(c, o, true);
  while (o.given.has('c')) {
    yield* c.flush();
    yield* c.p.sleep(NS_PER_S);
    yield* show(c, o, false);
  }
  return 0;
}

function* usage(c: Command, status: number): Sys<never> {
  if (status === 0) c.out(NETSTAT_USAGE);
  else yield* c.error(NETSTAT_USAGE);
  yield* c.error(ROUTING_FAMILIES);
  throw new Exit(status);
}

/** `first`: with -c the titles stand above the first table only. */
function* show(c: Command, o: NetstatOptions, first: boolean): Sys<void> {
  const { p } = c;
  switch (o.what) {
    case 'routes':
      if (o.given.has('6')) c.out(inet6Table(p, o.numericHosts));
      else c.out(yield* inetTable(p, o.extended === 0 ? 'mss' : o.extended === 1 ? 'metric' : 'all', o.numericHosts));
      break;
    case 'interfaces':
      showInterfaces(c, o, first);
      break;
    case 'groups':
      // A family that is named brings its sockets, too.
      if (o.given.has('4') || o.given.has('6')) yield* showSockets(c, o);
      c.out(groupsTable(p, o.given.has('4') || !o.given.has('6'), o.given.has('6') || !o.given.has('4')));
      break;
    case 'statistics':
      c.out((o.given.has('6') ? statistics6 : statistics)(p, protocols(o)));
      break;
    case 'sockets':
      yield* showSockets(c, o);
  }
}

/** Those of -t, -u and -w that were given. */
function protocols(o: NetstatOptions): string[] {
  return ['t', 'u', 'w'].filter((flag) => o.given.has(flag));
}

const INTERFACE_HEADER = 'Iface             MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\n';

function showInterfaces(c: Command, o: NetstatOptions, first: boolean): void {
  const long = o.extended > 0;
  if (first) c.out('Kernel Interface table\n');
  if (!long) c.out(INTERFACE_HEADER);
  for (const found of interfaces(c.p, o.given.has('a'))) c.out(long ? longText(c.p, found) : shortText(found));
}

function* showSockets(c: Command, o: NetstatOptions): Sys<void> {
  const has = (flag: string): boolean => o.given.has(flag);
  const chosen = ['t', 'u', 'w', 'x'].filter(has);
  const which = has('a') ? 'all' : has('l') ? 'listening' : 'connected';
  const internet = chosen.length === 0 || chosen.some((flag) => flag !== 'x');
  if (internet && !(chosen.length === 0 && has('x'))) {
    const listing: SocketListing = {
      protocols: (['tcp', 'udp', 'raw'] as const).filter((_, i) => chosen.length === 0 || chosen.includes('tuw'[i] as string)),
      families: has('4') === has('6') ? ['inet', 'inet6'] : has('4') ? ['inet'] : ['inet6'],
      which,
      numericHosts: o.numericHosts,
      numericPorts: o.numericPorts,
      wide: has('W'),
      programs: has('p'),
      extended: o.extended > 0,
      timers: has('o'),
    };
    c.out(yield* socketTable(c.p, listing));
  }
  if (chosen.includes('x') || (chosen.length === 0 && !has('4') && !has('6'))) {
    c.out(unixTable(c.p, which, has('p')));
  }
}
