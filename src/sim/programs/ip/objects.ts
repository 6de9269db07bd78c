import type { Sys } from '../../machine/process.ts';
import type { Ip } from './context.ts';
import { IP_HELP } from './help/ip.ts';
import { doAddress } from './ipaddress.ts';
import { doLink } from './iplink.ts';
import { doMaddress } from './ipmaddr.ts';
import { doMonitor } from './ipmonitor.ts';
import { doNeighbour } from './ipneigh.ts';
import { doNetconf } from './ipnetconf.ts';
import { doNetns } from './ipnetns.ts';
import { doAddrlabel, doMissing, doNexthop, doNothing, doSegmentRouting, doToken, doTunnel, doTuntap, doVrf, doXfrm } from './ipother.ts';
import { doRoute } from './iproute.ts';
import { doRule } from './iprule.ts';
import { Exit, matches } from './parse.ts';

/** What an object does with the words behind it; answers the exit status. */
type ObjectCommand = (ip: Ip, argv: readonly string[]) => number | Sys<number>;

/** In the order in which iproute2 tries them: the first that a shortened word fits is meant. */
const OBJECTS: readonly (readonly [name: string, run: ObjectCommand])[] = [
  ['address', doAddress],
  ['addrlabel', doAddrlabel],
  ['maddress', doMaddress],
  ['route', doRoute],
  ['rule', doRule],
  ['neighbor', doNeighbour],
  ['neighbour', doNeighbour],
  ['ntable', doNothing('ntable')],
  ['ntbl', doNothing('ntable')],
  ['link', doLink],
  ['l2tp', doMissing],
  ['fou', doMissing],
  ['ila', doMissing],
  ['macsec', doMissing],
  ['tunnel', doTunnel],
  ['tunl', doTunnel],
  ['tuntap', doTuntap],
  ['tap', doTuntap],
  ['token', doToken],
  ['tcpmetrics', doNothing('tcp_metrics')],
  ['tcp_metrics', doNothing('tcp_metrics')],
  ['monitor', doMonitor],
  ['xfrm', doXfrm],
  ['mroute', doNothing('mroute')],
  ['mrule', doNothing('mrule')],
  ['netns', doNetns],
  ['netconf', doNetconf],
  ['vrf', doVrf],
  ['sr', doSegmentRouting],
  ['nexthop', doNexthop],
  ['mptcp', doNothing('mptcp', ['endpoint', 'limits'])],
  ['ioam', doNothing('ioam', ['namespace', 'schema'])],
  ['help', ipHelp],
  ['stats', doNothing('stats')],
];

/** Names to complete the first word with. */
export const OBJECT_NAMES: readonly string[] = [
  'address',
  'help',
  'link',
  'maddress',
  'monitor',
  'neighbour',
  'netns',
  'nexthop',
  'route',
  'rule',
  'tunnel',
  'tuntap',
];

/** `ip OBJECT …` (do_cmd). */
export function* runObject(ip: Ip, argv: readonly string[]): Sys<number> {
  const name = argv[0] ?? '';
  const found = OBJECTS.find(([object]) => matches(name, object));
  if (found === undefined) throw new Exit(1, `Object "${name}" is unknown, try "ip help".\n`);
  const answer = found[1](ip, argv.slice(1));
  return typeof answer === 'number' ? answer : yield* answer;
}

function ipHelp(): never {
  throw new Exit(255, IP_HELP);
}
