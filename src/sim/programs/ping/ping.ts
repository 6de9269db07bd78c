import { isError, type KernelError } from '../../base/result.ts';
import type { DatagramSocket } from '../../kernel/socket/socket.ts';
import type { Process, Program, Sys } from '../../machine/process.ts';
import { installSocket } from '../../machine/socket-file.ts';
import { IPPROTO_ICMP, IPPROTO_ICMPV6 } from '../../wire/ip-protocol.ts';
import { type Command, command, Exit, reason } from '../lib/command.ts';
import { getaddrinfo, LookupError } from '../net-lib/getaddrinfo.ts';
import { parsePingOptions } from './options.ts';
import { ping4 } from './ping4.ts';
import { ping6 } from './ping6.ts';

type Family = 'inet' | 'inet6';

/** iputils' ping, as Debian 12 has it (20221126). */
export const PING_PROGRAMS: readonly Program[] = ['ping', 'ping4', 'ping6'].map((name) => command(name, ping));

function* ping(c: Command): Sys<number> {
  const { p } = c;
  const o = yield* parsePingOptions(c);
  const target = o.targets.at(-1) as string;
  if (o.pattern !== undefined && !o.quiet) {
    const shown = o.pattern.map((_, i) => (i < o.size ? (o.pattern?.[i] as number) : 0));
    c.out(`PATTERN: 0x${shown.map((byte) => byte.toString(16).padStart(2, '0')).join('')}\n`);
  }
  const sockets = new Map<Family, { readonly socket: DatagramSocket; readonly fd: number }>();
  const families: readonly Family[] = o.family === undefined ? ['inet', 'inet6'] : [o.family];
  for (const family of families) {
    const socket = openSocket(p, family);
    if (isError(socket)) {
      yield* c.complain('socktype: SOCK_RAW');
      yield* c.complain(`socket: ${reason(socket)}`);
      if (p.credentials.uid !== 0) yield* c.complain('=> missing cap_net_raw+p capability or setuid?');
      throw new Exit(2);
    }
    const fd = installSocket(p, socket);
    if (isError(fd)) return yield* c.die(2, `socket: ${reason(fd)}`);
    sockets.set(family, { socket, fd });
  }
  if (o.verbose) {
    const shown = (family: Family) => {
      const open = sockets.get(family);
      const name = family === 'inet' ? 'sock4' : 'sock6';
      if (open === undefined) return `${name}.fd: -1 (socktype: 0)`;
      return `${name}.fd: ${open.fd} (socktype: ${open.socket.kind === 'raw' ? 'SOCK_RAW' : 'SOCK_DGRAM'})`;
    };
    const hint = o.family === undefined ? 'AF_UNSPEC' : familyName(o.family);
    yield* c.complain(`${shown('inet')}, ${shown('inet6')}, hints.ai_family: ${hint}\n`);
  }
  // All addresses are asked for, whatever the family; those of the wrong one are passed over.
  const info = yield* getaddrinfo(p, target);
  if (info instanceof LookupError) return yield* c.die(2, `${target}: ${info.text}`);
  for (const [i, address] of info.addresses.entries()) {
    // Only the first has the canonical name (getaddrinfo(3)).
    const canonicalName = i === 0 ? info.canonicalName : '';
    if (o.verbose) yield* c.print(`ai->ai_family: ${familyName(address.family)}, ai->ai_canonname: '${canonicalName}'\n`);
    const open = sockets.get(address.family);
    if (open === undefined) {
      if (i + 1 === info.addresses.length) return yield* c.die(2, `${target}: ${new LookupError('EAI_ADDRFAMILY').text}`);
      continue;
    }
    // A ping socket's identifier is its port; a raw socket's is ping's own choice.
    const ident = o.ident ?? p.machine.random.int(0xffff) + 1;
    if (address.family === 'inet') return yield* pingIpv4(c, o, target, { canonicalName, addresses: [address] }, open.socket, ident);
    const status = yield* ping6(c, o, target, info, i, open.socket, ident);
    if (status !== undefined) return status;
  }
  return 1;
}

function* pingIpv4(...[c, o, target, info, socket, ident]: Parameters<typeof ping4>): Sys<number> {
  // More than one host is a loose source route, which Linux refuses to set unless it accepts such packets itself.
  if (o.targets.length > 1) return yield* c.die(2, 'record route: Operation not permitted');
  return yield* ping4(c, o, target, info, socket, ident);
}

function familyName(family: Family): string {
  return family === 'inet' ? 'AF_INET' : 'AF_INET6';
}

/** A ping socket where net.ipv4.ping_group_range allows them, else a raw one. */
function openSocket(p: Process, family: Family): DatagramSocket | KernelError {
  const socket = p.sockets.ping(family);
  return isError(socket) ? p.sockets.raw(family, family === 'inet' ? IPPROTO_ICMP : IPPROTO_ICMPV6) : socket;
}
