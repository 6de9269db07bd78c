import { NS_PER_MS, NS_PER_S, NS_PER_US } from '../../base/time.ts';
import type { Program, Sys } from '../../machine/process.ts';
import { type Command, command, reason } from '../lib/command.ts';
import { pollDatagrams } from '../net-lib/datagram-file.ts';
import { getaddrinfo, LookupError } from '../net-lib/getaddrinfo.ts';
import { hostName, numericHost } from '../net-lib/getnameinfo.ts';
import { parseTracerouteOptions, type TracerouteOptions } from './options.ts';
import { type FatalError, type Probe, Prober, sameHost } from './probe.ts';

/** Added to a measured time before it is multiplied (DEF_WAIT_PREC). */
const WAIT_PRECISION_NS = NS_PER_MS;
/** What opening a socket and sending costs; virtual time does not count it by itself. */
const SEND_COST_NS = 6 * NS_PER_US;

/** Dmitry Butskoy's traceroute, as Debian 12 has it (2.1.2). */
export const TRACEROUTE_PROGRAMS: readonly Program[] = [command('traceroute', main, '/usr/sbin'), command('traceroute6', main)];

function* main(c: Command): Sys<number> {
  const o = yield* parseTracerouteOptions(c);
  const prober = new Prober(c.p, o);
  if (o.source !== undefined) {
    const info = yield* getaddrinfo(c.p, o.source, o.address.family);
    if (info instanceof LookupError) {
      yield* c.error(`${o.source}: ${info.text}\nCannot handle \`-s' option with arg \`${o.source}' (argc 2)\n`);
      return 2;
    }
    prober.sourceAddress = info.addresses[0];
  }
  const failed = prober.prepare();
  if (failed !== undefined) return yield* fatal(c, failed);
  c.out(`traceroute to ${o.target} (${numericHost(c.p.netns, o.address)}), ${o.maxHops} hops max, ${prober.packetLength} byte packets`);
  yield* c.flush();
  return yield* new Trace(c, o, prober).run();
}

/** error(): what was printed of a line is ended first. */
function* fatal(c: Command, failed: FatalError): Sys<number> {
  yield* c.error(`\n${failed.call}: ${reason(failed.error)}\n`);
  return 1;
}

/** do_it(): several probes under way at once, printed in their order as they are answered or given up. */
class Trace {
  readonly #c: Command;
  readonly #o: TracerouteOptions;
  readonly #prober: Prober;
  readonly #probes: Probe[];
  readonly #names = new Map<string, string>();

  constructor(c: Command, o: TracerouteOptions, prober: Prober) {
    this.#c = c;
    this.#o = o;
    this.#prober = prober;
    this.#probes = Array.from({ length: o.maxHops * o.probesPerHop }, () => ({
      sentNs: undefined,
      receivedNs: undefined,
      done: false,
      final: false,
      from: undefined,
      note: '',
    }));
  }

  *run(): Sys<number> {
    const { p } = this.#c;
    const { probesPerHop, simultaneous, firstHop } = this.#o;
    let start = (firstHop - 1) * probesPerHop;
    let end = this.#probes.length;
    let lastSentNs = Number.NEGATIVE_INFINITY;
    while (start < end) {
      let waiting = 0;
      let nextNs = Number.POSITIVE_INFINITY;
      for (let n = start; n < end; n++) {
        const probe = this.#probes[n] as Probe;
        if (!probe.done && probe.sentNs !== undefined && probe.sentNs + this.#timeoutNs(n) <= p.nowNs) this.#expire(probe);
        if (probe.done) {
          if (n === start) {
            yield* this.#print(n);
            start++;
          }
          if (probe.final) end = (Math.floor(n / probesPerHop) + 1) * probesPerHop;
          continue;
        }
        if (probe.sentNs === undefined) {
          const dueNs = lastSentNs + this.#o.sendWaitS * NS_PER_S;
          if (p.nowNs < dueNs) {
            nextNs = Math.min(nextNs, dueNs);
            break;
          }
          const failed = yield* this.#send(probe, Math.floor(n / probesPerHop) + 1);
          if (failed !== undefined) return yield* fatal(this.#c, failed);
          if (probe.sentNs === undefined) {
            if (nextNs < Number.POSITIVE_INFINITY) break;
            yield* p.sleep(NS_PER_MS);
            continue;
          }
          lastSentNs = probe.sentNs;
        }
        nextNs = Math.min(nextNs, (probe.sentNs ?? 0) + this.#timeoutNs(n));
        if (++waiting >= simultaneous) break;
      }
      if (start >= end) break;
      if (nextNs < Number.POSITIVE_INFINITY) {
        yield* pollDatagrams(p, [...this.#prober.sockets.keys()], nextNs, 'probe answer');
        this.#prober.receive();
      }
    }
    yield* this.#c.print('\n');
    return 0;
  }

  *#send(probe: Probe, ttl: number): Sys<FatalError | undefined> {
    const { p } = this.#c;
    const startedNs = p.nowNs;
    yield* p.sleep(SEND_COST_NS + p.machine.random.int(SEND_COST_NS));
    return this.#prober.send(probe, ttl, startedNs);
  }

  #expire(probe: Probe): void {
    probe.done = true;
    this.#prober.finish(probe);
  }

  /** get_timeout(): less for a probe whose hop, or a later one, has answered before. */
  #timeoutNs(n: number): number {
    const { here, near, waitS, probesPerHop } = this.#o;
    const mostNs = waitS * NS_PER_S;
    const measured = (probe: Probe | undefined): number | undefined =>
      probe?.done && probe.receivedNs !== undefined && probe.sentNs !== undefined && probe.receivedNs > probe.sentNs
        ? probe.receivedNs - probe.sentNs + WAIT_PRECISION_NS
        : undefined;
    if (here > 0) {
      const first = n - (n % probesPerHop);
      for (let i = first; i < first + probesPerHop; i++) {
        const ns = measured(this.#probes[i]);
        if (ns !== undefined) return Math.min(ns * here, mostNs);
      }
    }
    if (near > 0) {
      for (let i = n + 1; this.#probes[i]?.sentNs !== undefined; i++) {
        const ns = measured(this.#probes[i]);
        if (ns !== undefined) return Math.min(ns * near, mostNs);
      }
    }
    return mostNs;
  }

  /** print_probe(). */
  *#print(n: number): Sys<void> {
    const { probesPerHop } = this.#o;
    const probe = this.#probes[n] as Probe;
    const within = n % probesPerHop;
    let out = within === 0 ? `\n${String(Math.floor(n / probesPerHop) + 1).padStart(2)} ` : '';
    if (probe.from === undefined) out += ' *';
    else {
      const before = this.#probes.slice(n - within, n).findLast((other) => other.from !== undefined)?.from;
      if (before === undefined || !sameHost(before, probe.from)) out += ` ${yield* this.#host(probe.from)}`;
    }
    if (probe.receivedNs !== undefined && probe.sentNs !== undefined) {
      out += `  ${(Math.max(0, probe.receivedNs - probe.sentNs) / NS_PER_MS).toFixed(3)} ms`;
    }
    if (probe.note !== '') out += ` ${probe.note}`;
    this.#c.out(out);
    yield* this.#c.flush();
  }

  *#host(host: NonNullable<Probe['from']>): Sys<string> {
    const address = numericHost(this.#c.p.netns, host);
    if (this.#o.numeric) return address;
    let name = this.#names.get(address);
    if (name === undefined) {
      name = (yield* hostName(this.#c.p, host)) ?? address;
      this.#names.set(address, name);
    }
    return `${name} (${address})`;
  }
}
