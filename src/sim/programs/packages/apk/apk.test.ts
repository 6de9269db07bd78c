/**
 * apk after apk-tools' source, for it could not be recorded. What is installed in which order, and how many MiB it is, is as in logs of builds on
 * Alpine 3.18 that others have published.
 */
import { expect, it } from 'vitest';
import { buildLab } from '../../../lab/build.ts';
import { runCommand } from '../../../lab/run-command.ts';
import { dockerHost } from '../../../lab/standard.ts';
import type { Machine } from '../../../machine/machine.ts';

//   c1 (alpine) ─ docker0 ─ host1 ─ gateway ─ … ─ hop4: dl-cdn.alpinelinux.org

function alpine(options = ''): (script: string) => string {
  const world = buildLab({ id: 'apk', machines: [dockerHost(1, ['alpine:latest'])], outside: 'internet' }, 'apk');
  const run = (command: string): string => runCommand(world, world.machines.get('host1') as Machine, command).output;
  run(`docker run -dit --name c1 ${options} alpine`);
  return (script) => run(`docker exec c1 sh -c '${script}' 2>&1`);
}

const FETCH = `fetch https://dl-cdn.alpinelinux.org/alpine/v3.18/main/x86_64/APKINDEX.tar.gz
fetch https://dl-cdn.alpinelinux.org/alpine/v3.18/community/x86_64/APKINDEX.tar.gz
`;

const CACHE_WARNINGS = ['main', 'community']
  .map((name) => `WARNING: opening from cache https://dl-cdn.alpinelinux.org/alpine/v3.18/${name}: No such file or directory\n`)
  .join('');

it('a package comes behind what it needs, and takes along what nothing else needs when it goes', () => {
  const run = alpine();
  expect(run('curl --version; apk add curl; curl -s www.example.com/ip')).toBe(`sh: curl: not found
${FETCH}(1/7) Installing ca-certificates (20230506-r0)
(2/7) Installing brotli-libs (1.0.9-r14)
(3/7) Installing libunistring (1.1-r1)
(4/7) Installing libidn2 (2.3.4-r1)
(5/7) Installing nghttp2-libs (1.57.0-r0)
(6/7) Installing libcurl (8.5.0-r0)
(7/7) Installing curl (8.5.0-r0)
Executing busybox-1.36.1-r5.trigger
Executing ca-certificates-20230506-r0.trigger
OK: 12 MiB in 22 packages
192.168.56.11
`);
  // The index is young.
  expect(run('apk add iputils-ping; ls -l /bin/ping | cut -c1; cat /etc/apk/world | tail -3')).toBe(`(1/2) Installing libcap2 (2.69-r0)
(2/2) Installing iputils-ping (20221126-r2)
Executing busybox-1.36.1-r5.trigger
OK: 12 MiB in 24 packages
-
curl
iputils-ping
libc-utils
`);
  expect(run('apk del curl iputils-ping; ls -l /bin/ping | cut -c1; curl')).toBe(`(1/9) Purging curl (8.5.0-r0)
(2/9) Purging iputils-ping (20221126-r2)
(3/9) Purging libcurl (8.5.0-r0)
(4/9) Purging ca-certificates (20230506-r0)
Executing ca-certificates-20230506-r0.post-deinstall
(5/9) Purging brotli-libs (1.0.9-r14)
(6/9) Purging libidn2 (2.3.4-r1)
(7/9) Purging libunistring (1.1-r1)
(8/9) Purging nghttp2-libs (1.57.0-r0)
(9/9) Purging libcap2 (2.69-r0)
Executing busybox-1.36.1-r5.trigger
OK: 7 MiB in 15 packages
l
sh: curl: not found
`);
});

it('scripts run where they stand, triggers at the end; a virtual package stands for others', () => {
  const run = alpine();
  expect(run('apk add --no-cache nginx bash')).toBe(`${FETCH}(1/6) Installing ncurses-terminfo-base (6.4_p20230506-r0)
(2/6) Installing libncursesw (6.4_p20230506-r0)
(3/6) Installing readline (8.2.1-r1)
(4/6) Installing bash (5.2.15-r5)
Executing bash-5.2.15-r5.post-install
(5/6) Installing pcre (8.45-r3)
(6/6) Installing nginx (1.24.0-r6)
Executing nginx-1.24.0-r6.pre-install
Executing nginx-1.24.0-r6.post-install
Executing busybox-1.36.1-r5.trigger
OK: 11 MiB in 21 packages
`);
  expect(run('nginx; wget -qO - localhost; bash -c "echo \\$0"')).toBe('wget: server returned error: HTTP/1.1 404 Not Found\nbash\n');
  expect(
    run('apk add --virtual .tools tcpdump redis | sed "s/(2026.*)/(DATE)/"; apk del .tools | sed "s/(2026.*)/(DATE)/"'),
  ).toBe(`${FETCH}(1/4) Installing libpcap (1.10.4-r1)
(2/4) Installing tcpdump (4.99.4-r1)
(3/4) Installing redis (7.0.15-r0)
Executing redis-7.0.15-r0.pre-install
Executing redis-7.0.15-r0.post-install
(4/4) Installing .tools (DATE)
Executing busybox-1.36.1-r5.trigger
OK: 15 MiB in 25 packages
(1/4) Purging .tools (DATE)
(2/4) Purging tcpdump (4.99.4-r1)
(3/4) Purging redis (7.0.15-r0)
(4/4) Purging libpcap (1.10.4-r1)
Executing busybox-1.36.1-r5.trigger
OK: 11 MiB in 21 packages
`);
});

it('tools come with all that they are made of', () => {
  const run = alpine();
  const installed = (names: string): string[] =>
    [...run(`apk add ${names}`).matchAll(/Installing (\S+)/g)].map(([, name]) => name as string);
  expect(installed('iproute2').join(' ')).toBe(
    'libcap2 libbz2 musl-fts xz-libs zstd-libs libelf libmnl iproute2-minimal libxtables iproute2-tc iproute2-ss iproute2',
  );
  expect(run('ip -V').split('\n')[0]).toMatch(/^ip utility, iproute2-/);
  expect(installed('bind-tools').join(' ')).toBe(
    'fstrm krb5-conf libcom_err keyutils-libs libverto krb5-libs json-c nghttp2-libs protobuf-c libuv libxml2 bind-libs bind-tools',
  );
  expect(run('dig +short www.example.com')).toBe('203.0.113.80\n');
  expect(installed('python3').join(' ')).toBe(
    'libexpat libffi gdbm libgcc libstdc++ mpdecimal ncurses-terminfo-base libncursesw libpanelw readline sqlite-libs python3 python3-pycache-pyc0 pyc python3-pyc',
  );
  expect(run('python3 --version')).toMatch(/^Python 3\.11/);
});

it('what is not there is named, with whoever wants it; so is a version that nobody has', () => {
  const run = alpine();
  run('apk update');
  expect(run('apk add nosuch curl other; echo $?')).toBe(`ERROR: unable to select packages:
  nosuch (no such package):
    required by: world[nosuch]
  other (no such package):
    required by: world[other]
2
`);
  expect(run('apk add curl=7.0; echo $?')).toBe(`ERROR: unable to select packages:
  curl-8.5.0-r0:
    breaks: world[curl=7.0]
1
`);
  expect(
    run('apk del nosuch; apk add curl >/dev/null; apk del libcurl; apk foo; apk add --foo 2>&1 | head -1'),
  ).toBe(`ERROR: No such package: nosuch
World updated, but the following packages are not removed due to:
  libcurl: curl

OK: 12 MiB in 22 packages
ERROR: 'foo' is not an apk command. See 'apk --help'.
apk: unrecognized option: foo
`);
});

it('without a network the indexes cannot be had, and without root the database cannot be locked', () => {
  const run = alpine('--network none');
  const failed = (why: string): string =>
    FETCH.replace(/^fetch (.*)\/x86_64.*$/gm, `$&\nWARNING: ${why} $1: temporary error (try again later)`);
  expect(run('apk update; echo $?')).toBe(`${failed('updating and opening')}2 unavailable, 0 stale; 15 distinct packages available\n2\n`);
  expect(run('apk add --no-cache curl; echo $?')).toBe(`${failed('fetching')}ERROR: unable to select packages:
  curl (no such package):
    required by: world[curl]
1
`);
  expect(run('apk search curl')).toBe(CACHE_WARNINGS);
  expect(alpine('-u nobody')('apk add curl; echo $?')).toBe(
    'ERROR: Unable to lock database: Permission denied\nERROR: Failed to open apk database: Permission denied\n99\n',
  );
});

it('queries tell of what is there and of what could be', () => {
  const run = alpine();
  expect(run('apk info | head -3; apk info -e curl busybox; echo $?; apk --version')).toBe(
    `${CACHE_WARNINGS}alpine-baselayout-data\nmusl\nbusybox\nbusybox\n1\napk-tools 2.14.0, compiled for x86_64.\n`,
  );
  expect(run('apk update | tail -3')).toBe(`v3.18.6-24-gb6dfe0d4a6b [https://dl-cdn.alpinelinux.org/alpine/v3.18/main]
v3.18.6-23-g7d3e0f1d2cd [https://dl-cdn.alpinelinux.org/alpine/v3.18/community]
OK: 20070 distinct packages available
`);
  expect(run('apk search curl; apk search -e -v curl; apk list curl busybox; apk policy busybox')).toBe(`curl-8.5.0-r0
libcurl-8.5.0-r0
curl-8.5.0-r0 - URL retrival utility and library
busybox-1.36.1-r5 x86_64 {busybox} (GPL-2.0-only) [installed]
curl-8.5.0-r0 x86_64 {curl} (curl)
busybox policy:
  1.36.1-r5:
    lib/apk/db/installed
    https://dl-cdn.alpinelinux.org/alpine/v3.18/main
`);
  expect(run('apk info -s -R curl; apk info -W /bin/ls /sbin/apk; apk info -L apk-tools')).toBe(`curl-8.5.0-r0 installed size:
264 KiB

curl-8.5.0-r0 depends on:
so:libc.musl-x86_64.so.1
so:libcurl.so.4
so:libz.so.1

/bin/ls symlink target is owned by busybox-1.36.1-r5
/sbin/apk is owned by apk-tools-2.14.0-r2
apk-tools-2.14.0-r2 contains:
sbin/apk

`);
  expect(run('apk upgrade; apk fix busybox; apk version')).toBe(`OK: 7 MiB in 15 packages
(1/1) Reinstalling busybox (1.36.1-r5)
Executing busybox-1.36.1-r5.trigger
OK: 7 MiB in 15 packages
Installed:                                Available:
`);
});
