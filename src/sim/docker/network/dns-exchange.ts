// The conversations of the embedded DNS server: with clients over TCP, and with the servers outside.

import { setU16, u16 } from '../../base/bytes.ts';
import { isError } from '../../base/result.ts';
import type { NetNamespace } from '../../kernel/netns.ts';
import type { SockAddr } from '../../kernel/socket/socket.ts';
import type { StreamSocket } from '../../kernel/socket/stream-socket.ts';

/** Lets dockerd do something in a moment. */
export type Soon = (then: () => void) => void;

/** A query that is on its way outside. */
export interface Exchange {
  close(): void;
}

/** Asks a server: `end` gets its reply, or undefined if there will be none. */
export type Ask = (
  netns: NetNamespace,
  to: SockAddr,
  query: Uint8Array,
  soon: Soon,
  end: (reply: Uint8Array | undefined) => void,
) => Exchange;

export const askByUdp: Ask = (netns, to, query, soon, end) => {
  const socket = netns.sockets.udp(to.family);
  let over = false;
  const look = (): void => {
    if (over) return;
    const got = socket.receive();
    if (!isError(got)) end(got.data);
    else if (got.errno === 'EAGAIN') socket.readable.add(() => soon(look));
    else end(undefined);
  };
  if (isError(socket.connect(to)) || isError(socket.send(query))) soon(() => over || end(undefined));
  else soon(look);
  return {
    close: () => {
      over = true;
      socket.close();
    },
  };
};

export const askByTcp: Ask = (netns, to, query, soon, end) => {
  const socket = netns.sockets.tcp(to.family);
  const stream = new DnsStream(socket, end, soon, () => end(undefined));
  const refused = socket.connect(to);
  const begin = (): void => {
    if (stream.over) return;
    if (isError(socket.takeError())) return end(undefined);
    stream.send(query);
    stream.read();
  };
  if (isError(refused) && refused.errno !== 'EINPROGRESS') soon(() => stream.over || end(undefined));
  else if (socket.poll().writable) soon(begin);
  else socket.writable.add(() => soon(begin));
  return stream;
};

/** DNS over a TCP connection: messages with their lengths before them (RFC 1035, 4.2.2). */
export class DnsStream implements Exchange {
  readonly #socket: StreamSocket;
  readonly #message: (message: Uint8Array) => void;
  readonly #soon: Soon;
  readonly #gone: () => void;
  #have = new Uint8Array(0);
  over = false;

  /** `gone` is called when the other side ends it. */
  constructor(socket: StreamSocket, message: (message: Uint8Array) => void, soon: Soon, gone: () => void) {
    this.#socket = socket;
    this.#message = message;
    this.#soon = soon;
    this.#gone = gone;
  }

  /** Takes what has come and waits for more. */
  read(): void {
    while (!this.over) {
      const more = this.#socket.receive(65_536);
      if (isError(more) && more.errno === 'EAGAIN') {
        this.#socket.readable.add(() => this.#soon(() => this.read()));
        return;
      }
      if (isError(more) || more.length === 0) {
        this.close();
        this.#gone();
        return;
      }
      const grown = new Uint8Array(this.#have.length + more.length);
      grown.set(this.#have);
      grown.set(more, this.#have.length);
      this.#have = grown;
      while (this.#have.length >= 2 && this.#have.length >= 2 + u16(this.#have, 0)) {
        const end = 2 + u16(this.#have, 0);
        const message = this.#have.slice(2, end);
        this.#have = this.#have.slice(end);
        this.#message(message);
      }
    }
  }

  send(message: Uint8Array): void {
    const framed = new Uint8Array(2 + message.length);
    setU16(framed, 0, message.length);
    framed.set(message, 2);
    this.#socket.send(framed);
  }

  close(): void {
    if (this.over) return;
    this.over = true;
    this.#socket.close();
  }
}
