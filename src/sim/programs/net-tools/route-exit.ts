import type { Sys } from '../../machine/process.ts';
import { type Command, Exit } from '../lib/command.ts';
import { INET_ROUTE_USAGE } from './route-usage.ts';

/** Exit statuses of `route`, lib/net-support.h. */
export const E_OPTERR = 3;
export const E_LOOKUP = 6;
export const E_SOCK = 7;

/** What IPv4's add and del say of their arguments. */
export function* inetUsage(c: Command, status: number): Sys<never> {
  yield* c.error(INET_ROUTE_USAGE);
  throw new Exit(status);
}
