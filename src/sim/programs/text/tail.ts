import { isError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, command, reason } from '../lib/command.ts';
import { parseOptions } from '../lib/getopt.ts';
import { inputName, openInput } from '../lib/input.ts';
import { parseSize } from '../lib/number.ts';

const TABLE = {
  short: 'c:fFn:qs:vz',
  long: {
    bytes: 'c',
    'follow=?': 'follow',
    lines: 'n',
    'pid=': 'pid',
    quiet: 'q',
    retry: 'retry',
    silent: 'q',
    'sleep-interval': 's',
    verbose: 'v',
    'zero-terminated': 'z',
  },
};

interface Followed {
  readonly name: string;
  readonly fd: number;
}

export const tail = command('tail', function* (c) {
  const old = /^([-+]\d+)(f?)$/.exec(c.args[0] ?? '');
  const args = old ? [`-n${old[1]}`, ...(old[2] ? ['-f'] : []), ...c.args.slice(1)] : c.args;
  const { options, operands } = yield* parseOptions(c, TABLE, { usage: '% [OPTION]... [FILE]...', args });
  let unit: 'lines' | 'bytes' = 'lines';
  let count = 10;
  let fromStart = false;
  let follow = false;
  let headers: boolean | undefined;
  let separator = 10;
  let interval = 1;
  for (const { flag, value } of options) {
    if (flag === 'q') headers = false;
    else if (flag === 'v') headers = true;
    else if (flag === 'z') separator = 0;
    else if (flag === 's') interval = Number(value);
    else if (flag === 'f' || flag === 'F' || flag === 'follow') follow = true;
    else if (flag === 'n' || flag === 'c') {
      unit = flag === 'c' ? 'bytes' : 'lines';
      fromStart = value.startsWith('+');
      const size = parseSize(value.replace(/^[-+]/, ''));
      if (size === undefined) return yield* c.die(1, `invalid number of ${unit}: ‘${value}’`);
      count = size;
    }
  }
  const names = operands.length === 0 ? ['-'] : operands;
  headers ??= names.length > 1;
  let status = 0;
  let first = true;
  const followed: Followed[] = [];
  for (const name of names) {
    const fd = openInput(c.p, name);
    if (isError(fd)) {
      yield* c.complain(`cannot open '${name}' for reading: ${reason(fd)}`);
      status = 1;
      continue;
    }
    if (headers) c.out(`${first ? '' : '\n'}==> ${inputName(name)} <==\n`);
    first = false;
    const data = yield* c.p.readAll(fd);
    if (isError(data)) {
      yield* c.complain(`error reading '${name}': ${reason(data)}`);
      status = 1;
    } else
      yield* c.bytes(data.subarray(unit === 'bytes' ? byteStart(data, count, fromStart) : lineStart(data, count, fromStart, separator)));
    if (follow && c.p.file(fd)?.kind === 'file') followed.push({ name, fd });
    else if (fd !== 0) c.p.close(fd);
  }
  if (follow && followed.length === 0 && status !== 0) yield* c.complain('no files remaining');
  if (followed.length > 0) yield* watch(c, followed, headers, interval);
  return status;
});

function byteStart(data: Uint8Array, count: number, fromStart: boolean): number {
  return fromStart ? Math.min(Math.max(count - 1, 0), data.length) : Math.max(0, data.length - count);
}

function lineStart(data: Uint8Array, count: number, fromStart: boolean, separator: number): number {
  if (fromStart) {
    let at = 0;
    for (let left = count - 1; left > 0 && at < data.length; at++) if (data[at] === separator) left--;
    return at;
  }
  if (count === 0) return data.length;
  let left = count;
  for (let i = data.length - 2; i >= 0; i--) if (data[i] === separator && --left === 0) return i + 1;
  return 0;
}

/** Shows what is added to the files until a signal comes; a file that has become shorter is begun again. */
function* watch(c: Command, files: readonly Followed[], headers: boolean, interval: number): Sys<void> {
  let last = files.at(-1)?.name;
  for (;;) {
    yield* c.flush();
    yield* c.p.sleep(interval * NS_PER_S);
    for (const { name, fd } of files) {
      const file = c.p.file(fd);
      const at = file?.seek?.(0, 'current');
      if (typeof at === 'number' && file !== undefined && file.stat().size < at) {
        yield* c.complain(`${name}: file truncated`);
        file.seek?.(0, 'set');
      }
      const data = yield* c.p.readAll(fd);
      if (isError(data) || data.length === 0) continue;
      if (headers && last !== name) c.out(`\n==> ${inputName(name)} <==\n`);
      last = name;
      yield* c.bytes(data);
    }
  }
}
