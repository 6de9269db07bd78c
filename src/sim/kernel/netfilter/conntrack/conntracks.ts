import type { NetNamespace } from '../../netns.ts';
import type { Skb } from '../../skb.ts';
import { drop, traceStep } from '../../trace.ts';
import { describeEntry } from './describe.ts';
import {
  Conntrack,
  IP_CT_ESTABLISHED,
  IP_CT_ESTABLISHED_REPLY,
  IP_CT_IS_REPLY,
  IP_CT_NEW,
  IP_CT_RELATED,
  IP_CT_UNTRACKED,
  IPCT_DESTROY,
  IPCT_NEW,
  IPCT_REPLY,
  IPS_ASSURED,
  IPS_DYING,
  IPS_FIXED_TIMEOUT,
  IPS_NAT_CLASH,
  IPS_SEEN_REPLY,
} from './entry.ts';
import { type ConntrackEvent, ConntrackEvents, type EventSource } from './events.ts';
import { type ErrorVerdict, relateError } from './icmp-error.ts';
import { IPPROTO_UDPLITE, readTuple } from './parse.ts';
import { trackPacket } from './protocols.ts';
import { ConntrackSettings } from './settings.ts';
import { snapshot } from './snapshot.ts';
import { ConntrackTable } from './table.ts';
import { tcpIsClosing } from './tcp.ts';
import { Tuple } from './tuple.ts';
import { malformed } from './validate.ts';

/** What the protocol says of a packet; `repeat`: its entry is gone, look again. */
export type PacketVerdict = 'accept' | 'invalid' | 'repeat';

/** How long the loser of a race of UDP packets keeps its half of an entry. */
const CLASH_NS = 1_000_000_000;
/** How many entries are looked at for one that may go when the table is full. */
const EARLY_DROP_SCAN = 8 * 8;

/** `conntrack -S`, in the order it is shown. */
export interface ConntrackStatistics {
  found: number;
  invalid: number;
  insert: number;
  insertFailed: number;
  drop: number;
  earlyDrop: number;
  error: number;
  searchRestart: number;
  clashResolve: number;
  chainTooLong: number;
}

/** Connection tracking in one namespace (net/netfilter/nf_conntrack_core.c), of both families. */
export class Conntracks {
  readonly ns: NetNamespace;
  readonly settings: ConntrackSettings;
  readonly table: ConntrackTable;
  readonly events = new ConntrackEvents();
  readonly statistics: ConntrackStatistics = {
    found: 0,
    invalid: 0,
    insert: 0,
    insertFailed: 0,
    drop: 0,
    earlyDrop: 0,
    error: 0,
    searchRestart: 0,
    clashResolve: 0,
    chainTooLong: 0,
  };
  /** Filled anew for each packet. */
  private readonly probe = new Tuple();

  constructor(ns: NetNamespace) {
    this.ns = ns;
    this.settings = new ConntrackSettings(ns.sysctl);
    this.table = new ConntrackTable(ns, ns.kernel.random.fork(`conntrack ${ns.inode}`).u32() | 0, (ct) => this.kill(ct));
  }

  get now(): number {
    return this.ns.kernel.clock.now;
  }

  /** The entries there are; those whose time has come go first. */
  entries(): readonly Conntrack[] {
    const { now } = this;
    for (const ct of this.table.entries) if (ct.timeoutNs <= now) this.kill(ct);
    return [...this.table.entries];
  }

  /** How many refer to each of the entries: the table, and packets that wait for a neighbour (`use`). */
  references(): ReadonlyMap<Conntrack, number> {
    const { arp, nd } = this.ns.dataPlane;
    const counts = new Map<Conntrack, number>();
    for (const ct of this.table.entries) counts.set(ct, 1);
    for (const { ct } of [...arp.waiting(), ...nd.waiting()]) if (ct) counts.set(ct, (counts.get(ct) ?? 1) + 1);
    return counts;
  }

  /**
   * Finds or begins the connection of a packet (nf_conntrack_in). False when it was dropped. `incoming` where it has just come in from
   * a device; `zone` if a rule has chosen one.
   */
  track(skb: Skb, inet6: boolean, incoming: boolean): boolean {
    // Seen before: it came round by loopback, or a rule exempted it.
    if (skb.ct !== undefined || skb.ctInfo === IP_CT_UNTRACKED) return true;
    this.settings.refresh();
    const { probe } = this;
    const { buf, data, end } = skb;
    probe.zone = skb.ctTemplate?.zone ?? 0;
    const transport = readTuple(probe, buf, data, end, inet6);
    if (transport < 0) return true;
    const why = malformed(buf, data, transport, end, inet6, probe.protocol, incoming && this.settings.verifyChecksum);
    if (why !== undefined) return this.invalid(skb, why);
    if (probe.isIcmp) {
      const verdict: ErrorVerdict = relateError(this, skb, transport, probe);
      if (verdict === 'related' || verdict === 'untracked') return true;
      if (verdict !== 'no error') return this.invalid(skb, verdict.invalid);
    }
    return this.resolve(skb, transport);
  }

  /** The packet whose tuple is in `probe` (resolve_normal_ct and what follows it). */
  private resolve(skb: Skb, transport: number): boolean {
    for (;;) {
      const found = this.table.find(this.probe);
      let ct: Conntrack;
      let reply = false;
      if (found === undefined) {
        const begun = this.begin(skb);
        if (begun === 'full') return false;
        if (begun === undefined) return this.invalid(skb, 'cannot be answered');
        ct = begun;
      } else {
        ct = found.entry as Conntrack;
        reply = found.isReply;
      }
      const verdict = trackPacket(this, ct, reply, skb.buf, transport, skb.end);
      if (verdict === 'repeat') {
        this.kill(ct);
        continue;
      }
      if (verdict === 'invalid') return this.invalid(skb, found === undefined ? 'begins no connection' : 'does not fit its connection');
      ct.count(reply, skb.end - skb.data);
      skb.ct = ct;
      if (reply) {
        skb.ctInfo = IP_CT_ESTABLISHED_REPLY;
        if ((ct.status & IPS_SEEN_REPLY) === 0) {
          ct.status |= IPS_SEEN_REPLY;
          this.event(ct, IPCT_REPLY);
        }
      } else {
        skb.ctInfo = (ct.status & IPS_SEEN_REPLY) !== 0 ? IP_CT_ESTABLISHED : IP_CT_NEW;
      }
      if (this.ns.kernel.trace.on) this.trace(skb);
      return true;
    }
  }

  /** A new, unconfirmed entry (init_conntrack); undefined for what has no answer, `full` when the packet was dropped for it. */
  private begin(skb: Skb): Conntrack | 'full' | undefined {
    if (this.table.size >= this.settings.max && this.settings.max !== 0 && !this.makeRoom()) {
      this.statistics.drop++;
      drop(this.ns, skb, 'NETFILTER_DROP', 'nf_conntrack: table full');
      return 'full';
    }
    const ct = this.create();
    ct.original.copy(this.probe);
    if (!ct.reply.invert(this.probe)) return undefined;
    if (skb.ctTemplate?.eventMask !== undefined) ct.eventMask = skb.ctTemplate.eventMask;
    return ct;
  }

  /** An entry with nothing in it yet. */
  create(): Conntrack {
    this.settings.refresh();
    const ct = new Conntrack(this.ns.kernel.random.u32());
    ct.accounting = this.settings.accounting;
    ct.announced = this.settings.events === 1 || (this.settings.events === 2 && this.events.heard);
    return ct;
  }

  /** Removes an entry that has not proved itself (early_drop). */
  private makeRoom(): boolean {
    let looked = 0;
    for (const ct of this.table.entries) {
      if ((ct.status & IPS_ASSURED) === 0 || (ct.tcp !== undefined && tcpIsClosing(ct.tcp))) {
        this.kill(ct);
        this.statistics.earlyDrop++;
        return true;
      }
      if (++looked === EARLY_DROP_SCAN) return false;
    }
    return false;
  }

  private invalid(skb: Skb, why: string): true {
    this.statistics.invalid++;
    skb.ct = undefined;
    skb.ctInfo = IP_CT_ESTABLISHED;
    if (this.ns.kernel.trace.on) traceStep(this.ns, skb.dev, skb, { kind: 'conntrack', state: 'INVALID', entry: '', detail: why });
    return true;
  }

  /**
   * The packet has come to the last hook: its connection is there from now on (nf_conntrack_confirm). False when it was dropped,
   * because another connection has the same tuple by now.
   */
  confirm(skb: Skb): boolean {
    const { ct } = skb;
    if (ct === undefined) return true;
    if (!ct.confirmed && skb.ctInfo < IP_CT_IS_REPLY && !this.insert(ct, skb)) return false;
    const now = skb.ct ?? ct;
    if (now.pendingEvents !== 0) this.deliver(now);
    return true;
  }

  private insert(ct: Conntrack, skb: Skb): boolean {
    if ((ct.status & IPS_DYING) !== 0) {
      this.statistics.drop++;
      drop(this.ns, skb, 'NETFILTER_DROP', 'its connection has been deleted');
      return false;
    }
    const clash = this.table.find(ct.original) ?? this.table.find(ct.reply);
    if (clash !== undefined) return this.resolveClash(ct, clash.entry as Conntrack, skb);
    ct.timeoutNs += this.now;
    this.table.insert(ct);
    this.event(ct, IPCT_NEW);
    return true;
  }

  /** Two packets of one flow began an entry each (nf_ct_resolve_clash): the second joins the first's, where that can be. */
  private resolveClash(ct: Conntrack, winner: Conntrack, skb: Skb): boolean {
    if (ct.original.equals(winner.original) && ct.reply.equals(winner.reply)) {
      skb.ct = winner;
      this.table.forgetSource(ct);
      this.statistics.clashResolve++;
      return true;
    }
    const { protocol } = ct.original;
    if ((protocol === 17 || protocol === IPPROTO_UDPLITE) && this.table.find(ct.original) === undefined) {
      ct.status |= IPS_NAT_CLASH | IPS_FIXED_TIMEOUT;
      ct.timeoutNs = this.now + CLASH_NS;
      this.table.insert(ct, true);
      this.statistics.clashResolve++;
      return true;
    }
    this.table.forgetSource(ct);
    this.statistics.insertFailed++;
    this.statistics.drop++;
    drop(this.ns, skb, 'NETFILTER_DROP', 'another connection has its tuple');
    return false;
  }

  /** Puts the entry's end off (nf_ct_refresh): counted from its confirmation until there is one. */
  refresh(ct: Conntrack, timeoutNs: number): void {
    if ((ct.status & IPS_FIXED_TIMEOUT) !== 0) return;
    if (!ct.confirmed) {
      ct.timeoutNs = timeoutNs;
      return;
    }
    ct.timeoutNs = this.now + timeoutNs;
    this.table.schedule(ct.timeoutNs);
  }

  /** Removes an entry (nf_ct_delete): by itself, or because `source`, a program, said so. */
  kill(ct: Conntrack, source?: EventSource): void {
    if ((ct.status & IPS_DYING) !== 0) return;
    ct.status |= IPS_DYING;
    if (!ct.confirmed) return;
    this.table.remove(ct);
    if (ct.announced && (ct.eventMask & IPCT_DESTROY) !== 0) this.events.emit(this.describe('DESTROY', ct, source));
  }

  /** Removes all entries that `which` is true for (nf_ct_iterate_cleanup_net). */
  cleanup(which: (ct: Conntrack) => boolean): void {
    for (const ct of [...this.table.entries]) if (which(ct)) this.kill(ct);
  }

  /** Notes something to be told when the packet has passed (nf_conntrack_event_cache). */
  event(ct: Conntrack, kind: number): void {
    if (ct.announced && (ct.eventMask & kind) !== 0) ct.pendingEvents |= kind;
  }

  private deliver(ct: Conntrack): void {
    const kinds = ct.pendingEvents;
    ct.pendingEvents = 0;
    this.events.emit(this.describe((kinds & IPCT_NEW) !== 0 ? 'NEW' : 'UPDATE', ct));
  }

  /** An event about an entry as it is now. */
  describe(type: ConntrackEvent['type'], ct: Conntrack, source?: EventSource, withMark = false): ConntrackEvent {
    return { type, entry: snapshot(ct, this.now), source, withMark: withMark || ct.mark !== 0 };
  }

  private trace(skb: Skb): void {
    const ct = skb.ct as Conntrack;
    traceStep(this.ns, skb.dev, skb, { kind: 'conntrack', state: stateName(skb.ctInfo), entry: describeEntry(ct), detail: '' });
  }

  destroy(): void {
    this.table.destroy();
  }
}

function stateName(info: number): string {
  if (info === IP_CT_NEW) return 'NEW';
  return info === IP_CT_RELATED || info === IP_CT_RELATED + IP_CT_IS_REPLY ? 'RELATED' : 'ESTABLISHED';
}
