import { formatMac, parseIpv4, parseIpv6 } from '../../base/address.ts';
import { isError } from '../../base/result.ts';
import type { FdbDump, FdbFlush, FdbRequest } from '../../kernel/rtnetlink/bridge-messages.ts';
import { formatAddress } from '../ip/inet-prefix.ts';
import { duplicate, Exit, matches, parseUnsigned, Words, wrong } from '../ip/parse.ts';
import type { Printer } from '../ip/printer.ts';
import type { Bridge } from './bridge.ts';
import { FDB_HELP } from './help.ts';
import { atoi } from './link.ts';

const NS_PER_S = 1e9;

/** `bridge fdb …` (bridge/fdb.c): which device leads to which address. */
export function doFdb(bridge: Bridge, argv: readonly string[]): number {
  const command = argv[0];
  const words = new Words(argv, 1);
  if (command === undefined) return show(bridge, words);
  if (matches(command, 'add')) return modify(bridge, words, { create: true, exclusive: true, append: false });
  if (matches(command, 'append')) return modify(bridge, words, { create: true, exclusive: false, append: true });
  if (matches(command, 'replace')) return modify(bridge, words, { create: true, exclusive: false, append: false });
  if (matches(command, 'delete')) return modify(bridge, words, undefined);
  if (matches(command, 'get')) return get(bridge, words);
  if (matches(command, 'show') || matches(command, 'lst') || matches(command, 'list')) return show(bridge, words);
  if (matches(command, 'flush')) return flush(bridge, words);
  if (matches(command, 'help')) throw new Exit(255, FDB_HELP);
  throw new Exit(255, `Command "${command}" is unknown, try "bridge fdb help".\n`);
}

type Nud = FdbDump['state'];
const STATES: Readonly<Record<string, readonly Nud[]>> = {
  permanent: ['permanent'],
  static: ['static'],
  temp: ['static'],
  stale: ['stale'],
  reachable: ['reachable'],
  dynamic: ['reachable'],
  all: ['permanent', 'static', 'stale', 'reachable'],
};

function show(bridge: Bridge, words: Words): number {
  let dev: string | undefined;
  let br: string | undefined;
  let vlan = 0;
  let dynamic = false;
  const states = new Set<Nud>();
  for (; words.left > 0; words.step()) {
    const { word } = words;
    if (word === 'brport' || word === 'dev') {
      const name = words.value();
      if (word === 'dev' && dev !== undefined) throw duplicate('dev', name);
      dev = name;
    } else if (word === 'br') br = words.value();
    else if (word === 'vlan') vlan = atoi(words.value());
    else if (word === 'state') {
      const value = words.value();
      const found = Object.entries(STATES).find(([name]) => matches(value, name));
      if (found === undefined) throw wrong('invalid state', value);
      for (const state of found[1]) states.add(state);
    } else if (word === 'dynamic') dynamic = true;
    else if (matches(word, 'help')) throw new Exit(255, FDB_HELP);
  }
  const bridgeIndex = br === undefined ? 0 : bridge.ifindex(br);
  if (br !== undefined && bridgeIndex === 0) throw new Exit(255, `Cannot find bridge device "${br}"\n`);
  const ifindex = dev === undefined ? 0 : deviceOf(bridge, dev);
  const out = bridge.printer();
  out.begin();
  const filter = { ...(bridgeIndex === 0 ? {} : { bridge: bridgeIndex }), ...(ifindex === 0 ? {} : { port: ifindex }) };
  for (const entry of bridge.rtnl.bridge.fdb(filter)) {
    if (ifindex !== 0 && entry.ifindex !== ifindex) continue;
    if (vlan !== 0 && entry.vid !== vlan) continue;
    if (states.size > 0 && !states.has(entry.state)) continue;
    if (dynamic && entry.state === 'permanent') continue;
    printEntry(bridge, out, entry, { device: ifindex === 0 });
  }
  out.end();
  return 0;
}

function deviceOf(bridge: Bridge, name: string): number {
  const ifindex = bridge.ifindex(name);
  if (ifindex === 0) throw new Exit(255, `Cannot find device "${name}"\n`);
  return ifindex;
}

/** One entry (print_fdb). */
export function printEntry(
  bridge: Bridge,
  out: Printer,
  entry: FdbDump,
  options: { readonly device: boolean; readonly deleted?: boolean },
): void {
  out.openObject();
  if (options.deleted === true) out.both('deleted', true, 'Deleted ');
  const mac = formatMac(entry.lladdr);
  out.both('mac', mac, `${mac} `);
  if (options.device) {
    const name = bridge.deviceName(entry.ifindex);
    out.both('ifname', name, `dev ${name} `);
  }
  if (entry.dst !== undefined) {
    const dst = formatAddress(entry.dst.address);
    out.both('dst', dst, `dst ${dst} `);
  }
  if (entry.vid !== undefined) out.both('vlan', entry.vid, `vlan ${entry.vid} `);
  if (entry.dstPort !== undefined) out.both('port', entry.dstPort, `port ${entry.dstPort} `);
  if (entry.vni !== undefined) out.both('vni', entry.vni, `vni ${entry.vni} `);
  if (entry.srcVni !== undefined) out.both('src_vni', entry.srcVni, `src_vni ${entry.srcVni} `);
  if (entry.via !== undefined && entry.linkNetnsId !== undefined) {
    out.both('viaIfIndex', entry.via, `via ifindex ${entry.via} `);
  } else if (entry.via !== undefined) {
    const via = bridge.deviceName(entry.via);
    out.both('viaIf', via, `via ${via} `);
  }
  if (entry.linkNetnsId !== undefined) out.both('linkNetNsId', entry.linkNetnsId, `link-netnsid ${entry.linkNetnsId} `);
  if (bridge.options.stats > 0 && entry.usedNs !== undefined && entry.updatedNs !== undefined) {
    const used = Math.floor(entry.usedNs / NS_PER_S);
    const updated = Math.floor(entry.updatedNs / NS_PER_S);
    out.member('used', used);
    out.member('updated', updated);
    out.text(`used ${used}/${updated} `);
  }
  out.openArray('flags');
  if (entry.self) out.both(undefined, 'self', 'self ');
  if (entry.router === true) out.both(undefined, 'router', 'router ');
  if (entry.externLearn === true) out.both(undefined, 'extern_learn', 'extern_learn ');
  if (entry.sticky === true) out.both(undefined, 'sticky', 'sticky ');
  out.closeArray();
  if (entry.master !== undefined) {
    const master = bridge.deviceName(entry.master);
    out.both('master', master, `master ${master} `);
  }
  const state = entry.state === 'reachable' ? '' : entry.state;
  out.both('state', state, `${state}\n`);
  out.closeObject();
}

/** Six groups of hex digits, as sscanf(3) reads them. */
function parseLladdr(word: string): number {
  const found =
    /^\s*([0-9a-fA-F]{1,2}):([0-9a-fA-F]{1,2}):([0-9a-fA-F]{1,2}):([0-9a-fA-F]{1,2}):([0-9a-fA-F]{1,2}):([0-9a-fA-F]{1,2})/.exec(word);
  if (found === null) throw new Exit(255, `Invalid mac address ${word}\n`);
  return found.slice(1).reduce((mac, byte) => mac * 256 + Number.parseInt(byte, 16), 0);
}

/** The words that add, replace and delete share (fdb_modify). Without flags it deletes. */
function modify(bridge: Bridge, words: Words, flags: Pick<FdbRequest, 'create' | 'exclusive' | 'append'> | undefined): number {
  const request: { -readonly [K in keyof FdbRequest]?: FdbRequest[K] } = {};
  let dev: string | undefined;
  let address: string | undefined;
  let nexthop = false;
  const states = new Set<string>();
  for (; words.left > 0; words.step()) {
    const { word } = words;
    if (word === 'dev') dev = words.value();
    else if (word === 'dst') {
      const value = words.value();
      if (request.dst !== undefined) throw duplicate('dst', value);
      request.dst = parseDst(value);
    } else if (word === 'nhid') {
      words.value();
      nexthop = true;
    } else if (word === 'port') {
      const value = words.value();
      request.dstPort = number(value, 16) ?? fatal(wrong('invalid port\n', value));
    } else if (word === 'vni') {
      const value = words.value();
      request.vni = number(value, 24) ?? fatal(wrong('invalid VNI\n', value));
    } else if (word === 'src_vni') {
      const value = words.value();
      request.srcVni = number(value, 24) ?? fatal(wrong('invalid src VNI\n', value));
    } else if (word === 'via') request.via = deviceOf(bridge, words.value());
    else if (word === 'self') request.self = true;
    else if (matches(word, 'master')) request.master = true;
    else if (matches(word, 'router')) request.router = true;
    else if (matches(word, 'local') || matches(word, 'permanent')) states.add('permanent');
    else if (matches(word, 'temp') || matches(word, 'static')) states.add('static');
    else if (matches(word, 'dynamic')) states.add('dynamic');
    else if (matches(word, 'vlan')) request.vid = atoi(words.value());
    else if (matches(word, 'use')) request.use = true;
    else if (matches(word, 'extern_learn')) request.externLearn = true;
    else if (matches(word, 'sticky')) request.sticky = true;
    else {
      if (word === 'to') words.value();
      if (matches(words.word, 'help')) throw new Exit(255, FDB_HELP);
      if (address !== undefined) throw duplicate('to', words.word);
      address = words.word;
    }
  }
  if (dev === undefined || address === undefined) throw new Exit(255, 'Device and address are required arguments.\n');
  if (nexthop && (request.dst !== undefined || request.dstPort !== undefined || request.vni !== undefined))
    throw new Exit(255, 'dst, port, vni are mutually exclusive with nhid\n');
  if (request.self !== true && request.master !== true) request.self = true;
  request.state = states.has('permanent') || states.size === 0 ? 'permanent' : states.has('dynamic') ? 'dynamic' : 'static';
  const lladdr = parseLladdr(address);
  const ifindex = deviceOf(bridge, dev);
  const { create, exclusive, append } = flags ?? { create: false, exclusive: false, append: false };
  const whole = { ...request, ifindex, lladdr, create, exclusive, append };
  return bridge.talk(flags === undefined ? bridge.rtnl.bridge.delFdb(whole) : bridge.rtnl.bridge.addFdb(whole));
}

function number(word: string, bits: number): number | undefined {
  return parseUnsigned(word, bits);
}

function fatal(exit: Exit): never {
  throw exit;
}

function parseDst(word: string): NonNullable<FdbRequest['dst']> {
  const v4 = parseIpv4(word);
  if (v4 !== undefined) return { family: 'inet', address: v4 };
  const v6 = parseIpv6(word);
  if (v6 === undefined) throw new Exit(1, `Error: any valid address is expected rather than "${word}".\n`);
  return { family: 'inet6', address: v6 };
}

function get(bridge: Bridge, words: Words): number {
  let dev: string | undefined;
  let br: string | undefined;
  let address: string | undefined;
  let self = false;
  let vid = 0;
  let vni: number | undefined;
  for (; words.left > 0; words.step()) {
    const { word } = words;
    if (word === 'brport' || word === 'dev') dev = words.value();
    else if (word === 'br') br = words.value();
    else if (matches(word, 'vni')) vni = atoi(words.value());
    else if (word === 'self') self = true;
    else if (matches(word, 'vlan')) vid = atoi(words.value());
    else if (!matches(word, 'master') && !matches(word, 'dynamic')) {
      if (word === 'to') words.value();
      if (matches(words.word, 'help')) throw new Exit(255, FDB_HELP);
      if (address !== undefined) throw duplicate('to', words.word);
      address = words.word;
    }
  }
  if ((dev === undefined && br === undefined) || address === undefined)
    throw new Exit(255, 'Device or master and address are required arguments.\n');
  const lladdr = parseLladdr(address);
  const answer = bridge.rtnl.bridge.fdbGet({
    lladdr,
    self,
    vid,
    ...(dev === undefined ? {} : { ifindex: deviceOf(bridge, dev) }),
    ...(br === undefined ? {} : { bridge: deviceOf(bridge, br) }),
    ...(vni === undefined ? {} : { vni }),
  });
  if (isError(answer)) {
    bridge.refused(answer);
    return 254;
  }
  const out = bridge.printer();
  out.begin();
  printEntry(bridge, out, answer, { device: true });
  out.end();
  return 0;
}

/** A word, or with `no` in front its contrary. */
const FLUSH_FLAGS: Readonly<Record<string, keyof FdbFlush>> = {
  permanent: 'permanent',
  static: 'static',
  added_by_user: 'addedByUser',
  extern_learn: 'externLearn',
  sticky: 'sticky',
  offloaded: 'offloaded',
};

function flush(bridge: Bridge, words: Words): number {
  const what: { -readonly [K in keyof FdbFlush]?: FdbFlush[K] } = {};
  let dev: string | undefined;
  let port: string | undefined;
  let master = false;
  for (; words.left > 0; words.step()) {
    const { word } = words;
    const positive = word.startsWith('no') ? word.slice(2) : word;
    const flag = FLUSH_FLAGS[positive];
    if (word === 'dev') dev = words.value();
    else if (word === 'brport') port = words.value();
    else if (word === 'vlan') {
      const value = words.value();
      if (what.vid !== undefined) throw duplicate('vlan', value);
      what.vid = atoi(value);
    } else if (word === 'master') master = true;
    else if (flag !== undefined) Object.assign(what, { [flag]: positive === word });
    else if (positive === 'dynamic') what.static = positive !== word;
    else if (matches(word, 'help')) throw new Exit(255, FDB_HELP);
    else if (word !== 'self') throw new Exit(255, FDB_HELP);
  }
  if (dev === undefined) throw new Exit(255, 'Device is a required argument.\n');
  const ifindex = deviceOf(bridge, dev);
  if (port !== undefined) what.port = deviceOf(bridge, port);
  return bridge.talk(bridge.rtnl.bridge.flushFdb(ifindex, master, what));
}
