import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { accounts, groups } from '../lib/accounts.ts';
import { command, Exit, reason } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { SU_HELP } from './help.ts';

const LONG = {
  'preserve-environment': 'p',
  'whitelist-environment': 'w',
  group: 'g',
  'supp-group': 'G',
  login: 'l',
  command: 'c',
  'session-command=': 'c',
  fast: 'f',
  shell: 's',
  pty: 'P',
  help: 'h',
  version: 'V',
};

/** PATH as Debian's su gives it (ENV_SUPATH, ENV_PATH of login.defs). */
const ROOT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const USER_PATH = '/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games';

/** su(1) of util-linux 2.38.1: root becomes anybody; nobody here has a password, so others become nobody else. */
export const su = command('su', function* (c): Sys<number> {
  const parsed = getopt(c.args, { short: 'c:fg:G:lmpPs:w:hV', long: LONG });
  if (parsed instanceof UsageError) return yield* c.misuse(parsed.message);
  const given = new Map(parsed.options.map(({ flag, value }) => [flag, value]));
  if (given.has('h')) {
    c.out(SU_HELP);
    return 0;
  }
  if (given.has('V')) {
    c.out('su from util-linux 2.38.1\n');
    return 0;
  }
  const words = [...parsed.operands];
  const login = words[0] === '-' || given.has('l');
  if (words[0] === '-') words.shift();
  const user = words.shift() ?? 'root';
  const { p } = c;
  const account = accounts(p).find(({ name }) => name === user);
  if (account === undefined)
    return yield* c.die(1, `user ${user} does not exist or the user entry does not contain all the required fields`);
  if (p.credentials.uids[0] !== 0) {
    yield* c.error('Password: ');
    yield* p.readLine(0);
    return yield* c.die(1, 'Authentication failure');
  }
  const shell = given.get('s') ?? (account.shell === '' ? '/bin/sh' : account.shell);
  const members = groups(p).filter(({ gid, members }) => gid !== account.gid && members.includes(user));
  const all = [account.gid, ...members.map(({ gid }) => gid)];
  const groupsRefused = p.credentials.setgroups(all);
  if (groupsRefused !== undefined) return yield* c.die(1, `cannot set groups: ${reason(groupsRefused)}`);
  const groupRefused = p.setgid(account.gid);
  if (groupRefused !== undefined) return yield* c.die(1, `cannot set group id: ${reason(groupRefused)}`);
  const userRefused = p.setuid(account.uid);
  if (userRefused !== undefined) return yield* c.die(1, `cannot set user id: ${reason(userRefused)}`);
  const env = login ? new Map([['TERM', p.env.get('TERM') ?? 'dumb']]) : new Map(p.env);
  const asIs = (given.has('p') || given.has('m')) && !login;
  if (!asIs) {
    env.set('HOME', account.home).set('SHELL', shell);
    if (login || account.uid !== 0) env.set('USER', user).set('LOGNAME', user);
    if (login) env.set('PATH', account.uid === 0 ? ROOT_PATH : USER_PATH);
  }
  if (login) {
    if (!isError(p.machine.files.stat(p, account.home))) p.cwd = account.home;
    else yield* c.complain(`warning: cannot change directory to ${account.home}: No such file or directory`);
  }
  yield* c.flush();
  const name = shell.slice(shell.lastIndexOf('/') + 1);
  const what = given.get('c');
  const argv = [login ? `-${name}` : name, ...(given.has('f') ? ['-f'] : []), ...(what === undefined ? [] : ['-c', what]), ...words];
  const error = yield* p.exec(argv, { env, file: shell });
  yield* c.complain(`failed to execute ${shell}: ${reason(error)}`);
  throw new Exit(error.errno === 'ENOENT' ? 127 : 126);
});
