import type { Match } from '../../kernel/netfilter/match/match.ts';
import type { AddressMask } from '../../kernel/netfilter/packet.ts';
import type { RuleSpec, Wanted } from '../../kernel/netfilter/rule.ts';
import { isTableName, type TableName } from '../../kernel/netfilter/table.ts';
import type { Target } from '../../kernel/netfilter/target/target.ts';
import type { Family } from '../../kernel/rtnetlink/messages.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { isAny, parseHostMask } from './address.ts';
import { checkDeviceName, deviceNameWarning } from './device-name.ts';
import type { Dialect } from './dialect.ts';
import { buildExtension, type Extension, type Given, type Header } from './extension.ts';
import { matchExtension, protocolMatchName, targetExtension, VERDICTS } from './extensions.ts';
import { Names, parseNumber } from './names.ts';
import { isNative } from './native.ts';
import { advice, badArgument, complaint, MissingChain, misuse, Problem } from './problem.ts';

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
  'wait-interval': 'W',
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
const WITH_ARGUMENT = 'ADCIREPNsdpiojgtmMcW';
const WITH_OPTIONAL = 'LSFZXw';
const COMMANDS = 'ACDIRLSFZNXEP';
/** Options that may stand behind `!`. */
const INVERTIBLE = 'sdpiof';

interface Loaded {
  readonly extension: Extension<Match>;
  readonly given: Given[];
}

/** Asked for with -V and -h: not a mistake. The help is also about the target and the matches that were named before. */
export class Information {
  readonly kind: 'version' | 'help';
  readonly about: readonly string[];
  constructor(kind: 'version' | 'help', about: readonly string[] = []) {
    this.kind = kind;
    this.about = about;
  }
}

/** Reads a command line from left to right (do_parse in xshared.c). Throws {@link Problem}, or {@link Information}. */
export class CommandLine {
  private readonly p: Process;
  private readonly dialect: Dialect;
  private readonly args: readonly string[];
  private readonly restored: Pick<Parsed, 'table' | 'counters'> | undefined;
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
  private counters: Parsed['counters'];
  /** What to say on standard error first, whatever comes of the line. */
  readonly warnings: string[] = [];
  private readonly flags = new Set<string>();

  /** `restored`: the line is one of a file with rules for that table, and has these counters in front. */
  constructor(p: Process, dialect: Dialect, args: readonly string[], restored?: Pick<Parsed, 'table' | 'counters'>) {
    this.p = p;
    this.dialect = dialect;
    this.restored = restored;
    this.table = restored?.table;
    this.counters = restored?.counters ?? { packets: 0, bytes: 0 };
    this.args = args;
    this.names = new Names(p);
  }

  *parse(): Sys<Parsed> {
    while (this.at < this.args.length) {
      const word = this.args[this.at++] as string;
      if (word === '!') {
        if (this.invert) throw misuse('multiple consecutive ! not allowed');
        if (this.at >= this.args.length) throw misuse('nothing appropriate following !');
        this.invert = true;
        continue;
      }
      if (word.startsWith('--') && word.length > 2) this.long(word);
      else if (word.startsWith('-') && word.length > 1) this.cluster(word.slice(1));
      else throw badArgument(word);
      this.invert = false;
    }
    return yield* this.finish();
  }

  private long(word: string): void {
    const [name = '', inline] = word.slice(2).split(/=(.*)/s);
    if (Object.hasOwn(LONG, name)) return this.letter(LONG[name] as string, inline, `--${name}`);
    const own = [...(this.target ? [this.target] : []), ...[...this.loaded].reverse()];
    const candidates = own.flatMap((holder) =>
      holder.extension.options.flatMap((option) => option.names.map((known) => ({ known, option, holder }))),
    );
    let found = candidates.find(({ known }) => known === name);
    if (found === undefined) {
      const base = Object.keys(LONG).filter((known) => known.startsWith(name));
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
      if (COMMANDS.includes(letter)) throw misuse("unexpected '!' flag");
      throw misuse(`cannot have ! before -${letter}`);
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
        if (this.restored !== undefined) throw misuse(`The -t option cannot be used in ${this.dialect.program}-restore.\n`);
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
        checkDeviceName(value);
        this.warnings.push(...[deviceNameWarning(value)].filter((warning) => warning !== undefined));
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
        this.flags.add('c');
        return;
      }
      case '4':
      case '6':
        if ((letter === '4') === (this.dialect.family === 'inet')) return;
        throw new Problem(2, advice);
      case 'V':
        throw new Information('version');
      case 'h':
        throw new Information('help', this.named());
      case 'w':
        if (value !== '' && !/^\d+$/.test(value)) throw misuse('wait seconds not numeric');
        this.flags.add(letter);
        return;
      case 'W':
        this.warnings.push('Ignoring deprecated --wait-interval option.\n');
        this.flags.add(letter);
        return;
      default:
        this.flags.add(letter);
    }
  }

  private named(): string[] {
    if (this.loaded.length === 0) this.loadProtocolMatch();
    return [...(this.jump ? [this.jump.name] : []), ...this.loaded.map(({ extension }) => extension.name)];
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
      rules: 'ACDIR'.includes(command) ? yield* this.rulesOf(command, table) : [],
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
      ['0', '-0'],
    ] as const) {
      if (this.flags.has(flag) && !this.commands.includes('L')) throw misuse(`Illegal option \`${written}' with this command`);
    }
    if (this.flags.has('c') && !'AIR'.includes(command)) throw misuse("Illegal option `-c' with this command");
    if (this.flags.has('W') && !this.flags.has('w')) throw misuse('--wait-interval only makes sense with --wait\n');
    if (!rule) return;
    if (this.header.has('o') && (this.chain === 'PREROUTING' || this.chain === 'INPUT')) throw misuse(`Can't use -o with ${this.chain}\n`);
    if (this.header.has('i') && (this.chain === 'POSTROUTING' || this.chain === 'OUTPUT'))
      throw misuse(`Can't use -i with ${this.chain}\n`);
  }

  private *rulesOf(command: CommandLetter, table: TableName): Sys<RuleSpec[]> {
    const rules = yield* this.rules(table);
    if (command === 'R' && rules.length > 1) throw misuse('Replacement rule does not specify a unique address');
    return rules;
  }

  private *rules(table: TableName): Sys<RuleSpec[]> {
    const protocol = this.protocol?.value === 0 ? undefined : this.protocol;
    const header = { protocol, family: this.dialect.family, p: this.p, warn: (text: string) => this.warnings.push(text) };
    const matches = mergeNative(this.loaded.map(({ extension, given }) => buildExtension(extension, given, header, this.names)));
    const target = this.resolveTarget(table, header);
    const sources = yield* this.addresses('s');
    const destinations = yield* this.addresses('d');
    const fragment = this.header.get('f');
    return sources.flatMap((source) =>
      destinations.map((destination) => ({
        source,
        destination,
        input: this.device('i'),
        output: this.device('o'),
        protocol,
        fragment: fragment && { value: true as const, invert: fragment.invert },
        matches,
        target,
      })),
    );
  }

  /** A lone `+` is any device. */
  private device(letter: 'i' | 'o'): Wanted<string> | undefined {
    const wanted = this.header.get(letter);
    return wanted?.value === '+' ? undefined : wanted;
  }

  private resolveTarget(table: TableName, header: Header): Target | undefined {
    if (this.jump === undefined) return undefined;
    const { name, goto } = this.jump;
    const verdict = VERDICTS.find((known) => known === name);
    if (table === 'nat' && verdict === 'DROP') throw natDoesNotFilter();
    if (verdict !== undefined && !goto) return { name: verdict };
    if (this.target) return buildExtension(this.target.extension, this.target.given, header, this.names);
    const builtin = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'].includes(name);
    if (!builtin && this.p.netns.dataPlane.nftables.existing(this.dialect.family, table)?.chain(name) === undefined)
      throw new MissingChain(name);
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
  return misuse('\nThe "nat" table is not intended for filtering, the use of DROP is therefore inhibited.\n\n');
}

/** What nf_tables compares by itself has no bounds between one match and the next: two of a kind become one when they are read back. */
function mergeNative(matches: readonly Match[]): readonly Match[] {
  if (matches.length < 2) return matches;
  const merged: Match[] = [];
  for (const match of matches) {
    const before = merged.at(-1);
    if (before?.name === match.name && (match.name === 'tcp' || match.name === 'udp') && isNative(before) && isNative(match)) {
      const set = Object.fromEntries(Object.entries(match).filter(([, value]) => value !== undefined));
      merged[merged.length - 1] = { ...before, ...set } as Match;
    } else merged.push(match);
  }
  return merged;
}

function ruleNumber(text: string): number {
  const number = parseNumber(text, 0x7fffffff);
  if (number === undefined || number === 0) throw misuse(`Invalid rule number \`${text}'`);
  return number;
}

/** The longest name of a chain, and one more. */
const CHAIN_NAME_LIMIT = 29;

/** Targets that chains cannot be called after, beside those that can be used here. */
const TARGET_NAMES: ReadonlySet<string> = new Set(
  'QUEUE AUDIT CHECKSUM CLUSTERIP CONNMARK CONNSECMARK CT DNAT ECN HMARK IDLETIMER LED MASQUERADE NETMAP NFQUEUE NOTRACK RATEEST REDIRECT SECMARK SET SNAT SYNPROXY TCPOPTSTRIP TEE TPROXY ULOG DNPT SNPT'.split(
    ' ',
  ),
);

function checkChainName(name: string, family: Family): void {
  if (name.startsWith('-') || name.startsWith('!')) throw misuse(`chain name not allowed to start with \`${name[0]}'`);
  if (VERDICTS.some((verdict) => verdict === name) || name === '' || TARGET_NAMES.has(name) || targetExtension(name, family))
    throw misuse('chain name may not clash with target name');
  if (name.length >= CHAIN_NAME_LIMIT) throw misuse(`chain name \`${name}' too long (must be under ${CHAIN_NAME_LIMIT} chars)`);
  if (/\s/.test(name)) throw misuse(`Invalid chain name \`${name}'`);
}
