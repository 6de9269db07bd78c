import { formatMac, parseIpv4, parseIpv6 } from '../../base/address.ts';
import { parseMac } from '../../base/mac-address.ts';
import type { MdbDump, MdbGroup, MdbRequest, MdbRouterDump } from '../../kernel/rtnetlink/bridge-messages.ts';
import { formatAddress } from '../ip/inet-prefix.ts';
import { duplicate, Exit, matches, Words } from '../ip/parse.ts';
import type { Printer } from '../ip/printer.ts';
import type { Bridge } from './bridge.ts';
import { MDB_HELP } from './help.ts';
import { atoi } from './link.ts';

const NS_PER_CENTISECOND = 10_000_000;

/** `bridge mdb …` (bridge/mdb.c): who listens to which multicast group. */
export function doMdb(bridge: Bridge, argv: readonly string[]): number {
  const command = argv[0];
  const words = new Words(argv, 1);
  if (command === undefined) return show(bridge, words);
  if (matches(command, 'add')) return modify(bridge, words, (request) => bridge.rtnl.bridge.addMdb(request));
  if (matches(command, 'delete')) return modify(bridge, words, (request) => bridge.rtnl.bridge.delMdb(request));
  if (matches(command, 'show') || matches(command, 'lst') || matches(command, 'list')) return show(bridge, words);
  if (matches(command, 'help')) throw new Exit(255, MDB_HELP);
  throw new Exit(255, `Command "${command}" is unknown, try "bridge mdb help".\n`);
}

function deviceOf(bridge: Bridge, name: string): number {
  const ifindex = bridge.ifindex(name);
  if (ifindex === 0) throw new Exit(255, `Cannot find device "${name}"\n`);
  return ifindex;
}

function show(bridge: Bridge, words: Words): number {
  let dev: string | undefined;
  let vid = 0;
  for (; words.left > 0; words.step()) {
    if (words.word === 'dev') {
      const name = words.value();
      if (dev !== undefined) throw duplicate('dev', name);
      dev = name;
    } else if (words.word === 'vid') vid = atoi(words.value());
  }
  const ifindex = dev === undefined ? 0 : deviceOf(bridge, dev);
  const { groups, routers } = bridge.rtnl.bridge.mdb();
  const out = bridge.printer();
  out.begin();
  out.openObject();
  out.openArray('mdb');
  for (const entry of groups) {
    if (ifindex !== 0 && entry.bridge !== ifindex) continue;
    if (vid !== 0 && entry.vid !== vid) continue;
    out.openObject();
    printGroup(bridge, out, entry);
    out.closeObject();
  }
  out.closeArray();
  out.openObject('router');
  if (bridge.options.details > 0) {
    printRouters(
      bridge,
      out,
      routers.filter((router) => ifindex === 0 || router.bridge === ifindex),
    );
  }
  out.closeObject();
  out.closeObject();
  out.end();
  return 0;
}

/** One group (print_mdb_entry), with its end of line. */
export function printGroup(bridge: Bridge, out: Printer, entry: MdbDump, deleted = false): void {
  const { details, stats } = bridge.options;
  if (deleted) out.both('deleted', true, 'Deleted ');
  const dev = bridge.deviceName(entry.bridge);
  const port = bridge.deviceName(entry.port);
  const group = formatGroup(entry.group);
  out.member('index', entry.bridge);
  out.both('dev', dev, `dev ${dev}`);
  out.both('port', port, ` port ${port}`);
  out.both('grp', group, ` grp ${group}`);
  if (entry.source !== undefined) {
    const source = formatAddress(entry.source.address);
    out.both('src', source, ` src ${source}`);
  }
  const state = entry.permanent ? 'permanent' : 'temp';
  out.both('state', state, ` ${state}`);
  if (details > 0 && entry.protocol !== undefined) {
    const protocol = bridge.names.protocol(entry.protocol);
    out.both('protocol', protocol, ` proto ${protocol} `);
  }
  out.openArray('flags');
  out.closeArray();
  if (entry.vid !== undefined) out.both('vid', entry.vid, ` vid ${entry.vid}`);
  if (stats > 0) {
    const timer = formatTimer(entry.timerNs);
    out.both('timer', timer, ` ${timer}`);
  }
  out.newline();
}

function formatGroup(group: MdbGroup): string {
  return group.family === 'link' ? formatMac(group.address) : formatAddress(group.address);
}

function formatTimer(ns: number): string {
  const centiseconds = Math.floor(ns / NS_PER_CENTISECOND);
  return `${String(Math.floor(centiseconds / 100)).padStart(4)}.${String(centiseconds % 100).padStart(2, '0')}`;
}

function printRouters(bridge: Bridge, out: Printer, routers: readonly MdbRouterDump[]): void {
  for (const of of new Set(routers.map((router) => router.bridge))) {
    const name = bridge.deviceName(of);
    out.openArray(name);
    const own = routers.filter((router) => router.bridge === of);
    if (bridge.options.stats === 0) out.text(`router ports on ${name}: `);
    for (const router of own) {
      const port = bridge.deviceName(router.port);
      out.openObject();
      out.member('port', port);
      if (bridge.options.stats === 0) out.text(`${port} `);
      else {
        out.text(`router ports on ${name}: ${port}`);
        const timer = formatTimer(router.timerNs);
        out.both('timer', timer, ` ${timer}`);
        out.both('type', router.type, ` ${router.type}`);
        out.newline();
      }
      out.closeObject();
    }
    if (bridge.options.stats === 0) out.newline();
    out.closeArray();
  }
}

function modify(bridge: Bridge, words: Words, talk: (request: MdbRequest) => Parameters<Bridge['talk']>[0]): number {
  let dev: string | undefined;
  let port: string | undefined;
  let group: string | undefined;
  let source: string | undefined;
  let vid = 0;
  let permanent = false;
  for (; words.left > 0; words.step()) {
    const { word } = words;
    if (word === 'dev') dev = words.value();
    else if (word === 'grp') group = words.value();
    else if (word === 'port') port = words.value();
    else if (word === 'permanent') permanent = true;
    else if (word === 'temp') permanent = false;
    else if (word === 'vid') vid = atoi(words.value());
    else if (word === 'src') source = words.value();
    else if (matches(word, 'help')) throw new Exit(255, MDB_HELP);
  }
  if (dev === undefined || port === undefined || group === undefined)
    throw new Exit(255, 'Device, group address and port name are required arguments.\n');
  const request: MdbRequest = {
    bridge: deviceOf(bridge, dev),
    port: deviceOf(bridge, port),
    group: parseGroup(group),
    permanent,
    ...(vid === 0 ? {} : { vid }),
    ...(source === undefined ? {} : { source: parseSource(source) }),
  };
  return bridge.talk(talk(request));
}

function parseIp(word: string): NonNullable<MdbRequest['source']> | undefined {
  const v4 = parseIpv4(word);
  if (v4 !== undefined) return { family: 'inet', address: v4 };
  const v6 = parseIpv6(word);
  return v6 === undefined ? undefined : { family: 'inet6', address: v6 };
}

function parseGroup(word: string): MdbGroup {
  const ip = parseIp(word);
  if (ip !== undefined) return ip;
  const mac = parseMac(word);
  if (mac === undefined) throw new Exit(255, `Invalid address "${word}"\n`);
  return { family: 'link', address: mac };
}

function parseSource(word: string): NonNullable<MdbRequest['source']> {
  const ip = parseIp(word);
  if (ip === undefined) throw new Exit(255, `Invalid source address "${word}"\n`);
  return ip;
}
