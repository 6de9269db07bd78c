import { isError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { Sys } from '../../machine/process.ts';
import { decodeText } from '../bytes-of-text.ts';
import type { Builtin } from '../flavour.ts';
import { readInputLine } from '../input.ts';
import type { Shell } from '../shell.ts';
import { IDENTIFIER } from '../variables.ts';
import { numeric, parseOptions } from './arguments.ts';

interface ReadRequest {
  readonly fd: number;
  readonly delimiter: number;
  /** At most so many characters; `exactly` lets no delimiter end it. */
  readonly count: number | undefined;
  readonly exactly: boolean;
  /** Backslashes mean nothing. */
  readonly raw: boolean;
  readonly untilNs: number | undefined;
}

interface ReadResult {
  /** Text with the positions of characters that a backslash made ordinary. */
  readonly text: string;
  readonly escaped: ReadonlySet<number>;
  readonly end: 'delimiter' | 'eof' | 'timeout' | 'interrupted' | 'count';
}

/** Length of the character a byte begins. */
function characterLength(lead: number): number {
  return lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

function* readCharacters(shell: Shell, request: ReadRequest): Sys<ReadResult | undefined> {
  const file = shell.p.file(request.fd);
  if (file === undefined) return undefined;
  let text = '';
  const escaped = new Set<number>();
  let characters = 0;
  let backslash = false;
  let pending: number[] = [];
  for (;;) {
    if (request.count !== undefined && characters >= request.count) return { text, escaped, end: 'count' };
    const chunk = file.read(1);
    if (isError(chunk)) {
      if (chunk.errno !== 'EAGAIN') return undefined;
      if (request.untilNs !== undefined && shell.p.nowNs >= request.untilNs) return { text, escaped, end: 'timeout' };
      yield* shell.waitOn([file.readable], request.untilNs, 'read');
      if (shell.traps.waiting) return { text, escaped, end: 'interrupted' };
      continue;
    }
    const byte = chunk[0];
    if (byte === undefined) return { text, escaped, end: 'eof' };
    if (pending.length === 0) {
      if (!request.raw && backslash) {
        backslash = false;
        // A line that ends in a backslash goes on in the next.
        if (byte === 10) continue;
        if (byte < 0x80) {
          escaped.add(text.length);
          text += String.fromCharCode(byte);
          characters++;
          continue;
        }
        escaped.add(text.length);
      } else if (byte === 92 && !request.raw) {
        backslash = true;
        continue;
      } else if (byte === request.delimiter && !request.exactly) return { text, escaped, end: 'delimiter' };
    }
    if (byte === 0) continue;
    pending.push(byte);
    if (pending.length < characterLength(pending[0] as number)) continue;
    text += decodeText(Uint8Array.from(pending));
    pending = [];
    characters++;
  }
}

/** Splits what was read into `count` fields; the last takes the rest. */
function splitFields(text: string, escaped: ReadonlySet<number>, ifs: string, count: number): string[] {
  const isSpace = (i: number): boolean => !escaped.has(i) && ifs.includes(text[i] as string) && ' \t\n'.includes(text[i] as string);
  const isIfs = (i: number): boolean => !escaped.has(i) && ifs.includes(text[i] as string);
  const out: string[] = [];
  let i = 0;
  const end = text.length;
  while (i < end && isSpace(i)) i++;
  while (i < end) {
    if (out.length === count - 1) {
      let last = end;
      while (last > i && isSpace(last - 1)) last--;
      // A single delimiter at the very end belongs to the field before it.
      if (last > i && isIfs(last - 1)) {
        let other = false;
        for (let k = i; k < last - 1; k++) if (isIfs(k) && !isSpace(k)) other = true;
        if (!other && last - 1 > i) {
          let inner = last - 1;
          while (inner > i && isSpace(inner - 1)) inner--;
          last = inner;
        } else if (!other) last--;
      }
      out.push(text.slice(i, last));
      return out;
    }
    const from = i;
    while (i < end && !isIfs(i)) i++;
    out.push(text.slice(from, i));
    while (i < end && isSpace(i)) i++;
    if (i < end && isIfs(i)) {
      i++;
      while (i < end && isSpace(i)) i++;
    }
  }
  return out;
}

const read: Builtin = function* (shell, args) {
  const options = yield* parseOptions(shell, 'read', args, 'ersa:d:i:n:N:p:t:u:');
  if (options === undefined) return 2;
  const { flags, operands } = options;
  const array = flags.get('a');
  for (const name of operands) {
    if (!/^[A-Za-z_]\w*(\[[\s\S]*\])?$/.test(name)) {
      yield* shell.complain(`read: \`${name}': not a valid identifier`);
      return 1;
    }
  }
  const fd = flags.has('u') ? Number(flags.get('u')) : 0;
  if (shell.p.file(fd) === undefined) {
    yield* shell.complain(
      flags.has('u') ? `read: ${flags.get('u')}: invalid file descriptor: Bad file descriptor` : 'read: read error: 0: Bad file descriptor',
    );
    return 1;
  }
  const timeout = flags.get('t');
  let untilNs: number | undefined;
  if (typeof timeout === 'string') {
    if (!/^\d*\.?\d*$/.test(timeout) || timeout === '' || timeout === '.') {
      yield* shell.complain(`read: ${timeout}: invalid timeout specification`);
      return 1;
    }
    if (Number(timeout) === 0) return shell.p.file(fd)?.canRead() === true ? 0 : 1;
    untilNs = shell.p.nowNs + Math.round(Number(timeout) * NS_PER_S);
  }
  const countText = flags.get('N') ?? flags.get('n');
  let count: number | undefined;
  if (typeof countText === 'string') {
    if (!/^\d+$/.test(countText)) {
      yield* shell.complain(`read: ${countText}: invalid number`);
      return 1;
    }
    count = Number(countText);
  }
  const terminal = shell.p.terminal(fd);
  const prompt = flags.get('p');
  if (typeof prompt === 'string' && terminal !== undefined) yield* shell.write(2, prompt);
  const delimiterText = flags.get('d');
  const delimiter = typeof delimiterText === 'string' ? (delimiterText === '' ? 0 : delimiterText.charCodeAt(0)) : 10;
  const quiet = terminal !== undefined && (flags.has('s') || count !== undefined || delimiter !== 10);
  const termios = terminal?.termios;
  if (quiet && termios !== undefined) {
    const charwise = count !== undefined || delimiter !== 10;
    yield* shell.p.setTermios(fd, { ...termios, echo: termios.echo && !flags.has('s'), icanon: termios.icanon && !charwise });
  }
  let result: ReadResult | undefined;
  try {
    result = yield* readCharacters(shell, { fd, delimiter, count, exactly: flags.has('N'), raw: flags.has('r'), untilNs });
  } finally {
    if (quiet && termios !== undefined && terminal !== undefined) terminal.termios = termios;
  }
  if (result === undefined) {
    yield* shell.complain(`read: read error: ${fd}: Is a directory`);
    return 1;
  }
  if (result.end === 'interrupted') {
    yield* shell.traps.runPending();
    return 130;
  }
  const ifs = shell.vars.get('IFS') ?? ' \t\n';
  const assigned = yield* store(shell, result, operands, typeof array === 'string' ? array : undefined, ifs, flags.has('N'));
  if (!assigned) return 1;
  if (result.end === 'timeout') return 142;
  return result.end === 'eof' ? 1 : 0;
};

function* store(
  shell: Shell,
  { text, escaped }: ReadResult,
  names: readonly string[],
  array: string | undefined,
  ifs: string,
  whole: boolean,
): Sys<boolean> {
  if (array !== undefined) {
    if (!IDENTIFIER.test(array)) {
      yield* shell.complain(`read: \`${array}': not a valid identifier`);
      return false;
    }
    const error = shell.vars.setList(array, splitFields(text, escaped, ifs, Number.POSITIVE_INFINITY));
    if (error === undefined) return true;
    yield* shell.complain(`${error.name}: ${error.text}`);
    return false;
  }
  const targets = names.length === 0 ? ['REPLY'] : names;
  const fields = names.length === 0 || whole ? [text] : splitFields(text, escaped, ifs, targets.length);
  for (let i = 0; i < targets.length; i++) {
    const target = targets[i] as string;
    const element = /^(\w+)\[([\s\S]*)\]$/.exec(target);
    const value = fields[i] ?? '';
    const error =
      element === null ? shell.vars.set(target, value) : shell.vars.setElement(element[1] as string, element[2] as string, value);
    if (error !== undefined) {
      yield* shell.complain(`${error.name}: ${error.text}`);
      return false;
    }
  }
  return true;
}

const mapfile: Builtin = function* (shell, args, name) {
  const options = yield* parseOptions(shell, name, args, 'd:n:O:s:tu:C:c:');
  if (options === undefined) return 2;
  const { flags, operands } = options;
  const array = operands[0] ?? 'MAPFILE';
  if (!IDENTIFIER.test(array)) {
    yield* shell.complain(`${name}: \`${array}': not a valid identifier`);
    return 1;
  }
  const number = function* (letter: string): Sys<number | undefined> {
    const value = flags.get(letter);
    return typeof value === 'string' ? yield* numeric(shell, name, value) : 0;
  };
  const limit = yield* number('n');
  const origin = yield* number('O');
  let skip = yield* number('s');
  if (limit === undefined || origin === undefined || skip === undefined) return 1;
  const fd = flags.has('u') ? Number(flags.get('u')) : 0;
  const delimiterText = flags.get('d');
  const delimiter = typeof delimiterText === 'string' ? (delimiterText === '' ? 0 : delimiterText.charCodeAt(0)) : 10;
  const v = shell.vars.forAssignment(shell.vars.target(array));
  if (v.readonly) {
    yield* shell.complain(`${array}: readonly variable`);
    return 1;
  }
  const map = shell.vars.toIndexed(v);
  if (!flags.has('O')) map.clear();
  let index = origin;
  for (let n = 0; limit === 0 || n < limit; ) {
    const before = shell.p.file(fd);
    const line = yield* readInputLine(shell, fd, delimiter);
    if (before === undefined || line === undefined || isError(line) || line === 'timeout') break;
    if (skip > 0) {
      skip--;
      continue;
    }
    map.set(index++, flags.has('t') ? line : line + (shell.lastLineOpen ? '' : String.fromCharCode(delimiter)).replace('\0', ''));
    n++;
  }
  return 0;
};

export const inputBuiltins: Readonly<Record<string, Builtin>> = { read, mapfile, readarray: mapfile };
