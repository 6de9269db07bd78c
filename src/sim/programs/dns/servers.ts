import { IPV6_LOOPBACK, isLinkLocalIpv6 } from '../../base/address.ts';
import type { SockAddr } from '../../kernel/socket/socket.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { getaddrinfo, LookupError } from '../net-lib/getaddrinfo.ts';
import { readResolvConf } from '../net-lib/resolv-conf.ts';

export type Family = 'inet' | 'inet6';

/** The servers of /etc/resolv.conf of a family that may be used; without one this host's (setup_system in bin/dig/dighost.c). */
export function systemServers(p: Process, family: Family | undefined, port: number): SockAddr[] {
  const config = readResolvConf(p);
  const listed: SockAddr[] = config.defaulted
    ? []
    : config.nameservers.map((server) =>
        server.family === 'inet' ? { family: 'inet', address: server.ip, port } : { family: 'inet6', address: server.ip, port, scopeId: 0 },
      );
  const usable = listed.filter((server) => family === undefined || server.family === family);
  if (usable.length > 0) return usable;
  const own: SockAddr[] = [];
  if (family !== 'inet') own.push({ family: 'inet6', address: IPV6_LOOPBACK, port, scopeId: 0 });
  if (family !== 'inet6') own.push({ family: 'inet', address: 0x7f000001, port });
  return own;
}

/** The addresses of a server that was named; undefined where it has none. */
export function* namedServers(p: Process, name: string, family: Family | undefined, port: number): Sys<SockAddr[] | undefined> {
  const found = yield* getaddrinfo(p, name, family);
  if (found instanceof LookupError) return undefined;
  return found.addresses.map((host) =>
    host.family === 'inet'
      ? { family: 'inet', address: host.address, port }
      : { family: 'inet6', address: host.address, port, scopeId: isLinkLocalIpv6(host.address) ? host.scopeId : 0 },
  );
}
