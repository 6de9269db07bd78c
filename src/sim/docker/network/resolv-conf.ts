import { isLoopbackIpv4, parseIpv4 } from '../../base/address.ts';

/** What a resolv.conf says, as far as Docker reads it (libnetwork's resolvconf). */
export interface ResolvConf {
  readonly nameservers: readonly string[];
  readonly search: readonly string[];
  readonly options: readonly string[];
}

/** What containers ask when the host's own servers cannot be reached from them. */
const PUBLIC_SERVERS: readonly string[] = ['8.8.8.8', '8.8.4.4'];

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

/** Whether a server is the host itself, which a container does not reach by this address. */
const isLocal = (server: string): boolean => {
  const v4 = parseIpv4(server);
  return v4 === undefined ? server === '::1' || server.startsWith('fe80:') : isLoopbackIpv4(v4);
};

/** The host's file as a container gets it: servers on the host's loopback taken out, public ones in if none is left (FilterResolvDNS). */
export function filterForContainer(text: string, ipv6: boolean): string {
  const kept = text.split('\n').filter((line) => {
    const server = /^\s*nameserver\s+(\S+)/.exec(line)?.[1];
    return server === undefined || !(isLocal(server) || (!ipv6 && server.includes(':')));
  });
  const out = kept.join('\n');
  if (/^\s*nameserver\s+\S/m.test(out)) return out;
  return `${out.replace(/\n*$/, out.trim() === '' ? '' : '\n')}${PUBLIC_SERVERS.map((server) => `\nnameserver ${server}`).join('')}\n`.replace(
    /^\n/,
    '',
  );
}

export function buildResolvConf({ nameservers, search, options }: ResolvConf): string {
  const lines: string[] = [];
  if (search.length > 0 && !(search.length === 1 && search[0] === '.')) lines.push(`search ${search.join(' ')}`);
  for (const server of nameservers) lines.push(`nameserver ${server}`);
  if (options.length > 0) lines.push(`options ${options.join(' ')}`);
  return lines.map((text) => `${text}\n`).join('');
}
