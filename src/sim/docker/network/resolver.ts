import { type Ipv6, parseIpv4 } from '../../base/address.ts';
import { u16 } from '../../base/bytes.ts';
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
  DNS_FLAG_TC,
  DNS_MX,
  DNS_NOERROR,
  DNS_OPT,
  DNS_PORT,
  DNS_PTR,
  DNS_SERVFAIL,
  type DnsData,
  type DnsMessage,
  type DnsQuestion,
  decodeDns,
  dnsRcode,
  dnsTypeOf,
} from '../../wire/dns.ts';
import { encodeDns } from '../../wire/dns-encode.ts';
import { DockerError } from '../error.ts';
import type { EngineHost } from '../host.ts';
import { askByTcp, askByUdp, DnsStream, type Exchange } from './dns-exchange.ts';
import { formatAddress } from './ipam/prefix.ts';
import type { ExternalServer } from './resolv-conf.ts';

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
  readonly #clients = new Set<DnsStream>();
  #udp: DatagramSocket | undefined;
  #tcp: StreamSocket | undefined;
  /** The servers outside, in order. */
  servers: readonly ExternalServer[] = [];
  /** Whether the container has a search list in mind for names without dots: those are not asked outside. */
  ndotsSet = false;

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
      this.#serve('udp', datagram.data, (reply) => void this.#udp?.send(reply, from));
    }
    udp.readable.add(() => this.#soon(() => this.#listenUdp()));
  }

  #listenTcp(): void {
    const tcp = this.#tcp;
    if (tcp === undefined) return;
    for (let socket = tcp.accept(); !isError(socket); socket = tcp.accept()) {
      const client: DnsStream = new DnsStream(
        socket,
        (query) => this.#serve('tcp', query, (reply) => client.send(reply)),
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

  #serve(protocol: 'udp' | 'tcp', bytes: Uint8Array, answer: (reply: Uint8Array) => void): void {
    const query = decodeDns(bytes);
    const question = query?.questions[0];
    if (query === undefined || question === undefined || (query.flags & DNS_FLAG_QR) !== 0) return;
    // Who asks for the name behind something that is no address gets no answer at all.
    if (question.type === DNS_PTR && !/\.(in-addr|ip6)\.arpa$/i.test(question.name)) return;
    const own = this.#answer(query, question);
    if (own === undefined) this.#forward(protocol, bytes, 0, answer);
    else answer(protocol === 'tcp' ? encodeDns(own, false) : fitted(own, udpSize(query)));
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
      if (addresses.length === 0)
        return known || (this.ndotsSet && !question.name.replace(/\.$/, '').includes('.')) ? reply([]) : undefined;
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
    // Who asks for a mail server takes the address itself where there is none (RFC 5321, 5.1).
    if (question.type === DNS_MX && [false, true].some((v6) => this.#names.resolveName(question.name, v6).known)) return reply([]);
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

  /**
   * Asks the servers outside one after the other until one has not failed, over the client's protocol and from the container's own
   * namespace. Where none answers nobody does.
   */
  #forward(protocol: 'udp' | 'tcp', bytes: Uint8Array, index: number, answer: (reply: Uint8Array) => void, failure?: Uint8Array): void {
    const server = this.servers[index];
    if (server === undefined || index >= MAX_FORWARDERS) {
      if (failure !== undefined) answer(failure);
      return;
    }
    const netns = server.fromHost ? this.#host.daemon.netns : this.#netns;
    const { clock } = this.#host.machine;
    const end = (reply: Uint8Array | undefined): void => {
      clock.cancel(timer);
      exchange.close();
      if (reply !== undefined && dnsRcode(u16(reply, 2)) !== DNS_SERVFAIL) answer(reply);
      else this.#forward(protocol, bytes, index + 1, answer, reply ?? failure);
    };
    const timer = clock.schedule(FORWARD_TIMEOUT_NS, () => end(undefined));
    const to: SockAddr = { family: 'inet', address: parseIpv4(server.address) ?? 0, port: DNS_PORT };
    const exchange: Exchange = (protocol === 'tcp' ? askByTcp : askByUdp)(netns, to, bytes, (then) => this.#soon(then), end);
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

/** How much a client takes in one datagram: 512 bytes, or more if it says so (RFC 6891). */
function udpSize({ additionals }: DnsMessage): number {
  const opt = additionals.find(({ data }) => dnsTypeOf(data) === DNS_OPT);
  return Math.max(512, opt?.class ?? 0);
}

/** The reply without the last answers that do not fit (truncateResp). */
function fitted(reply: DnsMessage, size: number): Uint8Array {
  let out = encodeDns(reply, false);
  for (let n = reply.answers.length - 1; out.length > size && n >= 0; n--) {
    out = encodeDns({ ...reply, flags: reply.flags | DNS_FLAG_TC, answers: reply.answers.slice(0, n) }, false);
  }
  return out;
}
