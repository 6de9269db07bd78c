import { fail, isError, type KernelError } from '../base/result.ts';
import { text } from '../base/utf8.ts';
import type { OpenFile } from './open-file.ts';
import type { Sys, Wait } from './process.ts';
import { isOrphanedGroup } from './session.ts';
import type { Task } from './task.ts';
import { type Terminal, TerminalFile } from './tty/terminal.ts';
import type { Termios } from './tty/termios.ts';

const TURN: Wait = { on: 'turn' };
const NEWLINE = 0x0a;
const READ_SIZE = 65_536;

// read(2), write(2) and what is made of them, as a process sees them: they wait where the file says EAGAIN.

export function* read(task: Task, fd: number, max = READ_SIZE): Sys<Uint8Array | KernelError> {
  const ahead = task.files.takeAhead(fd);
  if (ahead !== undefined) {
    task.files.keepAhead(fd, ahead.subarray(max));
    return ahead.subarray(0, max);
  }
  for (;;) {
    const file = task.files.get(fd);
    if (file === undefined) return fail('EBADF');
    const refused = yield* holdBackground(task, file, 'SIGTTIN');
    if (refused !== undefined) return refused;
    const data = file.read(max);
    if (!isError(data) || data.errno !== 'EAGAIN') return data;
    yield { on: 'queues', queues: [file.readable], why: `read ${file.description}` };
  }
}

export function* write(task: Task, fd: number, data: Uint8Array): Sys<number | KernelError> {
  let done = 0;
  for (;;) {
    const file = task.files.get(fd);
    if (file === undefined) return fail('EBADF');
    const refused = yield* holdBackground(task, file, 'SIGTTOU');
    if (refused !== undefined) return refused;
    const n = file.write(done === 0 ? data : data.subarray(done));
    if (!isError(n)) {
      done += n;
      if (done >= data.length) return done;
    } else if (n.errno !== 'EAGAIN') {
      if (n.errno === 'EPIPE') {
        task.post('SIGPIPE');
        if (task.signals.pending.length > 0) yield TURN;
      }
      return n;
    } else yield { on: 'queues', queues: [file.writable], why: `write ${file.description}` };
  }
}

export function* readAll(task: Task, fd: number): Sys<Uint8Array | KernelError> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const data = yield* read(task, fd);
    if (isError(data)) return data;
    if (data.length === 0) return concat(parts);
    parts.push(data);
  }
}

export function* readLine(task: Task, fd: number): Sys<string | undefined | KernelError> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const data = yield* read(task, fd);
    if (isError(data)) return data;
    if (data.length === 0) return parts.length === 0 ? undefined : text(concat(parts));
    const end = data.indexOf(NEWLINE);
    if (end >= 0) {
      task.files.keepAhead(fd, data.subarray(end + 1));
      parts.push(data.subarray(0, end));
      return text(concat(parts));
    }
    parts.push(data);
  }
}

export function* setTermios(task: Task, fd: number, termios: Termios, when: 'now' | 'drain' | 'flush'): Sys<undefined | KernelError> {
  const tty = terminalOf(task, fd);
  if (tty === undefined) return fail('ENOTTY');
  const refused = yield* holdBackground(task, task.files.get(fd) as OpenFile, 'SIGTTOU', true);
  if (refused !== undefined) return refused;
  while (when !== 'now' && !tty.drained) yield { on: 'queues', queues: [tty.writable], why: 'drain' };
  if (when === 'flush') tty.discardInput();
  tty.termios = termios;
  return undefined;
}

export function terminalOf(task: Task, fd: number): Terminal | undefined {
  const file = task.files.get(fd);
  return file instanceof TerminalFile ? file.terminal : undefined;
}

/**
 * Stops a background group that would read its terminal, or change it, or write to it under `tostop` (__tty_check_change, job_control). EIO where a
 * stop would be for ever or, for reads, the signal is ignored. Also where pending signals are seen, as at the entry of every call.
 */
function* holdBackground(task: Task, file: OpenFile, signal: 'SIGTTIN' | 'SIGTTOU', change = false): Sys<undefined | KernelError> {
  if (task.signals.pending.length > 0) yield TURN;
  if (!(file instanceof TerminalFile)) return undefined;
  const tty = file.terminal;
  if (signal === 'SIGTTOU' && !change && !tty.termios.tostop) return undefined;
  while (task.session.tty === tty && tty.foreground !== undefined && task.group !== tty.foreground) {
    if (task.signals.disposition(signal) === 'ignore') return signal === 'SIGTTIN' ? fail('EIO') : undefined;
    if (isOrphanedGroup(task.group, task.machine.tasks.values())) return fail('EIO');
    task.machine.signalGroup(task.group, signal);
    yield TURN;
  }
  return undefined;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0] as Uint8Array;
  const out = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
