/** Nanoseconds in a microsecond: virtual time is counted in integer nanoseconds. */
export const NS_PER_US = 1_000;
/** Nanoseconds in a millisecond. */
export const NS_PER_MS = 1_000_000;
/** Nanoseconds in a second. A JS number counts nanoseconds exactly for 104 days. */
export const NS_PER_S = 1_000_000_000;
