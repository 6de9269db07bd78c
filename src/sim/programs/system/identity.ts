import { UTS_MACHINE, UTS_RELEASE, UTS_VERSION } from '../../machine/files/proc/version.ts';
import { shownId } from '../../machine/id-map.ts';
import type { Process } from '../../machine/process.ts';
import { accounts, groupName, groups, userName } from '../lib/accounts.ts';
import { command } from '../lib/command.ts';
import { parseOptions } from '../lib/getopt.ts';

// Who and where one is.

const id = command('id', function* (c) {
  const table = { short: 'agGnruZz', long: { group: 'g', groups: 'G', name: 'n', real: 'r', user: 'u', zero: 'z' } };
  const { options, operands } = yield* parseOptions(c, table, { usage: '% [OPTION]... [USER]...' });
  const flags = new Set(options.map(({ flag }) => flag));
  const only = ['u', 'g', 'G'].filter((flag) => flags.has(flag));
  if (only.length > 1) return yield* c.die(1, 'cannot print "only" of more than one choice');
  if (flags.has('n') && only.length === 0) return yield* c.die(1, 'cannot print only names or real IDs in default format');
  const asked = operands[0];
  const who = asked === undefined ? ownIds(c.p, flags.has('r')) : idsOf(c.p, asked);
  if (who === undefined) return yield* c.die(1, `‘${asked}’: no such user`);
  const named = (name: string, number: number): string => (name === String(number) ? name : `${number}(${name})`);
  const user = userName(c.p, who.uid);
  const every = who.gids.map((gid) => ({ gid, name: groupName(c.p, gid) }));
  const [primary] = every as [{ gid: number; name: string }];
  const show = (name: string, number: number) => (flags.has('n') ? name : String(number));
  if (only[0] === 'u') c.out(`${show(user, who.uid)}\n`);
  else if (only[0] === 'g') c.out(`${show(primary.name, primary.gid)}\n`);
  else if (only[0] === 'G') c.out(`${every.map(({ name, gid }) => show(name, gid)).join(' ')}\n`);
  else {
    const list = every.map(({ name, gid }) => named(name, gid)).join(',');
    c.out(`uid=${named(user, who.uid)} gid=${named(primary.name, primary.gid)} groups=${list}\n`);
  }
  return 0;
});

/** The process's own ids; its group comes first. */
function ownIds(p: Process, real: boolean): { readonly uid: number; readonly gids: readonly number[] } {
  const { uids, gids, groups: more } = p.credentials;
  const shown = (id: number): number => shownId(p, 'gidMap', id);
  const which = real ? 0 : 1;
  return { uid: shownId(p, 'uidMap', uids[which]), gids: [...new Set([shown(gids[which]), ...more.map(shown)])] };
}

/** An account's ids by the databases. */
function idsOf(p: Process, asked: string): { readonly uid: number; readonly gids: readonly number[] } | undefined {
  const account = accounts(p).find(({ name, uid }) => name === asked || String(uid) === asked);
  if (account === undefined) return undefined;
  const more = groups(p).filter(({ gid, members }) => gid !== account.gid && members.includes(account.name));
  return { uid: account.uid, gids: [account.gid, ...more.map(({ gid }) => gid)] };
}

const whoami = command('whoami', function* (c) {
  const { operands } = yield* parseOptions(c, { short: '' }, { usage: '% [OPTION]...' });
  if (operands[0] !== undefined) return yield* c.misuse(`extra operand ‘${operands[0]}’`);
  const uid = shownId(c.p, 'uidMap', c.p.credentials.uid);
  const account = accounts(c.p).find((each) => each.uid === uid);
  if (account === undefined) return yield* c.die(1, `cannot find name for user ID ${uid}`);
  c.out(`${account.name}\n`);
  return 0;
});

const uname = command('uname', function* (c) {
  const table = {
    short: 'asnrvmpio',
    long: {
      all: 'a',
      'kernel-name': 's',
      nodename: 'n',
      'kernel-release': 'r',
      'kernel-version': 'v',
      machine: 'm',
      processor: 'p',
      'hardware-platform': 'i',
      'operating-system': 'o',
    },
  };
  const { options, operands } = yield* parseOptions(c, table, { usage: '% [OPTION]...' });
  if (operands[0] !== undefined) return yield* c.misuse(`extra operand ‘${operands[0]}’`);
  const flags = new Set(options.map(({ flag }) => flag));
  if (flags.size === 0) flags.add('s');
  const values: readonly (readonly [flag: string, value: string])[] = [
    ['s', 'Linux'],
    ['n', c.p.namespaces.uts.hostname],
    ['r', UTS_RELEASE],
    ['v', UTS_VERSION],
    ['m', UTS_MACHINE],
    ['p', 'unknown'],
    ['i', 'unknown'],
    ['o', 'GNU/Linux'],
  ];
  // With -a, what is unknown is left out.
  const shown = values.filter(([flag, value]) => flags.has(flag) || (flags.has('a') && value !== 'unknown'));
  c.out(`${shown.map(([, value]) => value).join(' ')}\n`);
  return 0;
});

const tty = command('tty', function* (c) {
  const { options } = yield* parseOptions(c, { short: 's', long: { silent: 's', quiet: 's' } }, { usage: '% [OPTION]...', status: 2 });
  const terminal = c.p.terminal(0);
  if (options.length === 0) c.out(`${terminal?.path ?? 'not a tty'}\n`);
  return terminal === undefined ? 1 : 0;
});

const nproc = command('nproc', function* (c) {
  yield* parseOptions(c, { short: '', long: { all: 'all', 'ignore=': 'ignore' } }, { usage: '% [OPTION]...' });
  c.out('1\n');
  return 0;
});

const clear = command('clear', function* (c) {
  yield* parseOptions(c, { short: 'xT:V' }, { usage: '% [options]' });
  c.out('\x1b[H\x1b[2J\x1b[3J');
  return 0;
});

const truth = command('true', function* () {
  return 0;
});

const untruth = command('false', function* () {
  return 1;
});

const uptime = command('uptime', function* (c) {
  const { options } = yield* parseOptions(c, { short: 'ps', long: { pretty: 'p', since: 's' } }, { usage: '% [options]' });
  const seconds = Math.floor(c.p.nowNs / 1e9);
  const minutes = Math.floor(seconds / 60) % 60;
  const hours = Math.floor(seconds / 3600);
  if (options.some(({ flag }) => flag === 'p')) {
    c.out(`up ${hours > 0 ? `${hours} hour${hours === 1 ? '' : 's'}, ` : ''}${minutes} minute${minutes === 1 ? '' : 's'}\n`);
  } else if (options.some(({ flag }) => flag === 's')) {
    c.out(`${new Date(c.p.wallClockMs - seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')}\n`);
  } else {
    const users = c.p.machine.files.devpts.terminals.size;
    const up = hours > 0 ? `${String(hours).padStart(2)}:${String(minutes).padStart(2, '0')}` : `${minutes} min`;
    c.out(
      ` ${new Date(c.p.wallClockMs).toISOString().slice(11, 19)} up ${up}, ${String(users).padStart(2)} user${users === 1 ? '' : 's'},  load average: 0.00, 0.00, 0.00\n`,
    );
  }
  return 0;
});

const sync = command('sync', function* () {
  return 0;
});

const arch = command('arch', function* (c) {
  c.out(`${UTS_MACHINE}\n`);
  return 0;
});

export const IDENTITY_PROGRAMS = [arch, clear, untruth, id, nproc, sync, truth, tty, uname, uptime, whoami];
