import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { encodeText } from '../../shell/bytes-of-text.ts';
import { type Command, command, reason } from '../lib/command.ts';
import { parseOptions } from '../lib/getopt.ts';
import { eachInput, LineReader } from '../lib/input.ts';

const TABLE = {
  short: 'benstuvAET',
  long: {
    'number-nonblank': 'b',
    number: 'n',
    'squeeze-blank': 's',
    'show-nonprinting': 'v',
    'show-ends': 'E',
    'show-tabs': 'T',
    'show-all': 'A',
  },
};

export const cat = command('cat', function* (c) {
  const { options, operands } = yield* parseOptions(c, TABLE, { usage: '% [OPTION]... [FILE]...' });
  const has = (letters: string): boolean => options.some(({ flag }) => letters.includes(flag));
  const style = {
    number: has('n') && !has('b'),
    numberText: has('b'),
    squeeze: has('s'),
    ends: has('AeE'),
    tabs: has('AtT'),
    caret: has('Aetv'),
  };
  const plain = !Object.values(style).some((on) => on);
  const state = { line: 0, blanks: 0, open: false };
  let unread = false;
  const fine = yield* eachInput(c, operands, function* (fd, name) {
    const error = plain ? yield* copy(c, fd) : yield* show(c, fd, style, state);
    if (error === undefined) return;
    yield* c.complain(`${name}: ${error}`);
    unread = true;
  });
  return fine && !unread ? 0 : 1;
});

function* copy(c: Command, fd: number): Sys<string | undefined> {
  for (;;) {
    const data = yield* c.p.read(fd);
    if (isError(data)) return reason(data);
    if (data.length === 0) return undefined;
    yield* c.bytes(data);
  }
}

interface Style {
  readonly number: boolean;
  readonly numberText: boolean;
  readonly squeeze: boolean;
  readonly ends: boolean;
  readonly tabs: boolean;
  readonly caret: boolean;
}

function* show(c: Command, fd: number, style: Style, state: { line: number; blanks: number; open: boolean }): Sys<string | undefined> {
  const reader = new LineReader(c.p, fd);
  for (;;) {
    const line = yield* reader.next();
    if (line === undefined) break;
    state.blanks = line === '' ? state.blanks + 1 : 0;
    if (style.squeeze && state.blanks > 1) continue;
    let out = '';
    if (!state.open && (style.number || (style.numberText && line !== ''))) out += `${String(++state.line).padStart(6)}\t`;
    out += style.caret || style.tabs ? visible(line, style) : line;
    state.open = !reader.terminated;
    yield* c.print(`${out}${reader.terminated ? `${style.ends ? '$' : ''}\n` : ''}`);
  }
  return reader.error && reason(reader.error);
}

/** Control characters as ^X, bytes beyond ASCII as M-x. */
function visible(line: string, style: Style): string {
  let out = '';
  for (const byte of encodeText(line)) {
    if (byte === 9) out += style.tabs ? '^I' : '\t';
    else if (!style.caret) out += String.fromCharCode(byte);
    else {
      const low = byte & 0x7f;
      out += (byte > 0x7f ? 'M-' : '') + (low < 32 ? `^${String.fromCharCode(low + 64)}` : low === 127 ? '^?' : String.fromCharCode(low));
    }
  }
  return style.caret ? out : line.replaceAll('\t', style.tabs ? '^I' : '\t');
}
