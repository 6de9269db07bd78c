import { isError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, command, reason } from '../lib/command.ts';
import { parseOptions } from '../lib/getopt.ts';
import { posixRegex, RegexError } from '../lib/posix-regex.ts';
import { readAnswer } from './answer-line.ts';
import { FullScreen, keyName, keyTermios, TERM } from './full-screen.ts';
import { PagerText } from './pager-text.ts';
import { PagerView } from './pager-view.ts';

const SHORT = 'eEFiIMmnNqQrRsSXx:z:g';

/** The pager less. Without a terminal to write to it is cat. */
export const less = command('less', function* (c) {
  const first = c.args.filter((word) => /^\+/.test(word)).map((word) => word.replace(/^\++/, ''));
  const { options, operands } = yield* parseOptions(
    c,
    {
      short: SHORT,
      long: {
        'quit-if-one-screen': 'F',
        'LINE-NUMBERS': 'N',
        'chop-long-lines': 'S',
        'RAW-CONTROL-CHARS': 'R',
        'no-init': 'X',
        'ignore-case': 'i',
      },
    },
    { usage: '% [OPTION]... [FILE]...', package: '590', args: c.args.filter((word) => !word.startsWith('+')) },
  );
  const has = (letters: string): boolean => options.some(({ flag }) => letters.includes(flag));
  if (operands.length === 0 && c.p.terminal(0) !== undefined) {
    yield* c.error('Missing filename ("less --help" for help)\n');
    return 1;
  }
  const { texts, failed } = yield* openTexts(c, operands, has('s'));
  if (texts.length === 0) return 1;
  if (!c.interactive) {
    for (const text of texts) {
      yield* text.need(Number.POSITIVE_INFINITY, undefined);
      for (const line of text.lines) yield* c.print(`${line}\n`);
    }
    return failed ? 1 : 0;
  }
  const keyboard = c.p.open('/dev/tty', { read: true, write: true });
  const fd = isError(keyboard) ? 2 : keyboard;
  const terminal = c.p.terminal(fd);
  if (terminal === undefined) return 1;
  const screen = new FullScreen(c.p, fd, terminal, { alternate: !has('X'), termios: keyTermios });
  const view = { numbers: has('N'), chop: has('S'), raw: has('Rr'), ignoreCase: has('iI') };
  if (has('F') && texts.length === 1) {
    const text = texts[0] as PagerText;
    yield* text.need(terminal.rows, undefined);
    const probe = new PagerView(text, screen, view);
    if (probe.atEnd) {
      for (const line of text.lines) yield* c.print(`${line}\n`);
      return 0;
    }
  }
  yield* screen.enter();
  const pager = new Less(c, screen, texts, view, { long: has('M'), quitAtEnd: has('eE') });
  yield* pager.run(first);
  yield* screen.write(`\r${TERM.clearLine}`);
  yield* screen.leave();
  return 0;
});

function* openTexts(c: Command, names: readonly string[], squeeze: boolean): Sys<{ texts: PagerText[]; failed: boolean }> {
  if (names.length === 0) return { texts: [new PagerText(c.p, 0, undefined, squeeze)], failed: false };
  const texts: PagerText[] = [];
  for (const name of names) {
    if (name === '-') {
      texts.push(new PagerText(c.p, 0, undefined, squeeze));
      continue;
    }
    const stat = c.p.machine.files.stat(c.p, name);
    if (!isError(stat) && stat.kind === 'directory') {
      yield* c.error(`${name} is a directory\n`);
      continue;
    }
    const fd = c.p.open(name, { read: true });
    if (isError(fd)) yield* c.error(`${name}: ${reason(fd)}\n`);
    else texts.push(new PagerText(c.p, fd, name, squeeze));
  }
  return { texts, failed: texts.length < names.length };
}

/** What a key does that moves the text, given the number typed before it. */
type Move = (view: PagerView, count: number | undefined) => Sys<unknown>;

const step = (sign: 1 | -1, rows: (view: PagerView) => number): Move =>
  function* (view, count) {
    if (sign > 0) yield* view.forward(count ?? rows(view));
    else view.backward(count ?? rows(view));
  };
const MOVES: ReadonlyMap<string, Move> = new Map<string, Move>([
  ...[' ', 'f', 'C-f', 'C-v', 'PageDown', 'z'].map((key) => [key, step(1, (v) => v.height)] as const),
  ...['b', 'C-b', 'M-v', 'PageUp', 'w'].map((key) => [key, step(-1, (v) => v.height)] as const),
  ...['j', 'e', 'C-e', 'C-n', 'C-j', 'Down', 'Enter'].map((key) => [key, step(1, () => 1)] as const),
  ...['k', 'y', 'C-y', 'C-p', 'C-k', 'Up'].map((key) => [key, step(-1, () => 1)] as const),
  ...['d', 'C-d'].map((key) => [key, step(1, (v) => Math.ceil(v.height / 2))] as const),
  ...['u', 'C-u'].map((key) => [key, step(-1, (v) => Math.ceil(v.height / 2))] as const),
  ...['g', '<', 'Home'].map((key) => [key, (v: PagerView, n?: number) => v.goTo((n ?? 1) - 1)] as const),
  ...['G', '>', 'End'].map((key) => [key, (v: PagerView, n?: number) => (n === undefined ? v.goToEnd() : v.goTo(n - 1))] as const),
]);

class Less {
  private readonly c: Command;
  private readonly screen: FullScreen;
  private readonly views: PagerView[];
  private readonly prompt: { readonly long: boolean; readonly quitAtEnd: boolean };
  private at = 0;
  private message: string | undefined;
  private named = true;
  private search: { readonly pattern: RegExp; readonly backwards: boolean; readonly inverted: boolean } | undefined;

  constructor(
    c: Command,
    screen: FullScreen,
    texts: readonly PagerText[],
    options: ConstructorParameters<typeof PagerView>[2],
    prompt: { readonly long: boolean; readonly quitAtEnd: boolean },
  ) {
    this.c = c;
    this.screen = screen;
    this.views = texts.map((text) => new PagerView(text, screen, options));
    this.prompt = prompt;
  }

  private get view(): PagerView {
    return this.views[this.at] as PagerView;
  }

  /** Shows the text until the user quits; `first` are the commands of +COMMAND arguments. */
  *run(first: readonly string[]): Sys<void> {
    for (const word of first) yield* this.initial(word);
    let number = '';
    let before = '';
    for (;;) {
      if (number === '' && before === '') {
        yield* this.view.draw();
        yield* this.screen.write(this.promptText());
      }
      const event = yield* this.screen.next();
      if (event === 'end') return;
      if (typeof event === 'string') {
        number = before = '';
        continue;
      }
      const key = keyName(event);
      this.message = undefined;
      if (/^\d$/.test(key)) {
        number += key;
        yield* this.screen.write(`\r${TERM.clearLine}:${number}`);
        continue;
      }
      const count = number === '' ? undefined : Number(number);
      number = '';
      if (before === '' && (key === ':' || key === '-' || key === 'Z')) {
        before = key;
        yield* this.screen.write(`\r${TERM.clearLine}${key === 'Z' ? ':Z' : key === ':' ? ' :' : key}`);
        continue;
      }
      const whole = before + key;
      before = '';
      if (['q', 'Q', ':q', ':Q', 'ZZ'].includes(whole)) return;
      if (this.prompt.quitAtEnd && (key === ' ' || key === 'f' || key === 'Enter') && this.view.atEnd) return;
      this.named = false;
      yield* this.act(whole, count);
    }
  }

  private *initial(word: string): Sys<void> {
    if (/^\d+$/.test(word)) yield* this.view.goTo(Number(word) - 1);
    else if (word === 'F') yield* this.follow();
    else if (word === 'G') yield* this.view.goToEnd();
    else if (word.startsWith('/')) yield* this.newSearch(word.slice(1), false, 1);
  }

  private *act(key: string, count: number | undefined): Sys<void> {
    const move = MOVES.get(key);
    if (move !== undefined) {
      const { line, row } = this.view;
      yield* move(this.view, count);
      if (line === this.view.line && row === this.view.row) yield* this.screen.write('\x07');
      return;
    }
    switch (key) {
      case '/':
      case '?': {
        const typed = yield* readAnswer(this.screen, key);
        if (typed !== undefined) yield* this.newSearch(typed, key === '?', count ?? 1);
        return;
      }
      case 'n':
      case 'N':
        return yield* this.findAgain(key === 'N', count ?? 1);
      case 'F':
        return yield* this.follow();
      case 'Right':
      case 'Left':
        this.view.shift = Math.max(0, this.view.shift + (key === 'Left' ? -1 : 1) * (count ?? Math.floor(this.screen.columns / 2)));
        return;
      case '-N':
        this.view.options.numbers = !this.view.options.numbers;
        return;
      case '-S':
        this.view.options.chop = !this.view.options.chop;
        return;
      case '-R':
        this.view.options.raw = !this.view.options.raw;
        return;
      case '-i':
      case '-I':
        this.view.options.ignoreCase = !this.view.options.ignoreCase;
        return;
      case ':n':
      case ':p': {
        const next = this.at + (key === ':n' ? 1 : -1);
        if (this.views[next] === undefined) this.message = `No ${key === ':n' ? 'next' : 'previous'} file`;
        else this.at = next;
        this.named = true;
        return;
      }
      case '=':
      case 'C-g':
        this.message = `${this.view.text.name ?? '(standard input)'} lines ${this.place()}`;
        return;
      case 'r':
      case 'R':
      case 'C-l':
        return;
      default:
        yield* this.screen.write('\x07');
    }
  }

  private promptText(): string {
    const standout = (text: string): string => `${TERM.reverse}${text}${TERM.notReverse}`;
    const { view } = this;
    if (this.message !== undefined) return standout(`${this.message}  (press RETURN)`);
    const several = this.views.length > 1 ? ` (file ${this.at + 1} of ${this.views.length})` : '';
    const next = this.views[this.at + 1]?.text.name;
    const end = view.atEnd ? `(END)${next === undefined ? '' : ` - Next: ${next}`}` : '';
    const name = this.named && view.text.name !== undefined ? view.text.name + several : '';
    const shown = this.prompt.long ? `${view.text.name ?? ''}${several} lines ${this.place()}` : name;
    const whole = [shown, end]
      .filter((part) => part.trim() !== '')
      .join(' ')
      .trim();
    return whole === '' ? ':' : standout(whole);
  }

  private place(): string {
    const { view } = this;
    const total = view.text.lines.length;
    const known = view.text.ended ? `/${total}` : '';
    const percent = view.text.ended && total > 0 ? ` ${Math.floor((100 * view.lastLine) / total)}%` : '';
    return `${view.line + 1}-${view.lastLine}${known}${percent}`;
  }

  private *newSearch(typed: string, backwards: boolean, count: number): Sys<void> {
    const inverted = typed.startsWith('!');
    const source = inverted ? typed.slice(1) : typed;
    if (source !== '') {
      const ignoreCase = this.view.options.ignoreCase && source === source.toLowerCase();
      const pattern = posixRegex(source, { extended: true, ignoreCase });
      if (pattern instanceof RegexError) {
        this.message = pattern.message;
        return;
      }
      this.search = { pattern, backwards, inverted };
    } else if (this.search !== undefined) this.search = { ...this.search, backwards };
    yield* this.findAgain(false, count, source !== '');
  }

  private *findAgain(turned: boolean, count: number, fresh = false): Sys<void> {
    if (this.search === undefined) {
      this.message = 'No previous regular expression';
      return;
    }
    const { pattern, backwards, inverted } = this.search;
    const back = backwards !== turned;
    for (const view of this.views) view.highlight = inverted ? undefined : pattern;
    // A new search may find the line at the top; a repeated one begins behind it.
    const from = back || (fresh && this.view.atTop) ? this.view.line : this.view.line + 1;
    const found = yield* this.view.find(pattern, back, count, inverted, from);
    if (found === undefined) this.message = 'Pattern not found';
    else yield* this.view.goTo(found);
  }

  /** Shows what is added to the end, as tail -f does, until Ctrl-C. */
  private *follow(): Sys<void> {
    yield* this.view.goToEnd();
    for (;;) {
      yield* this.view.draw();
      yield* this.screen.write(`${TERM.reverse}Waiting for data... (interrupt to abort)${TERM.notReverse}`);
      for (;;) {
        const event = yield* this.screen.next(this.c.p.nowNs + NS_PER_S);
        if (event === 'interrupt' || event === 'end') return;
        if (event === 'redraw' || (event === 'timeout' && this.view.text.name !== undefined && (yield* this.view.text.more()))) break;
      }
      yield* this.view.goToEnd();
    }
  }
}
