import type { Program } from '../../machine/process.ts';
import { arp } from './arp.ts';
import { ifconfig } from './ifconfig.ts';
import { netstat } from './netstat.ts';
import { route } from './route.ts';

/** net-tools 2.10, as Debian 12 has it. */
export const NET_TOOLS: readonly Program[] = [arp, ifconfig, netstat, route];
