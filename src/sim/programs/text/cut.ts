import type { Sys } from '../../machine/process.ts';
import { decodeText, encodeText } from '../../shell/bytes-of-text.ts';
import { type Command, command, reason } from '../lib/command.ts';
import { parseOptions } from '../lib/getopt.ts';
import { eachInput, LineReader } from '../lib/input.ts';

const TABLE = {
  short: 'b:c:d:f:nsz',
  long: {
    bytes: 'b',
    characters: 'c',
    delimiter: 'd',
    fields: 'f',
    'only-delimited': 's',
    'output-delimiter=': 'output-delimiter',
    complement: 'complement',
    'zero-terminated': 'z',
  },
};

interface Range {
  readonly from: number;
  readonly to: number;
}

export const cut = command('cut', function* (c) {
  const { options, operands } = yield* parseOptions(c, TABLE, { usage: '% OPTION... [FILE]...' });
  let list: { readonly kind: 'bytes' | 'fields'; readonly text: string } | undefined;
  let delimiter: string | undefined;
  let outputDelimiter: string | undefined;
  let onlyDelimited = false;
  let complement = false;
  let separator = '\n';
  for (const { flag, value } of options) {
    if (flag === 'b' || flag === 'c' || flag === 'f') {
      if (list !== undefined) return yield* c.misuse('only one list may be specified');
      list = { kind: flag === 'f' ? 'fields' : 'bytes', text: value };
    } else if (flag === 'd') {
      if ([...value].length > 1) return yield* c.misuse('the delimiter must be a single character');
      delimiter = value === '' ? '\0' : value;
    } else if (flag === 's') onlyDelimited = true;
    else if (flag === 'z') separator = '\0';
    else if (flag === 'complement') complement = true;
    else if (flag === 'output-delimiter') outputDelimiter = value;
  }
  if (list === undefined) return yield* c.misuse('you must specify a list of bytes, characters, or fields');
  if (list.kind === 'bytes' && delimiter !== undefined)
    return yield* c.misuse('an input delimiter may be specified only when operating on fields');
  if (list.kind === 'bytes' && onlyDelimited)
    return yield* c.misuse('suppressing non-delimited lines makes sense\n\tonly when operating on fields');
  const ranges = yield* parseList(c, list.text, list.kind);
  const picked = (n: number): boolean => ranges.some(({ from, to }) => n >= from && n <= to) !== complement;
  const pick =
    list.kind === 'fields' ? fieldPicker(delimiter ?? '\t', outputDelimiter, onlyDelimited, picked) : bytePicker(outputDelimiter, picked);
  let unread = false;
  const fine = yield* eachInput(c, operands, function* (fd, name) {
    const reader = new LineReader(c.p, fd, separator);
    for (;;) {
      const line = yield* reader.next();
      if (line === undefined) break;
      const out = pick(line);
      if (out !== undefined) yield* c.print(out + separator);
    }
    if (reader.error === undefined) return;
    yield* c.complain(`${name}: ${reason(reader.error)}`);
    unread = true;
  });
  return fine && !unread ? 0 : 1;
});

function fieldPicker(delimiter: string, output: string | undefined, only: boolean, picked: (n: number) => boolean) {
  return (line: string): string | undefined => {
    const fields = line.split(delimiter);
    if (fields.length === 1) return only ? undefined : line;
    return fields.filter((_, i) => picked(i + 1)).join(output ?? delimiter);
  };
}

function bytePicker(output: string | undefined, picked: (n: number) => boolean) {
  return (line: string): string => {
    const bytes = encodeText(line);
    const out: string[] = [];
    let run: number[] = [];
    for (let i = 0; i <= bytes.length; i++) {
      if (i < bytes.length && picked(i + 1)) run.push(bytes[i] as number);
      else if (run.length > 0) {
        out.push(decodeText(Uint8Array.from(run)));
        run = [];
      }
    }
    return out.join(output ?? '');
  };
}

/** `1,3-5,7-`: numbers from one on. */
function* parseList(c: Command, text: string, kind: 'bytes' | 'fields'): Sys<Range[]> {
  const what = kind === 'fields' ? 'field' : 'byte/character';
  const ranges: Range[] = [];
  for (const item of text.split(/[, \t]/)) {
    const m = /^(\d*)(-?)(\d*)$/.exec(item);
    if (!m)
      return yield* c.misuse(
        `invalid ${kind === 'fields' ? 'field value' : 'byte/character position'} ‘${/[^\d-].*$/.exec(item)?.[0] ?? item}’`,
      );
    const [, from = '', dash, to = ''] = m;
    if (dash !== '' && from === '' && to === '') return yield* c.misuse('invalid range with no endpoint: -');
    if (Number(from) === 0 && (from !== '' || dash === '')) return yield* c.misuse(`${what}s are numbered from 1`);
    const end = dash === '' ? Number(from) : to === '' ? Number.POSITIVE_INFINITY : Number(to);
    const start = from === '' ? 1 : Number(from);
    if (end < start) return yield* c.misuse('invalid decreasing range');
    ranges.push({ from: start, to: end });
  }
  return ranges;
}
