import { formatIpv6Bytes, ipv4Mask, ipv6Network, parseIpv6 } from '../../base/address.ts';
import { IPS_ASSURED, IPS_SEEN_REPLY } from '../../kernel/netfilter/conntrack/entry.ts';
import { TCP_STATE_NAMES } from '../../kernel/netfilter/conntrack/tcp-states.ts';
import { inetAton } from '../net-lib/inet-aton.ts';
import { type Output, protocolByName } from './format.ts';
import { misuse } from './problem.ts';

/** -L, -G, -D, -I, -A, -U, -E, -F, -C, -S, -V, -h. */
export type CommandLetter = 'L' | 'G' | 'D' | 'I' | 'A' | 'U' | 'E' | 'F' | 'C' | 'S' | 'V' | 'h';
export type TableWord = 'conntrack' | 'expect' | 'dying' | 'unconfirmed';

/** An address, or a network where a filter may name one. */
export interface Place {
  readonly address: number | string;
  readonly mask: number | string;
}

/** Options that take an address, by letter: of the original direction, of the reply, or of either kind of NAT. */
export type PlaceLetter = 's' | 'd' | 'r' | 'q' | 'n' | 'g' | 'j';

/** What a command line asks for. */
export interface Parsed {
  readonly command: CommandLetter;
  readonly table: TableWord;
  readonly protocol: number | undefined;
  readonly family: 'inet' | 'inet6' | undefined;
  readonly places: ReadonlyMap<PlaceLetter, Place>;
  /** -n, -g, -j without an address: whatever it is. */
  readonly anyNat: ReadonlySet<PlaceLetter>;
  /** Ports behind an address of -n and -g. */
  readonly natPorts: ReadonlyMap<PlaceLetter, { readonly from: number; readonly to: number }>;
  /** sport, dport, reply-sport, reply-dport, type, code, id. */
  readonly keys: ReadonlyMap<string, number>;
  readonly tcpState: number | undefined;
  readonly mark: { readonly value: number; readonly mask: number } | undefined;
  readonly status: { readonly bits: number; readonly unreplied: boolean } | undefined;
  readonly timeoutS: number | undefined;
  readonly zone: number | undefined;
  readonly events: ReadonlySet<'NEW' | 'UPDATE' | 'DESTROY'>;
  readonly zero: boolean;
  readonly output: Output;
  readonly labels: boolean;
}

const LONG: Readonly<Record<string, string>> = {
  dump: 'L',
  create: 'I',
  delete: 'D',
  update: 'U',
  get: 'G',
  flush: 'F',
  event: 'E',
  counter: 'C',
  stats: 'S',
  add: 'A',
  version: 'V',
  help: 'h',
  'orig-src': 's',
  src: 's',
  'orig-dst': 'd',
  dst: 'd',
  'reply-src': 'r',
  'reply-dst': 'q',
  protonum: 'p',
  proto: 'p',
  timeout: 't',
  status: 'u',
  zero: 'z',
  'event-mask': 'e',
  family: 'f',
  'src-nat': 'n',
  'dst-nat': 'g',
  'any-nat': 'j',
  mark: 'm',
  secmark: 'c',
  output: 'o',
  zone: 'w',
  'orig-zone': 'w',
  'reply-zone': 'w',
  label: 'l',
  'buffer-size': 'b',
  'mask-src': '{',
  'mask-dst': '}',
};
/** Long options that a protocol brings, with what they set. */
const PORT_OPTIONS: Readonly<Record<string, string>> = {
  sport: 'sport',
  'orig-port-src': 'sport',
  dport: 'dport',
  'orig-port-dst': 'dport',
  'reply-port-src': 'reply-sport',
  'reply-port-dst': 'reply-dport',
};
const WITH_ARGUMENT = 'sdrqptuefmcowlb{}';
const WITH_OPTIONAL = 'LIDUGEFACngj';
const COMMANDS = 'LGDIAUEFCSVh';
/** Where a command leaves no room for -t. */
const WITHOUT_TIMEOUT = 'LGDEFCS';
const WRITTEN: Readonly<Record<string, string>> = { p: 'protonum', t: 'timeout' };

/** Reads a command line from left to right. Throws a Problem. */
export class CommandLine {
  private readonly args: readonly string[];
  private at = 0;
  private command: CommandLetter | undefined;
  private table: TableWord = 'conntrack';
  private protocol: number | undefined;
  private family: 'inet' | 'inet6' | undefined;
  private readonly places = new Map<PlaceLetter, Place>();
  private readonly anyNat = new Set<PlaceLetter>();
  private readonly natPorts = new Map<PlaceLetter, { from: number; to: number }>();
  private readonly keys = new Map<string, number>();
  private readonly masks = new Map<'s' | 'd', number | string>();
  private tcpState: number | undefined;
  private mark: Parsed['mark'];
  private status: Parsed['status'];
  private timeoutS: number | undefined;
  private zone: number | undefined;
  private readonly events = new Set<'NEW' | 'UPDATE' | 'DESTROY'>();
  private readonly flags = new Set<string>();
  private readonly output = { extended: false, id: false, timestamp: false, form: 'text' as Output['form'] };
  private labels = false;

  constructor(args: readonly string[]) {
    this.args = args;
  }

  parse(): Parsed {
    while (this.at < this.args.length) {
      const word = this.args[this.at++] as string;
      if (word.startsWith('--') && word.length > 2) this.long(word);
      else if (word.startsWith('-') && word.length > 1) this.cluster(word);
      else throw misuse(`unknown argument \`${word}'`);
    }
    const command = this.command ?? 'h';
    if (this.timeoutS !== undefined && WITHOUT_TIMEOUT.includes(command)) this.illegal('timeout');
    const needed = command === 'I' || command === 'A' ? 'pt' : command === 'G' ? 'p' : '';
    for (const letter of needed) {
      const given = letter === 'p' ? this.protocol !== undefined : this.timeoutS !== undefined;
      if (!given) throw misuse(`You need to supply the \`--${WRITTEN[letter]}' option for this command`);
    }
    for (const [letter, mask] of this.masks) {
      const place = this.places.get(letter);
      if (place) this.places.set(letter, { address: under(place.address, mask), mask });
    }
    return { ...this.parsed(), command };
  }

  private parsed(): Omit<Parsed, 'command'> {
    const { table, protocol, family, places, anyNat, natPorts, keys, tcpState, mark, status, timeoutS, zone, events, output, labels } =
      this;
    const all = events.size === 0 ? new Set(['NEW', 'UPDATE', 'DESTROY'] as const) : events;
    const zero = this.flags.has('z');
    return {
      table,
      protocol,
      family,
      places,
      anyNat,
      natPorts,
      keys,
      tcpState,
      mark,
      status,
      timeoutS,
      zone,
      events: all,
      zero,
      output,
      labels,
    };
  }

  private illegal(option: string): never {
    throw misuse(`Illegal option \`--${option}' with this command`);
  }

  private long(word: string): void {
    const [name = '', inline] = word.slice(2).split(/=(.*)/s);
    const letter = LONG[name];
    if (letter !== undefined) return this.letter(letter, inline, word);
    const key = this.protocolOption(name);
    if (key === undefined) throw misuse(`unknown option \`${word}'`);
    const value = inline ?? this.args[this.at++];
    if (value === undefined) throw misuse(`option \`${word}' requires an argument`);
    if (key === 'state') {
      const state = (TCP_STATE_NAMES as readonly string[]).indexOf(value);
      if (state < 0) throw misuse(`unknown TCP state \`${value}'`);
      this.tcpState = state;
    } else this.keys.set(key, Number.parseInt(value, 10) || 0);
  }

  /** What an option of the protocol that was named sets. */
  private protocolOption(name: string): string | undefined {
    if (this.protocol === 6 && name === 'state') return 'state';
    if (this.protocol === 6 || this.protocol === 17 || this.protocol === 132 || this.protocol === 136) return PORT_OPTIONS[name];
    const icmp = this.protocol === 1 ? /^icmp-(type|code|id)$/ : this.protocol === 58 ? /^icmpv6-(type|code|id)$/ : undefined;
    return icmp?.exec(name)?.[1];
  }

  private cluster(word: string): void {
    for (let i = 1; i < word.length; i++) {
      const letter = word[i] as string;
      if (!`${WITH_ARGUMENT}${COMMANDS}ngjz`.includes(letter) || letter === '{' || letter === '}') {
        throw misuse(`unknown option \`${word}'`);
      }
      const rest = word.slice(i + 1);
      const takes = WITH_ARGUMENT.includes(letter) || WITH_OPTIONAL.includes(letter);
      this.letter(letter, takes && rest !== '' ? rest : undefined, `-${letter}`);
      if (takes) return;
    }
  }

  private letter(letter: string, inline: string | undefined, written: string): void {
    let value = inline;
    if (value === undefined && WITH_ARGUMENT.includes(letter)) {
      value = this.args[this.at++];
      if (value === undefined) throw misuse(`option \`${written}' requires an argument`);
    } else if (value === undefined && WITH_OPTIONAL.includes(letter)) {
      const next = this.args[this.at];
      if (next !== undefined && !next.startsWith('-')) {
        value = next;
        this.at++;
      }
    }
    if (!COMMANDS.includes(letter)) return this.option(letter, value);
    if (this.command !== undefined) throw misuse('Invalid commands combination');
    this.command = letter as CommandLetter;
    if (value === undefined) return;
    const table = (['conntrack', 'expect', 'dying', 'unconfirmed'] as const).find((name) => name === value);
    if (table === undefined) throw misuse(`unknown type \`${value}'`);
    this.table = table;
  }

  private option(letter: string, value = ''): void {
    switch (letter) {
      case 's':
      case 'd':
      case 'r':
      case 'q':
        this.places.set(letter, this.place(value));
        return;
      case 'n':
      case 'g':
      case 'j':
        return value === '' ? void this.anyNat.add(letter) : this.nat(letter, value);
      case '{':
      case '}':
        this.masks.set(letter === '{' ? 's' : 'd', this.place(value).address);
        return;
      case 'p':
        this.protocol = protocolByName(value) ?? (/^\d+$/.test(value) ? Number(value) : undefined);
        if (this.protocol === undefined) throw misuse(`\`${value}' unsupported protocol`);
        return;
      case 'f': {
        const family = ({ ipv4: 'inet', ipv6: 'inet6' } as const)[value as 'ipv4' | 'ipv6'];
        if (family === undefined) throw misuse(`\`${value}' unsupported protocol`);
        this.setFamily(family);
        return;
      }
      case 't':
        this.timeoutS = Number.parseInt(value, 10) || 0;
        return;
      case 'w':
        this.zone = Number.parseInt(value, 10) || 0;
        return;
      case 'm': {
        const [first = '', second] = value.split('/');
        this.mark = { value: Number(first) >>> 0, mask: second === undefined ? 0xffffffff : Number(second) >>> 0 };
        return;
      }
      case 'u':
        this.status = parseStatus(value);
        return;
      case 'e':
        for (const word of value.split(',')) for (const event of parseEvent(word)) this.events.add(event);
        return;
      case 'o':
        for (const word of value.split(',')) this.outputWord(word);
        return;
      default:
        this.flags.add(letter);
    }
  }

  private outputWord(word: string): void {
    switch (word) {
      case 'extended':
        this.output.extended = true;
        return;
      case 'id':
        this.output.id = true;
        return;
      case 'timestamp':
        this.output.timestamp = true;
        return;
      case 'xml':
      case 'save':
        this.output.form = word;
        return;
      case 'labels':
        this.labels = true;
        return;
      case 'ktimestamp':
      case 'userspace':
        return;
      default:
        throw misuse(`Bad parameter \`${word}'`);
    }
  }

  private setFamily(family: 'inet' | 'inet6'): void {
    if (this.family !== undefined && this.family !== family) throw misuse('mismatched address family');
    this.family = family;
  }

  /** `1.2.3.4`, `10.0.0.0/8`. */
  private place(text: string): Place {
    const [host = '', lengthText] = text.split(/\/(.*)/s);
    const v4 = host.includes(':') ? undefined : inetAton(host);
    const address = v4 ?? parseIpv6(host);
    if (address === undefined) throw misuse(`Invalid IP address \`${text}'`);
    this.setFamily(typeof address === 'number' ? 'inet' : 'inet6');
    const longest = typeof address === 'number' ? 32 : 128;
    const length = lengthText === undefined ? longest : Number.parseInt(lengthText, 10);
    if (!(length >= 0 && length <= longest)) throw misuse(`Invalid netmask \`${lengthText}'`);
    const mask = typeof address === 'number' ? ipv4Mask(length) : mask6(length);
    return { address: typeof address === 'number' ? (address & ipv4Mask(length)) >>> 0 : ipv6Network(address, length), mask };
  }

  /** `9.9.9.9:80-90` */
  private nat(letter: PlaceLetter, text: string): void {
    const colon = text.lastIndexOf(':');
    const withPort = colon > 0 && (text.indexOf(':') === colon || text.startsWith('['));
    const host = (withPort ? text.slice(0, colon) : text).replace(/^\[|\]$/g, '');
    this.places.set(letter, this.place(host));
    if (!withPort) return;
    const [first = '', last = first] = text.slice(colon + 1).split('-');
    this.natPorts.set(letter, { from: Number(first), to: Number(last) });
  }
}

function mask6(length: number): string {
  const bytes = new Uint8Array(16);
  for (let bit = 0; bit < length; bit++) bytes[bit >> 3] = (bytes[bit >> 3] as number) | (0x80 >> (bit & 7));
  return formatIpv6Bytes(bytes, 0);
}

function under(address: number | string, mask: number | string): number | string {
  return typeof address === 'number' && typeof mask === 'number' ? (address & mask) >>> 0 : address;
}

function parseStatus(text: string): Parsed['status'] {
  let bits = 0;
  let unreplied = false;
  for (const word of text.split(',')) {
    if (word === '') throw misuse(`Bad parameter \`${text}'`);
    const name = (['ASSURED', 'SEEN_REPLY', 'UNSET', 'UNREPLIED', 'FIXED_TIMEOUT', 'EXPECTED', 'OFFLOAD', 'HW_OFFLOAD'] as const).find(
      (known) => known.startsWith(word.toUpperCase()),
    );
    if (name === undefined) throw misuse(`Bad parameter \`${word}'`);
    if (name === 'ASSURED') bits |= IPS_ASSURED;
    else if (name === 'SEEN_REPLY') bits |= IPS_SEEN_REPLY;
    else if (name === 'UNREPLIED') unreplied = true;
  }
  return { bits, unreplied };
}

function parseEvent(word: string): readonly ('NEW' | 'UPDATE' | 'DESTROY')[] {
  const name = word === '' ? undefined : ['ALL', 'NEW', 'UPDATES', 'DESTROY'].find((known) => known.startsWith(word.toUpperCase()));
  if (name === undefined) throw misuse(`Bad parameter \`${word}'`);
  if (name === 'ALL') return ['NEW', 'UPDATE', 'DESTROY'];
  return [name === 'UPDATES' ? 'UPDATE' : (name as 'NEW' | 'DESTROY')];
}
