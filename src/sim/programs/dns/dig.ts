// dig of BIND 9.18: bin/dig/dig.c and dighost.c.

import { strerror } from '../../base/errno.ts';
import { isError } from '../../base/result.ts';
import { NS_PER_MS, NS_PER_S } from '../../base/time.ts';
import { text } from '../../base/utf8.ts';
import type { SockAddr } from '../../kernel/socket/socket.ts';
import type { Sys } from '../../machine/process.ts';
import {
  DNS_FLAG_AA,
  DNS_FLAG_AD,
  DNS_FLAG_CD,
  DNS_FLAG_RD,
  DNS_FLAG_TC,
  DNS_NXDOMAIN,
  type DnsMessage,
  dnsRcode,
} from '../../wire/dns.ts';
import { encodeDns } from '../../wire/dns-encode.ts';
import { type Command, command } from '../lib/command.ts';
import { strftime } from '../lib/date-text.ts';
import { readResolvConf } from '../net-lib/resolv-conf.ts';
import { type Asked, ask } from './ask.ts';
import { DigArguments, type DigCommand, Lookup } from './dig-options.ts';
import { cookieOption, messageText, optRecord } from './dig-print.ts';
import { hostText, serverText } from './exchange.ts';
import { dataText } from './names.ts';
import { systemServers } from './servers.ts';
import { BIND_VERSION, DIG_HELP } from './usage.ts';

export const dig = command('dig', main);

/** No server could be reached. */
const UNREACHABLE = 9;
const BAD_NAME = 10;
const BAD_FILE = 8;

function* main(c: Command): Sys<number> {
  if (c.args[0] === '-v') {
    c.out(`DiG ${BIND_VERSION}\n`);
    return 0;
  }
  if (c.args[0] === '-h') {
    c.out(DIG_HELP);
    return 0;
  }
  const parsed = new DigArguments(c);
  const greeting = (lookup: Lookup, servers: number): string => greetingText(c.args, lookup, servers);
  yield* parsed.read(c.args, greeting);
  let status = 0;
  const lookups: Lookup[] = [...parsed.lookups];
  if (parsed.batch !== undefined) lookups.push(...(yield* readBatch(c, parsed.batch)));
  const { family, port, source, microseconds, showsCommand } = parsed;
  const dig: DigCommand = { lookups, family, port, source, microseconds, showsCommand };
  for (const lookup of lookups) {
    const failed = yield* lookUp(c, dig, lookup);
    if (failed !== 0) status = failed;
  }
  return status;
}

function* readBatch(c: Command, path: string): Sys<Lookup[]> {
  const bytes = path === '-' ? yield* c.p.readAll(0) : c.p.machine.files.readFile(c.p, path);
  if (isError(bytes)) {
    yield* c.error(`${path}: ${strerror(bytes.errno)}\n`);
    return yield* c.die(BAD_FILE, "couldn't open specified batch file");
  }
  const lookups: Lookup[] = [];
  for (const line of text(bytes).split('\n')) {
    const words = line.split(/[ \t\r]+/).filter((word) => word !== '');
    if (words.length === 0 || /^[;#]/.test(words[0] as string)) continue;
    const preset = new Lookup();
    const inner = new DigArguments(c, preset);
    const others = c.args.filter((word) => word.startsWith('+') || word.startsWith('@'));
    yield* inner.read([...others, ...words], (lookup, servers) => (lookups.length > 0 ? '' : greetingText(words, lookup, servers)));
    lookups.push(...inner.lookups);
  }
  return lookups;
}

function greetingText(words: readonly string[], { switches }: Lookup, servers: number): string {
  let out = `\n; <<>> DiG ${BIND_VERSION} <<>>${words.map((word) => ` ${word}`).join('')}\n`;
  if (servers > 0) out += `; (${servers} server${servers > 1 ? 's' : ''} found)\n`;
  return `${out};; global options:${switches.short ? ' +short' : ''} +cmd\n`;
}

/** One look-up with the search list applied. */
function* lookUp(c: Command, dig: DigCommand, lookup: Lookup): Sys<number> {
  const { p } = c;
  const bad = badName(lookup.name);
  if (bad !== undefined) {
    yield* c.error(`dig: '${lookup.name}' is not a legal name (${bad})\n`);
    return BAD_NAME;
  }
  const servers = lookup.servers ?? systemServers(p, dig.family, dig.port);
  const names = searchedNames(c, lookup);
  for (const [i, name] of names.entries()) {
    const last = i === names.length - 1;
    const query = queryOf(c, lookup, name);
    const asked = yield* askAll(c, dig, lookup, servers, query);
    if (asked === undefined) return UNREACHABLE;
    const missing = dnsRcode(asked.message.flags) === DNS_NXDOMAIN;
    if (missing && !last && !lookup.switches.showsearch) continue;
    yield* report(c, dig, lookup, asked);
    if (!missing) return 0;
  }
  return 0;
}

function badName(name: string): string | undefined {
  const plain = name.replace(/\.$/, '');
  if (plain === '') return undefined;
  if (plain.split('.').some((label) => label === '')) return 'empty label';
  if (plain.split('.').some((label) => label.length > 63)) return 'label too long';
  return plain.length > 253 ? 'ran out of space' : undefined;
}

function searchedNames(c: Command, lookup: Lookup): string[] {
  const plain = lookup.name.replace(/\.$/, '');
  if (!lookup.switches.search || lookup.name.endsWith('.') || lookup.reverse) return [plain];
  const config = readResolvConf(c.p);
  const domains = lookup.domain === undefined ? config.search : [lookup.domain];
  const searched = domains.map((domain) => `${plain}.${domain.replace(/\.$/, '')}`);
  const dots = plain.split('.').length - 1;
  return dots >= (lookup.ndots ?? config.ndots) ? [plain, ...searched] : [...searched, plain];
}

function queryOf(c: Command, lookup: Lookup, name: string): DnsMessage {
  const { switches } = lookup;
  const { random } = c.p.machine;
  let flags = 0;
  if (switches.recurse) flags |= DNS_FLAG_RD;
  if (switches.adflag) flags |= DNS_FLAG_AD;
  if (switches.cdflag) flags |= DNS_FLAG_CD;
  if (switches.aaflag) flags |= DNS_FLAG_AA;
  const id = random.int(0x10000);
  const edns = switches.edns && lookup.bufferSize > 0;
  const options = switches.cookie ? cookieOption(random.u32(), random.u32()) : new Uint8Array(0);
  return {
    id,
    flags,
    questions: [{ name, type: lookup.type, class: lookup.class }],
    answers: [],
    authorities: [],
    additionals: edns ? [optRecord(lookup.bufferSize, switches.dnssec, options)] : [],
  };
}

/** Asks, over TCP where UDP's answer was cut off; undefined, and said so, where nobody answers. */
function* askAll(c: Command, dig: DigCommand, lookup: Lookup, servers: readonly SockAddr[], query: DnsMessage): Sys<Asked | undefined> {
  const { switches } = lookup;
  const how = {
    servers,
    source: dig.source,
    tries: lookup.tries,
    timeoutNs: (lookup.timeoutS || (switches.tcp ? 10 : 5)) * NS_PER_S,
    name: lookup.name,
    say: (line: string) => c.print(`;; ${line}\n`),
  };
  if (switches.qr) {
    const size = encodeDns(query).length;
    c.out(takeGreeting(dig, lookup));
    c.out(`${messageText(query, lookup, 'Sending:')};; QUERY SIZE: ${size}\n\n`);
  }
  let answer = yield* ask(c.p, query, { ...how, tcp: switches.tcp });
  if (typeof answer === 'object' && (answer.message.flags & DNS_FLAG_TC) !== 0 && !switches.ignore && !answer.tcp) {
    if (switches.comments) c.out(';; Truncated, retrying in TCP mode.\n');
    answer = yield* ask(c.p, query, { ...how, tcp: true });
  }
  if (typeof answer === 'object') return answer;
  if (answer === 'silent') c.out(`${lookup.greeting};; no servers could be reached\n`);
  lookup.greeting = '';
  return undefined;
}

function takeGreeting(dig: DigCommand, lookup: Lookup): string {
  const { greeting, switches } = lookup;
  if (!switches.showsearch) lookup.greeting = '';
  return dig.showsCommand && !switches.short ? greeting : '';
}

function* report(c: Command, dig: DigCommand, lookup: Lookup, { message, server, size, tookNs, tcp }: Asked): Sys<void> {
  const { switches } = lookup;
  const took = dig.microseconds ? `${Math.floor(tookNs / 1000)} us` : `${Math.floor(tookNs / NS_PER_MS)} m`;
  c.out(takeGreeting(dig, lookup));
  if (switches.short) {
    for (const { data } of message.answers) {
      c.out(dataText(data));
      if (switches.identify) c.out(` from server ${hostText(server)} in ${took}${dig.microseconds ? '' : 's'}.`);
      c.out('\n');
    }
    return yield* c.spill();
  }
  c.out(messageText(message, lookup, 'Got answer:'));
  if (switches.stats) {
    c.out(`;; Query time: ${took}${dig.microseconds ? 'ec' : 'sec'}\n`);
    c.out(`;; SERVER: ${serverText(server)}(${hostText(server)}) (${tcp ? 'TCP' : 'UDP'})\n`);
    c.out(`;; WHEN: ${strftime('%a %b %d %H:%M:%S UTC %Y', c.p.wallClockMs)}\n;; MSG SIZE  rcvd: ${size}\n\n`);
  }
  yield* c.spill();
}
