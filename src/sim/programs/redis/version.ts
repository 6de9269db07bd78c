/** Debian 12's. */
export const REDIS_VERSION = '7.0.15';
