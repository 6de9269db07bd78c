// Sequence numbers: unsigned 32 bits that wrap round (RFC 9293, 3.4; include/net/tcp.h).

/** Whether sequence number `a` comes before `b`. */
export function before(a: number, b: number): boolean {
  return ((a - b) | 0) < 0;
}

/** Whether `a` comes after `b`. */
export function after(a: number, b: number): boolean {
  return ((b - a) | 0) < 0;
}

/** The sequence number `n` further on. */
export function seqAdd(a: number, n: number): number {
  return (a + n) >>> 0;
}

/** How far `a` is ahead of `b`: negative when it is behind. */
export function seqDiff(a: number, b: number): number {
  return (a - b) | 0;
}
