import { isError, type KernelError } from '../../../base/result.ts';
import { NS_PER_S } from '../../../base/time.ts';
import type { WaitQueue } from '../../../base/wait-queue.ts';
import type { DatagramSocket, SockAddr } from '../../../kernel/socket/socket.ts';
import type { StreamSocket } from '../../../kernel/socket/stream-socket.ts';
import type { Process, Sys } from '../../../machine/process.ts';

/** A connection tracked by the UDP proxy ends after this long without an answer (UDPConnTrackTimeout). */
const UDP_IDLE_NS = 90 * NS_PER_S;
const BUFFER = 65_536;

/** A socket that listens on a host port, and where what it gets is to go. */
export type ProxySocket =
  | { readonly protocol: 'tcp'; readonly listener: StreamSocket }
  | { readonly protocol: 'udp'; readonly listener: DatagramSocket };

/** docker-proxy: carries what comes to a host port to a container, for those whom the DNAT rules do not reach (cmd/docker-proxy). */
export function* serveProxy(p: Process, socket: ProxySocket, backend: SockAddr): Sys<number> {
  p.catchSignal('SIGINT');
  return socket.protocol === 'tcp' ? yield* serveTcp(p, socket.listener, backend) : yield* serveUdp(p, socket.listener, backend);
}

function* serveTcp(p: Process, listener: StreamSocket, backend: SockAddr): Sys<number> {
  const pairs = new Set<Pair>();
  for (;;) {
    for (let client = listener.accept(); !isError(client); client = listener.accept()) {
      const server = p.netns.sockets.tcp(backend.family);
      const refused = server.connect(backend);
      pairs.add(new Pair(client, server, isError(refused) && refused.errno !== 'EINPROGRESS'));
    }
    const queues: WaitQueue[] = [listener.readable];
    for (const pair of pairs) {
      if (pair.move()) queues.push(...pair.queues());
      else pairs.delete(pair);
    }
    yield* p.wait(queues, undefined, 'connections');
  }
}

/** Two connections whose bytes go from one to the other, each direction until its end. */
class Pair {
  readonly #client: StreamSocket;
  readonly #server: StreamSocket;
  readonly #ways: readonly [Way, Way];
  #connected = false;
  #failed: boolean;

  constructor(client: StreamSocket, server: StreamSocket, failed: boolean) {
    this.#client = client;
    this.#server = server;
    this.#failed = failed;
    this.#ways = [new Way(client, server), new Way(server, client)];
  }

  queues(): WaitQueue[] {
    if (!this.#connected) return [this.#server.writable];
    return this.#ways.flatMap((way) => way.queue());
  }

  /** Moves what there is; false when both directions are over. */
  move(): boolean {
    if (!this.#connected && !this.#failed && this.#server.poll().writable) {
      this.#connected = !isError(this.#server.takeError());
      this.#failed = !this.#connected;
    }
    if (!this.#failed && !this.#connected) return true;
    let going = false;
    if (!this.#failed) for (const way of this.#ways) if (way.move()) going = true;
    if (going) return true;
    this.#client.close();
    this.#server.close();
    return false;
  }
}

class Way {
  readonly #from: StreamSocket;
  readonly #to: StreamSocket;
  #held: Uint8Array | undefined;
  #over = false;

  constructor(from: StreamSocket, to: StreamSocket) {
    this.#from = from;
    this.#to = to;
  }

  queue(): WaitQueue[] {
    if (this.#over) return [];
    return [this.#held === undefined ? this.#from.readable : this.#to.writable];
  }

  move(): boolean {
    while (!this.#over) {
      const data: Uint8Array | KernelError = this.#held ?? this.#from.receive(BUFFER);
      if (isError(data)) {
        if (data.errno === 'EAGAIN') return true;
        this.#end();
        break;
      }
      if (data.length === 0) {
        this.#end();
        break;
      }
      const sent = this.#to.send(data);
      if (isError(sent)) {
        if (sent.errno === 'EAGAIN') {
          this.#held = data;
          return true;
        }
        this.#over = true;
        break;
      }
      this.#held = sent < data.length ? data.subarray(sent) : undefined;
      if (this.#held !== undefined) return true;
    }
    return false;
  }

  #end(): void {
    this.#over = true;
    this.#to.shutdown('write');
  }
}

function* serveUdp(p: Process, listener: DatagramSocket, backend: SockAddr): Sys<number> {
  const flows = new Map<string, { readonly socket: DatagramSocket; readonly client: SockAddr; untilNs: number }>();
  for (;;) {
    for (let datagram = listener.receive(); !isError(datagram); datagram = listener.receive()) {
      const { from } = datagram;
      const key = `${from.address}:${from.port}`;
      let flow = flows.get(key);
      if (flow === undefined) {
        const socket = p.netns.sockets.udp(backend.family);
        if (isError(socket.connect(backend))) continue;
        flow = { socket, client: from, untilNs: 0 };
        flows.set(key, flow);
      }
      flow.untilNs = p.nowNs + UDP_IDLE_NS;
      flow.socket.send(datagram.data);
    }
    let next: number | undefined;
    for (const [key, flow] of flows) {
      for (let answer = flow.socket.receive(); !isError(answer); answer = flow.socket.receive()) {
        flow.untilNs = p.nowNs + UDP_IDLE_NS;
        listener.send(answer.data, flow.client);
      }
      if (flow.untilNs <= p.nowNs) {
        flow.socket.close();
        flows.delete(key);
      } else next = Math.min(next ?? flow.untilNs, flow.untilNs);
    }
    yield* p.wait([listener.readable, ...[...flows.values()].map(({ socket }) => socket.readable)], next, 'datagrams');
  }
}
