import { isLoopbackIpv4, parseIpv4 } from '../../base/address.ts';

/** What a resolv.conf says, as far as Docker reads it (libnetwork's resolvconf). */
export interface ResolvConf {
  readonly nameservers: readonly string[];
  readonly search: readonly string[];
  readonly options: readonly string[];
}

/** A server outside that the embedded one asks: from the container's namespace, or from the host's if it is the host's own. */
export interface ExternalServer {
  readonly address: string;
  readonly fromHost: boolean;
}

/** What containers ask when the host's own servers cannot be reached from them. */
const PUBLIC_SERVERS = ['8.8.8.8', '8.8.4.4'] as const;
const PUBLIC_SERVERS_V6 = ['2001:4860:4860::8888', '2001:4860:4860::8844'] as const;
const LOCAL_LINE = /^nameserver\s+((127\.([0-9]{1,3}\.){2}[0-9]{1,3})|(::1)$)\s*\n*/gm;
const IPV6_LINE = /^nameserver\s+([0-9A-Fa-f]{0,4}:){2,7}([0-9A-Fa-f]{0,4})(%\w+)?\s*\n*/gm;

export function parseResolvConf(text: string): ResolvConf {
  const nameservers: string[] = [];
  let search: readonly string[] = [];
  let options: readonly string[] = [];
  for (const raw of text.split('\n')) {
    const [keyword, ...values] = raw
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/);
    if (keyword === 'nameserver' && values[0] !== undefined) nameservers.push(values[0]);
    else if (keyword === 'search' || keyword === 'domain') search = values;
    else if (keyword === 'options') options = values;
  }
  return { nameservers, search, options };
}

/** The IPv4 servers of a file; one on a loopback address is the host's, or the container's own if the user chose it (setExternalResolvers). */
export function externalServers({ nameservers }: ResolvConf, loopbackIsHost: boolean): ExternalServer[] {
  return nameservers.flatMap((address) => {
    const v4 = parseIpv4(address);
    return v4 === undefined ? [] : [{ address, fromHost: loopbackIsHost && isLoopbackIpv4(v4) }];
  });
}

/** The host's file as a container gets it: servers on the host's loopback taken out, public ones in if none is left (FilterResolvDNS). */
export function filterForContainer(text: string, ipv6: boolean): string {
  const reachable = text.replace(LOCAL_LINE, '');
  const kept = ipv6 ? reachable : reachable.replace(IPV6_LINE, '');
  if (parseResolvConf(kept).nameservers.length > 0) return kept;
  return `${kept}\n${[...PUBLIC_SERVERS, ...(ipv6 ? PUBLIC_SERVERS_V6 : [])].map((server) => `nameserver ${server}`).join('\n')}`;
}

export function buildResolvConf({ nameservers, search, options }: ResolvConf): string {
  const lines: string[] = [];
  if (search.length > 0 && !(search.length === 1 && search[0] === '.')) lines.push(`search ${search.join(' ')}`);
  for (const server of nameservers) lines.push(`nameserver ${server}`);
  if (options.length > 0) lines.push(`options ${options.join(' ')}`);
  return lines.map((text) => `${text}\n`).join('');
}
