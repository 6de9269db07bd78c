import { type Ipv4, type Ipv6, parseIpv4, parseIpv6 } from '../../base/address.ts';
import { isError } from '../../base/result.ts';
import { text } from '../../base/utf8.ts';
import type { Process } from '../../machine/process.ts';

/** A line of /etc/hosts. */
export interface HostsEntry {
  readonly address: { readonly family: 'inet'; readonly ip: Ipv4 } | { readonly family: 'inet6'; readonly ip: Ipv6 };
  readonly name: string;
  readonly aliases: readonly string[];
}

/** The lines of the machine's /etc/hosts that say something (hosts(5)), in order. */
export function readHosts(p: Process): HostsEntry[] {
  const entries: HostsEntry[] = [];
  for (const line of linesOfFile(p, '/etc/hosts')) {
    const [address = '', name, ...aliases] = line.split(/[ \t]+/);
    if (name === undefined) continue;
    const ip4 = parseIpv4(address);
    const ip6 = parseIpv6(address);
    if (ip4 !== undefined) entries.push({ address: { family: 'inet', ip: ip4 }, name, aliases });
    else if (ip6 !== undefined) entries.push({ address: { family: 'inet6', ip: ip6 }, name, aliases });
  }
  return entries;
}

export function entryHasName(entry: HostsEntry, name: string): boolean {
  const wanted = name.toLowerCase();
  return entry.name.toLowerCase() === wanted || entry.aliases.some((alias) => alias.toLowerCase() === wanted);
}

/** A configuration file's lines without comments, blanks at the ends and empty lines; none if there is no file. */
export function* linesIn(p: Process, path: string): Generator<string> {
  const bytes = p.machine.files.readFile(p, path);
  if (isError(bytes)) return;
  for (const whole of text(bytes).split('\n')) {
    const comment = whole.indexOf('#');
    const line = (comment < 0 ? whole : whole.slice(0, comment)).trim();
    if (line !== '') yield line;
  }
}

export const linesOfFile = (p: Process, path: string): string[] => [...linesIn(p, path)];
