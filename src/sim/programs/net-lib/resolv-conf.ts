import { type Ipv4, type Ipv6, parseIpv4, parseIpv6 } from '../../base/address.ts';
import { isError } from '../../base/result.ts';
import { text } from '../../base/utf8.ts';
import type { Process } from '../../machine/process.ts';

/** What /etc/resolv.conf says (resolv.conf(5)), with the resolver's defaults. */
export interface ResolverConfig {
  readonly nameservers: readonly ({ readonly family: 'inet'; readonly ip: Ipv4 } | { readonly family: 'inet6'; readonly ip: Ipv6 })[];
  /** No server is listed: {@link ResolverConfig.nameservers} is the resolver's own choice. */
  readonly defaulted: boolean;
  readonly search: readonly string[];
  /** Without a search list in the file, {@link ResolverConfig.search} is the domain of the host's own name. */
  readonly searchDefaulted: boolean;
  readonly ndots: number;
  readonly timeoutS: number;
  readonly attempts: number;
  readonly rotate: boolean;
}

/** More name servers than these are not asked (MAXNS). */
const MAX_NAMESERVERS = 3;

/** Reads the machine's /etc/resolv.conf. Without a name server the local host's is asked; without a search list the host name's domain is searched. */
export function readResolvConf(p: Process): ResolverConfig {
  const bytes = p.machine.files.readFile(p, '/etc/resolv.conf');
  const nameservers: ResolverConfig['nameservers'][number][] = [];
  let search: string[] | undefined;
  let [ndots, timeoutS, attempts, rotate] = [1, 5, 2, false];
  for (const line of isError(bytes) ? [] : text(bytes).split('\n')) {
    const [keyword, ...values] = line.trim().split(/[ \t]+/);
    if (keyword === 'nameserver' && nameservers.length < MAX_NAMESERVERS) {
      const ip4 = parseIpv4(values[0] ?? '');
      const ip6 = parseIpv6((values[0] ?? '').replace(/%.*/, ''));
      if (ip4 !== undefined) nameservers.push({ family: 'inet', ip: ip4 });
      else if (ip6 !== undefined) nameservers.push({ family: 'inet6', ip: ip6 });
    } else if (keyword === 'search') search = values;
    else if (keyword === 'domain') search = values.slice(0, 1);
    else if (keyword === 'options') {
      for (const option of values) {
        const [name, value] = option.split(':');
        const number = Number.parseInt(value ?? '', 10);
        if (name === 'ndots') ndots = Math.min(number, 15);
        else if (name === 'timeout') timeoutS = Math.min(Math.max(number, 1), 30);
        else if (name === 'attempts') attempts = Math.min(Math.max(number, 1), 5);
        else if (name === 'rotate') rotate = true;
      }
    }
  }
  const defaulted = nameservers.length === 0;
  if (defaulted) nameservers.push({ family: 'inet', ip: 0x7f000001 });
  const searchDefaulted = search === undefined;
  if (search === undefined) {
    const { hostname } = p.namespaces.uts;
    const dot = hostname.indexOf('.');
    search = dot < 0 ? [] : [hostname.slice(dot + 1)];
  }
  return {
    nameservers,
    defaulted,
    search: search.map((domain) => domain.replace(/\.$/, '')),
    searchDefaulted,
    ndots,
    timeoutS,
    attempts,
    rotate,
  };
}
