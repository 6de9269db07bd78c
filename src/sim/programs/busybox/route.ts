import { formatIpv4, type Ipv4, type Ipv6, ipv4Mask, ipv4MaskLength, parseIpv6 } from '../../base/address.ts';
import { isError, type KernelError } from '../../base/result.ts';
import { RT_TABLE_MAIN, RTPROT_BOOT } from '../../kernel/rtnetlink/messages.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, Exit, reason } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { resolveInet } from '../net-tools/resolve.ts';
import { addRoute, deleteRoute, type RouteEntry } from '../net-tools/route-set.ts';
import { numberInRange } from './number.ts';
import { inet6Routes, inetRoutes } from './routing-table.ts';
import { showUsage } from './usage.ts';

/** Words that begin with a minus and are no options. */
const WORDS = ['-net', '-host'];
const TICKS_OF_IRTT = 10;
const INT_MAX = 0x7fffffff;

/** BusyBox's route (networking/route.c). */
export function* busyboxRoute(c: Command, name: string, args: readonly string[]): Sys<number> {
  const first = args.findIndex((word) => !word.startsWith('-') && args[args.indexOf(word) - 1] !== '-A');
  const parsed = getopt(
    args.filter((word) => !WORDS.includes(word)),
    { short: 'A:ne' },
  );
  if (parsed instanceof UsageError) return yield* showUsage(c, name, parsed.message);
  const given = (flag: string): boolean => parsed.options.some((option) => option.flag === flag);
  const family = parsed.options.findLast((option) => option.flag === 'A')?.value ?? 'inet';
  if (family !== 'inet' && family !== 'inet6') return yield* showUsage(c, name);
  const action = parsed.operands[0];
  if (action === undefined) {
    c.out(family === 'inet6' ? inet6Routes(c.p) : yield* inetRoutes(c.p, given('n'), given('e')));
    return 0;
  }
  if (!['add', 'del', 'delete'].includes(action)) return yield* showUsage(c, name);
  const setter = new RouteSetter(c, name, action === 'add', args.slice(first + 1));
  return yield* family === 'inet6' ? setter.inet6() : setter.inet();
}

class RouteSetter {
  readonly #c: Command;
  readonly #name: string;
  readonly #add: boolean;
  readonly #words: readonly string[];
  #at = 0;

  constructor(c: Command, name: string, add: boolean, words: readonly string[]) {
    this.#c = c;
    this.#name = name;
    this.#add = add;
    this.#words = words;
  }

  /** INET_setroute(). */
  *inet(): Sys<number> {
    const kind = WORDS.includes(this.#words[0] ?? '') ? this.#words[this.#at++] : undefined;
    const [target = '', prefix] = (yield* this.#next()).split('/');
    const dst = target === 'default' ? 0 : yield* this.#resolve(target);
    const network = kind === '-net' || prefix !== undefined || (kind === undefined && (target === 'default' || target === '0.0.0.0'));
    const entry: RouteEntry = {
      dst,
      mask: prefix === undefined ? undefined : ipv4Mask(yield* numberInRange(this.#c, this.#name, prefix, 0, 32)),
      host: kind === '-host' || !network,
      gateway: undefined,
      metric: undefined,
      device: undefined,
      reject: false,
      mss: undefined,
      window: undefined,
      irtt: undefined,
    };
    while (this.#at < this.#words.length) yield* this.#word(entry, this.#words[this.#at++] as string);
    yield* this.#checkMask(entry);
    return yield* this.#done(this.#add ? addRoute(this.#c, entry) : deleteRoute(this.#c, entry));
  }

  *#word(entry: RouteEntry, word: string): Sys<void> {
    switch (word) {
      case 'metric':
        entry.metric = yield* this.#number(0, INT_MAX);
        break;
      case 'netmask':
        entry.mask = yield* this.#resolve(yield* this.#next());
        break;
      case 'gw':
      case 'gateway':
        entry.gateway = yield* this.#resolve(yield* this.#next());
        break;
      case 'mss':
        entry.mss = yield* this.#number(64, 32768);
        break;
      case 'window':
        entry.window = yield* this.#number(128, INT_MAX);
        break;
      case 'irtt':
        entry.irtt = Math.floor((yield* this.#number(0, INT_MAX)) / TICKS_OF_IRTT);
        break;
      case 'dev':
      case 'device':
        entry.device ??= yield* this.#next();
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
        if (entry.device !== undefined || this.#at < this.#words.length) yield* showUsage(this.#c, this.#name);
        entry.device = word;
    }
  }

  *#checkMask(entry: RouteEntry): Sys<void> {
    const { mask } = entry;
    // A network without a mask has none; what the kernel says of that is what one is told.
    entry.mask = mask ?? (entry.host ? ipv4Mask(32) : 0);
    if (mask === undefined) return;
    if (entry.host && mask !== ipv4Mask(32)) {
      yield* this.#die(`netmask ${(~mask >>> 0).toString(16).padStart(8, '0')} and host route conflict`);
    }
    if (ipv4MaskLength(mask) === undefined) yield* this.#die(`bogus netmask ${formatIpv4(mask)}`);
    if ((entry.dst & ~mask) >>> 0 !== 0) yield* this.#die('netmask and route address conflict');
  }

  /** INET6_setroute(). A metric that is not given is 1. */
  *inet6(): Sys<number> {
    const target = yield* this.#next();
    const [name = '', prefix] = target === 'default' ? ['::', '0'] : target.split('/');
    const dst = yield* this.#resolve6(name);
    const dstLen = prefix === undefined ? 128 : yield* numberInRange(this.#c, this.#name, prefix, 0, 128);
    let gateway: Ipv6 | undefined;
    let metric = 1;
    let device: string | undefined;
    while (this.#at < this.#words.length) {
      const word = this.#words[this.#at++] as string;
      if (word === 'metric') metric = yield* this.#number(0, INT_MAX);
      else if (word === 'gw' || word === 'gateway') gateway = yield* this.#resolve6(yield* this.#next());
      else if (word === 'dev' || word === 'device') device = yield* this.#next();
      else if (word !== 'mod' && word !== 'dyn') {
        if (device !== undefined || this.#at < this.#words.length) yield* showUsage(this.#c, this.#name);
        device = word;
      }
    }
    const { rtnetlink } = this.#c.p;
    const link = device === undefined ? undefined : rtnetlink.link(device);
    if (isError(link)) return yield* this.#die(`SIOCGIFINDEX: ${reason(link)}`);
    const request = {
      family: 'inet6',
      type: 'unicast',
      ...(dstLen > 0 && { dst }),
      dstLen,
      table: RT_TABLE_MAIN,
      protocol: RTPROT_BOOT,
      priority: metric,
      nexthops: [{ ...(link !== undefined && { ifindex: link.ifindex }), ...(gateway !== undefined && { gateway }) }],
    } as const;
    const flags = { create: true, exclusive: true, replace: false, append: false };
    return yield* this.#done(this.#add ? rtnetlink.addRoute(request, flags) : rtnetlink.delRoute({ ...request, protocol: 0 }));
  }

  *#next(): Sys<string> {
    const word = this.#words[this.#at++];
    return word === undefined ? yield* showUsage(this.#c, this.#name) : word;
  }

  *#number(low: number, high: number): Sys<number> {
    return yield* numberInRange(this.#c, this.#name, yield* this.#next(), low, high);
  }

  *#resolve(text: string): Sys<Ipv4> {
    return (yield* resolveInet(this.#c.p, text)) ?? (yield* this.#die(`resolving ${text}`));
  }

  *#resolve6(text: string): Sys<Ipv6> {
    return parseIpv6(text) ?? (yield* this.#die(`resolving ${text}`));
  }

  *#die(message: string): Sys<never> {
    yield* this.#c.error(`${this.#name}: ${message}\n`);
    throw new Exit(1);
  }

  *#done(answer: undefined | KernelError): Sys<number> {
    return isError(answer) ? yield* this.#die(`${this.#add ? 'SIOCADDRT' : 'SIOCDELRT'}: ${reason(answer)}`) : 0;
  }
}
