// Packages of Alpine 3.18 as its indexes have them, as far as logs of builds and the aports tree show: those whose programs the labs have, and what
// these need. The sizes of some are estimates.

/**
 * NAME|VERSION|PACKED|INSTALLED|LICENSE|ORIGIN|DESCRIPTION|URL|NEEDS|PROVIDES|INSTALL_IF, a line each; sizes in bytes. `@` among what is needed is the
 * C library.
 */
export const ALPINE_MAIN = `
ca-certificates|20230506-r0|245164|696320|MPL-2.0 AND MIT|ca-certificates|Common CA certificates PEM files from Mozilla|https://www.mozilla.org/en-US/about/governance/policies/security-group/certs/|@ so:libcrypto.so.3|cmd:c_rehash=20230506-r0 cmd:update-ca-certificates=20230506-r0
brotli-libs|1.0.9-r14|327908|729088|MIT|brotli|Generic lossless compressor (libraries)|https://github.com/google/brotli|@|so:libbrotlicommon.so.1=1.0.9 so:libbrotlidec.so.1=1.0.9 so:libbrotlienc.so.1=1.0.9
libunistring|1.1-r1|605532|1990656|GPL-2.0-or-later OR LGPL-3.0-or-later|libunistring|Library for manipulating Unicode strings and C strings|https://www.gnu.org/software/libunistring/|@|so:libunistring.so.5=5.0.0
libidn2|2.3.4-r1|96404|258048|GPL-2.0-or-later OR LGPL-3.0-or-later|libidn2|Encode/Decode library for internationalized domain names|https://gitlab.com/libidn/libidn2|@ so:libunistring.so.5|so:libidn2.so.0=0.3.8
nghttp2-libs|1.57.0-r0|75820|176128|MIT|nghttp2|Experimental HTTP/2 client, server and proxy (libraries)|https://nghttp2.org|@|so:libnghttp2.so.14=14.25.0
libcurl|8.5.0-r0|287024|598016|curl|curl|The multiprotocol file transfer library|https://curl.se/|ca-certificates @ so:libbrotlidec.so.1 so:libcrypto.so.3 so:libidn2.so.0 so:libnghttp2.so.14 so:libssl.so.3 so:libz.so.1|so:libcurl.so.4=4.8.0
curl|8.5.0-r0|136704|270336|curl|curl|URL retrival utility and library|https://curl.se/|@ so:libcurl.so.4 so:libz.so.1|cmd:curl=8.5.0-r0
ncurses-terminfo-base|6.4_p20230506-r0|21324|221184|X11|ncurses|Descriptions of common terminals|https://invisible-island.net/ncurses/
libncursesw|6.4_p20230506-r0|170412|434176|X11|ncurses|Console display library (libncursesw)|https://invisible-island.net/ncurses/|ncurses-terminfo-base @|so:libncursesw.so.6=6.4
libpanelw|6.4_p20230506-r0|7320|28672|X11|ncurses|Console display library (libpanelw)|https://invisible-island.net/ncurses/|ncurses-terminfo-base @ so:libncursesw.so.6|so:libpanelw.so.6=6.4
readline|8.2.1-r1|126880|299008|GPL-3.0-or-later|readline|GNU readline library|https://tiswww.cwru.edu/php/chet/readline/rltop.html|@ so:libncursesw.so.6|so:libreadline.so.8=8.2
bash|5.2.15-r5|473620|1323008|GPL-3.0-or-later|bash|The GNU Bourne Again shell|https://www.gnu.org/software/bash/bash.html|/bin/sh @ so:libreadline.so.8|cmd:bash=5.2.15-r5
pcre|8.45-r3|193604|479232|BSD-3-Clause|pcre|Perl-compatible regular expression library|https://pcre.org|@|so:libpcre.so.1=1.2.13 so:libpcreposix.so.0=0.0.7
nginx|1.24.0-r6|528968|1249280|BSD-2-Clause|nginx|HTTP and reverse proxy server (stable version)|https://www.nginx.org/|/bin/sh @ so:libcrypto.so.3 so:libpcre.so.1 so:libssl.so.3 so:libz.so.1|cmd:nginx=1.24.0-r6
redis|7.0.15-r0|1015436|2887680|BSD-3-Clause|redis|Advanced key-value store|https://redis.io/|/bin/sh @ so:libcrypto.so.3 so:libssl.so.3|cmd:redis-benchmark=7.0.15-r0 cmd:redis-check-aof=7.0.15-r0 cmd:redis-check-rdb=7.0.15-r0 cmd:redis-cli=7.0.15-r0 cmd:redis-sentinel=7.0.15-r0 cmd:redis-server=7.0.15-r0
libpcap|1.10.4-r1|126440|282624|BSD-3-Clause|libpcap|A system-independent interface for user-level packet capture|https://www.tcpdump.org/|@|so:libpcap.so.1=1.10.4
tcpdump|4.99.4-r1|549412|1327104|BSD-3-Clause|tcpdump|A tool for network monitoring and data acquisition|https://www.tcpdump.org|@ so:libcrypto.so.3 so:libpcap.so.1|cmd:tcpdump=4.99.4-r1
libbz2|1.0.8-r5|36308|77824|bzip2-1.0.6|bzip2|Shared library for bz2|https://sourceware.org/bzip2/|@|so:libbz2.so.1=1.0.8
musl-fts|1.2.7-r5|5408|32768|BSD-3-Clause|musl-fts|Implementation of fts(3) functions which are missing in musl libc|https://github.com/void-linux/musl-fts/|@|so:libfts.so.0=0.0.0
xz-libs|5.4.3-r0|87992|180224|GPL-2.0-or-later AND 0BSD AND Public-Domain AND LGPL-2.1-or-later|xz|Library and CLI tools for XZ and LZMA compressed files (libraries)|https://tukaani.org/xz|@|so:liblzma.so.5=5.4.3
zstd-libs|1.5.5-r4|290304|651264|BSD-3-Clause OR GPL-2.0-or-later|zstd|Zstandard - Fast real-time compression algorithm (libraries)|https://www.zstd.net|@|so:libzstd.so.1=1.5.5
libelf|0.189-r2|345392|991232|GPL-3.0-or-later AND ( GPL-2.0-or-later OR LGPL-3.0-or-later )|elfutils|Libelf is a library to read and write ELF files|http://elfutils.org/|@ so:libbz2.so.1 so:libfts.so.0 so:liblzma.so.5 so:libz.so.1 so:libzstd.so.1|so:libelf.so.1=0.189 so:libasm.so.1=0.189 so:libdw.so.1=0.189
libcap2|2.69-r0|17808|57344|BSD-3-Clause OR GPL-2.0-only|libcap|POSIX 1003.1e capabilities (library)|https://sites.google.com/site/fullycapable/|@|so:libcap.so.2=2.69 so:libpsx.so.2=2.69
libmnl|1.0.5-r1|9204|40960|LGPL-2.1-or-later|libmnl|Library for minimalistic netlink|https://www.netfilter.org/projects/libmnl/|@|so:libmnl.so.0=0.2.0
libxtables|1.8.9-r2|20384|57344|GPL-2.0-or-later|iptables|iptables and ip6tables (libxtables)|https://www.netfilter.org/projects/iptables/index.html|@|so:libxtables.so.12=12.7.0
libnftnl|1.2.5-r1|66408|192512|GPL-2.0-or-later|libnftnl|Netfilter library providing interface to the nf_tables subsystem|https://netfilter.org/projects/libnftnl/|@ so:libmnl.so.0|so:libnftnl.so.11=11.6.0
iproute2-minimal|6.3.0-r0|279264|634880|GPL-2.0-or-later|iproute2|IP Routing Utilities (core: ip)|https://wiki.linuxfoundation.org/networking/iproute2|@ so:libcap.so.2 so:libelf.so.1 so:libmnl.so.0|cmd:ip=6.3.0-r0
iproute2-tc|6.3.0-r0|211460|495616|GPL-2.0-or-later|iproute2|IP Routing Utilities (tc)|https://wiki.linuxfoundation.org/networking/iproute2|@ so:libcap.so.2 so:libelf.so.1 so:libmnl.so.0 so:libxtables.so.12|cmd:tc=6.3.0-r0
iproute2-ss|6.3.0-r0|62916|155648|GPL-2.0-or-later|iproute2|IP Routing Utilities (ss)|https://wiki.linuxfoundation.org/networking/iproute2|@ so:libcap.so.2 so:libelf.so.1 so:libmnl.so.0|cmd:ss=6.3.0-r0
iproute2|6.3.0-r0|306080|778240|GPL-2.0-or-later|iproute2|IP Routing Utilities|https://wiki.linuxfoundation.org/networking/iproute2|iproute2-minimal iproute2-tc iproute2-ss /bin/sh @ so:libcap.so.2 so:libelf.so.1 so:libmnl.so.0|cmd:bridge=6.3.0-r0 cmd:ctstat=6.3.0-r0 cmd:dcb=6.3.0-r0 cmd:devlink=6.3.0-r0 cmd:genl=6.3.0-r0 cmd:ifstat=6.3.0-r0 cmd:lnstat=6.3.0-r0 cmd:nstat=6.3.0-r0 cmd:rdma=6.3.0-r0 cmd:routel=6.3.0-r0 cmd:rtacct=6.3.0-r0 cmd:rtmon=6.3.0-r0 cmd:rtstat=6.3.0-r0 cmd:tipc=6.3.0-r0 cmd:vdpa=6.3.0-r0
iputils-arping|20221126-r2|14316|40960|BSD-3-Clause AND GPL-2.0-or-later|iputils|IP Configuration Utilities (and Ping) (arping)|https://github.com/iputils/iputils/|@ so:libcap.so.2|cmd:arping=20221126-r2
iputils-clockdiff|20221126-r2|10676|32768|BSD-3-Clause AND GPL-2.0-or-later|iputils|IP Configuration Utilities (and Ping) (clockdiff)|https://github.com/iputils/iputils/|@ so:libcap.so.2|cmd:clockdiff=20221126-r2
iputils-ping|20221126-r2|34136|90112|BSD-3-Clause AND GPL-2.0-or-later|iputils|IP Configuration Utilities (and Ping) (ping)|https://github.com/iputils/iputils/|@ so:libcap.so.2|cmd:ping=20221126-r2 cmd:ping6=20221126-r2
iputils-tracepath|20221126-r2|9388|32768|BSD-3-Clause AND GPL-2.0-or-later|iputils|IP Configuration Utilities (and Ping) (tracepath)|https://github.com/iputils/iputils/|@|cmd:tracepath=20221126-r2 cmd:tracepath6=20221126-r2
iputils|20221126-r2|1460|4096|BSD-3-Clause AND GPL-2.0-or-later|iputils|IP Configuration Utilities (and Ping)|https://github.com/iputils/iputils/|iputils-arping iputils-clockdiff iputils-ping iputils-tracepath
fstrm|0.6.1-r2|37868|126976|MIT|fstrm|Frame Streams implementation in C|https://github.com/farsightsec/fstrm|@|so:libfstrm.so.0=0.6.1 cmd:fstrm_capture=0.6.1-r2 cmd:fstrm_dump=0.6.1-r2 cmd:fstrm_replay=0.6.1-r2
krb5-conf|1.0-r2|1608|20480|MIT|krb5-conf|Shared krb5.conf for both MIT krb5 and heimdal|https://www.h5l.org/
libcom_err|1.47.0-r2|9036|32768|GPL-2.0-or-later AND LGPL-2.0-or-later AND BSD-3-Clause AND MIT|e2fsprogs|Common error description library|http://e2fsprogs.sourceforge.net|@|so:libcom_err.so.2=2.1
keyutils-libs|1.6.3-r3|8732|32768|GPL-2.0-or-later AND LGPL-2.0-or-later|keyutils|Key utilities library|https://people.redhat.com/~dhowells/keyutils|@|so:libkeyutils.so.1=1.10
libverto|0.3.2-r2|12692|40960|MIT|libverto|Main loop abstraction library|https://github.com/npmccallum/libverto|@|so:libverto.so.1=1.0.0
krb5-libs|1.20.2-r0|701164|1998848|MIT|krb5|The shared libraries used by Kerberos 5|https://web.mit.edu/kerberos/www/|krb5-conf @ so:libcom_err.so.2 so:libcrypto.so.3 so:libkeyutils.so.1 so:libssl.so.3 so:libverto.so.1|so:libgssapi_krb5.so.2=2.2 so:libkrb5.so.3=3.3 so:libk5crypto.so.3=3.1
json-c|0.16-r3|25584|77824|MIT|json-c|JSON implementation in C|https://github.com/json-c/json-c/wiki|@|so:libjson-c.so.5=5.2.0
protobuf-c|1.4.1-r5|16572|53248|BSD-2-Clause|protobuf-c|Protocol Buffers implementation in C|https://github.com/protobuf-c/protobuf-c|@|so:libprotobuf-c.so.1=1.0.0
libuv|1.44.2-r2|82484|188416|MIT AND ISC|libuv|Cross-platform asychronous I/O|https://libuv.org/|@|so:libuv.so.1=1.0.0
libxml2|2.11.6-r0|478936|1200128|MIT|libxml2|XML parsing library, version 2|https://gitlab.gnome.org/GNOME/libxml2|@ so:liblzma.so.5 so:libz.so.1|so:libxml2.so.2=2.11.6
bind-libs|9.18.24-r1|1200184|2940928|MPL-2.0|bind|The ISC DNS server (libraries)|https://www.isc.org|@ so:libcrypto.so.3 so:libfstrm.so.0 so:libgssapi_krb5.so.2 so:libjson-c.so.5 so:libkrb5.so.3 so:libnghttp2.so.14 so:libprotobuf-c.so.1 so:libssl.so.3 so:libuv.so.1 so:libxml2.so.2 so:libz.so.1|so:libdns-9.18.24.so=0 so:libisc-9.18.24.so=0
bind-tools|9.18.24-r1|168332|483328|MPL-2.0|bind|The ISC DNS tools|https://www.isc.org|@ so:libcrypto.so.3 so:libdns-9.18.24.so so:libisc-9.18.24.so|cmd:delv=9.18.24-r1 cmd:dig=9.18.24-r1 cmd:host=9.18.24-r1 cmd:mdig=9.18.24-r1 cmd:nslookup=9.18.24-r1 cmd:nsupdate=9.18.24-r1
iptables|1.8.9-r2|242720|1908736|GPL-2.0-or-later|iptables|Linux kernel firewall, NAT and packet mangling tools|https://www.netfilter.org/projects/iptables/index.html|@ so:libmnl.so.0 so:libnftnl.so.11 so:libxtables.so.12|cmd:iptables=1.8.9-r2 cmd:iptables-nft=1.8.9-r2 cmd:iptables-restore=1.8.9-r2 cmd:iptables-save=1.8.9-r2 cmd:xtables-monitor=1.8.9-r2
ip6tables|1.8.9-r2|13044|143360|GPL-2.0-or-later|iptables|Linux kernel firewall, NAT and packet mangling tools (ip6tables)|https://www.netfilter.org/projects/iptables/index.html|iptables|cmd:ip6tables=1.8.9-r2 cmd:ip6tables-restore=1.8.9-r2 cmd:ip6tables-save=1.8.9-r2
libmd|1.0.4-r2|28600|81920|BSD-2-Clause AND BSD-3-Clause AND ISC AND Beerware AND Public-Domain|libmd|Message digest functions from BSD systems|https://www.hadrons.org/software/libmd|@|so:libmd.so.0=0.0.5
libbsd|0.11.7-r1|36524|98304|BSD-3-Clause|libbsd|commonly-used BSD functions not implemented by all libcs|https://libbsd.freedesktop.org/|@ so:libmd.so.0|so:libbsd.so.0=0.11.7
netcat-openbsd|1.219-r1|20092|49152|BSD-3-Clause AND BSD-2-Clause|netcat-openbsd|The OpenBSD variant of the netcat networking utility|https://salsa.debian.org/debian/netcat-openbsd|@ so:libbsd.so.0|cmd:nc=1.219-r1
bridge-utils|1.7.1-r1|17584|49152|GPL-2.0-or-later|bridge-utils|Tools for configuring the Linux kernel 802.1d Ethernet Bridge|https://wiki.linuxfoundation.org/networking/bridge|@|cmd:brctl=1.7.1-r1
iperf3|3.14-r0|99604|229376|BSD-3-Clause-LBNL|iperf3|A tool to measure IP bandwidth using UDP or TCP|https://github.com/esnet/iperf|@ so:libcrypto.so.3|so:libiperf.so.0=0.0.0 cmd:iperf3=3.14-r0
mii-tool|2.10-r2|11316|40960|GPL-2.0-or-later|net-tools|Linux networking utilities (mii-tool)|https://sourceforge.net/projects/net-tools|@|cmd:mii-tool=2.10-r2
net-tools|2.10-r2|119424|466944|GPL-2.0-or-later|net-tools|Linux networking utilities|https://sourceforge.net/projects/net-tools|mii-tool @|cmd:arp=2.10-r2 cmd:ifconfig=2.10-r2 cmd:ipmaddr=2.10-r2 cmd:iptunnel=2.10-r2 cmd:nameif=2.10-r2 cmd:netstat=2.10-r2 cmd:plipconfig=2.10-r2 cmd:route=2.10-r2 cmd:slattach=2.10-r2
ethtool|6.3-r0|147404|368640|GPL-2.0-only|ethtool|Display or change Ethernet card settings|https://mirrors.edge.kernel.org/pub/software/network/ethtool/|@ so:libmnl.so.0|cmd:ethtool=6.3-r0
gmp|6.2.1-r3|186116|409600|LGPL-3.0-or-later OR GPL-2.0-or-later|gmp|Free library for arbitrary precision arithmetic|https://gmplib.org/|@|so:libgmp.so.10=10.4.1
jansson|2.14-r3|23360|69632|MIT|jansson|lightweight JSON library|https://github.com/akheron/jansson|@|so:libjansson.so.4=4.14.0
libedit|20221030.3.1-r1|72732|196608|BSD-3-Clause|libedit|BSD line editing library|https://www.thrysoee.dk/editline|@ so:libncursesw.so.6|so:libedit.so.0=0.0.70
nftables|1.0.7-r1|316168|851968|GPL-2.0-or-later|nftables|Netfilter tables userspace tools|https://netfilter.org/projects/nftables|/bin/sh @ so:libedit.so.0 so:libgmp.so.10 so:libjansson.so.4 so:libmnl.so.0 so:libnftnl.so.11|so:libnftables.so.1=1.1.0 cmd:nft=1.0.7-r1
libnfnetlink|1.0.2-r2|17884|53248|GPL-2.0-or-later|libnfnetlink|Low-level library for netfilter related kernel/userspace communication|https://netfilter.org/projects/libnfnetlink/|@|so:libnfnetlink.so.0=0.2.0
libnetfilter_conntrack|1.0.9-r2|44124|122880|GPL-2.0-or-later|libnetfilter_conntrack|programming interface (API) to the in-kernel connection tracking state table|https://www.netfilter.org/projects/libnetfilter_conntrack/|@ so:libmnl.so.0 so:libnfnetlink.so.0|so:libnetfilter_conntrack.so.3=3.8.0
libnetfilter_cthelper|1.0.1-r2|6304|28672|GPL-2.0-or-later|libnetfilter_cthelper|Library for user-space helper infrastructure|https://www.netfilter.org/projects/libnetfilter_cthelper/|@ so:libmnl.so.0|so:libnetfilter_cthelper.so.0=0.0.0
libnetfilter_cttimeout|1.0.1-r1|5876|28672|GPL-2.0-or-later|libnetfilter_cttimeout|Library for the connection tracking timeout infrastructure|https://www.netfilter.org/projects/libnetfilter_cttimeout/|@ so:libmnl.so.0|so:libnetfilter_cttimeout.so.1=1.0.0
libnetfilter_queue|1.0.5-r2|14096|45056|GPL-2.0-or-later|libnetfilter_queue|API to packets that have been queued by the kernel packet filter|https://www.netfilter.org/projects/libnetfilter_queue/|@ so:libmnl.so.0 so:libnfnetlink.so.0|so:libnetfilter_queue.so.1=1.5.0
conntrack-tools|1.4.7-r1|122652|323584|GPL-2.0-or-later|conntrack-tools|Connection tracking userspace tools|https://conntrack-tools.netfilter.org|/bin/sh @ so:libmnl.so.0 so:libnetfilter_conntrack.so.3 so:libnetfilter_cthelper.so.0 so:libnetfilter_cttimeout.so.1 so:libnetfilter_queue.so.1 so:libnfnetlink.so.0|cmd:conntrack=1.4.7-r1 cmd:conntrackd=1.4.7-r1 cmd:nfct=1.4.7-r1
ipset|7.17-r1|84716|208896|GPL-2.0-only|ipset|Manage Linux IP sets|https://ipset.netfilter.org/|@ so:libmnl.so.0|so:libipset.so.13=13.6.0 cmd:ipset=7.17-r1 cmd:ipset-translate=7.17-r1
pcre2|10.42-r1|248900|651264|BSD-3-Clause|pcre2|Perl-compatible regular expression library|https://pcre.org|@|so:libpcre2-8.so.0=0.11.2 so:libpcre2-posix.so.3=3.0.4
wget|1.21.4-r0|223508|507904|GPL-3.0-or-later WITH OpenSSL-Exception|wget|Network utility to retrieve files from the Web|https://www.gnu.org/software/wget/wget.html|@ so:libcrypto.so.3 so:libidn2.so.0 so:libpcre2-8.so.0 so:libssl.so.3 so:libz.so.1|cmd:wget=1.21.4-r0
nano|7.2-r1|234684|647168|GPL-3.0-or-later|nano|Enhanced clone of the Pico text editor|https://www.nano-editor.org|@ so:libncursesw.so.6|cmd:nano=7.2-r1 cmd:rnano=7.2-r1
libexpat|2.6.0-r0|53840|131072|MIT|expat|XML Parser library written in C (libraries)|https://libexpat.github.io/|@|so:libexpat.so.1=1.9.0
libffi|3.4.4-r2|17936|57344|MIT|libffi|portable, high level programming interface to various calling conventions.|https://sourceware.org/libffi|@|so:libffi.so.8=8.1.2
gdbm|1.23-r1|68164|225280|GPL-3.0-or-later|gdbm|GNU dbm is a set of database routines that use extensible hashing|https://www.gnu.org/software/gdbm/|@|so:libgdbm.so.6=6.0.0 so:libgdbm_compat.so.4=4.0.0
libgcc|12.2.1_git20220924-r10|54508|155648|GPL-2.0-or-later AND LGPL-2.1-or-later|gcc|GNU C compiler runtime libraries|https://gcc.gnu.org|@|so:libgcc_s.so.1=1
libstdc++|12.2.1_git20220924-r10|848144|2359296|GPL-2.0-or-later AND LGPL-2.1-or-later|gcc|GNU C++ standard runtime library|https://gcc.gnu.org|@ so:libgcc_s.so.1|so:libstdc++.so.6=6.0.30
mpdecimal|2.5.1-r2|105148|253952|BSD-2-Clause|mpdecimal|complete implementation of the general decimal arithmetic specification|https://www.bytereef.org/mpdecimal/index.html|@ so:libgcc_s.so.1 so:libstdc++.so.6|so:libmpdec.so.3=2.5.1 so:libmpdec++.so.3=2.5.1
sqlite-libs|3.41.2-r3|489824|1019904|blessing|sqlite|Sqlite3 library|https://www.sqlite.org|@|so:libsqlite3.so.0=0.8.6
python3|3.11.6-r0|9284260|33857536|PSF-2.0|python3|A high-level scripting language|https://www.python.org/|@ so:libbz2.so.1 so:libcrypto.so.3 so:libexpat.so.1 so:libffi.so.8 so:libgdbm.so.6 so:libgdbm_compat.so.4 so:liblzma.so.5 so:libmpdec.so.3 so:libncursesw.so.6 so:libpanelw.so.6 so:libreadline.so.8 so:libsqlite3.so.0 so:libssl.so.3 so:libz.so.1|so:libpython3.11.so.1.0=1.0 so:libpython3.so=0 py3.11 cmd:2to3=3.11.6-r0 cmd:pydoc3=3.11.6-r0 cmd:python3=3.11.6-r0 cmd:python3.11=3.11.6-r0
python3-pycache-pyc0|3.11.6-r0|4436720|10440704|PSF-2.0|python3|A high-level scripting language (pycache)|https://www.python.org/|python3
pyc|0.1-r0|1436|4096|MIT|pyc|Metapackage to select if py3 bytecode should be installed|https://www.alpinelinux.org/
python3-pyc|3.11.6-r0|1472|4096|PSF-2.0|python3|A high-level scripting language|https://www.python.org/|python3-pycache-pyc0=3.11.6-r0 pyc||python3=3.11.6-r0
py3-parsing|3.0.9-r2|84188|331776|MIT|py3-parsing|Simple packrat parser for Python|https://github.com/pyparsing/pyparsing|python3
py3-packaging|23.1-r1|36340|118784|Apache-2.0 AND BSD-2-Clause|py3-packaging|Core utilities for Python packages|https://pypi.org/project/packaging/|python3 py3-parsing
py3-setuptools|67.7.2-r0|499948|2203648|MIT|py3-setuptools|Collection of enhancements to the Python3 distutils|https://pypi.org/project/setuptools|py3-packaging python3
py3-parsing-pyc|3.0.9-r2|128500|208896|MIT|py3-parsing|Precompiled Python bytecode for py3-parsing|https://github.com/pyparsing/pyparsing|||py3-parsing=3.0.9-r2 pyc
py3-packaging-pyc|23.1-r1|58724|118784|Apache-2.0 AND BSD-2-Clause|py3-packaging|Precompiled Python bytecode for py3-packaging|https://pypi.org/project/packaging/|||py3-packaging=23.1-r1 pyc
py3-setuptools-pyc|67.7.2-r0|901908|1863680|MIT|py3-setuptools|Precompiled Python bytecode for py3-setuptools|https://pypi.org/project/setuptools|||py3-setuptools=67.7.2-r0 pyc
`;

/** The same of the repository `community`. */
export const ALPINE_COMMUNITY = `
py3-pip|23.1.2-r0|1415152|5988352|MIT|py3-pip|Tool for installing and managing Python packages|https://pip.pypa.io/|py3-setuptools python3|cmd:pip=23.1.2-r0 cmd:pip3=23.1.2-r0 cmd:pip3.11=23.1.2-r0
py3-pip-pyc|23.1.2-r0|2684420|6193152|MIT|py3-pip|Precompiled Python bytecode for py3-pip|https://pip.pypa.io/|||py3-pip=23.1.2-r0 pyc
`;

/** Under which a repository's index says that it is, and of how many packages it tells in all. */
export const ALPINE_REPOSITORIES: Readonly<Record<string, { readonly description: string; readonly packages: number }>> = {
  main: { description: 'v3.18.6-24-gb6dfe0d4a6b', packages: 5047 },
  community: { description: 'v3.18.6-23-g7d3e0f1d2cd', packages: 15_023 },
};

/** The programs of a package: PATH, or PROGRAM=PATH where the labs' machines have it elsewhere. Without: what it has lies nowhere. */
export const ALPINE_PROGRAMS: Readonly<Record<string, string>> = {
  curl: '/usr/bin/curl',
  bash: '/usr/bin/bash=/bin/bash',
  nginx: '/usr/sbin/nginx',
  redis: '/usr/bin/redis-server /usr/bin/redis-cli',
  tcpdump: '/usr/bin/tcpdump',
  'iproute2-minimal': '/usr/sbin/ip=/sbin/ip',
  'iproute2-tc': '/sbin/tc',
  'iproute2-ss': '/usr/bin/ss=/sbin/ss',
  iproute2: '/usr/sbin/bridge=/sbin/bridge /usr/bin/nstat=/sbin/nstat',
  'iputils-arping': '/usr/sbin/arping',
  'iputils-ping': '/usr/bin/ping=/bin/ping /usr/bin/ping=/bin/ping6',
  'iputils-tracepath': '/usr/bin/tracepath=/usr/sbin/tracepath',
  'bind-tools': '/usr/bin/dig /usr/bin/host /usr/bin/nslookup',
  iptables:
    '/usr/sbin/iptables=/sbin/iptables /usr/sbin/iptables-nft=/sbin/iptables-nft /usr/sbin/iptables-restore=/sbin/iptables-restore /usr/sbin/iptables-save=/sbin/iptables-save /usr/sbin/xtables-monitor=/sbin/xtables-monitor',
  ip6tables:
    '/usr/sbin/ip6tables=/sbin/ip6tables /usr/sbin/ip6tables-restore=/sbin/ip6tables-restore /usr/sbin/ip6tables-save=/sbin/ip6tables-save',
  'netcat-openbsd': '/usr/bin/nc',
  'bridge-utils': '/usr/sbin/brctl',
  iperf3: '/usr/bin/iperf3',
  'net-tools': '/usr/sbin/arp=/sbin/arp /usr/sbin/ifconfig=/sbin/ifconfig /usr/bin/netstat=/bin/netstat /usr/sbin/route=/sbin/route',
  ethtool: '/usr/sbin/ethtool',
  nftables: '/usr/sbin/nft',
  'conntrack-tools': '/usr/sbin/conntrack',
  ipset: '/usr/sbin/ipset',
  wget: '/usr/bin/wget',
  nano: '/usr/bin/nano',
  python3: '/usr/bin/python3 /usr/bin/python3=/usr/bin/python3.11',
  'py3-pip': '/usr/local/bin/pip=/usr/bin/pip /usr/local/bin/pip=/usr/bin/pip3',
};

/** Scripts that packages bring, by when they run. */
export const ALPINE_SCRIPTS: Readonly<Record<string, string>> = {
  bash: 'post-install pre-deinstall',
  'ca-certificates': 'post-deinstall',
  nginx: 'pre-install post-install',
  redis: 'pre-install post-install',
  iproute2: 'post-install post-deinstall',
  nftables: 'post-install',
};

/** Whom a change below these directories wakes. */
export const ALPINE_TRIGGERS: Readonly<Record<string, readonly string[]>> = {
  busybox: ['/bin', '/usr/bin', '/sbin', '/usr/sbin', '/lib/modules/*'],
  'ca-certificates': ['/usr/share/ca-certificates', '/usr/local/share/ca-certificates', '/etc/ssl/certs', '/etc/ca-certificates/update.d'],
};

const NGINX_CONF = `user nginx;
worker_processes auto;
error_log /var/log/nginx/error.log warn;
events {
	worker_connections 1024;
}
http {
	include /etc/nginx/mime.types;
	default_type application/octet-stream;
	server_tokens off;
	client_max_body_size 1m;
	sendfile on;
	tcp_nopush on;
	access_log /var/log/nginx/access.log;
	include /etc/nginx/http.d/*.conf;
}
`;

const NGINX_DEFAULT = `# This is a default site configuration which will simply return 404, preventing
# chance access to any other virtualhost.

server {
	listen 80 default_server;
	listen [::]:80 default_server;

	# Everything is a 404
	location / {
		return 404;
	}

	# You may need this to prevent return 404 recursion.
	location = /404.html {
		internal;
	}
}
`;

/** What else a package puts where, unless somebody has put it there before. */
export const ALPINE_FILES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  nginx: {
    '/etc/nginx/nginx.conf': NGINX_CONF,
    '/etc/nginx/mime.types':
      'types {\n\ttext/html html htm shtml;\n\ttext/css css;\n\ttext/plain txt;\n\tapplication/json json;\n\timage/png png;\n}\n',
    '/etc/nginx/http.d/default.conf': NGINX_DEFAULT,
    '/var/log/nginx/access.log': '',
    '/var/lib/nginx/html/index.html': '<html>\n<head><title>Welcome to nginx!</title></head>\n</html>\n',
  },
};
