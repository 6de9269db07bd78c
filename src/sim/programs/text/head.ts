import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, command, reason } from '../lib/command.ts';
import { parseOptions } from '../lib/getopt.ts';
import { inputName, openInput } from '../lib/input.ts';
import { parseSize } from '../lib/number.ts';

const TABLE = { short: 'c:n:qvz', long: { bytes: 'c', lines: 'n', quiet: 'q', silent: 'q', verbose: 'v', 'zero-terminated': 'z' } };

export const head = command('head', function* (c) {
  const old = /^-(\d+)([bkmcqv]*)$/.exec(c.args[0] ?? '');
  const args = old ? [old[2]?.includes('c') ? '-c' : '-n', old[1] as string, ...c.args.slice(1)] : c.args;
  const { options, operands } = yield* parseOptions(c, TABLE, { usage: '% [OPTION]... [FILE]...', args });
  let unit: 'lines' | 'bytes' = 'lines';
  let count = 10;
  let fromEnd = false;
  let headers: boolean | undefined;
  let separator = 10;
  for (const { flag, value } of options) {
    if (flag === 'q') headers = false;
    else if (flag === 'v') headers = true;
    else if (flag === 'z') separator = 0;
    else {
      unit = flag === 'c' ? 'bytes' : 'lines';
      fromEnd = value.startsWith('-');
      const size = parseSize(fromEnd ? value.slice(1) : value);
      if (size === undefined) return yield* c.die(1, `invalid number of ${unit}: ‘${value}’`);
      count = size;
    }
  }
  const names = operands.length === 0 ? ['-'] : operands;
  headers ??= names.length > 1;
  let status = 0;
  let first = true;
  for (const name of names) {
    const fd = openInput(c.p, name);
    if (isError(fd)) {
      yield* c.complain(`cannot open '${name}' for reading: ${reason(fd)}`);
      status = 1;
      continue;
    }
    if (headers) c.out(`${first ? '' : '\n'}==> ${inputName(name)} <==\n`);
    first = false;
    const error = fromEnd ? yield* allBut(c, fd, unit, count, separator) : yield* beginning(c, fd, unit, count, separator);
    if (error !== undefined) {
      yield* c.complain(`error reading '${name}': ${error}`);
      status = 1;
    }
    if (fd !== 0) c.p.close(fd);
  }
  return status;
});

function* beginning(c: Command, fd: number, unit: 'lines' | 'bytes', count: number, separator: number): Sys<string | undefined> {
  let left = count;
  while (left > 0) {
    const data = yield* c.p.read(fd, unit === 'bytes' ? Math.min(left, 65_536) : undefined);
    if (isError(data)) return reason(data);
    if (data.length === 0) return undefined;
    let end = data.length;
    if (unit === 'bytes') left -= end;
    else {
      for (let i = 0; i < data.length && left > 0; i++) {
        if (data[i] === separator && --left === 0) end = i + 1;
      }
    }
    yield* c.bytes(data.subarray(0, end));
    // What was read too far is given back where that is possible, for who reads on (as in `(head -n1; cat) < file`).
    if (end < data.length) c.p.file(fd)?.seek?.(end - data.length, 'current');
  }
  return undefined;
}

function* allBut(c: Command, fd: number, unit: 'lines' | 'bytes', count: number, separator: number): Sys<string | undefined> {
  const data = yield* c.p.readAll(fd);
  if (isError(data)) return reason(data);
  const end = unit === 'bytes' ? data.length - count : endWithoutLines(data, count, separator);
  yield* c.bytes(data.subarray(0, Math.max(0, end)));
  return undefined;
}

/** Where the text ends without its last `count` lines; one without newline at the end counts. */
function endWithoutLines(data: Uint8Array, count: number, separator: number): number {
  if (count === 0) return data.length;
  let left = count;
  for (let i = data.length - 2; i >= 0; i--) if (data[i] === separator && --left === 0) return i + 1;
  return 0;
}
