import { formatIpv4, parseIpv4, parseIpv6 } from '../../base/address.ts';
import { isError } from '../../base/result.ts';
import { NS_PER_MS, NS_PER_S } from '../../base/time.ts';
import type { SockAddr } from '../../kernel/socket/socket.ts';
import type { Sys } from '../../machine/process.ts';
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
  dnsRcode,
  dnsReverseIpv4,
  dnsReverseIpv6,
} from '../../wire/dns.ts';
import { askUdp, Silence } from '../dns/exchange.ts';
import { rcodeName } from '../dns/names.ts';
import { type Command, Exit, reason } from '../lib/command.ts';
import { numericHost } from '../net-lib/getnameinfo.ts';
import { readResolvConf } from '../net-lib/resolv-conf.ts';
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
  const questions = questionsOf(asked, types);
  const lookup = new Lookup(c, name, servers, { timeoutNs: (timeoutS * NS_PER_S) / tries, tries, debug });
  return yield* lookup.run(questions);
}

function systemServers(c: Command, port: number): SockAddr[] {
  return readResolvConf(c.p).nameservers.map((server) =>
    server.family === 'inet' ? { family: 'inet', address: server.ip, port } : { family: 'inet6', address: server.ip, port, scopeId: 0 },
  );
}

function questionsOf(asked: string, types: readonly number[]): Question[] {
  if (types.length > 0) return types.map((type) => ({ name: asked, type }));
  const [inet, inet6] = [parseIpv4(asked), parseIpv6(asked)];
  if (inet !== undefined) return [{ name: dnsReverseIpv4(inet), type: DNS_PTR }];
  if (inet6 !== undefined) return [{ name: dnsReverseIpv6(inet6), type: DNS_PTR }];
  return [DNS_A, DNS_AAAA].map((type) => ({ name: asked, type }));
}

class Lookup {
  readonly #c: Command;
  readonly #name: string;
  readonly #servers: readonly SockAddr[];
  readonly #how: { readonly timeoutNs: number; readonly tries: number; readonly debug: boolean };
  #introduced = false;

  constructor(c: Command, name: string, servers: readonly SockAddr[], how: { timeoutNs: number; tries: number; debug: boolean }) {
    this.#c = c;
    this.#name = name;
    this.#servers = servers;
    this.#how = how;
  }

  *run(questions: readonly Question[]): Sys<number> {
    let status = 0;
    for (const [i, question] of questions.entries()) {
      const reply = yield* this.#ask(question);
      if (reply === undefined) {
        this.#c.out(
          this.#introduced ? `*** Can't find ${question.name}: No answer\n` : ';; connection timed out; no servers could be reached\n',
        );
        this.#c.out('\n');
        return 1;
      }
      if (this.#how.debug) this.#c.out(`Query #${i} completed in ${Math.floor(reply.tookNs / NS_PER_MS)}ms:\n`);
      this.#c.out(`${this.#reply(reply.message, question)}\n`);
      if (dnsRcode(reply.message.flags) !== 0) status = 1;
    }
    return status;
  }

  /** Every server in turn, and again until the time is over. */
  *#ask({ name, type }: Question): Sys<{ readonly message: DnsMessage; readonly tookNs: number } | undefined> {
    const { p } = this.#c;
    for (let attempt = 0; attempt < this.#how.tries; attempt++) {
      for (const server of this.#servers) {
        const route = p.sockets.udp(server.family);
        const refused = route.connect(server);
        route.close();
        if (isError(refused)) {
          yield* this.#c.error(`${this.#name}: can't connect to remote host (${numericHost(p.netns, server)}): ${reason(refused)}\n`);
          throw new Exit(1);
        }
        const query: DnsMessage = {
          id: p.machine.random.int(0x10000),
          flags: DNS_FLAG_RD,
          questions: [{ name, type, class: DNS_CLASS_IN }],
          answers: [],
          authorities: [],
          additionals: [],
        };
        const answer = yield* askUdp(p, query, { server, source: undefined, timeoutNs: this.#how.timeoutNs });
        if (answer instanceof Silence) continue;
        if (!this.#introduced) {
          const host = numericHost(p.netns, server);
          this.#c.out(`Server:\t\t${host}\nAddress:\t${endpointText(p.netns, server)}\n\n`);
          this.#introduced = true;
        }
        return answer;
      }
    }
    return undefined;
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
