import type { Signal } from '../../machine/signal.ts';

/** The short name: TERM. */
export const shortName = (signal: Signal): string => signal.slice(3);
