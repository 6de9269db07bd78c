import { utf8 } from '../../../base/utf8.ts';
import { type CapabilitySet, capabilitySet } from '../../../kernel/capability.ts';
import { ImageBuilder, type ImageDirectory } from '../image-tree.ts';
import { PROTOCOLS, SERVICES } from './databases.ts';
import { SHELL_FILES } from './shell-files.ts';
import { TEXT_FILES } from './text-files.ts';

/** When the image was made: 20 May 2025, the date of Debian 12.11's base. */
export const IMAGE_TIME_MS = Date.UTC(2025, 4, 20);

const DIRECTORIES = [
  'boot',
  'dev',
  'etc',
  'home',
  'media',
  'mnt',
  'opt',
  'proc',
  'run',
  'srv',
  'sys',
  'etc/default',
  'etc/network',
  'etc/profile.d',
  'etc/skel',
  'etc/sysctl.d',
  'usr/bin',
  'usr/games',
  'usr/include',
  'usr/lib',
  'usr/lib64',
  'usr/libexec',
  'usr/sbin',
  'usr/share',
  'usr/src',
  'usr/local/bin',
  'usr/local/etc',
  'usr/local/lib',
  'usr/local/sbin',
  'usr/local/share',
  'var/backups',
  'var/cache',
  'var/lib',
  'var/local',
  'var/log',
  'var/log/nginx',
  'var/mail',
  'var/opt',
  'var/spool',
] as const;

const LINKS: Readonly<Record<string, string>> = {
  bin: 'usr/bin',
  lib: 'usr/lib',
  lib64: 'usr/lib64',
  sbin: 'usr/sbin',
  'usr/bin/sh': 'dash',
  'etc/mtab': '../proc/self/mounts',
  'etc/os-release': '../usr/lib/os-release',
  'var/lock': '/run/lock',
  'var/run': '/run',
};

/** What Debian's packages give programs beyond the usual: set-user-ID root, capabilities. */
export const PROGRAM_PRIVILEGES: Readonly<Record<string, { readonly mode?: number; readonly capabilities?: CapabilitySet }>> = {
  '/usr/bin/mount': { mode: 0o4755 },
  '/usr/bin/ping': { capabilities: capabilitySet('net_raw') },
  '/usr/bin/su': { mode: 0o4755 },
  '/usr/bin/umount': { mode: 0o4755 },
};

let image: ImageDirectory | undefined;

/** The tree of a freshly installed Debian 12 without its programs; one for all machines. */
export function debianImage(): ImageDirectory {
  image ??= build();
  return image;
}

function build(): ImageDirectory {
  const builder = new ImageBuilder(IMAGE_TIME_MS);
  for (const path of DIRECTORIES) builder.directory(path);
  builder.directory('root', 0o700).directory('tmp', 0o1777).directory('var/tmp', 0o1777).directory('var/mail', 0o2775);
  builder.directory('proc', 0o555).directory('sys', 0o555);
  for (const [path, target] of Object.entries(LINKS)) builder.symlink(path, target);
  for (const [path, contents] of Object.entries({ ...TEXT_FILES, ...SHELL_FILES })) builder.file(path, utf8(contents));
  builder.file('etc/protocols', utf8(PROTOCOLS)).file('etc/services', utf8(SERVICES));
  builder.file('etc/hosts', utf8('127.0.0.1\tlocalhost\n')).file('etc/hostname', utf8('localhost\n')).file('etc/resolv.conf', utf8(''));
  return builder.build();
}
