import type { Program } from '../../machine/process.ts';
import { less } from './less.ts';
import { more } from './more.ts';
import { nano } from './nano.ts';
import { stty } from './stty.ts';
import { reset, tput } from './tput.ts';
import { watch } from './watch.ts';

/** Programs that take hold of the whole terminal, and those that set it. */
export const SCREEN_PROGRAMS: readonly Program[] = [less, more, nano, reset, stty, tput, watch];
