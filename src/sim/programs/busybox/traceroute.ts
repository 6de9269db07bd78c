import { isError } from '../../base/result.ts';
import { NS_PER_MS, NS_PER_S, NS_PER_US } from '../../base/time.ts';
import type { Sys } from '../../machine/process.ts';
import { IPPROTO_ICMP, IPPROTO_ICMPV6 } from '../../wire/ip-protocol.ts';
import { type Command, Exit, reason } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { pollDatagrams } from '../net-lib/datagram-file.ts';
import { getaddrinfo, type HostAddress, LookupError } from '../net-lib/getaddrinfo.ts';
import { hostName, numericHost } from '../net-lib/getnameinfo.ts';
import type { TracerouteOptions } from '../traceroute/options.ts';
import { type Probe, Prober, sameHost } from '../traceroute/probe.ts';
import { numberInRange } from './number.ts';
import { showUsage } from './usage.ts';

const INT_MAX = 0x7fffffff;
const MOST_BYTES = 32768;
/** The smallest packets: both headers, and what the old programs kept behind them. */
const SMALLEST = { inet: 46, inet6: 72 } as const;
/** What opening a socket and sending costs; virtual time does not count it by itself. */
const SEND_COST_NS = 3 * NS_PER_US;

/** BusyBox's traceroute (networking/traceroute.c): one probe at a time. */
export function* busyboxTraceroute(c: Command, name: string, args: readonly string[]): Sys<number> {
  const parsed = getopt(args, { short: '46FIlnrdvxt:i:m:p:q:s:w:g:f:z:' });
  if (parsed instanceof UsageError) return yield* showUsage(c, name, parsed.message);
  const [target, bytes, ...more] = parsed.operands;
  if (target === undefined || more.length > 0) return yield* showUsage(c, name);
  const value = (flag: string): string | undefined => parsed.options.findLast((o) => o.flag === flag)?.value;
  const has = (flag: string): boolean => parsed.options.some((o) => o.flag === flag);
  const number = function* (flag: string, standard: number, low: number, high: number): Sys<number> {
    const word = value(flag);
    return word === undefined ? standard : yield* numberInRange(c, name, word, low, high);
  };
  const die = function* (message: string): Sys<never> {
    yield* c.error(`${name}: ${message}\n`);
    throw new Exit(1);
  };
  const family = has('6') || name === 'traceroute6' ? 'inet6' : has('4') ? 'inet' : undefined;
  const maxHops = yield* number('m', 30, 1, 255);
  const probesPerHop = yield* number('q', 3, 1, INT_MAX);
  const waitS = yield* number('w', 3, 1, 24 * 3600);
  const firstHop = yield* number('f', 1, 1, maxHops);
  const info = yield* getaddrinfo(c.p, target, family);
  const address = info instanceof LookupError ? undefined : info.addresses[0];
  if (address === undefined) return yield* die(`bad address '${target}'`);
  const least = SMALLEST[address.family];
  const packetLength = bytes === undefined ? least : yield* numberInRange(c, name, bytes, least, MOST_BYTES);
  let device = value('i');
  if (device !== undefined && isError(c.p.rtnetlink.link(device))) {
    yield* c.error(`${name}: can't bind to interface ${device}: No such device\n`);
    device = undefined;
  }
  const o: TracerouteOptions = {
    address,
    target,
    family,
    method: has('I') ? 'icmp' : 'default',
    numeric: has('n'),
    maxHops,
    probesPerHop,
    simultaneous: 1,
    waitS,
    here: 0,
    near: 0,
    sendWaitS: (yield* number('z', 0, 0, INT_MAX)) / 1000,
    firstHop,
    port: has('p') ? yield* number('p', 0, 1, 65535) : undefined,
    tos: yield* number('t', 0, 0, 255),
    mark: 0,
    // -F marks the header of raw packets; these are the kernel's, which come in fragments where they must.
    dontFragment: false,
    packetLength,
    device,
    source: value('s'),
  };
  const prober = new Prober(c.p, o);
  if (o.source !== undefined) {
    const source = yield* getaddrinfo(c.p, o.source, address.family);
    if (source instanceof LookupError) return yield* die(`bad address '${o.source}'`);
    prober.sourceAddress = source.addresses[0];
  }
  // It reads the answers by a raw socket of its own; the kernel's error queue stands for that here.
  const raw = c.p.sockets.raw(address.family, address.family === 'inet' ? IPPROTO_ICMP : IPPROTO_ICMPV6);
  if (isError(raw)) return yield* die(`socket: ${reason(raw)}`);
  raw.close();
  // A socket towards the target finds out whether there is a way, and whether the source is this host's.
  const trial = c.p.sockets.udp(address.family);
  const bound = prober.sourceAddress === undefined ? undefined : trial.bind({ ...prober.sourceAddress, port: 0 });
  const connected = trial.connect({ ...address, port: 1 });
  trial.close();
  if (isError(bound)) return yield* die("can't set multicast source interface");
  if (isError(connected)) return yield* die(`can't connect to remote host (${numericHost(c.p.netns, address)}): ${reason(connected)}`);
  const failed = prober.prepare();
  if (failed !== undefined) return yield* die(`${failed.call}: ${reason(failed.error)}`);
  const from = o.source === undefined ? '' : ` from ${o.source}`;
  yield* c.print(
    `traceroute to ${target} (${numericHost(c.p.netns, address)})${from}, ${maxHops} hops max, ${prober.packetLength} byte packets\n`,
  );
  yield* c.flush();
  return yield* new Trace(c, name, prober, o).run();
}

/** main()'s loop: what a probe brings is printed before the next one goes out. */
class Trace {
  readonly #c: Command;
  readonly #name: string;
  readonly #prober: Prober;
  readonly #o: TracerouteOptions;

  constructor(c: Command, name: string, prober: Prober, o: TracerouteOptions) {
    this.#c = c;
    this.#name = name;
    this.#prober = prober;
    this.#o = o;
  }

  *run(): Sys<number> {
    const { firstHop, maxHops, probesPerHop } = this.#o;
    for (let ttl = firstHop; ttl <= maxHops; ttl++) {
      yield* this.#say(String(ttl).padStart(2));
      let last: HostAddress | undefined;
      let arrived = false;
      let unreachable = 0;
      for (let n = 0; n < probesPerHop; n++) {
        const probe = yield* this.#probe(ttl);
        if (probe.from === undefined) {
          yield* this.#say('  *');
          continue;
        }
        if (last === undefined || !sameHost(last, probe.from)) yield* this.#say(`  ${yield* this.#host(probe.from)}`);
        last = probe.from;
        const ns = Math.max(0, (probe.receivedNs ?? 0) - (probe.sentNs ?? 0));
        yield* this.#say(`  ${(ns / NS_PER_MS).toFixed(3)} ms${probe.note === '' ? '' : ` ${probe.note}`}`);
        if (probe.final && probe.note === '') arrived = true;
        else if (probe.final) unreachable++;
      }
      yield* this.#say('\n');
      if (arrived || (unreachable > 0 && unreachable >= probesPerHop - 1)) break;
    }
    return 0;
  }

  *#say(text: string): Sys<void> {
    this.#c.out(text);
    yield* this.#c.flush();
  }

  *#probe(ttl: number): Sys<Probe> {
    const { p } = this.#c;
    const probe: Probe = { sentNs: undefined, receivedNs: undefined, done: false, final: false, from: undefined, note: '' };
    if (this.#o.sendWaitS > 0) yield* p.sleep(this.#o.sendWaitS * NS_PER_S);
    const startedNs = p.nowNs;
    yield* p.sleep(SEND_COST_NS + p.machine.random.int(SEND_COST_NS));
    const failed = this.#prober.send(probe, ttl, startedNs);
    if (failed !== undefined) {
      yield* this.#c.error(`${this.#name}: sendto: ${reason(failed.error)}\n`);
      throw new Exit(1);
    }
    const untilNs = startedNs + this.#o.waitS * NS_PER_S;
    while (!probe.done && p.nowNs < untilNs) {
      yield* pollDatagrams(p, [...this.#prober.sockets.keys()], untilNs, 'probe answer');
      this.#prober.receive();
    }
    this.#prober.finish(probe);
    return probe;
  }

  *#host(host: HostAddress): Sys<string> {
    const address = numericHost(this.#c.p.netns, host);
    return this.#o.numeric ? address : `${(yield* hostName(this.#c.p, host)) ?? address} (${address})`;
  }
}
