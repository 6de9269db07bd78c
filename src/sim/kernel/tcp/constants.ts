// Numbers of include/net/tcp.h. Times in nanoseconds.

import { NS_PER_MS, NS_PER_S } from '../../base/time.ts';

/** A tick of the recorded machines (HZ = 250): timeouts are whole ticks, as `ss` shows them. */
export const TICK_NS = 4 * NS_PER_MS;
/** The timeout before a round trip was measured (RFC 6298, 2.1). */
export const TIMEOUT_INIT_NS = NS_PER_S;
/** The shortest timeout of a probe for losses. */
export const TIMEOUT_MIN_NS = 2 * TICK_NS;
export const DELACK_MIN_NS = 40 * NS_PER_MS;
export const DELACK_MAX_NS = 200 * NS_PER_MS;
/** First guess of the time between segments received. */
export const ATO_MIN_NS = 40 * NS_PER_MS;
export const TIMEWAIT_NS = 60 * NS_PER_S;
/** How long a peer's timestamp is believed (RFC 7323, 5.5). */
export const PAWS_24DAYS_NS = 24 * 86_400 * NS_PER_S;
/** The least time between two challenge or out-of-window acknowledgments of one connection (tcp_invalid_ratelimit). */
export const INVALID_RATELIMIT_NS = 500 * NS_PER_MS;
export const MAX_QUICKACKS = 16;
export const INIT_CWND = 10;
export const MIN_MSS = 88;
export const MSS_DEFAULT = 536;
export const MAX_WSCALE = 14;
/** Length of the timestamps in a header, padding counted. */
export const TSTAMP_ALIGNED = 12;
/** Duplicate acknowledgments that mean a loss (RFC 5681, 3.2). */
export const FASTRETRANS_THRESH = 3;
export const MAX_SACK_BLOCKS = 4;
export const INFINITE_SSTHRESH = 0x7fffffff;
/** Memory a queued packet costs beyond its bytes (struct sk_buff, its shared part, its headers). */
export const SKB_OVERHEAD = 856;
/** Room before a segment for the headers of IP and of what may carry it (MAX_TCP_HEADER). */
export const TCP_HEADROOM = 128;
/** A socket is given memory by the page. */
export const PAGE_SIZE = 4096;
