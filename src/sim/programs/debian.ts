import type { Program } from '../machine/process.ts';

/** Every program of a lab's machine: what a small Debian server has in /bin, /sbin and so on. */
export const DEBIAN_PROGRAMS: readonly Program[] = [];
