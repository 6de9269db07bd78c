// apk of Alpine 3.18 (apk-tools 2.14.0). There is none where this could be recorded: its words are those of its source, its packages and their order
// those of builds that others have published.

import type { Sys } from '../../../machine/process.ts';
import { type Command, command, reason } from '../../lib/command.ts';
import { getopt, type OptionTable, UsageError } from '../../lib/getopt.ts';
import { add, del, fix, update, upgrade } from './change.ts';
import { Database } from './database.ts';
import { Out } from './out.ts';
import { info, list, policy, search, version } from './query.ts';
import { openRepositories, type Repositories } from './repositories.ts';
import { HELP, VERSION } from './usage.ts';

/** What a database that cannot be opened ends with. */
const NOT_OPENED = 99;

/** A command line taken apart. */
export interface Request {
  readonly db: Database;
  readonly out: Out;
  readonly repositories: Repositories;
  /** Letters and long names. */
  readonly options: ReadonlySet<string>;
  readonly value: (name: string) => string | undefined;
  readonly names: readonly string[];
}

interface Applet {
  readonly short?: string;
  readonly long?: OptionTable['long'];
  /** It changes things, and so needs the lock. */
  readonly writes: boolean;
  /** Which indexes it needs: none, those that are here, or fresh ones. */
  readonly indexes: 'none' | 'kept' | 'fresh';
  readonly run: (request: Request) => Sys<number>;
}

const GLOBAL_SHORT = 'hp:X:qviVfU';
const GLOBAL_LONG: OptionTable['long'] = {
  ...{ help: 'h', 'root=': 'p', 'repository=': 'X', quiet: 'q', verbose: 'v', interactive: 'i', version: 'V', force: 'f' },
  ...{ 'update-cache': 'U', 'no-cache': 'no-cache', 'no-network': 'no-network', 'no-progress': 'no-progress', progress: 'progress' },
  ...{ purge: 'purge', 'allow-untrusted': 'allow-untrusted', 'no-interactive': 'no-interactive', 'no-logfile': 'no-logfile' },
  ...{ 'wait=': 'wait', 'timeout=': 'timeout', 'cache-max-age=': 'cache-max-age', 'print-arch': 'print-arch', 'arch=': 'arch' },
  ...{ 'force-refresh': 'force-refresh', 'force-broken-world': 'force-broken-world', 'force-overwrite': 'force-overwrite' },
};
const COMMIT_SHORT = 's';
const COMMIT_LONG: OptionTable['long'] = {
  simulate: 's',
  'no-scripts': 'no-scripts',
  'no-commit-hooks': 'no-commit-hooks',
  'clean-protected': 'clean-protected',
};

const changing = (short: string, long: OptionTable['long'], indexes: Applet['indexes'], run: Applet['run']): Applet => ({
  ...{ short: `${COMMIT_SHORT}${short}`, long: { ...COMMIT_LONG, ...long }, writes: true, indexes, run },
});

const INFO_LONG = Object.fromEntries(
  ['all', 'contents', 'depends', 'description', 'installed', 'install-if', 'license', 'provides', 'rdepends', 'replaces']
    .concat(['rinstall-if', 'size', 'triggers', 'webpage', 'who-owns'])
    .map((name) => [name, name]),
);
const LIST_LONG = Object.fromEntries(
  ['available', 'depends', 'installed', 'manifest', 'origin', 'orphaned', 'providers', 'upgradable', 'upgradeable'].map((name) => [
    name,
    name,
  ]),
);
const SEARCH_LONG = Object.fromEntries(['all', 'description', 'exact', 'has-origin', 'origin', 'rdepends'].map((name) => [name, name]));

const APPLETS: Readonly<Record<string, Applet>> = {
  add: changing('t:ul', { 'virtual=': 't', upgrade: 'u', latest: 'l', initdb: 'initdb', 'no-chown': 'no-chown' }, 'fresh', add),
  del: changing('r', { rdepends: 'r' }, 'kept', del),
  fix: changing('druxl', { depends: 'd', reinstall: 'r', upgrade: 'u', xattr: 'x' }, 'fresh', fix),
  upgrade: changing(
    'al',
    { available: 'a', latest: 'l', 'no-self-upgrade': 'no-self-upgrade', 'self-upgrade-only': 'self-upgrade-only' },
    'fresh',
    upgrade,
  ),
  update: { writes: true, indexes: 'fresh', run: update },
  info: {
    short: 'aLRdePrstwW',
    long: INFO_LONG,
    writes: false,
    indexes: 'kept',
    run: ({ db, out, options, names }) => info(db, out, options, names),
  },
  list: {
    short: 'adIoOPu',
    long: LIST_LONG,
    writes: false,
    indexes: 'kept',
    run: ({ db, out, options, names }) => list(db, out, options, names),
  },
  search: {
    short: 'adexor',
    long: SEARCH_LONG,
    writes: false,
    indexes: 'kept',
    run: ({ db, out, options, names }) => search(db, out, options, names),
  },
  policy: { writes: false, indexes: 'kept', run: ({ db, out, names }) => policy(db, out, names) },
  version: { short: 'l:v', writes: false, indexes: 'kept', run: ({ db, out }) => version(db, out) },
};

export const apk = command('apk', main, '/sbin');

function* main(c: Command): Sys<number> {
  const applet = c.args.find((word) => Object.hasOwn(APPLETS, word));
  const { short = '', long, ...found } = APPLETS[applet ?? ''] ?? { writes: false, indexes: 'none' as const, run: undefined };
  const parsed = getopt(c.args, { short: GLOBAL_SHORT + short, long: { ...GLOBAL_LONG, ...long } });
  if (parsed instanceof UsageError) return yield* misused(c, parsed, applet);
  const options = new Set(parsed.options.flatMap(({ flag }) => flag));
  if (options.has('V')) {
    yield* c.print(VERSION);
    return 0;
  }
  if (options.has('print-arch')) {
    yield* c.print('x86_64\n');
    return 0;
  }
  const [called, ...names] = parsed.operands;
  if (called === undefined || options.has('h')) {
    yield* c.print(HELP);
    return called === undefined && !options.has('h') ? 1 : 0;
  }
  if (found.run === undefined || called !== applet) {
    yield* c.error(`ERROR: '${called}' is not an apk command. See 'apk --help'.\n`);
    return 1;
  }
  const loudness = parsed.options.reduce((sum, { flag }) => sum + (flag === 'v' ? 1 : flag === 'q' ? -1 : 0), 1);
  const out = new Out(c, loudness, !options.has('no-progress'));
  const db = new Database(c.p);
  const locked = found.writes && !options.has('s') ? db.lock() : undefined;
  if (locked !== undefined) {
    yield* out.complain(`Unable to lock database: ${reason(locked)}`);
    yield* out.complain(`Failed to open apk database: ${reason(locked)}`);
    return NOT_OPENED;
  }
  const needsNone =
    found.indexes === 'none' || (applet === 'info' && ['e', 'W', 'installed', 'who-owns'].some((name) => options.has(name)));
  const repositories = needsNone
    ? { unavailable: 0, stale: 0, known: [], packages: 0 }
    : yield* openRepositories(db, out, {
        noCache: options.has('no-cache'),
        noNetwork: options.has('no-network'),
        updates: found.indexes === 'fresh' && !options.has('s'),
        force: applet === 'update' || options.has('U') || options.has('force-refresh'),
      });
  const value = (flag: string): string | undefined => parsed.options.findLast((option) => option.flag === flag)?.value;
  return yield* found.run({ db, out, repositories, options, value, names });
}

/** What musl's getopt says, and how the applet is called. */
function* misused(c: Command, { message }: UsageError, applet: string | undefined): Sys<number> {
  const [, option = ''] = /'(?:--)?([^']*)'/.exec(message) ?? [];
  const why = message.includes('requires an argument') ? 'option requires an argument' : 'unrecognized option';
  yield* c.error(`${c.name}: ${why}: ${option}\n`);
  yield* c.print(applet === undefined ? HELP : `${VERSION}\nusage: apk ${applet} [<OPTIONS>...]\n\nFor more information: man 8 apk\n`);
  return 1;
}
