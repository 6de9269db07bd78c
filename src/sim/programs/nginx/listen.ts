import { formatIpv4, parseIpv6 } from '../../base/address.ts';
import type { SockAddr } from '../../kernel/socket/socket.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { getaddrinfo, LookupError, socketAddress } from '../net-lib/getaddrinfo.ts';
import { inetAton } from '../net-lib/inet-aton.ts';

/** An address that a server listens on. */
export interface Listen {
  readonly address: SockAddr;
  /** `0.0.0.0:80`, `[::]:80`. */
  readonly key: string;
  readonly isDefault: boolean;
  readonly v6only: boolean;
  readonly backlog: number;
}

const BACKLOG = 511;

export function listenKey(address: SockAddr): string {
  return address.family === 'inet' ? `${formatIpv4(address.address)}:${address.port}` : `[${address.address}]:${address.port}`;
}

/** `*:80`, which a server without listen has. */
export const DEFAULT_LISTEN: Listen = {
  address: { family: 'inet', address: 0, port: 80 },
  key: '0.0.0.0:80',
  isDefault: false,
  v6only: true,
  backlog: BACKLOG,
};

/** A listen directive's arguments. */
export function* parseListen(p: Process, args: readonly string[]): Sys<Listen | { readonly problem: string }> {
  const [where = '', ...parameters] = args;
  const address = yield* parseAddress(p, where);
  if ('problem' in address) return address;
  let isDefault = false;
  let v6only = true;
  let backlog = BACKLOG;
  for (const word of parameters) {
    const [name, value] = word.split('=');
    if (word === 'default_server' || word === 'default') isDefault = true;
    else if (name === 'ipv6only' && /^(on|off)$/.test(value ?? '')) v6only = value === 'on';
    else if (name === 'backlog' && /^[1-9]\d*$/.test(value ?? '')) backlog = Number(value);
    else if (!/^(reuseport|deferred|bind|http2|proxy_protocol|so_keepalive=.*|(rcv|snd)buf=.*|fastopen=.*)$/.test(word)) {
      return { problem: word === 'ssl' ? 'the "ssl" parameter is not available on this machine' : `invalid parameter "${word}"` };
    }
  }
  return { address, key: listenKey(address), isDefault, v6only, backlog };
}

function* parseAddress(p: Process, where: string): Sys<SockAddr | { readonly problem: string }> {
  const [, host = '', portText] = (/^\d+$/.test(where) ? ['', '', where] : /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(where)) ?? [];
  const port = Number(portText ?? 80);
  if (portText !== undefined && (!/^\d+$/.test(portText) || port < 1 || port > 65_535)) {
    return { problem: `invalid port in "${where}" of the "listen" directive` };
  }
  if (host.startsWith('[')) {
    const ip6 = parseIpv6(host.slice(1, -1));
    if (ip6 === undefined) return { problem: `invalid IPv6 address in "${where}" of the "listen" directive` };
    return { family: 'inet6', address: ip6, port, scopeId: 0 };
  }
  if (host === '' || host === '*') return { family: 'inet', address: 0, port };
  const ip = inetAton(host);
  if (ip !== undefined) return { family: 'inet', address: ip, port };
  const found = yield* getaddrinfo(p, host, 'inet');
  if (found instanceof LookupError) return { problem: `host not found in "${where}" of the "listen" directive` };
  return socketAddress(found.addresses[0] as (typeof found.addresses)[0], port);
}
