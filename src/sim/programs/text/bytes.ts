import { decodeBase64, encodeBase64 } from '../../base/base64.ts';
import { isError } from '../../base/result.ts';
import type { Program, Sys } from '../../machine/process.ts';
import { decodeText } from '../../shell/bytes-of-text.ts';
import { type Command, command, Exit, reason } from '../lib/command.ts';
import { parseOptions } from '../lib/getopt.ts';
import { openInput, readBytes } from '../lib/input.ts';
import { parseSize } from '../lib/number.ts';
import { md5, sha1, sha256 } from './checksums.ts';

const sums: readonly Program[] = (
  [
    ['md5sum', 'MD5', md5],
    ['sha1sum', 'SHA1', sha1],
    ['sha256sum', 'SHA256', sha256],
  ] as const
).map(([name, label, digest]) =>
  command(name, function* (c) {
    const table = {
      short: 'bctwz',
      long: {
        binary: 'b',
        check: 'c',
        text: 't',
        warn: 'w',
        zero: 'z',
        tag: 'tag',
        quiet: 'quiet',
        status: 'status',
        'ignore-missing': 'ignore',
        strict: 'strict',
      },
    };
    const { options, operands } = yield* parseOptions(c, table, { usage: '% [OPTION]... [FILE]...' });
    const flags = new Set(options.map(({ flag }) => flag));
    let status = 0;
    for (const file of operands.length === 0 ? ['-'] : operands) {
      const data = yield* readBytes(c, file);
      if (data === undefined) status = 1;
      else if (flags.has('c')) status = (yield* check(c, decodeText(data), digest, flags)) || status;
      else if (flags.has('tag')) yield* c.print(`${label} (${file}) = ${digest(data)}\n`);
      else yield* c.print(`${digest(data)} ${flags.has('b') ? '*' : ' '}${file}\n`);
    }
    return status;
  }),
);

function* check(c: Command, list: string, digest: (data: Uint8Array) => string, flags: ReadonlySet<string>): Sys<number> {
  let [bad, unread] = [0, 0];
  for (const line of list.split('\n')) {
    const m = /^([0-9a-f]+) [ *](.*)$/.exec(line);
    if (!m) continue;
    const name = m[2] as string;
    const data = yield* readBytes(c, name);
    if (data === undefined) unread++;
    const verdict = data === undefined ? 'FAILED open or read' : digest(data) === m[1] ? 'OK' : 'FAILED';
    if (verdict === 'FAILED') bad++;
    if (!flags.has('status') && !(flags.has('quiet') && verdict === 'OK')) yield* c.print(`${name}: ${verdict}\n`);
  }
  if (unread > 0) yield* c.complain(`WARNING: ${unread} listed file${unread === 1 ? '' : 's'} could not be read`);
  if (bad > 0 && !flags.has('status')) yield* c.complain(`WARNING: ${bad} computed checksum${bad === 1 ? '' : 's'} did NOT match`);
  return bad + unread > 0 ? 1 : 0;
}

const base64 = command('base64', function* (c) {
  const table = { short: 'diw:', long: { decode: 'd', 'ignore-garbage': 'i', wrap: 'w' } };
  const { options, operands } = yield* parseOptions(c, table, { usage: '% [OPTION]... [FILE]' });
  if (operands[1] !== undefined) return yield* c.misuse(`extra operand ‘${operands[1]}’`);
  const wrapWord = options.findLast(({ flag }) => flag === 'w')?.value ?? '76';
  if (!/^\d+$/.test(wrapWord)) return yield* c.die(1, `invalid wrap size: ‘${wrapWord}’`);
  const data = yield* readBytes(c, operands[0] ?? '-');
  if (data === undefined) return 1;
  if (options.some(({ flag }) => flag === 'd')) {
    const text = decodeText(data).replace(options.some(({ flag }) => flag === 'i') ? /[^A-Za-z0-9+/=]/g : /\n/g, '');
    const valid = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?/.exec(text)?.[0] ?? '';
    yield* c.bytes(decodeBase64(valid));
    return valid.length === text.length ? 0 : yield* c.die(1, 'invalid input');
  }
  const encoded = encodeBase64(data);
  const wrap = Number(wrapWord);
  if (wrap === 0) c.out(encoded);
  else for (let i = 0; i < encoded.length; i += wrap) yield* c.print(`${encoded.slice(i, i + wrap)}\n`);
  return 0;
});

const NAMED: Readonly<Record<number, string>> = { 0: '\\0', 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r' };
const WIDTHS: Readonly<Record<string, number>> = { C: 1, S: 2, I: 4, L: 8 };

interface OdType {
  readonly letter: string;
  readonly size: number;
  readonly tail: boolean;
}

const od = command('od', function* (c) {
  const table = {
    short: 'A:j:N:S::t:vw::abcdDeFhHiIlLoOsx',
    long: {
      'address-radix': 'A',
      'skip-bytes': 'j',
      'read-bytes': 'N',
      format: 't',
      'output-duplicates': 'v',
      'width=?': 'w',
      endian: 'endian',
    },
  };
  const { options, operands } = yield* parseOptions(c, table, { usage: '% [OPTION]... [FILE]...' });
  let [radix, skip, count, width, all] = ['o', 0, Number.POSITIVE_INFINITY, 16, false];
  const types: OdType[] = [];
  const short: Readonly<Record<string, string>> = {
    a: 'a',
    b: 'o1',
    c: 'c',
    d: 'u2',
    o: 'o2',
    s: 'd2',
    x: 'x2',
    i: 'd4',
    l: 'd8',
    h: 'x2',
    D: 'u4',
    I: 'd8',
    L: 'd8',
    O: 'o4',
    H: 'x4',
  };
  for (const { flag, value } of options) {
    if (flag === 'A') radix = value[0] as string;
    else if (flag === 'j') skip = parseSize(value) ?? 0;
    else if (flag === 'N') count = parseSize(value) ?? 0;
    else if (flag === 'v') all = true;
    else if (flag === 'w') width = Number(value || 32);
    else {
      const word = flag === 't' ? value : (short[flag] ?? 'o2');
      for (const m of word.matchAll(/([acdoux])([CSIL]|\d+)?(z?)/g)) {
        types.push({
          letter: m[1] as string,
          size: 'ac'.includes(m[1] as string) ? 1 : (WIDTHS[m[2] ?? ''] ?? Number(m[2] ?? 4)),
          tail: m[3] === 'z',
        });
      }
      if (types.length === 0) return yield* c.die(1, `invalid character '${word[0]}' in type string ‘${word}’`);
    }
  }
  if (types.length === 0) types.push({ letter: 'o', size: 2, tail: false });
  const data = (yield* gather(c, operands)).subarray(skip).subarray(0, count);
  const address = (n: number): string =>
    radix === 'n' ? '' : n.toString(radix === 'd' ? 10 : radix === 'x' ? 16 : 8).padStart(radix === 'x' ? 6 : 7, '0');
  // Columns of all types stand under each other.
  const perByte = Math.max(...types.map((t) => (odWidth(t) + 1) / t.size));
  let before = '';
  let starred = false;
  for (let at = 0; at < data.length; at += width) {
    const row = data.subarray(at, at + width);
    const key = row.join(',');
    if (!all && at > 0 && row.length === width && key === before) {
      if (!starred) yield* c.print('*\n');
      starred = true;
      continue;
    }
    starred = false;
    before = key;
    for (const [i, type] of types.entries()) {
      const cell = Math.round(perByte * type.size);
      let line = '';
      for (let o = 0; o < row.length; o += type.size) line += odCell(row, o, type).padStart(cell);
      if (type.tail) line = `${line.padEnd(cell * Math.ceil(width / type.size))}  >${printable(row)}<`;
      yield* c.print(`${i === 0 ? address(skip + at) : ' '.repeat(address(0).length)}${line}\n`);
    }
  }
  if (radix !== 'n') yield* c.print(`${address(skip + data.length)}\n`);
  return 0;
});

function odWidth({ letter, size }: OdType): number {
  if (letter === 'a' || letter === 'c') return 3;
  const bits = size * 8;
  if (letter === 'o') return Math.ceil(bits / 3);
  if (letter === 'x') return size * 2;
  return (
    String(2n ** BigInt(bits)).length -
    (letter === 'u' ? 0 : bits === 64 ? 0 : 0) +
    (letter === 'd' ? 1 : 0) -
    (letter === 'd' && size > 1 ? (size === 8 ? 1 : 0) : 0)
  );
}

const ASCII_NAMES =
  'nul soh stx etx eot enq ack bel bs ht nl vt ff cr so si dle dc1 dc2 dc3 dc4 nak syn etb can em sub esc fs gs rs us sp'.split(' ');

function odCell(row: Uint8Array, o: number, { letter, size }: OdType): string {
  const byte = row[o] as number;
  if (letter === 'c') return NAMED[byte] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : byte.toString(8).padStart(3, '0'));
  if (letter === 'a') return ASCII_NAMES[byte & 127] ?? ((byte & 127) === 127 ? 'del' : String.fromCharCode(byte & 127));
  let value = 0n;
  for (let k = size - 1; k >= 0; k--) value = (value << 8n) | BigInt(row[o + k] ?? 0);
  if (letter === 'd') return String(BigInt.asIntN(size * 8, value));
  if (letter === 'u') return String(value);
  return letter === 'x' ? value.toString(16).padStart(size * 2, '0') : value.toString(8).padStart(Math.ceil((size * 8) / 3), '0');
}

function printable(bytes: Uint8Array): string {
  return [...bytes].map((b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : '.')).join('');
}

function* gather(c: Command, names: readonly string[]): Sys<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (const name of names.length === 0 ? ['-'] : names) {
    const fd = openInput(c.p, name);
    const data = isError(fd) ? fd : yield* c.p.readAll(fd);
    if (isError(data)) {
      yield* c.complain(`${name}: ${reason(data)}`);
      throw new Exit(1);
    }
    parts.push(data);
  }
  const out = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** `hexdump -C` and the plain form of two-byte words. */
const hexdump = ['hexdump', 'hd'].map((name) =>
  command(name, function* (c) {
    const { options, operands } = yield* parseOptions(
      c,
      { short: 'bcCdn:os:vx', long: { canonical: 'C', length: 'n', skip: 's', 'no-squeezing': 'v' } },
      { usage: '\n % [options] <file>...' },
    );
    const canonical = name === 'hd' || options.some(({ flag }) => flag === 'C');
    const all = options.some(({ flag }) => flag === 'v');
    const skip = parseSize(options.findLast(({ flag }) => flag === 's')?.value ?? '0') ?? 0;
    const length = parseSize(options.findLast(({ flag }) => flag === 'n')?.value ?? '') ?? Number.POSITIVE_INFINITY;
    const data = (yield* gather(c, operands)).subarray(skip).subarray(0, length);
    const address = (n: number): string => n.toString(16).padStart(canonical ? 8 : 7, '0');
    let before = '';
    let starred = false;
    for (let at = 0; at < data.length; at += 16) {
      const row = data.subarray(at, at + 16);
      const key = row.join(',');
      if (!all && at > 0 && row.length === 16 && key === before) {
        if (!starred) yield* c.print('*\n');
        starred = true;
        continue;
      }
      starred = false;
      before = key;
      if (canonical) {
        const cells = Array.from({ length: 16 }, (_, i) => `${i === 8 ? ' ' : ''} ${row[i]?.toString(16).padStart(2, '0') ?? '  '}`).join(
          '',
        );
        yield* c.print(`${address(skip + at)} ${cells}  |${printable(row)}|\n`);
      } else {
        const words = Array.from({ length: 8 }, (_, i) =>
          2 * i < row.length ? ` ${(((row[2 * i + 1] ?? 0) << 8) | (row[2 * i] as number)).toString(16).padStart(4, '0')}` : '     ',
        ).join('');
        yield* c.print(`${address(skip + at)}${words}\n`);
      }
    }
    if (data.length > 0) yield* c.print(`${address(skip + data.length)}\n`);
    return 0;
  }),
);

const xxd = command('xxd', function* (c) {
  const { options, operands } = yield* parseOptions(
    c,
    { short: 'bc:g:l:prs:u' },
    { usage: '\n       % [options] [infile [outfile]]', package: 'xxd' },
  );
  const has = (flag: string): boolean => options.some((o) => o.flag === flag);
  const number = (flag: string, standard: number): number => Number(options.findLast((o) => o.flag === flag)?.value ?? standard);
  let data = yield* gather(c, operands.slice(0, 1));
  if (has('r')) {
    const text = decodeText(data);
    const digits = has('p')
      ? text.replace(/[^0-9a-fA-F]/g, '')
      : text
          .split('\n')
          .map((line) =>
            line
              .replace(/^[^:]*:/, '')
              .replace(/ {2}.*$/, '')
              .replace(/[^0-9a-fA-F]/g, ''),
          )
          .join('');
    yield* c.bytes(Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
    return 0;
  }
  const skip = number('s', 0);
  data = data.subarray(skip).subarray(0, number('l', data.length));
  const byte = (b: number): string =>
    has('b') ? b.toString(2).padStart(8, '0') : has('u') ? b.toString(16).toUpperCase().padStart(2, '0') : b.toString(16).padStart(2, '0');
  if (has('p')) {
    const columns = number('c', 30);
    for (let at = 0; at < data.length; at += columns) yield* c.print(`${[...data.subarray(at, at + columns)].map(byte).join('')}\n`);
    return 0;
  }
  const [columns, group] = [number('c', has('b') ? 6 : 16), number('g', has('b') ? 1 : 2)];
  for (let at = 0; at < data.length; at += columns) {
    const row = data.subarray(at, at + columns);
    let cells = '';
    for (let i = 0; i < columns; i++) {
      cells += row[i] === undefined ? ' '.repeat(has('b') ? 8 : 2) : byte(row[i] as number);
      if (group > 0 && (i + 1) % group === 0 && i + 1 < columns) cells += ' ';
    }
    yield* c.print(`${(skip + at).toString(16).padStart(8, '0')}: ${cells}  ${printable(row)}\n`);
  }
  return 0;
});

/** Runs of at least four printable characters. */
const strings = command('strings', function* (c) {
  const { options, operands } = yield* parseOptions(
    c,
    { short: 'an:0123456789', long: { all: 'a', bytes: 'n' } },
    { usage: '% [option(s)] [file(s)]' },
  );
  const least = Number(options.findLast(({ flag }) => flag === 'n')?.value ?? 4);
  for (const m of printableRuns(yield* gather(c, operands))) if (m.length >= least) yield* c.print(`${m}\n`);
  return 0;
});

function* printableRuns(data: Uint8Array): Generator<string> {
  let run = '';
  for (const b of data) {
    if ((b >= 32 && b < 127) || b === 9) run += String.fromCharCode(b);
    else {
      if (run !== '') yield run;
      run = '';
    }
  }
  if (run !== '') yield run;
}

export const BYTE_PROGRAMS: readonly Program[] = [...sums, base64, od, ...hexdump, xxd, strings];
