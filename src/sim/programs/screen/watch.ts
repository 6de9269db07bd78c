import { isError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { Sys } from '../../machine/process.ts';
import { decodeText } from '../../shell/bytes-of-text.ts';
import { type Command, command, reason } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { FullScreen, keyTermios, moveTo, TERM } from './full-screen.ts';
import { rowsOfLine } from './line-rows.ts';

const USAGE = `
Usage:
 watch [options] command

Options:
  -d, --differences[=<permanent>]
                         highlight changes between updates
  -n, --interval <secs>  seconds to wait between updates
  -t, --no-title         turn off header
  -x, --exec             pass command to exec instead of "sh -c"

 -h, --help     display this help and exit
 -v, --version  output version information and exit

For more details see watch(1).
`;
const TABLE = {
  short: 'bcd::eghn:tvxqr',
  long: { differences: 'd', interval: 'n', 'no-title': 't', exec: 'x', help: 'h', beep: 'b', color: 'c', errexit: 'e', chgexit: 'g' },
  stopAtOperand: true,
};

/** watch of procps: a command's output again and again on the whole screen. */
export const watch = command('watch', function* (c) {
  const parsed = getopt(c.args, TABLE);
  if (parsed instanceof UsageError) {
    yield* c.error(`watch: ${parsed.message}\n${USAGE}`);
    return 1;
  }
  const has = (flag: string): boolean => parsed.options.some((option) => option.flag === flag);
  if (has('h')) {
    c.out(USAGE);
    return 0;
  }
  const interval = parsed.options.findLast(({ flag }) => flag === 'n')?.value ?? '2';
  if (!/^\d*[.,]?\d*$/.test(interval) || interval === '') return yield* c.die(1, `failed to parse argument: '${interval}'`);
  if (parsed.operands.length === 0) {
    yield* c.error(USAGE);
    return 1;
  }
  const seconds = Math.max(0.1, Number(interval.replace(',', '.')));
  const terminal = c.p.terminal(1);
  if (terminal === undefined) return yield* c.die(1, 'standard output is not a terminal');
  const shown = parsed.operands.join(' ');
  const argv = has('x') ? parsed.operands : ['sh', '-c', shown];
  const screen = new FullScreen(c.p, 1, terminal, { alternate: true, termios: keyTermios });
  yield* screen.enter();
  let before: string[] | undefined;
  for (;;) {
    const nextNs = c.p.nowNs + seconds * NS_PER_S;
    const result = yield* outputOf(c, screen, argv);
    if (result === undefined) break;
    const lines = result.text.split('\n');
    const title = has('t') ? undefined : header(c, screen.columns, seconds, shown);
    yield* draw(screen, title, lines, has('d') ? before : undefined);
    before = lines;
    if (has('e') && result.status !== 0) break;
    let event = yield* screen.next(nextNs);
    while (event === 'redraw' || typeof event !== 'string') {
      if (event === 'redraw') yield* draw(screen, has('t') ? undefined : header(c, screen.columns, seconds, shown), lines, undefined);
      event = yield* screen.next(nextNs);
    }
    if (event !== 'timeout') break;
  }
  yield* screen.leave();
  return 0;
});

/** Runs the command to its end; undefined if Ctrl-C came meanwhile. */
function* outputOf(c: Command, screen: FullScreen, argv: readonly string[]): Sys<{ text: string; status: number } | undefined> {
  const pipe = c.p.pipe();
  if (isError(pipe)) return { text: reason(pipe), status: 1 };
  const child = c.p.spawn(argv, {
    fds: new Map([
      [0, 0],
      [1, pipe.writeFd],
      [2, pipe.writeFd],
    ]),
  });
  c.p.close(pipe.writeFd);
  let text = '';
  let interrupted = false;
  const parts: number[] = [];
  if (isError(child)) text = `${c.name}: ${argv[0]}: ${reason(child)}\n`;
  else {
    for (;;) {
      try {
        const data = yield* c.p.read(pipe.readFd);
        if (isError(data) || data.length === 0) break;
        for (const byte of data) parts.push(byte);
      } catch (thrown) {
        const event = yield* screen.interrupted(thrown);
        interrupted ||= event === 'interrupt' || event === 'end';
        if (interrupted) break;
      }
    }
    text = decodeText(Uint8Array.from(parts));
  }
  c.p.close(pipe.readFd);
  if (interrupted || isError(child)) return interrupted ? undefined : { text, status: 1 };
  const ended = yield* c.p.waitpid(child.pidSeenBy(c.p));
  return { text, status: ended !== undefined && !isError(ended) && ended.kind === 'exited' ? ended.status : 1 };
}

/** `Every 2.0s: COMMAND` at the left, host and date at the right. */
function header(c: Command, columns: number, seconds: number, shown: string): string {
  const date = new Date(c.p.wallClockMs).toUTCString();
  const [weekday, day, month, year, time] = date.replace(',', '').split(' ');
  const right = `${c.p.namespaces.uts.hostname}: ${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`;
  const left = `Every ${seconds.toFixed(1)}s: `;
  if (right.length > columns) return '';
  const room = columns - left.length - right.length - 1;
  if (room < 4) return right.padStart(columns);
  const named = shown.length > room ? `${shown.slice(0, room - 3)}...` : shown;
  return (left + named).padEnd(columns - right.length) + right;
}

function* draw(screen: FullScreen, title: string | undefined, lines: readonly string[], before: readonly string[] | undefined): Sys<void> {
  const style = { width: screen.columns, chop: false, shift: 0, raw: false, highlight: undefined };
  const rows = title === undefined ? [] : [title, ''];
  for (const [i, line] of lines.entries()) {
    if (rows.length >= screen.rows) break;
    rows.push(...(before === undefined ? rowsOfLine(line, style) : [differences(line, before[i] ?? '')]));
  }
  const text = rows.slice(0, screen.rows).map((row, i) => `${moveTo(i, 0)}${row}${TERM.clearLine}`);
  yield* screen.write(`${text.join('')}${rows.length < screen.rows ? `\n${TERM.clearBelow}` : ''}`);
}

/** A line with the characters in reverse that were others before. */
function differences(line: string, before: string): string {
  const old = [...before];
  let out = '';
  let reverse = false;
  for (const [i, character] of [...line].entries()) {
    const changed = character !== old[i];
    if (changed !== reverse) out += changed ? TERM.reverse : TERM.notReverse;
    reverse = changed;
    out += character;
  }
  return out + (reverse ? TERM.notReverse : '');
}
