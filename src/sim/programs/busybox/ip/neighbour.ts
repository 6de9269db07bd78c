import { formatMac } from '../../../base/address.ts';
import type { NeighDump, NudState } from '../../../kernel/rtnetlink/messages.ts';
import type { Sys } from '../../../machine/process.ts';
import { type AnyFamily, abbreviated, addressText, type BusyboxIp, inPrefix, type Prefix, WordReader } from './context.ts';

const COMMANDS = ['show', 'flush'] as const;
const STATES: Readonly<Record<string, NudState>> = {
  permanent: 'PERMANENT',
  reachable: 'REACHABLE',
  noarp: 'NOARP',
  none: 'NONE',
  stale: 'STALE',
  incomplete: 'INCOMPLETE',
  delay: 'DELAY',
  probe: 'PROBE',
  failed: 'FAILED',
};
const MOST_ROUNDS = 10;

/** `ip neigh …` (ipneigh.c): what there is, and to have it forgotten. */
export function* doNeighbour(ip: BusyboxIp, words: readonly string[]): Sys<number> {
  const [word, ...rest] = words;
  const command = word === undefined ? 'show' : abbreviated(word, COMMANDS);
  if (command === undefined) return yield* ip.invalid(word as string);
  const flush = command === 'flush';
  if (flush && rest.length === 0) return yield* ip.die('"ip neigh flush" requires an argument');
  const reader = new WordReader(ip, rest);
  let dev: number | undefined;
  let to: Prefix | undefined;
  let family: AnyFamily = ip.family;
  let states: Set<NudState> | undefined;
  while (reader.left > 0) {
    const key = reader.next();
    if (key === 'dev') dev = (yield* ip.device(yield* reader.value())).ifindex;
    else if (key === 'nud') {
      const value = yield* reader.value();
      const wanted = value === 'all' ? Object.values(STATES) : [STATES[value] ?? (yield* ip.invalid(value, 'nud state'))];
      states = new Set([...(states ?? []), ...wanted]);
    } else {
      to = yield* ip.prefix(key === 'to' ? yield* reader.value() : key, family);
      if (family === 'unspec') family = to.family ?? family;
    }
  }
  const asked = (): NeighDump[] =>
    (family === 'inet' || family === 'inet6' ? [family] : (['inet', 'inet6'] as const))
      .flatMap((own) => ip.rtnl.neighbours(own))
      .filter((n) => dev === undefined || n.ifindex === dev)
      .filter((n) => to === undefined || inPrefix(to, n.dst))
      .filter((n) => (states === undefined ? n.state !== 'NOARP' && !(flush && n.state === 'PERMANENT') : states.has(n.state)));
  const print = (n: NeighDump): void => ip.c.out(neighbourText(ip, n, dev === undefined));
  if (!flush) {
    for (const n of asked()) print(n);
    return 0;
  }
  let round = 0;
  for (let doomed = asked(); doomed.length > 0 && round < MOST_ROUNDS; doomed = asked()) {
    for (const n of doomed) print(n);
    for (const { family: own, ifindex, dst } of doomed) {
      const refused = ip.rtnl.delNeighbour({ family: own, ifindex, dst, create: false, exclusive: false, replace: false });
      if (refused?.errno === 'EPERM') return yield* ip.die("can't send flush request: Operation not permitted");
    }
    ip.c.out(`\n*** Round ${++round}, deleting ${doomed.length} entries ***\n`);
  }
  ip.c.out(round === 0 ? 'Nothing to flush\n' : `*** Flush is complete after ${round} round(s) ***\n`);
  return 0;
}

/** print_neigh(). */
function neighbourText(ip: BusyboxIp, n: NeighDump, withDevice: boolean): string {
  let out = `${addressText(n.dst)} `;
  if (withDevice) out += `dev ${ip.deviceName(n.ifindex)} `;
  if (n.lladdr !== undefined) out += `lladdr ${formatMac(n.lladdr)}`;
  if (n.router) out += ' router';
  if (n.refcnt > 0) out += ` ref ${n.refcnt}`;
  out += ` used ${n.used}/${n.confirmed}/${n.updated} probes ${n.probes}`;
  return `${out}${n.state === 'NONE' ? '' : ` ${n.state}`}\n`;
}
