import { reap } from './lifecycle.ts';
import { isOrphanedGroup } from './session.ts';
import { defaultAction, type Signal } from './signal.ts';
import type { Task } from './task.ts';

/** A signal for a process (send_signal). What the process is doing at this very moment is not disturbed: it acts at its next wait. */
export function post(task: Task, signal: Signal, sender: Task | undefined): void {
  if (task.ended) return;
  const { signals } = task;
  signals.cancelOpposite(signal);
  if (signal === 'SIGCONT') goOn(task);
  if (signals.isIgnored(signal) || (signals.disposition(signal) === 'default' && isProtected(task, signal, sender))) return;
  signals.add(signal);
  if (task.machine.scheduler.current === task || task.cgroup.isFrozen) return;
  if (task.stopSignal === undefined || signal === 'SIGKILL') actOnSignals(task);
}

/** Does what pending signals ask for; the scheduler throws caught ones, for which the process is made ready (get_signal). */
export function actOnSignals(task: Task): void {
  const { scheduler } = task.machine;
  for (let signal = task.signals.takeDefault(); signal !== undefined; signal = task.signals.takeDefault()) {
    if (defaultAction(signal) === 'terminate') {
      task.exit({ pid: task.pid, kind: 'signaled', signal });
      return;
    }
    // A stop from the keyboard does nothing to a group that no shell would continue.
    if (signal !== 'SIGSTOP' && isOrphanedGroup(task.group, task.machine.tasks.values())) continue;
    task.stopSignal = signal;
    task.stopReported = false;
    tellParent(task);
    return;
  }
  if (task.signals.hasCaught && scheduler.current !== task) scheduler.wake(task);
}

/** A child has ended or stopped (do_notify_parent): SIGCHLD, and whoever waits looks. A parent that ignores SIGCHLD wants no zombies. */
export function tellParent(task: Task): void {
  const { parent } = task;
  if (parent === undefined || parent.ended) return;
  if (task.ended && parent.signals.disposition('SIGCHLD') === 'ignore') reap(task);
  parent.post('SIGCHLD');
  parent.childChanged.wake();
}

function goOn(task: Task): void {
  if (task.stopSignal === undefined) return;
  task.stopSignal = undefined;
  release(task);
}

/** Nothing holds it any more, unless its cgroup is frozen: it acts on the signals that came meanwhile, and goes on. */
export function release(task: Task): void {
  if (task.ended || task.cgroup.isFrozen) return;
  if (task.stopSignal === undefined || task.signals.pending.includes('SIGKILL')) actOnSignals(task);
  if (!task.ended && task.stopSignal === undefined) task.machine.scheduler.continue(task);
}

/** Process 1 of a pid namespace gets only what it catches, unless SIGKILL or SIGSTOP come from above it (SIGNAL_UNKILLABLE). */
function isProtected(task: Task, signal: Signal, sender: Task | undefined): boolean {
  if (task.pidNamespace.reaper !== task) return false;
  const fromAbove = sender !== undefined && sender.pidNamespace.level < task.pidNamespace.level;
  return !(fromAbove && (signal === 'SIGKILL' || signal === 'SIGSTOP'));
}
