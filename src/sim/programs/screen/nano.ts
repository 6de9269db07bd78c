import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { rawTermios } from '../../machine/tty/termios.ts';
import { decodeText, encodeText } from '../../shell/bytes-of-text.ts';
import type { Key } from '../../shell/line-editor/keys.ts';
import { type Command, command, reason } from '../lib/command.ts';
import { parseOptions } from '../lib/getopt.ts';
import { FullScreen, keyName, moveTo, TERM } from './full-screen.ts';
import { NanoText, shownText } from './nano-text.ts';

const VERSION = 'GNU nano 7.2';
const HELP: readonly (readonly (readonly [string, string])[])[] = [
  [
    ['^G', 'Help'],
    ['^O', 'Write Out'],
    ['^W', 'Where Is'],
    ['^K', 'Cut'],
    ['^T', 'Execute'],
    ['^C', 'Location'],
  ],
  [
    ['^X', 'Exit'],
    ['^R', 'Read File'],
    ['^\\', 'Replace'],
    ['^U', 'Paste'],
    ['^J', 'Justify'],
    ['^/', 'Go To Line'],
  ],
];
const HELP_WIDTH = 15;

/** The editor nano. */
export const nano = command('nano', function* (c) {
  const { operands } = yield* parseOptions(
    c,
    { short: 'ABEFHILSWilmvx' },
    { usage: '% [OPTIONS] [[+LINE[,COLUMN]] FILE]...', package: '7.2' },
  );
  const terminal = c.p.terminal(1);
  if (terminal === undefined || c.p.terminal(0) === undefined) {
    yield* c.error(terminal === undefined ? 'Standard output is not a terminal\n' : 'Standard input is not a terminal\n');
    return 1;
  }
  const start = operands.find((word) => /^\+\d/.test(word));
  const name = operands.find((word) => word !== start) ?? '';
  const screen = new FullScreen(c.p, 0, terminal, { alternate: true, termios: rawTermios });
  const editor = new Nano(c, screen, name);
  yield* screen.enter();
  editor.open(start);
  yield* editor.run();
  yield* screen.leave();
  return 0;
});

class Nano {
  private readonly c: Command;
  private readonly screen: FullScreen;
  private name: string;
  private text = new NanoText('');
  private top = 0;
  private status = '';
  private wanted = '';

  constructor(c: Command, screen: FullScreen, name: string) {
    this.c = c;
    this.screen = screen;
    this.name = name;
  }

  /** Reads the file; `start` is +LINE or +LINE,COLUMN. */
  open(start: string | undefined): void {
    const { p } = this.c;
    const stat = p.machine.files.stat(p, this.name);
    const data = this.name === '' ? undefined : p.machine.files.readFile(p, this.name);
    if (!isError(stat) && stat.kind === 'directory') {
      this.status = `"${this.name}" is a directory`;
      this.name = '';
    } else if (data !== undefined && !isError(data)) {
      this.text = new NanoText(decodeText(data));
      this.status = `Read ${lineCount(this.text)}`;
    } else if (data !== undefined) {
      this.status = data.errno === 'ENOENT' ? 'New File' : `Error reading ${this.name}: ${reason(data)}`;
    }
    const [line, column] = (start ?? '+1').slice(1).split(',').map(Number);
    this.text.goTo((line ?? 1) - 1, (column ?? 1) - 1);
  }

  *run(): Sys<void> {
    for (;;) {
      yield* this.draw();
      const event = yield* this.screen.next();
      if (event === 'end') return;
      if (typeof event === 'string') continue;
      this.status = '';
      if (yield* this.press(event)) return;
    }
  }

  private get height(): number {
    return Math.max(1, this.screen.rows - 4);
  }

  /** Does what a key asks for; true if it is to leave. */
  private *press(key: Key): Sys<boolean> {
    const { text } = this;
    if (key.kind !== 'key') {
      text.insert(key.text);
      return false;
    }
    switch (keyName(key)) {
      case 'C-x':
        return yield* this.exit();
      case 'C-o':
      case 'C-s':
        yield* this.write(key.name === 'C-s' && this.name !== '');
        return false;
      case 'C-w':
        yield* this.search();
        return false;
      case 'M-w':
        this.find();
        return false;
      case 'C-k':
        if (!text.cutLine()) this.status = 'Nothing was cut';
        return false;
      case 'C-u':
        if (!text.paste()) this.status = 'Cutbuffer is empty';
        return false;
      case 'C-_': {
        const typed = yield* this.ask('Enter line number, column number: ', '');
        const [line = 1, column = 1] = (typed ?? '').split(/[ ,]+/).map(Number);
        if (typed !== undefined && typed !== '') text.goTo(line - 1, column - 1);
        return false;
      }
      case 'C-c': {
        const [line, lines] = [text.line + 1, text.lines.length];
        const [column, columns] = [text.column + 1, text.current.length + 1];
        this.status = `line ${line}/${lines} (${Math.floor((100 * line) / lines)}%), col ${column}/${columns} (${Math.floor((100 * column) / columns)}%)`;
        return false;
      }
      default:
        if (!this.edit(keyName(key))) this.status = 'Unbound key';
        return false;
    }
  }

  private edit(key: string): boolean {
    const { text } = this;
    const actions: Readonly<Record<string, () => void>> = {
      Enter: () => text.insert('\n'),
      Tab: () => text.insert('\t'),
      Backspace: () => text.backspace(),
      Delete: () => text.delete(),
      'C-d': () => text.delete(),
      Left: () => text.left(),
      'C-b': () => text.left(),
      Right: () => text.right(),
      'C-f': () => text.right(),
      Up: () => text.vertical(-1),
      'C-p': () => text.vertical(-1),
      Down: () => text.vertical(1),
      'C-n': () => text.vertical(1),
      PageUp: () => text.vertical(2 - this.height),
      'C-y': () => text.vertical(2 - this.height),
      PageDown: () => text.vertical(this.height - 2),
      'C-v': () => text.vertical(this.height - 2),
      Home: () => text.goTo(text.line, 0),
      'C-a': () => text.goTo(text.line, 0),
      End: () => text.goTo(text.line, text.current.length),
      'C-e': () => text.goTo(text.line, text.current.length),
      'C-Home': () => text.goTo(0, 0),
      'C-End': () => text.goTo(text.lines.length, Number.POSITIVE_INFINITY),
      'C-l': () => undefined,
    };
    const action = actions[key];
    action?.();
    return action !== undefined;
  }

  private *exit(): Sys<boolean> {
    if (!this.text.changed) return true;
    for (;;) {
      yield* this.draw(
        'Save modified buffer?  ',
        [[' Y', 'Yes']],
        [
          [' N', 'No'],
          ['^C', 'Cancel'],
        ],
      );
      const event = yield* this.screen.next();
      if (event === 'end') return true;
      if (typeof event === 'string') continue;
      const key = keyName(event).toLowerCase();
      if (key === 'n') return true;
      if (key === 'y') return yield* this.write(false);
      if (key === 'c-c') {
        this.status = 'Cancelled';
        return false;
      }
    }
  }

  /** Writes the file, under the name that is asked for unless `silent`; true if it was written. */
  private *write(silent: boolean): Sys<boolean> {
    const name = silent ? this.name : yield* this.ask('File Name to Write: ', this.name);
    if (name === undefined || name === '') {
      this.status = 'Cancelled';
      return false;
    }
    const error = this.c.p.machine.files.writeFile(this.c.p, name, encodeText(this.text.toString()), { mode: 0o666 & ~this.c.p.umask });
    if (isError(error)) {
      this.status = `Error writing ${name}: ${reason(error)}`;
      return false;
    }
    this.name = name;
    if (this.text.lines.at(-1)?.length !== 0) this.text.lines.push([]);
    this.text.changed = false;
    this.status = `Wrote ${lineCount(this.text)}`;
    return true;
  }

  private *search(): Sys<void> {
    const typed = yield* this.ask(this.wanted === '' ? 'Search: ' : `Search [${this.wanted}]: `, '');
    if (typed === undefined) this.status = 'Cancelled';
    else {
      if (typed !== '') this.wanted = typed;
      this.find();
    }
  }

  private find(): void {
    if (this.wanted === '') {
      this.status = 'No current search pattern';
      return;
    }
    const found = this.text.search(this.wanted);
    if (found === 'none') this.status = `"${this.wanted}" not found`;
    else if (found === 'wrapped') this.status = 'Search Wrapped';
    else if (found === 'same') this.status = 'This is the only occurrence';
  }

  /** A question on the status line; undefined if it was cancelled. */
  private *ask(question: string, start: string): Sys<string | undefined> {
    const typed = [...start];
    for (;;) {
      yield* this.draw(question + typed.join(''), [['^G', 'Help']], [['^C', 'Cancel']]);
      const event = yield* this.screen.next();
      if (event === 'end') return undefined;
      if (typeof event === 'string') continue;
      if (event.kind !== 'key') typed.push(...event.text.replaceAll('\n', ''));
      else if (event.name === 'Enter') return typed.join('');
      else if (event.name === 'C-c') return undefined;
      else if (event.name === 'C-u' || event.name === 'C-k') typed.length = 0;
      else if (event.name === 'Backspace') typed.pop();
    }
  }

  /** Draws all; with a question the cursor stands behind it. */
  private *draw(question?: string, ...help: (readonly (readonly [string, string])[])[]): Sys<void> {
    const { columns, rows } = this.screen;
    const { text } = this;
    if (text.line < this.top || text.line >= this.top + this.height) this.top = Math.max(0, text.line - Math.floor(this.height / 2));
    // A long line is shown by the piece that the cursor is in.
    const piece = Math.max(1, columns - 8);
    const shift = text.screenColumn < columns - 1 ? 0 : Math.floor(text.screenColumn / piece) * piece;
    const out = [TERM.hideCursor, TERM.home, reversed(this.title(columns))];
    for (let row = 0; row < this.height; row++) {
      const at = this.top + row;
      const line = [...shownText(text.lines[at] ?? [])].slice(at === text.line ? shift : 0);
      const shown = line.length > columns ? `${line.slice(0, columns - 1).join('')}${reversed('>')}` : line.join('');
      out.push(moveTo(row + 1, 0), at === text.line && shift > 0 ? `${reversed('<')}${shown.slice(1)}` : shown, TERM.clearLine);
    }
    out.push(moveTo(rows - 3, 0), TERM.clearLine);
    if (question !== undefined) out.push(reversed(question.padEnd(columns)));
    else if (this.status !== '') {
      const message = `[ ${this.status} ]`;
      out.push(moveTo(rows - 3, Math.max(0, Math.floor((columns - message.length) / 2))), reversed(message));
    }
    for (const [i, line] of (help.length > 0 ? help : HELP).entries()) {
      const cells = line.slice(0, Math.max(1, Math.floor(columns / HELP_WIDTH)));
      out.push(moveTo(rows - 2 + i, 0), ...cells.map(([key, what]) => `${reversed(key)} ${what.padEnd(HELP_WIDTH - 3)}`), TERM.clearLine);
    }
    out.push(question === undefined ? moveTo(text.line - this.top + 1, text.screenColumn - shift) : moveTo(rows - 3, question.length));
    yield* this.screen.write(out.join('') + TERM.showCursor);
  }

  private title(columns: number): string {
    const name = this.name === '' ? 'New Buffer' : this.name;
    const left = `  ${VERSION}`;
    const state = this.text.changed ? 'Modified  ' : '';
    const start = Math.max(left.length + 2, Math.floor((columns - name.length) / 2));
    return (left.padEnd(start) + name).padEnd(Math.max(0, columns - state.length)).slice(0, columns - state.length) + state;
  }
}

function reversed(text: string): string {
  return `${TERM.reverse}${text}${TERM.notReverse}`;
}

function lineCount(text: NanoText): string {
  const count = text.lines.length - (text.lines.at(-1)?.length === 0 ? 1 : 0);
  return `${count} line${count === 1 ? '' : 's'}`;
}
