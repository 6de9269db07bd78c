// The end of a connection: tcp_done() and tcp_reset() in net/ipv4/tcp_input.c and tcp.c.

import { fail } from '../../base/result.ts';
import { SHUTDOWN_MASK, TCP_CLOSE, TCP_CLOSE_WAIT, TCP_ESTABLISHED, TCP_SYN_RECV, TCP_SYN_SENT } from './state.ts';
import type { TcpSock } from './tcp-sock.ts';
import { clearTimers } from './timer.ts';

/** The connection is over; its process, if it has one, learns so and may read what is left. */
export function done(sk: TcpSock): void {
  const { state, tcp } = sk;
  if (state === TCP_SYN_SENT || state === TCP_SYN_RECV) tcp.mib.AttemptFails++;
  else if (state === TCP_ESTABLISHED || state === TCP_CLOSE_WAIT) tcp.mib.EstabResets++;
  sk.state = TCP_CLOSE;
  sk.shutdown = SHUTDOWN_MASK;
  clearTimers(sk);
  sk.sendBuffer.clear();
  sk.rtxQueue.clear();
  sk.packetsOut = 0;
  sk.finQueued = false;
  sk.writeSeq = sk.sndNxt;
  sk.early.clear();
  sk.tcp.hash.remove(sk);
  if (sk.orphan || !sk.portBound) sk.tcp.ports.release(sk);
  sk.wakeReaders = true;
  sk.wakeWriters = true;
  sk.tcp.wakeLater(sk);
}

/** The peer refused or aborted it (tcp_reset). */
export function reset(sk: TcpSock): void {
  switch (sk.state) {
    case TCP_CLOSE:
      return;
    case TCP_SYN_SENT:
      sk.error = fail('ECONNREFUSED');
      break;
    case TCP_CLOSE_WAIT:
      sk.error = fail('EPIPE');
      break;
    default:
      sk.error = fail('ECONNRESET');
  }
  done(sk);
}
