// Connections to servers, kept from one document to the next: src/connect.c, and connect_to_host() and persistent_connection in
// src/http.c.

import { strerror } from '../../base/errno.ts';
import { isError, type KernelError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { StreamSocket } from '../../kernel/socket/stream-socket.ts';
import type { Sys } from '../../machine/process.ts';
import { portOf, type Url } from '../curl/url.ts';
import { type Command, reason } from '../lib/command.ts';
import { OUT_OF_TIME, within } from '../net-lib/deadline.ts';
import { getaddrinfo, type HostAddress, LookupError, numericAddress, socketAddress } from '../net-lib/getaddrinfo.ts';
import { numericHost } from '../net-lib/getnameinfo.ts';
import { connectStream, installStream } from '../net-lib/stream-file.ts';
import type { Log } from './log.ts';
import type { WgetOptions } from './options.ts';

export const NETWORK_FAILURE = 4;

export interface Open {
  readonly fd: number;
  readonly key: string;
  readonly socket: StreamSocket;
}

export class Connections {
  private readonly c: Command;
  private readonly options: WgetOptions;
  private readonly log: Log;
  private kept: Open | undefined;

  constructor(c: Command, options: WgetOptions, log: Log) {
    this.c = c;
    this.options = options;
    this.log = log;
  }

  /** The server will answer more on this one. */
  keep(open: Open): void {
    this.kept = open;
  }

  /** A connection to the host, the one that was kept if it leads there; an exit status, or `retry`. */
  *to(url: Url): Sys<Open | number | 'retry'> {
    const { log, c, options } = this;
    const { p } = c;
    const port = portOf(url);
    const key = `${url.host}:${port}`;
    const numeric = numericAddress(p, url.host) !== undefined;
    if (this.kept && this.kept.key === key && !this.kept.socket.poll().readable) {
      yield* log.verbose(`Reusing existing connection to ${key}.\n`);
      const { kept } = this;
      this.kept = undefined;
      return kept;
    }
    if (this.kept) p.close(this.kept.fd);
    this.kept = undefined;
    const shown = url.host;
    if (!numeric) yield* log.verbose(`Resolving ${shown} (${shown})... `);
    const until = options.dnsTimeout === undefined ? undefined : p.nowNs + options.dnsTimeout * NS_PER_S;
    const found = yield* within(p, until, getaddrinfo(p, url.host, options.family));
    if (found === OUT_OF_TIME || found instanceof LookupError) {
      yield* log.verbose(`failed: ${found === OUT_OF_TIME ? 'Connection timed out' : found.text}.\n`);
      yield* log.notQuiet(`wget: unable to resolve host address ‘${url.host}’\n`);
      return NETWORK_FAILURE;
    }
    const texts = found.addresses.map((address) => numericHost(p.netns, address));
    if (!numeric) yield* log.verbose(`${texts.slice(0, 3).join(', ')}${texts.length > 3 ? ', ...' : ''}\n`);
    let error: KernelError | 'time' | undefined;
    for (const [i, address] of found.addresses.entries()) {
      const text = address.family === 'inet6' ? `[${texts[i]}]` : texts[i];
      yield* log.verbose(numeric ? `Connecting to ${text}:${port}... ` : `Connecting to ${shown} (${shown})|${text}|:${port}... `);
      const opened = yield* this.connect(address, port, key);
      if (opened !== 'time' && !isError(opened)) {
        yield* log.verbose('connected.\n');
        return opened;
      }
      error = opened;
      yield* log.notQuiet(`failed: ${error === 'time' ? strerror('ETIMEDOUT') : reason(error)}.\n`);
    }
    // What another try will not change.
    const final =
      error !== 'time' &&
      (error?.errno === 'ECONNREFUSED' ? !options.retryRefused : error?.errno === 'ENETUNREACH' || error?.errno === 'EHOSTUNREACH');
    return final ? NETWORK_FAILURE : 'retry';
  }

  private *connect(address: HostAddress, port: number, key: string): Sys<Open | KernelError | 'time'> {
    const { p } = this.c;
    const { bindAddress, connectTimeout } = this.options;
    const socket = p.sockets.tcp(address.family);
    if (bindAddress !== undefined) {
      const local = yield* getaddrinfo(p, bindAddress, address.family);
      const refused = local instanceof LookupError ? undefined : socket.bind(socketAddress(local.addresses[0] as HostAddress, 0));
      if (refused) {
        socket.close();
        return refused;
      }
    }
    const fd = installStream(p, socket);
    if (isError(fd)) return fd;
    const until = connectTimeout === undefined || connectTimeout === 0 ? undefined : p.nowNs + connectTimeout * NS_PER_S;
    const failure = yield* connectStream(p, socket, socketAddress(address, port), until);
    if (failure === undefined) return { fd, key, socket };
    p.close(fd);
    return failure;
  }
}
