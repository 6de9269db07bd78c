// nstat of iproute2 6.1 (misc/nstat.c), without its daemon: what the kernel has counted since it was last asked.

import { isError } from '../../base/result.ts';
import type { Program, Sys } from '../../machine/process.ts';
import { encodeText } from '../../shell/bytes-of-text.ts';
import { type Command, command, Exit } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { globToRegex } from '../lib/glob.ts';
import { history, kernelCounters, line } from './counters.ts';

const USAGE = `Usage: nstat [OPTION] [ PATTERN [ PATTERN ] ]
   -h, --help          this message
   -a, --ignore        ignore history
   -d, --scan=SECS     sample every statistics every SECS
   -j, --json          format output in JSON
   -n, --nooutput      do history only
   -p, --pretty        pretty print
   -r, --reset         reset history
   -s, --noupdate      don't update history
   -t, --interval=SECS report average over the last SECS
   -V, --version       output version information
   -z, --zeros         show entries with zero activity
`;

const TABLE = {
  short: 'h?vVzrnasd:t:jp',
  long: {
    help: 'h',
    ignore: 'a',
    scan: 'd',
    nooutput: 'n',
    json: 'j',
    reset: 'r',
    noupdate: 's',
    pretty: 'p',
    interval: 't',
    version: 'V',
    zeros: 'z',
  },
  stopAtOperand: true,
};

export const nstat: Program = command('nstat', main);

function* main(c: Command): Sys<number> {
  const parsed = getopt(c.args, TABLE);
  if (parsed instanceof UsageError) {
    yield* c.complain(parsed.message);
    return yield* usage(c);
  }
  const given = new Set(parsed.options.map(({ flag }) => flag));
  if (given.has('h') || given.has('?')) return yield* usage(c);
  if (given.has('v') || given.has('V')) {
    c.out('nstat utility, iproute2-6.1.0\n');
    return 0;
  }
  const { p } = c;
  const path = p.env.get('NSTAT_HISTORY') ?? '/tmp/.nstat.u0';
  const before = given.has('a') || given.has('r') ? new Map<string, number>() : history(p, path);
  const now = kernelCounters(p);
  if (!given.has('n')) print(c, difference(now, before, given.has('z'), parsed.operands), given);
  if (!given.has('s')) remember(c, path, now);
  return 0;
}

function* usage(c: Command): Sys<never> {
  yield* c.error(USAGE);
  throw new Exit(255);
}

/** What has been counted since; a counter that has gone back began anew. */
function difference(
  now: ReadonlyMap<string, number>,
  before: ReadonlyMap<string, number>,
  zeros: boolean,
  patterns: readonly string[],
): [string, number][] {
  return [...now].flatMap(([name, value]): [string, number][] => {
    const old = before.get(name) ?? 0;
    const more = value < old ? value : value - old;
    const wanted = patterns.length === 0 || patterns.some((pattern) => globToRegex(pattern).test(name));
    return wanted && (zeros || more !== 0) ? [[name, more]] : [];
  });
}

function print(c: Command, counters: readonly (readonly [string, number])[], given: ReadonlySet<string>): void {
  if (given.has('j')) {
    const value = { kernel: Object.fromEntries(counters) };
    c.out(`${given.has('p') ? JSON.stringify(value, null, 4) : JSON.stringify(value)}\n`);
    return;
  }
  c.out(`#kernel\n${counters.map(([name, value]) => line(name, value)).join('')}`);
}

/** Writes down what is not 0. */
function remember(c: Command, path: string, now: ReadonlyMap<string, number>): void {
  const { p } = c;
  const fd = p.open(path, { write: true, create: true, truncate: true }, 0o600);
  if (isError(fd)) return;
  const lines = [...now].filter(([, value]) => value !== 0).map(([name, value]) => line(name, value));
  p.file(fd)?.write(encodeText(`#kernel\n${lines.join('')}`));
  p.close(fd);
}
