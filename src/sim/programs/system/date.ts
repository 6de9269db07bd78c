import { isError } from '../../base/result.ts';
import { command, reason } from '../lib/command.ts';
import { strftime } from '../lib/date-text.ts';
import { parseOptions } from '../lib/getopt.ts';
import { parseDate } from '../lib/parse-date.ts';

const TABLE = {
  short: 'd:f:I::r:Rs:u',
  long: {
    date: 'd',
    file: 'f',
    'iso-8601=?': 'I',
    reference: 'r',
    'rfc-email': 'R',
    'rfc-3339=': 'rfc-3339',
    set: 's',
    utc: 'u',
    universal: 'u',
  },
};
const ISO: Readonly<Record<string, string>> = {
  '': '%Y-%m-%d',
  date: '%Y-%m-%d',
  hours: '%Y-%m-%dT%H%:z',
  minutes: '%Y-%m-%dT%H:%M%:z',
  seconds: '%Y-%m-%dT%H:%M:%S%:z',
  ns: '%Y-%m-%dT%H:%M:%S,%N%:z',
};
const RFC_3339: Readonly<Record<string, string>> = { date: '%Y-%m-%d', seconds: '%Y-%m-%d %H:%M:%S%:z', ns: '%Y-%m-%d %H:%M:%S.%N%:z' };

/** The date of the lab's virtual time; it cannot be set. */
export const date = command('date', function* (c) {
  const { options, operands } = yield* parseOptions(c, TABLE, {
    usage: '% [OPTION]... [+FORMAT]\n  or:  % [-u|--utc|--universal] [MMDDhhmm[[CC]YY][.ss]]',
  });
  let time = c.p.wallClockMs;
  let nanoseconds = c.p.nowNs % 1_000_000;
  let format: string | undefined;
  for (const { flag, value } of options) {
    if (flag === 'd') {
      const parsed = parseDate(value, c.p.wallClockMs);
      if (parsed === undefined) return yield* c.die(1, `invalid date ‘${value}’`);
      time = parsed;
      nanoseconds = 0;
    } else if (flag === 'r') {
      const stat = c.p.machine.files.stat(c.p, value);
      if (isError(stat)) return yield* c.die(1, `${value}: ${reason(stat)}`);
      time = stat.mtimeMs;
      nanoseconds = 0;
    } else if (flag === 'I') format = ISO[value] ?? (yield* c.misuse(`invalid argument ‘${value}’ for ‘--iso-8601’`));
    else if (flag === 'R') format = '%a, %d %b %Y %H:%M:%S %z';
    else if (flag === 'rfc-3339') format = RFC_3339[value] ?? (yield* c.misuse(`invalid argument ‘${value}’ for ‘--rfc-3339’`));
    else if (flag === 's') return yield* c.die(1, 'cannot set date: Operation not permitted');
  }
  const [first, extra] = operands;
  if (extra !== undefined) return yield* c.misuse(`extra operand ‘${extra}’`);
  if (first !== undefined && !first.startsWith('+')) {
    if (!/^\d{8}(\d{2}){0,2}(\.\d{2})?$/.test(first)) return yield* c.die(1, `invalid date ‘${first}’`);
    return yield* c.die(1, 'cannot set date: Operation not permitted');
  }
  if (first !== undefined && format !== undefined) return yield* c.die(1, 'multiple output formats specified');
  c.out(`${strftime(first?.slice(1) ?? format ?? '%a %b %e %H:%M:%S %Z %Y', time, nanoseconds)}\n`);
  return 0;
});
