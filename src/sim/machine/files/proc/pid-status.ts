import { NS_PER_MS } from '../../../base/time.ts';
import type { CapabilitySet } from '../../../kernel/capability.ts';
import type { Ids } from '../../credentials.ts';
import { shownId } from '../../id-map.ts';
import type { PidNamespace } from '../../namespaces.ts';
import type { Pid } from '../../pid.ts';
import type { Process } from '../../process.ts';
import type { ProcContext } from './context.ts';

const STATE_TEXT = { R: 'R (running)', S: 'S (sleeping)', D: 'D (disk sleep)', T: 'T (stopped)', Z: 'Z (zombie)' } as const;

/** What a small program takes: memory is not simulated. */
const MEMORY = `VmPeak:	    3060 kB
VmSize:	    3060 kB
VmLck:	       0 kB
VmPin:	       0 kB
VmHWM:	    1764 kB
VmRSS:	    1764 kB
RssAnon:	     108 kB
RssFile:	    1656 kB
RssShmem:	       0 kB
VmData:	     360 kB
VmStk:	     132 kB
VmExe:	      20 kB
VmLib:	    1528 kB
VmPTE:	      44 kB
VmSwap:	       0 kB
HugetlbPages:	       0 kB
CoreDumping:	0
THP_enabled:	1
untag_mask:	0xffffffffffffffff
`;

/** /proc/PID/status (proc_pid_status in fs/proc/array.c). */
export function statusText(context: ProcContext, viewer: Process, of: Process, pid: number): string {
  const zombie = of.state === 'Z';
  const none = hexSet(0n);
  const namespaces = namespacesDown(context.pidNamespace(), of);
  const numbers = (id: Pid): string => namespaces.map((ns) => `\t${id.in(ns)}`).join('');
  const { credentials: c } = of;
  return [
    `Name:	${of.comm}\n`,
    zombie ? '' : `Umask:	${of.umask.toString(8).padStart(4, '0')}\n`,
    `State:	${STATE_TEXT[of.state]}\n`,
    `Tgid:	${pid}\nNgid:	0\nPid:	${pid}\nPPid:	${parentPid(context, of)}\nTracerPid:	0\n`,
    `Uid:\t${idLine(viewer, 'uidMap', c.uids)}\nGid:\t${idLine(viewer, 'gidMap', c.gids)}\n`,
    `FDSize:	${zombie ? 0 : 256}\nGroups:\t${c.groups.map((gid) => shownId(viewer, 'gidMap', gid)).join(' ')} \n`,
    `NStgid:${numbers(of.id)}\nNSpid:${numbers(of.id)}\nNSpgid:${numbers(of.group)}\nNSsid:${numbers(of.session.id)}\nKthread:\t0\n`,
    zombie ? '' : MEMORY,
    'Threads:	1\nSigQ:	0/7823\n',
    `SigPnd:	${none}\nShdPnd:	${none}\nSigBlk:	${none}\nSigIgn:	${none}\nSigCgt:	${none}\n`,
    `CapInh:\t${hexSet(c.inheritable)}\nCapPrm:\t${hexSet(c.permitted)}\nCapEff:\t${hexSet(c.effective)}\n`,
    `CapBnd:\t${hexSet(c.bounding)}\nCapAmb:\t${hexSet(c.ambient)}\n`,
    `NoNewPrivs:\t${c.noNewPrivileges ? 1 : 0}\n`,
    'Seccomp:	0\nSeccomp_filters:	0\n',
    'Speculation_Store_Bypass:	vulnerable\nSpeculationIndirectBranch:	always enabled\n',
    'Cpus_allowed:	3\nCpus_allowed_list:	0-1\nMems_allowed:	00000000,00000001\nMems_allowed_list:	0\n',
    'voluntary_ctxt_switches:	0\nnonvoluntary_ctxt_switches:	0\n',
  ].join('');
}

/** The pid namespaces from the one that /proc shows down to the process's own. */
function namespacesDown(top: PidNamespace, of: Process): PidNamespace[] {
  const down: PidNamespace[] = [];
  for (let at: PidNamespace | undefined = of.namespaces.pid; at !== undefined && at.level >= top.level; at = at.parent) down.unshift(at);
  return down;
}

/** Real, effective, saved and file system id, which is the effective one. */
function idLine(viewer: Process, which: 'uidMap' | 'gidMap', [real, effective, saved]: Ids): string {
  return [real, effective, saved, effective].map((id) => shownId(viewer, which, id)).join('\t');
}

function hexSet(set: CapabilitySet): string {
  return set.toString(16).padStart(16, '0');
}

/** /proc/PID/stat (do_task_stat): numbers that the simulator does not have are 0. */
export function statLine(context: ProcContext, of: Process, pid: number): string {
  const { tty } = of;
  const ns = context.pidNamespace();
  const terminal = tty === undefined ? 0 : 136 * 256 + tty.index;
  const startTicks = Math.floor(of.startNs / (10 * NS_PER_MS));
  const fields = [
    ...[
      pid,
      `(${of.comm})`,
      of.state,
      parentPid(context, of),
      of.group.in(ns),
      of.session.id.in(ns),
      terminal,
      tty === undefined ? -1 : (tty.foreground?.in(ns) ?? 0),
      4194560,
    ],
    ...[0, 0, 0, 0, 0, 0, 0, 0, 20, 0, 1, 0, startTicks, 3133440, 441, '18446744073709551615'],
    ...[
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      17,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      of.endStatus?.kind === 'exited' ? of.endStatus.status << 8 : 0,
    ],
  ];
  return `${fields.join(' ')}\n`;
}

function parentPid(context: ProcContext, of: Process): number {
  return of.parent?.id.in(context.pidNamespace()) ?? 0;
}

/** /proc/PID/limits of a login on Debian. */
export function limitsText(): string {
  const rows: readonly (readonly [string, string, string, string])[] = [
    ['Limit', 'Soft Limit', 'Hard Limit', 'Units'],
    ['Max cpu time', 'unlimited', 'unlimited', 'seconds'],
    ['Max file size', 'unlimited', 'unlimited', 'bytes'],
    ['Max data size', 'unlimited', 'unlimited', 'bytes'],
    ['Max stack size', '8388608', 'unlimited', 'bytes'],
    ['Max core file size', '0', 'unlimited', 'bytes'],
    ['Max resident set', 'unlimited', 'unlimited', 'bytes'],
    ['Max processes', '7823', '7823', 'processes'],
    ['Max open files', '1024', '1048576', 'files'],
    ['Max locked memory', '8388608', '8388608', 'bytes'],
    ['Max address space', 'unlimited', 'unlimited', 'bytes'],
    ['Max file locks', 'unlimited', 'unlimited', 'locks'],
    ['Max pending signals', '7823', '7823', 'signals'],
    ['Max msgqueue size', '819200', '819200', 'bytes'],
    ['Max nice priority', '0', '0', ''],
    ['Max realtime priority', '0', '0', ''],
    ['Max realtime timeout', 'unlimited', 'unlimited', 'us'],
  ];
  return rows.map(([name, soft, hard, unit]) => `${name.padEnd(25)} ${soft.padEnd(20)} ${hard.padEnd(20)} ${unit.padEnd(10)}\n`).join('');
}
