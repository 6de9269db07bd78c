// Packages of CentOS Linux 8.5 and one of EPEL 8 as their indexes have them, as far as known: those whose programs the labs have, and what these need.
// The sizes of some are estimates, and of nginx's needs only its own parts are there.

/** NAME|EPOCH:VERSION-RELEASE|ARCH|REPOSITORY|PACKED|INSTALLED|LICENSE|SUMMARY|URL|NEEDS, a line each; sizes in bytes. These are in the image. */
export const CENTOS_BASE = `
filesystem|3.8-6.el8|x86_64|baseos|1132192|215|Public Domain|The basic directory layout for a Linux system|https://pagure.io/filesystem|
glibc|2.28-164.el8|x86_64|baseos|3788000|6831720|LGPLv2+ and LGPLv2+ with exceptions and GPLv2+ and GPLv2+ with exceptions and BSD and Inner-Net and ISC and Public Domain and GFDL|The GNU libc libraries|http://www.gnu.org/software/glibc/|
glibc-common|2.28-164.el8|x86_64|baseos|1361000|8082584|LGPLv2+ and LGPLv2+ with exceptions and GPLv2+ and GPLv2+ with exceptions and BSD and Inner-Net and ISC and Public Domain and GFDL|Common binaries and locale data for glibc|http://www.gnu.org/software/glibc/|glibc
bash|4.4.20-2.el8|x86_64|baseos|1587000|6930068|GPLv3+|The GNU Bourne Again shell|https://www.gnu.org/software/bash|filesystem glibc
libgcc|8.5.0-3.el8|x86_64|baseos|80200|191256|GPLv3+ and GPLv3+ with exceptions and GPLv2+ with exceptions and LGPLv2+ and BSD|GCC version 8 shared support library|http://gcc.gnu.org|glibc
openssl-libs|1:1.1.1k-4.el8|x86_64|baseos|1536000|3757792|OpenSSL and ASL 2.0|A general purpose cryptography library with TLS implementation|http://www.openssl.org/|glibc
zlib|1.2.11-17.el8|x86_64|baseos|104000|200616|zlib and Boost|Compression and decompression library|http://www.zlib.net/|glibc
coreutils-single|8.30-12.el8|x86_64|baseos|634000|1344768|GPLv3+|coreutils multicall binary|https://www.gnu.org/software/coreutils/|glibc
grep|3.1-6.el8|x86_64|baseos|280900|844248|GPLv3+|Pattern matching utilities|http://www.gnu.org/software/grep/|glibc
sed|4.5-2.el8|x86_64|baseos|304200|773208|GPLv3+|A GNU stream text editor|http://sed.sourceforge.net/|glibc
gawk|4.2.1-2.el8|x86_64|baseos|1162000|2715400|GPLv3+ and GPLv2+ and LGPLv2+ and BSD|The GNU version of the AWK text processing utility|https://www.gnu.org/software/gawk/|glibc
findutils|1:4.6.0-20.el8|x86_64|baseos|540700|1803288|GPLv3+|The GNU versions of find utilities (find and xargs)|http://www.gnu.org/software/findutils/|glibc
libcap|2.26-5.el8|x86_64|baseos|61400|128328|GPLv2|Library for getting and setting POSIX.1e capabilities|https://sites.google.com/site/fullycapable/|glibc
util-linux|2.32.1-28.el8|x86_64|baseos|2584000|11647984|GPLv2 and GPLv2+ and LGPLv2+ and BSD with advertising and Public Domain|A collection of basic system utilities|http://en.wikipedia.org/wiki/Util-linux|glibc
procps-ng|3.3.15-6.el8|x86_64|baseos|336500|902232|GPL+ and GPLv2 and GPLv2+ and GPLv3+ and LGPLv2+|System and process monitoring utilities|https://sourceforge.net/projects/procps-ng/|glibc
hostname|3.20-6.el8|x86_64|baseos|32600|43606|GPLv2+|Utility to set/show the host name or domain name|http://packages.qa.debian.org/h/hostname.html|glibc
libcurl|7.61.1-22.el8|x86_64|baseos|308600|599024|MIT|A library for getting files from web servers|https://curl.haxx.se/|glibc openssl-libs zlib
curl|7.61.1-22.el8|x86_64|baseos|360200|707080|MIT|A utility for getting files from remote servers (FTP, HTTP, and others)|https://curl.haxx.se/|libcurl
libmnl|1.0.4-6.el8|x86_64|baseos|31200|55904|LGPLv2+|A minimalistic Netlink library|http://netfilter.org/projects/libmnl|glibc
elfutils-libelf|0.185-1.el8|x86_64|baseos|224600|1011128|GPLv2+ or LGPLv3+|Library to read and write ELF files|http://elfutils.org/|glibc
iputils|20180629-7.el8|x86_64|baseos|151600|346608|BSD and GPLv2+|Network monitoring tools including ping|https://github.com/iputils/iputils|glibc libcap
iproute|5.12.0-4.el8|x86_64|baseos|794900|2378248|GPLv2+ and Public Domain|Advanced IP routing and network device configuration tools|http://kernel.org/pub/linux/utils/net/iproute2/|glibc libmnl elfutils-libelf libcap
libnfnetlink|1.0.1-13.el8|x86_64|baseos|33700|66016|GPLv2+|Netfilter netlink userspace library|http://netfilter.org|glibc
libnetfilter_conntrack|1.0.6-5.el8|x86_64|baseos|65800|175152|GPLv2+|Netfilter conntrack userspace library|http://netfilter.org|libmnl libnfnetlink
libnftnl|1.1.5-4.el8|x86_64|baseos|84600|226064|GPLv2+|Library for low-level interaction with nftables Netlink's API over libmnl|http://netfilter.org/projects/libnftnl/|libmnl
libpcap|14:1.9.1-5.el8|x86_64|baseos|172700|378616|BSD with advertising|A system-independent interface for user-level packet capture|http://www.tcpdump.org|glibc
iptables-libs|1.8.4-20.el8|x86_64|baseos|108900|262128|GPLv2 and Artistic Licence 2.0 and ISC|iptables libraries|http://www.netfilter.org/projects/iptables|libmnl libnftnl libpcap
iptables|1.8.4-20.el8|x86_64|baseos|585800|2039280|GPLv2 and Artistic Licence 2.0 and ISC|Tools for managing Linux kernel packet filtering capabilities|http://www.netfilter.org/projects/iptables|iptables-libs libnetfilter_conntrack
net-tools|2.0-0.52.20160912git.el8|x86_64|baseos|329900|966592|GPLv2+|Basic networking tools|http://sourceforge.net/projects/net-tools/|glibc
bind-license|32:9.11.26-6.el8|noarch|appstream|104100|26831|MPLv2.0|License of the BIND DNS suite|https://www.isc.org/downloads/bind/|
bind-libs-lite|32:9.11.26-6.el8|x86_64|appstream|1243000|3181960|MPLv2.0|Libraries for working with the DNS protocol|https://www.isc.org/downloads/bind/|bind-license openssl-libs
bind-libs|32:9.11.26-6.el8|x86_64|appstream|178300|273832|MPLv2.0|Libraries used by the BIND DNS packages|https://www.isc.org/downloads/bind/|bind-libs-lite bind-license
bind-utils|32:9.11.26-6.el8|x86_64|appstream|462200|1206920|MPLv2.0|Utilities for querying DNS name servers|https://www.isc.org/downloads/bind/|bind-libs bind-libs-lite libcap
tcpdump|14:4.9.3-2.el8|x86_64|appstream|462700|1263448|BSD with advertising|A network traffic monitoring tool|http://www.tcpdump.org|libpcap openssl-libs
nmap-ncat|2:7.70-6.el8|x86_64|appstream|242600|498192|Nmap|Nmap's Netcat replacement|http://nmap.org/|libpcap openssl-libs
rpm|4.14.3-19.el8|x86_64|baseos|556100|2105144|GPLv2+|The RPM package management system|http://www.rpm.org/|bash curl
dnf|4.7.0-4.el8|noarch|baseos|556600|1929816|GPLv2+ and GPLv2 and GPL|Package manager|https://github.com/rpm-software-management/dnf|rpm
yum|4.7.0-4.el8|noarch|baseos|210000|74136|GPLv2+ and GPLv2 and GPL|Package manager|https://github.com/rpm-software-management/dnf|dnf
centos-linux-repos|8-3.el8|noarch|baseos|20600|26363|GPLv2|Package repositories for CentOS Linux|https://wiki.centos.org|
centos-linux-release|8.5-1.2111.el8|noarch|baseos|22800|25375|GPLv2|CentOS Linux release files|https://wiki.centos.org|centos-linux-repos
`;

/** The same of what the image has not. */
export const CENTOS_MORE = `
iproute-tc|5.12.0-4.el8|x86_64|baseos|477600|1103384|GPLv2+ and Public Domain|Linux Traffic Control utility|http://kernel.org/pub/linux/utils/net/iproute2/|iproute
traceroute|3:2.1.0-6.el8|x86_64|baseos|69100|154848|GPLv2+|Traces the route taken by packets over an IPv4/IPv6 network|http://traceroute.sourceforge.net|glibc
ethtool|2:5.8-7.el8|x86_64|baseos|222500|615392|GPLv2|Settings tool for Ethernet NICs|https://www.kernel.org/pub/software/network/ethtool/|libmnl
ipset-libs|7.1-1.el8|x86_64|baseos|72800|164704|GPLv2|Shared library providing the IP sets functionality|http://ipset.netfilter.org/|libmnl
ipset|7.1-1.el8|x86_64|baseos|46300|89232|GPLv2|Manage Linux IP sets|http://ipset.netfilter.org/|ipset-libs
libnetfilter_cthelper|1.0.0-15.el8|x86_64|baseos|24700|39920|GPLv2|User-space infrastructure for connection tracking helpers|http://www.netfilter.org/projects/libnetfilter_cthelper/|libmnl
libnetfilter_cttimeout|1.0.0-11.el8|x86_64|baseos|24800|39624|GPLv2+|Timeout policy tuning for Netfilter/conntrack|http://netfilter.org|libmnl
libnetfilter_queue|1.0.4-3.el8|x86_64|baseos|31900|60384|GPLv2|Netfilter queue userspace library|http://netfilter.org|libmnl libnfnetlink
conntrack-tools|1.4.4-10.el8|x86_64|baseos|208600|575368|GPLv2|Manipulate netfilter connection tracking table and run High Availability|http://netfilter.org|libnetfilter_conntrack libnetfilter_cthelper libnetfilter_cttimeout libnetfilter_queue
nftables|1:0.9.3-21.el8|x86_64|baseos|329500|848392|GPLv2|Netfilter Tables userspace utillites|http://netfilter.org/projects/nftables/|libmnl libnftnl
nano|2.9.8-1.el8|x86_64|baseos|594300|2274920|GPLv3+|A small text editor|https://www.nano-editor.org|glibc
less|530-1.el8|x86_64|baseos|168100|332896|GPLv3+ or BSD|A text file browser similar to more, but better|http://www.greenwoodsoftware.com/less/|glibc
libmetalink|0.1.3-7.el8|x86_64|baseos|32500|74584|MIT|Metalink library written in C|https://launchpad.net/libmetalink|glibc
wget|1.19.5-10.el8|x86_64|appstream|751700|2953320|GPLv3+|A utility for retrieving files using the HTTP or FTP protocols|http://www.gnu.org/software/wget/|libmetalink openssl-libs zlib
lksctp-tools|1.0.18-3.el8|x86_64|baseos|102400|250440|GPLv2 and GPLv2+ and LGPLv2 and MIT|User-space access to Linux Kernel SCTP|http://lksctp.sourceforge.net|glibc
iperf3|3.5-6.el8|x86_64|appstream|107500|262352|BSD|Measurement tool for TCP/UDP bandwidth performance|http://software.es.net/iperf|lksctp-tools openssl-libs
nginx-filesystem|1:1.14.1-9.module_el8.0.0+184+e34fea82|noarch|appstream|24100|143|BSD|The basic directory layout for the Nginx server|http://nginx.org/|
nginx|1:1.14.1-9.module_el8.0.0+184+e34fea82|x86_64|appstream|583700|1727280|BSD|A high performance web server and reverse proxy server|http://nginx.org/|nginx-filesystem openssl-libs zlib
redis|5.0.3-5.module_el8.4.0+955+7126e393|x86_64|appstream|950300|3394608|BSD and MIT|A persistent key-value database|http://redis.io|glibc
epel-release|8-11.el8|noarch|extras|24600|35288|GPLv2|Extra Packages for Enterprise Linux repository configuration|http://download.fedoraproject.org/pub/epel|
bridge-utils|1.7.1-2.el8|x86_64|epel|34900|59960|GPLv2+|Utilities for configuring the linux ethernet bridge|https://wiki.linuxfoundation.org/networking/bridge|glibc
`;

/** The programs of a package: PATH, or PROGRAM=PATH where the labs' machines have it elsewhere. */
export const CENTOS_PROGRAMS: Readonly<Record<string, string>> = {
  bash: '/usr/bin/bash',
  'coreutils-single':
    '/usr/bin/ls /usr/bin/cat /usr/bin/head /usr/bin/tail /usr/bin/wc /usr/bin/cut /usr/bin/sort /usr/bin/id /usr/bin/env /usr/bin/date',
  grep: '/usr/bin/grep',
  sed: '/usr/bin/sed',
  gawk: '/usr/bin/awk',
  findutils: '/usr/bin/find /usr/bin/xargs',
  'procps-ng': '/usr/bin/ps',
  hostname: '/usr/bin/hostname',
  'glibc-common': '/usr/bin/getent',
  curl: '/usr/bin/curl',
  iputils: '/usr/bin/ping',
  iproute: '/usr/sbin/bridge /usr/sbin/ip /usr/sbin/ss=/usr/bin/ss',
  iptables: '/usr/sbin/iptables',
  'net-tools': '/usr/bin/netstat /usr/sbin/arp /usr/sbin/ifconfig /usr/sbin/route',
  'bind-utils': '/usr/bin/dig',
  tcpdump: '/usr/bin/tcpdump=/usr/sbin/tcpdump',
  'nmap-ncat': '/usr/bin/nc',
  rpm: '/usr/bin/rpm',
  dnf: '/usr/bin/dnf',
  yum: '/usr/bin/yum',
  'iproute-tc': '/sbin/tc=/usr/sbin/tc',
  traceroute: '/usr/sbin/traceroute=/usr/bin/traceroute /usr/bin/traceroute6',
  ethtool: '/usr/sbin/ethtool',
  ipset: '/usr/sbin/ipset',
  'conntrack-tools': '/usr/sbin/conntrack',
  nftables: '/usr/sbin/nft',
  nano: '/usr/bin/nano',
  less: '/usr/bin/less',
  wget: '/usr/bin/wget',
  iperf3: '/usr/bin/iperf3',
  nginx: '/usr/sbin/nginx',
  redis: '/usr/bin/redis-cli /usr/bin/redis-server',
  'bridge-utils': '/usr/sbin/brctl',
};

/** What else a package puts where. */
export const CENTOS_FILES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'epel-release': {
    '/etc/yum.repos.d/epel.repo': `[epel]
name=Extra Packages for Enterprise Linux $releasever - $basearch
metalink=https://mirrors.fedoraproject.org/metalink?repo=epel-$releasever&arch=$basearch&infra=$infra&content=$contentdir
enabled=1
gpgcheck=1
countme=1
gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-EPEL-8
`,
  },
};

/** How large a repository's metadata is, in bytes. */
export const CENTOS_METADATA: Readonly<Record<string, number>> = {
  appstream: 8_808_038,
  baseos: 4_823_449,
  extras: 10_500,
  epel: 11_534_336,
};
