import type { Pid } from './pid.ts';
import type { Task } from './task.ts';
import type { Terminal } from './tty/terminal.ts';

/** A session (setsid(2)): the process groups that one login runs, and the terminal that controls them. */
export class Session {
  readonly leader: Task;
  tty: Terminal | undefined;

  constructor(leader: Task) {
    this.leader = leader;
  }

  get id(): Pid {
    return this.leader.id;
  }

  /** Makes a terminal the session's own (TIOCSCTTY) with the leader's group in front. */
  control(tty: Terminal): void {
    this.tty = tty;
    tty.session = this;
    tty.foreground = this.leader.group;
  }

  /** The terminal was hung up: the leader is told, and it tells its jobs (tty_signal_session_leader). */
  hangUp(): void {
    this.leader.post('SIGHUP');
    this.leader.post('SIGCONT');
  }

  /** The leader has ended: the terminal goes, and the group in front with it (disassociate_ctty). */
  leaderEnded(): void {
    const tty = this.tty;
    if (tty === undefined) return;
    this.tty = undefined;
    tty.session = undefined;
    const group = tty.foreground;
    tty.foreground = undefined;
    for (const signal of ['SIGHUP', 'SIGCONT'] as const) if (group !== undefined) this.leader.machine.signalGroup(group, signal);
    tty.hangUp();
  }
}

/** Whether nobody in the session outside the group looks after it: a keyboard stop would then be for ever (is_orphaned_pgrp). */
export function isOrphanedGroup(group: Pid, tasks: Iterable<Task>, leaving?: Task): boolean {
  for (const task of tasks) {
    if (task.group !== group || task === leaving || task.ended) continue;
    const parent = task.parent;
    if (parent !== undefined && parent !== leaving && parent.group !== group && parent.session === task.session) return false;
  }
  return true;
}
