import { posixRegex, RegexError } from '../lib/posix-regex.ts';

export type Address =
  | { readonly kind: 'line'; readonly line: number }
  | { readonly kind: 'last' }
  /** `first~step`. */
  | { readonly kind: 'step'; readonly first: number; readonly step: number }
  /** Undefined: the expression used last (`//`). */
  | { readonly kind: 'regex'; readonly regex: RegExp | undefined }
  /** After the first address: `+n` lines on, or to the next multiple of n (`~n`). */
  | { readonly kind: 'plus' | 'multiple'; readonly count: number };

export interface Substitution {
  readonly regex: RegExp | undefined;
  readonly replacement: readonly ReplacementPart[];
  /** Replace this match and, with `all`, those after it. */
  readonly nth: number;
  readonly all: boolean;
  readonly print: boolean;
  readonly evaluate: boolean;
  readonly file: string | undefined;
}

export type ReplacementPart = { readonly text: string } | { readonly group: number } | { readonly mode: 'U' | 'L' | 'u' | 'l' | 'E' };

export interface SedCommand {
  readonly addresses: readonly Address[];
  readonly negated: boolean;
  readonly name: string;
  /** Text of a, i, c; label of b, t, T, `:`; file of r, w; exit status of q, Q; width of l. */
  readonly argument: string;
  readonly substitution?: Substitution;
  /** y: what each character becomes. */
  readonly map?: ReadonlyMap<string, string>;
  /** Where `{` goes when it is not taken, and where labels lead. */
  target: number;
}

/** What is wrong with a script; `at` is the character it was seen at. */
export class SedError {
  readonly message: string;
  readonly at: number;
  constructor(message: string, at: number) {
    this.message = message;
    this.at = at;
  }
}

/** Reads a sed script (GNU sed 4.9's language). */
export function parseSed(source: string, extended: boolean): SedCommand[] | SedError {
  try {
    return new Reader(source, extended).script();
  } catch (thrown) {
    if (thrown instanceof SedError) return thrown;
    throw thrown;
  }
}

class Reader {
  readonly #s: string;
  readonly #extended: boolean;
  #i = 0;

  constructor(source: string, extended: boolean) {
    this.#s = source;
    this.#extended = extended;
  }

  script(): SedCommand[] {
    const commands: SedCommand[] = [];
    const blocks: number[] = [];
    const labels = new Map<string, number>();
    for (;;) {
      this.#skip(/[\s;]/);
      if (this.#i >= this.#s.length) break;
      if (this.#s[this.#i] === '#') {
        this.#skip(/[^\n]/);
        continue;
      }
      const command = this.#command();
      if (command.name === '{') blocks.push(commands.length);
      else if (command.name === '}') {
        const open = blocks.pop();
        if (open === undefined) throw this.#error("unexpected `}'");
        (commands[open] as SedCommand).target = commands.length;
      } else if (command.name === ':') labels.set(command.argument, commands.length);
      commands.push(command);
    }
    if (blocks.length > 0) throw new SedError("unmatched `{'", 0);
    for (const command of commands) {
      if (!'btT'.includes(command.name)) continue;
      if (command.argument === '') command.target = commands.length;
      else {
        const target = labels.get(command.argument);
        if (target === undefined) throw new SedError(`can't find label for jump to \`${command.argument}'`, -1);
        command.target = target;
      }
    }
    return commands;
  }

  #error(message: string): SedError {
    return new SedError(message, this.#i);
  }

  #skip(what: RegExp): void {
    while (this.#i < this.#s.length && what.test(this.#s[this.#i] as string)) this.#i++;
  }

  #command(): SedCommand {
    const addresses: Address[] = [];
    const first = this.#address(false);
    if (first !== undefined) {
      addresses.push(first);
      this.#skip(/[ \t]/);
      if (this.#s[this.#i] === ',') {
        this.#i++;
        this.#skip(/[ \t]/);
        const second = this.#address(true);
        if (second === undefined) throw this.#error("unexpected `,'");
        addresses.push(second);
      }
    }
    this.#skip(/[ \t]/);
    let negated = false;
    while (this.#s[this.#i] === '!') {
      negated = true;
      this.#i++;
      this.#skip(/[ \t]/);
    }
    const name = this.#s[this.#i];
    if (name === undefined) throw this.#error('missing command');
    this.#i++;
    if (name === '\n' || name === ';') throw this.#error('missing command');
    const base = { addresses, negated, name, target: -1 };
    switch (name) {
      case '{':
        return { ...base, argument: '' };
      case '}':
        if (addresses.length > 0) throw this.#error("} doesn't want any addresses");
        this.#end();
        return { ...base, argument: '' };
      case ':': {
        if (addresses.length > 0) throw this.#error(": doesn't want any addresses");
        const argument = this.#word(/[^\n;]/);
        if (argument === '') throw this.#error('":" lacks a label');
        return { ...base, argument };
      }
      case 'b':
      case 't':
      case 'T':
        return { ...base, argument: this.#word(/[^\n;}]/) };
      case 'a':
      case 'i':
      case 'c':
        return { ...base, argument: this.#text() };
      case 'r':
      case 'R':
      case 'w':
      case 'W': {
        const argument = this.#word(/[^\n]/);
        if (argument === '') throw this.#error('missing filename in r/R/w/W commands');
        return { ...base, argument };
      }
      case 's':
        return { ...base, argument: '', substitution: this.#substitution() };
      case 'y':
        return { ...base, argument: '', map: this.#transliteration() };
      case 'q':
      case 'Q':
      case 'l':
      case 'L': {
        if ('qQ'.includes(name) && addresses.length > 1) throw this.#error('command only uses one address');
        const argument = this.#word(/\d/);
        this.#end();
        return { ...base, argument };
      }
      case 'e':
        return { ...base, argument: this.#word(/[^\n]/) };
      default:
        if (!'=dDgGhHnNpPxzF'.includes(name)) throw this.#error(`unknown command: \`${name}'`);
        this.#end();
        return { ...base, argument: '' };
    }
  }

  /** What may follow a command. */
  #end(): void {
    this.#skip(/[ \t]/);
    const c = this.#s[this.#i];
    if (c === undefined || c === '\n' || c === ';' || c === '}' || c === '#') return;
    this.#i++;
    throw this.#error('extra characters after command');
  }

  #word(of: RegExp): string {
    this.#skip(/[ \t]/);
    const from = this.#i;
    this.#skip(of);
    return this.#s.slice(from, this.#i).trimEnd();
  }

  #address(second: boolean): Address | undefined {
    const rest = this.#s.slice(this.#i);
    const number = /^\d+/.exec(rest)?.[0];
    if (number !== undefined) {
      this.#i += number.length;
      const step = /^~(\d+)/.exec(this.#s.slice(this.#i));
      if (step && !second) {
        this.#i += step[0].length;
        return { kind: 'step', first: Number(number), step: Number(step[1]) };
      }
      const next = /^[ \t]*,[ \t]*[/\\]/.test(this.#s.slice(this.#i));
      if (number === '0' && !second && !next) {
        this.#i++;
        throw this.#error('invalid usage of line address 0');
      }
      return { kind: 'line', line: Number(number) };
    }
    const relative = second ? /^([+~])(\d+)/.exec(rest) : null;
    if (relative) {
      this.#i += relative[0].length;
      return { kind: relative[1] === '+' ? 'plus' : 'multiple', count: Number(relative[2]) };
    }
    if (rest[0] === '$') {
      this.#i++;
      return { kind: 'last' };
    }
    if (rest[0] !== '/' && rest[0] !== '\\') return undefined;
    this.#i++;
    const delimiter = rest[0] === '/' ? '/' : (this.#s[this.#i++] as string);
    const source = this.#delimited(delimiter, 'unterminated address regex');
    const flags = /^[IM]*/.exec(this.#s.slice(this.#i))?.[0] ?? '';
    this.#i += flags.length;
    return { kind: 'regex', regex: this.#regex(source, flags) };
  }

  /** Up to the delimiter; a backslash before one makes it an ordinary character, a bracket may contain it. */
  #delimited(delimiter: string, unterminated: string): string {
    let out = '';
    for (;;) {
      const c = this.#s[this.#i++];
      if (c === undefined || (c === '\n' && unterminated !== "unterminated `s' command" && unterminated !== "unterminated `y' command")) {
        this.#i = Math.min(this.#i - 1, this.#s.length);
        throw this.#error(unterminated);
      }
      if (c === delimiter) return out;
      if (c === '\\') {
        const next = this.#s[this.#i++];
        if (next === undefined) continue;
        if (next === delimiter) out += /[.*[\]^$+?(){}|]/.test(delimiter) ? `\\${delimiter}` : delimiter;
        else if (next === 'n' && delimiter !== 'n') out += '\\n';
        else out += `\\${next}`;
      } else out += c;
    }
  }

  #regex(source: string, flags: string): RegExp | undefined {
    if (source === '') return undefined;
    const regex = posixRegex(source, {
      extended: this.#extended,
      ignoreCase: /[iI]/.test(flags),
      multiline: /[mM]/.test(flags),
      global: true,
    });
    if (regex instanceof RegexError) throw this.#error(regex.message);
    return new RegExp(regex.source, regex.flags);
  }

  #text(): string {
    this.#skip(/[ \t]/);
    if (this.#s[this.#i] === '\\') {
      this.#i++;
      this.#skip(/[ \t]/);
      if (this.#s[this.#i] === '\n') this.#i++;
    }
    if (this.#i >= this.#s.length) throw this.#error("expected \\ after `a', `c' or `i'");
    let out = '';
    for (; this.#i < this.#s.length; this.#i++) {
      const c = this.#s[this.#i] as string;
      if (c === '\n') break;
      if (c === '\\') {
        const next = this.#s[++this.#i] ?? '';
        out += next === 't' ? '\t' : next;
      } else out += c;
    }
    return `${out}\n`;
  }

  #substitution(): Substitution {
    const delimiter = this.#s[this.#i++];
    if (delimiter === undefined || delimiter === '\n' || delimiter === '\\') throw this.#error("unterminated `s' command");
    const source = this.#delimited(delimiter, "unterminated `s' command");
    const template = this.#replacement(delimiter);
    let [nth, all, print, evaluate, flags] = [1, false, false, false, ''];
    let file: string | undefined;
    for (;;) {
      const c = this.#s[this.#i];
      if (c === undefined || c === '\n' || c === ';' || c === '}' || c === '#' || c === ' ' || c === '\t') {
        this.#end();
        break;
      }
      this.#i++;
      if (c === 'g') {
        if (all) throw this.#error("multiple `g' options to `s' command");
        all = true;
      } else if (c === 'p') {
        if (print) throw this.#error("multiple `p' options to `s' command");
        print = true;
      } else if (c === 'e') evaluate = true;
      else if (/[iImM]/.test(c)) flags += c;
      else if (/\d/.test(c)) {
        const digits = c + (/^\d*/.exec(this.#s.slice(this.#i))?.[0] ?? '');
        this.#i += digits.length - 1;
        nth = Number(digits);
        if (nth === 0) throw this.#error("number option to `s' command may not be zero");
      } else if (c === 'w') {
        file = this.#word(/[^\n]/);
        break;
      } else throw this.#error("unknown option to `s'");
    }
    const regex = this.#regex(source, flags);
    const groups = regex === undefined ? 9 : (new RegExp(`${regex.source}|`, 'u').exec('')?.length ?? 1) - 1;
    const replacement = parseReplacement(template);
    const wanted = Math.max(0, ...replacement.map((part) => ('group' in part ? part.group : 0)));
    if (wanted > groups) throw this.#error(`invalid reference \\${wanted} on \`s' command's RHS`);
    return { regex, replacement, nth, all, print, evaluate, file };
  }

  #replacement(delimiter: string): string {
    let out = '';
    for (;;) {
      const c = this.#s[this.#i++];
      if (c === undefined) {
        this.#i--;
        throw this.#error("unterminated `s' command");
      }
      if (c === delimiter) return out;
      if (c === '\\') {
        const next = this.#s[this.#i++] ?? '';
        out += next === delimiter && next !== '&' ? next : `\\${next}`;
      } else out += c;
    }
  }

  #transliteration(): ReadonlyMap<string, string> {
    const delimiter = this.#s[this.#i++] ?? '';
    const characters = (text: string): string[] =>
      [...text.matchAll(/\\(.)|([^\\])/gsu)].map((m) => (m[1] === 'n' ? '\n' : m[1] === 't' ? '\t' : (m[1] ?? m[2] ?? '')));
    const from = characters(this.#delimited(delimiter, "unterminated `y' command"));
    const to = characters(this.#delimited(delimiter, "unterminated `y' command"));
    if (from.length !== to.length) throw this.#error("strings for `y' command are different lengths");
    this.#end();
    return new Map(from.map((c, i) => [c, to[i] as string]));
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', f: '\f', v: '\v' };

function parseReplacement(template: string): ReplacementPart[] {
  const parts: ReplacementPart[] = [];
  for (const m of template.matchAll(/\\(.)|&|[^\\&]+/gsu)) {
    const escaped = m[1];
    if (m[0] === '&') parts.push({ group: 0 });
    else if (escaped === undefined) parts.push({ text: m[0] });
    else if (/\d/.test(escaped)) parts.push({ group: Number(escaped) });
    else if (/[ULulE]/.test(escaped)) parts.push({ mode: escaped as 'U' });
    else parts.push({ text: ESCAPES[escaped] ?? escaped });
  }
  return parts;
}
