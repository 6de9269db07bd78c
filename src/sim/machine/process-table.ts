import { fail, type KernelError } from '../base/result.ts';
import type { PidNamespace } from './namespaces.ts';
import { Pid } from './pid.ts';
import type { Task } from './task.ts';

/** Numbers given after the first round begin here (RESERVED_PIDS), and end at pid_max. */
const FIRST_AFTER_WRAP = 300;
const PID_MAX = 32_768;

/** A machine's processes by their numbers in its first pid namespace, zombies among them. */
export class ProcessTable {
  readonly tasks = new Map<number, Task>();
  /** How many there may be: a fork beyond it fails with EAGAIN, so that a fork bomb ends. */
  readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** A number in the namespace and in each one above; EAGAIN at the limit, ENOMEM in a namespace whose process 1 has ended. */
  allocate(ns: PidNamespace): Pid | KernelError {
    if (this.tasks.size >= this.limit) return fail('EAGAIN');
    if (ns.ended) return fail('ENOMEM');
    const numbers: number[] = [];
    for (let at: PidNamespace | undefined = ns; at !== undefined; at = at.parent) numbers.unshift(nextFree(at));
    return new Pid(numbers, ns);
  }

  /** Threads that began and are to end at once take numbers too. */
  passThreads(ns: PidNamespace, count: number): void {
    for (let at: PidNamespace | undefined = ns; at !== undefined; at = at.parent) {
      for (let i = 0; i < count; i++) nextFree(at);
    }
  }

  add(task: Task): void {
    this.tasks.set(task.id.global, task);
    for (let at: PidNamespace | undefined = task.pidNamespace; at !== undefined; at = at.parent) {
      at.processes.set(task.id.in(at), task);
    }
    if (task.id.own === 1) task.pidNamespace.reaper = task;
  }

  remove(task: Task): void {
    this.tasks.delete(task.id.global);
    for (let at: PidNamespace | undefined = task.pidNamespace; at !== undefined; at = at.parent) {
      at.processes.delete(task.id.in(at));
    }
  }
}

/** Counts on from the last number given, as Linux does. */
function nextFree(ns: PidNamespace): number {
  do ns.lastPid = ns.lastPid + 1 < PID_MAX ? ns.lastPid + 1 : FIRST_AFTER_WRAP;
  while (ns.processes.has(ns.lastPid));
  return ns.lastPid;
}
