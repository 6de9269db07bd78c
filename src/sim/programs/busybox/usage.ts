import type { Sys } from '../../machine/process.ts';
import { type Command, Exit } from '../lib/command.ts';
import { ARCHIVES_USAGE } from './usage/archives.ts';
import { FILES_USAGE } from './usage/files.ts';
import { NETWORK_USAGE } from './usage/network.ts';
import { SYSTEM_USAGE } from './usage/system.ts';
import { TEXT_USAGE } from './usage/text.ts';

export const VERSION = 'BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1)';

const TEXTS = new Map(Object.entries({ ...ARCHIVES_USAGE, ...NETWORK_USAGE, ...FILES_USAGE, ...TEXT_USAGE, ...SYSTEM_USAGE }));

/** What `busybox APPLET --help` prints. */
export function usageText(applet: string): string {
  const text = TEXTS.get(applet);
  return `${VERSION} multi-call binary.\n\n${text === undefined ? 'No help available' : `Usage: ${text}`}\n`;
}

/** A command line is not understood: says how it is to be (bb_show_usage), after `message`, and ends. */
export function* showUsage(c: Command, name: string, message?: string, status = 1): Sys<never> {
  yield* c.error(`${message === undefined ? '' : `${name}: ${message}\n`}${usageText(name)}`);
  throw new Exit(status);
}
