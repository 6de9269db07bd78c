import type { Sys } from '../../machine/process.ts';
import { type Command, Exit } from '../lib/command.ts';

/** What the options say. */
export interface ArpOptions {
  numeric: boolean;
  bsd: boolean;
  verbose: boolean;
  useDevice: boolean;
  hardwareGiven: boolean;
  device: string | undefined;
  mode: 'show' | 'set' | 'delete' | 'file';
}

export function* unknownHost(c: Command, name: string): Sys<never> {
  yield* c.error(`${name}: Unknown host\n`);
  throw new Exit(255);
}
