import { formatIpv4, formatMac, type Ipv4, MAC_BROADCAST, MAC_ZERO, type Mac } from '../../base/address.ts';
import { setU32, u16 } from '../../base/bytes.ts';
import { isError } from '../../base/result.ts';
import { NS_PER_S, NS_PER_US } from '../../base/time.ts';
import { PACKET_OUTGOING } from '../../kernel/skb.ts';
import type { PacketSocket } from '../../kernel/socket/socket.ts';
import { Interrupted, type Sys } from '../../machine/process.ts';
import { ARP_LEN, ARP_REPLY, ARP_REQUEST, arpOper, arpSha, arpSpa, checkArp, encodeArp } from '../../wire/arp.ts';
import { ETH_HLEN, ETH_P_ARP, ETH_P_IP, encodeEthernet, ethDst, ethSrc, tagVlan } from '../../wire/ethernet.ts';
import { encodeIcmp, ICMP_ECHO, ICMP_ECHOREPLY, ICMP_HLEN, icmpEchoSequence, icmpType } from '../../wire/icmp.ts';
import { IPPROTO_ICMP } from '../../wire/ip-protocol.ts';
import { encodeIpv4, ipv4HeaderLength, ipv4Protocol, ipv4Src } from '../../wire/ipv4.ts';
import type { Command } from '../lib/command.ts';
import type { ArpingOptions } from './options.ts';

export const ETH_P_ALL = 3;
/** What sending costs before the frame is on the wire; virtual time does not count it by itself. */
const SEND_COST_NS = 40 * NS_PER_US;
/** Bytes behind the header of an echo request: the time in seconds and ns, eight bytes each, and four that are arping's own. */
const ECHO_DATA_SIZE = 20;
const ECHO_TTL = 64;
/** Zeros behind an ARP packet, with which the frame has 58 bytes. */
const ARP_PADDING = 16;
/** By so much a wait ends before its time: poll(2) counts whole milliseconds. */
const EARLY_NS = 50 * NS_PER_US;

/** Who asks whom. `targetMac` is set where a hardware address is pinged, with ICMP, instead of an IP address with ARP. */
export interface ArpingEnds {
  readonly ifindex: number;
  readonly source: Ipv4;
  readonly sourceMac: Mac;
  readonly target: string;
  readonly targetIp: Ipv4;
  readonly targetMac: Mac | undefined;
}

/** One run: a request, a wait for answers, and so on; statistics at the end. */
export class ArpingRun {
  readonly #c: Command;
  readonly #o: ArpingOptions;
  readonly #socket: PacketSocket;
  readonly #ends: ArpingEnds;
  #sent = 0;
  #received = 0;
  #sentAtNs = 0;
  #ended = false;
  #deadlineNs: number | undefined;
  #lastReply: Mac | undefined;
  #duplicate = false;
  /** Round trips in ms. */
  readonly #times: number[] = [];

  constructor(c: Command, o: ArpingOptions, socket: PacketSocket, ends: ArpingEnds) {
    this.#c = c;
    this.#o = o;
    this.#socket = socket;
    this.#ends = ends;
    socket.filter = ends.targetMac === undefined ? isArp : isIcmp;
  }

  *run(): Sys<number> {
    const { p } = this.#c;
    const { count, deadlineS, display } = this.#o;
    p.catchSignal('SIGINT');
    if (deadlineS !== undefined) this.#deadlineNs = p.nowNs + deadlineS * NS_PER_S;
    if (display === 'normal') yield* this.#c.print(`ARPING ${this.#ends.target}\n`);
    for (let i = 0; i !== count && !this.#ended; i++) {
      const before = this.#received;
      yield* this.#send();
      yield* this.#listen();
      if (this.#received === before && !this.#ended && this.#o.waitS > 0) yield* this.#missed();
    }
    yield* this.#finish();
    if (this.#o.findDuplicates) return this.#duplicate ? 1 : 0;
    return this.#received > 0 ? 0 : 1;
  }

  *#send(): Sys<void> {
    const { p } = this.#c;
    this.#sentAtNs = p.nowNs;
    yield* this.#pause(SEND_COST_NS / 2 + p.machine.random.int(SEND_COST_NS));
    const { vlan, priority } = this.#o;
    const frame = this.#ends.targetMac === undefined ? this.#arpRequest() : this.#echoRequest(this.#ends.targetMac);
    this.#socket.send(vlan === undefined ? frame : tagVlan(frame, vlan, priority), this.#ends.ifindex);
    this.#sent++;
    if (this.#deadlineNs !== undefined && p.nowNs >= this.#deadlineNs) this.#ended = true;
  }

  #arpRequest(): Uint8Array {
    const { source: spa, sourceMac: sha, targetIp } = this.#ends;
    const { unsolicited, reply, targetMac } = this.#o;
    const oper = reply ? ARP_REPLY : ARP_REQUEST;
    const tha = unsolicited ? MAC_BROADCAST : MAC_ZERO;
    const payload = new Uint8Array(ARP_LEN + ARP_PADDING);
    payload.set(encodeArp({ oper, sha, spa, tha, tpa: targetIp }));
    return encodeEthernet({ dst: targetMac ?? MAC_BROADCAST, src: sha, type: ETH_P_ARP, payload });
  }

  #echoRequest(targetMac: Mac): Uint8Array {
    const { p } = this.#c;
    const id = p.machine.random.int(0x10000);
    const data = new Uint8Array(ECHO_DATA_SIZE);
    setU32(data, 0, Math.floor(p.nowNs / NS_PER_S));
    setU32(data, 8, p.nowNs % NS_PER_S);
    const payload = encodeIcmp({ type: ICMP_ECHO, code: 0, rest: ((id << 16) | (this.#sent & 0xffff)) >>> 0, payload: data });
    const packet = encodeIpv4({
      tos: 0,
      id,
      dontFragment: false,
      moreFragments: false,
      fragmentOffset: 0,
      ttl: ECHO_TTL,
      protocol: IPPROTO_ICMP,
      src: this.#ends.source,
      dst: this.#ends.targetIp,
      options: new Uint8Array(0),
      payload,
    });
    return encodeEthernet({ dst: targetMac, src: this.#ends.sourceMac, type: ETH_P_IP, payload: packet });
  }

  /** Takes what comes until the wait is over (ping_recv_unix). */
  *#listen(): Sys<void> {
    const endNs = this.#sentAtNs + this.#o.waitS * NS_PER_S - EARLY_NS;
    while (!this.#ended) {
      const captured = this.#socket.receive();
      if (isError(captured)) {
        if (!(yield* this.#wait(endNs))) return;
      } else if (captured.from.pktType !== PACKET_OUTGOING) {
        yield* this.#captured(captured.frame, captured.timeNs);
      }
    }
  }

  /** False when the time is up. */
  *#wait(untilNs: number): Sys<boolean> {
    const { p } = this.#c;
    const deadline = this.#deadlineNs;
    try {
      const woken = yield* p.wait([this.#socket.readable], Math.min(untilNs, deadline ?? untilNs), 'arp reply');
      if (deadline !== undefined && p.nowNs >= deadline) this.#ended = true;
      return woken;
    } catch (thrown) {
      if (!(thrown instanceof Interrupted)) throw thrown;
      this.#ended = true;
      return false;
    }
  }

  *#pause(ns: number): Sys<void> {
    try {
      yield* this.#c.p.sleep(ns);
    } catch (thrown) {
      if (!(thrown instanceof Interrupted)) throw thrown;
      this.#ended = true;
    }
  }

  *#captured(frame: Uint8Array, timeNs: number): Sys<void> {
    const line = this.#ends.targetMac === undefined ? this.#arpReply(frame) : this.#echoReply(frame, this.#ends.targetMac);
    if (line === undefined) return;
    const us = Math.max(0, timeNs - this.#sentAtNs) / NS_PER_US;
    this.#times.push(us / 1000);
    yield* this.#show(line, us);
    const from = ethSrc(frame);
    if (this.#lastReply !== undefined && this.#lastReply !== from) this.#duplicate = true;
    this.#lastReply = from;
    this.#received++;
    if (this.#received === this.#o.replies) this.#ended = true;
  }

  /** pingip_recv(). */
  #arpReply(frame: Uint8Array): ReplyText | undefined {
    if (frame.length < ETH_HLEN + ARP_LEN || checkArp(frame, ETH_HLEN) !== undefined || arpOper(frame, ETH_HLEN) !== ARP_REPLY)
      return undefined;
    if (arpSpa(frame, ETH_HLEN) !== this.#ends.targetIp) return undefined;
    if (this.#o.addressMustMatch && arpSha(frame, ETH_HLEN) !== (this.#o.targetMac ?? MAC_BROADCAST)) return undefined;
    const ip = formatIpv4(this.#ends.targetIp);
    const mac = formatMac(ethSrc(frame));
    const index = `index=${this.#received}${this.#o.total ? `/${this.#sent - 1}` : ''}`;
    return { normal: `${frame.length} bytes from ${mac} (${ip}): ${index}`, raw: mac, rraw: ip, rawraw: `${mac} ${ip}` };
  }

  /** pingmac_recv(). */
  #echoReply(frame: Uint8Array, targetMac: Mac): ReplyText | undefined {
    const icmp = ETH_HLEN + ipv4HeaderLength(frame, ETH_HLEN);
    if (frame.length < icmp + ICMP_HLEN || icmpType(frame, icmp) !== ICMP_ECHOREPLY) return undefined;
    if (ethDst(frame) !== this.#ends.sourceMac) return undefined;
    if (ethSrc(frame) !== targetMac && targetMac !== MAC_BROADCAST) return undefined;
    if (this.#o.addressMustMatch && ipv4Src(frame, ETH_HLEN) !== this.#ends.targetIp) return undefined;
    const ip = formatIpv4(ipv4Src(frame, ETH_HLEN));
    const mac = formatMac(ethSrc(frame));
    const normal = `${frame.length} bytes from ${ip} (${mac}): icmp_seq=${icmpEchoSequence(frame, icmp)}`;
    return { normal, raw: ip, rraw: mac, rawraw: `${mac} ${ip}` };
  }

  *#show(line: ReplyText, us: number): Sys<void> {
    const { display, beep } = this.#o;
    if (display === 'quiet') return;
    if (display === 'dot') {
      yield* this.#write('!');
      return;
    }
    const text = display === 'normal' ? `${line.normal} time=${duration(us)}` : line[display];
    yield* this.#c.print(`${text}${beep ? '\x07' : ''}\n`);
  }

  *#missed(): Sys<void> {
    const { display, reverseBeep } = this.#o;
    if (display === 'dot') yield* this.#write('.');
    else if (display === 'normal') yield* this.#c.print(`${reverseBeep ? '\x07' : ''}Timeout\n`);
    else if (reverseBeep) yield* this.#c.print('\x07');
  }

  *#write(text: string): Sys<void> {
    this.#c.out(text);
    yield* this.#c.flush();
  }

  *#finish(): Sys<void> {
    const { display } = this.#o;
    const lost = this.#sent === 0 ? '-nan' : String(Math.round(100 - (100 * this.#received) / this.#sent)).padStart(3);
    const extra = Math.max(0, this.#received - this.#sent);
    if (display === 'dot') {
      yield* this.#c.print(`\t${lost}% packet loss (${extra} extra)\n`);
    } else if (display === 'normal') {
      this.#c.out(`\n--- ${this.#ends.target} statistics ---\n`);
      this.#c.out(`${this.#sent} packets transmitted, ${this.#received} packets received, ${lost}% unanswered (${extra} extra)\n`);
      if (this.#times.length > 0) this.#c.out(this.#roundTrips());
      yield* this.#write('\n');
    }
  }

  #roundTrips(): string {
    const n = this.#times.length;
    const average = this.#times.reduce((sum, t) => sum + t, 0) / n;
    const deviation = Math.sqrt(this.#times.reduce((sum, t) => sum + (t - average) ** 2, 0) / n);
    const numbers = [Math.min(...this.#times), average, Math.max(...this.#times), deviation];
    return `rtt min/avg/max/std-dev = ${numbers.map((t) => t.toFixed(3)).join('/')} ms\n`;
  }
}

interface ReplyText {
  readonly normal: string;
  readonly raw: string;
  readonly rraw: string;
  readonly rawraw: string;
}

/** ts2str(): in the unit that suits. */
function duration(us: number): string {
  if (us < 1000) return `${us.toFixed(3)} usec`;
  if (us < 1_000_000) return `${(us / 1000).toFixed(3)} msec`;
  return `${(us / 1_000_000).toFixed(3)} sec`;
}

function isArp(frame: Uint8Array): boolean {
  return frame.length >= ETH_HLEN && u16(frame, 12) === ETH_P_ARP;
}

function isIcmp(frame: Uint8Array): boolean {
  return frame.length >= ETH_HLEN + 20 && u16(frame, 12) === ETH_P_IP && ipv4Protocol(frame, ETH_HLEN) === IPPROTO_ICMP;
}
