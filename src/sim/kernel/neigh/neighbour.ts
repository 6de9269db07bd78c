import type { Mac } from '../../base/address.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { NudState } from '../rtnetlink/messages.ts';
import type { Skb } from '../skb.ts';

/** States of an entry, include/uapi/linux/neighbour.h; bits, so that groups of states can be tested at once. */
export const NUD_NONE = 0;
export const NUD_INCOMPLETE = 0x01;
export const NUD_REACHABLE = 0x02;
export const NUD_STALE = 0x04;
export const NUD_DELAY = 0x08;
export const NUD_PROBE = 0x10;
export const NUD_FAILED = 0x20;
export const NUD_NOARP = 0x40;
export const NUD_PERMANENT = 0x80;
/** States that end by themselves after a time. */
export const NUD_IN_TIMER = NUD_INCOMPLETE | NUD_REACHABLE | NUD_DELAY | NUD_PROBE;
/** States in which the link-layer address is known. */
export const NUD_VALID = NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE | NUD_PROBE | NUD_STALE | NUD_DELAY;
/** States in which the address is used without asking. */
export const NUD_CONNECTED = NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE;

const NAMES: ReadonlyMap<number, NudState> = new Map([
  [NUD_NONE, 'NONE'],
  [NUD_INCOMPLETE, 'INCOMPLETE'],
  [NUD_REACHABLE, 'REACHABLE'],
  [NUD_STALE, 'STALE'],
  [NUD_DELAY, 'DELAY'],
  [NUD_PROBE, 'PROBE'],
  [NUD_FAILED, 'FAILED'],
  [NUD_NOARP, 'NOARP'],
  [NUD_PERMANENT, 'PERMANENT'],
]);
const NUMBERS: ReadonlyMap<NudState, number> = new Map([...NAMES].map(([number, name]) => [name, number]));

/** A state in the word that `ip neigh` prints. */
export function nudName(state: number): NudState {
  return NAMES.get(state) ?? 'NONE';
}

export function nudNumber(name: NudState): number {
  return NUMBERS.get(name) ?? NUD_NONE;
}

/** One neighbour on one device (Linux's `struct neighbour`). Times are virtual nanoseconds. */
export class NeighEntry<Address> {
  readonly dev: NetDevice;
  readonly key: Address;
  /** NUD_* */
  state: number = NUD_NONE;
  lladdr: Mac = 0;
  /** It announced itself as a router (NTF_ROUTER). */
  router = false;
  /** Put there by a program that learned it elsewhere (NTF_EXT_LEARNED). */
  externLearn = false;
  /** Which program put it there (NDA_PROTOCOL, RTPROT_*); 0 if that did not say. */
  protocol = 0;
  usedNs: number;
  confirmedNs: number;
  updatedNs: number;
  /** Solicitations sent in this state. */
  probes = 0;
  /** When the state ends; Infinity while no timer runs. */
  deadlineNs = Number.POSITIVE_INFINITY;
  /** Packets waiting for the address, oldest first, and what they weigh. */
  queue: Skb[] = [];
  queueBytes = 0;
  /** Lets go of the namespace, which packets of sockets in the queue keep alive. */
  release: (() => void) | undefined;
  /** Taken out of its table. */
  dead = false;

  constructor(dev: NetDevice, key: Address, now: number, confirmedNs: number) {
    this.dev = dev;
    this.key = key;
    this.usedNs = now;
    this.updatedNs = now;
    this.confirmedNs = confirmedNs;
  }

  /** Empties the queue: the packets that waited. */
  takeQueue(): readonly Skb[] {
    const waiting = this.queue;
    this.queue = [];
    this.queueBytes = 0;
    this.release?.();
    this.release = undefined;
    return waiting;
  }
}
