import { utf8 } from '../base/utf8.ts';
import { Interrupted, type Process, type WaitStatus } from './process.ts';
import { isOrphanedGroup } from './session.ts';
import type { Task } from './task.ts';

/** Makes a process a zombie: all it held is given back, its children go to init, its session and groups are looked after (do_exit). */
export function end(task: Task, status: WaitStatus): void {
  const { machine } = task;
  if (task.ended) return;
  task.endStatus = status;
  task.stopSignal = undefined;
  machine.scheduler.drop(task);
  task.signals.drop(() => true);
  task.files.closeAll();
  task.letNetnsGo();
  task.letMountsGo();
  hangUpOrphans(task);
  if (task.session.leader === task) task.session.leaderEnded();
  const { pidNamespace } = task;
  if (pidNamespace.reaper === task && pidNamespace.parent !== undefined) {
    pidNamespace.ended = true;
    for (const other of [...pidNamespace.processes.values()]) if (other !== task) (other as Task).exit(killed(other));
  }
  giveAway(task);
}

/** Takes a zombie away and tells how it ended (release_task). */
export function reap(task: Task): WaitStatus {
  task.machine.table.remove(task);
  task.parent?.children.delete(task);
  task.parent = undefined;
  return task.endStatus as WaitStatus;
}

/** Ends a process whose program threw. A signal it had asked for and did not catch kills it; anything else is a bug of ours, and is said to be one. */
export function crash(task: Task, error: unknown): void {
  if (error instanceof Interrupted) {
    task.exit({ pid: task.pid, kind: 'signaled', signal: error.signal });
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  const chain = error instanceof Error ? callChain(error.stack ?? '') : '';
  task.file(2)?.write(utf8(`vethlab: bug in ${task.comm}: ${message}\n${chain === '' ? '' : `vethlab: in ${chain}\n`}`));
  task.machine.onBug?.({ pid: task.pid, argv: task.argv, message, stack: error instanceof Error ? (error.stack ?? '') : '' });
  task.exit({ pid: task.pid, kind: 'exited', status: 134 });
}

function killed(process: Process): WaitStatus {
  return { pid: process.pid, kind: 'signaled', signal: 'SIGKILL' };
}

/** The names of the program's functions on the stack, innermost first: through `yield*` they are all there, each with a `next` between. */
function callChain(stack: string): string {
  const names = [...stack.matchAll(/^ *at (?:new )?([\w.$#<>]+) |^([\w.$#*]*)@/gm)].map((match) =>
    (match[1] ?? match[2] ?? '').replace(/^.*\./, ''),
  );
  const end = names.findIndex((name) => name === '#turn' || name === 'runReady');
  const own = (end < 0 ? names : names.slice(0, end)).filter(
    (name) => name !== '' && name !== 'next' && name !== 'throw' && name !== '<anonymous>',
  );
  return own.slice(0, 12).join(' < ');
}

/** Children of the ended are adopted by the process 1 of its pid namespace, which takes those that are zombies (forget_original_parent). */
function giveAway(task: Task): void {
  const { init } = task.machine;
  const reaper = task.pidNamespace.reaper as Task | undefined;
  const heir = reaper === undefined || reaper.ended ? init : reaper;
  for (const child of task.children) {
    child.parent = heir;
    heir.children.add(child);
    if (child.ended) heir.childChanged.wake();
  }
  task.children.clear();
}

/** Groups that nobody looks after any more and that have stopped members get SIGHUP and SIGCONT (kill_orphaned_pgrp). */
function hangUpOrphans(task: Task): void {
  const { machine } = task;
  const groups = new Set([...task.children].filter((child) => child.session === task.session).map((child) => child.group));
  if (task.parent?.session === task.session && task.parent.group !== task.group) groups.add(task.group);
  for (const group of groups) {
    const stopped = machine.groupMembers(group).some((member) => member !== task && member.stopSignal !== undefined);
    if (!stopped || !isOrphanedGroup(group, machine.tasks.values(), task)) continue;
    machine.signalGroup(group, 'SIGHUP');
    machine.signalGroup(group, 'SIGCONT');
  }
}
