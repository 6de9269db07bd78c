import { fail, type KernelError } from '../base/result.ts';
import { reap } from './lifecycle.ts';
import type { SpawnOptions, Sys, WaitStatus } from './process.ts';
import { Session } from './session.ts';
import type { Signal } from './signal.ts';
import type { Task } from './task.ts';

// What processes do with one another: waiting for children, groups and sessions, sending signals.

/** Puts a new child into its session and group, with the signals it is to ignore or not. */
export function place(child: Task, options: SpawnOptions): void {
  for (const signal of options.defaultSignals ?? []) child.signals.set(signal, 'default');
  for (const signal of options.ignoreSignals ?? []) child.signals.set(signal, 'ignore');
  if (options.newSession) {
    child.session = new Session(child);
    child.pgid = child.pid;
  } else if (options.pgid !== undefined) child.pgid = options.pgid === 0 ? child.pid : options.pgid;
  if (options.foreground && child.tty !== undefined) child.tty.foreground = child.pgid;
}

export function* waitpid(
  task: Task,
  pid: number,
  options: { readonly noHang?: boolean; readonly untraced?: boolean } = {},
): Sys<WaitStatus | undefined | KernelError> {
  for (;;) {
    if (task.signals.pending.length > 0) yield { on: 'turn' };
    let any = false;
    for (const child of task.children) {
      if (pid > 0 ? child.pid !== pid : pid === 0 ? child.pgid !== task.pgid : pid < -1 && child.pgid !== -pid) continue;
      any = true;
      if (child.endStatus !== undefined) return reap(child);
      if (options.untraced && child.stopSignal !== undefined && !child.stopReported) {
        child.stopReported = true;
        return { pid: child.pid, kind: 'stopped', signal: child.stopSignal };
      }
    }
    if (!any) return fail('ECHILD');
    if (options.noHang) return undefined;
    yield { on: 'queues', queues: [task.childChanged], why: pid > 0 ? `child ${pid}` : 'children' };
  }
}

export function setpgid(task: Task, pid: number, pgid: number): undefined | KernelError {
  const { machine } = task;
  const member = pid === 0 ? task : machine.tasks.get(pid);
  if (member === undefined || (member !== task && member.parent !== task)) return fail('ESRCH');
  if (member.session !== task.session || member.session.leader === member) return fail('EPERM');
  const group = pgid === 0 ? member.pid : pgid;
  if (group !== member.pid && !machine.groupMembers(group).some((other) => other.session === task.session)) return fail('EPERM');
  member.pgid = group;
  return undefined;
}

export function setsid(task: Task): number | KernelError {
  if (task.machine.groupMembers(task.pid).length > 0) return fail('EPERM');
  task.session = new Session(task);
  task.pgid = task.pid;
  return task.pid;
}

export function kill(task: Task, pid: number, signal: Signal | 0): KernelError | undefined {
  const all = task.machine.tasks;
  let targets: readonly Task[];
  if (pid > 0) targets = [all.get(pid)].filter((target) => target !== undefined);
  else if (pid === -1) targets = [...all.values()].filter((target) => target !== task && target.pid !== 1);
  else targets = task.machine.groupMembers(pid === 0 ? task.pgid : -pid);
  if (targets.length === 0) return fail('ESRCH');
  const allowed = targets.filter((target) => mayKill(task, target, signal));
  if (allowed.length === 0) return fail('EPERM');
  if (signal !== 0) for (const target of allowed) target.post(signal, task);
  return undefined;
}

/** kill(2) with numbers as the caller's pid namespace has them: what somebody types. -1 spares process 1 of it. */
export function killNumbered(task: Task, number: number, signal: Signal | 0): KernelError | undefined {
  const { processes } = task.pidNamespace;
  if (number === 0) return kill(task, 0, signal);
  if (number === -1) {
    const others = [...processes.values()].filter((other) => other !== task && processes.get(1) !== other);
    const errors = others.map((other) => kill(task, other.pid, signal));
    return others.length === 0 ? fail('ESRCH') : errors.includes(undefined) ? undefined : errors[0];
  }
  const target = processes.get(Math.abs(number));
  if (target === undefined) return fail('ESRCH');
  return kill(task, number < 0 ? -target.pid : target.pid, signal);
}

/** One's own processes, anybody's with CAP_KILL, and SIGCONT within the session (kill_ok_by_cred). */
function mayKill(task: Task, target: Task, signal: Signal | 0): boolean {
  const [real, effective] = task.credentials.uids;
  const [targetReal, , targetSaved] = target.credentials.uids;
  const same = [real, effective].some((uid) => uid === targetReal || uid === targetSaved);
  return same || task.capable('kill', target.namespaces.user) || (signal === 'SIGCONT' && task.session === target.session);
}
