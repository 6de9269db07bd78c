import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { decodeText, encodeText } from '../../shell/bytes-of-text.ts';
import { type Command, reason } from '../lib/command.ts';
import { LineReader, openInput } from '../lib/input.ts';
import type { Address, SedCommand, Substitution } from './script.ts';

export interface SedOptions {
  readonly quiet: boolean;
  readonly separate: boolean;
  /** Suffix of the backup; undefined: not in place. */
  readonly inPlace: string | undefined;
  readonly separator: string;
}

const COMMANDS_A_TURN = 10_000;

/** Runs a sed script over files. */
export class SedRun {
  status = 0;
  readonly #c: Command;
  readonly #script: readonly SedCommand[];
  readonly #o: SedOptions;
  readonly #files: readonly string[];
  #at = 0;
  #reader: LineReader | undefined;
  #fd = 0;
  /** Read ahead, so that `$` is known. */
  #next: { readonly text: string; readonly terminated: boolean } | undefined;
  #space = '';
  #hold = '';
  #line = 0;
  #terminated = true;
  #appended: { readonly text?: string; readonly file?: string }[] = [];
  readonly #ranges = new Map<SedCommand, number | 'open'>();
  #lastRegex: RegExp | undefined;
  #commands = 0;
  /** What goes to the file edited in place instead of standard output. */
  #edited: string[] | undefined;
  #editedName = '';
  readonly #written = new Map<string, number>();

  constructor(c: Command, script: readonly SedCommand[], files: readonly string[], o: SedOptions) {
    this.#c = c;
    this.#script = script;
    this.#files = files.length === 0 ? ['-'] : files;
    this.#o = o;
  }

  *run(): Sys<number> {
    for (const { name, argument, substitution } of this.#script) {
      const file = name === 'w' || name === 'W' ? argument : substitution?.file;
      if (file !== undefined) yield* this.#openOutput(file);
    }
    let restart = false;
    while (restart || (yield* this.#read(false))) {
      const how = yield* this.#cycle();
      restart = how === 'restart';
      if (how === 'quit') break;
    }
    yield* this.#finishFile();
    return this.status;
  }

  // Input.

  /** The next line into the pattern space; false at the end. */
  *#read(append: boolean): Sys<boolean> {
    if (!append) this.#space = '';
    const line = yield* this.#take();
    if (line === undefined) return false;
    this.#space = append ? `${this.#space}\n${line.text}` : line.text;
    this.#terminated = line.terminated;
    this.#line++;
    return true;
  }

  *#take(): Sys<{ readonly text: string; readonly terminated: boolean } | undefined> {
    const line = this.#next ?? (yield* this.#fetch());
    this.#next = undefined;
    return line;
  }

  *#fetch(): Sys<{ readonly text: string; readonly terminated: boolean } | undefined> {
    for (;;) {
      if (this.#reader === undefined && !(yield* this.#openNext())) return undefined;
      const text = yield* (this.#reader as LineReader).next();
      if (text !== undefined) return { text, terminated: (this.#reader as LineReader).terminated };
      const error = this.#reader?.error;
      if (error !== undefined) {
        yield* this.#c.complain(
          error.errno === 'EISDIR'
            ? `couldn't edit ${this.#files[this.#at - 1]}: not a regular file`
            : `read error on ${this.#files[this.#at - 1]}: ${reason(error)}`,
        );
        this.status = 2;
      }
      if (this.#fd !== 0) this.#c.p.close(this.#fd);
      this.#reader = undefined;
      if (this.#separate) return undefined;
    }
  }

  get #separate(): boolean {
    return this.#o.separate || this.#o.inPlace !== undefined;
  }

  *#openNext(): Sys<boolean> {
    for (; this.#at < this.#files.length; ) {
      const name = this.#files[this.#at++] as string;
      const fd = openInput(this.#c.p, name);
      if (isError(fd)) {
        yield* this.#c.complain(`can't read ${name}: ${reason(fd)}`);
        this.status = 2;
        continue;
      }
      const kind = this.#c.p.file(fd)?.stat().kind;
      if (kind === 'directory') {
        yield* this.#c.complain(
          this.#o.inPlace === undefined
            ? `couldn't read ${name}: Is a directory`.replace("couldn't read", 'read error on')
            : `couldn't edit ${name}: not a regular file`,
        );
        this.status = this.#o.inPlace === undefined ? 2 : 4;
        this.#c.p.close(fd);
        continue;
      }
      this.#fd = fd;
      this.#reader = new LineReader(this.#c.p, fd, this.#o.separator);
      if (this.#o.inPlace !== undefined) {
        this.#edited = [];
        this.#editedName = name;
      }
      if (this.#separate) this.#line = 0;
      return true;
    }
    return false;
  }

  /** With -i and -s each file is a world of its own. */
  *#isLast(): Sys<boolean> {
    if (this.#next !== undefined) return false;
    const line = yield* this.#fetch();
    this.#next = line;
    return line === undefined;
  }

  *#finishFile(): Sys<void> {
    if (this.#edited === undefined) {
      if (this.#separate && this.#at < this.#files.length) yield* this.run();
      return;
    }
    const { p } = this.#c;
    const contents = encodeText(this.#edited.join(''));
    const name = this.#editedName;
    this.#edited = undefined;
    const suffix = this.#o.inPlace ?? '';
    const stat = p.machine.files.stat(p, name);
    if (suffix !== '') {
      const old = p.machine.files.readFile(p, name);
      const backup = suffix.includes('*') ? suffix.replaceAll('*', name) : name + suffix;
      if (!isError(old)) p.machine.files.writeFile(p, backup, old);
    }
    // A new file takes the old one's place, so that readers of the old one go on with it.
    const fresh = this.#c.temporaryFor(name);
    const refused = p.machine.files.writeFile(p, fresh, contents);
    if (refused) return yield* this.#c.die(4, `couldn't open temporary file ${fresh}: ${reason(refused)}`);
    // EBUSY for a file that is mounted there, as a container's /etc/hosts.
    const kept = p.machine.files.rename(p, fresh, name);
    if (kept) {
      p.machine.files.unlink(p, fresh);
      return yield* this.#c.die(4, `cannot rename ${fresh}: ${reason(kept)}`);
    }
    if (!isError(stat)) p.machine.files.chmod(p, name, stat.mode);
    if (this.#at < this.#files.length) yield* this.run();
  }

  // Output.

  *#put(text: string, terminated = true): Sys<void> {
    const line = text + (terminated ? this.#o.separator : '');
    if (this.#edited !== undefined) this.#edited.push(line);
    else yield* this.#c.print(line);
  }

  *#raw(text: string): Sys<void> {
    if (this.#edited !== undefined) this.#edited.push(text);
    else yield* this.#c.print(text);
  }

  *#openOutput(name: string): Sys<void> {
    if (this.#written.has(name)) return;
    const fd =
      name === '/dev/stdout' ? 1 : name === '/dev/stderr' ? 2 : this.#c.p.open(name, { write: true, create: true, truncate: true });
    if (isError(fd)) return yield* this.#c.die(4, `couldn't open file ${name}: ${reason(fd)}`);
    this.#written.set(name, fd);
  }

  *#write(name: string, text: string): Sys<void> {
    const fd = this.#written.get(name) as number;
    if (fd === 1) yield* this.#raw(`${text}\n`);
    else yield* this.#c.p.write(fd, encodeText(`${text}\n`));
  }

  /** The end of a cycle: the pattern space, then what `a` and `r` have put off. */
  *#endCycle(print: boolean): Sys<void> {
    if (print && !this.#o.quiet) yield* this.#put(this.#space, this.#terminated);
    const appended = this.#appended;
    this.#appended = [];
    for (const { text, file } of appended) {
      if (text !== undefined) {
        if (!this.#terminated) yield* this.#raw('\n');
        yield* this.#raw(text);
      } else if (file !== undefined) {
        const data = this.#c.p.machine.files.readFile(this.#c.p, file);
        if (!isError(data)) yield* this.#raw(decodeText(data));
      }
    }
  }

  // Commands.

  *#cycle(): Sys<'next' | 'restart' | 'quit'> {
    let replaced = false;
    for (let pc = 0; pc < this.#script.length; pc++) {
      const command = this.#script[pc] as SedCommand;
      if (++this.#commands % COMMANDS_A_TURN === 0) yield* this.#c.p.turn();
      if (command.name === '}' || command.name === ':') continue;
      if ((yield* this.#selects(command)) === command.negated) {
        if (command.name === '{') pc = command.target;
        continue;
      }
      switch (command.name) {
        case '{':
          break;
        case 's':
          if (yield* this.#substitute(command.substitution as Substitution)) replaced = true;
          break;
        case 'p':
          yield* this.#put(this.#space);
          break;
        case 'P':
          yield* this.#put(this.#space.split('\n')[0] as string);
          break;
        case 'd':
          yield* this.#endCycle(false);
          return 'next';
        case 'D': {
          const newline = this.#space.indexOf('\n');
          yield* this.#endCycle(false);
          if (newline < 0) return 'next';
          this.#space = this.#space.slice(newline + 1);
          return 'restart';
        }
        case 'n': {
          if (yield* this.#isLast()) {
            yield* this.#endCycle(true);
            return 'quit';
          }
          yield* this.#endCycle(true);
          yield* this.#read(false);
          break;
        }
        case 'N': {
          if (yield* this.#isLast()) {
            yield* this.#endCycle(true);
            return 'quit';
          }
          yield* this.#read(true);
          break;
        }
        case 'q':
        case 'Q':
          this.status = Number(command.argument || 0) || this.status;
          yield* this.#endCycle(command.name === 'q');
          return 'quit';
        case 'b':
          pc = command.target - 1;
          break;
        case 't':
          if (replaced) pc = command.target - 1;
          replaced = false;
          break;
        case 'T':
          if (!replaced) pc = command.target - 1;
          replaced = false;
          break;
        case 'c': {
          const range = this.#ranges.get(command);
          if (command.negated || command.addresses.length < 2 || range === undefined) yield* this.#raw(command.argument);
          yield* this.#endCycle(false);
          return 'next';
        }
        default:
          yield* this.#simple(command);
      }
    }
    yield* this.#endCycle(true);
    return 'next';
  }

  *#simple({ name, argument, map }: SedCommand): Sys<void> {
    switch (name) {
      case 'a':
        this.#appended.push({ text: argument });
        return;
      case 'i':
        yield* this.#raw(argument);
        return;
      case 'r':
        this.#appended.push({ file: argument });
        return;
      case 'w':
        yield* this.#write(argument, this.#space);
        return;
      case 'W':
        yield* this.#write(argument, this.#space.split('\n')[0] as string);
        return;
      case '=':
        yield* this.#raw(`${this.#line}\n`);
        return;
      case 'F':
        yield* this.#raw(`${this.#files[this.#at - 1]}\n`);
        return;
      case 'l':
        yield* this.#raw(unambiguous(this.#space, argument === '' ? 70 : Number(argument)));
        return;
      case 'h':
        this.#hold = this.#space;
        return;
      case 'H':
        this.#hold += `\n${this.#space}`;
        return;
      case 'g':
        this.#space = this.#hold;
        return;
      case 'G':
        this.#space += `\n${this.#hold}`;
        return;
      case 'x':
        [this.#space, this.#hold] = [this.#hold, this.#space];
        return;
      case 'y':
        this.#space = [...this.#space].map((c) => map?.get(c) ?? c).join('');
        return;
      case 'z':
        this.#space = '';
        return;
    }
  }

  *#selects(command: SedCommand): Sys<boolean> {
    const [first, second] = command.addresses;
    if (first === undefined) return true;
    if (second === undefined) return yield* this.#matches(first);
    const open = this.#ranges.get(command);
    if (open === undefined) {
      const zero = first.kind === 'line' && first.line === 0;
      if (!zero && !(yield* this.#matches(first))) return false;
      if (zero && this.#line > 1) return false;
      if (!zero || (second.kind === 'regex' && !(yield* this.#matches(second)))) this.#openRange(command, second);
      return true;
    }
    if (open === 'open' ? yield* this.#matches(second) : this.#line >= open) this.#ranges.delete(command);
    if (second.kind === 'line' && this.#line > second.line && open !== 'open') return yield* this.#selects(command);
    return true;
  }

  #openRange(command: SedCommand, second: Address): void {
    if (second.kind === 'line') {
      if (second.line > this.#line) this.#ranges.set(command, second.line);
    } else if (second.kind === 'plus') {
      if (second.count > 0) this.#ranges.set(command, this.#line + second.count);
    } else if (second.kind === 'multiple') {
      const end = second.count === 0 ? this.#line : (Math.floor(this.#line / second.count) + 1) * second.count;
      if (end > this.#line) this.#ranges.set(command, end);
    } else this.#ranges.set(command, 'open');
  }

  *#matches(address: Address): Sys<boolean> {
    switch (address.kind) {
      case 'line':
        return this.#line === address.line;
      case 'last':
        return yield* this.#isLast();
      case 'step':
        return address.step === 0
          ? this.#line === address.first
          : this.#line >= address.first && (this.#line - address.first) % address.step === 0;
      case 'regex': {
        const regex = yield* this.#use(address.regex);
        regex.lastIndex = 0;
        return regex.test(this.#space);
      }
      default:
        return false;
    }
  }

  *#use(regex: RegExp | undefined): Sys<RegExp> {
    if (regex === undefined && this.#lastRegex === undefined) return yield* this.#c.die(1, 'no previous regular expression');
    this.#lastRegex = regex ?? this.#lastRegex;
    return this.#lastRegex as RegExp;
  }

  *#substitute(s: Substitution): Sys<boolean> {
    const regex = yield* this.#use(s.regex);
    const text = this.#space;
    let out = '';
    let at = 0;
    let count = 0;
    let done = false;
    let lastEnd = -1;
    for (const m of text.matchAll(regex)) {
      if (m[0] === '' && m.index === lastEnd) continue;
      lastEnd = m.index + m[0].length;
      if (++count < s.nth) continue;
      out += text.slice(at, m.index) + fill(s, m);
      at = lastEnd;
      done = true;
      if (!s.all) break;
    }
    if (!done) return false;
    this.#space = out + text.slice(at);
    if (s.print) yield* this.#put(this.#space);
    if (s.file !== undefined) yield* this.#write(s.file, this.#space);
    return true;
  }
}

/** The replacement for one match, with GNU's case conversions. */
function fill({ replacement }: Substitution, m: RegExpMatchArray): string {
  let out = '';
  let mode = '';
  let once = '';
  const add = (text: string): void => {
    if (text === '') return;
    let shown = mode === 'U' ? text.toUpperCase() : mode === 'L' ? text.toLowerCase() : text;
    if (once !== '') shown = (once === 'u' ? (shown[0] as string).toUpperCase() : (shown[0] as string).toLowerCase()) + shown.slice(1);
    once = '';
    out += shown;
  };
  for (const part of replacement) {
    if ('text' in part) add(part.text);
    else if ('group' in part) add(m[part.group] ?? '');
    else if (part.mode === 'U' || part.mode === 'L') mode = part.mode;
    else if (part.mode === 'E') mode = '';
    else once = part.mode;
  }
  return out;
}

const SHOWN: Readonly<Record<number, string>> = { 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r', 92: '\\\\' };

/** The `l` command: everything visible, lines folded with a backslash, `$` at the end. */
function unambiguous(text: string, width: number): string {
  let out = '';
  let column = 0;
  for (const byte of encodeText(text)) {
    const shown = SHOWN[byte] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`);
    if (width > 1 && column + shown.length > width - 1) {
      out += '\\\n';
      column = 0;
    }
    out += shown;
    column += shown.length;
  }
  return `${out}$\n`;
}
