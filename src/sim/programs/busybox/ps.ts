import type { Sys } from '../../machine/process.ts';
import type { Command } from '../lib/command.ts';
import { getopt } from '../lib/getopt.ts';
import { processRows } from '../process/ps.ts';
import { COLUMNS, type Column, type Row } from '../process/ps-columns.ts';

/** The columns in the order in which a complaint lists them, with BusyBox's widths (procps/ps.c with FEATURE_PS_LONG off). */
const WIDTHS: Readonly<Record<string, readonly [heading: string, width: number]>> = {
  user: ['USER', 8],
  group: ['GROUP', 8],
  comm: ['COMMAND', 16],
  args: ['COMMAND', 256],
  pid: ['PID', 5],
  ppid: ['PPID', 5],
  pgid: ['PGID', 5],
  nice: ['NI', 5],
  rgroup: ['RGROUP', 8],
  ruser: ['RUSER', 8],
  tty: ['TT', 6],
  vsz: ['VSZ', 4],
  sid: ['SID', 5],
  stat: ['STAT', 4],
  rss: ['RSS', 4],
};
/** Numbers stand to the right under a heading that stands to the left. */
const NUMBERS: ReadonlySet<string> = new Set(['pid', 'ppid', 'pgid', 'nice', 'sid', 'vsz', 'rss']);
const DEFAULT = ['pid', 'user', 'args'];
/** Columns where output is no terminal: as many as a line can take. */
const UNLIMITED = 30_000;

/** BusyBox's ps: every process, whatever option of another ps it is given. */
export function* busyboxPs(c: Command, name: string, args: readonly string[]): Sys<number> {
  const parsed = getopt(args, { short: 'o:aAdefl' });
  const wanted: string[] = [];
  for (const { flag, value } of 'options' in parsed ? parsed.options : []) {
    if (flag !== 'o') continue;
    for (const word of value.split(',')) {
      const [column = '', heading] = word.split('=');
      if (WIDTHS[column] === undefined) {
        yield* c.error(`${name}: bad -o argument '${column}', supported arguments: ${Object.keys(WIDTHS).join(',')}\n`);
        return 1;
      }
      wanted.push(heading === undefined ? column : `${column}=${heading}`);
    }
  }
  const columns = (wanted.length === 0 ? DEFAULT : wanted).map(columnOf);
  const room = c.p.terminal(1)?.columns ?? UNLIMITED;
  const line = (cells: readonly string[]): void =>
    c.out(
      `${cells
        .join(' ')
        .slice(0, room - 1)
        .trimEnd()}\n`,
    );
  line(columns.map(({ heading, width }, i) => (i === columns.length - 1 ? heading : heading.padEnd(width))));
  for (const row of processRows(c.p)) {
    const cells = columns.map(({ show, width, right, cut }, i) => {
      const text = show(row).slice(0, cut);
      return right ? text.padStart(width) : i === columns.length - 1 ? text : text.padEnd(width);
    });
    line(cells);
  }
  return 0;
}

interface Shown {
  readonly heading: string;
  readonly width: number;
  /** Longer text is cut. */
  readonly cut: number;
  readonly right: boolean;
  readonly show: (row: Row) => string;
}

function columnOf(word: string): Shown {
  const [name = '', own] = word.split('=');
  const [heading, width] = WIDTHS[name] as readonly [string, number];
  const full: Column | undefined = COLUMNS[name];
  const number = NUMBERS.has(name);
  const show = SHOWN[name] ?? full?.show ?? (() => '0');
  return { heading: own ?? heading, width: Math.max(width, (own ?? heading).length), cut: number ? 256 : width, right: number, show };
}

/** What BusyBox shows in another way than procps. */
const SHOWN: Readonly<Record<string, Column['show']>> = {
  args: (row) => (row.process.state === 'Z' || row.process.argv.length === 0 ? `[${row.process.comm}]` : row.process.argv.join(' ')),
  comm: ({ process }) => process.comm,
  rgroup: () => 'root',
  nice: () => '0',
  tty: ({ process }) => (process.tty === undefined ? '?' : process.tty.path.replace(/^\/dev\/pts\//, '136,')),
};
