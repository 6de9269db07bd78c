import { SIGNAL_NUMBERS, type Signal, signalOfNumber } from '../../machine/signal.ts';

/** A signal by number, or by name with or without SIG, in any case; undefined if there is none. */
export function parseSignal(text: string): Signal | undefined {
  if (/^\d+$/.test(text)) return signalOfNumber(Number(text));
  const name = text.toUpperCase();
  const full = name.startsWith('SIG') ? name : `SIG${name}`;
  return Object.hasOwn(SIGNAL_NUMBERS, full) ? (full as Signal) : undefined;
}

/** The short name: TERM. */
export const shortName = (signal: Signal): string => signal.slice(3);
