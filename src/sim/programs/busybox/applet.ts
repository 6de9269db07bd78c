import type { Sys } from '../../machine/process.ts';
import type { Command } from '../lib/command.ts';

/** An applet's main(): the name is what it was called by. */
export type Applet = (c: Command, name: string, args: readonly string[]) => Sys<number>;
