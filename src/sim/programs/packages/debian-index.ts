// Packages of Debian 12 (bookworm) as its index has them (apt-cache show, apt-get -s install on a minimal system): only those whose programs the
// labs have, and what these need.

/** NAME VERSION BYTES INSTALLED_KB ARCHITECTURE SECTION MULTI_ARCH DESCRIPTION, a line each. */
export const DEBIAN_INDEX = `
libelf1 0.188-2.1 173796 1036 amd64 libs same library to read and write ELF files
libbpf1 1:1.1.2-0+deb12u1 145032 385 amd64 libs same eBPF helper library (shared library)
libbsd0 0.11.7-2 117416 202 amd64 libs same utility functions from BSD systems - shared library
libmnl0 1.0.4-3 12476 46 amd64 libs same minimalistic Netlink communication library
libkrb5support0 1.20.1-2+deb12u5 33212 134 amd64 libs same MIT Kerberos runtime libraries - Support library
libk5crypto3 1.20.1-2+deb12u5 79712 261 amd64 libs same MIT Kerberos runtime libraries - Crypto Library
libkeyutils1 1.6.3-2 8808 40 amd64 libs same Linux Key Management Utilities (library)
libssl3 3.0.20-1~deb12u2 2036016 6030 amd64 libs same Secure Sockets Layer toolkit - shared libraries
libkrb5-3 1.20.1-2+deb12u5 332280 1077 amd64 libs same MIT Kerberos runtime libraries
libgssapi-krb5-2 1.20.1-2+deb12u5 135168 425 amd64 libs same MIT Kerberos runtime libraries - krb5 GSS-API Mechanism
libtirpc-common 1.3.3+ds-1 14048 35 all libs - transport-independent RPC library - common files
libtirpc3 1.3.3+ds-1 85192 226 amd64 libs same transport-independent RPC library
libxtables12 1.8.9-2 30752 101 amd64 libs same netfilter xtables library
libcap2-bin 1:2.66-4+deb12u3+b1 35220 133 amd64 utils - POSIX 1003.1e capabilities (utilities)
iproute2 6.1.0-3 1045828 3516 amd64 net - networking and traffic control tools
iputils-ping 3:20221126-1+deb12u1 47172 121 amd64 net - Tools to test the reachability of network hosts
net-tools 2.10-0.1+deb12u2 243404 978 amd64 net - NET-3 networking toolkit
libbrotli1 1.0.9-2+b6 275248 783 amd64 libs same library implementing brotli encoder and decoder (shared libraries)
libsasl2-modules-db 2.1.28+dfsg-10 20336 77 amd64 libs same Cyrus SASL - pluggable authentication modules (DB)
libsasl2-2 2.1.28+dfsg-10 59712 167 amd64 libs same Cyrus SASL - authentication abstraction library
libldap-2.5-0 2.5.13+dfsg-5 183248 553 amd64 libs same OpenLDAP libraries
libnghttp2-14 1.52.0-1+deb12u3 72404 220 amd64 libs same library implementing HTTP/2 protocol (shared library)
libpsl5 0.21.2-1 58684 96 amd64 libs same Library for Public Suffix List (shared libraries)
librtmp1 2.4+20151223.gitfa8646d.1-2+b2 60824 146 amd64 libs same toolkit for RTMP streams (shared library)
libssh2-1 1.10.0-3+b1 178704 357 amd64 libs same SSH2 client-side library
libcurl4 7.88.1-10+deb12u15 392184 840 amd64 libs same easy-to-use client-side URL transfer library (OpenSSL flavour)
curl 7.88.1-10+deb12u15 315764 489 amd64 web - command line tool for transferring data with URL syntax
wget 1.21.3-1+deb12u1 937340 3521 amd64 web - retrieves files from the web
libdbus-1-3 1.14.10-1~deb12u1 201240 468 amd64 libs same simple interprocess messaging system (library)
libpcap0.8 1.10.3-1 156700 368 amd64 libs same system interface for user-level packet capture
tcpdump 4.99.3-1 466880 1332 amd64 net - command-line network traffic analyzer
libuv1 1.44.2-1+deb12u1 135616 294 amd64 libs same asynchronous event notification library - runtime library
libfstrm0 0.6.1-1 21596 70 amd64 libs same Frame Streams (fstrm) library
libjemalloc2 5.3.0-1 275000 872 amd64 libs same general-purpose scalable concurrent malloc(3) implementation
libjson-c5 0.16-2 44120 109 amd64 libs same JSON manipulation library - shared library
liblmdb0 0.9.24-1 44996 104 amd64 libs same Lightning Memory-Mapped Database shared library
libmaxminddb0 1.7.1-1 29812 76 amd64 libs same IP geolocation database library
libprotobuf-c1 1.4.1-1+b1 27492 69 amd64 libs same Protocol Buffers C shared library (protobuf-c)
libicu72 72.1-3+deb12u1 9376124 36170 amd64 libs same International Components for Unicode
libxml2 2.9.14+dfsg-1.3~deb12u6 688760 1867 amd64 libs same GNOME XML library
bind9-libs 1:9.18.49-1~deb12u1 1182056 3506 amd64 libs same Shared Libraries used by BIND 9
bind9-host 1:9.18.49-1~deb12u1 54980 144 amd64 net - DNS Lookup Utility
libedit2 3.1-20221030-2 92992 258 amd64 libs same BSD editline and history libraries
bind9-dnsutils 1:9.18.49-1~deb12u1 155600 498 amd64 net - Clients provided with BIND 9
dnsutils 1:9.18.49-1~deb12u1 11508 23 all net - Transitional package for bind9-dnsutils
traceroute 1:2.1.2-1 51456 155 amd64 net - Traces the route taken by packets over an IPv4/IPv6 network
iputils-arping 3:20221126-1+deb12u1 20016 50 amd64 net - Tool to send ICMP echo requests to an ARP address
iputils-tracepath 3:20221126-1+deb12u1 18060 46 amd64 net - Tools to trace the network path to a remote host
netcat-openbsd 1.219-1 41520 108 amd64 net - TCP/IP swiss army knife
netbase 6.4 12800 36 all admin - Basic TCP/IP networking system
libip4tc2 1.8.9-2 19016 66 amd64 libs same netfilter libip4tc library
libip6tc2 1.8.9-2 19416 66 amd64 libs same netfilter libip6tc library
libnfnetlink0 1.0.2-2 15132 51 amd64 libs same Netfilter netlink library
libnetfilter-conntrack3 1.0.9-3 40704 139 amd64 libs same Netfilter netlink-conntrack library
libnftnl11 1.2.4-2 61632 233 amd64 libs same Netfilter nftables userspace API library
iptables 1.8.9-2 360192 2408 amd64 net - administration tools for packet filtering and NAT
libjansson4 2.14-2 40788 101 amd64 libs same C library for encoding, decoding and manipulating JSON data
libnftables1 1.0.6-2+deb12u2 299116 920 amd64 libs same Netfilter nftables high level userspace API library
nftables 1.0.6-2+deb12u2 70292 176 amd64 net - Program to control packet filtering rules by Netfilter project
bridge-utils 1.7.1-1 34452 114 amd64 net - Utilities for configuring the Linux Ethernet bridge
libncursesw6 6.4-4 133824 412 amd64 libs same shared libraries for terminal handling (wide character support)
libproc2-0 2:4.0.2-3 62804 232 amd64 libs same library for accessing process information from /proc
procps 2:4.0.2-3 708712 2091 amd64 admin - /proc file system utilities
ethtool 1:6.1-1 196612 668 amd64 net - display or change Ethernet device settings
libsctp1 1.0.19+dfsg-2 29720 56 amd64 libs same user-space access to Linux kernel SCTP - shared library
libiperf0 3.12-1+deb12u2 91200 252 amd64 libs same Internet Protocol bandwidth measuring tool (runtime files)
iperf3 3.12-1+deb12u2 33964 86 amd64 net - Internet Protocol bandwidth measuring tool
conntrack 1:1.4.7-1+b2 35240 117 amd64 net - Program to modify the conntrack tables
libipset13 7.17-1 67504 265 amd64 libs same library for IP sets
ipset 7.17-1 45656 138 amd64 net - administration tool for kernel IP sets
nginx-common 1.22.1-9+deb12u9 114812 332 all httpd - small, powerful, scalable web/proxy server - common files
nginx 1.22.1-9+deb12u9 529668 1331 amd64 httpd - small, powerful, scalable web/proxy server
libatomic1 12.2.0-14+deb12u1 9376 45 amd64 libs same support library providing __atomic built-in functions
liblzf1 3.6-3 10192 39 amd64 libs same Very small data compression library
redis-tools 5:7.0.15-1~deb12u7 991888 5837 amd64 database - Persistent key-value database with network interface (client)
redis-server 5:7.0.15-1~deb12u7 73392 183 amd64 database - Persistent key-value database with network interface
libpython3.11-minimal 3.11.2-6+deb12u8 817740 5214 amd64 python same Minimal subset of the Python language (version 3.11)
libexpat1 2.5.0-1+deb12u2 99888 388 amd64 libs same XML parsing C library - runtime library
python3.11-minimal 3.11.2-6+deb12u8 2064968 6766 amd64 python - Minimal subset of the Python language (version 3.11)
python3-minimal 3.11.2-1+b1 26312 111 amd64 python - minimal subset of the Python language (default python3 version)
media-types 10.0.0 26136 92 all net - List of standard media types and their usual file extension
libnsl2 1.3.0-2 39480 127 amd64 libs same Public client interface for NIS(YP) and NIS+
readline-common 8.2-1.3 68988 89 all utils - GNU readline and history libraries, common files
libreadline8 8.2-1.3 165760 475 amd64 libs same GNU readline and history libraries, run-time libraries
libsqlite3-0 3.40.1-2+deb12u2 838808 1682 amd64 libs same SQLite 3 shared library
libpython3.11-stdlib 3.11.2-6+deb12u8 1798560 8330 amd64 python same Interactive high-level object-oriented language (standard library, version 3.11)
python3.11 3.11.2-6+deb12u8 574236 650 amd64 python - Interactive high-level object-oriented language (version 3.11)
libpython3-stdlib 3.11.2-1+b1 9312 27 amd64 python same interactive high-level object-oriented language (default python3 version)
python3 3.11.2-1+b1 26300 81 amd64 python - interactive high-level object-oriented language (default python3 version)
nano 7.2-1+deb12u1 689556 2804 amd64 editors - small, friendly text editor inspired by Pico
less 590-2.1~deb12u2 132044 313 amd64 text - pager program similar to more
`;

/** What comes along on a minimal system, in the order of unpacking, which is that of setting up. */
export const DEBIAN_CLOSURES: Readonly<Record<string, string>> = {
  iproute2:
    'libelf1 libbpf1 libbsd0 libmnl0 libkrb5support0 libk5crypto3 libkeyutils1 libssl3 libkrb5-3 libgssapi-krb5-2 libtirpc-common libtirpc3 libxtables12 libcap2-bin iproute2',
  'iputils-ping': 'libcap2-bin iputils-ping',
  'net-tools': 'net-tools',
  curl: 'libbrotli1 libkrb5support0 libk5crypto3 libkeyutils1 libssl3 libkrb5-3 libgssapi-krb5-2 libsasl2-modules-db libsasl2-2 libldap-2.5-0 libnghttp2-14 libpsl5 librtmp1 libssh2-1 libcurl4 curl',
  wget: 'libpsl5 wget',
  tcpdump: 'libdbus-1-3 libpcap0.8 libssl3 tcpdump',
  dnsutils:
    'libuv1 libfstrm0 libkrb5support0 libk5crypto3 libkeyutils1 libssl3 libkrb5-3 libgssapi-krb5-2 libjemalloc2 libjson-c5 liblmdb0 libmaxminddb0 libnghttp2-14 libprotobuf-c1 libicu72 libxml2 bind9-libs bind9-host libbsd0 libedit2 bind9-dnsutils dnsutils',
  traceroute: 'traceroute',
  'iputils-arping': 'libcap2-bin iputils-arping',
  'iputils-tracepath': 'iputils-tracepath',
  'netcat-openbsd': 'libbsd0 netcat-openbsd',
  iptables: 'netbase libip4tc2 libip6tc2 libxtables12 libmnl0 libnfnetlink0 libnetfilter-conntrack3 libnftnl11 iptables',
  nftables: 'libjansson4 libmnl0 libnftnl11 libxtables12 libnftables1 libbsd0 libedit2 nftables',
  'bridge-utils': 'bridge-utils',
  procps: 'libncursesw6 libproc2-0 procps',
  ethtool: 'libmnl0 ethtool',
  iperf3: 'libsctp1 libssl3 libiperf0 iperf3',
  conntrack: 'libmnl0 libnfnetlink0 libnetfilter-conntrack3 conntrack',
  ipset: 'libmnl0 libipset13 ipset',
  nginx:
    'libelf1 libbpf1 libbsd0 libmnl0 libkrb5support0 libk5crypto3 libkeyutils1 libssl3 libkrb5-3 libgssapi-krb5-2 libtirpc-common libtirpc3 libxtables12 libcap2-bin iproute2 nginx-common nginx',
  'redis-server': 'libatomic1 libjemalloc2 liblzf1 libssl3 redis-tools redis-server',
  'redis-tools': 'libatomic1 libjemalloc2 liblzf1 libssl3 redis-tools',
  python3:
    'libssl3 libpython3.11-minimal libexpat1 python3.11-minimal python3-minimal media-types libncursesw6 libkrb5support0 libk5crypto3 libkeyutils1 libkrb5-3 libgssapi-krb5-2 libtirpc-common libtirpc3 libnsl2 readline-common libreadline8 libsqlite3-0 libpython3.11-stdlib python3.11 libpython3-stdlib python3',
  nano: 'libncursesw6 nano',
  less: 'less',
};

/** The programs of a package, PATH or PROGRAM=PATH where they lie elsewhere on the labs' machines. */
export const DEBIAN_PROGRAMS_OF: Readonly<Record<string, string>> = {
  iproute2: '/usr/sbin/ip /usr/bin/ss /usr/sbin/bridge /sbin/tc=/usr/sbin/tc /usr/bin/nstat',
  'iputils-ping': '/usr/bin/ping',
  'net-tools': '/usr/sbin/ifconfig /usr/sbin/route /usr/sbin/arp /usr/bin/netstat',
  curl: '/usr/bin/curl',
  wget: '/usr/bin/wget',
  tcpdump: '/usr/bin/tcpdump',
  'bind9-dnsutils': '/usr/bin/dig /usr/bin/nslookup',
  'bind9-host': '/usr/bin/host',
  traceroute: '/usr/sbin/traceroute /usr/bin/traceroute6',
  'iputils-arping': '/usr/sbin/arping',
  'iputils-tracepath': '/usr/bin/tracepath',
  'netcat-openbsd': '/usr/bin/nc /usr/bin/netcat /usr/bin/nc.openbsd',
  iptables: '/usr/sbin/iptables /usr/sbin/ip6tables /usr/sbin/iptables-save /usr/sbin/iptables-restore /usr/sbin/iptables-nft',
  nftables: '/usr/sbin/nft',
  'bridge-utils': '/usr/sbin/brctl',
  procps: '/usr/bin/ps /usr/bin/pgrep /usr/bin/pkill /usr/bin/kill /usr/bin/free /usr/bin/watch /usr/sbin/sysctl',
  ethtool: '/usr/sbin/ethtool',
  iperf3: '/usr/bin/iperf3',
  conntrack: '/usr/sbin/conntrack',
  ipset: '/usr/sbin/ipset',
  nginx: '/usr/sbin/nginx',
  'redis-server': '/usr/bin/redis-server',
  'redis-tools': '/usr/bin/redis-cli',
  'python3-minimal': '/usr/bin/python3',
  nano: '/usr/bin/nano',
  less: '/usr/bin/less',
};
