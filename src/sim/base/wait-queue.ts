/** Something that has not happened yet: processes wait on it, whoever makes it happen wakes them (Linux's wait_queue_head). */
export class WaitQueue {
  /** Absent while nobody waits, as on most queues nobody ever does. */
  private waiters: Set<() => void> | undefined = undefined;

  /** Calls every waiter once; each has left the queue by then. A waiter checks its condition anew, as after any wake-up. */
  wake(): void {
    const { waiters } = this;
    if (waiters === undefined) return;
    this.waiters = undefined;
    for (const waiter of waiters) waiter();
  }

  add(waiter: () => void): void {
    this.waiters ??= new Set();
    this.waiters.add(waiter);
  }

  remove(waiter: () => void): void {
    this.waiters?.delete(waiter);
  }

  get waiting(): boolean {
    return this.waiters !== undefined && this.waiters.size > 0;
  }
}
