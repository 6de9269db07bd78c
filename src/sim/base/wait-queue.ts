/** Something that has not happened yet: processes wait on it, whoever makes it happen wakes them (Linux's wait_queue_head). */
export class WaitQueue {
  private readonly waiters = new Set<() => void>();

  /** Calls every waiter once; each has left the queue by then. A waiter checks its condition anew, as after any wake-up. */
  wake(): void {
    if (this.waiters.size === 0) return;
    const waiters = [...this.waiters];
    this.waiters.clear();
    for (const waiter of waiters) waiter();
  }

  add(waiter: () => void): void {
    this.waiters.add(waiter);
  }

  remove(waiter: () => void): void {
    this.waiters.delete(waiter);
  }

  get waiting(): boolean {
    return this.waiters.size > 0;
  }
}
