import { type Ipv6, parseIpv6 } from '../../base/address.ts';
import { isError } from '../../base/result.ts';
import { RT_TABLE_MAIN, RTPROT_BOOT } from '../../kernel/rtnetlink/messages.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, Exit, reason } from '../lib/command.ts';
import { getaddrinfo, LookupError } from '../net-lib/getaddrinfo.ts';
import { E_LOOKUP, E_OPTERR, E_SOCK } from './route-exit.ts';

const USAGE = `Usage: inet6_route [-vF] del Target
       inet6_route [-vF] add Target [gw Gw] [metric M] [[dev] If]
       inet6_route [-FC] flush      NOT supported
`;

/** INET6_setroute(). A metric that is not given is 1. */
export function* inet6SetRoute(c: Command, add: boolean, words: readonly string[]): Sys<number> {
  const [target, ...rest] = words;
  if (target === undefined) return yield* usage(c, 0);
  const [name = '', prefix] = target === 'default' ? ['::', '0'] : target.split('/');
  const dst = yield* lookUp(c, name);
  const dstLen = prefix === undefined ? 128 : Number(prefix);
  if (!(dstLen >= 0 && dstLen <= 128)) return yield* usage(c, E_OPTERR);
  let gateway: Ipv6 | undefined;
  let metric = 1;
  let device: string | undefined;
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i] as string;
    const value = rest[i + 1];
    if (['metric', 'gw', 'gateway', 'dev', 'device'].includes(word)) {
      if (value === undefined) return yield* usage(c, E_OPTERR);
      i++;
      if (word === 'metric') metric = Number(value);
      else if (word === 'gw' || word === 'gateway') gateway = yield* lookUp(c, value);
      else device = value;
    } else if (word !== 'mod' && word !== 'dyn') {
      if (device !== undefined || i + 1 < rest.length) return yield* usage(c, E_OPTERR);
      device = word;
    }
  }
  const { rtnetlink } = c.p;
  const link = device === undefined ? undefined : rtnetlink.link(device);
  if (isError(link)) {
    yield* c.error(`SIOGIFINDEX: ${reason(link)}\n`);
    return E_SOCK;
  }
  const hop = { ...(link !== undefined && { ifindex: link.ifindex }), ...(gateway !== undefined && { gateway }) };
  const request = {
    family: 'inet6',
    type: 'unicast',
    ...(dstLen > 0 && { dst }),
    dstLen,
    table: RT_TABLE_MAIN,
    protocol: RTPROT_BOOT,
    priority: metric,
    nexthops: [hop],
  } as const;
  const done = add
    ? rtnetlink.addRoute(request, { create: true, exclusive: true, replace: false, append: false })
    : rtnetlink.delRoute({ ...request, protocol: 0 });
  if (!isError(done)) return 0;
  yield* c.error(`${add ? 'SIOCADDRT' : 'SIOCDELRT'}: ${reason(done)}\n`);
  return E_SOCK;
}

function* lookUp(c: Command, name: string): Sys<Ipv6> {
  const numeric = parseIpv6(name);
  if (numeric !== undefined) return numeric;
  const info = yield* getaddrinfo(c.p, name, 'inet6');
  const first = info instanceof LookupError ? undefined : info.addresses[0];
  if (first?.family === 'inet6') return first.address;
  yield* c.error(`${name}: ${info instanceof LookupError ? info.text : 'Unknown host'}\n`);
  throw new Exit(E_LOOKUP);
}

function* usage(c: Command, status: number): Sys<never> {
  yield* c.error(USAGE);
  throw new Exit(status);
}
