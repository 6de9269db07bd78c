import { isError } from '../../base/result.ts';
import type { Table } from '../../kernel/netfilter/table.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, command, Exit } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { familyName, Listing } from './list.ts';
import { NFT_HELP } from './usage.ts';

const VERSION = 'nftables v1.0.6 (Lester Gooch #5)';
const FAMILIES = ['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev'];

/** One run of nft: its command line as one text, of which messages show where they see a mistake. */
class Nft {
  private readonly c: Command;
  private readonly text: string;
  private readonly words: readonly string[];
  private readonly listing: Listing;
  private at = 0;

  constructor(c: Command, words: readonly string[], listing: Listing) {
    this.c = c;
    this.words = words.flatMap((word) => word.split(/\s+/).filter((part) => part !== ''));
    this.text = this.words.join(' ');
    this.listing = listing;
  }

  /** Says what is wrong with the word at `at` (or behind the last), and ends. */
  private *mistake(message: string, at: number): Sys<never> {
    const start = this.words.slice(0, at).reduce((sum, word) => sum + word.length + 1, 0);
    const word = this.words[at];
    const column = word === undefined ? Math.max(0, start - 1) : start;
    const marks = '^'.repeat(word?.length ?? 1);
    yield* this.c.error(`Error: ${message}\n${this.text}\n${' '.repeat(column)}${marks}\n`);
    throw new Exit(1);
  }

  private *unexpected(expecting: string): Sys<never> {
    const what = this.at < this.words.length ? 'string' : 'newline';
    return yield* this.mistake(`syntax error, unexpected ${what}${expecting === '' ? '' : `, expecting ${expecting}`}`, this.at);
  }

  private get tables(): readonly Table[] {
    return this.c.p.netns.dataPlane.nftables.tables;
  }

  private family(): string | undefined {
    const word = this.words[this.at];
    if (word === undefined || !FAMILIES.includes(word)) return undefined;
    this.at++;
    return word;
  }

  private *end(): Sys<void> {
    if (this.at < this.words.length) yield* this.unexpected('end of file or newline or semicolon');
  }

  private *name(): Sys<string> {
    return this.words[this.at++] ?? (yield* this.nameMissing());
  }

  private *nameMissing(): Sys<never> {
    this.at--;
    return yield* this.unexpected('string');
  }

  /** `[family] table`: ip if none is said. */
  private *tableNamed(last = false): Sys<Table> {
    const family = this.family() ?? 'ip';
    const name = yield* this.name();
    const { at } = this;
    if (last) yield* this.end();
    return this.tables.find((table) => familyName(table) === family && table.name === name) ?? (yield* this.missing(at - 1));
  }

  /** Changes are refused by the kernel, listings by nft itself. */
  private *missing(at: number): Sys<never> {
    return yield* this.mistake(this.words[0] === 'list' ? NO_SUCH : `Could not process rule: ${NO_SUCH}`, at);
  }

  *run(): Sys<void> {
    const verb = this.words[this.at++];
    if (isError(this.c.p.netfilter)) return yield* this.refused(verb);
    if (verb === 'list') return yield* this.list();
    if (verb === 'flush') return yield* this.flush();
    if (verb === 'delete') return yield* this.delete();
    if (verb !== undefined && OTHERS.has(verb)) {
      yield* this.c.error(`vethlab's nft lists, flushes and deletes what iptables has made. To add rules, use iptables.\n`);
      throw new Exit(1);
    }
    yield* this.unexpected('string');
  }

  /** Without CAP_NET_ADMIN: what has to know the rules first fails at that, `flush` when it is carried out. */
  private *refused(verb: string | undefined): Sys<void> {
    if (verb === 'flush' || (verb === 'add' && this.words[1] === 'table')) {
      yield* this.c.error(`Error: Could not process rule: Operation not permitted\n${this.text}\n${'^'.repeat(this.text.length + 1)}\n`);
      throw new Exit(1);
    }
    yield* this.c.error('Operation not permitted (you must be root)\n');
    if (verb !== 'list' && verb !== 'delete' && !OTHERS.has(verb ?? '')) return yield* this.unexpected('string');
    yield* this.c.error('netlink: Error: cache initialization failed: Operation not permitted\n');
    throw new Exit(1);
  }

  private *list(): Sys<void> {
    const what = this.words[this.at++];
    switch (what) {
      case 'ruleset': {
        const tables = this.ofFamily();
        yield* this.end();
        for (const table of tables) yield* this.listing.table(table);
        return;
      }
      case 'tables': {
        const tables = this.ofFamily();
        yield* this.end();
        for (const table of tables) this.c.out(`table ${familyName(table)} ${table.name}\n`);
        return;
      }
      case 'chains': {
        const tables = this.ofFamily();
        yield* this.end();
        for (const table of tables) this.listing.chains(table);
        return;
      }
      case 'sets':
      case 'maps':
      case 'meters':
      case 'flowtables':
        for (const table of this.ofFamily()) this.c.out(`table ${familyName(table)} ${table.name} {\n}\n`);
        return;
      case 'counters':
      case 'quotas':
      case 'limits':
      case 'hooks':
        return;
      case 'table': {
        const table = yield* this.tableNamed(true);
        return yield* this.listing.table(table);
      }
      case 'chain': {
        const [table, chain] = yield* this.chainNamed();
        yield* this.end();
        return yield* this.listing.table(table, [chain]);
      }
    }
    this.at--;
    yield* this.unexpected('');
  }

  private ofFamily(): readonly Table[] {
    const family = this.family();
    return this.tables.filter((table) => family === undefined || familyName(table) === family);
  }

  private *chainNamed(): Sys<[Table, Table['chains'][number]]> {
    const table = yield* this.tableNamed();
    const name = yield* this.name();
    const chain = table.chain(name) ?? (yield* this.missing(this.at - 1));
    return [table, chain];
  }

  private *flush(): Sys<void> {
    const what = this.words[this.at++];
    const { nftables } = this.c.p.netns.dataPlane;
    if (what === 'ruleset') {
      const tables = this.ofFamily();
      yield* this.end();
      for (const table of tables) nftables.delete(table);
    } else if (what === 'table') {
      const table = yield* this.tableNamed();
      for (const chain of table.chains) table.flush(chain);
    } else if (what === 'chain') {
      const [table, chain] = yield* this.chainNamed();
      table.flush(chain);
    } else {
      this.at--;
      yield* this.unexpected('');
    }
  }

  private *delete(): Sys<void> {
    const what = this.words[this.at++];
    if (what === 'table') return this.c.p.netns.dataPlane.nftables.delete(yield* this.tableNamed());
    if (what === 'chain') {
      const [table, chain] = yield* this.chainNamed();
      if (table.deleteChain(chain)) yield* this.mistake('Could not process rule: Device or resource busy', this.at - 1);
      return;
    }
    this.at--;
    yield* this.unexpected('');
  }
}

const NO_SUCH = 'No such file or directory';
/** Verbs of nft's language that would change rules, or show what is not here. */
const OTHERS: ReadonlySet<string> = new Set('add create insert replace rename reset import export monitor describe destroy'.split(' '));

function* main(c: Command): Sys<number> {
  const parsed = getopt(c.args, {
    short: 'hvVf:D:iI:castSNunypTejd:o',
    long: {
      help: 'h',
      version: 'v',
      file: 'f',
      define: 'D',
      interactive: 'i',
      includepath: 'I',
      check: 'c',
      optimize: 'o',
      handle: 'a',
      stateless: 's',
      terse: 't',
      service: 'S',
      reversedns: 'N',
      guid: 'u',
      numeric: 'n',
      'numeric-priority': 'y',
      'numeric-protocol': 'p',
      'numeric-time': 'T',
      echo: 'e',
      json: 'j',
      debug: 'd',
    },
    stopAtOperand: true,
  });
  if (parsed instanceof UsageError) {
    yield* c.complain(parsed.message);
    return 1;
  }
  const flags = new Set(parsed.options.map(({ flag }) => flag));
  if (flags.has('h')) {
    c.out(NFT_HELP);
    return 0;
  }
  if (flags.has('v') || flags.has('V')) {
    c.out(`${VERSION}\n${flags.has('V') ? '  cli:\t\teditline\n  json:\t\tyes\n  minigmp:\tno\n  libxtables:\tyes\n' : ''}`);
    return 0;
  }
  if (flags.has('f') || flags.has('i') || flags.has('j')) {
    yield* c.error(`vethlab's nft reads no rules and writes no JSON: it lists, flushes and deletes what iptables has made.\n`);
    return 1;
  }
  if (parsed.operands.length === 0) {
    yield* c.complain('no command specified');
    return 1;
  }
  const numeric = flags.has('n');
  const listing = new Listing(c, {
    handles: flags.has('a'),
    stateless: flags.has('s'),
    numeric: numeric || flags.has('p'),
    numericPriority: numeric || flags.has('y'),
  });
  yield* new Nft(c, parsed.operands, listing).run();
  return 0;
}

/** nft 1.0.6, as far as it shows and removes what iptables-nft has made. */
export const nft = command('nft', main, '/usr/sbin');
