import type { Program } from '../machine/process.ts';
import { GZIP_PROGRAMS } from './archive/gzip.ts';
import { tar } from './archive/tar.ts';
import { arping } from './arping/arping.ts';
import { AWK_PROGRAMS } from './awk/awk.ts';
import { brctl } from './brctl/brctl.ts';
import { bridge } from './bridge/bridge.ts';
import { alpineBusybox, busybox } from './busybox/busybox.ts';
import { conntrack } from './conntrack/conntrack.ts';
import { vethlab } from './course/vethlab.ts';
import { curl } from './curl/curl.ts';
import { dig } from './dns/dig.ts';
import { host } from './dns/host.ts';
import { nslookup } from './dns/nslookup.ts';
import { docker } from './docker/cli/docker.ts';
import { dockerCompose } from './docker/compose/compose.ts';
import { dockerd } from './docker/dockerd/dockerd.ts';
import { dockerRegistry } from './docker/registry/docker-registry.ts';
import { registryd } from './docker/registry/registryd.ts';
import { ethtool } from './ethtool/ethtool.ts';
import { find } from './find/find.ts';
import { iperf3 } from './iperf3/iperf3.ts';
import { ipset } from './ipset/ipset.ts';
import { IPTABLES_PROGRAMS } from './iptables/iptables.ts';
import { xtablesMonitor } from './iptables/monitor.ts';
import { NC_PROGRAMS } from './nc/nc.ts';
import { getent } from './net-lib/getent.ts';
import { NET_TOOLS } from './net-tools/index.ts';
import { nft } from './nft/nft.ts';
import { nginx } from './nginx/nginx.ts';
import { nstat } from './nstat/nstat.ts';
import { apk } from './packages/apk/apk.ts';
import { aptCommand, aptGet } from './packages/apt.ts';
import { dnf, yum } from './packages/dnf/dnf.ts';
import { rpm } from './packages/dnf/rpm.ts';
import { dpkg } from './packages/dpkg.ts';
import { pip } from './packages/pip.ts';
import { CAPABILITY_PROGRAMS } from './privilege/capsh.ts';
import { su } from './privilege/su.ts';
import { setsid } from './process/setsid.ts';
import { PYTHON_PROGRAMS } from './python/python3.ts';
import { redisCli } from './redis/redis-cli.ts';
import { redisServer } from './redis/redis-server.ts';
import { SCREEN_PROGRAMS } from './screen/index.ts';
import { sed } from './sed/sed.ts';
import { ss } from './ss/ss.ts';
import { date } from './system/date.ts';
import { dmesg } from './system/dmesg.ts';
import { LOOKUP_PROGRAMS } from './system/lookup.ts';
import { MOUNT_PROGRAMS } from './system/mount.ts';
import { SPACE_PROGRAMS } from './system/space.ts';
import { journalctl } from './systemd/journalctl.ts';
import { service } from './systemd/service-command.ts';
import { systemctl } from './systemd/systemctl.ts';
import { tc } from './tc/tc.ts';
import { tcpdump } from './tcpdump/tcpdump.ts';
import { TEXT_PROGRAMS } from './text/index.ts';
import { tracepath } from './traceroute/tracepath.ts';
import { TRACEROUTE_PROGRAMS } from './traceroute/traceroute.ts';
import { htpasswd } from './web/htpasswd.ts';
import { wget } from './wget/wget.ts';

/** All other programs. A page fetches them when its first prompt is there; see fetched.ts. */
export const MORE_PROGRAMS: readonly Program[] = [
  bridge,
  brctl,
  ...IPTABLES_PROGRAMS,
  xtablesMonitor,
  nft,
  dmesg,
  conntrack,
  ipset,
  arping,
  ...NET_TOOLS,
  ss,
  nstat,
  ethtool,
  ...TRACEROUTE_PROGRAMS,
  tracepath,
  tc,
  tcpdump,
  dig,
  host,
  nslookup,
  iperf3,
  curl,
  wget,
  ...PYTHON_PROGRAMS,
  nginx,
  redisServer,
  redisCli,
  ...NC_PROGRAMS,
  ...AWK_PROGRAMS,
  sed,
  find,
  getent,
  date,
  ...LOOKUP_PROGRAMS,
  ...MOUNT_PROGRAMS,
  ...SPACE_PROGRAMS,
  busybox,
  alpineBusybox,
  ...TEXT_PROGRAMS,
  ...SCREEN_PROGRAMS,
  ...CAPABILITY_PROGRAMS,
  setsid,
  dockerd,
  docker,
  dockerCompose,
  su,
  registryd,
  dockerRegistry,
  htpasswd,
  aptGet,
  aptCommand,
  dpkg,
  pip,
  apk,
  dnf,
  yum,
  rpm,
  vethlab,
  systemctl,
  journalctl,
  service,
  tar,
  ...GZIP_PROGRAMS,
];
