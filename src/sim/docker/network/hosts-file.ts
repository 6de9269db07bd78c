// The /etc/hosts of a container (libnetwork's etchosts).

/** A line of the file. */
export interface HostsRecord {
  readonly ip: string;
  readonly hosts: string;
}

const DEFAULT_RECORDS: readonly HostsRecord[] = [
  { ip: '127.0.0.1', hosts: 'localhost' },
  { ip: '::1', hosts: 'localhost ip6-localhost ip6-loopback' },
  { ip: 'fe00::0', hosts: 'ip6-localnet' },
  { ip: 'ff00::0', hosts: 'ip6-mcastprefix' },
  { ip: 'ff02::1', hosts: 'ip6-allnodes' },
  { ip: 'ff02::2', hosts: 'ip6-allrouters' },
];

const line = ({ ip, hosts }: HostsRecord): string => `${ip}\t${hosts}\n`;

export const buildHosts = (extra: readonly HostsRecord[]): string => [...DEFAULT_RECORDS, ...extra].map(line).join('');

export const addHosts = (text: string, records: readonly HostsRecord[]): string => text + records.map(line).join('');

/** Without the lines that give these names an address. */
export const deleteHosts = (text: string, hosts: string): string =>
  text
    .split('\n')
    .filter((existing) => existing.slice(existing.indexOf('\t') + 1) !== hosts)
    .join('\n');

/** The address behind a name is another from now on: in every line that has the name (etchosts.Update). */
export function updateHosts(text: string, ip: string, hostname: string): string {
  const pattern = new RegExp(`^(\\S*)(\\t${escapeRegExp(hostname)})(\\s|$)`, 'gm');
  return text.replace(pattern, (_, _old: string, name: string, end: string) => `${ip}${name}${end}`);
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
