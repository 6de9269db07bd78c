import { parseIpv4, parseMac } from '../../base/address.ts';
import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, reason } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { hostName } from '../net-lib/getnameinfo.ts';
import { changeNeighbour, removeNeighbour } from '../net-tools/arp-set.ts';
import { procLines, resolveInet } from '../net-tools/resolve.ts';
import { showUsage } from './usage.ts';

const ATF_COM = 0x02;
const ATF_PERM = 0x04;
const ATF_PUBL = 0x08;

/** BusyBox's arp (networking/arp.c). */
export function* busyboxArp(c: Command, name: string, args: readonly string[]): Sys<number> {
  const parsed = getopt(args, { short: 'A:p:H:t:i:adnDsv' });
  if (parsed instanceof UsageError) return yield* showUsage(c, name, parsed.message);
  const has = (flag: string): boolean => parsed.options.some((option) => option.flag === flag);
  const value = (flag: string): string | undefined => parsed.options.findLast((option) => option.flag === flag)?.value;
  const die = function* (message: string): Sys<number> {
    yield* c.error(`${name}: ${message}\n`);
    return 1;
  };
  const device = value('i');
  if ((value('A') ?? value('p') ?? 'inet') !== 'inet') return yield* die(`${value('A') ?? value('p')}: unknown address family`);
  if ((value('H') ?? value('t') ?? 'ether') !== 'ether') return yield* die(`${value('H') ?? value('t')}: unknown hardware type`);
  const [host, ...rest] = parsed.operands;
  if (!has('d') && !has('s') && !has('D')) return yield* show(c, name, host, device, has('n'));
  if (host === undefined) return yield* die('need host name');
  const address = yield* resolveInet(c.p, host);
  if (address === undefined) return yield* die(`bad address '${host}'`);
  if (has('d')) {
    const refused = removeNeighbour(c, address, device, rest.includes('pub'));
    return isError(refused)
      ? yield* die(
          `SIOCDARP(${rest.includes('pub') ? 'priv' : 'pub'}): ${refused.errno === 'ENXIO' ? 'No such file or directory' : reason(refused)}`,
        )
      : 0;
  }
  const [hardware, ...words] = rest;
  if (hardware === undefined) return yield* die('need hardware address');
  const own = has('D') ? c.p.rtnetlink.link(hardware) : undefined;
  if (isError(own)) return yield* die(`can't get HW-Address for '${hardware}': ${reason(own)}`);
  const mac = own?.address ?? parseMac(hardware);
  if (mac === undefined) return yield* die('invalid hardware address');
  const refused = changeNeighbour(c, address, mac, { device, permanent: !words.includes('temp'), proxy: words.includes('pub') });
  return isError(refused) ? yield* die(`SIOCSARP: ${reason(refused)}`) : 0;
}

/** The lines of /proc/net/arp, in BSD's form. */
function* show(c: Command, name: string, host: string | undefined, device: string | undefined, numeric: boolean): Sys<number> {
  let wanted: number | undefined;
  if (host !== undefined) {
    wanted = yield* resolveInet(c.p, host);
    if (wanted === undefined) {
      yield* c.error(`${name}: bad address '${host}'\n`);
      return 1;
    }
  }
  let [entries, shown] = [0, 0];
  for (const line of procLines(c.p, '/proc/net/arp')) {
    const [ip = '', , flagsText = '', hardware = '', mask = '*', dev = ''] = line.split(/\s+/);
    entries++;
    const address = parseIpv4(ip) ?? 0;
    if ((wanted !== undefined && wanted !== address) || (device !== undefined && device !== dev)) continue;
    shown++;
    const flags = Number(flagsText);
    const label = (numeric ? undefined : yield* hostName(c.p, { family: 'inet', address })) ?? '?';
    c.out(`${label} (${ip}) at `);
    if ((flags & ATF_COM) === 0) c.out((flags & ATF_PUBL) !== 0 ? '* ' : '<incomplete> ');
    else c.out(`${hardware} [ether] `);
    if (mask !== '*') c.out(`netmask ${mask} `);
    if ((flags & ATF_PERM) !== 0) c.out('PERM');
    if ((flags & ATF_PUBL) !== 0) c.out(' PUB');
    c.out(` on ${dev}\n`);
  }
  if ((host !== undefined || device !== undefined) && shown === 0) c.out(`No match found in ${entries} entries\n`);
  yield* c.flush();
  return 0;
}
