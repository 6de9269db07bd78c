// nslookup of BIND 9.18: bin/dig/nslookup.c.

import { parseIpv4, parseIpv6 } from '../../base/address.ts';
import { isError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { SockAddr } from '../../kernel/socket/socket.ts';
import type { Sys } from '../../machine/process.ts';
import {
  DNS_A,
  DNS_AAAA,
  DNS_CNAME,
  DNS_FLAG_AA,
  DNS_FLAG_RD,
  DNS_FLAG_TC,
  DNS_MX,
  DNS_NOERROR,
  DNS_NS,
  DNS_NXDOMAIN,
  DNS_PTR,
  DNS_SOA,
  DNS_SRV,
  DNS_TXT,
  type DnsData,
  type DnsMessage,
  type DnsRecord,
  dnsRcode,
  dnsReverseIpv4,
  dnsReverseIpv6,
  dnsTypeOf,
} from '../../wire/dns.ts';
import { type Command, command } from '../lib/command.ts';
import { readResolvConf } from '../net-lib/resolv-conf.ts';
import { type Asked, ask } from './ask.ts';
import { hostText, serverText } from './exchange.ts';
import { className, classNumber, dataText, rcodeName, typeName, typeNumber } from './names.ts';
import { namedServers, systemServers } from './servers.ts';
import { BIND_VERSION, NSLOOKUP_USAGE } from './usage.ts';

export const nslookup = command('nslookup', function* (c): Sys<number> {
  return yield* new Nslookup(c).run();
});

class Nslookup {
  private readonly c: Command;
  private servers: SockAddr[] = [];
  /** The type that was asked for; undefined asks for A and AAAA. */
  private type: number | undefined = undefined;
  private typeWord = 'A';
  private class = 1;
  private timeoutS = 0;
  private tries = 3;
  private port = 53;
  private ndots: number | undefined = undefined;
  private tcp = false;
  private recurse = true;
  private search = true;
  private debug = false;
  private domains: readonly string[] | undefined = undefined;
  private interactive = false;
  private failed = false;

  constructor(c: Command) {
    this.c = c;
  }

  *run(): Sys<number> {
    const { c } = this;
    const words: string[] = [];
    for (const word of c.args) {
      if (/^-+version$/i.test(word) || word === '-v') {
        c.out(`nslookup ${BIND_VERSION}\n`);
        return 0;
      }
      if (word.startsWith('-') && word.length > 1) this.option(word.slice(1));
      else words.push(word);
    }
    if (words.length > 2) {
      yield* c.error(NSLOOKUP_USAGE);
      return 1;
    }
    this.servers = systemServers(c.p, undefined, this.port);
    const [name, server] = words;
    if (server !== undefined && !(yield* this.useServer(server))) return 1;
    if (name === undefined || name === '-') yield* this.converse();
    else yield* this.lookUp(name);
    // It ends with an empty line as it began.
    c.out('\n');
    return this.failed ? 1 : 0;
  }

  private *useServer(name: string): Sys<boolean> {
    const found = yield* namedServers(this.c.p, name, undefined, this.port);
    if (found === undefined) {
      yield* this.c.complain(`couldn't get address for '${name}': not found`);
      return false;
    }
    this.servers = found;
    return true;
  }

  // ---- what is typed in

  private *converse(): Sys<void> {
    const { c } = this;
    this.interactive = c.p.terminal(0) !== undefined;
    for (;;) {
      if (this.interactive) c.out('> ');
      yield* c.flush();
      const line = yield* c.p.readLine(0);
      if (line === undefined || isError(line)) return;
      const [word, ...rest] = line.trim().split(/\s+/);
      if (word === undefined || word === '') continue;
      switch (word.toLowerCase()) {
        case 'exit':
          return;
        case 'set':
          if (rest[0] === 'all') this.showSettings();
          else if (rest[0] !== undefined) this.option(rest[0]);
          break;
        case 'server':
        case 'lserver':
          if (rest[0] !== undefined && (yield* this.useServer(rest[0]))) this.showServers();
          break;
        case '?':
        case 'help':
        case 'finger':
        case 'ls':
        case 'view':
        case 'root':
          c.out(`The '${word.toLowerCase()}' command is not yet implemented.\n`);
          break;
        default:
          if (rest[0] !== undefined && !(yield* this.useServer(rest[0]))) break;
          yield* this.lookUp(word);
      }
    }
  }

  private showServers(): void {
    for (const server of this.servers) this.c.out(`Default server: ${hostText(server)}\nAddress: ${serverText(server)}\n`);
  }

  private showSettings(): void {
    const no = (on: boolean): string => (on ? '' : 'no');
    const config = readResolvConf(this.c.p);
    this.showServers();
    let out = `\nSet options:\n  ${no(this.tcp)}vc\t\t\t${no(this.debug)}debug\t\tnod2\n`;
    out += `  ${no(this.search)}search\t\t${no(this.recurse)}recurse\n`;
    out += `  timeout = ${this.timeoutS}\t\tretry = ${this.tries}\tport = ${this.port}\tndots = ${this.ndots ?? config.ndots}\n`;
    out += `  querytype = ${this.typeWord.padEnd(8)}\tclass = ${className(this.class)}\n`;
    this.c.out(`${out}  srchlist = ${(this.domains ?? config.search).join('/')}\n`);
  }

  /** `type=MX`, `debug`, `norecurse`: of the command line and of `set`. */
  private option(text: string): void {
    const [name = '', value = ''] = text.split('=', 2);
    const off = name.startsWith('no') && name.length > 2;
    const plain = off ? name.slice(2) : name;
    const number = Number(value);
    const is = (word: string, least: number): boolean => plain.length >= least && word.startsWith(plain);
    if (is('type', 1) || is('querytype', 1) || is('qtype', 5)) this.setType(value);
    else if (is('class', 2)) this.class = classNumber(value) ?? this.class;
    else if (is('timeout', 1)) this.timeoutS = Math.max(1, number || 0);
    else if (is('retry', 3)) this.tries = Math.max(1, number || 1);
    else if (is('port', 2)) this.port = number || 53;
    else if (is('ndots', 2)) this.ndots = number;
    else if (is('domain', 2) || is('srchlist', 4)) this.domains = value.split('/');
    else if (is('debug', 3) || plain === 'd2') this.debug = !off;
    else if (is('recurse', 3)) this.recurse = !off;
    else if (is('search', 3) || is('defname', 3)) this.search = !off;
    else if (plain === 'vc') this.tcp = !off;
    else if (plain !== 'fail' && plain !== 'besteffort') this.c.out(`*** Invalid option: ${text}\n`);
  }

  private setType(word: string): void {
    const type = typeNumber(word);
    if (type === undefined) this.c.out(`unknown query type: ${word}\n`);
    else {
      this.type = type;
      this.typeWord = word;
    }
  }

  // ---- look-ups

  private *lookUp(name: string): Sys<void> {
    const ip4 = parseIpv4(name);
    const ip6 = ip4 === undefined ? parseIpv6(name) : undefined;
    if (ip4 !== undefined || ip6 !== undefined) {
      const reverse = ip4 !== undefined ? dnsReverseIpv4(ip4) : dnsReverseIpv6(ip6 as string);
      yield* this.find([reverse], DNS_PTR);
      return;
    }
    if (this.type !== undefined) {
      yield* this.find(this.searched(name), this.type);
      return;
    }
    const found = yield* this.find(this.searched(name), DNS_A);
    if (found !== undefined) yield* this.find([found], DNS_AAAA);
  }

  private searched(name: string): string[] {
    if (name.endsWith('.')) return [name.slice(0, -1)];
    if (!this.search) return [name];
    const config = readResolvConf(this.c.p);
    const candidates = (this.domains ?? config.search).map((domain) => `${name}.${domain}`);
    return name.split('.').length - 1 >= (this.ndots ?? config.ndots) ? [name, ...candidates] : [...candidates, name];
  }

  /** Looks for the first of the names that there is; answers which it was. */
  private *find(names: readonly string[], type: number): Sys<string | undefined> {
    for (const [i, name] of names.entries()) {
      const asked = yield* this.query(name, type);
      if (asked === undefined) {
        this.failed = true;
        return undefined;
      }
      const missing = dnsRcode(asked.message.flags) === DNS_NXDOMAIN;
      if (missing && i < names.length - 1) continue;
      this.show(asked, type, missing ? (names.at(-1) as string) : name);
      yield* this.c.spill();
      return missing ? undefined : name;
    }
    return undefined;
  }

  private *query(name: string, type: number): Sys<Asked | undefined> {
    const { c, servers, tries } = this;
    const message: DnsMessage = {
      id: c.p.machine.random.int(0x10000),
      flags: this.recurse ? DNS_FLAG_RD : 0,
      questions: [{ name, type, class: this.class }],
      answers: [],
      authorities: [],
      additionals: [],
    };
    const timeoutNs = (this.timeoutS || (this.tcp ? 10 : 5)) * NS_PER_S;
    const how = { servers, source: undefined, tries, timeoutNs, name, say: (line: string) => c.print(`;; ${line}\n`) };
    let answer = yield* ask(c.p, message, { ...how, tcp: this.tcp });
    if (typeof answer === 'object' && (answer.message.flags & DNS_FLAG_TC) !== 0 && !answer.tcp) {
      answer = yield* ask(c.p, message, { ...how, tcp: true });
    }
    if (typeof answer === 'object') return answer;
    if (answer === 'silent') c.out(`;; no servers could be reached\n${this.interactive ? '' : '\n'}`);
    return undefined;
  }

  private show({ message, server }: Asked, type: number, name: string): void {
    const { c } = this;
    const rcode = dnsRcode(message.flags);
    // With the second of the two look-ups that are made by default the server is not named again.
    if (this.interactive || this.type !== undefined || type === DNS_A) {
      if (type !== DNS_AAAA || this.type !== undefined) c.out(`Server:\t\t${hostText(server)}\nAddress:\t${serverText(server)}\n\n`);
    }
    if (this.debug) c.out(debugText(message));
    if (rcode !== DNS_NOERROR) {
      c.out(`** server can't find ${name === '' ? '.' : name}: ${rcodeName(rcode)}\n`);
      this.failed = true;
      return;
    }
    if (message.answers.length === 0) {
      if (this.type !== undefined || type !== DNS_AAAA) c.out(`*** Can't find ${name}: No answer\n`);
      return;
    }
    if ((message.flags & DNS_FLAG_AA) === 0) c.out('Non-authoritative answer:\n');
    for (const record of message.answers) c.out(answerLine(record));
    if (type === DNS_PTR || (type !== DNS_A && type !== DNS_AAAA && this.type !== undefined && !isAny(this.type))) {
      c.out('\nAuthoritative answers can be found from:\n');
    }
  }
}

function isAny(type: number): boolean {
  return type === 255;
}

function answerLine({ name, data }: DnsRecord): string {
  if (data.type === DNS_A || data.type === DNS_AAAA) return `Name:\t${name}\nAddress: ${dataText(data)}\n`;
  if (data.type === DNS_SOA) return `${name}\n${soaText(data)}`;
  const words = WORDS[dnsTypeOf(data)];
  return words === undefined ? `${name}\trdata_${dnsTypeOf(data)} = ${dataText(data)}\n` : `${name}\t${words} = ${dataText(data)}\n`;
}

const WORDS: Readonly<Record<number, string>> = {
  [DNS_NS]: 'nameserver',
  [DNS_CNAME]: 'canonical name',
  [DNS_PTR]: 'name',
  [DNS_MX]: 'mail exchanger',
  [DNS_TXT]: 'text',
  [DNS_SRV]: 'service',
};

function soaText(data: Extract<DnsData, { type: typeof DNS_SOA }>): string {
  const { serial, refresh, retry, expire, minimum } = data;
  const rows = { serial, refresh, retry, expire, minimum };
  const numbers = Object.entries(rows).map(([name, value]) => `\t${name} = ${value}\n`);
  return `\torigin = ${data.primary}\n\tmail addr = ${data.mailbox}\n${numbers.join('')}`;
}

/** What `set debug` shows of a message. */
function debugText(message: DnsMessage): string {
  const line = '------------\n';
  let out = `${line}    QUESTIONS:\n`;
  for (const { name, type, class: value } of message.questions) {
    out += `\t${name}, type = ${typeName(type)}, class = ${className(value)}\n`;
  }
  const section = (title: string, records: readonly DnsRecord[]): void => {
    out += `    ${title}:\n`;
    for (const record of records) out += `    ->  ${record.name}\n\t${debugData(record.data)}\n\tttl = ${record.ttl}\n`;
  };
  section('ANSWERS', message.answers);
  section('AUTHORITY RECORDS', message.authorities);
  section('ADDITIONAL RECORDS', message.additionals);
  return out + line;
}

function debugData(data: DnsData): string {
  if (data.type === DNS_A) return `internet address = ${dataText(data)}`;
  if (data.type === DNS_AAAA) return `has AAAA address ${dataText(data)}`;
  return `${WORDS[dnsTypeOf(data)] ?? `rdata_${dnsTypeOf(data)}`} = ${dataText(data)}`;
}
