import type { Match } from '../../kernel/netfilter/match/match.ts';
import type { AddressMask } from '../../kernel/netfilter/packet.ts';
import type { RuleSpec, Wanted } from '../../kernel/netfilter/rule.ts';
import { isTableName, type TableName } from '../../kernel/netfilter/table.ts';
import type { Target } from '../../kernel/netfilter/target/target.ts';
import type { Family } from '../../kernel/rtnetlink/messages.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { isAny, parseHostMask } from './address.ts';
import type { Dialect } from './dialect.ts';
import type { Extension, Given, Header } from './extension.ts';
import { matchExtension, protocolMatchName, targetExtension, VERDICTS } from './extensions.ts';
import { Names, parseNumber } from './names.ts';
import { advice, complaint, misuse, Problem } from './problem.ts';

export type CommandLetter = 'A' | 'C' | 'D' | 'I' | 'R' | 'L' | 'S' | 'F' | 'Z' | 'N' | 'X' | 'E' | 'P';

/** What a command line asks for. */
export interface Parsed {
  readonly table: TableName;
  /** In the order given: -L and -Z may come together. */
  readonly commands: readonly CommandLetter[];
  readonly chain: string | undefined;
  /** -E: the new name; -P: the policy. */
  readonly second: string | undefined;
  /** From 1. */
  readonly number: number | undefined;
  /** One for each pair of source and destination. */
  readonly rules: readonly RuleSpec[];
  readonly counters: { readonly packets: number; readonly bytes: number };
  readonly numeric: boolean;
  readonly verbose: boolean;
  readonly exact: boolean;
  readonly lineNumbers: boolean;
}

/** Long options and the letters they stand for. */
const LONG: Readonly<Record<string, string>> = {
  append: 'A',
  delete: 'D',
  check: 'C',
  insert: 'I',
  replace: 'R',
  list: 'L',
  'list-rules': 'S',
  flush: 'F',
  zero: 'Z',
  'new-chain': 'N',
  'delete-chain': 'X',
  'rename-chain': 'E',
  policy: 'P',
  source: 's',
  src: 's',
  destination: 'd',
  dst: 'd',
  protocol: 'p',
  proto: 'p',
  'in-interface': 'i',
  'out-interface': 'o',
  jump: 'j',
  goto: 'g',
  table: 't',
  match: 'm',
  numeric: 'n',
  verbose: 'v',
  wait: 'w',
  exact: 'x',
  fragment: 'f',
  fragments: 'f',
  version: 'V',
  help: 'h',
  'line-numbers': '0',
  modprobe: 'M',
  'set-counters': 'c',
  ipv4: '4',
  ipv6: '6',
};
const WITH_ARGUMENT = 'ADCIREPNsdpiojgtmMc';
const WITH_OPTIONAL = 'LSFZXw';
const COMMANDS = 'ACDIRLSFZNXEP';
/** Options that may stand behind `!`. */
const INVERTIBLE = 'sdpiof';

interface Loaded {
  readonly extension: Extension<Match>;
  readonly given: Given[];
}

/** Asked for with -V and -h: not a mistake. */
export class Information {
  readonly kind: 'version' | 'help';
  constructor(kind: 'version' | 'help') {
    this.kind = kind;
  }
}

/** Reads a command line from left to right (do_parse in xshared.c). Throws {@link Problem}, or {@link Information}. */
export class CommandLine {
  private readonly p: Process;
  private readonly dialect: Dialect;
  private readonly args: readonly string[];
  private readonly names: Names;
  private at = 0;
  private invert = false;
  private readonly commands: CommandLetter[] = [];
  private chain: string | undefined;
  private second: string | undefined;
  private number: number | undefined;
  private table: string | undefined;
  private readonly header = new Map<string, Wanted<string>>();
  private protocol: Wanted<number> | undefined;
  private readonly loaded: Loaded[] = [];
  private jump: { readonly name: string; readonly goto: boolean } | undefined;
  private target: { readonly extension: Extension<Target>; readonly given: Given[] } | undefined;
  private counters = { packets: 0, bytes: 0 };
  private readonly flags = new Set<string>();

  constructor(p: Process, dialect: Dialect, args: readonly string[]) {
    this.p = p;
    this.dialect = dialect;
    this.args = args;
    this.names = new Names(p);
  }

  *parse(): Sys<Parsed> {
    while (this.at < this.args.length) {
      const word = this.args[this.at++] as string;
      if (word === '!') {
        if (this.at >= this.args.length) throw misuse('nothing appropriate following !');
        this.invert = true;
        continue;
      }
      if (word.startsWith('--') && word.length > 2) this.long(word);
      else if (word.startsWith('-') && word.length > 1) this.cluster(word.slice(1));
      else throw new Problem(2, (program) => `Bad argument \`${word}'\n${advice(program)}`);
      this.invert = false;
    }
    return yield* this.finish();
  }

  private long(word: string): void {
    const [name = '', inline] = word.slice(2).split(/=(.*)/s);
    const own = [...(this.target ? [this.target] : []), ...[...this.loaded].reverse()];
    const candidates = own.flatMap((holder) =>
      holder.extension.options.flatMap((option) => option.names.map((known) => ({ known, option, holder }))),
    );
    const letters = Object.keys(LONG);
    if (letters.includes(name)) return this.letter(LONG[name] as string, inline, `--${name}`);
    let found = candidates.find(({ known }) => known === name);
    if (found === undefined) {
      const base = letters.filter((known) => known.startsWith(name));
      const begun = candidates.filter(({ known }) => known.startsWith(name));
      if (begun.length === 0 && base.length > 0 && new Set(base.map((known) => LONG[known])).size === 1) {
        return this.letter(LONG[base[0] as string] as string, inline, `--${base[0]}`);
      }
      if (base.length === 0 && new Set(begun.map(({ option }) => option)).size === 1) found = begun[0];
    }
    if (found === undefined) {
      if (!this.loadProtocolMatch()) throw misuse(`unknown option "${word}"`);
      return this.long(word);
    }
    const values: string[] = inline === undefined ? [] : [inline];
    while (values.length < found.option.arguments) {
      const next = this.args[this.at];
      if (next === undefined) {
        if (values.length > 0) break;
        throw misuse(`option "${word}" requires an argument`);
      }
      if (values.length > 0 && next.startsWith('-')) break;
      values.push(next);
      this.at++;
    }
    found.holder.given.push({ option: found.option.names[0] as string, values, invert: this.invert });
  }

  /** An option nobody knows may be one of the protocol's match, which then need not be named. */
  private loadProtocolMatch(): boolean {
    if (this.protocol === undefined || this.protocol.invert) return false;
    const extension = matchExtension(protocolMatchName(this.names.protocol(this.protocol.value, false)), this.dialect.family);
    if (extension === undefined || this.loaded.some((one) => one.extension === extension)) return false;
    this.loaded.push({ extension, given: [] });
    return true;
  }

  private cluster(letters: string): void {
    for (let i = 0; i < letters.length; i++) {
      const letter = letters[i] as string;
      const known = `${WITH_ARGUMENT}${WITH_OPTIONAL}nvxfVh46`;
      if (!known.includes(letter)) throw misuse(`unknown option "-${letters}"`);
      const rest = letters.slice(i + 1);
      const takes = WITH_ARGUMENT.includes(letter) || WITH_OPTIONAL.includes(letter);
      this.letter(letter, takes && rest !== '' ? rest : undefined, `-${letter}`);
      if (takes) return;
    }
  }

  private letter(letter: string, inline: string | undefined, written: string): void {
    let value = inline;
    if (value === undefined && WITH_ARGUMENT.includes(letter)) {
      value = this.args[this.at++];
      if (value === undefined) throw misuse(`option "${written}" requires an argument`);
    } else if (value === undefined && WITH_OPTIONAL.includes(letter)) value = this.next();
    if (this.invert && !INVERTIBLE.includes(letter)) {
      if (letter === 'm') throw misuse('unexpected ! flag before --match');
      if (!COMMANDS.includes(letter)) throw misuse(`cannot have ! before -${letter}`);
    }
    if (COMMANDS.includes(letter)) return this.command(letter as CommandLetter, value);
    this.option(letter, value ?? '');
  }

  /** The next word if it can be an argument. */
  private next(): string | undefined {
    const word = this.args[this.at];
    if (word === undefined || word.startsWith('-') || word === '!') return undefined;
    this.at++;
    return word;
  }

  private command(letter: CommandLetter, value: string | undefined): void {
    const [first] = this.commands;
    const zeroAndList = first !== undefined && ((letter === 'Z' && 'LS'.includes(first)) || (first === 'Z' && 'LS'.includes(letter)));
    if (first !== undefined && !zeroAndList) throw misuse(`Cannot use -${letter} with -${first}`);
    this.commands.push(letter);
    this.chain = value ?? this.chain;
    if (letter === 'N') checkChainName(value ?? '', this.dialect.family);
    if (letter === 'E') {
      this.second = this.next();
      if (this.second === undefined) throw misuse('-E requires old-chain-name and new-chain-name');
    } else if (letter === 'P') {
      this.second = this.next();
      if (this.second === undefined) throw misuse('-P requires a chain and a policy');
    } else if (letter === 'R') {
      const number = this.next();
      if (number === undefined) throw misuse('-R requires a rule number');
      this.number = ruleNumber(number);
    } else if ('IDLSZ'.includes(letter) && value !== undefined) {
      const number = this.next();
      if (number !== undefined) this.number = ruleNumber(number);
    }
  }

  private option(letter: string, value: string): void {
    const only = (taken: boolean, what: string): void => {
      if (taken) throw misuse(`multiple -${what} flags not allowed`);
    };
    switch (letter) {
      case 't':
        only(this.table !== undefined, 't');
        this.table = value;
        return;
      case 's':
      case 'd':
        only(this.header.has(letter), letter);
        this.header.set(letter, { value, invert: this.invert });
        return;
      case 'i':
      case 'o':
        only(this.header.has(letter), letter);
        if (value === '') throw misuse('Empty interface is likely to be undesired');
        if (value.length > 15) throw misuse(`interface name \`${value}' must be shorter than IFNAMSIZ (15)`);
        this.header.set(letter, { value, invert: this.invert });
        return;
      case 'f':
        if (this.dialect.family === 'inet6') throw misuse("`-f' is not supported in IPv6, use -m frag instead");
        this.header.set('f', { value: '', invert: this.invert });
        return;
      case 'p':
        only(this.protocol !== undefined, 'p');
        this.protocol = { value: this.names.protocolNumber(value), invert: this.invert };
        if (this.protocol.value === 0 && this.invert) throw misuse('rule would never match protocol');
        return;
      case 'm': {
        const extension = matchExtension(value, this.dialect.family);
        if (extension === undefined) throw misuse(`Couldn't load match \`${value}':No such file or directory\n`);
        this.loaded.push({ extension, given: [] });
        return;
      }
      case 'j':
      case 'g': {
        only(this.jump !== undefined, 'j');
        this.jump = { name: value, goto: letter === 'g' };
        const extension = letter === 'j' ? targetExtension(value, this.dialect.family) : undefined;
        if (extension) this.target = { extension, given: [] };
        return;
      }
      case 'c': {
        const [packets = '', bytes = this.next()] = value.split(',');
        if (bytes === undefined) throw misuse('-c requires packet and byte counter');
        if (!/^\d+$/.test(packets)) throw misuse('-c packet counter not numeric');
        if (!/^\d+$/.test(bytes)) throw misuse('-c byte counter not numeric');
        this.counters = { packets: Number(packets), bytes: Number(bytes) };
        return;
      }
      case '4':
      case '6':
        if ((letter === '4') === (this.dialect.family === 'inet')) return;
        throw new Problem(2, advice);
      case 'V':
        throw new Information('version');
      case 'h':
        throw new Information('help');
      default:
        this.flags.add(letter);
    }
  }

  private *finish(): Sys<Parsed> {
    const [command] = this.commands;
    if (command === undefined) throw misuse('no command specified');
    const table = this.table ?? 'filter';
    if (!isTableName(table)) {
      const { program } = this.dialect;
      throw complaint(3, `table '${table}' does not exist\nPerhaps ${program} or your kernel needs to be upgraded.`);
    }
    this.refuseMisplaced(command);
    if (command === 'P' && table === 'nat' && this.second === 'DROP') throw natDoesNotFilter();
    return {
      table,
      commands: this.commands,
      chain: this.chain,
      second: this.second,
      number: this.number,
      rules: 'ACDIR'.includes(command) ? yield* this.rules(table) : [],
      counters: this.counters,
      numeric: this.flags.has('n'),
      verbose: this.flags.has('v'),
      exact: this.flags.has('x'),
      lineNumbers: this.flags.has('0'),
    };
  }

  private refuseMisplaced(command: CommandLetter): void {
    const rule = 'ACDIR'.includes(command);
    const given = [...this.header.keys(), ...(this.protocol ? ['p'] : []), ...(this.jump ? ['j'] : [])];
    const misplaced = rule ? undefined : (['s', 'd', 'p', 'j', 'i', 'o', 'f'] as const).find((letter) => given.includes(letter));
    if (misplaced !== undefined) throw misuse(`Illegal option \`-${misplaced}' with this command`);
    for (const [flag, written] of [
      ['n', '-n'],
      ['x', '-x'],
      ['0', '--line-numbers'],
    ] as const) {
      if (this.flags.has(flag) && !this.commands.includes('L')) throw misuse(`Illegal option \`${written}' with this command`);
    }
    if (!rule) return;
    if (this.header.has('o') && (this.chain === 'PREROUTING' || this.chain === 'INPUT')) throw misuse(`Can't use -o with ${this.chain}\n`);
    if (this.header.has('i') && (this.chain === 'POSTROUTING' || this.chain === 'OUTPUT'))
      throw misuse(`Can't use -i with ${this.chain}\n`);
  }

  private *rules(table: TableName): Sys<RuleSpec[]> {
    const protocol = this.protocol?.value === 0 ? undefined : this.protocol;
    const header = { protocol, family: this.dialect.family };
    const matches = this.loaded.map(({ extension, given }) => extension.build(given, header, this.names));
    const target = this.resolveTarget(table, header);
    const sources = yield* this.addresses('s');
    const destinations = yield* this.addresses('d');
    const fragment = this.header.get('f');
    return sources.flatMap((source) =>
      destinations.map((destination) => ({
        source,
        destination,
        input: this.header.get('i'),
        output: this.header.get('o'),
        protocol,
        fragment: fragment && { value: true as const, invert: fragment.invert },
        matches,
        target,
      })),
    );
  }

  private resolveTarget(table: TableName, header: Header): Target | undefined {
    if (this.jump === undefined) return undefined;
    const { name, goto } = this.jump;
    const verdict = VERDICTS.find((known) => known === name);
    if (table === 'nat' && verdict === 'DROP') throw natDoesNotFilter();
    if (verdict !== undefined && !goto) return { name: verdict };
    if (this.target) return this.target.extension.build(this.target.given, header, this.names);
    const builtin = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'].includes(name);
    if (!builtin && this.p.netns.dataPlane.nftables.existing(this.dialect.family, table)?.chain(name) === undefined)
      throw misuse(`Chain '${name}' does not exist`);
    return { name: 'jump', chain: name, goto };
  }

  /** What -s or -d stands for: several addresses make several rules. */
  private *addresses(letter: 's' | 'd'): Sys<(Wanted<AddressMask> | undefined)[]> {
    const given = this.header.get(letter);
    if (given === undefined) return [undefined];
    const parts = given.value.split(',');
    if (parts.length > 1 && given.invert) throw misuse('! not allowed with multiple source or destination IP addresses');
    const wanted: (Wanted<AddressMask> | undefined)[] = [];
    for (const part of parts) {
      for (const value of yield* parseHostMask(this.p, part, this.dialect.family)) {
        wanted.push(isAny(value) && !given.invert ? undefined : { value, invert: given.invert });
      }
    }
    return wanted;
  }
}

function natDoesNotFilter(): Problem {
  return misuse('\nThe "nat" table is not intended for filtering, the use of DROP is therefore inhibited.\n');
}

function ruleNumber(text: string): number {
  const number = parseNumber(text, 0x7fffffff);
  if (number === undefined || number === 0) throw misuse(`Invalid rule number \`${text}'`);
  return number;
}

/** The longest name of a chain, and one more. */
const CHAIN_NAME_LIMIT = 29;

function checkChainName(name: string, family: Family): void {
  if (name.startsWith('-') || name.startsWith('!')) throw misuse(`chain name not allowed to start with \`${name[0]}'`);
  if (VERDICTS.some((verdict) => verdict === name) || targetExtension(name, family))
    throw misuse('chain name may not clash with target name');
  if (name.length >= CHAIN_NAME_LIMIT) throw misuse(`chain name \`${name}' too long (must be under ${CHAIN_NAME_LIMIT} chars)`);
  if (/\s/.test(name)) throw misuse(`Invalid chain name \`${name}'`);
}
