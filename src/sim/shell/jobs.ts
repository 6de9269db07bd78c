import { isError } from '../base/result.ts';
import type { Sys, WaitStatus } from '../machine/process.ts';
import { SIGNAL_NUMBERS, type Signal, signalText } from '../machine/signal.ts';
import { CommandInterrupted } from './control-flow.ts';
import type { Shell } from './shell.ts';

/** Where the command of a job begins in ash's lines. */
const ASH_COLUMN = 33;

export interface JobProcess {
  readonly pid: number;
  readonly command: string;
  /** Last news of it; undefined while it runs. */
  status: WaitStatus | undefined;
}

/** A pipeline that was started: in the background, or stopped. */
export interface Job {
  number: number;
  /** Process group; 0 without job control. */
  readonly pgid: number;
  readonly processes: JobProcess[];
  background: boolean;
  /** The user has been told of its present state. */
  notified: boolean;
  /** Disowned with -h: no SIGHUP. */
  keep: boolean;
  readonly directory: string;
}

export type JobState = 'Running' | 'Stopped' | 'Done';

/** The exit status a wait status stands for: 128+n for signals. */
export function exitStatus(status: WaitStatus): number {
  return status.kind === 'exited' ? status.status : 128 + SIGNAL_NUMBERS[status.signal];
}

export function jobState(job: Job): JobState {
  if (job.processes.some((q) => q.status === undefined)) return 'Running';
  return job.processes.some((q) => q.status?.kind === 'stopped') ? 'Stopped' : 'Done';
}

/** How many settled children `wait PID` still knows of, as CHILD_MAX. */
const REMEMBERED = 4096;

/** The jobs of one shell, and waiting for children. */
export class Jobs {
  readonly list: Job[] = [];
  /** Numbers in order of use: the last is %+, the one before %-. */
  private readonly recent: Job[] = [];
  private readonly settled = new Map<number, number>();
  private readonly shell: Shell;
  /** Descriptor on the terminal for job control. */
  terminalFd = -1;
  /** Group that held the terminal before, given back at the end. */
  originalGroup = 0;
  /** Exit was refused once because of stopped jobs. */
  warned = false;

  constructor(shell: Shell) {
    this.shell = shell;
  }

  get control(): boolean {
    return this.shell.option('monitor');
  }

  /** Enters a job under the lowest number above all others. */
  add(processes: JobProcess[], pgid: number, background: boolean): Job {
    const number = Math.max(0, ...this.list.map((j) => j.number)) + 1;
    const job: Job = { number, pgid, processes, background, notified: false, keep: false, directory: this.shell.p.cwd };
    this.list.push(job);
    this.touch(job);
    return job;
  }

  touch(job: Job): void {
    const i = this.recent.indexOf(job);
    if (i >= 0) this.recent.splice(i, 1);
    this.recent.push(job);
  }

  remove(job: Job): void {
    for (const list of [this.list, this.recent]) {
      const i = list.indexOf(job);
      if (i >= 0) list.splice(i, 1);
    }
  }

  /** %+: a stopped job before a running one. */
  get current(): Job | undefined {
    return this.ordered().at(-1);
  }

  get previous(): Job | undefined {
    return this.ordered().at(-2);
  }

  private ordered(): Job[] {
    const alive = this.recent.filter((j) => this.list.includes(j));
    return [...alive.filter((j) => jobState(j) !== 'Stopped'), ...alive.filter((j) => jobState(j) === 'Stopped')];
  }

  /** The job of %1, %+, %%, %-, %name, %?name; 'ambiguous' when a name fits several. */
  find(spec: string): Job | undefined | 'ambiguous' {
    const text = spec.startsWith('%') ? spec.slice(1) : spec;
    if (text === '' || text === '%' || text === '+') return this.current;
    if (text === '-') return this.previous ?? this.current;
    if (/^\d+$/.test(text)) return this.list.find((j) => j.number === Number(text));
    const fits = this.list.filter((j) => (text.startsWith('?') ? commandOf(j).includes(text.slice(1)) : commandOf(j).startsWith(text)));
    return fits.length > 1 ? 'ambiguous' : fits[0];
  }

  byPid(pid: number): Job | undefined {
    return this.list.find((j) => j.processes.some((q) => q.pid === pid));
  }

  /** The status of a background child that has ended and been forgotten by the list. */
  settledStatus(pid: number): number | undefined {
    return this.settled.get(pid);
  }

  note(status: WaitStatus): void {
    for (const job of this.list) {
      for (const q of job.processes) {
        if (q.pid !== status.pid) continue;
        q.status = status;
        job.notified = false;
      }
    }
    if (status.kind !== 'stopped') {
      this.settled.set(status.pid, exitStatus(status));
      if (this.settled.size > REMEMBERED) this.settled.delete(this.settled.keys().next().value as number);
    }
  }

  /** Collects what has happened to children without waiting. */
  *reap(): Sys<void> {
    for (;;) {
      const status = yield* this.waitpid(-1, true);
      if (status === undefined) return;
      this.note(status);
    }
  }

  private *waitpid(pid: number, noHang: boolean): Sys<WaitStatus | undefined> {
    const { shell } = this;
    for (;;) {
      try {
        const status = yield* shell.p.waitpid(pid, { noHang, untraced: this.control });
        return isError(status) ? undefined : status;
      } catch (thrown) {
        shell.interrupted(thrown);
      }
    }
  }

  /** Waits until a child ends; undefined if a signal with a handler came first. For the `wait` builtin. */
  *waitInterruptibly(pid: number): Sys<WaitStatus | 'interrupted' | undefined> {
    const { shell } = this;
    if (shell.traps.waiting) return 'interrupted';
    try {
      const status = yield* shell.p.waitpid(pid, { untraced: this.control });
      if (isError(status) || status === undefined) return undefined;
      this.note(status);
      return status;
    } catch (thrown) {
      shell.interrupted(thrown);
      return 'interrupted';
    }
  }

  /**
   * Waits for the processes of a foreground pipeline; their statuses, in order. When they stop they become a job. Gives the
   * terminal back to the shell.
   */
  *foreground(processes: JobProcess[], pgid: number, job?: Job): Sys<number[]> {
    const { shell } = this;
    const { p } = shell;
    const guard = !shell.interactive && !shell.traps.handlers.has('SIGINT') && !this.control;
    let interrupted = false;
    /** Somebody ended after Ctrl-C, and not of it. */
    let handled = false;
    if (guard) p.catchSignal('SIGINT');
    for (const q of processes) {
      while (q.status === undefined || q.status.kind === 'stopped') {
        let status: WaitStatus | undefined;
        try {
          const answer = yield* p.waitpid(q.pid, { untraced: this.control });
          if (isError(answer)) {
            // Somebody has taken the status already.
            q.status = { pid: q.pid, kind: 'exited', status: this.settled.get(q.pid) ?? 127 };
            break;
          }
          status = answer;
        } catch (thrown) {
          if (guard && isInterrupt(thrown)) interrupted = true;
          else this.noteDuringWait(thrown);
          continue;
        }
        if (status === undefined) continue;
        q.status = status;
        handled ||= interrupted && (status.kind !== 'signaled' || status.signal !== 'SIGINT');
        if (status.kind === 'stopped') break;
      }
    }
    if (guard) p.defaultSignal('SIGINT');
    this.takeTerminal();
    const last = processes.at(-1);
    const stopped = processes.find((q) => q.status?.kind === 'stopped');
    if (stopped !== undefined) {
      const entry = job ?? this.add(processes, pgid, false);
      entry.background = false;
      this.touch(entry);
      yield* shell.write(2, `\n${this.describe(entry, false)}\n`);
      entry.notified = true;
      if (shell.interactive) return processes.map((q) => (q.status === undefined ? 0 : exitStatus(q.status)));
    }
    const statuses = processes.map((q) => (q.status === undefined ? 0 : exitStatus(q.status)));
    const killed = last?.status?.kind === 'signaled' ? last.status.signal : undefined;
    shell.pipeStatus = statuses;
    if (job !== undefined && stopped === undefined) this.remove(job);
    if (killed !== undefined && last !== undefined) yield* this.reportDeath(last, killed, processes);
    if (!shell.interactive) yield* this.reportKilled();
    if (interrupted && killed === 'SIGINT' && !handled) {
      // Everybody died of Ctrl-C without a word: so does the script.
      p.raise('SIGINT');
      yield* shell.turn();
    }
    return statuses;
  }

  /** A signal while a foreground child runs: its handler runs when the child has ended. */
  private noteDuringWait(thrown: unknown): void {
    try {
      this.shell.interrupted(thrown);
    } catch (again) {
      // Ctrl-C went to the foreground group, which decides itself.
      if (!(again instanceof CommandInterrupted)) throw again;
    }
  }

  private *reportDeath(last: JobProcess, signal: Signal, processes: readonly JobProcess[]): Sys<void> {
    const { shell } = this;
    const text = signalText(signal);
    if (signal === 'SIGINT') {
      if (shell.interactive && shell.subshellLevel === 0) {
        yield* shell.write(2, '\n');
        shell.status = 130;
        throw new CommandInterrupted(true);
      }
      return;
    }
    if (signal === 'SIGPIPE') return;
    // A script says more, if it does not expect the signal (notify_of_job_status).
    if (shell.interactive || signal === 'SIGTERM' || shell.traps.handlers.has(signal)) yield* shell.write(2, `${text}\n`);
    else yield* this.complainOfDeath(last, signal, processes);
  }

  private *complainOfDeath(last: JobProcess, signal: Signal, processes: readonly JobProcess[]): Sys<void> {
    const commands = processes.map((q) => q.command).join(' | ');
    yield* this.shell.complain(`${String(last.pid).padStart(5)} ${signalText(signal).padEnd(23)} ${commands}`);
  }

  /** A script, having waited for something, tells of jobs in the background that a signal has ended; bash's does. */
  *reportKilled(): Sys<void> {
    if (this.shell.flavour.kind !== 'bash') return;
    yield* this.reap();
    for (const job of this.list) {
      if (job.notified || jobState(job) !== 'Done') continue;
      job.notified = true;
      const last = job.processes.at(-1);
      if (last?.status?.kind !== 'signaled') continue;
      const { signal } = last.status;
      if (UNREPORTED.has(signal) || this.shell.traps.handlers.has(signal)) continue;
      yield* this.complainOfDeath(last, signal, job.processes);
    }
  }

  /** The shell's own group is the terminal's foreground group again. */
  takeTerminal(): void {
    const { shell } = this;
    if (this.control && this.terminalFd >= 0) shell.p.setForegroundGroup(this.terminalFd, shell.p.pgid);
  }

  giveTerminal(pgid: number): void {
    if (this.control && this.terminalFd >= 0) this.shell.p.setForegroundGroup(this.terminalFd, pgid);
  }

  /** A line of `jobs`: `[1]+  Running                 sleep 5 &`. */
  describe(job: Job, pid: boolean): string {
    const ash = this.shell.flavour.kind === 'ash';
    const mark = job === this.current ? '+' : job === this.previous ? '-' : ' ';
    const state = jobState(job);
    const numbered = (q: JobProcess | undefined): string => `${String(q?.pid ?? 0).padStart(ash ? 0 : 5)} `;
    const number = pid ? numbered(job.processes[0]) : '';
    const last = job.processes.at(-1)?.status;
    let text: string = state;
    if (state === 'Stopped') {
      const stopped = job.processes.find((q) => q.status?.kind === 'stopped')?.status;
      text = stopped?.kind === 'stopped' ? signalText(stopped.signal) : 'Stopped';
    } else if (state === 'Done' && last !== undefined) {
      if (last.kind === 'signaled') text = signalText(last.signal);
      else if (last.kind === 'exited' && last.status !== 0) text = ash ? `Done(${last.status})` : `Exit ${last.status}`;
    }
    // Without job control ash keeps no text of its commands.
    if (ash) return `[${job.number}]${mark}  ${number}${text}`.padEnd(ASH_COLUMN) + (this.control ? commandOf(job) : '');
    const suffix = state === 'Running' ? ' &' : '';
    const where = job.directory === this.shell.p.cwd ? '' : `  (wd: ${this.shorten(job.directory)})`;
    const [first, ...rest] = job.processes;
    if (!pid || rest.length === 0)
      return `[${job.number}]${mark} ${pid ? number : ' '}${text.padEnd(23)} ${commandOf(job)}${suffix}${where}`;
    // With -l each process has a line of its own.
    const lines = [`[${job.number}]${mark} ${number}${text.padEnd(23)} ${first?.command ?? ''}`];
    for (const q of rest) lines.push(`     ${numbered(q)}${' '.repeat(22)}| ${q.command}`);
    return `${lines.join('\n')}${suffix}${where}`;
  }

  private shorten(path: string): string {
    const home = this.shell.vars.get('HOME');
    if (home === undefined || home === '' || home === '/') return path;
    return path === home ? '~' : path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
  }

  /** Before a prompt: tells of jobs that have ended or stopped, and forgets the ended ones. */
  *notify(): Sys<void> {
    yield* this.reap();
    for (const job of [...this.list]) {
      const state = jobState(job);
      if (state === 'Running' || job.notified) continue;
      if (this.shell.interactive || this.control) yield* this.shell.write(2, `${this.describe(job, false)}\n`);
      job.notified = true;
      if (state === 'Done') this.remove(job);
    }
  }

  /** Drops jobs that have ended, as a script does between commands. */
  forgetDone(): void {
    for (const job of [...this.list]) if (jobState(job) === 'Done' && job.notified) this.remove(job);
  }
}

/** Deaths in the background that a script keeps to itself. */
const UNREPORTED: ReadonlySet<Signal> = new Set<Signal>(['SIGINT', 'SIGTERM', 'SIGPIPE']);

export function commandOf(job: Job): string {
  return job.processes.map((q) => q.command).join(' | ');
}

function isInterrupt(thrown: unknown): boolean {
  return typeof thrown === 'object' && thrown !== null && 'signal' in thrown && thrown.signal === 'SIGINT';
}
