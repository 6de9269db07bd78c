// tracepath of iputils 20221126: hops and the path's MTU, by UDP datagrams that may not be fragmented and the errors they cause.

import { isError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { DatagramSocket, SockAddr, SocketError } from '../../kernel/socket/socket.ts';
import type { Sys } from '../../machine/process.ts';
import { installSocket } from '../../machine/socket-file.ts';
import { ICMP_TIME_EXCEEDED } from '../../wire/icmp.ts';
import { ICMPV6_TIME_EXCEED } from '../../wire/icmpv6.ts';
import { type Command, command } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { pollDatagrams } from '../net-lib/datagram-file.ts';
import { getaddrinfo, type HostAddress, LookupError } from '../net-lib/getaddrinfo.ts';
import { hostName, numericHost } from '../net-lib/getnameinfo.ts';
import { TRACEPATH_USAGE } from './tracepath-usage.ts';

export const tracepath = command('tracepath', main);

const MISUSED = 255;
const DEFAULT_PORT = 44_444;
/** Ports that probes take in turn. */
const PORTS = 64;
const TRIES = 3;
const SEND_TRIES = 10;
/** Lengths that every path is too narrow for: the largest packet of IPv4, more than that of IPv6. */
const WIDEST = { inet: 65_535, inet6: 128_000 } as const;
const HEADERS = { inet: 28, inet6: 48 } as const;
const HOST_COLUMN = 52;

const VERSION = `tracepath from iputils 20221126
libcap: yes, IDN: yes, NLS: no, error.h: yes, getrandom(): yes, __fpending(): yes
`;

function* main(c: Command): Sys<number> {
  const parsed = getopt(c.args, { short: '46nbh?l:m:p:V' });
  if (parsed instanceof UsageError) {
    yield* c.complain(parsed.message);
    return yield* usage(c);
  }
  let family: 'inet' | 'inet6' | undefined;
  let [numeric, both, length, maxHops, port] = [false, false, 0, 30, DEFAULT_PORT];
  for (const { flag, value } of parsed.options) {
    if (flag === 'V') {
      c.out(VERSION);
      return 0;
    }
    if (flag === '4' || flag === '6') family = flag === '4' ? 'inet' : 'inet6';
    else if (flag === 'n') numeric = true;
    else if (flag === 'b') both = true;
    else if (flag === 'l') length = yield* number(c, value, WIDEST.inet6);
    else if (flag === 'm') maxHops = yield* number(c, value, 255);
    else if (flag === 'p') port = yield* number(c, value, 65_535);
    else return yield* usage(c);
  }
  const [name] = parsed.operands;
  if (name === undefined || parsed.operands.length > 1) return yield* usage(c);
  const info = yield* getaddrinfo(c.p, name, family);
  if (info instanceof LookupError) return yield* c.die(1, `${name}: ${info.text}`);
  const address = info.addresses[0] as HostAddress;
  const socket = c.p.sockets.udp(address.family);
  const fd = installSocket(c.p, socket);
  if (isError(fd)) return yield* c.die(1, 'socket: Too many open files');
  socket.options.receiveErrors = true;
  socket.options.pmtuDiscover = 'do';
  const path = new Path(c, socket, address, { numeric, both, port, mtu: length || WIDEST[address.family] });
  yield* path.trace(maxHops);
  return 0;
}

function* usage(c: Command): Sys<number> {
  yield* c.error(TRACEPATH_USAGE);
  return MISUSED;
}

function* number(c: Command, text: string, most: number): Sys<number> {
  if (!/^[-+]?\d+$/.test(text)) return yield* c.die(1, `invalid argument: '${text}'`);
  const value = Number(text);
  return value < 0 || value > most ? yield* c.die(1, `invalid argument: '${text}': out of range: 0 <= value <= ${most}`) : value;
}

interface PathOptions {
  readonly numeric: boolean;
  readonly both: boolean;
  readonly port: number;
  readonly mtu: number;
}

/** What a probe, or the errors that have come in, say: go on, nothing came, or that is all. */
type Progress = 'further' | 'nothing' | 'end';

class Path {
  private readonly c: Command;
  private readonly socket: DatagramSocket;
  private readonly address: HostAddress;
  private readonly o: PathOptions;
  /** Probes on their way by the port they went to: their hop limit, and when they were sent. */
  private readonly probes: ({ readonly ttl: number; readonly sentNs: number } | undefined)[] = new Array(PORTS).fill(undefined);
  private next = 0;
  private ttl = 0;
  private mtu: number;
  private hopsTo = -1;
  private hopsBack = -1;

  constructor(c: Command, socket: DatagramSocket, address: HostAddress, o: PathOptions) {
    this.c = c;
    this.socket = socket;
    this.address = address;
    this.o = o;
    this.mtu = o.mtu;
  }

  *trace(maxHops: number): Sys<void> {
    const { c } = this;
    let ended = false;
    for (this.ttl = 1; this.ttl <= maxHops && !ended; this.ttl++) {
      this.socket.options.ttl = this.ttl;
      ended = yield* this.hop();
    }
    if (!ended) c.out(`     Too many hops: pmtu ${this.mtu}\n`);
    c.out(`     Resume: pmtu ${this.mtu} `);
    if (this.hopsTo >= 0) c.out(`hops ${this.hopsTo} `);
    if (this.hopsBack >= 0) c.out(`back ${this.hopsBack} `);
    c.out('\n');
  }

  /** Up to three probes of one hop limit, begun anew when the MTU turns out smaller; whether the trace is over. */
  private *hop(): Sys<boolean> {
    for (let tries = 0; tries < TRIES; tries++) {
      const { mtu } = this;
      const progress = yield* this.probe();
      yield* this.c.spill();
      if (this.mtu !== mtu) tries = -1;
      else if (progress === 'end') return true;
      else if (progress === 'further') return false;
    }
    yield* this.c.print(`${this.hopNumber(this.ttl)}:  no reply\n`);
    return false;
  }

  private hopNumber(ttl: number): string {
    return String(ttl).padStart(2);
  }

  private *probe(): Sys<Progress> {
    const { c, socket, address, o } = this;
    for (let i = 0; i < SEND_TRIES; i++) {
      const target: SockAddr = { ...address, port: o.port + this.next };
      this.probes[this.next] = { ttl: this.ttl, sentNs: c.p.nowNs };
      const sent = socket.send(new Uint8Array(Math.max(0, this.mtu - HEADERS[address.family])), target);
      if (!isError(sent)) {
        this.next = (this.next + 1) % PORTS;
        return yield* this.wait();
      }
      const progress = yield* this.errors();
      this.probes[this.next] = undefined;
      if (progress === 'end') return 'end';
      if (progress === 'further') i = -1;
    }
    c.out(`${this.hopNumber(this.ttl)}:  send failed\n`);
    return 'end';
  }

  /** A second for an error to come in. */
  private *wait(): Sys<Progress> {
    const { c, socket } = this;
    yield* pollDatagrams(c.p, [socket], c.p.nowNs + NS_PER_S, 'icmp error');
    const datagram = socket.receive();
    if (isError(datagram)) return yield* this.errors();
    c.out(`${this.hopNumber(this.ttl)}?: reply received 8)\n`);
    return 'end';
  }

  private *errors(): Sys<Progress> {
    let progress: Progress = 'nothing';
    for (let error = this.socket.takeError(); error !== undefined; error = this.socket.takeError()) {
      progress = 'further';
      if (yield* this.report(error)) return 'end';
    }
    return progress;
  }

  /** One line; whether it is the last. */
  private *report(error: SocketError): Sys<boolean> {
    const { c } = this;
    const local = error.origin === 'local';
    // Of a datagram that IPv4 refused to send the kernel does not tell the port: it is that of a connected socket.
    const slot = local && this.address.family === 'inet' ? -1 : (error.destination?.port ?? 0) - this.o.port;
    const probe = this.probes[slot];
    if (probe !== undefined) this.probes[slot] = undefined;
    const ttl = probe?.ttl ?? -1;
    if (local) c.out(`${this.hopNumber(this.ttl)}?: ${'[LOCALHOST]'.padEnd(32)} `);
    else c.out((ttl > 0 ? `${this.hopNumber(ttl)}:  ` : `${this.hopNumber(this.ttl)}?: `) + (yield* this.host(error.offender)));
    if (probe !== undefined) c.out(elapsed(error.timeNs - probe.sentNs));
    const back = hopsBack(error.ttl);
    switch (error.errno.errno) {
      case 'EMSGSIZE':
        c.out(`pmtu ${error.info}\n`);
        this.mtu = error.info;
        return false;
      case 'ECONNREFUSED':
        c.out('reached\n');
        this.hopsTo = ttl < 0 ? this.ttl : ttl;
        this.hopsBack = back;
        return true;
      case 'EHOSTUNREACH':
        if (!isTimeExceeded(error)) {
          c.out('!H\n');
          return true;
        }
        if (back !== (ttl < 0 ? this.ttl : ttl)) c.out(`asymm ${String(back).padStart(2)} `);
        c.out('\n');
        return false;
      case 'ENETUNREACH':
        c.out('!N\n');
        return true;
      case 'EACCES':
        c.out('!A\n');
        return true;
      case 'EPROTO':
        c.out('!P\n');
        return true;
      default:
        c.out('\n');
        return error.errno.errno !== 'ETIMEDOUT';
    }
  }

  private *host(offender: SockAddr | undefined): Sys<string> {
    if (offender === undefined) return ' '.repeat(HOST_COLUMN);
    const host: HostAddress = offender.family === 'inet' ? offender : { ...offender, scopeId: 0 };
    const address = numericHost(this.c.p.netns, host);
    let text = address;
    if (!this.o.numeric) {
      const name = (yield* hostName(this.c.p, host)) ?? address;
      text = this.o.both ? `${name} (${address})` : name;
    }
    return text.padEnd(HOST_COLUMN);
  }
}

function isTimeExceeded({ origin, icmpType, icmpCode }: SocketError): boolean {
  return origin === 'icmp' ? icmpType === ICMP_TIME_EXCEEDED && icmpCode === 0 : icmpType === ICMPV6_TIME_EXCEED && icmpCode === 0;
}

/** `  0.175ms `. */
function elapsed(ns: number): string {
  const us = Math.floor(ns / 1000);
  return `${String(Math.floor(us / 1000)).padStart(3)}.${String(us % 1000).padStart(3, '0')}ms `;
}

/** How many hops an error came, if its sender began with 64, 128 or 255. */
function hopsBack(ttl: number): number {
  if (ttl <= 64) return 65 - ttl;
  return ttl <= 128 ? 129 - ttl : 256 - ttl;
}
