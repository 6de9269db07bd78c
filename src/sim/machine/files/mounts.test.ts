import { beforeEach, expect, test } from 'vitest';
import { ProcessWorld } from '../../../../test/process-world.ts';
import { isError } from '../../base/result.ts';
import { text, utf8 } from '../../base/utf8.ts';
import type { FileSystem, NamespaceFile } from '../file-system.ts';
import type { PlainNamespace } from '../namespaces.ts';
import type { OpenFile } from '../open-file.ts';
import type { Process } from '../process.ts';
import { ImageBuilder } from './image-tree.ts';

let world: ProcessWorld;
let fs: FileSystem;
let p: Process;

beforeEach(() => {
  world = new ProcessWorld();
  fs = world.machine.files;
  p = world.machine.init;
});

const answer = (result: unknown): unknown => (isError(result) ? result.errno : result);
const write = (q: Process, path: string, contents: string) => answer(fs.writeFile(q, path, utf8(contents)));
const read = (q: Process, path: string) => {
  const data = fs.readFile(q, path);
  return isError(data) ? data.errno : text(data);
};
const names = (q: Process, path: string) => answer(fs.readDirectory(q, path));
const lines = (q: Process) => fs.mounts(q).map((m) => `${m.source} ${m.target} ${m.type} ${m.options}`);

function openNamespace(path: string): OpenFile & NamespaceFile {
  const file = fs.open(p, path, { read: true });
  if (isError(file)) throw new Error(file.errno);
  return file as OpenFile & NamespaceFile;
}

let lastInode = 5000;

/** The same process as in a mount namespace of its own: what it sees, not what it is. */
function inNewMountNamespace(of: Process): Process {
  const mnt: PlainNamespace = { kind: 'mnt', inode: ++lastInode, owner: of.namespaces.user };
  fs.copyMounts(of.namespaces.mnt, mnt);
  return Object.create(of, { namespaces: { value: { ...of.namespaces, mnt } } }) as Process;
}

/** What `ip netns add` does with files: a shared bind mount of the directory, then one of the namespace on an empty file. */
function netnsAdd(q: Process, name: string): unknown {
  fs.makeDirectory(q, '/run/netns', 0o755);
  if (isError(fs.setPropagation(q, '/run/netns', 'shared', true))) {
    fs.bindMount(q, '/run/netns', '/run/netns');
    fs.setPropagation(q, '/run/netns', 'shared', true);
  }
  fs.open(q, `/run/netns/${name}`, { read: true, create: true, exclusive: true }, 0);
  return answer(fs.bindMount(q, '/proc/self/ns/net', `/run/netns/${name}`));
}

test('a machine starts with its disk, /proc, /sys, /dev and /run', () => {
  expect(lines(p)).toEqual([
    '/dev/vda / ext4 rw,relatime',
    'sysfs /sys sysfs rw,relatime',
    'cgroup /sys/fs/cgroup tmpfs rw,relatime',
    ...['cpu', 'cpuacct', 'cpuset', 'memory', 'devices', 'freezer', 'blkio', 'pids'].map(
      (name) => `cgroup /sys/fs/cgroup/${name} cgroup rw,relatime,${name}`,
    ),
    'cgroup /sys/fs/cgroup/systemd cgroup rw,relatime,name=systemd',
    'proc /proc proc rw,relatime',
    'devtmpfs /dev devtmpfs rw,relatime,mode=755',
    'devpts /dev/pts devpts rw,relatime,gid=5,mode=620,ptmxmode=000',
    'run /run tmpfs rw,relatime',
  ]);
});

test('a bind mount shows the same files elsewhere; a file goes on a file, a directory on a directory', () => {
  expect(answer(fs.bindMount(p, '/etc', '/mnt'))).toBeUndefined();
  write(p, '/mnt/new', 'x');
  expect([read(p, '/etc/new'), answer(fs.resolve(p, '/mnt/../mnt/new'))]).toEqual(['x', '/mnt/new']);
  write(p, '/tmp/m', 'under');
  expect([answer(fs.bindMount(p, '/etc/hosts', '/tmp')), answer(fs.bindMount(p, '/nosuch', '/tmp/m'))]).toEqual(['ENOTDIR', 'ENOENT']);
  fs.bindMount(p, '/etc/hosts', '/tmp/m');
  expect(read(p, '/tmp/m')).toBe('127.0.0.1\tlocalhost\n');
  expect([answer(fs.unlink(p, '/tmp/m')), answer(fs.rename(p, '/tmp/m', '/tmp/n')), answer(fs.removeDirectory(p, '/mnt'))]).toEqual([
    'EBUSY',
    'EBUSY',
    'EBUSY',
  ]);
  expect([answer(fs.unmount(p, '/tmp/m')), read(p, '/tmp/m')]).toEqual([undefined, 'under']);
  expect(lines(p).at(-1)).toBe('/dev/vda /mnt ext4 rw,relatime');
});

test('umount wants a mount point that nobody uses', () => {
  fs.mount(p, { type: 'tmpfs', source: 't', target: '/mnt' });
  write(p, '/mnt/f', 'x');
  const file = fs.open(p, '/mnt/f', { read: true });
  expect([
    answer(fs.unmount(p, '/tmp')),
    answer(fs.unmount(p, '/nosuch')),
    answer(fs.unmount(p, '/mnt')),
    answer(fs.unmount(p, '/')),
  ]).toEqual(['EINVAL', 'ENOENT', 'EBUSY', 'EBUSY']);
  if (!isError(file)) file.release();
  p.cwd = '/mnt';
  expect([answer(fs.unmount(p, '/mnt')), answer(fs.unmount(p, '/mnt', { detach: true })), names(p, '/mnt')]).toEqual([
    'EBUSY',
    undefined,
    [],
  ]);
});

test('a read-only mount takes no changes', () => {
  fs.mount(p, { type: 'tmpfs', source: 't', target: '/mnt' });
  write(p, '/mnt/f', 'x');
  fs.remount(p, '/mnt', 'ro');
  expect([write(p, '/mnt/f', 'y'), write(p, '/mnt/new', ''), answer(fs.unlink(p, '/mnt/f')), answer(fs.chmod(p, '/mnt/f', 0))]).toEqual(
    Array(4).fill('EROFS'),
  );
  expect([read(p, '/mnt/f'), lines(p).at(-1)]).toEqual(['x', 't /mnt tmpfs ro,relatime']);
  expect(answer(fs.mount(p, { type: 'nosuchfs', source: 't', target: '/mnt' }))).toBe('ENODEV');
});

test('mounts go along when a directory above them is renamed', () => {
  fs.makeDirectory(p, '/tmp/a');
  fs.makeDirectory(p, '/tmp/a/b');
  fs.bindMount(p, '/etc', '/tmp/a/b');
  fs.rename(p, '/tmp/a', '/tmp/z');
  expect([read(p, '/tmp/z/b/hosts'), answer(fs.unmount(p, '/tmp/z/b')), names(p, '/tmp/z/b')]).toEqual([
    '127.0.0.1\tlocalhost\n',
    undefined,
    [],
  ]);
});

test('a network namespace bound to a path opens as that namespace and cannot be read, written or removed', () => {
  expect(netnsAdd(p, 'red')).toBeUndefined();
  const { inode } = world.machine.kernel.initNetns;
  expect(fs.stat(p, '/run/netns/red')).toMatchObject({ kind: 'file', mode: 0o444, size: 0, inode, dev: 4 });
  expect(openNamespace('/var/run/netns/red')).toMatchObject({ kind: 'namespace', namespaceKind: 'net', namespace: p.netns });
  expect([
    read(p, '/run/netns/red'),
    write(p, '/run/netns/red', ''),
    answer(fs.unlink(p, '/run/netns/red')),
    answer(fs.readLink(p, '/run/netns/red')),
  ]).toEqual(['EINVAL', 'EPERM', 'EBUSY', 'EINVAL']);
  expect(lines(p).slice(-2)).toEqual(['run /run/netns tmpfs rw,relatime', 'nsfs /run/netns/red nsfs rw']);
});

test('/proc/PID/ns shows namespaces as links and opens them', () => {
  const { inode } = p.netns;
  expect(fs.readLink(p, '/proc/self/ns/net')).toBe(`net:[${inode}]`);
  expect(fs.stat(p, '/proc/1/ns/net', { noFollow: true })).toMatchObject({ kind: 'symlink', mode: 0o777, size: 0 });
  expect(openNamespace('/proc/1/ns/uts')).toMatchObject({ description: 'uts:[4026531838]', namespaceKind: 'uts' });
  expect(read(p, '/proc/self/ns/net')).toBe('EINVAL');
});

test('a namespace starts with a copy of the mounts and then has its own', () => {
  const q = inNewMountNamespace(p);
  fs.mount(q, { type: 'tmpfs', source: 't', target: '/mnt' });
  write(q, '/mnt/f', 'inside');
  expect([read(q, '/mnt/f'), read(p, '/mnt/f'), lines(q).length - lines(p).length]).toEqual(['inside', 'ENOENT', 1]);
});

// What `ip netns exec red` does first: its mounts only receive from outside, and /sys is mounted anew.
test('a slave sees the mounts and unmounts of its master, which sees none of its', () => {
  netnsAdd(p, 'red');
  const q = inNewMountNamespace(p);
  fs.setPropagation(q, '/', 'slave', true);
  netnsAdd(p, 'green');
  expect([openNamespaceAs(q, '/run/netns/green'), names(q, '/run/netns')]).toEqual(['namespace', ['green', 'red']]);
  netnsAdd(q, 'blue');
  expect([openNamespaceAs(q, '/run/netns/blue'), openNamespaceAs(p, '/run/netns/blue'), names(p, '/run/netns')]).toEqual([
    'namespace',
    'file',
    ['blue', 'green', 'red'],
  ]);
  fs.unmount(p, '/run/netns/red', { detach: true });
  fs.unlink(p, '/run/netns/red');
  expect([names(q, '/run/netns'), lines(q).some((line) => line.includes('/red '))]).toEqual([['blue', 'green'], false]);
});

function openNamespaceAs(q: Process, path: string): unknown {
  const file = fs.open(q, path, { read: true });
  return isError(file) ? file.errno : file.kind;
}

test('/proc/PID/mountinfo names parents, devices, roots and propagation', () => {
  netnsAdd(p, 'red');
  const info = read(p, '/proc/self/mountinfo').split('\n').slice(-3);
  expect(info).toEqual([
    '37 36 0:25 /netns /run/netns rw,relatime shared:1 - tmpfs run rw',
    `38 37 0:4 net:[${p.netns.inode}] /run/netns/red rw shared:2 - nsfs nsfs rw`,
    '',
  ]);
});

test('the mounts of a namespace go with its last process', () => {
  let held = 0;
  const hold = p.netns.hold.bind(p.netns);
  p.netns.hold = () => {
    const release = hold();
    held++;
    return () => {
      held--;
      release();
    };
  };
  netnsAdd(p, 'red');
  const before = held;
  const q = inNewMountNamespace(p);
  const leave = [fs.holdMounts(q.namespaces.mnt), fs.holdMounts(q.namespaces.mnt)];
  expect(held - before).toBe(1);
  leave[0]?.();
  expect(held - before).toBe(1);
  leave[1]?.();
  expect(held - before).toBe(0);
  fs.unmount(p, '/run/netns/red');
  expect(before - held).toBe(1);
});

test('containers share an image, keep their changes apart, and see nothing of the machine', () => {
  const image = new ImageBuilder(0).file('etc/motd', utf8('hello')).directory('proc').build();
  const [a, b] = [1, 2].map((n) => {
    const mnt: PlainNamespace = { kind: 'mnt', inode: n, owner: p.namespaces.user };
    fs.setRoot(mnt, fs.createTree('overlay', image), 'overlay');
    return Object.create(p, { namespaces: { value: { ...p.namespaces, mnt } }, cwd: { value: '/' } }) as Process;
  }) as [Process, Process];
  write(a, '/etc/motd', 'changed');
  fs.unlink(b, '/etc/motd');
  expect([read(a, '/etc/motd'), read(b, '/etc/motd'), names(b, '/'), lines(a)]).toEqual([
    'changed',
    'ENOENT',
    ['etc', 'proc'],
    ['overlay / overlay rw,relatime'],
  ]);
  expect([answer(fs.mount(a, { type: 'proc', source: 'proc', target: '/proc' })), read(a, '/proc/1/comm')]).toEqual([undefined, 'init\n']);
});

test('two machines may share a folder', () => {
  const other = new ProcessWorld().machine;
  const tree = fs.createTree('ext4');
  fs.makeDirectory(p, '/var/tmp/share');
  fs.mountTree(p, tree, '/var/tmp/share', '/dev/vdb');
  other.files.makeDirectory(other.init, '/var/tmp/share');
  other.files.mountTree(other.init, tree, '/var/tmp/share', '/dev/vdb');
  write(p, '/var/tmp/share/token', 'SWMTKN');
  expect(answer(other.files.readFile(other.init, '/var/tmp/share/token'))).toEqual(utf8('SWMTKN'));
});

test('each devpts counts its own terminals, and devices are whose numbers they have', () => {
  const answers = [
    answer(fs.mount(p, { type: 'devpts', source: 'd', target: '/mnt', options: 'noexec,gid=5,mode=620,ptmxmode=0666' })),
    lines(p).at(-1),
    answer(fs.mount(p, { type: 'devpts', source: 'd', target: '/mnt', options: 'foo=1' })),
  ];
  expect(answers).toEqual([undefined, 'd /mnt devpts rw,noexec,relatime,gid=5,mode=620,ptmxmode=666', 'EINVAL']);
  const instance = fs.devptsAt(p, '/mnt');
  if (isError(instance)) throw new Error(instance.errno);
  const terminal = p.machine.openTerminal(80, 24, instance);
  expect([terminal.path, fs.readDirectory(p, '/mnt'), fs.stat(p, '/mnt/0')]).toMatchObject([
    '/dev/pts/0',
    ['0', 'ptmx'],
    { mode: 0o620, uid: 0, gid: 5, rdev: [136, 0] },
  ]);
  expect([answer(fs.makeDevice(p, '/tmp/null', [1, 3])), answer(fs.makeDevice(p, '/tmp/none', [99, 1]))]).toEqual([undefined, undefined]);
  expect([answer(fs.writeFile(p, '/tmp/null', new Uint8Array(3))), answer(fs.open(p, '/tmp/none', { read: true }))]).toEqual([
    undefined,
    'ENXIO',
  ]);
});

test('a tmpfs has a size, an owner, and flags that are enforced', () => {
  const options = 'nodev,noexec,size=8k,mode=700,uid=33';
  fs.mount(p, { type: 'tmpfs', source: 't', target: '/mnt', options });
  expect(lines(p).at(-1)).toBe('t /mnt tmpfs rw,nodev,noexec,relatime,size=8k,mode=700,uid=33');
  expect(fs.stat(p, '/mnt')).toMatchObject({ mode: 0o700, uid: 33, gid: 0 });
  expect(answer(fs.writeFile(p, '/mnt/big', new Uint8Array(9000)))).toBe('ENOSPC');
  fs.unlink(p, '/mnt/big');
  fs.makeDevice(p, '/mnt/null', [1, 3]);
  fs.writeFile(p, '/mnt/run', new TextEncoder().encode('#!/bin/sh\n'), { mode: 0o755 });
  expect([answer(fs.open(p, '/mnt/null', { read: true })), answer(fs.executable(p, '/mnt/run'))]).toEqual(['EACCES', 'EACCES']);
  fs.remount(p, '/mnt', 'exec,ro', true);
  expect([isError(fs.executable(p, '/mnt/run')), answer(fs.unlink(p, '/mnt/run'))]).toEqual([false, 'EROFS']);
});
