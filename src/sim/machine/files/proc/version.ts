/** What uname(2) says of the kernel: Debian 12's. */
export const UTS_RELEASE = '6.1.0-37-amd64';
export const UTS_VERSION = '#1 SMP PREEMPT_DYNAMIC Debian 6.1.140-1 (2025-05-22)';
export const UTS_MACHINE = 'x86_64';

/** /proc/version. */
export const VERSION_LINE = `Linux version ${UTS_RELEASE} (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0, GNU ld (GNU Binutils for Debian) 2.40) ${UTS_VERSION}`;
