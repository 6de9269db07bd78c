import type { NetNamespace } from '../../kernel/netns.ts';
import type { Family, RtnetlinkEvent } from '../../kernel/rtnetlink/messages.ts';
import type { Ip } from './context.ts';
import { Exit, matches, Words } from './parse.ts';
import type { Printer } from './printer.ts';

type Netconf = Extract<RtnetlinkEvent, { readonly type: 'netconf' }>;

/** `ip netconf show` (ipnetconf.c): settings of devices that other programs care for. */
export function doNetconf(ip: Ip, argv: readonly string[]): number {
  const words = new Words(argv);
  if (words.left > 0 && !matches(words.word, 'show') && !matches(words.word, 'list') && !matches(words.word, 'lst'))
    throw new Exit(
      255,
      matches(words.word, 'help')
        ? 'Usage: ip netconf show [ dev STRING ]\n'
        : `Command "${words.word}" is unknown, try "ip netconf help".\n`,
    );
  words.step();
  let dev: string | undefined;
  for (; words.left > 0; words.step()) dev = words.word === 'dev' ? words.value() : words.word;
  if (dev !== undefined && ip.ifindex(dev) === 0) throw new Exit(1, `Device "${dev}" does not exist.\n`);
  const out = ip.printer();
  out.begin();
  for (const family of families(ip)) {
    const names = dev === undefined ? [...ip.rtnl.links().map((link) => link.name), 'all', 'default'] : [dev];
    for (const name of names) {
      out.openObject();
      print(out, family, name, read(ip.p.netns, family, name));
      out.closeObject();
    }
  }
  out.end();
  return 0;
}

/** What `ip monitor` prints of a device's settings. */
export function printNetconf(ip: Ip, out: Printer, event: Netconf): void {
  const name = event.ifindex === -1 ? 'all' : event.ifindex === -2 ? 'default' : ip.deviceName(event.ifindex);
  if (event.deleted) out.text(`Deleted ${event.family} ${name} \n`);
  else print(out, event.family, name, event);
}

type Settings = Pick<Netconf, 'forwarding' | 'rpFilter' | 'mcForwarding' | 'proxyNeigh' | 'ignoreRoutesWithLinkdown'>;

function families(ip: Ip): readonly Family[] {
  const { family } = ip.options;
  return family === 'inet' || family === 'inet6' ? [family] : ['inet', 'inet6'];
}

function read(ns: NetNamespace, family: Family, name: string): Settings {
  const folder = `net/${family === 'inet' ? 'ipv4' : 'ipv6'}/conf/${name}`;
  const on = (setting: string): boolean => ns.sysctl.exists(`${folder}/${setting}`) && ns.sysctl.int(`${folder}/${setting}`) !== 0;
  return {
    forwarding: on('forwarding'),
    ...(family === 'inet' ? { rpFilter: ns.sysctl.int(`${folder}/rp_filter`) } : {}),
    mcForwarding: on('mc_forwarding'),
    proxyNeigh: on(family === 'inet' ? 'proxy_arp' : 'proxy_ndp'),
    ignoreRoutesWithLinkdown: on('ignore_routes_with_linkdown'),
  };
}

const RP_FILTER = ['off', 'strict', 'loose'];

function print(out: Printer, family: Family, name: string, s: Settings): void {
  const onOff = (key: string, on: boolean): void => out.both(key, on, `${key} ${on ? 'on' : 'off'} `);
  out.both('family', family, `${family} `);
  out.both('interface', name, `${name} `);
  onOff('forwarding', s.forwarding);
  if (s.rpFilter !== undefined)
    out.both('rp_filter', RP_FILTER[s.rpFilter] ?? 'unknown', `rp_filter ${RP_FILTER[s.rpFilter] ?? 'unknown'} `);
  onOff('mc_forwarding', s.mcForwarding);
  onOff('proxy_neigh', s.proxyNeigh);
  onOff('ignore_routes_with_linkdown', s.ignoreRoutesWithLinkdown);
  out.text('\n');
}
