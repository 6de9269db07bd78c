// The states of a connection, with Linux's numbers (include/net/tcp_states.h): /proc/net/tcp prints them.

export const TCP_ESTABLISHED = 1;
export const TCP_SYN_SENT = 2;
export const TCP_SYN_RECV = 3;
export const TCP_FIN_WAIT1 = 4;
export const TCP_FIN_WAIT2 = 5;
export const TCP_TIME_WAIT = 6;
export const TCP_CLOSE = 7;
export const TCP_CLOSE_WAIT = 8;
export const TCP_LAST_ACK = 9;
export const TCP_LISTEN = 10;
export const TCP_CLOSING = 11;
/** A connection request that waits for the third segment of its handshake. */
export const TCP_NEW_SYN_RECV = 12;

export type TcpState = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12;

/** Names as `ss` prints them, by state. */
export const SS_STATE_NAMES: readonly string[] = [
  'UNKNOWN',
  'ESTAB',
  'SYN-SENT',
  'SYN-RECV',
  'FIN-WAIT-1',
  'FIN-WAIT-2',
  'TIME-WAIT',
  'UNCONN',
  'CLOSE-WAIT',
  'LAST-ACK',
  'LISTEN',
  'CLOSING',
  'SYN-RECV',
];

// Bits of a socket's shutdown mask (include/net/sock.h).
export const RCV_SHUTDOWN = 1;
export const SEND_SHUTDOWN = 2;
export const SHUTDOWN_MASK = 3;

// States of congestion control (enum tcp_ca_state).
export const CA_OPEN = 0;
/** Duplicate acknowledgments or SACKs have been seen. */
export const CA_DISORDER = 1;
/** The window shrinks without loss. */
export const CA_CWR = 2;
/** Fast retransmission goes on. */
export const CA_RECOVERY = 3;
/** After a retransmission timeout. */
export const CA_LOSS = 4;
export type CaState = 0 | 1 | 2 | 3 | 4;

// What the timer of output waits for (icsk_pending).
export const PENDING_NONE = 0;
export const PENDING_RETRANS = 1;
export const PENDING_PROBE0 = 3;
export const PENDING_LOSS_PROBE = 5;
export const PENDING_REO = 6;
export type PendingTimer = 0 | 1 | 3 | 5 | 6;
