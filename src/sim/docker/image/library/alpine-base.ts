// The packages of Alpine's base image, in the order in which they were installed, and its database of them (/lib/apk/db/installed): as the index of
// Alpine 3.18.6 has them, one letter for each field (apk-package(5)).

const MUSL = 'so:libc.musl-x86_64.so.1';

/** P name, V version, S and I bytes packed and installed, L license, o origin, T description, U where from, D needs, p provides. */
export const ALPINE_BASE = `P:alpine-baselayout-data
V:3.4.3-r1
S:11692
I:77824
T:Alpine base dir structure and init scripts
U:https://git.alpinelinux.org/cgit/aports/tree/main/alpine-baselayout
L:GPL-2.0-only
o:alpine-baselayout

P:musl
V:1.2.4-r2
S:400436
I:634880
T:the musl c library (libc) implementation
U:https://musl.libc.org/
L:MIT
o:musl
p:so:libc.musl-x86_64.so.1=1

P:busybox
V:1.36.1-r5
S:508636
I:962560
T:Size optimized toolbox of many common UNIX utilities
U:https://busybox.net/
L:GPL-2.0-only
o:busybox
D:${MUSL}
p:cmd:busybox=1.36.1-r5

P:busybox-binsh
V:1.36.1-r5
S:1550
I:8192
T:busybox ash /bin/sh
U:https://busybox.net/
L:GPL-2.0-only
o:busybox
D:busybox=1.36.1-r5
p:/bin/sh cmd:sh=1.36.1-r5

P:alpine-baselayout
V:3.4.3-r1
S:8908
I:331776
T:Alpine base dir structure and init scripts
U:https://git.alpinelinux.org/cgit/aports/tree/main/alpine-baselayout
L:GPL-2.0-only
o:alpine-baselayout
D:alpine-baselayout-data=3.4.3-r1 /bin/sh
p:cmd:mkmntdirs=3.4.3-r1

P:alpine-keys
V:2.4-r1
S:13361
I:159744
T:Public keys for Alpine Linux packages
U:https://alpinelinux.org
L:MIT
o:alpine-keys

P:ca-certificates-bundle
V:20230506-r0
S:126311
I:233472
T:Pre generated bundle of Mozilla certificates
U:https://www.mozilla.org/en-US/about/governance/policies/security-group/certs/
L:MPL-2.0 AND MIT
o:ca-certificates
p:ca-certificates-cacert=20230506-r0

P:libcrypto3
V:3.1.4-r5
S:1706472
I:4206592
T:Crypto library from openssl
U:https://www.openssl.org/
L:Apache-2.0
o:openssl
D:${MUSL}
p:so:libcrypto.so.3=3

P:libssl3
V:3.1.4-r5
S:247220
I:622592
T:SSL shared libraries
U:https://www.openssl.org/
L:Apache-2.0
o:openssl
D:${MUSL} so:libcrypto.so.3
p:so:libssl.so.3=3

P:ssl_client
V:1.36.1-r5
S:4974
I:28672
T:External ssl_client for busybox wget
U:https://busybox.net/
L:GPL-2.0-only
o:busybox
D:${MUSL} so:libcrypto.so.3 so:libssl.so.3
p:cmd:ssl_client=1.36.1-r5
i:busybox=1.36.1-r5 libcrypto3 libssl3

P:zlib
V:1.2.13-r1
S:52909
I:110592
T:A compression/decompression Library
U:https://zlib.net/
L:Zlib
o:zlib
D:${MUSL}
p:so:libz.so.1=1.2.13

P:apk-tools
V:2.14.0-r2
S:121186
I:311296
T:Alpine Package Keeper - package manager for alpine
U:https://gitlab.alpinelinux.org/alpine/apk-tools
L:GPL-2.0-only
o:apk-tools
D:musl>=1.2.3_git20230424 ca-certificates-bundle ${MUSL} so:libcrypto.so.3 so:libssl.so.3 so:libz.so.1
p:so:libapk.so.2.14.0=2.14.0 cmd:apk=2.14.0-r2

P:scanelf
V:1.3.7-r1
S:36745
I:94208
T:Scan ELF binaries for stuff
U:https://wiki.gentoo.org/wiki/Hardened/PaX_Utilities
L:GPL-2.0-only
o:pax-utils
D:${MUSL}
p:cmd:scanelf=1.3.7-r1

P:musl-utils
V:1.2.4-r2
S:37114
I:131072
T:the musl c library (libc) implementation
U:https://musl.libc.org/
L:MIT AND BSD-2-Clause AND GPL-2.0-or-later
o:musl
D:scanelf ${MUSL}
p:cmd:getconf=1.2.4-r2 cmd:getent=1.2.4-r2 cmd:iconv=1.2.4-r2 cmd:ldconfig=1.2.4-r2 cmd:ldd=1.2.4-r2

P:libc-utils
V:0.7.2-r5
S:1480
I:4096
T:Meta package to pull in correct libc
U:https://alpinelinux.org
L:BSD-2-Clause AND BSD-3-Clause
o:libc-dev
D:musl-utils
`;

/** What is asked for by name; all else is there because something of it needs it. */
export const ALPINE_WORLD = 'alpine-baselayout\nalpine-keys\napk-tools\nbusybox\nlibc-utils\n';

/** The files of a package that the image has, where programs ask whose they are. */
export const ALPINE_BASE_FILES: Readonly<Record<string, readonly string[]>> = {
  'alpine-baselayout-data': ['etc/group', 'etc/passwd'],
  busybox: ['bin/busybox'],
  'busybox-binsh': ['bin/sh'],
  'alpine-baselayout': ['etc/alpine-release', 'etc/os-release'],
  'apk-tools': ['sbin/apk'],
};

/** A package in the database of what is installed: its fields, then its files, each behind its directory. */
export function installedStanza(fields: string, files: readonly string[]): string {
  let out = `${fields.trimEnd()}\n`;
  let directory: string | undefined;
  for (const file of files) {
    const slash = file.lastIndexOf('/');
    const within = file.slice(0, Math.max(slash, 0));
    if (within !== directory) out += `F:${within}\n`;
    directory = within;
    out += `R:${file.slice(slash + 1)}\n`;
  }
  return `${out}\n`;
}

/** /lib/apk/db/installed of the image. */
export const alpineInstalled = (): string =>
  ALPINE_BASE.split('\n\n')
    .map((fields) =>
      installedStanza(fields.replace(/^V:.*/m, '$&\nA:x86_64'), ALPINE_BASE_FILES[/^P:(.*)$/m.exec(fields)?.[1] ?? ''] ?? []),
    )
    .join('');
