import { UTS_MACHINE, UTS_RELEASE, UTS_VERSION } from '../../machine/files/proc/version.ts';
import type { Process } from '../../machine/process.ts';

export const VERSION = '3.12';

const FEATURES = [
  'CPU affinity setting',
  'IPv6 flow label',
  'SCTP',
  'TCP congestion algorithm setting',
  'sendfile / zerocopy',
  'socket pacing',
  'authentication',
  'bind to device',
  "support IPv4 don't fragment",
].join(', ');

/** What uname(2) says, in one line. */
export function systemInfo(p: Process): string {
  return `Linux ${p.namespaces.uts.hostname} ${UTS_RELEASE} ${UTS_VERSION} ${UTS_MACHINE}`;
}

export function versionText(p: Process): string {
  return `iperf ${VERSION} (cJSON 1.7.15)\n${systemInfo(p)}\nOptional features available: ${FEATURES}\n`;
}
