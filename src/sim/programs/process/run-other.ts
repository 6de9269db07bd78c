import { strerror } from '../../base/errno.ts';
import { isError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, command } from '../lib/command.ts';
import { parseOptions } from '../lib/getopt.ts';

// coreutils' commands that run another one.

const UNIT_S: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a duration such as 0.5, 2m or infinity; undefined if it is none. */
export function parseInterval(text: string): number | undefined {
  if (/^inf(inity)?$/i.test(text)) return Number.POSITIVE_INFINITY;
  const m = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(text);
  return m ? Number(m[1]) * (UNIT_S[m[2] ?? ''] as number) : undefined;
}

export const sleep = command('sleep', function* (c) {
  const { operands } = yield* parseOptions(c, { short: '' }, { usage: '% NUMBER[SUFFIX]...' });
  if (operands.length === 0) yield* c.misuse('missing operand');
  let seconds = 0;
  let invalid = false;
  for (const operand of operands) {
    const interval = parseInterval(operand);
    if (interval === undefined) {
      yield* c.complain(`invalid time interval ‘${operand}’`);
      invalid = true;
    } else seconds += interval;
  }
  if (invalid) {
    yield* c.error(`Try '${c.name} --help' for more information.\n`);
    return 1;
  }
  if (seconds === Number.POSITIVE_INFINITY) for (;;) yield* c.p.wait([], undefined, 'sleep');
  yield* c.p.sleep(seconds * NS_PER_S);
  return 0;
});

/** Becomes another program, or says why not. */
function* become(c: Command, argv: readonly string[], failed: (name: string, why: string) => string): Sys<number> {
  yield* c.flush();
  const error = yield* c.p.exec(argv);
  yield* c.complain(failed(argv[0] ?? '', strerror(error.errno)));
  return error.errno === 'ENOENT' ? 127 : 126;
}

export const env = command('env', function* (c) {
  const table = {
    short: 'iu:0C:S:v',
    long: { 'ignore-environment': 'i', unset: 'u', null: '0', chdir: 'C', 'split-string': 'S', debug: 'v' },
    stopAtOperand: true,
  };
  const { options, operands } = yield* parseOptions(c, table, {
    usage: '% [OPTION]... [-] [NAME=VALUE]... [COMMAND [ARG]...]',
    status: 125,
  });
  const { p } = c;
  const words = [...operands];
  let end = '\n';
  const bare = words[0] === '-';
  if (bare) words.shift();
  if (bare || options.some(({ flag }) => flag === 'i')) p.env.clear();
  for (const { flag, value } of options) {
    if (flag === 'u') p.env.delete(value);
    else if (flag === '0') end = '\0';
    else if (flag === 'S') words.unshift(...value.split(/\s+/).filter((word) => word !== ''));
    else if (flag === 'C') {
      const stat = p.machine.files.stat(p, value);
      if (isError(stat)) return yield* c.die(125, `cannot change directory to '${value}': ${strerror(stat.errno)}`);
      const path = p.machine.files.resolve(p, value);
      if (!isError(path)) p.cwd = path;
    }
  }
  while (words[0]?.includes('=')) {
    const assignment = words.shift() as string;
    const equals = assignment.indexOf('=');
    p.env.set(assignment.slice(0, equals), assignment.slice(equals + 1));
  }
  if (words.length > 0) return yield* become(c, words, (name, why) => `‘${name}’: ${why}`);
  for (const [name, value] of p.env) c.out(`${name}=${value}${end}`);
  return 0;
});

export const printenv = command('printenv', function* (c) {
  const { options, operands } = yield* parseOptions(
    c,
    { short: '0', long: { null: '0' } },
    { usage: '% [OPTION]... [VARIABLE]...', status: 2 },
  );
  const end = options.length > 0 ? '\0' : '\n';
  if (operands.length === 0) for (const [name, value] of c.p.env) c.out(`${name}=${value}${end}`);
  let status = 0;
  for (const name of operands) {
    const value = c.p.env.get(name);
    if (value === undefined) status = 1;
    else c.out(value + end);
  }
  return status;
});

export const nohup = command('nohup', function* (c) {
  const { operands } = yield* parseOptions(c, { short: '', stopAtOperand: true }, { usage: '% COMMAND [ARG]...', status: 125 });
  if (operands.length === 0) yield* c.misuse('missing operand', 125);
  const { p } = c;
  const [input, output, errors] = [0, 1, 2].map((fd) => p.terminal(fd) !== undefined);
  if (input) {
    const nothing = p.open('/dev/null', { write: true });
    if (!isError(nothing)) p.dup2(nothing, 0);
  }
  if (output) {
    const file = p.open('nohup.out', { write: true, create: true, append: true }, 0o600);
    if (isError(file)) return yield* c.die(125, `failed to open 'nohup.out': ${strerror(file.errno)}`);
    yield* c.complain(input ? "ignoring input and appending output to 'nohup.out'" : "appending output to 'nohup.out'");
    p.dup2(file, 1);
  } else if (input) yield* c.complain(errors ? 'ignoring input and redirecting stderr to stdout' : 'ignoring input');
  if (errors) p.dup2(1, 2);
  p.ignoreSignal('SIGHUP');
  return yield* become(c, operands, (name, why) => `failed to run command '${name}': ${why}`);
});

export const nice = command('nice', function* (c) {
  const { operands } = yield* parseOptions(
    c,
    { short: 'n:', long: { adjustment: 'n' }, stopAtOperand: true },
    { usage: '% [OPTION] [COMMAND [ARG]...]', status: 125 },
  );
  if (operands.length > 0) return yield* become(c, operands, (name, why) => `‘${name}’: ${why}`);
  c.out('0\n');
  return 0;
});
