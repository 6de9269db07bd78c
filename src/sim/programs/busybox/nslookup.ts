import { formatIpv4, parseIpv4, parseIpv6 } from '../../base/address.ts';
import { isError } from '../../base/result.ts';
import { NS_PER_MS, NS_PER_S } from '../../base/time.ts';
import type { SockAddr } from '../../kernel/socket/socket.ts';
import type { Sys } from '../../machine/process.ts';
import { installSocket } from '../../machine/socket-file.ts';
import {
  DNS_A,
  DNS_AAAA,
  DNS_CLASS_IN,
  DNS_CNAME,
  DNS_FLAG_AA,
  DNS_FLAG_RD,
  DNS_MX,
  DNS_NS,
  DNS_PORT,
  DNS_PTR,
  DNS_SOA,
  DNS_SRV,
  DNS_TXT,
  type DnsMessage,
  type DnsRecord,
  decodeDns,
  dnsRcode,
  dnsReverseIpv4,
  dnsReverseIpv6,
} from '../../wire/dns.ts';
import { encodeDns } from '../../wire/dns-encode.ts';
import { rcodeName } from '../dns/names.ts';
import { type Command, Exit, reason } from '../lib/command.ts';
import { numericHost } from '../net-lib/getnameinfo.ts';
import { type ResolverConfig, readResolvConf } from '../net-lib/resolv-conf.ts';

import { endpointText, resolveAddress } from './address.ts';
import { showUsage } from './usage.ts';

const TIMEOUT_S = 5;
const TRIES = 2;
/** Types that may be asked for by name. */
const TYPES: Readonly<Record<string, number>> = {
  soa: DNS_SOA,
  ns: DNS_NS,
  a: DNS_A,
  aaaa: DNS_AAAA,
  cname: DNS_CNAME,
  mx: DNS_MX,
  txt: DNS_TXT,
  srv: DNS_SRV,
  ptr: DNS_PTR,
  any: 255,
};

interface Question {
  readonly name: string;
  readonly type: number;
}

/** BusyBox's nslookup (networking/nslookup.c, FEATURE_NSLOOKUP_BIG): A and AAAA of a name, or the name of an address. */
export function* busyboxNslookup(c: Command, name: string, args: readonly string[]): Sys<number> {
  const types: number[] = [];
  let debug = false;
  let port = DNS_PORT;
  let [timeoutS, tries] = [TIMEOUT_S, TRIES];
  let at = 0;
  for (; args[at]?.startsWith('-'); at++) {
    const [option = '', value = ''] = (args[at] as string).slice(1).split('=');
    if (option !== '' && ('type'.startsWith(option) || 'querytype'.startsWith(option))) {
      const type = TYPES[value.toLowerCase()];
      if (type === undefined) {
        yield* c.error(`${name}: invalid query type "${value}"\n`);
        return 1;
      }
      types.push(type);
    } else if (option === 'debug') debug = true;
    else if (option === 'port') port = Number(value) || DNS_PORT;
    else if (option === 'timeout') timeoutS = Number(value) || TIMEOUT_S;
    else if (option === 'retry') tries = Number(value) || TRIES;
    else return yield* showUsage(c, name);
  }
  const [asked, serverName, ...more] = args.slice(at);
  if (asked === undefined || more.length > 0) return yield* showUsage(c, name);
  const servers = serverName === undefined ? systemServers(c, port) : [yield* resolveAddress(c, name, serverName, port)];
  const questions = questionsOf(asked, types, readResolvConf(c.p));
  const lookup = new Lookup(c, name, servers, { timeoutNs: (timeoutS * NS_PER_S) / tries, tries, debug });
  return yield* lookup.run(questions);
}

function systemServers(c: Command, port: number): SockAddr[] {
  return readResolvConf(c.p).nameservers.map((server) =>
    server.family === 'inet' ? { family: 'inet', address: server.ip, port } : { family: 'inet6', address: server.ip, port, scopeId: 0 },
  );
}

/** A name without a dot is looked for in the domains of the search list, and only there (add_query_with_search). */
function questionsOf(asked: string, types: readonly number[], { search, searchDefaulted }: ResolverConfig): Question[] {
  const names = asked.includes('.') || searchDefaulted || search.length === 0 ? [asked] : search.map((domain) => `${asked}.${domain}`);
  const ask = (type: number): Question[] => (type === DNS_PTR ? [asked] : names).map((name) => ({ name, type }));
  if (types.length > 0) return types.flatMap(ask);
  const [inet, inet6] = [parseIpv4(asked), parseIpv6(asked)];
  if (inet !== undefined) return [{ name: dnsReverseIpv4(inet), type: DNS_PTR }];
  if (inet6 !== undefined) return [{ name: dnsReverseIpv6(inet6), type: DNS_PTR }];
  return [DNS_A, DNS_AAAA].flatMap(ask);
}

class Lookup {
  readonly #c: Command;
  readonly #name: string;
  readonly #servers: readonly SockAddr[];
  readonly #how: { readonly timeoutNs: number; readonly tries: number; readonly debug: boolean };

  constructor(c: Command, name: string, servers: readonly SockAddr[], how: { timeoutNs: number; tries: number; debug: boolean }) {
    this.#c = c;
    this.#name = name;
    this.#servers = servers;
    this.#how = how;
  }

  /** Every server in turn until one has answered. */
  *run(questions: readonly Question[]): Sys<number> {
    for (const server of this.#servers) {
      const got = yield* this.#askAll(server, questions);
      if (got === undefined) continue;
      for (const { name } of got.unanswered) this.#c.out(`*** Can't find ${name}: No answer\n\n`);
      return got.failed || got.unanswered.length > 0 ? 1 : 0;
    }
    this.#c.out(';; connection timed out; no servers could be reached\n\n');
    return 1;
  }

  /** Sends all questions at once, and again what is not answered in time; what comes is printed as it comes (send_queries). */
  *#askAll(
    server: SockAddr,
    questions: readonly Question[],
  ): Sys<{ readonly failed: boolean; readonly unanswered: readonly Question[] } | undefined> {
    const { p } = this.#c;
    const host = numericHost(p.netns, server);
    const socket = p.sockets.udp(server.family);
    const fd = installSocket(p, socket);
    if (isError(fd)) throw new Exit(1);
    try {
      const refused = socket.connect(server);
      if (isError(refused)) {
        yield* this.#c.error(`${this.#name}: can't connect to remote host (${host}): ${reason(refused)}\n`);
        throw new Exit(1);
      }
      const open = new Map(questions.map((question) => [p.machine.random.int(0x10000), question]));
      let failed = false;
      for (let attempt = 0; attempt < this.#how.tries; attempt++) {
        const sentNs = p.nowNs;
        for (const [id, { name, type }] of open) {
          const sent = socket.send(encodeDns(queryOf(id, name, type)));
          if (isError(sent)) {
            yield* this.#c.error(`${this.#name}: write to '${host}': ${reason(sent)}\n`);
            return undefined;
          }
        }
        while (open.size > 0) {
          const datagram = socket.receive();
          if (isError(datagram)) {
            if (datagram.errno !== 'EAGAIN') yield* this.#c.error(`${this.#name}: read: ${reason(datagram)}\n`);
            if (p.nowNs >= sentNs + this.#how.timeoutNs) break;
            yield* p.wait([socket.readable], sentNs + this.#how.timeoutNs, 'dns answer');
            continue;
          }
          const message = decodeDns(datagram.data);
          const question = message && open.get(message.id);
          if (message === undefined || question === undefined) continue;
          open.delete(message.id);
          if (open.size === questions.length - 1) this.#c.out(`Server:\t\t${host}\nAddress:\t${endpointText(p.netns, server)}\n\n`);
          if (this.#how.debug) {
            this.#c.out(`Query #${questions.indexOf(question)} completed in ${Math.floor((p.nowNs - sentNs) / NS_PER_MS)}ms:\n`);
          }
          this.#c.out(`${this.#reply(message, question)}\n`);
          failed ||= dnsRcode(message.flags) !== 0;
        }
      }
      return open.size === questions.length ? undefined : { failed, unanswered: [...open.values()] };
    } finally {
      p.close(fd);
    }
  }

  /** parse_reply(), and what stands before it. */
  #reply(message: DnsMessage, question: Question): string {
    const rcode = dnsRcode(message.flags);
    if (rcode !== 0) return `** server can't find ${question.name}: ${rcodeName(rcode)}\n`;
    const authoritative = (message.flags & DNS_FLAG_AA) !== 0;
    const title = authoritative ? (this.#how.debug ? 'authoritative answer:\n' : '') : 'Non-authoritative answer:\n';
    return title + message.answers.map(recordText).join('');
  }
}

function queryOf(id: number, name: string, type: number): DnsMessage {
  return {
    id,
    flags: DNS_FLAG_RD,
    questions: [{ name, type, class: DNS_CLASS_IN }],
    answers: [],
    authorities: [],
    additionals: [],
  };
}

function recordText({ name, data }: DnsRecord): string {
  switch (data.type) {
    case DNS_A:
      return `Name:\t${name}\nAddress: ${formatIpv4(data.address)}\n`;
    case DNS_AAAA:
      return `Name:\t${name}\nAddress: ${data.address}\n`;
    case DNS_CNAME:
      return `${name}\tcanonical name = ${data.target}\n`;
    case DNS_NS:
      return `${name}\tnameserver = ${data.target}\n`;
    case DNS_PTR:
      return `${name}\tname = ${data.target}\n`;
    case DNS_MX:
      return `${name}\tmail exchanger = ${data.preference} ${data.target}\n`;
    case DNS_TXT:
      return `${name}\ttext = "${data.strings[0] ?? ''}"\n`;
    case DNS_SRV:
      return `${name}\tservice = ${data.priority} ${data.weight} ${data.port} ${data.target}\n`;
    case DNS_SOA:
      return `${name}\n\torigin = ${data.primary}\n\tmail addr = ${data.mailbox}\n\tserial = ${data.serial}\n\trefresh = ${data.refresh}\n\tretry = ${data.retry}\n\texpire = ${data.expire}\n\tminimum = ${data.minimum}\n`;
    default:
      return '';
  }
}
