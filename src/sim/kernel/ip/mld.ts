// Multicast listener reports: RFC 3810 as net/ipv6/mcast.c does it, without source filters.

import { u16 } from '../../base/bytes.ts';
import type { TimerHandle } from '../../base/event-queue.ts';
import { type Ipv6, ipv6Bytes, isMulticastIpv6 } from '../../base/ipv6-address.ts';
import { NS_PER_MS } from '../../base/time.ts';
import { ICMPV6_MLD2_REPORT } from '../../wire/icmpv6.ts';
import { IPPROTO_HOPOPTS, IPPROTO_ICMPV6 } from '../../wire/ip-protocol.ts';
import { HOP_BY_HOP_MLD, ipv6HopLimit, ipv6Src } from '../../wire/ipv6.ts';
import {
  checkMld,
  encodeMld,
  MLD_MAX_RESPONSE,
  MLD2_ALL_ROUTERS,
  MLD2_CHANGE_TO_EXCLUDE,
  MLD2_CHANGE_TO_INCLUDE,
  MLD2_MODE_IS_EXCLUDE,
  type MldRecord,
} from '../../wire/mld.ts';
import type { NetDevice } from '../device/net-device.ts';
import { linkLocalAddress } from '../neigh/ndisc-send.ts';
import { Skb } from '../skb.ts';
import { jiffies, timerExpiryNs } from '../timer-wheel.ts';
import { consume, drop } from '../trace.ts';
import { conf6 } from './conf.ts';
import { ip6Send, linkRoute6 } from './ipv6-output.ts';
import type { NetStack } from './net-stack.ts';

/** The robustness variable: how often a change is reported (net.ipv6.mld_qrv). */
const ROBUSTNESS = 2;

interface DeviceState {
  /** Changes still to be reported, and how often. */
  readonly changes: Map<Ipv6, { type: number; left: number }>;
  changeReports: number;
  changeTimer: TimerHandle;
  dadReports: number;
  dadTimer: TimerHandle;
  queryTimer: TimerHandle;
}

/** Says which groups this host listens to, on each device of one namespace. Who joins keeps the list (`dev.in6.groups`). */
export class Mld {
  private readonly stack: NetStack;
  private readonly devices = new Map<NetDevice, DeviceState>();

  constructor(stack: NetStack) {
    this.stack = stack;
  }

  /** A group was joined or left on a device that is up: reported at once, and again within a second (mld_ifc_event). */
  groupChanged(dev: NetDevice, group: Ipv6, joined: boolean): void {
    if (!isReported(group)) return;
    const state = this.stateOf(dev);
    state.changes.set(group, { type: joined ? MLD2_CHANGE_TO_EXCLUDE : MLD2_CHANGE_TO_INCLUDE, left: ROBUSTNESS });
    state.changeReports = ROBUSTNESS;
    this.scheduleChange(dev, state, 1);
  }

  /** All groups of a device are reported as if they had just been joined: when it comes up, and whenever it gets an address (ipv6_mc_up). */
  reportAll(dev: NetDevice): void {
    for (const group of this.listened(dev)) this.groupChanged(dev, group, true);
  }

  /** The first reports went out from `::`, which switches ignore: report all groups again (ipv6_mc_dad_complete). */
  linkLocalReady(dev: NetDevice): void {
    const state = this.stateOf(dev);
    state.dadReports = ROBUSTNESS;
    this.dadReport(dev, state);
  }

  /** The device went down: what it joined is reported anew when it comes up. */
  deviceDown(dev: NetDevice): void {
    const state = this.devices.get(dev);
    if (!state) return;
    const clock = this.stack.ns.kernel.clock;
    clock.cancel(state.changeTimer);
    clock.cancel(state.dadTimer);
    clock.cancel(state.queryTimer);
    this.devices.delete(dev);
  }

  destroy(): void {
    for (const dev of [...this.devices.keys()]) this.deviceDown(dev);
  }

  /** A router asks who listens, `skb.data` at the ICMPv6 header (igmp6_event_query): answered within the time it gives. */
  query(skb: Skb): void {
    const ns = this.stack.ns;
    const b = skb.buf;
    const o = skb.data;
    const dev = skb.dev as NetDevice;
    const wrong = checkMld(b, o, skb.end - o);
    if (wrong !== undefined) return drop(ns, skb, 'PKT_TOO_SMALL', wrong);
    if (ipv6HopLimit(b, skb.network) !== 1 || !ipv6Src(b, skb.network).startsWith('fe80:')) {
      return drop(ns, skb, 'NOT_SPECIFIED', 'MLD query not from the link');
    }
    const state = this.stateOf(dev);
    const { clock, random } = ns.kernel;
    consume(ns, skb, 'multicast listener query');
    if (state.queryTimer !== 0 && clock.pending(state.queryTimer)) return;
    const longest = Math.max(1, jiffies(u16(b, o + MLD_MAX_RESPONSE) * NS_PER_MS));
    state.queryTimer = clock.at(timerExpiryNs(clock.now, random.int(longest) + 2), () => {
      this.report(
        dev,
        this.listened(dev).map((group) => ({ type: MLD2_MODE_IS_EXCLUDE, group, sources: [] })),
      );
    });
  }

  /** The groups that are reported, the last joined first as Linux keeps them. */
  private listened(dev: NetDevice): Ipv6[] {
    return [...(dev.in6?.groups.keys() ?? [])].filter(isReported).reverse();
  }

  private scheduleChange(dev: NetDevice, state: DeviceState, longest: number): void {
    const { clock } = this.stack.ns.kernel;
    clock.cancel(state.changeTimer);
    state.changeTimer = clock.at(this.withinNs(longest), () => this.changeReport(dev, state));
  }

  /** mld_ifc_work */
  private changeReport(dev: NetDevice, state: DeviceState): void {
    const records: MldRecord[] = [];
    for (const [group, change] of state.changes) {
      if (change.type === MLD2_CHANGE_TO_INCLUDE) records.push({ type: change.type, group, sources: [] });
    }
    for (const group of this.listened(dev)) {
      if (state.changes.has(group)) records.push({ type: MLD2_CHANGE_TO_EXCLUDE, group, sources: [] });
    }
    for (const [group, change] of state.changes) if (--change.left === 0) state.changes.delete(group);
    this.report(dev, records);
    state.changeReports--;
    if (state.changeReports > 0) this.scheduleChange(dev, state, this.unsolicitedInterval(dev));
  }

  /** mld_dad_work, mld_send_initial_cr */
  private dadReport(dev: NetDevice, state: DeviceState): void {
    this.report(
      dev,
      this.listened(dev).map((group) => ({ type: MLD2_CHANGE_TO_EXCLUDE, group, sources: [] })),
    );
    state.dadReports--;
    if (state.dadReports <= 0) return;
    const clock = this.stack.ns.kernel.clock;
    clock.cancel(state.dadTimer);
    state.dadTimer = clock.at(this.withinNs(this.unsolicitedInterval(dev)), () => this.dadReport(dev, state));
  }

  /** Longest pause before the next unsolicited report, in ticks. */
  private unsolicitedInterval(dev: NetDevice): number {
    return Math.max(1, jiffies((conf6(dev, 'mldv2_unsolicited_report_interval') || 1000) * NS_PER_MS));
  }

  /** A time within so many ticks, drawn by lot, and two more. */
  private withinNs(longest: number): number {
    const { clock, random } = this.stack.ns.kernel;
    return timerExpiryNs(clock.now, random.int(longest) + 2);
  }

  private report(dev: NetDevice, records: MldRecord[]): void {
    if (records.length === 0 || !dev.running) return;
    const source = linkLocalAddress(dev) ?? '::';
    const message = encodeMld({ type: ICMPV6_MLD2_REPORT, records }, source, MLD2_ALL_ROUTERS);
    this.stack.mib.icmp6.countOut(ICMPV6_MLD2_REPORT);
    const hopByHop = 2 + HOP_BY_HOP_MLD.length;
    const skb = Skb.alloc(hopByHop + message.length);
    skb.buf[skb.data] = IPPROTO_ICMPV6;
    skb.buf[skb.data + 1] = 0;
    skb.buf.set(HOP_BY_HOP_MLD, skb.data + 2);
    skb.buf.set(message, skb.data + hopByHop);
    ip6Send(this.stack, skb, linkRoute6(dev, MLD2_ALL_ROUTERS), source, MLD2_ALL_ROUTERS, IPPROTO_HOPOPTS, {
      hopLimit: 1,
      trafficClass: 0,
      flowLabel: 0,
      mark: 0,
      loop: false,
    });
  }

  private stateOf(dev: NetDevice): DeviceState {
    let state = this.devices.get(dev);
    if (!state) {
      state = { changes: new Map(), changeReports: 0, changeTimer: 0, dadReports: 0, dadTimer: 0, queryTimer: 0 };
      this.devices.set(dev, state);
    }
    return state;
  }
}

/** Whether a group is reported at all: not all-nodes, nor groups that do not leave the host (MAF_NOREPORT). */
function isReported(group: Ipv6): boolean {
  return isMulticastIpv6(group) && group !== 'ff02::1' && ((ipv6Bytes(group)[1] as number) & 0x0f) >= 2;
}
