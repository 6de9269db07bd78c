// host of BIND 9.18: bin/dig/host.c.

import { parseIpv4, parseIpv6 } from '../../base/address.ts';
import { NS_PER_MS, NS_PER_S } from '../../base/time.ts';
import type { SockAddr } from '../../kernel/socket/socket.ts';
import type { Sys } from '../../machine/process.ts';
import {
  DNS_A,
  DNS_AAAA,
  DNS_ANY,
  DNS_CNAME,
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
  type DnsMessage,
  dnsRcode,
  dnsReverseIpv4,
  dnsReverseIpv6,
} from '../../wire/dns.ts';
import { type Command, command, Exit } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { readResolvConf } from '../net-lib/resolv-conf.ts';
import { type Asked, ask } from './ask.ts';
import { Lookup } from './dig-options.ts';
import { headerText, recordText, sectionsText } from './dig-print.ts';
import { serverText } from './exchange.ts';
import { classNumber, dataText, rcodeName, typeName, typeNumber } from './names.ts';
import { type Family, namedServers, systemServers } from './servers.ts';
import { BIND_VERSION, HOST_USAGE } from './usage.ts';

export const host = command('host', main);

interface HostRun {
  readonly c: Command;
  readonly servers: readonly SockAddr[];
  /** The server was named: it is introduced before its first answer. */
  readonly named: string | undefined;
  readonly types: readonly number[];
  readonly class: number;
  readonly tcp: boolean;
  readonly recurse: boolean;
  readonly verbose: boolean;
  readonly timeoutNs: number;
  readonly tries: number;
  readonly ndots: number | undefined;
  introduced: boolean;
}

/** A whole zone (RFC 5936). */
const DNS_AXFR = 252;
const WAIT_FOREVER_S = 2 ** 31;

function* main(c: Command): Sys<number> {
  const parsed = getopt(c.args, { short: 'aAc:dilnm:p:rst:vVwDN:R:TUW:46' });
  if (parsed instanceof UsageError) {
    const letter = /'(.)'/.exec(parsed.message)?.[1];
    const what = parsed.message.startsWith('invalid') ? 'illegal option' : 'option requires an argument';
    yield* c.error(`host: ${what} -- ${letter}\n${HOST_USAGE}`);
    return 1;
  }
  const given = new Map(parsed.options.map(({ flag, value }) => [flag, value]));
  if (given.has('V')) {
    c.out(`host ${BIND_VERSION}\n`);
    return 0;
  }
  const [name, server] = parsed.operands;
  if (name === undefined) {
    yield* c.error(HOST_USAGE);
    return 1;
  }
  const type = given.has('l')
    ? DNS_AXFR
    : given.has('a') || given.has('A')
      ? DNS_ANY
      : yield* wordNumber(c, 'type', given.get('t'), typeNumber);
  const port = Number(given.get('p') ?? 53);
  const family: Family | undefined = given.has('4') ? 'inet' : given.has('6') ? 'inet6' : undefined;
  const servers = server === undefined ? systemServers(c.p, family, port) : yield* namedServers(c.p, server, family, port);
  if (servers === undefined) return yield* c.die(1, `couldn't get address for '${server}': not found`);
  const tcp = given.has('T') || type === DNS_AXFR || (type === DNS_ANY && !given.has('U'));
  const run: HostRun = {
    c,
    servers,
    named: server,
    types: type === undefined ? [DNS_A, DNS_AAAA, DNS_MX] : [type],
    class: (yield* wordNumber(c, 'class', given.get('c'), classNumber)) ?? 1,
    tcp,
    recurse: !given.has('r'),
    verbose: given.has('v') || given.has('d') || given.has('a') || given.has('A'),
    timeoutNs: (given.has('w') ? WAIT_FOREVER_S : Number(given.get('W') ?? (tcp ? 10 : 5)) || 1) * NS_PER_S,
    tries: given.has('R') ? Math.max(2, Number(given.get('R')) + 1) : 2,
    ndots: given.has('N') ? Number(given.get('N')) : undefined,
    introduced: false,
  };
  return yield* lookUpAll(run, name, type);
}

function* wordNumber(
  c: Command,
  kind: string,
  word: string | undefined,
  read: (word: string) => number | undefined,
): Sys<number | undefined> {
  if (word === undefined) return undefined;
  const number = read(word);
  if (number !== undefined) return number;
  yield* c.error(`host: invalid ${kind}: ${word}\n\n`);
  throw new Exit(2);
}

function* lookUpAll(run: HostRun, name: string, type: number | undefined): Sys<number> {
  const ip4 = parseIpv4(name);
  const ip6 = ip4 === undefined ? parseIpv6(name) : undefined;
  if (type === undefined && (ip4 !== undefined || ip6 !== undefined)) {
    const reverse = ip4 !== undefined ? `${dnsReverseIpv4(ip4)}.` : dnsReverseIpv6(ip6 as string);
    return yield* lookUp(run, [reverse], DNS_PTR, name);
  }
  let status = 0;
  let names = searched(run, name);
  for (const one of run.types) {
    const found: string[] = [];
    const failed = yield* lookUp(run, names, one, undefined, found);
    if (failed !== 0) status = failed;
    if (found[0] === undefined) return status;
    names = [found[0]];
  }
  return status;
}

function searched(run: HostRun, name: string): string[] {
  if (name.endsWith('.')) return [name];
  const config = readResolvConf(run.c.p);
  const candidates = config.search.map((domain) => `${name}.${domain}`);
  return name.split('.').length - 1 >= (run.ndots ?? config.ndots) ? [name, ...candidates] : [...candidates, name];
}

/** One type of record; `found` gets the name that exists. */
function* lookUp(run: HostRun, names: readonly string[], type: number, address: string | undefined, found: string[] = []): Sys<number> {
  const { c } = run;
  for (const [i, name] of names.entries()) {
    const plain = name.replace(/\.$/, '');
    if (run.verbose) c.out(`Trying "${plain}"\n`);
    const answer = yield* query(run, plain, type);
    if (answer === undefined) return 1;
    const rcode = dnsRcode(answer.message.flags);
    if (rcode === DNS_NXDOMAIN && i < names.length - 1) continue;
    const shown = rcode === DNS_NXDOMAIN && names.length > 1 ? (names.at(-1) as string) : name;
    const status = print(run, answer, type, shown, address);
    if (rcode !== DNS_NXDOMAIN || type !== DNS_A || run.types.length === 1) found.push(plain);
    yield* c.spill();
    return status;
  }
  return 1;
}

function* query(run: HostRun, name: string, type: number): Sys<Asked | undefined> {
  const { c } = run;
  const message: DnsMessage = {
    id: c.p.machine.random.int(0x10000),
    flags: run.recurse ? DNS_FLAG_RD : 0,
    questions: [{ name, type, class: run.class }],
    answers: [],
    authorities: [],
    additionals: [],
  };
  const { servers, tries, timeoutNs } = run;
  const how = { servers, source: undefined, tries, timeoutNs, name, say: (line: string) => c.print(`;; ${line}\n`) };
  let answer = yield* ask(c.p, message, { ...how, tcp: run.tcp });
  if (typeof answer === 'object' && (answer.message.flags & DNS_FLAG_TC) !== 0 && !answer.tcp) {
    answer = yield* ask(c.p, message, { ...how, tcp: true });
  }
  if (typeof answer === 'object') return answer;
  if (answer === 'silent') c.out(';; no servers could be reached\n');
  return undefined;
}

function print(run: HostRun, { message, server, size, tookNs }: Asked, type: number, name: string, address: string | undefined): number {
  const { c } = run;
  const rcode = dnsRcode(message.flags);
  if (!run.introduced && run.named !== undefined) {
    c.out(`Using domain server:\nName: ${run.named}\nAddress: ${serverText(server)}\nAliases: \n\n`);
  }
  run.introduced = true;
  const received = run.verbose ? `Received ${size} bytes from ${serverText(server)} in ${Math.floor(tookNs / NS_PER_MS)} ms\n` : '';
  if (rcode !== DNS_NOERROR) {
    c.out(`Host ${name} not found: ${rcode}(${rcodeName(rcode)})\n${received}${received}`);
    if (type === DNS_AXFR) c.out('; Transfer failed.\n');
    return 1;
  }
  if (run.verbose) {
    const lookup = new Lookup();
    c.out(headerText(message) + sectionsText(message, lookup) + received);
    return 0;
  }
  const lines = message.answers.map((record) =>
    sentence(record.name, record.data.type, dataText(record.data), () => recordText(record, new Lookup())),
  );
  c.out(lines.join(''));
  if (message.answers.length === 0 && type !== DNS_AAAA && type !== DNS_MX) c.out(`${address ?? name} has no ${typeName(type)} record\n`);
  else if (message.answers.length === 0 && run.types.length === 1) c.out(`${name} has no ${typeName(type)} record\n`);
  return 0;
}

const SENTENCES: Readonly<Record<number, string>> = {
  [DNS_A]: 'has address',
  [DNS_AAAA]: 'has IPv6 address',
  [DNS_MX]: 'mail is handled by',
  [DNS_PTR]: 'domain name pointer',
  [DNS_CNAME]: 'is an alias for',
  [DNS_NS]: 'name server',
  [DNS_TXT]: 'descriptive text',
  [DNS_SOA]: 'has SOA record',
  [DNS_SRV]: 'has SRV record',
};

function sentence(name: string, type: number | 'other', data: string, otherwise: () => string): string {
  const words = type === 'other' ? undefined : SENTENCES[type];
  return words === undefined ? otherwise() : `${name} ${words} ${data}\n`;
}
