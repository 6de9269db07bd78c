import type { KernelError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { SIGNAL_NUMBERS, type Signal, STANDARD_SIGNALS } from '../../machine/signal.ts';
import type { Builtin } from '../flavour.ts';
import { commandOf, exitStatus, type Job, jobState } from '../jobs.ts';
import type { Shell } from '../shell.ts';
import { signalName } from '../traps.ts';
import { parseOptions, usage } from './arguments.ts';

function* findJob(shell: Shell, builtin: string, spec: string): Sys<Job | undefined> {
  const found = shell.jobs.find(spec);
  if (found === 'ambiguous') yield* shell.complain(`${builtin}: ${spec}: ambiguous job spec`);
  else if (found !== undefined) return found;
  else yield* shell.complain(`${builtin}: ${spec}: no such job`);
  return undefined;
}

/** The current job, the previous one, then from the youngest on. */
function rank(shell: Shell, job: Job): number {
  if (job === shell.jobs.current) return -2;
  return job === shell.jobs.previous ? -1 : 1 / job.number;
}

const jobs: Builtin = function* (shell, args) {
  const options = yield* parseOptions(shell, 'jobs', args, 'lnprsx');
  if (options === undefined) return 2;
  const { flags, operands } = options;
  yield* shell.jobs.reap();
  let list = [...shell.jobs.list];
  if (operands.length > 0) {
    list = [];
    for (const spec of operands) {
      const job = yield* findJob(shell, 'jobs', spec);
      if (job === undefined) return 1;
      list.push(job);
    }
  }
  // ash keeps its jobs with the current one first.
  if (shell.flavour.kind === 'ash') list.sort((a, b) => rank(shell, a) - rank(shell, b));
  if (flags.has('r')) list = list.filter((j) => jobState(j) === 'Running');
  if (flags.has('s')) list = list.filter((j) => jobState(j) === 'Stopped');
  if (flags.has('n')) list = list.filter((j) => !j.notified);
  const text = list
    .map((job) => (flags.has('p') ? `${job.processes[0]?.pid}\n` : `${shell.jobs.describe(job, flags.has('l'))}\n`))
    .join('');
  for (const job of list) {
    job.notified = true;
    if (jobState(job) === 'Done') shell.jobs.remove(job);
  }
  return yield* shell.print('jobs', text);
};

/** Goes on with a job, in the foreground or behind. */
function* resume(shell: Shell, builtin: 'fg' | 'bg', args: readonly string[]): Sys<number> {
  if (!shell.jobs.control) {
    yield* shell.complain(`${builtin}: no job control`);
    return 1;
  }
  yield* shell.jobs.reap();
  const spec = args.find((a) => a !== '--');
  const job = spec === undefined ? shell.jobs.current : yield* findJob(shell, builtin, spec);
  if (job === undefined) {
    if (spec === undefined) yield* shell.complain(`${builtin}: current: no such job`);
    return 1;
  }
  if (jobState(job) === 'Done') {
    yield* shell.complain(`${builtin}: job has terminated`);
    shell.jobs.remove(job);
    return 1;
  }
  if (builtin === 'bg' && jobState(job) === 'Running') {
    yield* shell.complain(`bg: job ${job.number} already in background`);
    return 0;
  }
  shell.jobs.touch(job);
  job.background = builtin === 'bg';
  const mark = shell.jobs.current === job ? '+' : '-';
  yield* shell.out(builtin === 'bg' ? `[${job.number}]${mark} ${commandOf(job)} &\n` : `${commandOf(job)}\n`);
  if (builtin === 'fg') shell.jobs.giveTerminal(job.pgid);
  for (const q of job.processes) if (q.status?.kind === 'stopped') q.status = undefined;
  shell.p.kill(job.pgid > 0 ? -job.pgid : (job.processes[0]?.pid ?? 0), 'SIGCONT');
  job.notified = false;
  if (builtin === 'bg') {
    shell.lastBackgroundPid = job.processes.at(-1)?.pid;
    return 0;
  }
  const statuses = yield* shell.jobs.foreground(job.processes, job.pgid, job);
  return statuses.at(-1) ?? 0;
}

const wait: Builtin = function* (shell, args) {
  const options = yield* parseOptions(shell, 'wait', args, 'fnp:');
  if (options === undefined) return 2;
  const { flags, operands } = options;
  const variable = flags.get('p');
  const settle = (pid: number, status: number): number => {
    if (typeof variable === 'string') shell.vars.set(variable, String(pid));
    return status;
  };
  yield* shell.jobs.reap();
  if (flags.has('n')) return yield* waitNext(shell, operands, settle);
  if (operands.length === 0) {
    if (!shell.interactive) yield* shell.jobs.reportKilled();
    // Those that have ended already are forgotten without a word.
    for (const job of [...shell.jobs.list]) if (jobState(job) === 'Done') shell.jobs.remove(job);
    for (;;) {
      if (!shell.jobs.list.some((j) => jobState(j) === 'Running')) break;
      const status = yield* shell.jobs.waitInterruptibly(-1);
      if (status === 'interrupted') return yield* interruptedWait(shell);
      if (status === undefined) break;
    }
    if (!shell.interactive) yield* shell.jobs.reportKilled();
    if (shell.interactive || shell.jobs.control) yield* shell.jobs.notify();
    else for (const job of [...shell.jobs.list]) if (jobState(job) === 'Done') shell.jobs.remove(job);
    return 0;
  }
  let last = 0;
  for (const word of operands) {
    if (!word.startsWith('%') && !/^\d+$/.test(word)) {
      yield* shell.complain(`wait: \`${word}': not a pid or valid job spec`);
      last = 1;
      continue;
    }
    const job = word.startsWith('%') ? yield* findJob(shell, 'wait', word) : shell.jobs.byPid(Number(word));
    if (job === undefined) {
      if (word.startsWith('%')) {
        last = 127;
        continue;
      }
      const known = shell.jobs.settledStatus(Number(word));
      if (known === undefined) yield* shell.complain(`wait: pid ${word} is not a child of this shell`);
      last = known ?? 127;
      continue;
    }
    const status = yield* waitJob(shell, job);
    if (status === 'interrupted') return yield* interruptedWait(shell);
    last = settle(job.processes.at(-1)?.pid ?? 0, status);
  }
  return last;
};

function* waitJob(shell: Shell, job: Job): Sys<number | 'interrupted'> {
  const last = job.processes.at(-1);
  while (jobState(job) === 'Running') {
    const pid = job.processes.find((q) => q.status === undefined)?.pid ?? -1;
    const status = yield* shell.jobs.waitInterruptibly(pid);
    if (status === 'interrupted') return status;
    if (status === undefined) break;
  }
  if (!shell.interactive) {
    yield* shell.jobs.reportKilled();
    if (jobState(job) === 'Done') shell.jobs.remove(job);
  }
  return last?.status === undefined ? 127 : exitStatus(last.status);
}

function* waitNext(shell: Shell, operands: readonly string[], settle: (pid: number, status: number) => number): Sys<number> {
  const wanted = (job: Job): boolean =>
    operands.length === 0 || operands.some((w) => shell.jobs.find(w) === job || shell.jobs.byPid(Number(w)) === job);
  for (;;) {
    const candidates = shell.jobs.list.filter(wanted);
    const done = candidates.find((j) => jobState(j) === 'Done');
    if (done !== undefined) {
      shell.jobs.remove(done);
      const last = done.processes.at(-1);
      return settle(last?.pid ?? 0, last?.status === undefined ? 127 : exitStatus(last.status));
    }
    if (candidates.length === 0) return 127;
    const status = yield* shell.jobs.waitInterruptibly(-1);
    if (status === 'interrupted') return yield* interruptedWait(shell);
    if (status === undefined) return 127;
  }
}

function* interruptedWait(shell: Shell): Sys<number> {
  const signal = shell.traps.pending[0];
  yield* shell.traps.runPending();
  return signal === undefined ? 130 : 128 + SIGNAL_NUMBERS[signal];
}

/** As BusyBox lists them: one a line, without SIG. */
function ashSignals(): string {
  return STANDARD_SIGNALS.map((signal) => `${String(SIGNAL_NUMBERS[signal]).padStart(2)}) ${signal.slice(3)}\n`).join('');
}

function listSignals(): string {
  const entries = Object.entries(SIGNAL_NUMBERS);
  let out = '';
  entries.forEach(([name, n], i) => {
    out += `${String(n).padStart(2)}) ${name}${(i + 1) % 5 === 0 || i === entries.length - 1 ? '\n' : '\t'}`;
  });
  return out;
}

const kill: Builtin = function* (shell, args) {
  let signal: Signal | 0 = 'SIGTERM';
  let i = 0;
  const first = args[0];
  if (first === '-l' || first === '-L') {
    const names = args.slice(1);
    if (names.length === 0) return yield* shell.print('kill', shell.flavour.kind === 'ash' ? ashSignals() : listSignals());
    let status = 0;
    for (const word of names) {
      const number = /^\d+$/.test(word) && Number(word) > 128 ? String(Number(word) - 128) : word;
      const name = signalName(number);
      if (name === undefined) {
        yield* shell.complain(`kill: ${word}: invalid signal specification`);
        status = 1;
      } else yield* shell.print('kill', `${/^\d+$/.test(word) ? name.slice(3) : SIGNAL_NUMBERS[name]}\n`);
    }
    return status;
  }
  if (first?.startsWith('-') && first !== '--' && first.length > 1) {
    const named = first === '-s' || first === '-n';
    const word = named ? args[1] : first.slice(1);
    i = named ? 2 : 1;
    if (word === undefined) {
      yield* shell.complain(`kill: ${first}: option requires an argument`);
      return 2;
    }
    const found = word === '0' || word.toUpperCase() === 'EXIT' ? 0 : signalName(word);
    if (found === undefined) {
      yield* shell.complain(`kill: ${word}: invalid signal specification`);
      return 1;
    }
    signal = found;
  }
  if (args[i] === '--') i++;
  const targets = args.slice(i);
  if (targets.length === 0) {
    yield* usage(shell, 'kill');
    return 2;
  }
  let status = 0;
  for (const word of targets) if (!(yield* killOne(shell, word, signal))) status = 1;
  // A signal to the shell itself arrives before the next command.
  yield* shell.turn();
  return status;
};

function* killOne(shell: Shell, word: string, signal: Signal | 0): Sys<boolean> {
  let error: KernelError | undefined;
  let pid: number;
  if (word.startsWith('%')) {
    const job = yield* findJob(shell, 'kill', word);
    if (job === undefined) return false;
    pid = job.pgid > 0 ? -job.pgid : (job.processes[0]?.pid ?? 0);
    // A stopped job must go on to notice.
    if (jobState(job) === 'Stopped' && (signal === 'SIGTERM' || signal === 'SIGHUP')) shell.p.kill(pid, 'SIGCONT');
    error = shell.p.kill(pid, signal);
  } else if (/^-?\d+$/.test(word)) {
    pid = Number(word);
    error = shell.p.kill(pid, signal);
  } else {
    yield* shell.complain(`kill: ${word}: arguments must be process or job IDs`);
    return false;
  }
  if (error === undefined) return true;
  yield* shell.complain(`kill: (${pid}) - ${error.errno === 'ESRCH' ? 'No such process' : 'Operation not permitted'}`);
  return false;
}

const disown: Builtin = function* (shell, args) {
  const options = yield* parseOptions(shell, 'disown', args, 'har');
  if (options === undefined) return 2;
  const { flags, operands } = options;
  let list: Job[] = [];
  if (flags.has('a') || flags.has('r')) list = shell.jobs.list.filter((j) => !flags.has('r') || jobState(j) === 'Running');
  else if (operands.length === 0) {
    const { current } = shell.jobs;
    if (current === undefined) {
      yield* shell.complain('disown: current: no such job');
      return 1;
    }
    list = [current];
  }
  for (const word of operands) {
    const job = /^\d+$/.test(word) ? shell.jobs.byPid(Number(word)) : yield* findJob(shell, 'disown', word);
    if (job === undefined) {
      if (/^\d+$/.test(word)) yield* shell.complain(`disown: ${word}: no such job`);
      return 1;
    }
    list.push(job);
  }
  for (const job of list) {
    if (flags.has('h')) job.keep = true;
    else shell.jobs.remove(job);
  }
  return 0;
};

export const jobBuiltins: Readonly<Record<string, Builtin>> = {
  jobs,
  *fg(shell, args) {
    return yield* resume(shell, 'fg', args);
  },
  *bg(shell, args) {
    return yield* resume(shell, 'bg', args);
  },
  wait,
  kill,
  disown,
};
