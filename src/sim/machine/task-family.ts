import { fail, type KernelError } from '../base/result.ts';
import { reap } from './lifecycle.ts';
import type { Pid } from './pid.ts';
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
    child.group = child.id;
  } else if (options.pgid !== undefined) {
    const { parent } = child;
    child.group = (options.pgid === 0 || parent === undefined ? undefined : groupNumbered(parent, options.pgid)) ?? child.id;
  }
  if (options.foreground && child.tty !== undefined) child.tty.foreground = child.group;
}

/** The group of that number in the caller's pid namespace, while it has members. */
export function groupNumbered(task: Task, number: number): Pid | undefined {
  const { pidNamespace } = task;
  const leader = pidNamespace.processes.get(number) as Task | undefined;
  if (leader !== undefined && leader.group === leader.id) return leader.id;
  for (const { group } of task.machine.tasks.values()) if (group.in(pidNamespace) === number) return group;
  return undefined;
}

export function* waitpid(
  task: Task,
  pid: number,
  options: { readonly noHang?: boolean; readonly untraced?: boolean } = {},
): Sys<WaitStatus | undefined | KernelError> {
  const wanted = pid > 0 ? task.pidNamespace.processes.get(pid) : undefined;
  const group = pid === 0 ? task.group : pid < -1 ? groupNumbered(task, -pid) : undefined;
  for (;;) {
    if (task.signals.pending.length > 0) yield { on: 'turn' };
    let any = false;
    for (const child of task.children) {
      if (pid > 0 ? child !== wanted : pid !== -1 && child.group !== group) continue;
      any = true;
      if (child.endStatus !== undefined) return { ...reap(child), pid: child.pidSeenBy(task) };
      if (options.untraced && child.stopSignal !== undefined && !child.stopReported) {
        child.stopReported = true;
        return { pid: child.pidSeenBy(task), kind: 'stopped', signal: child.stopSignal };
      }
    }
    if (!any) return fail('ECHILD');
    if (options.noHang) return undefined;
    yield { on: 'queues', queues: [task.childChanged], why: pid > 0 ? `child ${pid}` : 'children' };
  }
}

export function setpgid(task: Task, pid: number, pgid: number): undefined | KernelError {
  const { machine } = task;
  const member = pid === 0 ? task : (task.pidNamespace.processes.get(pid) as Task | undefined);
  if (member === undefined || (member !== task && member.parent !== task)) return fail('ESRCH');
  if (member.session !== task.session || member.session.leader === member) return fail('EPERM');
  const group = pgid === 0 ? member.id : groupNumbered(task, pgid);
  if (group === undefined) return fail('EPERM');
  if (group !== member.id && !machine.groupMembers(group).some((other) => other.session === task.session)) return fail('EPERM');
  member.group = group;
  return undefined;
}

export function setsid(task: Task): number | KernelError {
  if (task.machine.groupMembers(task.id).length > 0) return fail('EPERM');
  task.session = new Session(task);
  task.group = task.id;
  return task.pid;
}

export function kill(task: Task, pid: number, signal: Signal | 0): KernelError | undefined {
  const { processes, reaper } = task.pidNamespace;
  let targets: readonly Task[];
  if (pid > 0) targets = [processes.get(pid) as Task | undefined].filter((target) => target !== undefined);
  else if (pid === -1) targets = ([...processes.values()] as Task[]).filter((target) => target !== task && target !== reaper);
  else {
    const group = pid === 0 ? task.group : groupNumbered(task, -pid);
    targets = group === undefined ? [] : task.machine.groupMembers(group);
  }
  if (targets.length === 0) return fail('ESRCH');
  const allowed = targets.filter((target) => mayKill(task, target, signal));
  if (allowed.length === 0) return fail('EPERM');
  if (signal !== 0) for (const target of allowed) target.post(signal, task);
  return undefined;
}

/** One's own processes, anybody's with CAP_KILL, and SIGCONT within the session (kill_ok_by_cred). */
function mayKill(task: Task, target: Task, signal: Signal | 0): boolean {
  const [real, effective] = task.credentials.uids;
  const [targetReal, , targetSaved] = target.credentials.uids;
  const same = [real, effective].some((uid) => uid === targetReal || uid === targetSaved);
  return same || task.capable('kill', target.namespaces.user) || (signal === 'SIGCONT' && task.session === target.session);
}
