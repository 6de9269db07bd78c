import type { Program } from '../machine/process.ts';
import { bashWith } from '../shell/bash.ts';
import { dash } from '../shell/dash.ts';
import { answer } from './course/answer.ts';
import { dnsd } from './dns/dnsd.ts';
import { FILE_PROGRAMS } from './files/index.ts';
import { ip } from './ip/ip.ts';
import { lsns } from './namespaces/lsns.ts';
import { nsenter } from './namespaces/nsenter.ts';
import { unshare } from './namespaces/unshare.ts';
import { openNetwork } from './net-lib/shell-network.ts';
import { HOSTNAME_PROGRAMS } from './net-settings/hostname.ts';
import { sysctl } from './net-settings/sysctl.ts';
import { PING_PROGRAMS } from './ping/ping.ts';
import { PROCESS_PROGRAMS } from './process/index.ts';
import { IDENTITY_PROGRAMS } from './system/identity.ts';
import { webd } from './web/webd.ts';

/** What a machine needs to boot and a learner to begin: in a page these come with the simulator itself. */
export const FIRST_PROGRAMS: readonly Program[] = [
  bashWith(openNetwork),
  dash,
  ip,
  lsns,
  nsenter,
  sysctl,
  unshare,
  ...HOSTNAME_PROGRAMS,
  ...PING_PROGRAMS,
  webd,
  dnsd,
  ...FILE_PROGRAMS,
  ...PROCESS_PROGRAMS,
  ...IDENTITY_PROGRAMS,
  answer,
];
