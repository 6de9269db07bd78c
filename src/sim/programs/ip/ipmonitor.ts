import { formatMac } from '../../base/address.ts';
import { WaitQueue } from '../../base/wait-queue.ts';
import type { FdbDump } from '../../kernel/rtnetlink/bridge-messages.ts';
import type { RtnetlinkEvent } from '../../kernel/rtnetlink/messages.ts';
import type { Sys } from '../../machine/process.ts';
import type { Ip } from './context.ts';
import { MONITOR_HELP } from './help/objects.ts';
import { formatAddress } from './inet-prefix.ts';
import { printAddress } from './ipaddress-print.ts';
import { printNeighbour } from './ipneigh-print.ts';
import { printNetconf } from './ipnetconf.ts';
import { printRoute, WHOLE_ROUTE } from './iproute-print.ts';
import { printRule } from './iprule-print.ts';
import { printLink, printLinkBrief } from './link-print.ts';
import { nameOfNetnsId } from './netns-files.ts';
import { Exit, matches, Words, wrong } from './parse.ts';

/** Kinds of news, their words on the command line and their labels. */
const OBJECTS: readonly (readonly [word: string, type: RtnetlinkEvent['type'] | undefined, label: string])[] = [
  ['link', 'link', '[LINK]'],
  ['address', 'address', '[ADDR]'],
  ['route', 'route', '[ROUTE]'],
  ['mroute', undefined, ''],
  ['prefix', undefined, ''],
  ['neigh', 'neigh', '[NEIGH]'],
  ['netconf', 'netconf', '[NETCONF]'],
  ['rule', 'rule', '[RULE]'],
  ['nsid', 'nsid', '[NSID]'],
  ['nexthop', undefined, ''],
  ['stats', undefined, ''],
];

interface Watch {
  readonly types: ReadonlySet<RtnetlinkEvent['type']>;
  label: boolean;
  allNsid: boolean;
  ifindex: number;
  /** Names of namespaces by id, for when they have gone. */
  readonly netnsNames: Map<number, string>;
}

/** `ip monitor …`: prints what rtnetlink announces until it is interrupted (ipmonitor.c). */
export function* doMonitor(ip: Ip, argv: readonly string[]): Sys<number> {
  const watch = parseWatch(ip, new Words(argv));
  const news = new WaitQueue();
  let waiting = false;
  // Printed at once, while names and states are those of the moment, and written when it is our turn.
  for (const link of ip.rtnl.links()) ip.remember(link.ifindex, link.name);
  const leave = ip.rtnl.subscribe((event) => {
    if (event.type === 'link') ip.remember(event.link.ifindex, event.link.name);
    if (!wanted(ip, watch, event)) return;
    printEvent(ip, watch, event);
    waiting = true;
    news.wake();
  });
  try {
    for (;;) {
      if (!waiting) yield* ip.p.wait([news], undefined, 'rtnetlink');
      waiting = false;
      yield* ip.flush();
    }
  } finally {
    leave();
  }
}

function parseWatch(ip: Ip, words: Words): Watch {
  const types = new Set<RtnetlinkEvent['type']>();
  const watch: Watch = { types, label: false, allNsid: false, ifindex: 0, netnsNames: new Map() };
  let chosen = false;
  for (; words.left > 0; words.step()) {
    const word = words.word;
    if (matches(word, 'file')) {
      words.value();
      throw new Exit(255, 'Cannot fopen: No such file or directory\n');
    }
    if (matches(word, 'label')) watch.label = true;
    else if (word === 'all') watch.label = true;
    else if (matches(word, 'all-nsid')) watch.allNsid = true;
    else if (matches(word, 'help')) throw new Exit(255, MONITOR_HELP);
    else if (word === 'dev') {
      const name = words.value();
      watch.ifindex = ip.ifindex(name);
      if (watch.ifindex === 0) throw wrong('Device does not exist\n', name);
    } else {
      const object = OBJECTS.find(([name]) => matches(word, name));
      if (object === undefined) throw new Exit(255, `Argument "${word}" is unknown, try "ip monitor help".\n`);
      chosen = true;
      if (object[1] !== undefined) types.add(object[1]);
    }
  }
  if (!chosen) for (const [, type] of OBJECTS) if (type !== undefined) types.add(type);
  return watch;
}

/** What bridges say of their ports and entries comes with the news of links and neighbours. */
function kindOf(event: RtnetlinkEvent): RtnetlinkEvent['type'] {
  return event.type === 'bridgePort' ? 'link' : event.type === 'fdb' || event.type === 'neighMiss' ? 'neigh' : event.type;
}

function wanted(ip: Ip, watch: Watch, event: RtnetlinkEvent): boolean {
  if (!watch.types.has(kindOf(event))) return false;
  const { family } = ip.options;
  const own = familyOf(event);
  if ((family === 'inet' || family === 'inet6') && own !== undefined && own !== family) return false;
  if (watch.ifindex === 0) return true;
  if (event.type === 'link') return event.link.ifindex === watch.ifindex;
  if (event.type === 'bridgePort') return event.port.link.ifindex === watch.ifindex;
  if (event.type === 'fdb') return event.fdb.ifindex === watch.ifindex;
  if (event.type === 'neighMiss') return event.ifindex === watch.ifindex;
  if (event.type === 'address') return event.address.ifindex === watch.ifindex;
  if (event.type === 'neigh') return event.neigh.ifindex === watch.ifindex;
  if (event.type === 'route') return event.route.nexthops.some((hop) => hop.ifindex === watch.ifindex);
  return true;
}

function familyOf(event: RtnetlinkEvent): string | undefined {
  if (event.type === 'address') return event.address.family;
  if (event.type === 'route') return event.route.family;
  if (event.type === 'neigh') return event.neigh.family;
  if (event.type === 'rule') return event.rule.family;
  return event.type === 'netconf' ? event.family : undefined;
}

function printEvent(ip: Ip, watch: Watch, event: RtnetlinkEvent): void {
  // JSON is not for streams: iproute2 prints text here whatever was asked for.
  const out = ip.printer({ json: false });
  const { deleted } = event;
  if (ip.options.timestamp) ip.out(timestamp(ip));
  if (watch.allNsid) ip.out('[nsid current]');
  if (watch.label) ip.out(OBJECTS.find(([, type]) => type === kindOf(event))?.[2] ?? '');
  switch (event.type) {
    case 'link': {
      const { link } = event;
      const style = {
        link: false,
        queue: false,
        address: true,
        inet6: false,
        deleted,
        newNetnsId: link.newNetnsId,
        newIfindex: link.newIfindex,
      };
      if (ip.options.brief) printLinkBrief(ip, out, link, style);
      else printLink(ip, out, link, style);
      return;
    }
    case 'bridgePort': {
      const { link } = event.port;
      const style = { link: false, queue: false, address: true, inet6: true, bridge: true, deleted };
      if (ip.options.brief) printLinkBrief(ip, out, link, style);
      else printLink(ip, out, link, style);
      return;
    }
    case 'fdb':
      printFdbEntry(ip, event.fdb, deleted);
      return;
    case 'neighMiss': {
      const ip4or6 = event.ip === undefined ? '' : `${formatAddress(event.ip)} `;
      const lladdr = event.mac === undefined ? '' : `lladdr ${formatMac(event.mac)} `;
      ip.out(`miss ${ip4or6}dev ${ip.deviceName(event.ifindex)} ${lladdr}STALE \n`);
      return;
    }
    case 'address':
      printAddress(ip, out, event.address, { withDevice: true, deleted });
      return;
    case 'route':
      printRoute(ip, out, event.route, { ...WHOLE_ROUTE, deleted });
      return;
    case 'neigh':
      printNeighbour(ip, out, event.neigh, { dev: true, deleted });
      return;
    case 'rule':
      printRule(ip, out, event.rule, { deleted });
      return;
    case 'netconf':
      printNetconf(ip, out, event);
      return;
    case 'nsid': {
      const name = nameOfNetnsId(ip, event.nsid) ?? watch.netnsNames.get(event.nsid);
      if (name !== undefined) watch.netnsNames.set(event.nsid, name);
      ip.out(`${deleted ? 'Deleted ' : ''}nsid ${event.nsid} ${name === undefined ? '' : `(iproute2 netns name: ${name})`}\n`);
    }
  }
}

const FDB_STATES = { permanent: 'PERMANENT', static: 'NOARP', reachable: 'REACHABLE', stale: 'STALE' } as const;

/** NUD_* bits in the order in which they are printed. */
const NUD_NAMES = [
  [0x02, 'REACHABLE'],
  [0x04, 'STALE'],
  [0x40, 'NOARP'],
  [0x80, 'PERMANENT'],
] as const;

/** A bridge's entry as a neighbour without an address, a vxlan's as one with the address of the tunnel's other end. */
function printFdbEntry(ip: Ip, entry: FdbDump, deleted: boolean): void {
  const dst = entry.dst === undefined ? '' : `${formatAddress(entry.dst.address)} `;
  const flags = `${entry.router === true ? 'router ' : ''}${entry.externLearn === true ? 'extern_learn  ' : ''}`;
  const { nud } = entry;
  const state =
    nud === undefined
      ? FDB_STATES[entry.state]
      : NUD_NAMES.filter(([bit]) => (nud & bit) !== 0)
          .map(([, name]) => name)
          .join(' ');
  const words = `${dst}dev ${ip.deviceName(entry.ifindex)} lladdr ${formatMac(entry.lladdr)} ${flags}${state}`;
  ip.out(`${deleted ? 'Deleted ' : ''}${words} \n`);
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `-t` as asctime(3) says it, `-ts` as ISO 8601 in brackets; to the microsecond. */
function timestamp(ip: Ip): string {
  const ms = ip.p.wallClockMs;
  const date = new Date(Math.floor(ms));
  const us = Math.floor((ms * 1000) % 1_000_000);
  if (ip.options.timestampShort) return `[${date.toISOString().slice(0, 19)}.${String(us).padStart(6, '0')}] `;
  const two = (n: number): string => String(n).padStart(2, '0');
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  const day = `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)}`;
  return `Timestamp: ${day} ${time} ${date.getUTCFullYear()} ${us} usec\n`;
}
