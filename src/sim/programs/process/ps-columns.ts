import { NS_PER_S } from '../../base/time.ts';
import { shownId } from '../../machine/id-map.ts';
import type { PidNamespace } from '../../machine/namespaces.ts';
import type { Process } from '../../machine/process.ts';
import { groupName, userName } from '../lib/accounts.ts';

/** One process as a column sees it. */
export interface Row {
  readonly pid: number;
  readonly ppid: number;
  /** The pid namespace that /proc shows. */
  readonly ns: PidNamespace;
  readonly process: Process;
  readonly viewer: Process;
  /** Lines of the tree in front of the command (`--forest`). */
  readonly branch: string;
}

/** A column of `ps -o`: its heading, its width, and what it shows. The last column of a line is never padded. */
export interface Column {
  readonly heading: string;
  readonly width: number;
  readonly align: 'left' | 'right';
  readonly show: (row: Row) => string;
}

const MEMORY_KB = { vsz: 7068, rss: 3456 };

const two = (n: number): string => String(n).padStart(2, '0');
const zombie = (row: Row): string => (row.process.state === 'Z' ? ' <defunct>' : '');
const commandLine = (row: Row): string =>
  row.branch +
  (row.process.state === 'Z' || row.process.argv.length === 0 ? `[${row.process.comm}]${zombie(row)}` : row.process.argv.join(' '));
const ttyName = ({ process }: Row): string => process.tty?.path.replace('/dev/', '') ?? '?';

function startDate({ process, viewer }: Row): Date {
  return new Date(viewer.wallClockMs - Math.floor((viewer.nowNs - process.startNs) / 1e6));
}

function elapsed({ process, viewer }: Row): string {
  const seconds = Math.floor((viewer.nowNs - process.startNs) / NS_PER_S);
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  const tail = `${two(minutes)}:${two(seconds % 60)}`;
  if (days > 0) return `${days}-${two(hours)}:${tail}`;
  return hours > 0 ? `${two(hours)}:${tail}` : tail;
}

/** STAT: the state, `s` for a session leader, `+` for the foreground group. */
function stat({ process }: Row): string {
  const leader = process.session.leader === process ? 's' : '';
  const foreground = process.tty !== undefined && process.tty.foreground === process.group ? '+' : '';
  return process.state + leader + foreground;
}

const right = (heading: string, width: number, show: Column['show']): Column => ({ heading, width, align: 'right', show });
const left = (heading: string, width: number, show: Column['show']): Column => ({ heading, width, align: 'left', show });

const shownUid = ({ process, viewer }: Row): number => shownId(viewer, 'uidMap', process.credentials.uid);
const shownGid = ({ process, viewer }: Row): number => shownId(viewer, 'gidMap', process.credentials.gid);
const USER = (heading: string) => left(heading, 8, (row) => userName(row.viewer, shownUid(row)));
const COMM = (heading: string) => left(heading, 15, (row) => row.branch + row.process.comm + zombie(row));
const ARGS = (heading: string) => left(heading, 27, commandLine);
const TIME = right('TIME', 8, () => '00:00:00');
const namespace = (kind: 'net' | 'pid' | 'mnt' | 'uts' | 'ipc' | 'user' | 'cgroup' | 'time', heading: string) =>
  right(heading, 10, ({ process }) => String(process.namespaces[kind].inode));

/** The columns by their names in `-o`. The processor is free here and memory is not counted: both are a small process's. */
export const COLUMNS: Readonly<Record<string, Column>> = {
  pid: right('PID', 7, ({ pid }) => String(pid)),
  ppid: right('PPID', 7, ({ ppid }) => String(ppid)),
  pgid: right('PGID', 7, ({ process, ns }) => String(process.group.in(ns))),
  sid: right('SID', 7, ({ process, ns }) => String(process.session.id.in(ns))),
  tpgid: right('TPGID', 7, ({ process, ns }) => (process.tty === undefined ? '-1' : String(process.tty.foreground?.in(ns) ?? 0))),
  tty: left('TT', 8, ttyName),
  tname: left('TTY', 8, ttyName),
  stat: left('STAT', 4, stat),
  s: left('S', 1, ({ process }) => process.state),
  time: TIME,
  cputime: TIME,
  etime: right('ELAPSED', 11, elapsed),
  etimes: right('ELAPSED', 7, ({ process, viewer }) => String(Math.floor((viewer.nowNs - process.startNs) / NS_PER_S))),
  user: USER('USER'),
  euser: USER('EUSER'),
  ruser: USER('RUSER'),
  uid: right('UID', 5, (row) => String(shownUid(row))),
  gid: right('GID', 5, (row) => String(shownGid(row))),
  group: left('GROUP', 8, (row) => groupName(row.viewer, shownGid(row))),
  comm: COMM('COMMAND'),
  ucmd: COMM('CMD'),
  args: ARGS('COMMAND'),
  cmd: ARGS('CMD'),
  command: ARGS('COMMAND'),
  '%cpu': right('%CPU', 4, () => '0.0'),
  pcpu: right('%CPU', 4, () => '0.0'),
  '%mem': right('%MEM', 4, () => '0.1'),
  pmem: right('%MEM', 4, () => '0.1'),
  vsz: right('VSZ', 6, () => String(MEMORY_KB.vsz)),
  rss: right('RSS', 5, () => String(MEMORY_KB.rss)),
  lstart: right('STARTED', 24, (row) => {
    const [weekday, month, day, year] = startDate(row)
      .toUTCString()
      .replace(',', '')
      .split(' ')
      .map((_, i, words) => words[[0, 2, 1, 3][i] as number]);
    return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${startDate(row).toISOString().slice(11, 19)} ${year}`;
  }),
  start: right('STARTED', 8, (row) => startDate(row).toISOString().slice(11, 19)),
  nlwp: right('NLWP', 4, () => '1'),
  pri: right('PRI', 3, () => '19'),
  ni: right('NI', 3, () => '0'),
  wchan: left('WCHAN', 6, ({ process }) => (process.waitsFor === '' ? '-' : process.waitsFor).slice(0, 6)),
  netns: namespace('net', 'NETNS'),
  pidns: namespace('pid', 'PIDNS'),
  mntns: namespace('mnt', 'MNTNS'),
  utsns: namespace('uts', 'UTSNS'),
  ipcns: namespace('ipc', 'IPCNS'),
  userns: namespace('user', 'USERNS'),
  cgroupns: namespace('cgroup', 'CGROUPNS'),
  timens: namespace('time', 'TIMENS'),
};

const hoursAndMinutes = (row: Row): string => startDate(row).toISOString().slice(11, 16);

/** Plain `ps`, `ps -f`, `ps x` and `ps u` have columns of their own. */
export const LAYOUTS = {
  simple: [COLUMNS.pid, COLUMNS.tname, TIME, COMM('CMD')],
  full: [
    left('UID', 8, (row) => userName(row.viewer, shownUid(row))),
    right('PID', 7, ({ pid }) => String(pid)),
    COLUMNS.ppid,
    right('C', 2, () => '0'),
    right('STIME', 5, hoursAndMinutes),
    COLUMNS.tname,
    TIME,
    ARGS('CMD'),
  ],
  bsd: [COLUMNS.pid, COLUMNS.tname, COLUMNS.stat, right('TIME', 6, () => '0:00'), ARGS('COMMAND')],
  user: [
    USER('USER'),
    right('PID', 7, ({ pid }) => String(pid)),
    COLUMNS.pcpu,
    COLUMNS.pmem,
    COLUMNS.vsz,
    COLUMNS.rss,
    COLUMNS.tname,
    COLUMNS.stat,
    left('START', 5, hoursAndMinutes),
    right('TIME', 6, () => '0:00'),
    ARGS('COMMAND'),
  ],
} as Readonly<Record<'simple' | 'full' | 'bsd' | 'user', readonly Column[]>>;
