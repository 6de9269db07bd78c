import { type Ipv6, parseIpv4 } from '../../base/address.ts';
import { setU16, u16 } from '../../base/bytes.ts';
import { isError } from '../../base/result.ts';
import { NS_PER_S, NS_PER_US } from '../../base/time.ts';
import type { NetNamespace } from '../../kernel/netns.ts';
import type { DatagramSocket, SockAddr } from '../../kernel/socket/socket.ts';
import type { StreamSocket } from '../../kernel/socket/stream-socket.ts';
import { SocketFile } from '../../machine/socket-file.ts';
import {
  DNS_A,
  DNS_AAAA,
  DNS_CLASS_IN,
  DNS_FLAG_QR,
  DNS_FLAG_RA,
  DNS_FLAG_RD,
  DNS_NOERROR,
  DNS_PORT,
  DNS_PTR,
  DNS_REFUSED,
  DNS_SERVFAIL,
  type DnsData,
  type DnsMessage,
  type DnsQuestion,
  decodeDns,
  dnsRcode,
} from '../../wire/dns.ts';
import { encodeDns } from '../../wire/dns-encode.ts';
import { DockerError } from '../error.ts';
import type { EngineHost } from '../host.ts';
import { formatAddress } from './ipam/prefix.ts';

/** Where the containers of user networks find their name server. */
export const RESOLVER_ADDRESS = '127.0.0.11';
const RESOLVER_IP = 0x7f00000b;
const TTL_S = 600;
const FORWARD_TIMEOUT_NS = 4 * NS_PER_S;
const MAX_FORWARDERS = 3;
/** How long dockerd takes for an answer of its own. */
const THINK_NS = 100 * NS_PER_US;

/** What the resolver asks the networks of its container. */
export interface NameSource {
  /** The addresses behind a name; undefined if no network knows it. `known` is true where the name exists without an address of this family. */
  resolveName(name: string, v6: boolean): { readonly addresses: readonly bigint[]; readonly known: boolean };
  /** The name behind an address, as NAME.NETWORK. */
  resolveAddress(text: string): string | undefined;
}

/**
 * The embedded DNS server of one container (libnetwork's resolver): dockerd listens on 127.0.0.11 in the container's namespace, on
 * ports that DNAT rules there turn port 53 into, answers for the names of its networks and sends the rest to the servers outside.
 */
export class Resolver {
  readonly #host: EngineHost;
  readonly #netns: NetNamespace;
  readonly #names: NameSource;
  readonly #fds: number[] = [];
  readonly #clients = new Set<StreamClient>();
  #udp: DatagramSocket | undefined;
  #tcp: StreamSocket | undefined;
  /** The servers outside, in order. */
  servers: readonly string[] = [];

  constructor(host: EngineHost, netns: NetNamespace, names: NameSource) {
    this.#host = host;
    this.#netns = netns;
    this.#names = names;
  }

  start(): void {
    const { sockets } = this.#netns;
    const udp = sockets.udp('inet');
    const tcp = sockets.tcp('inet');
    const any: SockAddr = { family: 'inet', address: RESOLVER_IP, port: 0 };
    const refused = udp.bind(any) ?? tcp.bind(any) ?? tcp.listen(4096);
    if (isError(refused)) throw new DockerError(500, `error starting listener: ${refused.errno}`);
    this.#udp = udp;
    this.#tcp = tcp;
    for (const socket of [udp, tcp]) {
      const fd = this.#host.daemon.install(new SocketFile(socket.inode, () => socket.close()));
      if (!isError(fd)) this.#fds.push(fd);
    }
    this.#redirect(udp.localAddress().port, tcp.localAddress().port);
    this.#listenUdp();
    this.#listenTcp();
  }

  stop(): void {
    for (const fd of this.#fds.splice(0)) this.#host.daemon.close(fd);
    for (const client of this.#clients) client.close();
    this.#udp = undefined;
    this.#tcp = undefined;
  }

  /** The rules that bring port 53 of 127.0.0.11 here (setup-resolver). */
  #redirect(udpPort: number, tcpPort: number): void {
    const succeeds = (...args: string[]): boolean => this.#host.iptables(false, args, this.#netns) === undefined;
    for (const [chain, hook] of [
      ['DOCKER_OUTPUT', 'OUTPUT'],
      ['DOCKER_POSTROUTING', 'POSTROUTING'],
    ] as const) {
      if (succeeds('-t', 'nat', '-C', hook, '-d', RESOLVER_ADDRESS, '-j', chain)) {
        succeeds('-t', 'nat', '-F', chain);
      } else {
        succeeds('-t', 'nat', '-N', chain);
        succeeds('-t', 'nat', '-I', hook, '-d', RESOLVER_ADDRESS, '-j', chain);
      }
    }
    const out = (protocol: string, port: number): boolean =>
      succeeds(
        ...['-t', 'nat', '-I', 'DOCKER_OUTPUT', '-d', RESOLVER_ADDRESS, '-p', protocol, '--dport', String(DNS_PORT)],
        ...['-j', 'DNAT', '--to-destination', `${RESOLVER_ADDRESS}:${port}`],
      );
    const back = (protocol: string, port: number): boolean =>
      succeeds(
        ...['-t', 'nat', '-I', 'DOCKER_POSTROUTING', '-s', RESOLVER_ADDRESS, '-p', protocol, '--sport', String(port)],
        ...['-j', 'SNAT', '--to-source', `:${DNS_PORT}`],
      );
    out('udp', udpPort);
    back('udp', udpPort);
    out('tcp', tcpPort);
    back('tcp', tcpPort);
  }

  #listenUdp(): void {
    const udp = this.#udp;
    if (udp === undefined) return;
    for (let datagram = udp.receive(); ; datagram = udp.receive()) {
      if (isError(datagram)) {
        if (datagram.errno === 'EAGAIN') break;
        continue;
      }
      const { from } = datagram;
      this.#serve(datagram.data, (reply) => void this.#udp?.send(reply, from));
    }
    udp.readable.add(() => this.#soon(() => this.#listenUdp()));
  }

  #listenTcp(): void {
    const tcp = this.#tcp;
    if (tcp === undefined) return;
    for (let socket = tcp.accept(); !isError(socket); socket = tcp.accept()) {
      const client = new StreamClient(
        socket,
        (query, answer) => this.#serve(query, answer),
        (then) => this.#soon(then),
        () => this.#clients.delete(client),
      );
      this.#clients.add(client);
      client.read();
    }
    tcp.readable.add(() => this.#soon(() => this.#listenTcp()));
  }

  /** dockerd gets to it in a moment, not inside the packet that woke it. While it is stopped it gets to nothing. */
  #soon(then: () => void): void {
    this.#host.machine.clock.schedule(THINK_NS, () => {
      if (!this.#host.daemon.ended) then();
    });
  }

  #serve(bytes: Uint8Array, answer: (reply: Uint8Array) => void): void {
    const query = decodeDns(bytes);
    const question = query?.questions[0];
    if (query === undefined || question === undefined || (query.flags & DNS_FLAG_QR) !== 0) return;
    const own = this.#answer(query, question);
    if (own !== undefined) answer(encodeDns(own));
    else this.#forward(bytes, 0, answer);
  }

  /** What the container's networks know; undefined for what is to be asked outside. */
  #answer(query: DnsMessage, question: DnsQuestion): DnsMessage | undefined {
    const reply = (data: readonly DnsData[]): DnsMessage => ({
      id: query.id,
      flags: DNS_FLAG_QR | DNS_FLAG_RA | (query.flags & DNS_FLAG_RD) | DNS_NOERROR,
      questions: [question],
      answers: data.map((one) => ({ name: question.name, class: DNS_CLASS_IN, ttl: TTL_S, data: one })),
      authorities: [],
      additionals: [],
    });
    if (question.type === DNS_A || question.type === DNS_AAAA) {
      const v6 = question.type === DNS_AAAA;
      const { addresses, known } = this.#names.resolveName(question.name, v6);
      if (addresses.length === 0) return known ? reply([]) : undefined;
      return reply(
        this.#shuffled(addresses).map((address) =>
          v6 ? { type: DNS_AAAA, address: formatAddress(address, true) as Ipv6 } : { type: DNS_A, address: Number(address) },
        ),
      );
    }
    if (question.type === DNS_PTR) {
      const address = addressOfPointer(question.name);
      const target = address === undefined ? undefined : this.#names.resolveAddress(address);
      return target === undefined ? undefined : reply([{ type: DNS_PTR, target }]);
    }
    return undefined;
  }

  /** Several addresses come in another order each time (shuffleAddr). */
  #shuffled(addresses: readonly bigint[]): bigint[] {
    const out = [...addresses];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.#host.machine.random.int(i + 1);
      [out[i], out[j]] = [out[j] as bigint, out[i] as bigint];
    }
    return out;
  }

  /** Asks the servers outside one after the other, from the container's own namespace. */
  #forward(bytes: Uint8Array, index: number, answer: (reply: Uint8Array) => void): void {
    const server = this.servers[index];
    if (server === undefined || index >= MAX_FORWARDERS) {
      if (index === 0) answer(refusal(bytes, DNS_SERVFAIL));
      return;
    }
    const next = (): void => this.#forward(bytes, index + 1, answer);
    const v4 = parseIpv4(server);
    const to: SockAddr =
      v4 === undefined
        ? { family: 'inet6', address: server as Ipv6, port: DNS_PORT, scopeId: 0 }
        : { family: 'inet', address: v4, port: DNS_PORT };
    const socket = this.#netns.sockets.udp(to.family);
    const { clock } = this.#host.machine;
    if (isError(socket.connect(to)) || isError(socket.send(bytes))) {
      socket.close();
      next();
      return;
    }
    let over = false;
    const end = (then: () => void): void => {
      if (over) return;
      over = true;
      clock.cancel(timer);
      socket.close();
      then();
    };
    const timer = clock.schedule(FORWARD_TIMEOUT_NS, () => end(next));
    const look = (): void => {
      if (over) return;
      const got = socket.receive();
      if (isError(got)) {
        if (got.errno === 'EAGAIN') socket.readable.add(() => this.#soon(look));
        else end(next);
        return;
      }
      const rcode = dnsRcode(u16(got.data, 2));
      const more = this.servers[index + 1] !== undefined && index + 1 < MAX_FORWARDERS;
      if ((rcode === DNS_SERVFAIL || rcode === DNS_REFUSED) && more) end(next);
      else end(() => answer(got.data));
    };
    look();
  }
}

/** 2.0.18.172.in-addr.arpa is 172.18.0.2; the same for ip6.arpa. */
function addressOfPointer(name: string): string | undefined {
  const lower = name.toLowerCase();
  if (lower.endsWith('.in-addr.arpa')) {
    return lower.slice(0, -'.in-addr.arpa'.length).split('.').reverse().join('.');
  }
  if (!lower.endsWith('.ip6.arpa')) return undefined;
  const nibbles = lower.slice(0, -'.ip6.arpa'.length).split('.').reverse();
  if (nibbles.length !== 32) return undefined;
  return formatAddress(BigInt(`0x${nibbles.join('')}`), true);
}

function refusal(query: Uint8Array, rcode: number): Uint8Array {
  const out = query.slice();
  setU16(out, 2, (u16(query, 2) & DNS_FLAG_RD) | DNS_FLAG_QR | rcode);
  return out;
}

/** A client over TCP: messages with their lengths before them. */
class StreamClient {
  readonly #socket: StreamSocket;
  readonly #serve: (query: Uint8Array, answer: (reply: Uint8Array) => void) => void;
  readonly #soon: (then: () => void) => void;
  readonly #gone: () => void;
  #have = new Uint8Array(0);

  constructor(
    socket: StreamSocket,
    serve: (query: Uint8Array, answer: (reply: Uint8Array) => void) => void,
    soon: (then: () => void) => void,
    gone: () => void,
  ) {
    this.#socket = socket;
    this.#serve = serve;
    this.#soon = soon;
    this.#gone = gone;
  }

  read(): void {
    for (;;) {
      const more = this.#socket.receive(65_536);
      if (isError(more)) {
        if (more.errno === 'EAGAIN') this.#socket.readable.add(() => this.#soon(() => this.read()));
        else this.close();
        return;
      }
      if (more.length === 0) {
        this.close();
        return;
      }
      const grown = new Uint8Array(this.#have.length + more.length);
      grown.set(this.#have);
      grown.set(more, this.#have.length);
      this.#have = grown;
      while (this.#have.length >= 2 && this.#have.length >= 2 + u16(this.#have, 0)) {
        const end = 2 + u16(this.#have, 0);
        const query = this.#have.slice(2, end);
        this.#have = this.#have.slice(end);
        this.#serve(query, (reply) => {
          const framed = new Uint8Array(2 + reply.length);
          setU16(framed, 0, reply.length);
          framed.set(reply, 2);
          this.#socket.send(framed);
        });
      }
    }
  }

  close(): void {
    this.#socket.close();
    this.#gone();
  }
}
