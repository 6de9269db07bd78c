// Applets that say who and where one is.

import type { Sys } from '../../machine/process.ts';
import { accounts, groups } from '../lib/accounts.ts';
import type { Command } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { showUsage } from './usage.ts';

/** id: a process's own supplementary groups are none here, an account's begin with its own group. */
export function* busyboxId(c: Command, name: string, args: readonly string[]): Sys<number> {
  const parsed = getopt(args, { short: 'ugGnr' });
  if (parsed instanceof UsageError) return yield* showUsage(c, name, parsed.message);
  if (parsed.operands.length > 1) return yield* showUsage(c, name);
  const [asked] = parsed.operands;
  const has = (flag: string): boolean => parsed.options.some((option) => option.flag === flag);
  const account = accounts(c.p).find((one) => (asked === undefined ? one.uid === 0 : one.name === asked));
  if (account === undefined) {
    yield* c.error(`${name}: unknown user ${asked}\n`);
    return 1;
  }
  const every = groups(c.p);
  const primary = every.find(({ gid }) => gid === account.gid) ?? { name: String(account.gid), gid: account.gid, members: [] };
  const also = asked === undefined ? [] : [primary, ...every.filter((g) => g !== primary && g.members.includes(account.name))];
  const show = (word: string, number: number): string => (has('n') ? word : String(number));
  if (has('u')) c.out(`${show(account.name, account.uid)}\n`);
  else if (has('g')) c.out(`${show(primary.name, primary.gid)}\n`);
  else if (has('G')) c.out(`${(also.length === 0 ? [primary] : also).map((g) => show(g.name, g.gid)).join(' ')}\n`);
  else {
    const list = also.map((g) => `${g.gid}(${g.name})`).join(',');
    c.out(`uid=${account.uid}(${account.name}) gid=${primary.gid}(${primary.name})${list === '' ? '' : ` groups=${list}`}\n`);
  }
  return 0;
}

/** groups: what `id -Gn` says. */
export function* busyboxGroups(c: Command, _name: string, args: readonly string[]): Sys<number> {
  return yield* busyboxId(c, 'groups', ['-Gn', ...args]);
}

/** uptime: nobody has logged in through login(1), so utmp counts no users. */
export function* busyboxUptime(c: Command, name: string, args: readonly string[]): Sys<number> {
  const parsed = getopt(args, { short: '' });
  if (parsed instanceof UsageError) return yield* showUsage(c, name, parsed.message);
  const minutes = Math.floor(c.p.nowNs / 60e9);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
  const clock = new Date(c.p.wallClockMs).toISOString().slice(11, 19);
  const lead = days === 0 ? '' : `${days} day${days === 1 ? '' : 's'}, `;
  const rest = hours === 0 ? `${minutes % 60} min` : `${String(hours).padStart(2)}:${String(minutes % 60).padStart(2, '0')}`;
  c.out(` ${clock} up ${lead}${rest},  0 users,  load average: 0.00, 0.00, 0.00\n`);
  return 0;
}

/** who, w: the heading, and nobody in utmp. */
export function* busyboxWho(c: Command, name: string, args: readonly string[]): Sys<number> {
  const parsed = getopt(args, { short: 'aH' });
  if (parsed instanceof UsageError) return yield* showUsage(c, name, parsed.message);
  c.out('USER\t\tTTY\t\tIDLE\tTIME\t\t HOST\n');
  return 0;
}

export function* busyboxLogname(c: Command, name: string): Sys<number> {
  yield* c.error(`${name}: getlogin: No such device or address\n`);
  return 1;
}
