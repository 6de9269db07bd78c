import { strerror } from '../../base/errno.ts';
import { isError } from '../../base/result.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { getaddrinfo, LookupError, socketAddress } from '../net-lib/getaddrinfo.ts';
import { connectStream, installStream } from '../net-lib/stream-file.ts';
import { encodeRequest, type Reply, RespReader } from './resp.ts';

/** A client's connection to a server. */
export class RedisConnection {
  readonly #p: Process;
  readonly #fd: number;
  readonly #reader = new RespReader();

  private constructor(p: Process, fd: number) {
    this.#p = p;
    this.#fd = fd;
  }

  /** Tries each address of a name; why none would do, as hiredis says it. */
  static *open(p: Process, host: string, port: number, untilNs?: number): Sys<RedisConnection | { readonly problem: string }> {
    const found = yield* getaddrinfo(p, host);
    if (found instanceof LookupError) return { problem: found.text };
    let problem = '';
    for (const address of found.addresses) {
      const socket = p.sockets.tcp(address.family);
      const fd = installStream(p, socket);
      if (isError(fd)) return { problem: strerror(fd.errno) };
      const refused = yield* connectStream(p, socket, socketAddress(address, port), untilNs);
      if (refused === undefined) {
        socket.setOptions({ noDelay: true });
        return new RedisConnection(p, fd);
      }
      problem = refused === 'time' ? 'Connection timed out' : strerror(refused.errno);
      p.close(fd);
    }
    return { problem };
  }

  *send(words: readonly string[]): Sys<boolean> {
    return !isError(yield* this.#p.write(this.#fd, encodeRequest(words)));
  }

  /** The next answer; why there is none. */
  *receive(): Sys<Reply | { readonly problem: string }> {
    for (;;) {
      const reply = this.#reader.reply();
      if (reply !== undefined) return reply;
      const data = yield* this.#p.read(this.#fd, 65_536);
      if (isError(data)) return { problem: strerror(data.errno) };
      if (data.length === 0) return { problem: 'Server closed the connection' };
      this.#reader.push(data);
    }
  }

  close(): void {
    this.#p.close(this.#fd);
  }
}
