import type { ImageBuilder } from '../../../machine/files/image-tree.ts';
import { addProgram, addText } from './file-trees.ts';

/** When the image's packages were installed, ms since 1970. */
const INSTALLED_MS = Date.UTC(2021, 8, 15, 14, 17, 24);

const PACKAGES = (
  'filesystem glibc glibc-common bash libgcc openssl-libs zlib coreutils-single grep sed gawk findutils libcap util-linux procps-ng hostname libcurl curl ' +
  'libmnl elfutils-libelf iputils iproute libnfnetlink libnetfilter_conntrack libnftnl libpcap iptables-libs iptables net-tools bind-license ' +
  'bind-libs-lite bind-libs bind-utils tcpdump nmap-ncat rpm dnf yum centos-linux-repos centos-linux-release'
).split(' ');
const FROM_APPSTREAM = new Set(['bind-license', 'bind-libs-lite', 'bind-libs', 'bind-utils', 'tcpdump', 'nmap-ncat']);

const REPOSITORIES = ['BaseOS', 'AppStream'].map((name) => [name, name] as const).concat([['Extras', 'extras']]);

/** What makes a tree a CentOS's: yum and dnf, which repositories they ask, and the packages that they find installed. */
export function centosFiles(builder: ImageBuilder): void {
  for (const name of ['dnf', 'yum', 'rpm']) addProgram(builder, `/usr/bin/${name}`);
  for (const [name, path] of REPOSITORIES) {
    addText(
      builder,
      `/etc/yum.repos.d/CentOS-Linux-${name}.repo`,
      `[${name.toLowerCase()}]
name=CentOS Linux $releasever - ${name}
mirrorlist=http://mirrorlist.centos.org/?release=$releasever&arch=$basearch&repo=${path}&infra=$infra
#baseurl=http://mirror.centos.org/$contentdir/$releasever/${name}/$basearch/os/
gpgcheck=1
enabled=1
gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-centosofficial
`,
    );
  }
  builder.directory('/var/cache/dnf');
  addText(
    builder,
    '/var/lib/rpm/Packages',
    PACKAGES.map((name) => `${name} ${FROM_APPSTREAM.has(name) ? 'AppStream' : 'BaseOS'} user ${INSTALLED_MS}\n`).join(''),
  );
}
