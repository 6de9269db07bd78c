import { formatIpv4, formatMac, type Ipv4, ipv4Contains, type Mac } from '../../base/address.ts';
import { isError } from '../../base/result.ts';
import { IFF_UP } from '../../kernel/device/net-device.ts';
import type { AddressDump, LinkDump } from '../../kernel/rtnetlink/messages.ts';
import type { Program, Sys } from '../../machine/process.ts';
import { installSocket } from '../../machine/socket-file.ts';
import { type Command, command, Exit, reason } from '../lib/command.ts';
import { linesOfFile } from '../net-lib/hosts-file.ts';
import { type ArpingOptions, macAddress, parseArpingOptions, resolve } from './options.ts';
import { ArpingRun, ETH_P_ALL } from './run.ts';

/** Thomas Habets's arping, as Debian's package `arping` has it (2.23). */
export const arping: Program = command('arping', main, '/usr/sbin');

function* main(c: Command): Sys<number> {
  const { p } = c;
  const o = yield* parseArpingOptions(c);
  let target = o.target ?? '255.255.255.255';
  // What looks like a hardware address is one, unless -t said that IP addresses are pinged.
  const targetMac = o.targetMac === undefined && !o.broadcastTarget ? macAddress(target) : undefined;
  let targetIp: Ipv4 = o.targetIp ?? 0xffffffff;
  if (targetMac === undefined && !o.broadcastTarget) {
    const found = yield* resolve(c, target);
    if (found === undefined) return yield* fail(c, `arping: Can't resolve ${target}\n`);
    targetIp = found;
    target = formatIpv4(found);
  }
  const device = o.device ?? (yield* chooseDevice(c, o, targetIp));
  const link = yield* openLink(c, device);
  const source = o.source ?? (yield* sourceAddress(c, link));
  const sourceMac: Mac = o.sourceMac ?? link.address;
  const socket = p.sockets.packet();
  if (isError(socket)) {
    const needed = 'libnet_open_link(): UID/EUID 0 or capability CAP_NET_RAW required';
    return yield* fail(c, `arping: libnet_init(LIBNET_LINK, ${device}): ${needed}\n`);
  }
  const fd = installSocket(p, socket);
  if (isError(fd)) return yield* fail(c, `arping: socket: ${reason(fd)}\n`);
  const bound = socket.bind(link.ifindex, ETH_P_ALL);
  if (isError(bound)) return yield* fail(c, `arping: bind: ${reason(bound)}\n`);
  if (o.verbose > 0) {
    // The account it would give up its privileges to: Debian has it with the SSH server only.
    const account = linesOfFile(p, '/etc/passwd').some((line) => line.startsWith('sshd:'));
    if (!account) c.out('arping: getpwnam(sshd): Success\n');
    c.out(`This box:   Interface: ${device}  IP: ${formatIpv4(source)}   MAC address: ${formatMac(sourceMac)}\n`);
  }
  const run = new ArpingRun(c, o, socket, { ifindex: link.ifindex, source, sourceMac, target, targetIp, targetMac });
  return yield* run.run();
}

function* fail(c: Command, text: string): Sys<never> {
  yield* c.error(text);
  throw new Exit(1);
}

function addresses(c: Command): AddressDump[] {
  return c.p.rtnetlink.addresses('inet');
}

/** The device whose network the address is in (arping_lookupdev with getifaddrs), else the first one with an address. */
function* chooseDevice(c: Command, o: ArpingOptions, target: Ipv4): Sys<string> {
  const up = c.p.rtnetlink.links().filter((link) => (link.flags & IFF_UP) !== 0);
  const first = up.find((link) => link.name !== 'lo')?.name ?? 'any';
  if (!o.guessDevice) return first;
  for (const address of addresses(c)) {
    const link = up.find((l) => l.ifindex === address.ifindex);
    if (link !== undefined && link.name !== 'lo' && ipv4Contains(address.address as Ipv4, address.prefixLen, target)) return link.name;
  }
  yield* c.error(
    'arping: lookup dev: No matching interface found using getifaddrs().\n' +
      'arping: Unable to automatically find interface to use. Is it on the local LAN?\n' +
      `arping: Use -i to manually specify interface. Guessing interface ${first}.\n`,
  );
  return first;
}

function* openLink(c: Command, device: string): Sys<LinkDump> {
  const link = c.p.rtnetlink.link(device);
  if (isError(link)) {
    return yield* fail(c, `arping: libnet_init(LIBNET_LINK, ${device}): libnet_check_iface() ioctl: ${reason(link)}\n`);
  }
  if ((link.flags & IFF_UP) === 0) {
    return yield* fail(c, `arping: libnet_init(LIBNET_LINK, ${device}): libnet_check_iface(): ${device} is down\n`);
  }
  return link;
}

function* sourceAddress(c: Command, link: LinkDump): Sys<Ipv4> {
  const own = addresses(c).find((address) => address.ifindex === link.ifindex);
  if (own !== undefined) return own.local as Ipv4;
  return yield* fail(
    c,
    `arping: Unable to get the IPv4 address of interface ${link.name}:\n` +
      'arping: libnet_get_ipaddr4(): ioctl(): Cannot assign requested address' +
      'arping: Use -S to specify address manually.\n',
  );
}
