// The applets of this BusyBox: those with a dialect of their own, and those that say what the machine's full programs say.

import type { Program } from '../../machine/process.ts';
import { AWK_PROGRAMS } from '../awk/awk.ts';
import { busyboxStat } from '../files/attributes.ts';
import { FILE_PROGRAMS } from '../files/index.ts';
import { fixedColumnsLs } from '../files/ls.ts';
import { find } from '../find/find.ts';
import { type CommandProgram, command } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { nsenter } from '../namespaces/nsenter.ts';
import { unshare } from '../namespaces/unshare.ts';
import { BUSYBOX_HOSTNAME_PROGRAMS } from '../net-settings/hostname.ts';
import { sysctl } from '../net-settings/sysctl.ts';
import { PROCESS_PROGRAMS } from '../process/index.ts';
import { SCREEN_PROGRAMS } from '../screen/index.ts';
import { sed } from '../sed/sed.ts';
import { date } from '../system/date.ts';
import { dmesg } from '../system/dmesg.ts';
import { IDENTITY_PROGRAMS } from '../system/identity.ts';
import { LOOKUP_PROGRAMS } from '../system/lookup.ts';
import { MOUNT_PROGRAMS } from '../system/mount.ts';
import { SPACE_PROGRAMS } from '../system/space.ts';
import { TEXT_PROGRAMS } from '../text/index.ts';
import { fixedColumnsWc } from '../text/wc.ts';
import type { Applet } from './applet.ts';
import { busyboxArp } from './arp.ts';
import { busyboxArping } from './arping.ts';
import { busyboxBrctl } from './brctl.ts';
import { busyboxGunzip, busyboxGzip } from './gzip.ts';
import { busyboxHttpd } from './httpd/httpd.ts';
import { busyboxGroups, busyboxId, busyboxLogname, busyboxUptime, busyboxWho } from './identity.ts';
import { busyboxIfconfig } from './ifconfig.ts';
import { busyboxIp, busyboxIpneigh } from './ip/ip.ts';
import { busyboxIpcalc } from './ipcalc.ts';
import { busyboxNc } from './nc.ts';
import { busyboxNetstat } from './netstat.ts';
import { busyboxNslookup } from './nslookup.ts';
import { busyboxPing } from './ping.ts';
import { busyboxKill, busyboxKillall, busyboxSetsid, busyboxTime, busyboxTimeout, busyboxUsleep } from './processes.ts';
import { busyboxPs } from './ps.ts';
import { busyboxRoute } from './route.ts';
import { busyboxSh } from './sh.ts';
import { SHARED_OPTIONS } from './shared-options.ts';
import { busyboxTraceroute } from './traceroute.ts';
import { showUsage, usageText } from './usage.ts';
import { busyboxWget } from './wget.ts';
import { AppletCommand } from './wording.ts';

const sh = busyboxSh(() => new Set([...APPLETS.keys(), 'busybox']));

const OWN: Readonly<Record<string, Applet>> = {
  arp: busyboxArp,
  arping: busyboxArping,
  ash: sh,
  brctl: busyboxBrctl,
  groups: busyboxGroups,
  gunzip: busyboxGunzip,
  gzip: busyboxGzip,
  httpd: busyboxHttpd,
  id: busyboxId,
  ifconfig: busyboxIfconfig,
  ip: busyboxIp,
  ipcalc: busyboxIpcalc,
  ipneigh: busyboxIpneigh,
  kill: busyboxKill,
  killall: busyboxKillall,
  logname: busyboxLogname,
  nc: busyboxNc,
  netstat: busyboxNetstat,
  nslookup: busyboxNslookup,
  ping: busyboxPing,
  ping6: busyboxPing,
  ps: busyboxPs,
  route: busyboxRoute,
  setsid: busyboxSetsid,
  sh,
  time: busyboxTime,
  timeout: busyboxTimeout,
  traceroute: busyboxTraceroute,
  traceroute6: busyboxTraceroute,
  uptime: busyboxUptime,
  usleep: busyboxUsleep,
  wget: busyboxWget,
  who: busyboxWho,
  zcat: busyboxGunzip,
};

const FULL: ReadonlyMap<string, Program> = new Map(
  [
    ...AWK_PROGRAMS,
    ...FILE_PROGRAMS,
    find,
    ...BUSYBOX_HOSTNAME_PROGRAMS,
    nsenter,
    unshare,
    sysctl,
    ...PROCESS_PROGRAMS,
    ...SCREEN_PROGRAMS,
    sed,
    date,
    dmesg,
    ...IDENTITY_PROGRAMS,
    ...LOOKUP_PROGRAMS,
    ...MOUNT_PROGRAMS,
    ...SPACE_PROGRAMS,
    ...TEXT_PROGRAMS,
    busyboxStat,
    fixedColumnsLs,
    fixedColumnsWc,
  ].map((program) => [program.name, program]),
);

/** Whose work the full programs do; what BusyBox has of them is in {@link SHARED_OPTIONS}. */
const SHARED: readonly string[] = [
  ...Object.keys(SHARED_OPTIONS),
  '[',
  'clear',
  'echo',
  'expr',
  'false',
  'find',
  'more',
  'nl',
  'nsenter',
  'od',
  'printf',
  'pwd',
  'shuf',
  'stty',
  'test',
  'true',
  'unshare',
  'xargs',
  'yes',
];

/** These take `--help` for an argument like others. */
const WITHOUT_HELP: ReadonlySet<string> = new Set(['[', 'echo', 'false', 'test', 'true']);

/** The status of these where anything went wrong; GNU's tell more. */
const FAILURE: Readonly<Record<string, number>> = { ls: 1, sed: 1 };

/** Runs a full program after a look at its command line. */
function shared(full: Program): Applet {
  return function* (c, name, args) {
    const table = SHARED_OPTIONS[name];
    if (table !== undefined) {
      const words = table.digits === true ? args.filter((word) => !/^[-+]\d+$/.test(word)) : args;
      const parsed = getopt(words, table);
      if (parsed instanceof UsageError) return yield* showUsage(c, name, parsed.message, table.status);
      const { length } = parsed.operands;
      const complete = ['e', 'f', 'a'].some((flag) => parsed.options.some((option) => option.flag === flag));
      if ((length < (table.least ?? 0) && !complete) || length > (table.most ?? length))
        return yield* showUsage(c, name, undefined, table.status);
    }
    if (!('run' in full)) return yield* full.main(c.p, [name, ...args]);
    const status = yield* (full as CommandProgram).run(new AppletCommand(c.p, [name, ...args]));
    return status === 0 ? 0 : (FAILURE[name] ?? status);
  };
}

function applet(name: string, main: Applet): Program {
  return command(name, function* (c) {
    if (c.args.length === 1 && c.args[0] === '--help' && !WITHOUT_HELP.has(name)) {
      yield* c.error(usageText(name));
      return 0;
    }
    return yield* main(c, name, c.args);
  });
}

/** All of them by name, in order of their names. */
export const APPLETS: ReadonlyMap<string, Program> = new Map(
  [
    ...Object.entries(OWN).map(([name, main]) => applet(name, main)),
    ...SHARED.filter((name) => OWN[name] === undefined).flatMap((name) => {
      const full = FULL.get(name);
      return full === undefined ? [] : [applet(name, shared(full))];
    }),
  ]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((program) => [program.name, program]),
);

/** The shell of a BusyBox without FEATURE_SH_STANDALONE, under both its names. */
export const PATH_SHELLS: readonly Program[] = ['ash', 'sh'].map((name) =>
  applet(
    name,
    busyboxSh(() => new Set()),
  ),
);
