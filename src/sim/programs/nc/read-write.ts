// Standard input to the network and back: netcat.c, readwrite().

import { concat } from '../../base/bytes.ts';
import { isError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { ShutdownHow } from '../../kernel/socket/stream-socket.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { type PollEntry, poll } from '../net-lib/stream-file.ts';
import type { NcOptions } from './options.ts';

const BUFFER = 16_384;
const STDIN = 0;
const STDOUT = 1;
const NOTHING = new Uint8Array(0);
const LF = 0x0a;
const CRLF = Uint8Array.of(0x0d, LF);

/** The network's side: a descriptor, and what shutdown(2) does to it. */
export interface NetEnd {
  readonly fd: number;
  shutdown(how: ShutdownHow): void;
  /** Both directions are over, so that a descriptor that reports no more is given up (POLLHUP), or an error waits (POLLERR). */
  state(): { readonly hangup: boolean; readonly error: boolean };
}

/** Whether nc has more to do after a conversation: another port or visitor, or nothing, as -q says. */
export type Afterwards = 'more' | 'quit';

/**
 * Runs until both directions are done, the other side has hung up (when listening), or time runs out. -q is netcat-openbsd's of
 * Debian: the end of the input closes the writing half, a client still reads until the other side closes too, and only then do
 * the seconds run, after which nc ends. One who listens reads no more after its own input's end.
 */
export function* readWrite(p: Process, net: NetEnd, options: NcOptions): Sys<Afterwards> {
  let stdinOpen = !options.detached && p.file(STDIN) !== undefined;
  let netOut = true;
  let netIn = true;
  let stdoutOpen = true;
  let outgoing: Uint8Array = NOTHING;
  let incoming: Uint8Array = NOTHING;
  let received = 0;
  let inputEnded = false;
  for (;;) {
    const drained = outgoing.length === 0 && incoming.length === 0;
    if ((!netIn && drained && (!stdinOpen || options.listen)) || (!netOut && !stdoutOpen)) return yield* over();
    if (options.interval > 0) yield* p.sleep(options.interval * NS_PER_S);

    const entries: PollEntry[] = [];
    if (stdinOpen && outgoing.length < BUFFER) entries.push({ fd: STDIN, read: true });
    if (netIn && incoming.length < BUFFER) entries.push({ fd: net.fd, read: true, write: netOut && outgoing.length > 0 });
    else if (netOut && outgoing.length > 0) entries.push({ fd: net.fd, write: true });
    if (stdoutOpen && incoming.length > 0) entries.push({ fd: STDOUT, write: true });
    const timeoutNs = options.timeout === undefined ? undefined : p.nowNs + options.timeout * NS_PER_S;
    const ready = yield* poll(p, entries, timeoutNs);
    if (ready.length === 0) return 'more';
    const is = (fd: number, what: 'read' | 'write'): boolean => ready.some((entry) => entry.fd === fd && entry[what] === true);
    const network = net.state();
    if (network.error || (network.hangup && !is(net.fd, 'read'))) netOut = false;
    if (network.hangup && netOut) {
      if (options.shutdownAtEnd) net.shutdown('write');
      netOut = false;
    }
    if (network.error) netIn = false;
    if (!netOut) stdinOpen = false;

    if (stdinOpen && is(STDIN, 'read')) {
      const data = yield* p.read(STDIN, BUFFER - outgoing.length);
      if (isError(data) || data.length === 0) {
        stdinOpen = false;
        inputEnded = true;
      } else outgoing = concat(outgoing, options.crlf ? withCarriageReturns(data) : data);
      // A socket with room is written to in the same round.
      if (outgoing.length > 0 && netOut && p.file(net.fd)?.canWrite()) outgoing = yield* drain(outgoing);
    } else if (netOut && is(net.fd, 'write') && outgoing.length > 0) outgoing = yield* drain(outgoing);

    if (netIn && is(net.fd, 'read')) {
      const data = yield* p.read(net.fd, BUFFER - incoming.length);
      if (isError(data)) netIn = false;
      else if (data.length === 0) {
        net.shutdown('read');
        netIn = false;
      } else {
        incoming = concat(incoming, data);
        if (options.receiveLimit > 0 && ++received >= options.receiveLimit) {
          net.shutdown('read');
          netIn = false;
          stdinOpen = false;
        }
      }
    }
    if (stdoutOpen && incoming.length > 0) {
      const written = yield* p.write(STDOUT, incoming);
      if (isError(written)) {
        stdoutOpen = false;
        if (netIn) net.shutdown('read');
        netIn = false;
      }
      incoming = NOTHING;
    }
    if (!stdinOpen && outgoing.length === 0) {
      if (netOut && options.shutdownAtEnd) net.shutdown('write');
      netOut = false;
      if (inputEnded && options.listen && options.quitAfter !== undefined && netIn) {
        net.shutdown('read');
        netIn = false;
      }
    }
    if (!netIn && incoming.length === 0) stdoutOpen = false;
  }

  function* over(): Sys<Afterwards> {
    if (options.quitAfter === undefined) return 'more';
    if (options.quitAfter === 0) return inputEnded ? 'quit' : 'more';
    p.close(net.fd);
    yield* p.sleep(options.quitAfter * NS_PER_S);
    return 'quit';
  }

  function* drain(data: Uint8Array): Sys<Uint8Array> {
    const written = yield* p.write(net.fd, data);
    if (isError(written)) netOut = false;
    return NOTHING;
  }
}

function withCarriageReturns(data: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  let start = 0;
  for (let i = data.indexOf(LF); i >= 0; i = data.indexOf(LF, start)) {
    parts.push(data.subarray(start, data[i - 1] === CRLF[0] ? i - 1 : i), CRLF);
    start = i + 1;
  }
  parts.push(data.subarray(start));
  return concat(...parts);
}
