import { formatIpv4, type Ipv4, ipv4Mask, ipv4MaskLength, parseIpv4 } from '../../base/address.ts';
import { fail, isError, type KernelError } from '../../base/result.ts';
import {
  type RouteRequest,
  RT_TABLE_MAIN,
  RTPROT_BOOT,
  SCOPE_HOST,
  SCOPE_LINK,
  SCOPE_NOWHERE,
  SCOPE_UNIVERSE,
} from '../../kernel/rtnetlink/messages.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, Exit, reason } from '../lib/command.ts';
import { linesOfFile } from '../net-lib/hosts-file.ts';
import { resolveInet } from './resolve.ts';
import { E_LOOKUP, E_OPTERR, E_SOCK, inetUsage } from './route-exit.ts';

/** The header that a segment leaves out of its maximum size. */
const IP_AND_TCP_HEADER = 40;

/** What `add` and `del` have understood (struct rtentry). */
export interface RouteEntry {
  dst: Ipv4;
  /** Undefined until it is given or follows from the target. */
  mask: Ipv4 | undefined;
  host: boolean;
  gateway: Ipv4 | undefined;
  metric: number | undefined;
  device: string | undefined;
  reject: boolean;
  mss: number | undefined;
  window: number | undefined;
  irtt: number | undefined;
}

/** INET_setroute(): `route add|del [-net|-host] TARGET …`, which end in SIOCADDRT and SIOCDELRT. */
export function* inetSetRoute(c: Command, add: boolean, words: readonly string[]): Sys<number> {
  const entry = yield* parseEntry(c, words);
  const done = add ? addRoute(c, entry) : deleteRoute(c, entry);
  if (!isError(done)) return 0;
  yield* c.error(`${add ? 'SIOCADDRT' : 'SIOCDELRT'}: ${reason(done)}\n`);
  return E_SOCK;
}

function* parseEntry(c: Command, words: readonly string[]): Sys<RouteEntry> {
  let at = 0;
  const kind = words[at] === '-net' || words[at] === '-host' ? words[at++] : undefined;
  const target = words[at++];
  if (target === undefined) {
    yield* inetUsage(c, 0);
    throw new Exit(0);
  }
  const [name = '', prefix] = target.split('/');
  const network = name === 'default' ? 0 : networkAddress(c, name);
  const dst = network ?? (yield* lookUp(c, name));
  const entry: RouteEntry = {
    dst,
    mask: prefix === undefined ? undefined : prefixMask(Number(prefix)),
    host: kind === '-host' || (kind === undefined && prefix === undefined && !isNetwork(c, name)),
    gateway: undefined,
    metric: undefined,
    device: undefined,
    reject: false,
    mss: undefined,
    window: undefined,
    irtt: undefined,
  };
  for (; at < words.length; at++) {
    const word = words[at] as string;
    const value = words[at + 1];
    const known = VALUES.has(word);
    if (known && value === undefined) yield* inetUsage(c, E_OPTERR);
    if (known) at++;
    switch (word) {
      case 'metric':
        entry.metric = Number(value);
        break;
      case 'netmask':
        entry.mask = yield* lookUp(c, value as string);
        break;
      case 'gw':
      case 'gateway':
        entry.gateway = yield* lookUp(c, value as string);
        break;
      case 'mss':
        entry.mss = Number(value);
        break;
      case 'window':
        entry.window = Number(value);
        break;
      case 'irtt':
        entry.irtt = Number(value);
        break;
      case 'dev':
      case 'device':
        entry.device = value;
        break;
      case 'reject':
        entry.reject = true;
        break;
      case 'mod':
      case 'dyn':
      case 'reinstate':
        break;
      default:
        // One word more is the device.
        if (entry.device !== undefined || at + 1 < words.length) yield* inetUsage(c, E_OPTERR);
        entry.device = word;
    }
  }
  yield* checkMask(c, entry);
  return entry;
}

const VALUES: ReadonlySet<string> = new Set(['metric', 'netmask', 'gw', 'gateway', 'mss', 'window', 'irtt', 'dev', 'device']);

/** As C's shift has it: prefixes beyond 32 wrap round. */
function prefixMask(length: number): Ipv4 {
  return length === 0 ? 0 : (0xffffffff << ((32 - length) & 31)) >>> 0;
}

function networkAddress(c: Command, name: string): Ipv4 | undefined {
  const parts = name.split('.');
  if (parts.length <= 4 && parts.every((part) => /^\d+$/.test(part) && Number(part) < 256))
    return parseIpv4([...parts, '0', '0', '0'].slice(0, 4).join('.'));
  const line = linesOfFile(c.p, '/etc/networks').find((l) => l.split(/[ \t]+/)[0] === name);
  return line === undefined ? undefined : networkAddress(c, line.split(/[ \t]+/)[1] ?? '');
}

/** Whether a target without -net or -host is a network: the default route, or a name that networks(5) knows. */
function isNetwork(c: Command, name: string): boolean {
  return name === 'default' || name === '0.0.0.0' || linesOfFile(c.p, '/etc/networks').some((line) => line.split(/[ \t]+/)[0] === name);
}

function* lookUp(c: Command, name: string): Sys<Ipv4> {
  const address = yield* resolveInet(c.p, name);
  if (address !== undefined) return address;
  yield* c.error(`${name}: Unknown host\n`);
  throw new Exit(E_LOOKUP);
}

function* checkMask(c: Command, entry: RouteEntry): Sys<void> {
  const complain = function* (text: string): Sys<never> {
    yield* c.complain(text);
    return yield* inetUsage(c, E_OPTERR);
  };
  const { mask } = entry;
  if (mask !== undefined && entry.host && mask !== 0xffffffff) {
    const hostBits = (~mask >>> 0).toString(16).padStart(8, '0');
    yield* complain(`netmask ${hostBits} doesn't make sense with host route`);
  }
  if (mask !== undefined && ipv4MaskLength(mask) === undefined) yield* complain(`bogus netmask ${formatIpv4(mask)}`);
  entry.mask = mask ?? (entry.host ? 0xffffffff : classMask(entry.dst));
  if ((entry.dst & ~entry.mask) >>> 0 !== 0) yield* complain("netmask doesn't match route address");
}

/** The mask of an address's class. */
export function classMask(address: Ipv4): Ipv4 {
  if (address === 0) return 0;
  return address >>> 31 === 0 ? 0xff000000 : address >>> 30 === 2 ? 0xffff0000 : 0xffffff00;
}

/** rtentry_to_fib_config(). */
function request(c: Command, entry: RouteEntry): RouteRequest | KernelError {
  const { dst, gateway, device } = entry;
  const mask = entry.mask ?? ipv4Mask(32);
  if ((dst & ~mask) >>> 0 !== 0) return fail('EINVAL');
  const dstLen = ipv4MaskLength(mask) ?? 32;
  const link = device === undefined ? undefined : c.p.rtnetlink.link(device.replace(/:.*/, ''));
  if (isError(link)) return link;
  const hop = { ...(link !== undefined && { ifindex: link.ifindex }), ...(gateway !== undefined && { gateway }) };
  const values = {
    ...(entry.mss !== undefined && { advmss: entry.mss - IP_AND_TCP_HEADER }),
    ...(entry.window !== undefined && { window: entry.window }),
    ...(entry.irtt !== undefined && { rtt: entry.irtt * 8 }),
  };
  return {
    family: 'inet',
    type: entry.reject ? 'unreachable' : 'unicast',
    ...(dstLen > 0 && { dst }),
    dstLen,
    table: RT_TABLE_MAIN,
    protocol: RTPROT_BOOT,
    scope: entry.reject ? SCOPE_HOST : gateway === undefined ? SCOPE_LINK : SCOPE_UNIVERSE,
    ...(entry.metric !== undefined && { priority: entry.metric }),
    nexthops: entry.reject || (link === undefined && gateway === undefined) ? [] : [hop],
    ...(Object.keys(values).length > 0 && { metrics: { values, locked: [] } }),
  };
}

/** SIOCADDRT. */
export function addRoute(c: Command, entry: RouteEntry): undefined | KernelError {
  const wanted = request(c, entry);
  if (isError(wanted)) return wanted;
  if (!entry.reject && wanted.nexthops.length === 0) return fail('ENODEV');
  return c.p.rtnetlink.addRoute(wanted, { create: true, exclusive: false, replace: false, append: false });
}

/** SIOCDELRT. */
export function deleteRoute(c: Command, entry: RouteEntry): undefined | KernelError {
  const wanted = request(c, entry);
  if (isError(wanted)) return wanted;
  return c.p.rtnetlink.delRoute({
    ...wanted,
    type: entry.reject ? 'unreachable' : 'unspec',
    protocol: 0,
    scope: entry.reject ? SCOPE_HOST : SCOPE_NOWHERE,
  });
}
