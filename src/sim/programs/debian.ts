import type { Program } from '../machine/process.ts';
import { FIRST_PROGRAMS } from './first.ts';
import { MORE_PROGRAMS } from './more.ts';

/** Every program of a lab's machine: what a small Debian server has in /bin, /sbin and so on. */
export const DEBIAN_PROGRAMS: readonly Program[] = [...FIRST_PROGRAMS, ...MORE_PROGRAMS];

/** Nothing is left to load here; in a page there is: fetched.ts takes this file's place. */
export const loadPrograms = (): Promise<void> => Promise.resolve();
