import type { EventQueue, TimerHandle } from '../base/event-queue.ts';
import { NS_PER_MS, NS_PER_US } from '../base/time.ts';
import type { WaitQueue } from '../base/wait-queue.ts';
import { Interrupted, type Sys, type Wait } from './process.ts';
import type { Task } from './task.ts';

// What a turn costs in virtual time, once there is a millisecond of it.
const COST_OF_TURN_NS = 100 * NS_PER_US;
const COST_OF_START_NS = 20 * NS_PER_US;
const COST_OF_WAKE_NS = NS_PER_US;
const SLICE_NS = NS_PER_MS;

/** Where a process stands in its program: its generator and what that waits for. */
export class Execution {
  generator: Sys<number> | undefined;
  started = false;
  /** In the run queue. */
  queued = false;
  /** Woken while held: runs when continued. */
  runnable = false;
  queues: readonly WaitQueue[] = [];
  timer: TimerHandle = 0;
  /** The last wait ended by its time. */
  timedOut = false;
  hostCall = 0;
  waitsFor = '';
  readonly onWake: () => void;
  readonly onTime: () => void;

  constructor(scheduler: Scheduler, task: Task) {
    this.onWake = () => scheduler.wake(task);
    this.onTime = () => {
      this.timer = 0;
      this.timedOut = true;
      scheduler.wake(task);
    };
  }
}

/**
 * Runs the processes of a world's machines, one at a time, in the order in which they became ready.
 *
 * The processor is free, but not endless: each turn leaves a small debt, and when that comes to a millisecond no process runs until as
 * much virtual time has passed. So a busy loop, or processes that keep starting others, cannot hold the clock; what does not spin
 * never notices.
 */
export class Scheduler {
  /** The process that runs now. */
  current: Task | undefined;
  /** A host call has come back: the driver should go on ({@link hostPending}). */
  onHostDone: (() => void) | undefined;

  readonly #clock: EventQueue;
  #ready: Task[] = [];
  #head = 0;
  /** Processes whose host call is done: they go before all others. */
  #returned: Task[] = [];
  #hostCalls = new Set<number>();
  #lastHostCall = 0;
  #debtNs = 0;
  #debtAtNs = 0;
  #resting = false;

  constructor(clock: EventQueue) {
    this.#clock = clock;
  }

  /** Something outside the simulator is awaited: until it is done neither processes nor the clock may go on. */
  get hostPending(): boolean {
    return this.#hostCalls.size > 0;
  }

  /** Whether a process could run at this very time. */
  get hasReady(): boolean {
    return !this.hostPending && !this.#resting && (this.#returned.length > 0 || this.#head < this.#ready.length);
  }

  /** Whether the next turn is that of a process whose host call is done. */
  get returning(): boolean {
    return this.#returned.length > 0;
  }

  /** Whether the next turn is the first of a program: starting one takes long enough for the kernel to do what it has queued. */
  get startsNext(): boolean {
    return this.#returned.length === 0 && this.#ready[this.#head]?.execution.started === false;
  }

  /** Runs processes until none is ready, or `budget` turns are over; whether some still are. */
  runReady(budget = 10_000): boolean {
    for (let left = budget; this.hasReady; left--) {
      if (left <= 0) return true;
      const task = this.#returned.shift() ?? this.#next();
      if (task !== undefined) this.#turn(task);
    }
    return false;
  }

  /** Gives a process the program to run: at its birth, or instead of the one it ran. */
  start(task: Task, generator: Sys<number>): void {
    const execution = task.execution;
    this.#stopWaiting(execution);
    execution.generator = generator;
    execution.started = false;
    execution.waitsFor = '';
    this.#enqueue(task);
  }

  /** Ends a process's wait, whatever it is for. */
  wake(task: Task): void {
    const execution = task.execution;
    if (execution.generator === undefined) return;
    this.#stopWaiting(execution);
    if (task.isHeld) execution.runnable = true;
    else this.#enqueue(task);
  }

  /** A process that was held goes on where it was. */
  continue(task: Task): void {
    if (!task.execution.runnable && !task.signals.hasCaught) return;
    task.execution.runnable = false;
    this.wake(task);
  }

  /** Forgets a process. Its generator is dropped as it stands: no `finally` of the program runs. */
  drop(task: Task): void {
    this.#stopWaiting(task.execution);
    task.execution.generator = undefined;
  }

  #next(): Task | undefined {
    const task = this.#ready[this.#head++];
    if (this.#head === this.#ready.length) {
      this.#ready.length = 0;
      this.#head = 0;
    } else if (this.#head > 1024) {
      this.#ready = this.#ready.slice(this.#head);
      this.#head = 0;
    }
    return task;
  }

  #enqueue(task: Task): void {
    if (task.execution.queued) return;
    task.execution.queued = true;
    this.#ready.push(task);
  }

  #turn(task: Task): void {
    const execution = task.execution;
    execution.queued = false;
    const generator = execution.generator;
    if (generator === undefined) return;
    if (task.isHeld) {
      execution.runnable = true;
      return;
    }
    if (!execution.started) this.#charge(COST_OF_START_NS);
    const signal = execution.started ? task.signals.takeCaught() : undefined;
    execution.started = true;
    execution.waitsFor = '';
    this.current = task;
    let result: IteratorResult<Wait, number>;
    try {
      result = signal === undefined ? generator.next() : generator.throw(new Interrupted(signal));
    } catch (error) {
      this.current = undefined;
      task.crashed(error);
      return;
    }
    this.current = undefined;
    // The program was replaced, and the new one is in the run queue already.
    if (execution.generator !== generator) return;
    task.actOnSignals();
    if (execution.generator === undefined) return;
    if (result.done) task.exit({ pid: task.pid, kind: 'exited', status: result.value & 0xff });
    else if (task.signals.hasCaught) this.#makeReady(task);
    else this.#wait(task, result.value);
  }

  #makeReady(task: Task): void {
    if (task.isHeld) task.execution.runnable = true;
    else this.#enqueue(task);
  }

  #wait(task: Task, wait: Wait): void {
    const execution = task.execution;
    execution.timedOut = false;
    switch (wait.on) {
      case 'turn':
        this.#charge(COST_OF_TURN_NS);
        this.#makeReady(task);
        break;
      case 'queues':
        this.#charge(COST_OF_WAKE_NS);
        execution.waitsFor = wait.why;
        execution.queues = wait.queues;
        for (const queue of wait.queues) queue.add(execution.onWake);
        if (wait.untilNs !== undefined) execution.timer = this.#clock.at(wait.untilNs, execution.onTime);
        break;
      case 'host':
        execution.waitsFor = wait.why;
        this.#callHost(task, wait.start);
        break;
    }
  }

  #callHost(task: Task, start: (done: (value: unknown) => void) => void): void {
    const call = ++this.#lastHostCall;
    task.execution.hostCall = call;
    this.#hostCalls.add(call);
    start(() => {
      // A call whose process was killed meanwhile has been forgotten.
      if (!this.#hostCalls.delete(call)) return;
      task.execution.hostCall = 0;
      task.execution.queued = true;
      this.#returned.push(task);
      this.onHostDone?.();
    });
  }

  #stopWaiting(execution: Execution): void {
    for (const queue of execution.queues) queue.remove(execution.onWake);
    execution.queues = [];
    if (execution.timer !== 0) this.#clock.cancel(execution.timer);
    execution.timer = 0;
    if (execution.hostCall !== 0) this.#hostCalls.delete(execution.hostCall);
    execution.hostCall = 0;
  }

  #charge(ns: number): void {
    const now = this.#clock.now;
    this.#debtNs = Math.max(0, this.#debtNs - (now - this.#debtAtNs)) + ns;
    this.#debtAtNs = now;
    if (this.#debtNs < SLICE_NS || this.#resting) return;
    this.#resting = true;
    this.#clock.schedule(this.#debtNs, () => {
      this.#resting = false;
    });
  }
}
