import { SHELL_FILES } from '../../../machine/files/debian/shell-files.ts';
import { ImageBuilder, type ImageDirectory } from '../../../machine/files/image-tree.ts';
import { ALPINE_WORLD, alpineInstalled } from './alpine-base.ts';
import { BUSYBOX_APPLETS } from './busybox-applets.ts';
import { addBase, addProgram, addText } from './file-trees.ts';

type Extra = (builder: ImageBuilder) => void;

const inBin = (names: string): readonly string[] => names.split(' ').map((name) => `/usr/bin/${name}`);
const inSbin = (names: string): readonly string[] => names.split(' ').map((name) => `/usr/sbin/${name}`);

/** coreutils and the like: what the smallest Debian has. */
const ESSENTIAL = inBin(
  'bash ls cat grep egrep fgrep sed awk mawk head tail wc cut sort uniq tr tee xargs seq date id whoami uname touch mkdir rm cp mv ln chmod chown find env printenv sleep true false hostname getent mount umount df du echo printf pwd test [ expr stat readlink mktemp md5sum sha256sum base64 od diff cmp comm fold nl tac paste shuf timeout yes which basename dirname rmdir',
);

/** The tools of the networker, where the labs' programs have them. */
const NETWORK_TOOLS: readonly string[] = [
  ...inBin('ping curl wget ss tcpdump nc dig host nslookup netstat iperf3 traceroute6 tracepath nstat'),
  ...inSbin('ip bridge brctl iptables ip6tables iptables-save nft conntrack ipset arping arp ifconfig route ethtool traceroute'),
];

function addPrograms(builder: ImageBuilder, programs: readonly string[]): void {
  for (const program of programs) addProgram(builder, program);
}

interface Debian {
  /** Of os-release. */
  readonly id: 'debian' | 'ubuntu';
  readonly version: string;
  readonly codename: string;
  readonly pretty: string;
}

const BOOKWORM: Debian = { id: 'debian', version: '12', codename: 'bookworm', pretty: 'Debian GNU/Linux 12 (bookworm)' };
const JAMMY: Debian = { id: 'ubuntu', version: '22.04', codename: 'jammy', pretty: 'Ubuntu 22.04.4 LTS' };

function aptTree(distribution: Debian, madeMs: number, more: Extra): ImageDirectory {
  const builder = new ImageBuilder(madeMs);
  addBase(builder, '/bin/bash');
  addPrograms(builder, ESSENTIAL);
  addProgram(builder, '/usr/bin/dash', '/usr/bin/sh');
  addPrograms(builder, inBin('apt-get apt dpkg'));
  for (const [path, contents] of Object.entries(SHELL_FILES)) addText(builder, `/${path}`, contents);
  const { id, version, codename, pretty } = distribution;
  const name = id === 'ubuntu' ? 'Ubuntu' : 'Debian GNU/Linux';
  addText(
    builder,
    '/etc/os-release',
    `PRETTY_NAME="${pretty}"\nNAME="${name}"\nVERSION_ID="${version}"\nVERSION_CODENAME=${codename}\nID=${id}\n${id === 'ubuntu' ? 'ID_LIKE=debian\n' : ''}`,
  );
  addText(builder, '/etc/debian_version', id === 'ubuntu' ? 'bookworm/sid\n' : '12.5\n');
  if (id === 'ubuntu')
    addText(
      builder,
      '/etc/lsb-release',
      `DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=${version}\nDISTRIB_CODENAME=${codename}\nDISTRIB_DESCRIPTION="${pretty}"\n`,
    );
  const mirror = id === 'ubuntu' ? 'http://archive.ubuntu.com/ubuntu' : 'http://deb.debian.org/debian';
  addText(builder, '/etc/apt/sources.list', `deb ${mirror} ${codename} main\n`);
  builder.directory('/var/lib/apt/lists').directory('/var/lib/dpkg/info');
  more(builder);
  return builder.build();
}

export const debianTree = (madeMs: number, more: Extra = () => {}): ImageDirectory => aptTree(BOOKWORM, madeMs, more);
/** Neither ip nor ping nor ps's friends from the network: who wants them installs them. */
export const ubuntuTree = (madeMs: number): ImageDirectory =>
  aptTree(JAMMY, madeMs, (builder) => addPrograms(builder, inBin('ps pgrep pkill kill free')));

const ALPINE = '3.18.6';

/** BusyBox under its own roof: /bin, /sbin and /usr are apart here. */
export function alpineTree(madeMs: number, more: Extra = () => {}): ImageDirectory {
  const builder = new ImageBuilder(madeMs);
  for (const path of [
    '/bin',
    '/sbin',
    '/usr/bin',
    '/usr/sbin',
    '/usr/local/bin',
    '/usr/lib',
    '/lib',
    '/proc',
    '/sys',
    '/dev',
    '/run',
    '/var/log',
    '/home',
    '/mnt',
    '/opt',
    '/srv',
    '/etc/apk/keys',
    '/lib/apk/db',
    '/var/cache/apk',
  ]) {
    builder.directory(path);
  }
  builder.directory('/tmp', 0o1777).directory('/root', 0o700).symlink('/var/run', '/run');
  addProgram(builder, '/bin/busybox');
  for (const applet of BUSYBOX_APPLETS) if (applet !== 'busybox') builder.symlink(`/bin/${applet}`, '/bin/busybox');
  addText(builder, '/etc/passwd', 'root:x:0:0:root:/root:/bin/ash\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n');
  addText(builder, '/etc/group', 'root:x:0:root\nnobody:x:65534:\n');
  addProgram(builder, '/sbin/apk');
  addText(builder, '/etc/apk/world', ALPINE_WORLD);
  addText(builder, '/lib/apk/db/installed', alpineInstalled());
  addText(builder, '/etc/alpine-release', `${ALPINE}\n`);
  addText(
    builder,
    '/etc/os-release',
    `NAME="Alpine Linux"\nID=alpine\nVERSION_ID=${ALPINE}\nPRETTY_NAME="Alpine Linux v3.18"\nHOME_URL="https://alpinelinux.org/"\nBUG_REPORT_URL="https://gitlab.alpinelinux.org/alpine/aports/-/issues"\n`,
  );
  addText(
    builder,
    '/etc/apk/repositories',
    'https://dl-cdn.alpinelinux.org/alpine/v3.18/main\nhttps://dl-cdn.alpinelinux.org/alpine/v3.18/community\n',
  );
  more(builder);
  return builder.build();
}

/** nicolaka/netshoot: an Alpine with every tool there is. */
export const netshootTree = (madeMs: number): ImageDirectory =>
  alpineTree(madeMs, (builder) => {
    addPrograms(builder, [...NETWORK_TOOLS, ...inBin('bash ps')]);
    // What BusyBox has too is the real thing here.
    for (const program of NETWORK_TOOLS) addProgram(builder, program, `/bin/${program.slice(program.lastIndexOf('/') + 1)}`);
    addProgram(builder, '/usr/bin/bash', '/bin/bash');
  });

export const pythonTree = (madeMs: number, more: Extra = () => {}): ImageDirectory =>
  debianTree(madeMs, (builder) => {
    for (const name of ['python3', 'python', 'python3.11']) addProgram(builder, '/usr/bin/python3', `/usr/local/bin/${name}`);
    for (const name of ['pip', 'pip3']) addProgram(builder, '/usr/local/bin/pip', `/usr/local/bin/${name}`);
    builder.directory('/usr/local/lib/python3.11/site-packages');
    more(builder);
  });

const HTTPD_INDEX = '<html><body><h1>It works!</h1></body></html>\n';
/** The labs have no Apache: BusyBox serves its documents. */
const HTTPD_FOREGROUND = '#!/bin/sh\nset -e\nexec /usr/local/apache2/bin/busybox httpd -f -p 80 -h /usr/local/apache2/htdocs\n';

export const httpdTree = (madeMs: number): ImageDirectory =>
  debianTree(madeMs, (builder) => {
    addProgram(builder, '/usr/bin/busybox', '/usr/local/apache2/bin/busybox');
    addText(builder, '/usr/local/bin/httpd-foreground', HTTPD_FOREGROUND, 0o755);
    addText(builder, '/usr/local/apache2/htdocs/index.html', HTTPD_INDEX);
  });
