// The door for programs that change connections: net/netfilter/nf_conntrack_netlink.c.

import { fail, type KernelError } from '../../../base/result.ts';
import { NS_PER_S } from '../../../base/time.ts';
import { type NatPorts, NO_RANGE } from '../nat/range.ts';
import { setupNat, setupNullBinding } from '../nat/setup.ts';
import type { Conntracks } from './conntracks.ts';
import { type Conntrack, IPS_ASSURED, IPS_SEEN_REPLY } from './entry.ts';
import type { EventSource } from './events.ts';
import { tcpTrackOf } from './tcp.ts';
import type { Tuple } from './tuple.ts';

/** Where NAT leads when a connection is made from outside. */
export interface NatTo {
  readonly address: number | string;
  readonly ports: NatPorts | undefined;
}

/** A connection to be made (IPCTNL_MSG_CT_NEW with NLM_F_CREATE). */
export interface ConntrackCreate {
  readonly original: Tuple;
  readonly reply: Tuple;
  readonly timeoutS: number;
  /** IPS_SEEN_REPLY, IPS_ASSURED. */
  readonly status: number;
  readonly mark: number | undefined;
  readonly tcpState: number | undefined;
  readonly source: NatTo | undefined;
  readonly destination: NatTo | undefined;
}

/** What of a connection is to change. */
export interface ConntrackUpdate {
  readonly timeoutS: number | undefined;
  readonly status: number;
  readonly mark: number | undefined;
  readonly tcpState: number | undefined;
}

const SETTABLE = IPS_SEEN_REPLY | IPS_ASSURED;

/** EEXIST if either direction is another connection's already. */
export function createConntrack(conntracks: Conntracks, request: ConntrackCreate, by: EventSource): KernelError | undefined {
  const { table } = conntracks;
  if (table.find(request.original) || table.find(request.reply)) return fail('EEXIST');
  const ct = conntracks.create();
  ct.original.copy(request.original);
  ct.reply.copy(request.reply);
  if (request.source || request.destination) decideNat(conntracks, ct, request);
  ct.status |= request.status & SETTABLE;
  ct.mark = request.mark ?? 0;
  if (request.tcpState !== undefined) ct.tcp = tcpTrackOf(request.tcpState);
  ct.timeoutNs = conntracks.now + request.timeoutS * NS_PER_S;
  table.insert(ct);
  conntracks.statistics.insert++;
  if (ct.announced) conntracks.events.emit(conntracks.describe('NEW', ct, by, true));
  return undefined;
}

function decideNat(conntracks: Conntracks, ct: Conntrack, { source, destination }: ConntrackCreate): void {
  const decide = (to: NatTo | undefined, manipulation: 'source' | 'destination'): void => {
    if (to === undefined) return setupNullBinding(conntracks, ct, manipulation);
    setupNat(conntracks, ct, { ...NO_RANGE, addresses: { from: to.address, to: to.address }, ports: to.ports }, manipulation);
  };
  decide(destination, 'destination');
  decide(source, 'source');
}

/** Changes an entry; true if anything of it is other than before. */
export function updateConntrack(conntracks: Conntracks, ct: Conntrack, update: ConntrackUpdate, by: EventSource): boolean {
  const { timeoutS, status, mark, tcpState } = update;
  const before = [ct.status, ct.mark, ct.tcp?.state].join();
  ct.status |= status & SETTABLE;
  if (mark !== undefined) ct.mark = mark;
  if (tcpState !== undefined && ct.tcp) ct.tcp.state = tcpState;
  if (timeoutS === undefined && before === [ct.status, ct.mark, ct.tcp?.state].join()) return false;
  if (timeoutS !== undefined) {
    ct.timeoutNs = conntracks.now + timeoutS * NS_PER_S;
    conntracks.table.schedule(ct.timeoutNs);
  }
  if (ct.announced) conntracks.events.emit(conntracks.describe('UPDATE', ct, by, true));
  return true;
}

/** The entry that has this tuple; ENOENT. */
export function findConntrack(conntracks: Conntracks, tuple: Tuple): Conntrack | KernelError {
  return conntracks.table.find(tuple)?.entry ?? fail('ENOENT');
}
