import { fail, isError } from '../../base/result.ts';
import type { AddressDump, LinkDump } from '../../kernel/rtnetlink/messages.ts';
import type { Ip } from './context.ts';
import { kernelSelects, type LinkFilter, parseLinkFilter, selectsAddress, selectsFamily, selectsLink } from './ipaddress-filter.ts';
import { printAddress } from './ipaddress-print.ts';
import { type LinkStyle, printLink, printLinkBrief } from './link-print.ts';
import { printLinkStats } from './link-stats.ts';
import { Exit, type Words } from './parse.ts';
import type { Printer } from './printer.ts';

/** `ip link show` and `ip addr show` (ipaddr_list_flush_or_save). */
export function showAddresses(ip: Ip, words: Words, { links }: { readonly links: boolean }): number {
  const filter = parseLinkFilter(ip, words, { links });
  const out = ip.printer();
  if (links && filter.dev !== undefined && filter.group === undefined) return showOneLink(ip, out, filter, filter.dev);
  out.begin();
  const inet6Dump = !links && ip.options.family === 'inet6' && filter.ifindex === 0;
  const dumped = ip.rtnl.links().filter((link) => (filter.ifindex === 0 ? kernelSelects(filter, link) : link.ifindex === filter.ifindex));
  const addresses = links || filter.family === 'link' ? [] : dumpAddresses(ip, filter);
  const style: LinkStyle = {
    link: links,
    queue: true,
    address: filter.family === 'unspec' || filter.family === 'link',
    inet6: inet6Dump,
  };
  const withLinks = links || filter.family === 'link' || (!ip.options.oneline && filter.label === undefined) || ip.options.brief;
  for (const link of dumped) {
    const own = addresses.filter((a) => a.ifindex === link.ifindex);
    if (!links && filter.family !== 'link' && !hasWhatIsAskedFor(ip, filter, own)) continue;
    if (filter.family === 'bridge' || filter.family === 'mpls') continue;
    showLink(ip, out, inet6Dump ? inet6View(link) : link, own, { filter, style, withLinks, links });
  }
  out.end();
  return 0;
}

/** `ip link show DEV` asks the kernel for the one link, by name. */
function showOneLink(ip: Ip, out: Printer, filter: LinkFilter, dev: string): number {
  const link = ip.rtnl.link(dev);
  if (isError(link)) {
    ip.refused(fail('ENODEV'));
    throw new Exit(1, 'Cannot send link get request: No such device\n');
  }
  out.begin();
  out.openObject();
  if (selectsLink(filter, link)) printOne(ip, out, link, { link: true, queue: true, address: true, inet6: false });
  out.closeObject();
  out.end();
  return 0;
}

interface Listing {
  readonly filter: LinkFilter;
  readonly style: LinkStyle;
  readonly withLinks: boolean;
  readonly links: boolean;
}

function showLink(ip: Ip, out: Printer, link: LinkDump, addresses: readonly AddressDump[], listing: Listing): void {
  const { filter, style, withLinks, links } = listing;
  out.openObject();
  const selected = selectsLink(filter, link);
  if (selected && withLinks) printOne(ip, out, link, style);
  if ((selected || !withLinks) && !links && filter.family !== 'link') {
    out.openArray('addr_info');
    for (const a of addresses) {
      if (!selectsFamily(filter, a)) continue;
      out.openObject();
      if (selectsAddress(ip, filter, a)) printAddress(ip, out, a, { withDevice: ip.options.oneline && !ip.options.brief });
      out.closeObject();
    }
    out.closeArray();
    if (ip.options.brief) out.text('\n');
  }
  if (selected && !links && ip.options.stats > 0 && !ip.options.brief) {
    printLinkStats(ip, out, link);
    out.text('\n');
  }
  out.closeObject();
}

function printOne(ip: Ip, out: Printer, link: LinkDump, style: LinkStyle): void {
  if (ip.options.brief) printLinkBrief(ip, out, link, style);
  else printLink(ip, out, link, style);
}

function dumpAddresses(ip: Ip, filter: LinkFilter): readonly AddressDump[] {
  if (filter.family === 'inet' || filter.family === 'inet6') return ip.rtnl.addresses(filter.family);
  return filter.family === 'unspec' ? ip.rtnl.addresses() : [];
}

/** Whether a link stays in the list: it has an address that is asked for, or none at all and no family is asked for (ipaddr_filter). */
function hasWhatIsAskedFor(ip: Ip, filter: LinkFilter, addresses: readonly AddressDump[]): boolean {
  if (addresses.length === 0) return filter.family === 'unspec';
  return addresses.some((a) => selectsFamily(filter, a) && selectsAddress(ip, { ...filter, ifindex: 0 }, a));
}

/** What a link is in a dump for IPv6 alone: without its namespace, so that an ifindex of another one is looked for here. */
function inet6View(link: LinkDump): LinkDump {
  return { ...link, link: link.link === link.ifindex ? undefined : link.link, linkNetnsId: undefined };
}

/** `ip addr flush` (ipaddr_flush). */
export function flushAddresses(ip: Ip, words: Words): number {
  if (words.left === 0) throw new Exit(1, 'Flush requires arguments.\n');
  if (ip.options.family === 'link') throw new Exit(1, 'Cannot flush link addresses.\n');
  const filter = parseLinkFilter(ip, words, { links: false });
  const { stats, maxFlushLoops } = ip.options;
  const out = ip.printer({ json: false });
  const done = (round: number): number => {
    if (stats > 0) ip.out(round === 0 ? 'Nothing to flush.\n' : `*** Flush is complete after ${round} round${round > 1 ? 's' : ''} ***\n`);
    return 0;
  };
  for (let round = 0; maxFlushLoops === 0 || round < maxFlushLoops; ) {
    const doomed = dumpAddresses(ip, filter).filter((a) => selectsAddress(ip, filter, a));
    if (doomed.length === 0) return done(round);
    round++;
    if (stats > 1) for (const a of doomed) printAddress(ip, out, a, { withDevice: true });
    // A secondary address may go with its primary one; that the kernel then does not find it is no failure.
    for (const { family, ifindex, local, address, prefixLen } of doomed)
      ip.mayFlush(ip.rtnl.delAddress({ family, ifindex, local, address, prefixLen }), 255);
    if (stats > 0) ip.out(`\n*** Round ${round}, deleting ${doomed.length} addresses ***\n`);
  }
  throw new Exit(1, `*** Flush remains incomplete after ${maxFlushLoops} rounds. ***\n`);
}
