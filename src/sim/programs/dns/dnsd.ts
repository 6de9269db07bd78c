import { formatIpv4, type Ipv4, parseIpv4 } from '../../base/address.ts';
import { setU16, u16 } from '../../base/bytes.ts';
import { isError } from '../../base/result.ts';
import type { DatagramSocket } from '../../kernel/socket/socket.ts';
import type { StreamSocket } from '../../kernel/socket/stream-socket.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { installSocket } from '../../machine/socket-file.ts';
import { DNS_FLAG_QR, DNS_PORT, decodeDns, dnsReverseIpv4 } from '../../wire/dns.ts';
import { encodeDns } from '../../wire/dns-encode.ts';
import { type Command, command } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { answer, type Zone } from './zone.ts';

const USAGE = 'usage: dnsd -l ADDRESS [-a NAME=ADDRESS]... [-p ADDRESS=NAME]...\n';
const BACKLOG = 5;

/** The small name server of the world outside, over UDP and TCP; what it answers is in zone.ts. */
export const dnsd = command('dnsd', main, '/usr/sbin');

function* main(c: Command): Sys<number> {
  const { p } = c;
  const parsed = getopt(c.args, { short: 'l:a:p:' });
  if (parsed instanceof UsageError) return yield* misuse(c, parsed.message);
  const addresses = new Map<string, Ipv4[]>();
  const pointers = new Map<string, string>();
  let listen: Ipv4 | undefined;
  for (const { flag, value } of parsed.options) {
    const [key = '', target = ''] = value.split('=');
    const address = parseIpv4(flag === 'a' ? target : flag === 'p' ? key : value);
    if (address === undefined) return yield* misuse(c, `'${value}' has no address`);
    if (flag === 'l') listen = address;
    else if (flag === 'a') addresses.set(key.toLowerCase(), [...(addresses.get(key.toLowerCase()) ?? []), address]);
    else pointers.set(dnsReverseIpv4(address), target);
  }
  if (listen === undefined) return yield* misuse(c, 'no address to listen on');
  const at = { family: 'inet', address: listen, port: DNS_PORT } as const;
  const udp = p.sockets.udp('inet');
  const tcp = p.sockets.tcp('inet');
  tcp.setOptions({ reuseAddress: true });
  const refused = udp.bind(at) ?? tcp.bind(at) ?? tcp.listen(BACKLOG);
  if (isError(refused)) return yield* misuse(c, `cannot listen on ${formatIpv4(listen)}: ${refused.errno}`);
  if (isError(installSocket(p, udp)) || isError(installSocket(p, tcp))) return 1;
  return yield* serve(p, udp, tcp, { addresses, pointers });
}

function* misuse(c: Command, message: string): Sys<number> {
  yield* c.complain(message);
  yield* c.error(USAGE);
  return 1;
}

function* serve(p: Process, udp: DatagramSocket, tcp: StreamSocket, zone: Zone): Sys<number> {
  const clients = new Set<Client>();
  for (;;) {
    for (let datagram = udp.receive(); ; datagram = udp.receive()) {
      if (isError(datagram)) {
        if (datagram.errno === 'EAGAIN') break;
        continue;
      }
      const response = respond(datagram.data, zone);
      if (response !== undefined) udp.send(response, datagram.from);
    }
    for (let socket = tcp.accept(); !isError(socket); socket = tcp.accept()) {
      const fd = installSocket(p, socket);
      if (!isError(fd)) clients.add(new Client(socket, fd));
    }
    for (const client of clients) {
      if (client.serve(zone)) continue;
      p.close(client.fd);
      clients.delete(client);
    }
    yield* p.wait([udp.readable, tcp.readable, ...[...clients].map(({ socket }) => socket.readable)], undefined, 'dns query');
  }
}

function respond(bytes: Uint8Array, zone: Zone): Uint8Array | undefined {
  const query = decodeDns(bytes);
  return query === undefined || (query.flags & DNS_FLAG_QR) !== 0 ? undefined : encodeDns(answer(query, zone));
}

/** A connection: messages with their lengths before them. */
class Client {
  readonly socket: StreamSocket;
  readonly fd: number;
  private have = new Uint8Array(0);

  constructor(socket: StreamSocket, fd: number) {
    this.socket = socket;
    this.fd = fd;
  }

  /** Answers what has come; false once the connection is over. */
  serve(zone: Zone): boolean {
    for (;;) {
      const more = this.socket.receive(65_536);
      if (isError(more)) return more.errno === 'EAGAIN';
      if (more.length === 0) return false;
      const grown = new Uint8Array(this.have.length + more.length);
      grown.set(this.have);
      grown.set(more, this.have.length);
      this.have = grown;
      while (this.have.length >= 2 && this.have.length >= 2 + u16(this.have, 0)) {
        const end = 2 + u16(this.have, 0);
        const response = respond(this.have.slice(2, end), zone);
        this.have = this.have.slice(end);
        if (response === undefined) continue;
        const framed = new Uint8Array(2 + response.length);
        setU16(framed, 0, response.length);
        framed.set(response, 2);
        this.socket.send(framed);
      }
    }
  }
}
