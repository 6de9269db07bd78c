// Applets that start, find and end processes.

import { strerror } from '../../base/errno.ts';
import { isError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { isRealTimeSignal, parseSignal, SIGNAL_NUMBERS, type Signal, STANDARD_SIGNALS } from '../../machine/signal.ts';
import { type Command, Exit } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { processRows } from '../process/ps.ts';
import { shortName } from '../process/signal-name.ts';
import { showUsage } from './usage.ts';

/** What one of `-9`, `-KILL`, `-s KILL` asks for, and the words after it. Exits 1 after a complaint. */
function* signalAndTargets(c: Command, name: string, args: readonly string[]): Sys<{ signal: Signal | 0; targets: readonly string[] }> {
  const [first = '', second] = args;
  if (!/^-./.test(first) || first === '--') return { signal: 'SIGTERM', targets: first === '--' ? args.slice(1) : args };
  const apart = first === '-s';
  const word = apart ? (second ?? '') : first.slice(1);
  const signal = word === '0' ? 0 : knownSignal(word);
  if (signal === undefined) {
    yield* c.error(`${name}: bad signal name '${word}'\n`);
    throw new Exit(1);
  }
  return { signal, targets: args.slice(apart ? 2 : 1) };
}

/** BusyBox has no names for real-time signals, just their numbers. */
function knownSignal(word: string): Signal | undefined {
  const signal = parseSignal(word);
  return signal === undefined || /^\d+$/.test(word) || !isRealTimeSignal(signal) ? signal : undefined;
}

function listSignals(c: Command): number {
  for (const signal of STANDARD_SIGNALS) c.out(`${String(SIGNAL_NUMBERS[signal]).padStart(2)}) ${shortName(signal)}\n`);
  return 0;
}

function* nobody(c: Command, name: string): Sys<number> {
  yield* c.error(`${name}: you need to specify whom to kill\n`);
  return 1;
}

export function* busyboxKill(c: Command, name: string, args: readonly string[]): Sys<number> {
  if (args[0] === '-l') {
    if (args.length === 1) return listSignals(c);
    for (const word of args.slice(1)) {
      const signal = knownSignal(word);
      if (signal !== undefined && isRealTimeSignal(signal)) c.out(`${word}\n`);
      else if (signal !== undefined) c.out(/^\d/.test(word) ? `${shortName(signal)}\n` : `${SIGNAL_NUMBERS[signal]}\n`);
    }
    return 0;
  }
  const { signal, targets } = yield* signalAndTargets(c, name, args);
  if (targets.length === 0) return yield* nobody(c, name);
  let failed = 0;
  for (const word of targets) {
    if (!/^-?\d+$/.test(word)) {
      yield* c.error(`${name}: invalid number '${word}'\n`);
      failed++;
      continue;
    }
    const error = c.p.kill(Number(word), signal);
    if (!isError(error)) continue;
    yield* c.error(`${name}: can't kill pid ${word}: ${strerror(error.errno)}\n`);
    failed++;
  }
  return failed;
}

export function* busyboxKillall(c: Command, name: string, args: readonly string[]): Sys<number> {
  if (args[0] === '-l') return listSignals(c);
  const quiet = args[0] === '-q';
  const { signal, targets } = yield* signalAndTargets(c, name, quiet ? args.slice(1) : args);
  if (targets.length === 0) return yield* nobody(c, name);
  let failed = 0;
  for (const target of targets) {
    const found = processRows(c.p).filter(({ process }) => process !== c.p && process.comm === target);
    if (found.length === 0) {
      failed++;
      if (!quiet) yield* c.error(`${name}: ${target}: no process killed\n`);
    }
    for (const { pid } of found) if (isError(c.p.kill(pid, signal))) failed++;
  }
  return failed;
}

/** A duration: seconds, or with a suffix; undefined if it is none. */
function duration(word: string): number | undefined {
  const match = /^(\d+(?:\.\d*)?|\.\d+)([smhd]?)$/.exec(word);
  return match === null ? undefined : Number(match[1]) * { s: 1, m: 60, h: 3600, d: 86_400, '': 1 }[match[2] as 's' | 'm' | 'h' | 'd' | ''];
}

function* durationOf(c: Command, name: string, word: string): Sys<number> {
  const seconds = duration(word);
  if (seconds !== undefined) return seconds;
  yield* c.error(`${name}: invalid number '${word}'\n`);
  throw new Exit(1);
}

/** BusyBox's timeout is the program itself after exec; a child of it watches and signals it, so its status is the program's. */
export function* busyboxTimeout(c: Command, name: string, args: readonly string[]): Sys<number> {
  const parsed = getopt(args, { short: 's:k:', stopAtOperand: true });
  if (parsed instanceof UsageError) return yield* showUsage(c, name, parsed.message);
  const [time, ...argv] = parsed.operands;
  if (time === undefined || argv.length === 0) return yield* showUsage(c, name);
  const value = (flag: string): string | undefined => parsed.options.findLast((option) => option.flag === flag)?.value;
  const signal = parseSignal(value('s') ?? 'TERM');
  if (signal === undefined) {
    yield* c.error(`${name}: unknown signal '${value('s')}'\n`);
    return 1;
  }
  const killAfter = value('k');
  const seconds = yield* durationOf(c, name, time);
  const grace = killAfter === undefined ? 0 : yield* durationOf(c, name, killAfter);
  const watched = c.p;
  c.p.fork(function* (child) {
    yield* watch(child, watched, seconds, signal);
    if (grace > 0) yield* watch(child, watched, grace, 'SIGKILL');
    return 0;
  });
  return yield* execute(c, name, argv);
}

/** Looks once a second whether the process is still there (timeout_wait). */
function* watch(child: Process, watched: Process, seconds: number, signal: Signal): Sys<void> {
  for (let left = seconds; left > 0; left--) {
    yield* child.sleep(Math.min(left, 1) * NS_PER_S);
    if (watched.endStatus !== undefined) return;
  }
  child.kill(watched.pid, signal);
}

/** BB_EXECVP_or_die: becomes another program. */
function* execute(c: Command, name: string, argv: readonly string[]): Sys<number> {
  yield* c.flush();
  const error = yield* c.p.exec(argv);
  yield* c.error(`${name}: can't execute '${argv[0]}': ${strerror(error.errno)}\n`);
  return error.errno === 'ENOENT' ? 127 : 126;
}

/** A session of its own: in a child where the caller leads its group already. */
export function* busyboxSetsid(c: Command, name: string, args: readonly string[]): Sys<number> {
  const parsed = getopt(args, { short: 'c', stopAtOperand: true });
  if (parsed instanceof UsageError) return yield* showUsage(c, name, parsed.message);
  if (parsed.operands.length === 0) return yield* showUsage(c, name);
  if (!isError(c.p.setsid())) return yield* execute(c, name, parsed.operands);
  c.p.fork(function* (child) {
    child.setsid();
    const error = yield* child.exec(parsed.operands);
    yield* child.printError(`${name}: can't execute '${parsed.operands[0]}': ${strerror(error.errno)}\n`);
    return error.errno === 'ENOENT' ? 127 : 126;
  });
  return 0;
}

export function* busyboxUsleep(c: Command, name: string, args: readonly string[]): Sys<number> {
  const [word] = args;
  if (word === undefined) return yield* showUsage(c, name);
  if (!/^\d+$/.test(word)) {
    yield* c.error(`${name}: invalid number '${word}'\n`);
    return 1;
  }
  yield* c.p.sleep(Number(word) * 1000);
  return 0;
}

/** time: how long a program took. The processor costs nothing here. */
export function* busyboxTime(c: Command, name: string, args: readonly string[]): Sys<number> {
  const parsed = getopt(args, { short: 'vpao:f:', stopAtOperand: true });
  if (parsed instanceof UsageError) return yield* showUsage(c, name, parsed.message);
  if (parsed.operands.length === 0) return yield* showUsage(c, name);
  const start = c.p.nowNs;
  const child = c.p.spawn(parsed.operands);
  if (isError(child)) {
    yield* c.error(`${name}: can't execute '${parsed.operands[0]}': ${strerror(child.errno)}\n`);
    return child.errno === 'ENOENT' ? 127 : 126;
  }
  const status = yield* c.p.waitpid(child.pidSeenBy(c.p));
  const seconds = (c.p.nowNs - start) / NS_PER_S;
  const posix = parsed.options.some(({ flag }) => flag === 'p');
  const line = (word: string, s: number): string =>
    posix ? `${word} ${s.toFixed(2)}\n` : `${word}\t${Math.floor(s / 60)}m ${(s % 60).toFixed(2)}s\n`;
  yield* c.error(line('real', seconds) + line('user', 0) + line('sys', 0));
  if (status === undefined || isError(status)) return 1;
  return status.kind === 'exited' ? status.status : 128 + SIGNAL_NUMBERS[status.signal];
}
