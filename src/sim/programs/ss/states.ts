// The states of sockets as bits, and the names they are asked for by (scan_state in misc/ss.c).

import {
  SS_STATE_NAMES,
  TCP_CLOSE,
  TCP_ESTABLISHED,
  TCP_LISTEN,
  TCP_SYN_RECV,
  TCP_SYN_SENT,
  TCP_TIME_WAIT,
} from '../../kernel/tcp/state.ts';

export const bit = (state: number): number => 1 << state;

export const ALL_STATES = (1 << 12) - 1;
/** What is shown of connections where nothing is said. */
export const CONNECTED = ALL_STATES & ~(bit(TCP_LISTEN) | bit(TCP_CLOSE) | bit(TCP_TIME_WAIT) | bit(TCP_SYN_RECV));
export const LISTENING = bit(TCP_LISTEN) | bit(TCP_CLOSE);
export const ESTABLISHED = bit(TCP_ESTABLISHED);
export const CLOSED = bit(TCP_CLOSE);

const NAMES = [
  'unknown',
  'established',
  'syn-sent',
  'syn-recv',
  'fin-wait-1',
  'fin-wait-2',
  'time-wait',
  'unconnected',
  'close-wait',
  'last-ack',
  'listening',
  'closing',
];

const GROUPS: Readonly<Record<string, number>> = {
  close: CLOSED,
  closed: CLOSED,
  'syn-rcv': bit(TCP_SYN_RECV),
  all: ALL_STATES,
  connected: ALL_STATES & ~LISTENING,
  synchronized: ALL_STATES & ~(LISTENING | bit(TCP_SYN_SENT)),
  bucket: bit(TCP_SYN_RECV) | bit(TCP_TIME_WAIT),
  big: ALL_STATES & ~(bit(TCP_SYN_RECV) | bit(TCP_TIME_WAIT)),
};

/** The states that a word of `state` or `exclude` means; undefined for no such word. */
export function scanState(word: string): number | undefined {
  const name = word.toLowerCase();
  if (Object.hasOwn(GROUPS, name)) return GROUPS[name];
  const index = NAMES.indexOf(name);
  return index < 0 ? undefined : bit(index);
}

export function stateName(state: number): string {
  return SS_STATE_NAMES[state] ?? 'UNKNOWN';
}
