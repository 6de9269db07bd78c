import { utf8 } from '../../../base/utf8.ts';
import type { ImageBuilder } from '../../../machine/files/image-tree.ts';
import { programFile } from '../../../machine/files/program-file.ts';

/** What every image begins with: directories, and who root is. */
export function addBase(builder: ImageBuilder, rootShell = '/bin/sh'): void {
  for (const path of [
    '/etc',
    '/tmp',
    '/root',
    '/proc',
    '/sys',
    '/dev',
    '/run',
    '/var/log',
    '/usr/bin',
    '/usr/sbin',
    '/usr/lib',
    '/usr/lib64',
    '/home',
    '/mnt',
    '/opt',
    '/srv',
    '/usr/local/bin',
  ]) {
    builder.directory(path);
  }
  builder.directory('/tmp', 0o1777);
  builder.directory('/root', 0o700);
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) builder.symlink(`/${name}`, `usr/${name}`);
  builder.symlink('/var/run', '/run');
  addText(
    builder,
    '/etc/passwd',
    `root:x:0:0:root:/root:${rootShell}\nnobody:x:65534:65534:nobody:/:/bin/false\nwww-data:x:33:33::/var/www:/bin/false\n`,
  );
  addText(builder, '/etc/group', 'root:x:0:\nnogroup:x:65534:\nwww-data:x:33:\n');
  addText(builder, '/etc/nsswitch.conf', 'hosts: files dns\n');
}

export const addText = (builder: ImageBuilder, path: string, contents: string, mode = 0o644): void =>
  void builder.file(path, utf8(contents), { mode });

/** A program of this simulator where a machine has it. */
export const addProgram = (builder: ImageBuilder, program: string, path = program): void =>
  void builder.file(path, programFile(program), { mode: 0o755 });
