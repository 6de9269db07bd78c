import { type Ipv4, parseIpv4 } from '../../base/address.ts';
import { isError } from '../../base/result.ts';
import { text } from '../../base/utf8.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { getaddrinfo, LookupError } from '../net-lib/getaddrinfo.ts';

/** An IPv4 address or a name that has one (INET_resolve). */
export function* resolveInet(p: Process, name: string): Sys<Ipv4 | undefined> {
  const numeric = parseIpv4(name);
  if (numeric !== undefined) return numeric;
  const info = yield* getaddrinfo(p, name, 'inet');
  const first = info instanceof LookupError ? undefined : info.addresses[0];
  return first?.family === 'inet' ? first.address : undefined;
}

/** The lines of a file under /proc after its header; none where it cannot be read. */
export function procLines(p: Process, path: string, header = 1): string[] {
  const bytes = p.machine.files.readFile(p, path);
  if (isError(bytes)) return [];
  return text(bytes)
    .split('\n')
    .slice(header)
    .filter((line) => line.trim() !== '');
}
