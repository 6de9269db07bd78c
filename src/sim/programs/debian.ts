import type { Program } from '../machine/process.ts';
import { dnsd } from './dns/dnsd.ts';
import { PING_PROGRAMS } from './ping/ping.ts';

/** Every program of a lab's machine: what a small Debian server has in /bin, /sbin and so on. */
export const DEBIAN_PROGRAMS: readonly Program[] = [...PING_PROGRAMS, dnsd];
