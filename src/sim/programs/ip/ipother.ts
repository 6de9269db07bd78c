import { fail } from '../../base/result.ts';
import type { Ip } from './context.ts';
import { NEXTHOP_HELP, SR_HELP, TUNNEL_HELP, TUNTAP_HELP } from './help/objects.ts';
import { Exit, matches, Words } from './parse.ts';

// Objects of which a machine here has none: their listings are empty and what would make one says that it cannot.

/** `ip tunnel …` (iptunnel.c). */
export function doTunnel(_ip: Ip, argv: readonly string[]): number {
  const command = argv[0];
  if (command === undefined || ['show', 'lst', 'list'].some((name) => matches(command, name))) return 0;
  if (['add', 'change'].some((name) => matches(command, name))) {
    if (!argv.includes('mode')) throw new Exit(255, 'cannot determine tunnel mode (ipip, gre, vti or sit)\n');
    throw new Exit(1, 'add tunnel "tunl0" failed: No such device\n');
  }
  if (matches(command, 'delete')) throw new Exit(1, `delete tunnel "${argv[1] ?? ''}" failed: No such device\n`);
  if (matches(command, 'prl') || matches(command, '6rd')) return 1;
  if (matches(command, 'help')) throw new Exit(255, TUNNEL_HELP);
  throw new Exit(255, `Command "${command}" is unknown, try "ip tunnel help"\n`);
}

/** `ip tuntap …` (iptuntap.c). */
export function doTuntap(ip: Ip, argv: readonly string[]): number {
  const command = argv[0];
  const out = ip.printer();
  if (command === undefined || ['show', 'lst', 'list'].some((name) => matches(command, name))) {
    out.begin();
    out.end();
    return 0;
  }
  if (matches(command, 'add') || matches(command, 'delete')) {
    if (!argv.includes('mode')) throw new Exit(1, 'You failed to specify a tunnel mode\n');
    throw new Exit(1, 'open: No such file or directory\n');
  }
  if (matches(command, 'help')) throw new Exit(255, TUNTAP_HELP);
  throw new Exit(255, `Command "${command}" is unknown, try "ip tuntap help".\n`);
}

/** `ip nexthop …` (ipnexthop.c). */
export function doNexthop(ip: Ip, argv: readonly string[]): number {
  const command = argv[0];
  const words = new Words(argv, 1);
  const out = ip.printer();
  if (command === undefined || ['list', 'show', 'lst'].some((name) => matches(command, name))) {
    if (words.word === 'id') return ip.talk(fail('ENOENT'));
    out.begin();
    out.end();
    return 0;
  }
  if (matches(command, 'add') || matches(command, 'replace')) {
    if (!argv.includes('via')) return ip.talk(fail('EINVAL', 'Invalid address family'));
    return ip.talk(fail('EINVAL', 'Device attribute required for non-blackhole and non-fdb nexthops'));
  }
  if (matches(command, 'delete') || matches(command, 'get')) return ip.talk(fail('ENOENT'));
  if (matches(command, 'flush')) {
    ip.out('Nothing to flush\n');
    return 0;
  }
  if (matches(command, 'help')) throw new Exit(255, NEXTHOP_HELP);
  throw new Exit(255, `Command "${command}" is unknown, try "ip nexthop help".\n`);
}

/** `ip vrf …` (ipvrf.c). */
export function doVrf(ip: Ip, argv: readonly string[]): number {
  const command = argv[0] ?? 'show';
  if (matches(command, 'exec')) throw new Exit(255, 'No VRF name specified\n');
  if (matches(command, 'identify')) return 0;
  if (matches(command, 'pids')) throw new Exit(255, 'Invalid arguments\n');
  if (!matches(command, 'show')) throw new Exit(255, `Command "${command}" is unknown, try "ip vrf help".\n`);
  if (ip.options.json) ip.out('[]\n');
  else ip.out(`${'Name'.padEnd(16)}  Table\n${'-'.repeat(23)}\nNo VRF has been configured\n`);
  return 0;
}

/** `ip sr` without a word prints its help. */
export function doSegmentRouting(): never {
  throw new Exit(255, SR_HELP);
}

/** Objects whose listing is empty: mroute, tcp_metrics… `parts` are names of what they have more than one list of. */
export function doNothing(name: string, parts: readonly string[] = []): (ip: Ip, argv: readonly string[]) => number {
  return (_ip, argv) => {
    const command = argv[0];
    if (
      command === undefined ||
      parts.some((part) => matches(command, part)) ||
      ['show', 'list', 'lst', 'flush'].some((known) => matches(command, known))
    )
      return 0;
    throw new Exit(255, `Command "${command}" is unknown, try "ip ${name} help".\n`);
  };
}

/** `ip xfrm …`: no IPsec policies and states. */
export function doXfrm(_ip: Ip, argv: readonly string[]): number {
  const object = argv[0];
  if (object !== undefined && ['state', 'policy'].some((known) => matches(object, known))) return 0;
  throw new Exit(255, 'Usage: ip xfrm XFRM-OBJECT { COMMAND | help }\nwhere  XFRM-OBJECT := state | policy | monitor\n');
}

/** Objects that the recorded kernel has no module for. */
export function doMissing(ip: Ip): number {
  ip.refused(fail('ENOENT'));
  throw new Exit(1, 'Error talking to the kernel\n');
}

/** The policy table of RFC 6724 as the kernel starts with it. */
const ADDRESS_LABELS: readonly (readonly [prefix: string, label: number])[] = [
  ['::1/128', 0],
  ['::/96', 3],
  ['::ffff:0.0.0.0/96', 4],
  ['2001::/32', 6],
  ['2001:10::/28', 7],
  ['3ffe::/16', 12],
  ['2002::/16', 2],
  ['fec0::/10', 11],
  ['fc00::/7', 5],
  ['::/0', 1],
];

/** `ip addrlabel` (ipaddrlabel.c). */
export function doAddrlabel(ip: Ip, argv: readonly string[]): number {
  const command = argv[0] ?? 'list';
  if (['add', 'delete', 'flush'].some((name) => matches(command, name))) return ip.talk(fail('EOPNOTSUPP'));
  if (!['list', 'show'].some((name) => matches(command, name)))
    throw new Exit(255, `Command "${command}" is unknown, try "ip addrlabel help".\n`);
  if (ip.options.family === 'inet') {
    ip.refused(fail('EOPNOTSUPP'));
    throw new Exit(255, 'Dump terminated\n');
  }
  for (const [prefix, label] of ADDRESS_LABELS) ip.out(`prefix ${prefix} label ${label} \n`);
  return 0;
}

/** `ip token` (iptoken.c): interface identifiers for autoconfiguration, none set. */
export function doToken(ip: Ip, argv: readonly string[]): number {
  const command = argv[0] ?? 'list';
  if (!['list', 'show', 'lst', 'get', 'set', 'delete'].some((name) => matches(command, name)))
    throw new Exit(255, `Command "${command}" is unknown, try "ip token help".\n`);
  for (const link of ip.rtnl.links()) if (link.name !== 'lo') ip.out(`token :: dev ${link.name}\n`);
  return 0;
}
