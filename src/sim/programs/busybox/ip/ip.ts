import type { Sys } from '../../../machine/process.ts';
import type { Command } from '../../lib/command.ts';
import { showUsage } from '../usage.ts';
import { doAddress } from './address.ts';
import { type AnyFamily, abbreviated, BusyboxIp } from './context.ts';
import { doLink } from './link.ts';
import { doNeighbour } from './neighbour.ts';
import { doRoute } from './route.ts';
import { doRule } from './rule.ts';
import { doTunnel } from './tunnel.ts';

const OBJECTS = ['address', 'route', 'r', 'link', 'tunnel', 'tunl', 'rule', 'neigh'] as const;
const OPTIONS = ['oneline', 'family', '4', '6', '0'] as const;
const FAMILIES: Readonly<Record<string, AnyFamily>> = { inet: 'inet', inet6: 'inet6', link: 'link' };

/** BusyBox's ip (networking/ip.c). */
export function* busyboxIp(c: Command, name: string, args: readonly string[]): Sys<number> {
  const ip = new BusyboxIp(c, name);
  let at = 0;
  for (; args[at]?.startsWith('-'); at++) {
    const word = (args[at] as string).replace(/^--?/, '');
    const option = abbreviated(word, OPTIONS);
    if (option === undefined) return yield* showUsage(c, name);
    if (option === 'oneline') ip.oneline = true;
    else if (option === '4') ip.family = 'inet';
    else if (option === '6') ip.family = 'inet6';
    else if (option === '0') ip.family = 'link';
    else {
      const value = args[++at];
      const family = value === undefined ? undefined : FAMILIES[value];
      if (value === undefined) return yield* showUsage(c, name);
      if (family === undefined) return yield* ip.invalid(value, 'protocol family');
      ip.family = family;
    }
  }
  const words = args.slice(at + 1);
  switch (abbreviated(args[at] ?? '', OBJECTS)) {
    case 'address':
      return yield* doAddress(ip, words);
    case 'route':
    case 'r':
      return yield* doRoute(ip, words);
    case 'link':
      return yield* doLink(ip, words);
    case 'tunnel':
    case 'tunl':
      return yield* doTunnel(ip, words);
    case 'rule':
      return yield* doRule(ip, words);
    case 'neigh':
      return yield* doNeighbour(ip, words);
    case undefined:
      return yield* showUsage(c, name);
  }
}

/** `ipneigh`, the one object that Debian's build has as an applet of its own. */
export function* busyboxIpneigh(c: Command, name: string, args: readonly string[]): Sys<number> {
  return yield* busyboxIp(c, name, ['neigh', ...args]);
}
