import { formatIpv4, formatMac, type Ipv4, MAC_BROADCAST, type Mac } from '../../base/address.ts';
import { isError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import { SCOPE_UNIVERSE } from '../../kernel/rtnetlink/messages.ts';
import { PACKET_OUTGOING } from '../../kernel/skb.ts';
import type { PacketSocket } from '../../kernel/socket/socket.ts';
import { Interrupted, type Sys } from '../../machine/process.ts';
import { installSocket } from '../../machine/socket-file.ts';
import { ARP_LEN, ARP_REPLY, ARP_REQUEST, arpOper, arpSha, arpSpa, arpTpa, checkArp, encodeArp } from '../../wire/arp.ts';
import { ETH_HLEN, ETH_P_ARP, encodeEthernet, ethDst } from '../../wire/ethernet.ts';
import { type Command, reason } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { resolveInet } from '../net-tools/resolve.ts';
import { numberInRange } from './number.ts';
import { showUsage } from './usage.ts';

const IFF_NOARP = 0x80;
const IFF_LOOPBACK = 0x8;
const IFF_UP = 0x1;
const FAILED = 2;
const INT_MAX = 0x7fffffff;
const PACKET_HOST = 0;

/** BusyBox's arping (networking/arping.c). */
export function* busyboxArping(c: Command, name: string, args: readonly string[]): Sys<number> {
  const parsed = getopt(args, { short: 'UDAqfbc:w:I:s:' });
  if (parsed instanceof UsageError) return yield* showUsage(c, name, parsed.message);
  const has = (flag: string): boolean => parsed.options.some((option) => option.flag === flag);
  const value = (flag: string): string | undefined => parsed.options.findLast((option) => option.flag === flag)?.value;
  const [host] = parsed.operands;
  if (host === undefined || parsed.operands.length > 1) return yield* showUsage(c, name);
  const number = function* (flag: string): Sys<number | undefined> {
    const text = value(flag);
    return text === undefined ? undefined : yield* numberInRange(c, name, text, 0, INT_MAX);
  };
  const count = yield* number('c');
  const timeoutS = yield* number('w');
  const die = function* (message: string): Sys<number> {
    yield* c.error(`${name}: ${message}\n`);
    return FAILED;
  };
  const device = value('I') ?? 'eth0';
  const { rtnetlink } = c.p;
  const link = rtnetlink.link(device);
  if (isError(link)) return yield* die(`interface ${device} not found: ${reason(link)}`);
  if ((link.flags & IFF_UP) === 0) return yield* die(`interface ${device} is down`);
  if ((link.flags & (IFF_NOARP | IFF_LOOPBACK)) !== 0) {
    yield* die(`interface ${device} is not ARPable`);
    return has('D') ? 0 : FAILED;
  }
  const target = yield* resolveInet(c.p, host);
  if (target === undefined) return yield* die(`bad address '${host}'`);
  let source: Ipv4 | undefined;
  const asked = value('s');
  if (asked !== undefined) {
    source = yield* resolveInet(c.p, asked);
    if (source === undefined) return yield* die(`invalid source address ${asked}`);
  }
  const announces = has('U') || has('A');
  if (source === undefined && announces) source = target;
  if (!has('D') || source !== undefined) {
    const chosen = sourceAddress(c, link.ifindex, target, source);
    if (typeof chosen === 'string') return yield* die(chosen);
    source = chosen;
  }
  const socket = c.p.sockets.packet();
  if (isError(socket)) return yield* die(`socket(AF_PACKET,2,0): ${reason(socket)}`);
  if (isError(installSocket(c.p, socket))) return FAILED;
  const bound = socket.bind(link.ifindex, ETH_P_ARP);
  if (isError(bound)) return yield* die(`bind: ${reason(bound)}`);
  return yield* new Run(c, socket, {
    ...{ device, ifindex: link.ifindex, mac: link.address, source: source ?? 0, target, count, timeoutS },
    ...{ quiet: has('q'), quitOnReply: has('f'), broadcastOnly: has('b'), probe: has('D'), announces, reply: has('A') },
  }).run();
}

/** The address that the kernel would speak to the target from, out of this device; why not, in words. */
function sourceAddress(c: Command, ifindex: number, target: Ipv4, wanted: Ipv4 | undefined): Ipv4 | string {
  const { rtnetlink } = c.p;
  const own = rtnetlink.addresses('inet');
  if (wanted !== undefined) {
    return own.some(({ local }) => local === wanted) ? wanted : 'bind: Cannot assign requested address';
  }
  const route = rtnetlink.getRoute({ family: 'inet', dst: target, oif: ifindex });
  const chosen = isError(route) ? undefined : (route.prefSrc as Ipv4 | undefined);
  const first = own.find((address) => address.ifindex === ifindex && address.scope === SCOPE_UNIVERSE)?.local as Ipv4 | undefined;
  return chosen ?? first ?? 'no source address in not-DAD mode';
}

interface Plan {
  readonly device: string;
  readonly ifindex: number;
  readonly mac: Mac;
  readonly source: Ipv4;
  readonly target: Ipv4;
  readonly count: number | undefined;
  readonly timeoutS: number | undefined;
  readonly quiet: boolean;
  readonly quitOnReply: boolean;
  readonly broadcastOnly: boolean;
  /** -D: is the address somebody's? */
  readonly probe: boolean;
  readonly announces: boolean;
  /** -A: announced by a reply rather than a request. */
  readonly reply: boolean;
}

class Run {
  readonly #c: Command;
  readonly #socket: PacketSocket;
  readonly #plan: Plan;
  /** Whom the next probe goes to: everybody, until somebody has answered. */
  #to: Mac = MAC_BROADCAST;
  #sent = 0;
  #sentAtNs = 0;
  #received = 0;
  #requests = 0;
  #broadcasts = 0;

  constructor(c: Command, socket: PacketSocket, plan: Plan) {
    this.#c = c;
    this.#socket = socket;
    this.#plan = plan;
  }

  /** A probe each second, until as many were sent as were asked for, the time is over, or Ctrl-C. */
  *run(): Sys<number> {
    const { p } = this.#c;
    const { device, source, target, count, timeoutS, quiet } = this.#plan;
    if (!quiet) yield* this.#c.print(`ARPING ${formatIpv4(target)} from ${formatIpv4(source)} ${device}\n`);
    p.catchSignal('SIGINT');
    const endNs = timeoutS === undefined ? Number.POSITIVE_INFINITY : p.nowNs + timeoutS * NS_PER_S;
    try {
      while (this.#sent !== count && p.nowNs < endNs) {
        this.#send();
        if (yield* this.#listen(Math.min(p.nowNs + NS_PER_S, endNs))) break;
      }
    } catch (thrown) {
      if (!(thrown instanceof Interrupted)) throw thrown;
    }
    return yield* this.#finish();
  }

  #send(): void {
    const { ifindex, mac, source, target, announces, reply } = this.#plan;
    const payload = new Uint8Array(ARP_LEN);
    const tha = reply ? mac : announces ? MAC_BROADCAST : this.#to;
    payload.set(encodeArp({ oper: reply ? ARP_REPLY : ARP_REQUEST, sha: mac, spa: source, tha, tpa: target }));
    this.#socket.send(encodeEthernet({ dst: this.#to, src: mac, type: ETH_P_ARP, payload }), ifindex);
    this.#sent++;
    this.#sentAtNs = this.#c.p.nowNs;
  }

  /** Takes answers until the time; true when one of them ends it all. */
  *#listen(untilNs: number): Sys<boolean> {
    const { p } = this.#c;
    for (;;) {
      const packet = this.#socket.receive();
      if (!isError(packet)) {
        if (packet.from.pktType !== PACKET_OUTGOING && (yield* this.#take(packet.frame, packet.from.pktType))) return true;
        continue;
      }
      if (p.nowNs >= untilNs) return false;
      yield* p.wait([this.#socket.readable], untilNs, 'answers');
    }
  }

  *#take(frame: Uint8Array, pktType: number): Sys<boolean> {
    const { target, source, probe, quiet, quitOnReply, broadcastOnly, announces } = this.#plan;
    if (checkArp(frame, ETH_HLEN) !== undefined) return false;
    const oper = arpOper(frame, ETH_HLEN);
    if (announces || arpSpa(frame, ETH_HLEN) !== target) return false;
    if (!probe && arpTpa(frame, ETH_HLEN) !== source) return false;
    const from = arpSha(frame, ETH_HLEN);
    const unicast = pktType === PACKET_HOST && ethDst(frame) !== MAC_BROADCAST;
    if (!quiet) {
      const kind = `${unicast ? 'Unicast' : 'Broadcast'} re${oper === ARP_REPLY ? 'ply' : 'quest'}`;
      const took = ((this.#c.p.nowNs - this.#sentAtNs) / 1e6).toFixed(3);
      yield* this.#c.print(`${kind} from ${formatIpv4(target)} [${formatMac(from)}] ${took}ms\n`);
    }
    this.#received++;
    if (!unicast) this.#broadcasts++;
    if (oper === ARP_REQUEST) this.#requests++;
    if (!broadcastOnly) this.#to = from;
    return quitOnReply || probe;
  }

  *#finish(): Sys<number> {
    const { quiet, probe, announces } = this.#plan;
    if (!quiet) {
      this.#c.out(`Sent ${this.#sent} probe(s) (0 broadcast(s))\n`);
      this.#c.out(`Received ${this.#received} response(s) (${this.#requests} request(s), ${this.#broadcasts} broadcast(s))\n`);
      yield* this.#c.flush();
    }
    if (probe) return this.#received > 0 ? 1 : 0;
    return announces || this.#received > 0 ? 0 : 1;
  }
}
