import type { Program } from '../machine/process.ts';
import { bash } from '../shell/bash.ts';
import { dash } from '../shell/dash.ts';
import { arping } from './arping/arping.ts';
import { AWK_PROGRAMS } from './awk/awk.ts';
import { brctl } from './brctl/brctl.ts';
import { bridge } from './bridge/bridge.ts';
import { busybox } from './busybox/busybox.ts';
import { conntrack } from './conntrack/conntrack.ts';
import { answer } from './course/answer.ts';
import { vethlab } from './course/vethlab.ts';
import { curl } from './curl/curl.ts';
import { dig } from './dns/dig.ts';
import { dnsd } from './dns/dnsd.ts';
import { host } from './dns/host.ts';
import { nslookup } from './dns/nslookup.ts';
import { ethtool } from './ethtool/ethtool.ts';
import { FILE_PROGRAMS } from './files/index.ts';
import { find } from './find/find.ts';
import { ip } from './ip/ip.ts';
import { IPTABLES_PROGRAMS } from './iptables/iptables.ts';
import { lsns } from './namespaces/lsns.ts';
import { nsenter } from './namespaces/nsenter.ts';
import { unshare } from './namespaces/unshare.ts';
import { NC_PROGRAMS } from './nc/nc.ts';
import { getent } from './net-lib/getent.ts';
import { HOSTNAME_PROGRAMS } from './net-settings/hostname.ts';
import { sysctl } from './net-settings/sysctl.ts';
import { NET_TOOLS } from './net-tools/index.ts';
import { nft } from './nft/nft.ts';
import { PING_PROGRAMS } from './ping/ping.ts';
import { PROCESS_PROGRAMS } from './process/index.ts';
import { python3 } from './python/python3.ts';
import { SCREEN_PROGRAMS } from './screen/index.ts';
import { sed } from './sed/sed.ts';
import { ss } from './ss/ss.ts';
import { date } from './system/date.ts';
import { dmesg } from './system/dmesg.ts';
import { IDENTITY_PROGRAMS } from './system/identity.ts';
import { LOOKUP_PROGRAMS } from './system/lookup.ts';
import { MOUNT_PROGRAMS } from './system/mount.ts';
import { SPACE_PROGRAMS } from './system/space.ts';
import { tc } from './tc/tc.ts';
import { tcpdump } from './tcpdump/tcpdump.ts';
import { TEXT_PROGRAMS } from './text/index.ts';
import { tracepath } from './traceroute/tracepath.ts';
import { TRACEROUTE_PROGRAMS } from './traceroute/traceroute.ts';
import { webd } from './web/webd.ts';
import { wget } from './wget/wget.ts';

/** Every program of a lab's machine: what a small Debian server has in /bin, /sbin and so on. */
export const DEBIAN_PROGRAMS: readonly Program[] = [
  bash,
  dash,
  ip,
  bridge,
  brctl,
  lsns,
  nsenter,
  sysctl,
  unshare,
  ...HOSTNAME_PROGRAMS,
  ...PING_PROGRAMS,
  ...IPTABLES_PROGRAMS,
  nft,
  dmesg,
  conntrack,
  arping,
  ...NET_TOOLS,
  ss,
  ethtool,
  ...TRACEROUTE_PROGRAMS,
  tracepath,
  tc,
  tcpdump,
  dig,
  host,
  nslookup,
  curl,
  wget,
  python3,
  webd,
  ...NC_PROGRAMS,
  dnsd,
  ...FILE_PROGRAMS,
  ...AWK_PROGRAMS,
  sed,
  find,
  getent,
  date,
  ...LOOKUP_PROGRAMS,
  ...MOUNT_PROGRAMS,
  ...SPACE_PROGRAMS,
  busybox,
  ...TEXT_PROGRAMS,
  ...PROCESS_PROGRAMS,
  ...IDENTITY_PROGRAMS,
  ...SCREEN_PROGRAMS,
  answer,
  vethlab,
];
