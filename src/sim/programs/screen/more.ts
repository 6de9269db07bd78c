import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, command, reason } from '../lib/command.ts';
import { parseOptions } from '../lib/getopt.ts';
import { posixRegex, RegexError } from '../lib/posix-regex.ts';
import { readAnswer } from './answer-line.ts';
import { FullScreen, keyName, keyTermios, TERM } from './full-screen.ts';
import { rowsOfLine } from './line-rows.ts';
import { PagerText } from './pager-text.ts';

const RULE = '::::::::::::::';

/** more of util-linux: the text goes by, screen after screen; it ends with the text. */
export const more = command('more', function* (c) {
  const { operands } = yield* parseOptions(
    c,
    { short: 'dflcpsun:' },
    { usage: '% [options] <file>...', package: 'from util-linux 2.38.1' },
  );
  if (operands.length === 0 && c.p.terminal(0) !== undefined) {
    yield* c.error("more: bad usage\nTry 'more --help' for more information.\n");
    return 1;
  }
  const keyboard = c.p.terminal(2) === undefined ? c.p.open('/dev/tty', { read: true, write: true }) : 2;
  const terminal = isError(keyboard) || !c.interactive ? undefined : c.p.terminal(keyboard);
  const screen =
    terminal === undefined ? undefined : new FullScreen(c.p, keyboard as number, terminal, { alternate: false, termios: keyTermios });
  if (screen !== undefined) yield* screen.enter();
  let status = 0;
  for (const name of operands.length === 0 ? [undefined] : operands) {
    const fd = name === undefined ? 0 : c.p.open(name, { read: true });
    const stat = name === undefined ? undefined : c.p.machine.files.stat(c.p, name);
    if (isError(fd)) {
      yield* c.error(`more: cannot open ${name}: ${reason(fd)}\n`);
      status = 1;
      continue;
    }
    if (stat !== undefined && !isError(stat) && stat.kind === 'directory') {
      yield* c.print(`\n*** ${name}: directory ***\n\n`);
      continue;
    }
    if (operands.length > 1) yield* c.print(`${RULE}\n${name}\n${RULE}\n`);
    const text = new PagerText(c.p, fd, name, false);
    // Of a file more knows the length, and says how much of it has gone by.
    if (stat !== undefined && !isError(stat) && stat.kind === 'file') yield* text.need(Number.POSITIVE_INFINITY, undefined);
    const goOn = yield* show(c, text, screen, operands.length > 1 ? 3 : 0);
    text.close();
    if (!goOn) break;
  }
  yield* c.flush();
  if (screen !== undefined) yield* screen.leave();
  return status;
});

/** Answers false if the user quit. */
function* show(c: Command, text: PagerText, screen: FullScreen | undefined, used: number): Sys<boolean> {
  let left = (screen?.rows ?? 0) - 1 - used;
  for (let at = 0; ; ) {
    yield* text.need(at + 1, undefined);
    const line = text.lines[at];
    if (line === undefined) return true;
    if (screen === undefined || left > 0) {
      yield* c.print(`${line}\n`);
      left -= rowsOfLine(line, { width: screen?.columns ?? 80, chop: false, shift: 0, raw: true, highlight: undefined }).length;
      at++;
      continue;
    }
    const answer = yield* ask(text, screen, at);
    if (answer === 'quit') return false;
    if (typeof answer === 'number') left = answer;
    else {
      yield* c.print('\n...skipping\n');
      at = answer.line;
      left = screen.rows - 2;
    }
  }
}

/** The prompt: rows to go on by, a line to go to, or the end. */
function* ask(text: PagerText, screen: FullScreen, at: number): Sys<number | { readonly line: number } | 'quit'> {
  for (;;) {
    const total = text.ended && text.name !== undefined ? text.lines.length : undefined;
    const percent = total === undefined ? '' : `(${Math.floor((100 * at) / total)}%)`;
    yield* screen.write(`${TERM.reverse}--More--${percent}${TERM.notReverse}`);
    const event = yield* screen.next();
    yield* screen.write(`\r${TERM.clearLine}`);
    if (event === 'end' || event === 'interrupt') return 'quit';
    if (typeof event === 'string') continue;
    const key = keyName(event);
    if (key === 'q' || key === 'Q') return 'quit';
    if (key === ' ' || key === 'f' || key === 'z') return screen.rows - 1;
    if (key === 'Enter' || key === 'C-j' || key === 's') return 1;
    if (key === 'd' || key === 'C-d') return 11;
    if (key === 'b' || key === 'C-b') return { line: Math.max(0, at - 2 * (screen.rows - 1)) };
    if (key === '/') {
      const typed = yield* readAnswer(screen, '/');
      const pattern = posixRegex(typed ?? '', { extended: false });
      if (typed === undefined || typed === '' || pattern instanceof RegexError) continue;
      yield* text.need(Number.POSITIVE_INFINITY, undefined);
      const found = text.lines.findIndex((line, i) => i >= at && pattern.test(line));
      if (found >= 0) return { line: Math.max(at, found - 2) };
      yield* screen.write(`\r${TERM.clearLine}${TERM.reverse}Pattern not found${TERM.notReverse}\r\n`);
    }
  }
}
