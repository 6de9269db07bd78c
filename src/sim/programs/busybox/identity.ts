// Applets that say who and where one is.

import { shownId } from '../../machine/id-map.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { accounts, groupName, groups, userName } from '../lib/accounts.ts';
import type { Command } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { showUsage } from './usage.ts';

/** id: a process's supplementary groups are its own affair, an account's begin with its own group. */
export function* busyboxId(c: Command, name: string, args: readonly string[]): Sys<number> {
  const parsed = getopt(args, { short: 'ugGnr' });
  if (parsed instanceof UsageError) return yield* showUsage(c, name, parsed.message);
  if (parsed.operands.length > 1) return yield* showUsage(c, name);
  const [asked] = parsed.operands;
  const has = (flag: string): boolean => parsed.options.some((option) => option.flag === flag);
  const who = asked === undefined ? ownIds(c.p) : idsOf(c.p, asked);
  if (who === undefined) {
    yield* c.error(`${name}: unknown user ${asked}\n`);
    return 1;
  }
  const user = userName(c.p, who.uid);
  const primary = { gid: who.gid, name: groupName(c.p, who.gid) };
  const also = who.groups.map((gid) => ({ gid, name: groupName(c.p, gid) }));
  const show = (word: string, number: number): string => (has('n') ? word : String(number));
  const named = (word: string, number: number): string => (word === String(number) ? word : `${number}(${word})`);
  if (has('u')) c.out(`${show(user, who.uid)}\n`);
  else if (has('g')) c.out(`${show(primary.name, primary.gid)}\n`);
  else if (has('G')) c.out(`${(also.length === 0 ? [primary] : also).map((g) => show(g.name, g.gid)).join(' ')}\n`);
  else {
    const list = also.map((g) => named(g.name, g.gid)).join(',');
    c.out(`uid=${named(user, who.uid)} gid=${named(primary.name, primary.gid)}${list === '' ? '' : ` groups=${list}`}\n`);
  }
  return 0;
}

interface Ids {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

function ownIds(p: Process): Ids {
  const { uid, gid, groups: more } = p.credentials;
  const shown = (id: number): number => shownId(p, 'gidMap', id);
  return { uid: shownId(p, 'uidMap', uid), gid: shown(gid), groups: more.map(shown) };
}

function idsOf(p: Process, user: string): Ids | undefined {
  const account = accounts(p).find(({ name }) => name === user);
  if (account === undefined) return undefined;
  const { uid, gid } = account;
  const more = groups(p).filter((group) => group.gid !== gid && group.members.includes(user));
  return { uid, gid, groups: [gid, ...more.map((group) => group.gid)] };
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
