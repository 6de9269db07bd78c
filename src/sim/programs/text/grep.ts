import { isError } from '../../base/result.ts';
import type { Program, Sys } from '../../machine/process.ts';
import { encodeText } from '../../shell/bytes-of-text.ts';
import { type Command, command, reason } from '../lib/command.ts';
import { globToRegex } from '../lib/glob.ts';
import { LineReader, openInput } from '../lib/input.ts';
import { type GrepOptions, parseGrepOptions } from './grep-options.ts';

const SGR = {
  match: '\x1b[01;31m\x1b[K',
  name: '\x1b[35m\x1b[K',
  number: '\x1b[32m\x1b[K',
  separator: '\x1b[36m\x1b[K',
  end: '\x1b[m\x1b[K',
};

export const GREP_PROGRAMS: readonly Program[] = [
  command('grep', (c) => grep(c, 'G')),
  command('egrep', (c) => grep(c, 'E')),
  command('fgrep', (c) => grep(c, 'F')),
];

interface Outcome {
  matched: boolean;
  failed: boolean;
}

function* grep(c: Command, kind: 'G' | 'E' | 'F'): Sys<number> {
  const o = yield* parseGrepOptions(c, kind);
  const outcome: Outcome = { matched: false, failed: false };
  const names = o.files.length > 0 ? o.files : [o.recursive ? '.' : '-'];
  const many = o.names ?? (o.files.length > 1 || o.recursive);
  for (const name of names) {
    yield* search(c, o, name, many, outcome, o.recursive && o.files.length === 0);
    if (outcome.matched && o.has('q')) return 0;
  }
  return outcome.failed && !(outcome.matched && o.has('q')) ? 2 : outcome.matched ? 0 : 1;
}

/** One operand: a file, standard input, or a directory with all that is in it. */
function* search(c: Command, o: GrepOptions, name: string, many: boolean, outcome: Outcome, implied: boolean): Sys<void> {
  const { files } = c.p.machine;
  const stat = name === '-' ? undefined : files.stat(c.p, name);
  if (stat !== undefined && !isError(stat) && stat.kind === 'directory') {
    if (!o.recursive) {
      if (!o.has('s')) yield* c.complain(`${name}: Is a directory`);
      outcome.failed = true;
      return;
    }
    const entries = files.readDirectory(c.p, name);
    if (isError(entries)) {
      if (!o.has('s')) yield* c.complain(`${name}: ${reason(entries)}`);
      outcome.failed = true;
      return;
    }
    for (const entry of entries) {
      const path = implied ? entry : `${name.replace(/\/$/, '')}/${entry}`;
      const inner = files.stat(c.p, path, { noFollow: true });
      if (isError(inner) || inner.kind === 'symlink') continue;
      if (inner.kind === 'directory' ? excluded(o.excludeDir, entry) : !wanted(o, entry)) continue;
      yield* search(c, o, path, many, outcome, false);
      if (outcome.matched && o.has('q')) return;
    }
    return;
  }
  const fd = openInput(c.p, name);
  if (isError(fd)) {
    if (!o.has('s')) yield* c.complain(`${name}: ${reason(fd)}`);
    outcome.failed = true;
    return;
  }
  const error = yield* new Search(c, o, name === '-' ? o.label : name, many).run(fd, outcome);
  if (error !== undefined) {
    if (!o.has('s')) yield* c.complain(`${name}: ${error}`);
    outcome.failed = true;
  }
  if (fd !== 0) c.p.close(fd);
}

function excluded(globs: readonly string[], name: string): boolean {
  return globs.some((glob) => globToRegex(glob).test(name));
}

function wanted(o: GrepOptions, name: string): boolean {
  return !excluded(o.exclude, name) && (o.include.length === 0 || excluded(o.include, name));
}

class Search {
  readonly #c: Command;
  readonly #o: GrepOptions;
  readonly #name: string;
  readonly #many: boolean;
  #printedTo = 0;

  constructor(c: Command, o: GrepOptions, name: string, many: boolean) {
    this.#c = c;
    this.#o = o;
    this.#name = name;
    this.#many = many;
  }

  *run(fd: number, outcome: Outcome): Sys<string | undefined> {
    const o = this.#o;
    const c = this.#c;
    const end = o.has('z') ? '\0' : '\n';
    const reader = new LineReader(c.p, fd, end);
    const quiet = o.has('q') || o.has('l') || o.has('L') || o.has('c');
    const held: { readonly line: string; readonly number: number; readonly offset: number }[] = [];
    let [count, number, after, offset] = [0, 0, 0, 0];
    for (;;) {
      if (count >= o.max && after === 0) break;
      const line = yield* reader.next();
      if (line === undefined) break;
      number++;
      const here = offset;
      if (o.has('b')) offset += encodeText(line).length + 1;
      const hit = count < o.max && this.#matches(line) !== o.has('v');
      if (hit) {
        count++;
        outcome.matched = true;
        if (o.has('q') || o.has('l')) break;
        if (quiet) continue;
        if (!o.has('a') && line.includes('\0') && end !== '\0') {
          yield* c.complain(`${this.#name}: binary file matches`);
          return undefined;
        }
        const first = held[0]?.number ?? number;
        if ((o.before > 0 || o.after > 0) && this.#printedTo > 0 && first > this.#printedTo + 1) yield* this.#group();
        for (const kept of held.splice(0)) yield* this.#line(kept.line, kept.number, kept.offset, '-');
        yield* this.#line(line, number, here, ':');
        after = o.after;
      } else if (!quiet) {
        if (after > 0) {
          after--;
          yield* this.#line(line, number, here, '-');
        } else if (o.before > 0) {
          held.push({ line, number, offset: here });
          if (held.length > o.before) held.shift();
        }
      }
    }
    if (o.has('q')) return reader.error && reason(reader.error);
    if (o.has('L') ? count === 0 : o.has('l') && count > 0) {
      yield* c.print(`${this.#colored(SGR.name, this.#name)}${o.has('Z') ? '\0' : '\n'}`);
      if (o.has('L')) outcome.matched = true;
    } else if (o.has('c') && !o.has('l') && !o.has('L')) yield* c.print(`${this.#many ? this.#prefixName(':') : ''}${count}\n`);
    return reader.error && reason(reader.error);
  }

  #matches(line: string): boolean {
    for (const pattern of this.#o.patterns) {
      pattern.lastIndex = 0;
      if (pattern.test(line)) return true;
    }
    return false;
  }

  *#group(): Sys<void> {
    yield* this.#c.print(`${this.#colored(SGR.separator, '--')}\n`);
  }

  *#line(line: string, number: number, offset: number, mark: ':' | '-'): Sys<void> {
    const o = this.#o;
    this.#printedTo = number;
    const end = o.has('z') ? '\0' : '\n';
    const prefix = (at: number): string => {
      let out = this.#many ? this.#prefixName(mark) : '';
      if (o.has('n')) out += this.#colored(SGR.number, String(number)) + this.#colored(SGR.separator, mark);
      if (o.has('b')) out += this.#colored(SGR.number, String(at)) + this.#colored(SGR.separator, mark);
      return out + (o.has('T') && out !== '' ? '\t' : '');
    };
    if (o.has('o')) {
      if (mark === '-' || o.has('v')) return;
      for (const { start, text } of this.#hits(line)) {
        yield* this.#c.print(`${prefix(offset + encodeText(line.slice(0, start)).length)}${this.#colored(SGR.match, text)}${end}`);
      }
      return;
    }
    const shown = o.color && mark === ':' && !o.has('v') ? this.#highlight(line) : line;
    yield* this.#c.print(prefix(offset) + shown + end);
  }

  /** Matches that are not empty, left to right, the longest of several patterns' at each place. */
  #hits(line: string): { readonly start: number; readonly text: string }[] {
    const hits: { start: number; text: string }[] = [];
    let at = 0;
    while (at <= line.length) {
      let best: RegExpExecArray | undefined;
      for (const pattern of this.#o.patterns) {
        pattern.lastIndex = at;
        const m = pattern.exec(line);
        if (m && (best === undefined || m.index < best.index || (m.index === best.index && m[0].length > best[0].length))) best = m;
      }
      if (best === undefined) break;
      if (best[0] !== '') hits.push({ start: best.index, text: best[0] });
      at = best.index + Math.max(best[0].length, 1);
    }
    return hits;
  }

  #highlight(line: string): string {
    let out = '';
    let at = 0;
    for (const { start, text } of this.#hits(line)) {
      out += line.slice(at, start) + this.#colored(SGR.match, text);
      at = start + text.length;
    }
    return out + line.slice(at);
  }

  #prefixName(mark: string): string {
    return this.#colored(SGR.name, this.#name) + (this.#o.has('Z') ? '\0' : this.#colored(SGR.separator, mark));
  }

  #colored(code: string, text: string): string {
    return this.#o.color ? `${code}${text}${SGR.end}` : text;
  }
}
