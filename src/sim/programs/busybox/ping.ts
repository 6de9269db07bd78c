import { formatIpv4, type Ipv4, parseIpv4 } from '../../base/address.ts';
import { u16 } from '../../base/bytes.ts';
import { isError } from '../../base/result.ts';
import { NS_PER_S, NS_PER_US } from '../../base/time.ts';
import type { Datagram, DatagramSocket, SockAddr } from '../../kernel/socket/socket.ts';
import { Interrupted, type Sys } from '../../machine/process.ts';
import { installSocket } from '../../machine/socket-file.ts';
import { encodeIcmp, ICMP_ECHO, ICMP_ECHO_ID, ICMP_ECHO_SEQUENCE, ICMP_ECHOREPLY, icmpType } from '../../wire/icmp.ts';
import { ICMPV6_ECHO_REPLY, ICMPV6_ECHO_REQUEST } from '../../wire/icmpv6.ts';
import { IPPROTO_ICMP, IPPROTO_ICMPV6 } from '../../wire/ip-protocol.ts';
import { ipv4HeaderLength, ipv4Ttl } from '../../wire/ipv4.ts';
import { type Command, Exit, reason } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { pollDatagrams } from '../net-lib/datagram-file.ts';
import { getaddrinfo, type HostAddress, LookupError } from '../net-lib/getaddrinfo.ts';
import { showUsage } from './usage.ts';

const ECHO_HLEN = 8;
/** See the same in ping/pinger.ts: what sending costs, which virtual time does not count. */
const SEND_COST_NS = 11 * NS_PER_US;
/** Seconds to wait after the last probe, unless -W says otherwise. */
const LINGER_S = 10;

interface Options {
  readonly count: number;
  readonly size: number;
  readonly intervalS: number;
  readonly lingerS: number;
  readonly deadlineS: number;
  readonly ttl: number | undefined;
  readonly quiet: boolean;
  readonly adaptive: boolean;
  readonly source: string | undefined;
  readonly fill: number;
}

/** BusyBox 1.35's ping: numbers from 0, no word of errors from the way. */
export function* busyboxPing(c: Command, name: string, args: readonly string[]): Sys<number> {
  const parsed = getopt(args, { short: '46c:s:i:At:I:W:w:qp:' });
  if (parsed instanceof UsageError) return yield* showUsage(c, name, parsed.message);
  const target = parsed.operands[0];
  if (target === undefined || parsed.operands.length > 1) return yield* showUsage(c, name);
  const value = (flag: string): string | undefined => parsed.options.findLast((o) => o.flag === flag)?.value;
  const has = (flag: string): boolean => parsed.options.some((o) => o.flag === flag);
  const number = function* (flag: string, standard: number, fraction = false): Sys<number> {
    const word = value(flag);
    if (word === undefined) return standard;
    if (!(fraction ? /^\d+(\.\d*)?$/ : /^\d+$/).test(word)) return yield* fail(c, `${name}: invalid number '${word}'`);
    return Number(word);
  };
  const fill = value('p');
  const o: Options = {
    count: yield* number('c', 0),
    size: yield* number('s', 56),
    intervalS: yield* number('i', 1, true),
    lingerS: yield* number('W', LINGER_S),
    deadlineS: yield* number('w', 0),
    ttl: has('t') ? yield* number('t', 64) : undefined,
    quiet: has('q'),
    adaptive: has('A'),
    source: value('I'),
    fill: fill === undefined ? 0 : Number.parseInt(fill, 16) & 0xff,
  };
  const family = has('6') || name === 'ping6' ? 'inet6' : has('4') ? 'inet' : undefined;
  const info = yield* getaddrinfo(c.p, target, family);
  const host = info instanceof LookupError ? undefined : info.addresses[0];
  if (host === undefined) return yield* fail(c, `${name}: bad address '${target}'`);
  return yield* new BusyboxPinger(c, name, o, target, host).run();
}

function* fail(c: Command, message: string): Sys<never> {
  yield* c.error(`${message}\n`);
  throw new Exit(1);
}

class BusyboxPinger {
  readonly #c: Command;
  readonly #name: string;
  readonly #o: Options;
  readonly #target: string;
  readonly #host: HostAddress;
  readonly #ident: number;
  readonly #sentAtNs = new Map<number, number>();
  readonly #seen = new Set<number>();
  #sent = 0;
  #received = 0;
  #repeats = 0;
  #min = Number.MAX_SAFE_INTEGER;
  #max = 0;
  #sum = 0;
  #stop = false;

  constructor(c: Command, name: string, o: Options, target: string, host: HostAddress) {
    this.#c = c;
    this.#name = name;
    this.#o = o;
    this.#target = target;
    this.#host = host;
    this.#ident = c.p.machine.random.int(0xffff) + 1;
  }

  *run(): Sys<number> {
    const { p } = this.#c;
    const inet = this.#host.family === 'inet';
    const socket = p.sockets.raw(this.#host.family, inet ? IPPROTO_ICMP : IPPROTO_ICMPV6);
    if (isError(socket)) {
      yield* this.#c.print(this.#heading());
      return yield* fail(this.#c, `${this.#name}: permission denied (are you root?)`);
    }
    const fd = installSocket(p, socket);
    if (isError(fd)) return yield* fail(this.#c, `${this.#name}: can't create raw socket: ${reason(fd)}`);
    yield* this.#bind(socket);
    if (this.#o.ttl !== undefined) socket.options.ttl = this.#o.ttl;
    socket.options.broadcast = true;
    p.catchSignal('SIGINT');
    yield* this.#c.print(this.#heading());
    yield* this.#c.flush();
    const startNs = p.nowNs;
    const deadlineNs = this.#o.deadlineS > 0 ? startNs + this.#o.deadlineS * NS_PER_S : Number.POSITIVE_INFINITY;
    let nextNs = startNs;
    while (!this.#stop && p.nowNs < deadlineNs && !(this.#o.count > 0 && this.#received >= this.#o.count)) {
      const more = this.#o.count === 0 || this.#sent < this.#o.count;
      if (more && p.nowNs >= nextNs) {
        yield* this.#send(socket);
        const last = this.#o.count > 0 && this.#sent >= this.#o.count;
        nextNs = p.nowNs + (last ? this.#o.lingerS : this.#o.intervalS) * NS_PER_S;
      } else if (!more && p.nowNs >= nextNs) break;
      yield* this.#wait(socket, Math.min(nextNs, deadlineNs));
      if ((yield* this.#receive(socket)) && this.#o.adaptive) nextNs = Math.min(nextNs, p.nowNs);
    }
    return yield* this.#finish();
  }

  #heading(): string {
    return `PING ${this.#target} (${this.#address(this.#host)}): ${this.#o.size} data bytes\n`;
  }

  *#bind(socket: DatagramSocket): Sys<void> {
    const { source } = this.#o;
    if (source === undefined) return;
    const address = parseIpv4(source);
    if (address !== undefined) {
      const refused = socket.bind({ family: 'inet', address, port: 0 });
      if (isError(refused)) yield* fail(this.#c, `${this.#name}: bind: ${reason(refused)}`);
      return;
    }
    const link = this.#c.p.rtnetlink.link(source);
    if (isError(link)) yield* fail(this.#c, `${this.#name}: bad address '${source}'`);
    else socket.options.bindToDevice = link.ifindex;
  }

  *#send(socket: DatagramSocket): Sys<void> {
    const { p } = this.#c;
    const seq = this.#sent & 0xffff;
    const data = new Uint8Array(this.#o.size).fill(this.#o.fill);
    const inet = this.#host.family === 'inet';
    const packet = encodeIcmp({
      type: inet ? ICMP_ECHO : ICMPV6_ECHO_REQUEST,
      code: 0,
      rest: ((this.#ident << 16) | seq) >>> 0,
      payload: data,
    });
    this.#sentAtNs.set(seq, p.nowNs);
    this.#seen.delete(seq);
    this.#sent++;
    yield* this.#guard(p.sleep(SEND_COST_NS + p.machine.random.int(SEND_COST_NS)));
    const answer = socket.send(packet, { ...this.#host, port: 0 } as SockAddr);
    if (isError(answer)) yield* fail(this.#c, `${this.#name}: sendto: ${reason(answer)}`);
  }

  *#wait(socket: DatagramSocket, untilNs: number): Sys<void> {
    const { p } = this.#c;
    if (untilNs > p.nowNs && !this.#stop)
      yield* this.#guard(pollDatagrams(p, [socket], Number.isFinite(untilNs) ? untilNs : undefined, 'echo reply'));
  }

  /** Ctrl-C at a wait ends the run with its summary. */
  *#guard(wait: Sys<unknown>): Sys<void> {
    try {
      yield* wait;
    } catch (thrown) {
      if (!(thrown instanceof Interrupted)) throw thrown;
      this.#stop = true;
    }
  }

  *#receive(socket: DatagramSocket): Sys<boolean> {
    let any = false;
    for (;;) {
      const datagram = socket.receive();
      if (isError(datagram)) return any;
      if (yield* this.#reply(datagram)) any = true;
    }
  }

  *#reply({ data, from, ttl, timeNs }: Datagram): Sys<boolean> {
    const inet = this.#host.family === 'inet';
    const o = inet ? ipv4HeaderLength(data, 0) : 0;
    if (data.length < o + ECHO_HLEN || icmpType(data, o) !== (inet ? ICMP_ECHOREPLY : ICMPV6_ECHO_REPLY)) return false;
    if (u16(data, o + ICMP_ECHO_ID) !== this.#ident) return false;
    const seq = u16(data, o + ICMP_ECHO_SEQUENCE);
    const us = Math.floor((timeNs - (this.#sentAtNs.get(seq) ?? timeNs)) / NS_PER_US);
    const timed = this.#o.size >= 4;
    const duplicate = this.#seen.has(seq);
    if (duplicate) this.#repeats++;
    else this.#received++;
    this.#seen.add(seq);
    this.#sum += us;
    this.#min = Math.min(this.#min, us);
    this.#max = Math.max(this.#max, us);
    if (this.#o.quiet) return true;
    const host: HostAddress =
      from.family === 'inet' ? { family: 'inet', address: from.address } : { family: 'inet6', address: from.address, scopeId: 0 };
    const hops = inet ? ipv4Ttl(data, 0) : ttl;
    const time = timed ? ` time=${ms(us)} ms` : '';
    yield* this.#c.print(
      `${data.length - o} bytes from ${this.#address(host)}: seq=${seq} ttl=${hops}${time}${duplicate ? ' (DUP!)' : ''}\n`,
    );
    yield* this.#c.flush();
    return true;
  }

  *#finish(): Sys<number> {
    this.#c.p.ignoreSignal('SIGINT');
    let out = `\n--- ${this.#target} ping statistics ---\n${this.#sent} packets transmitted, ${this.#received} packets received, `;
    if (this.#repeats > 0) out += `${this.#repeats} duplicates, `;
    out += `${this.#sent === 0 ? 0 : Math.trunc(((this.#sent - this.#received) * 100) / this.#sent)}% packet loss\n`;
    const total = this.#received + this.#repeats;
    if (total > 0 && this.#o.size >= 4)
      out += `round-trip min/avg/max = ${ms(this.#min)}/${ms(Math.trunc(this.#sum / total))}/${ms(this.#max)} ms\n`;
    this.#c.out(out);
    yield* this.#c.flush();
    return this.#received === 0 ? 1 : 0;
  }

  #address(host: HostAddress): string {
    return host.family === 'inet' ? formatIpv4(host.address as Ipv4) : host.address;
  }
}

function ms(us: number): string {
  return `${Math.trunc(us / 1000)}.${String(us % 1000).padStart(3, '0')}`;
}
