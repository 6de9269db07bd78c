import { type Ipv4, ipv4Contains, type Mac, parseMac } from '../../base/address.ts';
import { fail, isError, type KernelError } from '../../base/result.ts';
import { type LinkDump, RT_TABLE_MAIN } from '../../kernel/rtnetlink/messages.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, Exit, reason } from '../lib/command.ts';
import { type ArpOptions, unknownHost } from './arp-options.ts';
import { resolveInet } from './resolve.ts';

const USAGE_ERROR = 255;

/** `arp -s HOST HWADDR [temp|pub|…]`: SIOCSARP. */
export function* setEntry(c: Command, o: ArpOptions, words: readonly string[]): Sys<number> {
  const [name, hardware, ...rest] = words;
  if (name === undefined) return yield* c.die(USAGE_ERROR, 'need host name');
  const address = yield* resolveInet(c.p, name);
  if (address === undefined) return yield* unknownHost(c, name);
  if (hardware === undefined) return yield* c.die(USAGE_ERROR, 'need hardware address');
  const mac = o.useDevice
    ? yield* deviceAddress(c, hardware)
    : parseMac(hardware.split(':').concat(Array(6).fill('0')).slice(0, 6).join(':'));
  if (mac === undefined) return yield* c.die(USAGE_ERROR, 'invalid hardware address');
  let device = o.device;
  let permanent = true;
  let proxy = false;
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i] as string;
    if (word === 'temp') permanent = false;
    else if (word === 'pub') proxy = true;
    else if (word === 'dev') device = rest[++i];
    else if (word === 'netmask') i++;
    else if (word !== 'priv' && word !== 'trail' && word !== 'dontpub' && word !== 'auto') break;
  }
  const done = changeNeighbour(c, address, mac, { device, permanent, proxy });
  if (!isError(done)) return 0;
  yield* c.error(`SIOCSARP: ${reason(done)}\n`);
  return USAGE_ERROR;
}

/** SIOCSARP: on the device that is named, or the one that the address is reached by. */
export function changeNeighbour(
  c: Command,
  address: Ipv4,
  mac: Mac,
  options: { readonly device: string | undefined; readonly permanent: boolean; readonly proxy: boolean },
): undefined | KernelError {
  const { device, permanent, proxy } = options;
  const link = device === undefined ? (proxy ? deviceByAddress(c, mac) : onLinkDevice(c, address)) : c.p.rtnetlink.link(device);
  if (isError(link)) return link;
  return c.p.rtnetlink.addNeighbour({
    ...{ family: 'inet', dst: address, flags: 0, state: permanent ? 'PERMANENT' : 'STALE', create: true, exclusive: false, replace: true },
    ifindex: link.ifindex,
    ...(proxy ? { proxy: true } : { lladdr: mac }),
  });
}

/** SIOCDARP. ENXIO where there is no such entry. */
export function removeNeighbour(c: Command, address: Ipv4, device: string | undefined, proxy: boolean): undefined | KernelError {
  const { rtnetlink } = c.p;
  const link = device === undefined ? (proxy ? fail('ENXIO') : onLinkDevice(c, address)) : rtnetlink.link(device);
  if (isError(link)) return link;
  const known = rtnetlink.neighbours('inet', { proxy }).some((n) => n.dst === address && n.ifindex === link.ifindex);
  if (!known) return fail('ENXIO');
  const request = { family: 'inet', dst: address, create: false, exclusive: false, replace: false } as const;
  return rtnetlink.delNeighbour({ ...request, ifindex: link.ifindex, ...(proxy && { proxy: true }) });
}

/** `arp -d HOST [pub]`: SIOCDARP. */
export function* deleteEntry(c: Command, o: ArpOptions, words: readonly string[]): Sys<number> {
  const [name, ...rest] = words;
  if (name === undefined) return yield* c.die(USAGE_ERROR, 'need host name');
  const address = yield* resolveInet(c.p, name);
  if (address === undefined) return yield* unknownHost(c, name);
  const proxy = rest.includes('pub');
  const done = removeNeighbour(c, address, o.device, proxy);
  if (done === undefined) return 0;
  if (done.errno === 'ENXIO' || done.errno === 'ENOENT') yield* c.error(`No ARP entry for ${name}\n`);
  else yield* c.error(`SIOCDARP(${proxy ? 'pub' : 'priv'}): ${reason(done)}\n`);
  return USAGE_ERROR;
}

function* deviceAddress(c: Command, name: string): Sys<Mac> {
  const link = c.p.rtnetlink.link(name);
  if (!isError(link)) return link.address;
  yield* c.complain(`cant get HW-Address for \`${name}': ${reason(link)}.`);
  throw new Exit(USAGE_ERROR);
}

/** The device by which the address is reached without a gateway: ip_route_output() with RTO_ONLINK. */
function onLinkDevice(c: Command, address: Ipv4): LinkDump | KernelError {
  const { rtnetlink } = c.p;
  let best: { readonly length: number; readonly ifindex: number } | undefined;
  for (const route of rtnetlink.routes('inet', RT_TABLE_MAIN)) {
    const hop = route.nexthops[0];
    if (route.type !== 'unicast' || hop === undefined || hop.gateway !== undefined) continue;
    if (!ipv4Contains((route.dst as Ipv4 | undefined) ?? 0, route.dstLen, address)) continue;
    if (best === undefined || route.dstLen > best.length) best = { length: route.dstLen, ifindex: hop.ifindex };
  }
  return best === undefined ? fail('ENETUNREACH') : rtnetlink.link(best.ifindex);
}

/** Who is answered for with somebody's own address: the device that has it (dev_getbyhwaddr). */
function deviceByAddress(c: Command, mac: Mac): LinkDump | KernelError {
  return c.p.rtnetlink.links().find((link) => link.address === mac) ?? fail('ENODEV');
}
