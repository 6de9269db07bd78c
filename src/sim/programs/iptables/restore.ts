import { strerror } from '../../base/errno.ts';
import { isError } from '../../base/result.ts';
import { type Chain, isPolicy } from '../../kernel/netfilter/chain.ts';
import { baseChains, isTableName, type Table, type TableName } from '../../kernel/netfilter/table.ts';
import type { Sys } from '../../machine/process.ts';
import { decodeText } from '../../shell/bytes-of-text.ts';
import type { Command } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { openInput } from '../lib/input.ts';
import { CommandLine, Information } from './command-line.ts';
import type { Dialect } from './dialect.ts';
import { Execution } from './execute.ts';
import { MissingChain, misuse, NO_ADMIN, Problem, refused, VERSION } from './problem.ts';
import { splitWords } from './words.ts';

/** How a file is to be read. */
interface Settings {
  readonly counters: boolean;
  readonly test: boolean;
  readonly verbose: boolean;
  readonly keep: boolean;
  readonly only: string | undefined;
}

/** iptables-restore: the tables of a file, each changed as a whole or not at all (iptables/xtables-restore.c). */
export function* restore(c: Command, dialect: Dialect): Sys<number> {
  const program = `${dialect.program}-restore`;
  const parsed = getopt(c.args, {
    short: 'bcvVthnwWM:T:',
    long: {
      counters: 'c',
      verbose: 'v',
      version: 'V',
      test: 't',
      help: 'h',
      noflush: 'n',
      modprobe: 'M',
      table: 'T',
      wait: 'w',
      'wait-interval': 'W',
      ipv4: '4',
      ipv6: '6',
    },
  });
  if (parsed instanceof UsageError) {
    yield* c.complain(parsed.message);
    yield* c.error(`Try \`${program} -h' for more information.\n`);
    return 1;
  }
  const given = new Map(parsed.options.map(({ flag, value }) => [flag, value]));
  if (given.has('V')) {
    c.out(`${program} ${VERSION}\n`);
    return 0;
  }
  if (given.has('h')) {
    yield* c.error(usage(program));
    return 0;
  }
  // -w takes its seconds from the next word.
  const operands = given.has('w') && /^\d+$/.test(parsed.operands[0] ?? '') ? parsed.operands.slice(1) : parsed.operands;
  if (operands.length > 1) {
    yield* c.error('Unknown arguments found on commandline\n');
    return 1;
  }
  const fd = openInput(c.p, operands[0] ?? '-');
  const bytes = isError(fd) ? fd : yield* c.p.readAll(fd);
  if (isError(bytes)) {
    yield* c.error(`Can't open ${operands[0]}: ${strerror(bytes.errno)}\n`);
    return 1;
  }
  const settings = {
    counters: given.has('c'),
    test: given.has('t'),
    verbose: given.has('v'),
    keep: given.has('n'),
    only: given.get('T'),
  };
  const reader = new Restore(c, dialect, settings);
  try {
    yield* reader.read(decodeText(bytes));
    return 0;
  } catch (thrown) {
    reader.abandon();
    if (thrown instanceof Information) return 0;
    if (!(thrown instanceof Problem)) throw thrown;
    yield* c.error(thrown.text(program, reader.line));
    return thrown.status;
  }
}

class Restore {
  line = 0;
  private readonly c: Command;
  private readonly dialect: Dialect;
  private readonly settings: Settings;
  private table: TableName | undefined;
  /** The table is not one that was asked for. */
  private skipped = false;
  private undo: (() => void) | undefined;
  /** The first jump to nowhere of the table. */
  private missing: MissingChain | undefined;

  constructor(c: Command, dialect: Dialect, settings: Settings) {
    this.c = c;
    this.dialect = dialect;
    this.settings = settings;
  }

  *read(text: string): Sys<void> {
    const lines = text.split('\n');
    if (lines.at(-1) === '') lines.pop();
    for (const line of lines) {
      this.line++;
      yield* this.readLine(line);
    }
    if (this.table === undefined && !this.skipped) return;
    const { line } = this;
    throw new Problem(1, (program) => `${program}: COMMIT expected at line ${line + 1}\n`);
  }

  /** What has not been committed is as if it had not been. */
  abandon(): void {
    this.undo?.();
    this.undo = undefined;
  }

  private *readLine(line: string): Sys<void> {
    if (line === '' || line.startsWith('#')) {
      if (this.settings.verbose && line !== '') this.c.out(`${line}\n`);
      return;
    }
    const inTable = this.table !== undefined || this.skipped;
    if (line === 'COMMIT' && inTable) return this.commit();
    if (line.startsWith('*') && !inTable) return this.begin(line);
    if (!inTable) {
      const { line: number } = this;
      throw new Problem(1, (program) => `${program}: line ${number} failed\n`);
    }
    if (this.table === undefined) return;
    if (line.startsWith(':')) return this.declare(line, this.table);
    yield* this.command(line, this.table);
  }

  private commit(): void {
    if (isError(this.c.p.netfilter)) throw NO_ADMIN;
    if (this.missing) throw this.missing;
    if (this.settings.test) this.abandon();
    this.undo = undefined;
    this.table = undefined;
    this.skipped = false;
  }

  private begin(line: string): void {
    const [name = ''] = line.slice(1).split(/[ \t]/);
    if (!isTableName(name)) {
      throw misuse(`${this.dialect.program}-restore: line ${this.line} table name '${name.trimEnd()}' invalid`);
    }
    this.skipped = this.settings.only !== undefined && this.settings.only !== name;
    if (this.skipped) return;
    const { nftables } = this.c.p.netns.dataPlane;
    this.table = name;
    this.undo = nftables.checkpoint();
    if (this.settings.keep) return;
    if (this.settings.verbose && !this.settings.test) for (const base of baseChains(name)) this.c.out(`Flushing chain \`${base.name}'\n`);
    const existing = nftables.existing(this.dialect.family, name);
    if (existing) nftables.delete(existing);
  }

  private get made(): Table {
    return this.c.p.netns.dataPlane.nftables.table(this.dialect.family, this.table as TableName);
  }

  /** `:INPUT DROP [3:200]` */
  private declare(line: string, table: TableName): void {
    const [name = '', policy, counters] = line.slice(1).split(/[ \t]+/);
    if (policy === undefined) throw misuse(`${this.dialect.program}-restore: line ${this.line} policy invalid`);
    const chain = baseChains(table).some((base) => base.name === name) ? this.made.ensureChain(name) : undefined;
    if (chain !== undefined) return this.setPolicy(chain, policy, counters);
    const existing = this.made.chain(name);
    if (existing) this.made.flush(existing);
    else this.made.addChain(name);
  }

  private setPolicy(chain: Chain, policy: string, counters: string | undefined): void {
    if (policy === '-') return;
    if (!isPolicy(policy)) throw refused('Bad policy name');
    const [, packets, bytes] = /^\[(\d+):(\d+)\]$/.exec(counters ?? '') ?? [];
    if (!this.settings.counters) return this.made.setPolicy(chain, policy);
    if (packets === undefined) throw misuse(`invalid policy counters for chain '${chain.name}'`);
    this.made.setPolicy(chain, policy, Number(packets), Number(bytes));
  }

  private *command(line: string, table: TableName): Sys<void> {
    const [, packets, bytes, rest] = /^\[(\d+):(\d+)\]\s*(.*)$/.exec(line) ?? [];
    const words = splitWords(rest ?? line);
    const other = this.dialect.family === 'inet' ? ['-6', '--ipv6'] : ['-4', '--ipv4'];
    if (words.some((word) => other.includes(word))) return;
    const counted = packets !== undefined && this.settings.counters;
    const counters = counted ? { packets: Number(packets), bytes: Number(bytes) } : { packets: 0, bytes: 0 };
    const reader = new CommandLine(this.c.p, this.dialect, words, { table, counters });
    try {
      const parsed = yield* reader.parse();
      for (const warning of reader.warnings) yield* this.c.error(warning);
      const verbose = parsed.verbose || (this.settings.verbose && !this.settings.test);
      yield* new Execution(this.c, this.dialect, { ...parsed, verbose }).run();
    } catch (thrown) {
      if (!(thrown instanceof MissingChain)) throw thrown;
      this.missing ??= thrown;
    }
  }
}

function usage(program: string): string {
  return `Usage: ${program} [-c] [-v] [-V] [-t] [-h] [-n] [-T table] [-M command] [-4] [-6] [file]
	   [ --counters ]
	   [ --verbose ]
	   [ --version]
	   [ --test ]
	   [ --help ]
	   [ --noflush ]
	   [ --table=<TABLE> ]
	   [ --modprobe=<command> ]
	   [ --ipv4 ]
	   [ --ipv6 ]
`;
}
