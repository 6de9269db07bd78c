import type { VlanDump, VlanRequest } from '../../kernel/rtnetlink/bridge-messages.ts';
import { PORT_STATES } from '../ip/iplink-bridge-slave.ts';
import { duplicate, Exit, matches, Words } from '../ip/parse.ts';
import type { Printer } from '../ip/printer.ts';
import type { Bridge } from './bridge.ts';
import { VLAN_HELP } from './help.ts';
import { atoi } from './link.ts';

const NAME_WIDTH = 16;
const MAX_VID = 4095;

/** `bridge vlan …` (bridge/vlan.c): which VLANs pass which port. */
export function doVlan(bridge: Bridge, argv: readonly string[]): number {
  const command = argv[0];
  const words = new Words(argv, 1);
  if (command === undefined) return show(bridge, words);
  if (matches(command, 'add')) return modify(bridge, words, (request) => bridge.rtnl.bridge.addVlan(request));
  if (matches(command, 'delete')) return modify(bridge, words, (request) => bridge.rtnl.bridge.delVlan(request));
  if (matches(command, 'show') || matches(command, 'lst') || matches(command, 'list')) return show(bridge, words);
  if (matches(command, 'tunnelshow')) {
    bridge.out(`${'port'.padEnd(NAME_WIDTH)}  vlan-id    tunnel-id\n`);
    return 0;
  }
  if (matches(command, 'set')) {
    bridge.err('RTNETLINK answers: Operation not supported\n');
    return 255;
  }
  if (matches(command, 'global')) return refuseDump(bridge);
  if (matches(command, 'help')) throw new Exit(255, VLAN_HELP);
  throw new Exit(255, `Command "${command}" is unknown, try "bridge vlan help".\n`);
}

/** Options of single VLANs are not kept: a kernel without them says so. */
function refuseDump(bridge: Bridge): number {
  bridge.out(heading(false));
  bridge.err('RTNETLINK answers: Operation not supported\nDump terminated\n');
  return 1;
}

function heading(stats: boolean): string {
  return `${'port'.padEnd(NAME_WIDTH)}  vlan-id${stats ? '' : '  '}\n`;
}

function modify(bridge: Bridge, words: Words, talk: (request: VlanRequest) => Parameters<Bridge['talk']>[0]): number {
  let dev: string | undefined;
  let first = -1;
  let last: number | undefined;
  let self = false;
  let pvid = false;
  let untagged = false;
  for (; words.left > 0; words.step()) {
    const { word } = words;
    if (word === 'dev') dev = words.value();
    else if (word === 'vid') {
      const [from = '', to] = words.value().split('-');
      first = atoi(from);
      if (to !== undefined) {
        last = atoi(to);
        if (first >= last) throw new Exit(255, `Invalid VLAN range "${from}-${to}"\n`);
      }
    } else if (word === 'self') self = true;
    else if (word === 'pvid') pvid = true;
    else if (word === 'untagged') untagged = true;
    else if (word === 'tunnel_info') {
      words.value();
      words.value();
    } else if (word !== 'master' && matches(word, 'help')) throw new Exit(255, VLAN_HELP);
  }
  if (dev === undefined || first < 0) throw new Exit(255, 'Device and VLAN ID are required arguments.\n');
  const ifindex = bridge.ifindex(dev);
  if (ifindex === 0) throw new Exit(255, `Cannot find bridge device "${dev}"\n`);
  for (const vid of [first, last ?? first]) if (vid > MAX_VID) throw new Exit(255, `Invalid VLAN ID "${vid}"\n`);
  if (last !== undefined && pvid) throw new Exit(255, 'pvid cannot be configured for a vlan range\n');
  return bridge.talk(talk({ ifindex, vid: first, pvid, untagged, self, ...(last === undefined ? {} : { last }) }));
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
  const ifindex = dev === undefined ? 0 : bridge.ifindex(dev);
  if (dev !== undefined && ifindex === 0) throw new Exit(255, `Cannot find device "${dev}"\n`);
  const devices = bridge.rtnl.bridge.vlans();
  if (bridge.options.details > 0 && devices.length === 0) return refuseDump(bridge);
  const out = bridge.printer();
  out.begin();
  out.text(heading(bridge.options.stats > 0));
  for (const { ifindex: of, vlans } of devices) {
    if (ifindex !== 0 && of !== ifindex) continue;
    const shown = vid === 0 ? vlans : vlans.filter((vlan) => vlan.vid === vid);
    if (shown.length > 0) printDevice(bridge, out, bridge.deviceName(of), shown);
  }
  out.end();
  return 0;
}

function printDevice(bridge: Bridge, out: Printer, name: string, vlans: readonly VlanDump[]): void {
  out.openObject();
  out.both('ifname', name, name.padEnd(NAME_WIDTH));
  out.openArray('vlans');
  ranges(bridge, vlans).forEach(([vlan, last], i) => {
    out.openObject();
    out.text(i === 0 ? '  ' : ' '.repeat(NAME_WIDTH + 2));
    out.both('vlan', vlan.vid, String(vlan.vid));
    if (last !== vlan.vid) out.both('vlanEnd', last, `-${last}`);
    if (vlan.pvid || vlan.untagged) {
      out.openArray('flags');
      if (vlan.pvid) out.both(undefined, 'PVID', ' PVID');
      if (vlan.untagged) out.both(undefined, 'Egress Untagged', ' Egress Untagged');
      out.closeArray();
    }
    out.text('\n');
    if (bridge.options.details > 0) printState(out, vlan);
    if (bridge.options.stats > 0) printStats(out, vlan);
    out.closeObject();
  });
  out.closeArray();
  out.closeObject();
}

/** With -c neighbours that are alike become one range. */
function ranges(bridge: Bridge, vlans: readonly VlanDump[]): (readonly [VlanDump, number])[] {
  const found: [VlanDump, number][] = [];
  for (const vlan of vlans) {
    const previous = found.at(-1);
    const joins =
      bridge.compressVlans &&
      previous !== undefined &&
      previous[1] + 1 === vlan.vid &&
      previous[0].untagged === vlan.untagged &&
      !vlan.pvid &&
      !previous[0].pvid;
    if (joins) previous[1] = vlan.vid;
    else found.push([vlan, vlan.vid]);
  }
  return found;
}

const INDENT = ' '.repeat(NAME_WIDTH + 4);

function printState(out: Printer, vlan: VlanDump): void {
  const state = PORT_STATES[vlan.state] ?? String(vlan.state);
  out.text(INDENT);
  out.both('state', state, `state ${state} `);
  out.both('mcast_router', 1, 'mcast_router 1\n');
}

function printStats(out: Printer, { stats }: VlanDump): void {
  out.text(INDENT);
  out.both('rx_bytes', stats.rxBytes, `RX: ${stats.rxBytes} bytes`);
  out.both('rx_packets', stats.rxPackets, ` ${stats.rxPackets} packets\n`);
  out.text(INDENT);
  out.both('tx_bytes', stats.txBytes, `TX: ${stats.txBytes} bytes`);
  out.both('tx_packets', stats.txPackets, ` ${stats.txPackets} packets\n`);
}
