import type { EventQueue } from '../base/event-queue.ts';
import { WaitQueue } from '../base/wait-queue.ts';

/** The levels that the kernel speaks at here (include/linux/kern_levels.h). */
export const KERN_WARNING = 4;
export const KERN_NOTICE = 5;
export const KERN_INFO = 6;

/** The kernel itself speaks. */
const LOG_KERN = 0;

/** One message of the kernel's log. */
export interface LogRecord {
  readonly sequence: number;
  readonly timeNs: number;
  readonly facility: number;
  readonly level: number;
  readonly text: string;
}

/** Messages kept; the oldest go first. */
const CAPACITY = 2048;

/** A machine's kernel log, which dmesg(1) shows (kernel/printk/printk.c). */
export class KernelLog {
  /** Woken by every message. */
  readonly arrived = new WaitQueue();
  private readonly clock: EventQueue;
  private readonly kept: LogRecord[] = [];
  private next = 0;
  private clearedBefore = 0;

  constructor(clock: EventQueue) {
    this.clock = clock;
  }

  /** Oldest first, those that were cleared left out. */
  get records(): readonly LogRecord[] {
    return this.kept.filter(({ sequence }) => sequence >= this.clearedBefore);
  }

  /** The number that the next message will have. */
  get nextSequence(): number {
    return this.next;
  }

  /** Messages from a number on, cleared or not. */
  since(sequence: number): readonly LogRecord[] {
    return this.kept.filter((record) => record.sequence >= sequence);
  }

  print(level: number, text: string, facility = LOG_KERN): void {
    this.kept.push({ sequence: this.next++, timeNs: this.clock.now, facility, level, text });
    if (this.kept.length > CAPACITY) this.kept.shift();
    this.arrived.wake();
  }

  /** What is there is no longer shown (SYSLOG_ACTION_CLEAR). */
  clear(): void {
    this.clearedBefore = this.next;
  }
}
