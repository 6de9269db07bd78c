// Membership of IPv4 groups: RFC 3376 as net/ipv4/igmp.c does it, without source filters; versions 2 (RFC 2236) and 1 (RFC 1112)
// where a router speaks them or force_igmp_version asks for them.

import { u16, u32 } from '../../base/bytes.ts';
import { checksum } from '../../base/checksum.ts';
import type { TimerHandle } from '../../base/event-queue.ts';
import type { Ipv4 } from '../../base/ipv4-address.ts';
import { LazyMap } from '../../base/lazy.ts';
import { NS_PER_MS, NS_PER_S } from '../../base/time.ts';
import {
  encodeIgmp,
  encodeIgmp3Report,
  IGMP_ALL_HOSTS,
  IGMP_ALL_ROUTERS,
  IGMP_CHANGE_TO_EXCLUDE,
  IGMP_CHANGE_TO_INCLUDE,
  IGMP_CODE,
  IGMP_GROUP,
  IGMP_IPV4_HLEN,
  IGMP_LEN,
  IGMP_MODE_IS_EXCLUDE,
  IGMP_QUERY,
  IGMP_V1_REPORT,
  IGMP_V2_LEAVE,
  IGMP_V2_REPORT,
  IGMP_V3_ALL_ROUTERS,
  IGMP_V3_QRV,
  IGMP_V3_QUERY_LEN,
  IGMP_V3_SOURCE_COUNT,
  type IgmpRecord,
  igmp3Time,
  writeIgmpPacket,
} from '../../wire/igmp.ts';
import type { Membership4 } from '../address/inet-device.ts';
import type { NetDevice } from '../device/net-device.ts';
import { SCOPE_LINK } from '../rtnetlink/messages.ts';
import { PACKET_BROADCAST, PACKET_MULTICAST, Skb } from '../skb.ts';
import { jiffies, timerExpiryNs } from '../timer-wheel.ts';
import { consume, drop } from '../trace.ts';
import { ipLocalOut, linkRoute4 } from './ipv4-output.ts';
import type { NetStack } from './net-stack.ts';
import type { ProtocolHandler } from './protocols.ts';

/** Where a router of version 1 gives no time to answer in (Query Response Interval). */
const QUERY_RESPONSE_NS = 10 * NS_PER_S;
const QUERY_INTERVAL_NS = 125 * NS_PER_S;
const TENTH_NS = 100 * NS_PER_MS;

/** What version 3 keeps about a device (the fields `mr_*` of struct in_device). */
interface DeviceState {
  /** Until when routers of older versions count as present. */
  v1UntilNs: number;
  v2UntilNs: number;
  /** How often a change is announced; 0 until a router says, then it is up to net.ipv4.igmp_qrv. */
  robustness: number;
  /** Announcements of changes still to be made. */
  changes: number;
  changeTimer: TimerHandle;
  /** An answer to a general query. */
  queryTimer: TimerHandle;
  queryDueNs: number;
  /** Groups left, and how often that is still to be said; the newest last. */
  readonly left: Map<Ipv4, number>;
}

/** Says which groups this host listens to. Who joins keeps the list (`dev.in4.groups`). */
export class Igmp implements ProtocolHandler {
  private readonly stack: NetStack;
  private readonly devices = new LazyMap<NetDevice, DeviceState>();

  constructor(stack: NetStack) {
    this.stack = stack;
  }

  /** The version spoken on a device (IGMP_V1_SEEN, IGMP_V2_SEEN). */
  version(dev: NetDevice): 1 | 2 | 3 {
    const { ns } = this.stack;
    const forced = [ns.ip4.confAll.force_igmp_version, dev.in4?.conf.force_igmp_version];
    const state = this.devices.get(dev);
    const now = ns.kernel.clock.now;
    if (forced.includes(1) || (state !== undefined && now < state.v1UntilNs)) return 1;
    if (forced.includes(2) || (state !== undefined && now < state.v2UntilNs)) return 2;
    return 3;
  }

  /** A group was joined, or its device came up (igmp_group_added): reported almost at once, and again some time later. */
  joined(dev: NetDevice, group: Ipv4): void {
    const membership = dev.in4?.groups.get(group);
    if (membership === undefined || !this.isReported(group) || dev.in4?.dead === true) return;
    const state = this.stateOf(dev);
    state.left.delete(group);
    membership.unsolicited = this.robustness(state);
    if (this.version(dev) < 3) return this.startTimer(dev, group, membership, 1);
    membership.changes = this.robustness(state);
    this.changed(dev, state);
  }

  /** A group is about to be left, or its device went down (igmp_group_dropped). */
  left(dev: NetDevice, group: Ipv4): void {
    const membership = dev.in4?.groups.get(group);
    if (membership === undefined || !this.isReported(group)) return;
    const { reporter } = membership;
    this.stopTimer(membership);
    if (dev.in4?.dead === true) return;
    const version = this.version(dev);
    if (version === 2 && reporter) this.sendOld(dev, IGMP_V2_LEAVE, group);
    if (version < 3) return;
    const state = this.stateOf(dev);
    state.left.delete(group);
    state.left.set(group, this.robustness(state));
    this.changed(dev, state);
  }

  deviceDown(dev: NetDevice): void {
    const state = this.devices.get(dev);
    if (state === undefined) return;
    this.stop(state);
    if (dev.in4?.dead === true) this.devices.delete(dev);
  }

  destroy(): void {
    for (const [dev, state] of this.devices) {
      this.stop(state);
      for (const membership of dev.in4?.groups.values() ?? []) this.stopTimer(membership);
    }
  }

  private stop(state: DeviceState): void {
    const { clock } = this.stack.ns.kernel;
    clock.cancel(state.changeTimer);
    clock.cancel(state.queryTimer);
    state.changes = 0;
  }

  // ---- what others say

  /** An IGMP message, `skb.data` at its start (igmp_rcv). */
  receive(skb: Skb): void {
    const { ns } = this.stack;
    const dev = skb.dev as NetDevice;
    const length = skb.end - skb.data;
    if (dev.in4 === undefined || length < IGMP_LEN) return drop(ns, skb, 'PKT_TOO_SMALL', 'IGMP');
    if (checksum(skb.buf, skb.data, length) !== 0) return drop(ns, skb, 'NOT_SPECIFIED', 'IGMP checksum is wrong');
    const type = skb.buf[skb.data];
    if (type === IGMP_QUERY && length !== IGMP_LEN && length < IGMP_V3_QUERY_LEN) return drop(ns, skb, 'PKT_TOO_SMALL', 'IGMP query');
    consume(ns, skb, type === IGMP_QUERY ? 'IGMP query' : 'a listener’s IGMP: this is no multicast router');
    switch (type) {
      case IGMP_QUERY:
        return this.query(dev, skb, length);
      case IGMP_V1_REPORT:
      case IGMP_V2_REPORT:
        // One report is enough for a router: somebody else has made ours.
        if (skb.pktType === PACKET_MULTICAST || skb.pktType === PACKET_BROADCAST) {
          const membership = dev.in4.groups.get(u32(skb.buf, skb.data + IGMP_GROUP));
          if (membership !== undefined && this.isReported(u32(skb.buf, skb.data + IGMP_GROUP))) this.stopTimer(membership);
        }
    }
  }

  error(): void {
    // Nobody waits for an answer to a report.
  }

  /** A router asks who listens (igmp_heard_query): answered within the time it gives. */
  private query(dev: NetDevice, skb: Skb, length: number): void {
    const b = skb.buf;
    const o = skb.data;
    const { ns } = this.stack;
    const state = this.stateOf(dev);
    const { now } = ns.kernel.clock;
    const code = b[o + IGMP_CODE] as number;
    const group = u32(b, o + IGMP_GROUP);
    if (length === IGMP_LEN) {
      const presentNs = now + this.robustness(state) * QUERY_INTERVAL_NS + QUERY_RESPONSE_NS;
      if (code === 0) state.v1UntilNs = presentNs;
      else state.v2UntilNs = presentNs;
      state.changes = 0;
      ns.kernel.clock.cancel(state.changeTimer);
      state.left.clear();
      return this.answer(dev, code === 0 ? 0 : group, code === 0 ? QUERY_RESPONSE_NS : code * TENTH_NS);
    }
    const version = this.version(dev);
    if (version === 1) return this.answer(dev, 0, QUERY_RESPONSE_NS);
    const longestNs = igmp3Time(code) * TENTH_NS;
    if (version === 2) return this.answer(dev, group, longestNs);
    state.robustness = (b[o + IGMP_V3_QRV] as number) & 7;
    if (group !== 0) return this.answer(dev, group, longestNs);
    if (u16(b, o + IGMP_V3_SOURCE_COUNT) === 0) this.answerAll(dev, state, longestNs);
  }

  /** Each group that was asked for gets its own timer. */
  private answer(dev: NetDevice, asked: Ipv4, longestNs: number): void {
    const { clock } = this.stack.ns.kernel;
    const longest = Math.max(1, jiffies(longestNs));
    for (const [group, membership] of dev.in4?.groups ?? []) {
      if ((asked !== 0 && asked !== group) || !this.isReported(group)) continue;
      membership.unsolicited = 0;
      // An answer that is due in time already need not be put off.
      if (membership.timerNs !== undefined && membership.timerNs - clock.now < longestNs) continue;
      this.startTimer(dev, group, membership, longest);
    }
  }

  /** One report of all groups, for a general query (igmp_gq_start_timer). */
  private answerAll(dev: NetDevice, state: DeviceState, longestNs: number): void {
    const { clock, random } = this.stack.ns.kernel;
    const dueNs = timerExpiryNs(clock.now, random.int(Math.max(1, jiffies(longestNs))) + 2);
    if (clock.pending(state.queryTimer) && dueNs >= state.queryDueNs) return;
    clock.cancel(state.queryTimer);
    state.queryDueNs = dueNs;
    state.queryTimer = clock.at(dueNs, () => {
      const groups = [...(dev.in4?.groups.keys() ?? [])].filter((group) => this.isReported(group)).reverse();
      this.send3(
        dev,
        groups.map((group) => ({ type: IGMP_MODE_IS_EXCLUDE, group })),
      );
    });
  }

  // ---- timers

  private startTimer(dev: NetDevice, group: Ipv4, membership: Membership4, longest: number): void {
    const { clock, random } = this.stack.ns.kernel;
    clock.cancel(membership.timer);
    membership.timerNs = timerExpiryNs(clock.now, random.int(longest) + 2);
    membership.timer = clock.at(membership.timerNs, () => this.timerExpired(dev, group, membership));
  }

  private stopTimer(membership: Membership4): void {
    this.stack.ns.kernel.clock.cancel(membership.timer);
    membership.timerNs = undefined;
    membership.reporter = false;
    membership.unsolicited = 0;
  }

  /** igmp_timer_expire */
  private timerExpired(dev: NetDevice, group: Ipv4, membership: Membership4): void {
    membership.timerNs = undefined;
    if (membership.unsolicited > 0 && --membership.unsolicited > 0) this.startTimer(dev, group, membership, this.unsolicitedInterval(dev));
    membership.reporter = true;
    const version = this.version(dev);
    if (version === 3) this.send3(dev, [{ type: IGMP_MODE_IS_EXCLUDE, group }]);
    else this.sendOld(dev, version === 1 ? IGMP_V1_REPORT : IGMP_V2_REPORT, group);
  }

  /** Something changed that version 3 announces (igmp_ifc_event). */
  private changed(dev: NetDevice, state: DeviceState): void {
    state.changes = this.robustness(state);
    this.startChangeTimer(dev, state, 1);
  }

  private startChangeTimer(dev: NetDevice, state: DeviceState, longest: number): void {
    const { clock, random } = this.stack.ns.kernel;
    clock.cancel(state.changeTimer);
    state.changeTimer = clock.at(timerExpiryNs(clock.now, random.int(longest) + 2), () => this.announceChanges(dev, state));
  }

  /** igmp_ifc_timer_expire, igmpv3_send_cr */
  private announceChanges(dev: NetDevice, state: DeviceState): void {
    const records: IgmpRecord[] = [];
    for (const [group, times] of [...state.left].reverse()) {
      records.push({ type: IGMP_CHANGE_TO_INCLUDE, group });
      if (times > 1) state.left.set(group, times - 1);
      else state.left.delete(group);
    }
    for (const [group, membership] of [...(dev.in4?.groups ?? [])].reverse()) {
      if (membership.changes === 0) continue;
      membership.changes--;
      if (this.isReported(group)) records.push({ type: IGMP_CHANGE_TO_EXCLUDE, group });
    }
    this.send3(dev, records);
    if (state.changes === 0) return;
    state.changes--;
    this.startChangeTimer(dev, state, this.unsolicitedInterval(dev));
  }

  /** In ticks (unsolicited_report_interval). */
  private unsolicitedInterval(dev: NetDevice): number {
    const conf = dev.in4?.conf;
    const ms = this.version(dev) < 3 ? conf?.igmpv2_unsolicited_report_interval : conf?.igmpv3_unsolicited_report_interval;
    return Math.max(1, jiffies((ms ?? 0) * NS_PER_MS));
  }

  // ---- sending

  private send3(dev: NetDevice, records: readonly IgmpRecord[]): void {
    if (records.length === 0) return;
    this.send(dev, encodeIgmp3Report(records), IGMP_V3_ALL_ROUTERS, true);
  }

  /** A report or leave message of version 1 or 2 (igmp_send_report). */
  private sendOld(dev: NetDevice, type: number, group: Ipv4): void {
    this.send(dev, encodeIgmp(type, 0, group), type === IGMP_V2_LEAVE ? IGMP_ALL_ROUTERS : group, false);
  }

  /** `ownAddress`: the source is an address of that device, or none (igmpv3_get_srcaddr). */
  private send(dev: NetDevice, message: Uint8Array, dst: Ipv4, ownAddress: boolean): void {
    const { ip4 } = this.stack.ns;
    if (!dev.up || dev.in4 === undefined) return;
    const selected = ip4.selectSource(dev, 0, SCOPE_LINK);
    const source = ownAddress && !dev.in4.addresses.some(({ local }) => local === selected) ? 0 : selected;
    const skb = Skb.alloc(IGMP_IPV4_HLEN + message.length);
    writeIgmpPacket(skb.buf, skb.data, message, source, dst);
    skb.transport = skb.data + IGMP_IPV4_HLEN;
    skb.dst = linkRoute4(dev, source, dst);
    ipLocalOut(this.stack, skb);
  }

  /** Not the group of all hosts, and those of the link only as net.ipv4.igmp_link_local_mcast_reports says. */
  private isReported(group: Ipv4): boolean {
    if (group === IGMP_ALL_HOSTS) return false;
    return group >>> 8 !== 0xe00000 || this.stack.ns.sysctl.int('net/ipv4/igmp_link_local_mcast_reports') !== 0;
  }

  private robustness(state: DeviceState): number {
    return state.robustness || this.stack.ns.sysctl.int('net/ipv4/igmp_qrv');
  }

  private stateOf(dev: NetDevice): DeviceState {
    let state = this.devices.get(dev);
    if (state === undefined) {
      state = {
        v1UntilNs: 0,
        v2UntilNs: 0,
        robustness: 0,
        changes: 0,
        changeTimer: 0,
        queryTimer: 0,
        queryDueNs: 0,
        left: new Map(),
      };
      this.devices.set(dev, state);
    }
    return state;
  }
}
