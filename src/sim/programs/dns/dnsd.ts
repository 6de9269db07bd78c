import { formatIpv4, type Ipv4, parseIpv4 } from '../../base/address.ts';
import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import {
  DNS_A,
  DNS_ANY,
  DNS_CLASS_IN,
  DNS_FLAG_AA,
  DNS_FLAG_QR,
  DNS_FLAG_RA,
  DNS_FLAG_RD,
  DNS_FORMERR,
  DNS_NOERROR,
  DNS_NOTIMP,
  DNS_NXDOMAIN,
  DNS_PORT,
  DNS_PTR,
  type DnsMessage,
  type DnsRecord,
  decodeDns,
} from '../../wire/dns.ts';
import { encodeDns } from '../../wire/dns-encode.ts';
import { type Command, command } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { installSocket } from '../net-lib/socket-file.ts';

const USAGE = 'usage: dnsd -l ADDRESS [-a NAME=ADDRESS]... [-p ADDRESS=NAME]...\n';
const TTL_S = 300;
const OPCODE = 0x7800;

/** What the server knows: addresses by name, names by address. */
interface Zone {
  readonly addresses: ReadonlyMap<string, readonly Ipv4[]>;
  readonly pointers: ReadonlyMap<string, string>;
}

/**
 * The small name server of the world outside: answers A (and PTR, where `-p` gives one) for the names on its command line, empty
 * answers for their other types, and "no such name" for everything else.
 */
export const dnsd = command('dnsd', serve, '/usr/sbin');

function* serve(c: Command): Sys<number> {
  const { p } = c;
  const parsed = getopt(c.args, { short: 'l:a:p:' });
  if (parsed instanceof UsageError) return yield* misuse(c, parsed.message);
  const addresses = new Map<string, Ipv4[]>();
  const pointers = new Map<string, string>();
  let listen: Ipv4 | undefined;
  for (const { flag, value } of parsed.options) {
    const [key = '', target = ''] = value.split('=');
    if (flag === 'l') listen = parseIpv4(value);
    else if (flag === 'a') {
      const address = parseIpv4(target);
      if (address === undefined) return yield* misuse(c, `'${value}' is not NAME=ADDRESS`);
      addresses.set(key.toLowerCase(), [...(addresses.get(key.toLowerCase()) ?? []), address]);
    } else pointers.set(`${key.split('.').reverse().join('.')}.in-addr.arpa`, target);
  }
  if (listen === undefined) return yield* misuse(c, 'no address to listen on');
  const socket = p.netns.sockets.udp('inet');
  const refused = socket.bind({ family: 'inet', address: listen, port: DNS_PORT });
  if (isError(refused)) return yield* misuse(c, `cannot listen on ${formatIpv4(listen)}: ${refused.errno}`);
  const fd = installSocket(p, socket);
  if (isError(fd)) return 1;
  for (;;) {
    const datagram = socket.receive();
    if (isError(datagram)) {
      if (datagram.errno === 'EAGAIN') yield* p.wait([socket.readable], undefined, 'dns query');
      continue;
    }
    const query = decodeDns(datagram.data);
    if (query !== undefined && (query.flags & DNS_FLAG_QR) === 0)
      socket.send(encodeDns(answer(query, { addresses, pointers })), datagram.from);
  }
}

function* misuse(c: Command, message: string): Sys<number> {
  yield* c.complain(message);
  yield* c.error(USAGE);
  return 1;
}

/** The response to a query. */
export function answer(query: DnsMessage, zone: Zone): DnsMessage {
  const question = query.questions[0];
  const flags = DNS_FLAG_QR | (query.flags & (DNS_FLAG_RD | OPCODE)) | DNS_FLAG_RA;
  const reply = (rcode: number, answers: DnsRecord[] = [], more = 0): DnsMessage => {
    return { id: query.id, flags: flags | more | rcode, questions: query.questions, answers, authorities: [], additionals: [] };
  };
  if ((query.flags & OPCODE) !== 0) return reply(DNS_NOTIMP);
  if (question === undefined || query.questions.length > 1) return reply(DNS_FORMERR);
  const name = question.name.toLowerCase();
  const known = zone.addresses.get(name);
  const pointer = zone.pointers.get(name);
  if (known === undefined && pointer === undefined) return reply(DNS_NXDOMAIN, [], DNS_FLAG_AA);
  const record = { name: question.name, class: DNS_CLASS_IN, ttl: TTL_S };
  const answers: DnsRecord[] = [];
  const asks = (type: number): boolean => question.type === type || question.type === DNS_ANY;
  if (asks(DNS_A)) answers.push(...(known ?? []).map((address) => ({ ...record, data: { type: DNS_A, address } as const })));
  if (asks(DNS_PTR) && pointer !== undefined) answers.push({ ...record, data: { type: DNS_PTR, target: pointer } });
  return reply(DNS_NOERROR, answers, DNS_FLAG_AA);
}
