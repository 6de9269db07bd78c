// The process closes: tcp_close() and tcp_shutdown() in net/ipv4/tcp.c.

import { TIMEWAIT_NS } from './constants.ts';
import { done } from './end.ts';
import { stopListening } from './listen.ts';
import { sendActiveReset, sendFin } from './output.ts';
import {
  SEND_SHUTDOWN,
  SHUTDOWN_MASK,
  TCP_CLOSE,
  TCP_CLOSE_WAIT,
  TCP_ESTABLISHED,
  TCP_FIN_WAIT1,
  TCP_FIN_WAIT2,
  TCP_LAST_ACK,
  TCP_LISTEN,
  TCP_SYN_RECV,
  TCP_SYN_SENT,
} from './state.ts';
import type { TcpSock } from './tcp-sock.ts';
import { enterTimeWait, finTimeoutNs } from './time-wait.ts';
import { armKeepalive } from './timer.ts';

/** No process has the socket any more. Bytes it did not read reset the connection (RFC 2525, 2.17); else it ends in good order. */
export function close(sk: TcpSock): void {
  const { tcp } = sk;
  sk.orphan = true;
  if (sk.state === TCP_LISTEN) {
    stopListening(sk, abort);
    sk.state = TCP_CLOSE;
  } else if (sk.state !== TCP_CLOSE) {
    const unread = sk.receiveQueue.length > 0;
    sk.receiveQueue.clear();
    if (unread) tcp.ext.TCPAbortOnClose++;
    else if (sk.options.lingerSeconds === 0) tcp.ext.TCPAbortOnData++;
    if (unread || sk.options.lingerSeconds === 0) abort(sk);
    else if (closeState(sk)) sendFin(sk);
  }
  sk.shutdown = SHUTDOWN_MASK;
  if (sk.state === TCP_CLOSE) {
    done(sk);
    tcp.hash.remove(sk);
    tcp.ports.release(sk);
    return;
  }
  if (sk.state !== TCP_FIN_WAIT2) return;
  const timeout = finTimeoutNs(sk);
  if (timeout > TIMEWAIT_NS) armKeepalive(sk, sk.now + timeout - TIMEWAIT_NS);
  else enterTimeWait(sk, TCP_FIN_WAIT2, timeout);
}

/** Ends the connection with a reset, if the peer knows of it. */
export function abort(sk: TcpSock): void {
  const { state } = sk;
  const known =
    state === TCP_ESTABLISHED || state === TCP_CLOSE_WAIT || state === TCP_FIN_WAIT1 || state === TCP_FIN_WAIT2 || state === TCP_SYN_RECV;
  if (known) sendActiveReset(sk);
  done(sk);
  sk.tcp.ports.release(sk);
}

/** Half a close: no more is sent, or received, while the process keeps the socket. */
export function shutdownSend(sk: TcpSock): void {
  sk.shutdown |= SEND_SHUTDOWN;
  if (closeState(sk)) sendFin(sk);
  sk.tcp.wakeLater(sk);
}

/** The state that follows a close; whether a FIN is due (tcp_close_state). */
function closeState(sk: TcpSock): boolean {
  switch (sk.state) {
    case TCP_SYN_SENT:
      sk.state = TCP_CLOSE;
      return false;
    case TCP_SYN_RECV:
    case TCP_ESTABLISHED:
      sk.state = TCP_FIN_WAIT1;
      return true;
    case TCP_CLOSE_WAIT:
      sk.state = TCP_LAST_ACK;
      return true;
    default:
      return false;
  }
}
