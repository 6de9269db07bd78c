import type { Program } from '../../machine/process.ts';
import { kill } from './kill.ts';
import { ps } from './ps.ts';
import { env, nice, nohup, printenv, sleep } from './run-other.ts';
import { SELECT_PROGRAMS } from './select.ts';
import { timeout } from './timeout.ts';

/** Programs about processes: to see them, end them, or start them with a difference. */
export const PROCESS_PROGRAMS: readonly Program[] = [env, kill, nice, nohup, printenv, ps, ...SELECT_PROGRAMS, sleep, timeout];
