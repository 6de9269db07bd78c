import { beforeEach, describe, expect, test } from 'vitest';
import { ProcessWorld } from '../../../../test/process-world.ts';
import { isError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import { text, utf8 } from '../../base/utf8.ts';
import { capabilitySet } from '../../kernel/capability.ts';
import type { FileStat, FileSystem } from '../file-system.ts';
import type { OpenFile } from '../open-file.ts';
import type { OpenFlags, Process } from '../process.ts';

let world: ProcessWorld;
let fs: FileSystem;
let p: Process;

beforeEach(() => {
  world = new ProcessWorld();
  fs = world.machine.files;
  p = world.machine.init;
});

function ok<T>(result: T): Exclude<T, { errno: unknown }> {
  if (isError(result)) throw new Error(result.errno);
  return result as never;
}

/** The errno of a refusal, or what was answered. */
function answer(result: unknown): unknown {
  return isError(result) ? result.errno : result;
}

const write = (path: string, contents: string) => answer(fs.writeFile(p, path, utf8(contents)));
const append = (path: string, contents: string) => answer(fs.writeFile(p, path, utf8(contents), { append: true }));
const read = (path: string) => {
  const data = fs.readFile(p, path);
  return isError(data) ? data.errno : text(data);
};
const stat = (path: string): FileStat => ok(fs.stat(p, path, { noFollow: true }));
const open = (path: string, flags: OpenFlags): OpenFile => ok(fs.open(p, path, flags));
const names = (path: string) => ok(fs.readDirectory(p, path)).sort();

describe('a Debian tree', () => {
  test('has merged /usr and the standard files, with their modes', () => {
    expect(fs.readLink(p, '/bin')).toBe('usr/bin');
    expect(ok(fs.resolve(p, '/sbin'))).toBe('/usr/sbin');
    expect(read('/etc/os-release')).toMatch(/^PRETTY_NAME="Debian GNU\/Linux 12 \(bookworm\)"\n/);
    expect(read('/etc/protocols')).toContain('\nicmp\t1\tICMP\n');
    expect(['/root', '/tmp', '/etc/passwd', '/var/tmp'].map((path) => stat(path).mode.toString(8))).toEqual(['700', '1777', '644', '1777']);
    expect(ok(fs.resolve(p, '/var/run'))).toBe('/run');
  });

  test('is shared: what one machine changes the other does not see', () => {
    const other = new ProcessWorld().machine;
    write('/etc/hosts', '10.0.0.1 me\n');
    fs.unlink(p, '/etc/shells');
    expect(text(ok(other.files.readFile(other.init, '/etc/hosts')))).toBe('127.0.0.1\tlocalhost\n');
    expect(isError(other.files.stat(other.init, '/etc/shells'))).toBe(false);
    expect(read('/etc/shells')).toBe('ENOENT');
    expect(names('/etc')).not.toContain('shells');
    write('/etc/shells', '/bin/bash\n');
    expect(read('/etc/shells')).toBe('/bin/bash\n');
  });
});

describe('a program', () => {
  test('is an executable file that runs under every name it is given; a copy has not its capabilities', () => {
    fs.installProgram('/usr/bin/ping');
    const capabilities = capabilitySet('net_raw');
    expect(fs.executable(p, '/bin/ping')).toEqual({ kind: 'program', program: '/usr/bin/ping', privileges: { capabilities } });
    fs.writeFile(p, '/tmp/copy', ok(fs.readFile(p, '/usr/bin/ping')), { mode: 0o777 });
    fs.symlink(p, 'copy', '/tmp/link');
    expect(fs.executable(p, '/tmp/link')).toEqual({ kind: 'program', program: '/usr/bin/ping', privileges: {} });
  });

  test('needs an x bit; directories and texts without #! are refused', () => {
    write('/tmp/prog', 'echo hi\n');
    expect(answer(fs.executable(p, '/tmp/prog'))).toBe('EACCES');
    fs.chmod(p, '/tmp/prog', 0o755);
    expect(answer(fs.executable(p, '/tmp/prog'))).toBe('ENOEXEC');
    expect(answer(fs.executable(p, '/tmp'))).toBe('EACCES');
    expect(answer(fs.executable(p, '/tmp/nosuch'))).toBe('ENOENT');
    expect(answer(fs.executable(p, '/tmp/prog/x'))).toBe('ENOTDIR');
    write('/tmp/prog', '#! /bin/sh  -e \necho hi\n');
    expect(fs.executable(p, '/tmp/prog')).toEqual({ kind: 'script', interpreter: '/bin/sh', argument: '-e' });
  });
});

describe('names', () => {
  test('errors of look-up are those of Linux', () => {
    write('/tmp/f', 'x');
    fs.makeDirectory(p, '/tmp/d');
    fs.symlink(p, 'loop', '/tmp/loop');
    fs.symlink(p, 'nosuch', '/tmp/dangling');
    expect([read('/tmp/f/'), read('/tmp/f/g'), read('/tmp/d'), read('/tmp/loop'), read('/tmp/dangling'), read('')]).toEqual([
      'ENOTDIR',
      'ENOTDIR',
      'EISDIR',
      'ELOOP',
      'ENOENT',
      'ENOENT',
    ]);
    expect(read(`/tmp/${'a'.repeat(256)}`)).toBe('ENAMETOOLONG');
    expect(read('/a'.repeat(2048))).toBe('ENAMETOOLONG');
    expect([write('/tmp/d', ''), write('/tmp/new/', ''), write('/tmp/no/f', '')]).toEqual(['EISDIR', 'EISDIR', 'ENOENT']);
    expect(write('/tmp/dangling', 'through')).toBeUndefined();
    expect(read('/tmp/nosuch')).toBe('through');
    expect(answer(fs.open(p, '/tmp/f', { write: true, create: true, exclusive: true }))).toBe('EEXIST');
  });

  test('forty links in a row are followed, forty-one are not', () => {
    write('/tmp/l0', 'end');
    for (let i = 1; i <= 41; i++) fs.symlink(p, `l${i - 1}`, `/tmp/l${i}`);
    expect([read('/tmp/l40'), read('/tmp/l41')]).toEqual(['end', 'ELOOP']);
  });

  test('relative paths start at the working directory, and .. at the root stays there', () => {
    fs.makeDirectory(p, '/tmp/a');
    p.cwd = '/tmp/a';
    write('f', '1');
    expect(ok(fs.resolve(p, '../../../tmp/./a//f'))).toBe('/tmp/a/f');
  });

  test('mkdir, rmdir and unlink refuse what they cannot do', () => {
    fs.makeDirectory(p, '/tmp/d');
    write('/tmp/d/f', '');
    expect([
      answer(fs.makeDirectory(p, '/tmp/d')),
      answer(fs.makeDirectory(p, '/tmp/a/b')),
      answer(fs.removeDirectory(p, '/tmp/d')),
      answer(fs.removeDirectory(p, '/tmp/d/f')),
      answer(fs.removeDirectory(p, '/tmp/d/.')),
      answer(fs.removeDirectory(p, '/')),
      answer(fs.removeDirectory(p, '/run')),
      answer(fs.unlink(p, '/tmp/d')),
      answer(fs.unlink(p, '/tmp/d/f/')),
    ]).toEqual(['EEXIST', 'ENOENT', 'ENOTEMPTY', 'ENOTDIR', 'EINVAL', 'EBUSY', 'EBUSY', 'EISDIR', 'ENOTDIR']);
    expect(answer(fs.unlink(p, '/tmp/d/f')) ?? answer(fs.removeDirectory(p, '/tmp/d/'))).toBeUndefined();
    expect(names('/tmp')).toEqual([]);
  });

  test('hard links share one file, directories and other file systems have none', () => {
    write('/tmp/a', 'one');
    expect(answer(fs.link(p, '/tmp/a', '/tmp/b'))).toBeUndefined();
    append('/tmp/b', ' two');
    expect([read('/tmp/a'), stat('/tmp/a').nlink, stat('/tmp/a').inode === stat('/tmp/b').inode]).toEqual(['one two', 2, true]);
    fs.unlink(p, '/tmp/a');
    expect([read('/tmp/b'), stat('/tmp/b').nlink]).toEqual(['one two', 1]);
    fs.makeDirectory(p, '/tmp/d');
    expect([answer(fs.link(p, '/tmp/d', '/tmp/e')), answer(fs.link(p, '/tmp/b', '/run/b'))]).toEqual(['EPERM', 'EXDEV']);
  });

  test('rename replaces files and empty directories, and nothing else', () => {
    const rename = (from: string, to: string) => answer(fs.rename(p, `/tmp/${from}`, `/tmp/${to}`));
    for (const d of ['d', 'e', 'e/sub']) fs.makeDirectory(p, `/tmp/${d}`);
    write('/tmp/f', 'f');
    write('/tmp/g', 'g');
    expect([rename('d', 'd/x'), rename('f', 'd'), rename('d', 'f'), rename('d', 'e'), rename('e/sub', 'e'), rename('no', 'x')]).toEqual([
      'EINVAL',
      'EISDIR',
      'ENOTDIR',
      'ENOTEMPTY',
      'ENOTEMPTY',
      'ENOENT',
    ]);
    expect([rename('f', 'g'), rename('e', 'd'), answer(fs.rename(p, '/tmp/g', '/run/g'))]).toEqual([undefined, undefined, 'EXDEV']);
    expect([read('/tmp/g'), names('/tmp'), names('/tmp/d'), stat('/tmp').nlink]).toEqual(['f', ['d', 'g'], ['sub'], 3]);
  });
});

describe('contents', () => {
  test('an unlinked file lives on for who has it open', () => {
    write('/tmp/f', 'still here');
    const file = open('/tmp/f', { read: true });
    fs.unlink(p, '/tmp/f');
    expect([text(ok(file.read(100))), file.description, file.stat().nlink]).toEqual(['still here', '/tmp/f (deleted)', 0]);
    file.release();
  });

  test('append writes at the end wherever others are; seek past the end leaves a hole of zeros', () => {
    write('/tmp/f', 'abc');
    const log = open('/tmp/f', { write: true, append: true });
    const other = open('/tmp/f', { write: true, read: true });
    other.write(utf8('XYZ123'));
    log.write(utf8('!'));
    expect(read('/tmp/f')).toBe('XYZ123!');
    other.seek?.(10_000, 'set');
    other.write(utf8('far'));
    expect([stat('/tmp/f').size, stat('/tmp/f').blocks]).toEqual([10_003, 16]);
    expect(
      ok(fs.readFile(p, '/tmp/f'))
        .slice(7, 10_000)
        .every((byte) => byte === 0),
    ).toBe(true);
    expect(answer(other.seek?.(-1, 'set'))).toBe('EINVAL');
  });

  test('truncate cuts, and what is added again is zeros', () => {
    write('/tmp/f', 'abcdef');
    fs.truncate(p, '/tmp/f', 2);
    fs.truncate(p, '/tmp/f', 4);
    expect(read('/tmp/f')).toBe('ab\0\0');
    expect([answer(fs.truncate(p, '/tmp', 0)), answer(fs.truncate(p, '/tmp/f', -1))]).toEqual(['EISDIR', 'EINVAL']);
  });

  test('a full disk says so, and has room again when a file goes', () => {
    const piece = new Uint8Array(1 << 20);
    let written = 0;
    const file = open('/tmp/big', { write: true, create: true });
    for (let n = file.write(piece); !isError(n); n = file.write(piece)) written += n;
    expect([answer(file.write(piece)), written > 50 << 20]).toEqual(['ENOSPC', true]);
    expect(write('/tmp/other', 'x')).toBe('ENOSPC');
    fs.unlink(p, '/tmp/big');
    expect(write('/tmp/other', 'x')).toBe('ENOSPC');
    file.release();
    expect(write('/tmp/other', 'x')).toBeUndefined();
  });

  test('a file is as old as its last write in virtual time; the umask takes bits from a new one', () => {
    world.run(5);
    write('/tmp/f', '');
    p.umask = 0o077;
    fs.makeDirectory(p, '/tmp/d');
    expect(stat('/tmp/f').mtimeMs).toBe(p.wallClockMs);
    expect(p.nowNs).toBe(5 * NS_PER_S);
    expect([stat('/tmp/f').mode, stat('/tmp/d').mode].map((mode) => mode.toString(8))).toEqual(['644', '700']);
  });

  test('a descriptor only does what it was opened for', () => {
    write('/tmp/f', 'x');
    expect([answer(open('/tmp/f', { read: true }).write(utf8('y'))), answer(open('/tmp/f', { write: true }).read(1))]).toEqual([
      'EBADF',
      'EBADF',
    ]);
  });

  test('a fifo hands bytes from writer to reader, and ends when the last writer goes', () => {
    fs.makeFifo(p, '/tmp/p');
    const writer = open('/tmp/p', { write: true });
    expect([stat('/tmp/p').kind, answer(writer.write(utf8('early')))]).toEqual(['fifo', 'EAGAIN']);
    const reader = open('/tmp/p', { read: true });
    expect(answer(reader.read(10))).toBe('EAGAIN');
    writer.write(utf8('hi'));
    writer.release();
    expect([text(ok(reader.read(10))), ok(reader.read(10)).length]).toEqual(['hi', 0]);
    const again = open('/tmp/p', { write: true });
    reader.release();
    expect(answer(again.write(utf8('x')))).toBe('EPIPE');
  });

  test('the devices of /dev', () => {
    expect([read('/dev/null'), write('/dev/null', 'x'), write('/dev/full', 'x')]).toEqual(['', undefined, 'ENOSPC']);
    expect(ok(open('/dev/zero', { read: true }).read(3))).toEqual(new Uint8Array(3));
    expect(ok(open('/dev/urandom', { read: true }).read(8)).length).toBe(8);
    expect([stat('/dev/null').kind, stat('/dev/null').rdev, stat('/dev/null').mode]).toEqual(['chardev', [1, 3], 0o666]);
    expect([answer(fs.open(p, '/dev/tty', { read: true })), fs.readLink(p, '/dev/stdin')]).toEqual(['ENXIO', '/proc/self/fd/0']);
    expect(names('/dev/pts')).toEqual(['0', 'ptmx']);
  });
});
