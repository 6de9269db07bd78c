import type { BridgeLinkDump } from '../../kernel/rtnetlink/bridge-messages.ts';
import type { LinkDump, LinkInfo } from '../../kernel/rtnetlink/messages.ts';
import { noDevice } from '../ip/context.ts';
import { PORT_STATES } from '../ip/iplink-bridge-slave.ts';
import { printFlags } from '../ip/link-flags.ts';
import { printName } from '../ip/link-print.ts';
import { duplicate, Exit, matches, Words } from '../ip/parse.ts';
import type { Printer } from '../ip/printer.ts';
import type { Bridge } from './bridge.ts';
import { LINK_HELP } from './help.ts';

/** `bridge link …` (bridge/link.c): the ports of bridges. */
export function doLink(bridge: Bridge, argv: readonly string[]): number {
  const command = argv[0];
  const words = new Words(argv, 1);
  if (command === undefined) return show(bridge, words);
  if (matches(command, 'set') || matches(command, 'change')) return set(bridge, words);
  if (matches(command, 'show') || matches(command, 'lst') || matches(command, 'list')) return show(bridge, words);
  if (matches(command, 'help')) throw new Exit(255, LINK_HELP);
  throw new Exit(255, `Command "${command}" is unknown, try "bridge link help".\n`);
}

function show(bridge: Bridge, words: Words): number {
  let dev: string | undefined;
  for (; words.left > 0; words.step()) {
    if (words.word !== 'dev') continue;
    const name = words.value();
    if (dev !== undefined) throw duplicate('dev', name);
    dev = name;
  }
  const ifindex = dev === undefined ? 0 : bridge.ifindex(dev);
  if (dev !== undefined && ifindex === 0) throw new Exit(255, noDevice(dev).message);
  const out = bridge.printer();
  out.begin();
  for (const port of bridge.rtnl.bridge.links()) {
    if (ifindex === 0 || port.link.ifindex === ifindex) printPort(bridge, out, port);
  }
  out.end();
  return 0;
}

/** One port (print_linkinfo). Its message does not say in which namespace the other end is. */
export function printPort(bridge: Bridge, out: Printer, { link, port }: BridgeLinkDump, deleted = false): void {
  out.openObject();
  printHead(bridge, out, link, { inet6: true, deleted });
  printInfo(bridge, out, port, !deleted);
  out.text('\n');
  out.closeObject();
}

/** What any link's message has. */
export function printHead(
  bridge: Bridge,
  out: Printer,
  link: LinkDump,
  options: { readonly inet6: boolean; readonly deleted: boolean },
): void {
  if (options.deleted) out.both('deleted', true, 'Deleted ');
  out.both('ifindex', link.ifindex, `${link.ifindex}: `);
  const lower = printName(bridge, out, link, options.inet6);
  out.text(': ');
  printFlags(out, link.flags, lower.down);
  out.both('mtu', link.mtu, `mtu ${link.mtu} `);
  if (link.master === undefined) return;
  const master = bridge.deviceName(link.master);
  out.both('master', master, `master ${master} `);
}

function printInfo(bridge: Bridge, out: Printer, info: LinkInfo, present: boolean): void {
  if (!present) return;
  const state = PORT_STATES[Number(info.state)] ?? String(info.state);
  out.both('state', state, `state ${state} `);
  out.both('priority', Number(info.priority), `priority ${info.priority} `);
  out.both('cost', Number(info.cost), `cost ${info.cost} `);
  if (bridge.options.details === 0) return;
  out.newline();
  out.text('    ');
  const flag = (key: string): void => out.both(key, info[key] === true, `${key} ${info[key] === true ? 'on' : 'off'} `);
  for (const key of ['hairpin', 'guard', 'root_block', 'fastleave', 'learning', 'flood', 'mcast_flood', 'bcast_flood']) flag(key);
  out.both('mcast_router', Number(info.mcast_router), `mcast_router ${info.mcast_router} `);
  for (const key of ['mcast_to_unicast', 'neigh_suppress', 'vlan_tunnel']) flag(key);
  if (info.backup_port !== undefined) {
    const name = bridge.deviceName(Number(info.backup_port));
    out.both('backup_port', name, `backup_port ${name} `);
  }
  flag('isolated');
  flag('locked');
}

const FLAGS = [
  'guard',
  'hairpin',
  'fastleave',
  'root_block',
  'learning',
  'learning_sync',
  'flood',
  'mcast_flood',
  'bcast_flood',
  'mcast_to_unicast',
  'neigh_suppress',
  'vlan_tunnel',
  'isolated',
  'locked',
];

/** `bridge link set dev DEV …` (brlink_modify). Numbers are read by atoi(3). */
function set(bridge: Bridge, words: Words): number {
  const change: Record<string, number | boolean> = {};
  let dev: string | undefined;
  let self = false;
  let backup: string | undefined;
  for (; words.left > 0; words.step()) {
    const { word } = words;
    if (word === 'dev') dev = words.value();
    else if (FLAGS.includes(word)) change[word] = onOff(word, words.value());
    else if (word === 'cost' || word === 'priority' || word === 'mcast_router') change[word] = atoi(words.value());
    else if (word === 'state') change.state = parseState(words.value());
    else if (word === 'hwmode') {
      const mode = words.value();
      self = true;
      if (mode !== 'vepa' && mode !== 'veb') throw new Exit(255, 'Mode argument must be "vepa" or "veb".\n');
    } else if (word === 'self') self = true;
    else if (word === 'backup_port') backup = words.value();
    else if (word === 'nobackup_port') change.backup_port = 0;
    else if (word !== 'master') throw new Exit(255, LINK_HELP);
  }
  if (dev === undefined) throw new Exit(255, 'Device is a required argument.\n');
  const ifindex = bridge.ifindex(dev);
  if (ifindex === 0) throw new Exit(255, `Cannot find bridge device "${dev}"\n`);
  if (backup !== undefined) {
    change.backup_port = bridge.ifindex(backup);
    if (change.backup_port === 0) throw new Exit(255, `Cannot find device "${backup}"\n`);
  }
  if (!(Number(change.cost) > 0)) delete change.cost;
  if (!(Number(change.priority) >= 0)) delete change.priority;
  return bridge.talk(bridge.rtnl.bridge.setPort(ifindex, change, self));
}

function onOff(key: string, word: string): boolean {
  if (word === 'on' || word === 'off') return word === 'on';
  throw new Exit(234, `Error: argument of "${key}" must be one of "off", "on", not "${word}"\n`);
}

function parseState(word: string): number {
  if (/^[+-]?\d+$/.test(word)) return Number(word);
  const state = PORT_STATES.indexOf(word.toLowerCase() as (typeof PORT_STATES)[number]);
  if (state < 0) throw new Exit(255, 'Error: invalid STP port state\n');
  return state;
}

/** The number that a word begins with; 0 for none. */
export function atoi(word: string): number {
  return Number.parseInt(word, 10) || 0;
}
