import { beforeEach, expect, test } from 'vitest';
import { ProcessWorld } from '../../../../../test/process-world.ts';
import { isError } from '../../../base/result.ts';
import { NS_PER_S } from '../../../base/time.ts';
import { text, utf8 } from '../../../base/utf8.ts';
import type { FileSystem } from '../../file-system.ts';
import type { Process } from '../../process.ts';

let world: ProcessWorld;
let fs: FileSystem;
let p: Process;

beforeEach(() => {
  world = new ProcessWorld();
  fs = world.machine.files;
  p = world.machine.init;
});

const answer = (result: unknown): unknown => (isError(result) ? result.errno : result);
const names = (path: string) => answer(fs.readDirectory(p, path));
const write = (path: string, contents: string) => answer(fs.writeFile(p, path, utf8(contents)));
const read = (path: string, by = p) => {
  const data = fs.readFile(by, path);
  return isError(data) ? data.errno : text(data);
};

test('/proc shows processes by number, and itself to each who looks', () => {
  const seen: unknown[] = [];
  const leader = world.login(function* (q, argv) {
    seen.push(answer(fs.readLink(q, '/proc/self')), read('/proc/self/cmdline', q), read('/proc/self/comm', q), argv.length);
    seen.push(answer(fs.readLink(q, '/proc/self/exe')), answer(fs.readLink(q, '/proc/self/cwd')));
    seen.push(answer(fs.readLink(q, `/proc/thread-self`)), read('/proc/self/stat', q).split(' ').slice(0, 8).join(' '));
    yield* q.sleep(NS_PER_S);
  });
  world.run();
  const { pid } = leader;
  expect(seen).toEqual([
    String(pid),
    'login-test\0',
    'login-test\n',
    1,
    '/usr/bin/login-test',
    '/root',
    `${pid}/task/${pid}`,
    `${pid} (login-test) R 1 ${pid} ${pid} 34816 ${pid}`,
  ]);
  expect(read(`/proc/${pid}/status`).split('\n').slice(0, 7)).toEqual([
    'Name:\tlogin-test',
    'Umask:\t0022',
    'State:\tS (sleeping)',
    `Tgid:\t${pid}`,
    'Ngid:\t0',
    `Pid:\t${pid}`,
    'PPid:\t1',
  ]);
  expect(names('/proc')).toEqual(expect.arrayContaining(['1', String(pid), 'net', 'self', 'sys', 'uptime']));
  expect([read('/proc/99999/comm'), names('/proc/99999')]).toEqual(['ENOENT', 'ENOENT']);
});

test('a process renames itself through comm, and nobody else does', () => {
  const seen: unknown[] = [];
  world.login(function* (q) {
    seen.push(answer(fs.writeFile(q, '/proc/self/comm', utf8('renamed-long-name-here\n'))), read('/proc/self/comm', q));
    seen.push(answer(fs.writeFile(q, '/proc/1/comm', utf8('x'))));
    yield* q.turn();
  });
  world.run();
  expect(seen).toEqual([undefined, 'renamed-long-na\n', 'EINVAL']);
});

test('/proc/self/fd links to what is open; opening such a link opens it again', () => {
  const seen: unknown[] = [];
  world.login(function* (q) {
    fs.writeFile(q, '/tmp/f', utf8('abc'));
    const fd = q.open('/tmp/f', { read: true });
    const pipe = q.pipe();
    if (isError(fd) || isError(pipe)) throw new Error('no descriptor');
    yield* q.read(fd, 2);
    const link = (n: number) => `/proc/self/fd/${n}`;
    seen.push(answer(fs.readDirectory(q, '/proc/self/fd')), answer(fs.readLink(q, link(0))), read(link(fd), q));
    seen.push(answer(fs.readLink(q, link(pipe.readFd))));
    yield* q.write(pipe.writeFd, utf8('through'));
    const again = q.open(link(pipe.readFd), { read: true });
    seen.push(isError(again) ? again : text((yield* q.read(again)) as Uint8Array));
    fs.unlink(q, '/tmp/f');
    seen.push(answer(fs.readLink(q, link(fd))), read(link(fd), q));
    const modes = [fd, pipe.writeFd].map((n) => fs.stat(q, link(n), { noFollow: true }));
    seen.push(
      modes.map((s) => (isError(s) ? s.errno : s.mode.toString(8))),
      answer(fs.readLink(q, link(99))),
    );
  });
  world.run();
  expect(seen).toEqual([
    ['0', '1', '2', '3', '4', '5'],
    '/dev/pts/0',
    'abc',
    expect.stringMatching(/^pipe:\[\d+\]$/),
    'through',
    '/tmp/f (deleted)',
    'abc',
    ['500', expect.any(String)],
    'ENOENT',
  ]);
});

test('files of /proc refuse as on Linux: plain ones when written, those of the network and of settings when opened', () => {
  expect([write('/proc/nosuch', '1'), answer(fs.makeDirectory(p, '/proc/x')), answer(fs.unlink(p, '/proc/uptime'))]).toEqual([
    'ENOENT',
    'ENOENT',
    'EPERM',
  ]);
  expect([write('/proc/uptime', '1'), write('/proc/net/dev', '1'), write('/proc/sys/kernel/ostype', '1')]).toEqual([
    'EIO',
    'EACCES',
    'EACCES',
  ]);
  const file = fs.open(p, '/proc/net/dev', { write: true });
  expect(answer(file)).toBe('EACCES');
  expect(answer(fs.open(p, '/proc/uptime', { write: true, truncate: true }))).toMatchObject({ kind: 'file' });
});

test('the host name in /proc/sys/kernel is that of the reader', () => {
  expect([read('/proc/sys/kernel/hostname'), write('/proc/sys/kernel/hostname', 'newname\n'), p.namespaces.uts.hostname]).toEqual([
    'host1\n',
    undefined,
    'newname',
  ]);
  expect(read('/proc/sys/kernel/random/uuid')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\n$/);
  expect(read('/proc/sys/kernel/random/boot_id')).toBe(read('/proc/sys/kernel/random/boot_id'));
});

test('uptime and boot time follow virtual time', () => {
  world.run(90);
  expect(read('/proc/uptime')).toBe('90.00 180.00\n');
  expect(read('/proc/stat')).toContain(`\nbtime ${p.wallClockMs / 1000 - 90}\n`);
  expect(read('/proc/version')).toMatch(/^Linux version 6\.1\.0-/);
});

test('others add files to /proc/net, read for the namespace of the process whose directory it is', () => {
  const remove = fs.register('/proc/net/stat/thing', { read: (q) => `${q.pid}\n` });
  const leader = world.login(function* (q) {
    yield* q.sleep(NS_PER_S);
  });
  world.run();
  expect([read('/proc/net/stat/thing'), read(`/proc/${leader.pid}/net/stat/thing`)]).toEqual(['1\n', `${leader.pid}\n`]);
  expect(names('/proc/net')).toContain('stat');
  remove();
  expect(read('/proc/net/stat/thing')).toBe('ENOENT');
});
