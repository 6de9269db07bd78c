import { SIGNAL_NUMBERS, type Signal } from '../../machine/signal.ts';

const BY_NUMBER = new Map(Object.entries(SIGNAL_NUMBERS).map(([name, number]) => [number as number, name as Signal]));

/** A signal by number, or by name with or without SIG, in any case; undefined if there is none. */
export function parseSignal(text: string): Signal | undefined {
  if (/^\d+$/.test(text)) return BY_NUMBER.get(Number(text));
  const name = text.toUpperCase();
  const full = name.startsWith('SIG') ? name : `SIG${name}`;
  return Object.hasOwn(SIGNAL_NUMBERS, full) ? (full as Signal) : undefined;
}

/** The short name: TERM. */
export const shortName = (signal: Signal): string => signal.slice(3);

export const signalByNumber = (number: number): Signal | undefined => BY_NUMBER.get(number);
