// The command line of dig: parse_args(), plus_option() and dash_option() in BIND's bin/dig/dig.c.

import { parseIpv4, parseIpv6 } from '../../base/address.ts';
import type { SockAddr } from '../../kernel/socket/socket.ts';
import type { Sys } from '../../machine/process.ts';
import { DNS_A, DNS_ANY, DNS_NS, DNS_PTR, dnsReverseIpv6 } from '../../wire/dns.ts';
import { type Command, Exit } from '../lib/command.ts';
import { classNumber, typeNumber } from './names.ts';
import { type Family, namedServers } from './servers.ts';
import { DIG_USAGE } from './usage.ts';

/** Switches of `+name` and `+noname`, and how each stands at first. */
const SWITCHES = {
  aaflag: false,
  additional: true,
  adflag: true,
  answer: true,
  authority: true,
  besteffort: true,
  cdflag: false,
  class: true,
  comments: true,
  cookie: true,
  crypto: true,
  dnssec: false,
  edns: true,
  fail: true,
  identify: false,
  ignore: false,
  multiline: false,
  nsid: false,
  qr: false,
  question: true,
  recurse: true,
  rrcomments: false,
  search: false,
  short: false,
  showsearch: false,
  stats: true,
  tcp: false,
  ttlid: true,
  zflag: false,
} as const;

export type Switch = keyof typeof SWITCHES;

/** Other spellings. */
const ALIASES: Readonly<Record<string, Switch>> = {
  aaonly: 'aaflag',
  defname: 'search',
  do: 'dnssec',
  rdflag: 'recurse',
  vc: 'tcp',
};

/** `+name=value`. */
const VALUES = [
  'bufsize',
  'domain',
  'ednsflags',
  'ednsopt',
  'ndots',
  'opcode',
  'padding',
  'qid',
  'retry',
  'split',
  'subnet',
  'timeout',
  'time',
  'tries',
];

/** One thing to look up, and how. */
export class Lookup {
  name = '.';
  type = DNS_NS;
  class = 1;
  typeSet = false;
  classSet = false;
  /** The lookup is a reverse one (-x). */
  reverse = false;
  /** TCP was chosen or refused with an option. */
  tcpSet = false;
  readonly switches: Record<Switch, boolean> = { ...SWITCHES };
  timeoutS = 0;
  tries = 3;
  bufferSize = 1232;
  domain: string | undefined = undefined;
  ndots: number | undefined = undefined;
  servers: SockAddr[] | undefined = undefined;
  greeting = '';

  copy(): Lookup {
    const copy = Object.assign(new Lookup(), this);
    Object.assign(copy, { switches: { ...this.switches } });
    return copy;
  }
}

export interface DigCommand {
  readonly lookups: readonly Lookup[];
  readonly family: Family | undefined;
  readonly port: number;
  readonly source: SockAddr | undefined;
  readonly microseconds: boolean;
  readonly showsCommand: boolean;
}

/** Reads the words of a command line or of a batch file's line. */
export class DigArguments {
  readonly lookups: Lookup[] = [];
  family: Family | undefined = undefined;
  port = 53;
  source: SockAddr | undefined = undefined;
  microseconds = false;
  /** +cmd, which is everybody's: whether the greeting is printed. */
  showsCommand = true;
  batch: string | undefined = undefined;
  private readonly c: Command;
  private readonly preset: Lookup;
  private current: Lookup;
  private first = true;
  private serverCount = 0;
  /** Words may still be types and classes: -t and -c end that. */
  private openWords = true;

  constructor(c: Command, preset = new Lookup()) {
    this.c = c;
    this.preset = preset;
    this.current = preset;
  }

  *read(words: readonly string[], greeting: (lookup: Lookup, servers: number) => string): Sys<void> {
    for (let i = 0; i < words.length; i++) {
      const word = words[i] as string;
      if (word.startsWith('@')) yield* this.server(word.slice(1));
      else if (word.startsWith('+')) yield* this.plus(word.slice(1));
      else if (word.startsWith('-') && word.length > 1) {
        if (yield* this.dash(word, words[i + 1], greeting)) i++;
      } else if (!this.typeOrClass(word)) this.add(word, greeting);
    }
    if (this.lookups.length === 0 && this.batch === undefined) {
      const lookup = this.preset.copy();
      if (this.showsCommand) lookup.greeting = greeting(lookup, this.serverCount);
      this.lookups.push(lookup);
    }
  }

  private typeOrClass(word: string): boolean {
    if (!this.openWords) return false;
    const type = typeNumber(word);
    if (type !== undefined) {
      this.setType(type);
      return true;
    }
    const value = classNumber(word);
    if (value === undefined) return false;
    this.current.class = value;
    this.current.classSet = true;
    return true;
  }

  private setType(type: number): void {
    const { current } = this;
    current.type = type;
    current.typeSet = true;
    if (type === DNS_ANY && !current.tcpSet) current.switches.tcp = true;
  }

  private add(name: string, greeting: (lookup: Lookup, servers: number) => string): void {
    const lookup = this.preset.copy();
    if (!lookup.typeSet) lookup.type = DNS_A;
    lookup.name = name;
    this.current = lookup;
    if (this.first && this.showsCommand) lookup.greeting = greeting(lookup, this.serverCount);
    this.first = false;
    this.lookups.push(lookup);
  }

  private *server(name: string): Sys<void> {
    const found = yield* namedServers(this.c.p, name, this.family, this.port);
    if (found === undefined) {
      yield* this.c.error(`dig: couldn't get address for '${name}': not found\n`);
      throw new Exit(1);
    }
    this.current.servers = [...(this.current.servers ?? []), ...found];
    this.serverCount += found.length;
  }

  /** `+[no]name[=value]`; a name may be cut short. */
  private *plus(word: string): Sys<void> {
    const [written = '', value] = word.split(/=(.*)/s, 2);
    const off = written.startsWith('no') && written !== 'nothing';
    const name = off ? written.slice(2) : written;
    const { current } = this;
    if (name === 'all') {
      for (const one of ['question', 'authority', 'answer', 'additional', 'comments', 'stats'] as const) current.switches[one] = !off;
      this.showsCommand = !off;
      return;
    }
    if (name === 'cmd') {
      this.showsCommand = !off;
      return;
    }
    const key = findName(name);
    if (key === undefined || name === '') return yield* this.misuse(`Invalid option: +${word}\n`);
    if (Object.hasOwn(SWITCHES, key)) return this.switch(key as Switch, !off, value);
    const number = Number(value);
    switch (key) {
      case 'bufsize':
        current.bufferSize = off ? 0 : value === undefined ? 1232 : number;
        break;
      case 'domain':
        if (!off) current.domain = value ?? '';
        current.switches.search = true;
        break;
      case 'ndots':
        current.ndots = number;
        break;
      case 'time':
      case 'timeout':
        current.timeoutS = Math.max(1, number || 0);
        break;
      case 'tries':
        current.tries = Math.max(1, number || 1);
        break;
      case 'retry':
        current.tries = (number || 0) + 1;
        break;
    }
  }

  private switch(key: Switch, on: boolean, value: string | undefined): void {
    const { current } = this;
    const { switches } = current;
    switches[key] = on;
    if (key === 'tcp') current.tcpSet = true;
    if (key === 'edns' && on && value !== undefined) switches.edns = true;
    if (key === 'showsearch') switches.search = on;
    if (key === 'short' && on) {
      this.showsCommand = false;
      for (const one of ['additional', 'answer', 'authority', 'question', 'comments', 'stats'] as const) switches[one] = one === 'answer';
    }
  }

  /** A dash option; whether it took the next word. */
  private *dash(word: string, next: string | undefined, greeting: (lookup: Lookup, servers: number) => string): Sys<boolean> {
    let letters = word.slice(1);
    while (letters !== '' && '46divhmnru'.includes(letters[0] as string)) {
      yield* this.flag(letters[0] as string);
      letters = letters.slice(1);
    }
    if (letters === '') return false;
    const option = letters[0] as string;
    if (!'bcfkpqtxy'.includes(option)) return yield* this.misuse(`Invalid option: -${letters}\n`);
    const attached = letters.slice(1);
    const value = attached === '' ? next : attached;
    if (value === undefined) return yield* this.misuse(`Invalid option: -${letters}\n`);
    yield* this.valued(option, value, greeting);
    return attached === '';
  }

  private *flag(letter: string): Sys<void> {
    if (letter === '4') this.family = 'inet';
    else if (letter === '6') this.family = 'inet6';
    else if (letter === 'u') this.microseconds = true;
  }

  private *valued(option: string, value: string, greeting: (lookup: Lookup, servers: number) => string): Sys<void> {
    const { current } = this;
    switch (option) {
      case 'b':
        yield* this.bind(value);
        break;
      case 'c': {
        this.openWords = false;
        const number = classNumber(value);
        if (number === undefined) yield* this.c.error(`;; Warning, ignoring invalid class ${value}\n`);
        else current.class = number;
        break;
      }
      case 't': {
        this.openWords = false;
        const number = typeNumber(value);
        if (number === undefined) yield* this.c.error(`;; Warning, ignoring invalid type ${value}\n`);
        else this.setType(number);
        break;
      }
      case 'f':
        this.batch = value;
        break;
      case 'p': {
        const port = Number(value);
        if (!/^\d+$/.test(value) || port > 0xffff) {
          yield* this.c.error(
            `invalid port number '${value}': ${/^\d+$/.test(value) ? 'out of range' : 'not a valid number'}\ndig: Couldn't parse port number\n`,
          );
          throw new Exit(1);
        }
        this.port = port;
        current.servers = current.servers?.map((server) => ({ ...server, port }));
        break;
      }
      case 'q':
        this.add(value, greeting);
        break;
      case 'x': {
        this.add(reverseOf(value), greeting);
        const lookup = this.current;
        lookup.reverse = true;
        if (!lookup.typeSet) lookup.type = DNS_PTR;
        break;
      }
    }
  }

  private *bind(value: string): Sys<void> {
    const [address = '', port] = value.split('#', 2);
    const ip4 = parseIpv4(address);
    const ip6 = ip4 === undefined ? parseIpv6(address) : undefined;
    if (ip4 !== undefined) this.source = { family: 'inet', address: ip4, port: Number(port ?? 0) };
    else if (ip6 !== undefined) this.source = { family: 'inet6', address: ip6, port: Number(port ?? 0), scopeId: 0 };
    else {
      yield* this.c.error(`dig: invalid address ${value}\n`);
      throw new Exit(1);
    }
  }

  private *misuse(message: string): Sys<never> {
    yield* this.c.error(message + DIG_USAGE);
    throw new Exit(1);
  }
}

/** The full name that a word begins. */
function findName(word: string): string | undefined {
  if (Object.hasOwn(ALIASES, word)) return ALIASES[word];
  if (Object.hasOwn(SWITCHES, word) || VALUES.includes(word)) return word;
  const names = [...Object.keys(SWITCHES), ...VALUES, ...Object.keys(ALIASES)];
  const found = names.find((name) => name.startsWith(word));
  return found !== undefined && Object.hasOwn(ALIASES, found) ? ALIASES[found] : found;
}

/** The name that -x asks for (get_reverse): parts of an IPv4 address too. */
function reverseOf(text: string): string {
  const ip6 = parseIpv6(text);
  if (ip6 !== undefined) return dnsReverseIpv6(ip6);
  return `${text.split('.').reverse().join('.')}.in-addr.arpa`;
}
