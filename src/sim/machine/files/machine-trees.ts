import { fail, isError, type KernelError } from '../../base/result.ts';
import type { NetNamespace } from '../../kernel/netns.ts';
import type { CharacterDevice, MountRequest, VirtualFile } from '../file-system.ts';
import type { Machine } from '../machine.ts';
import type { PidNamespace } from '../namespaces.ts';
import type { Process } from '../process.ts';
import { debianImage, IMAGE_TIME_MS, PROGRAM_PRIVILEGES } from './debian/image.ts';
import { CONTROLLING_TERMINAL, memoryDevices, TreeDevice } from './devices.ts';
import type { ImageDirectory } from './image-tree.ts';
import type { MountSpec } from './mount.ts';
import { MountNamespace, MountNumbers } from './mount-namespace.ts';
import { MountTables } from './mount-tables.ts';
import { procRoot } from './proc/proc-root.ts';
import { programFile } from './program-file.ts';
import { StoredTree } from './stored-tree.ts';
import { SuperBlock } from './super-block.ts';
import { sysRoot } from './sys/sys-root.ts';
import { TreeDirectory, TreeFile, TreeSymlink } from './tree.ts';
import { type VirtualDirectory, virtualInode } from './virtual.ts';
import { VirtualRegistry } from './virtual-registry.ts';

/** How much the files that a machine adds to its image may take, on its disk and on each tmpfs. */
const DISK_BYTES = 64 * 2 ** 20;

/** The file systems of one machine: its disk, /dev, /run, and what computes /proc and /sys. */
export class MachineTrees {
  readonly mounts: MountTables;
  readonly #machine: Machine;
  readonly #registry = new VirtualRegistry();
  readonly #terminals = new Map<string, CharacterDevice>();
  readonly #disk: TreeDirectory;
  readonly #dev: TreeDirectory;
  /** Anonymous device numbers, major 0. */
  #lastDev = 40;

  constructor(machine: Machine, image: ImageDirectory = debianImage()) {
    this.#machine = machine;
    const disk = new SuperBlock(0xfe00, 'ext4', { limitBytes: DISK_BYTES, directorySize: 'block' });
    this.#disk = new TreeDirectory(disk, 0o755, IMAGE_TIME_MS, image);
    this.#dev = this.#makeDev();
    this.mounts = new MountTables(new MountNumbers(), () => this.#initialMounts());
  }

  /** A new file system for mount(2): ENODEV for a type that there is not. sysfs shows the network namespace of who mounts it. */
  newMount(p: Process, request: MountRequest): MountSpec | KernelError {
    const { type, source, readOnly = false, options = 'relatime' } = request;
    const rest = { source, innerRoot: '', options, readOnly };
    switch (type) {
      case 'tmpfs': {
        const sb = new SuperBlock(++this.#lastDev, 'tmpfs', { limitBytes: DISK_BYTES, directorySize: 'entries' });
        return { ...rest, sb, root: new TreeDirectory(sb, 0o1777, p.wallClockMs) };
      }
      case 'sysfs':
        return { ...rest, ...this.#sysfs(++this.#lastDev, p.netns) };
      case 'proc':
        return { ...rest, ...this.#proc(() => p.namespaces.pid) };
      case 'devtmpfs':
        return { ...rest, sb: this.#dev.sb, root: this.#dev };
      case 'devpts':
        return { ...rest, ...this.#devpts() };
      default:
        return fail('ENODEV');
    }
  }

  createTree(type: string, image?: ImageDirectory): StoredTree {
    const sb = new SuperBlock(++this.#lastDev, type, { limitBytes: DISK_BYTES, directorySize: 'block' });
    return new StoredTree(sb, 0o755, this.#machine.wallClockMs, image);
  }

  /** A mount namespace with a tree as its root and nothing else. */
  rootNamespace(tree: StoredTree, source: string): MountNamespace {
    return new MountNamespace(this.mounts.numbers, tree.mountSpec(source));
  }

  installProgram(program: string, path: string): void {
    const names = path.split('/').filter((name) => name !== '');
    const name = names.pop();
    if (name === undefined) throw new Error(`program without a name: ${path}`);
    const directory = this.#makeDirectories(this.#disk, names);
    const { mode = 0o755, capabilities } = PROGRAM_PRIVILEGES[path] ?? {};
    const file = new TreeFile(directory.sb, mode, IMAGE_TIME_MS, 0, 0, programFile(program));
    file.capabilities = capabilities;
    directory.put(name, file);
  }

  register(path: string, file: VirtualFile): () => void {
    return this.#registry.add(path.replace(/^\/proc\/self\/net\//, '/proc/net/'), file);
  }

  addDevice(name: string, device: CharacterDevice): () => void {
    if (name.startsWith('pts/')) {
      const number = name.slice(4);
      this.#terminals.set(number, device);
      return () => this.#terminals.delete(number);
    }
    const names = name.split('/');
    const last = names.pop() as string;
    const inode = new TreeDevice(this.#dev.sb, device, IMAGE_TIME_MS);
    this.#makeDirectories(this.#dev, names).put(last, inode);
    return () => {
      const directory = this.#makeDirectories(this.#dev, names);
      if (directory.lookup(undefined, last) === inode) directory.forget(last);
    };
  }

  /** Walks down a tree without a process, through links inside it, making what is missing. */
  #makeDirectories(root: TreeDirectory, names: readonly string[]): TreeDirectory {
    let at = root;
    for (const name of names) {
      let next = at.lookup(undefined, name);
      if (isError(next)) next = at.add(name, { kind: 'directory', mode: 0o755 }, IMAGE_TIME_MS);
      if (next instanceof TreeSymlink) {
        const { target } = next;
        next = this.#makeDirectories(target.startsWith('/') ? root : at, target.split('/').filter(Boolean));
      }
      if (!(next instanceof TreeDirectory)) throw new Error(`not a directory: ${names.join('/')}`);
      at = next;
    }
    return at;
  }

  #initialMounts(): MountNamespace {
    const rest = { innerRoot: '', options: 'relatime', readOnly: false };
    const namespace = new MountNamespace(this.mounts.numbers, { ...rest, sb: this.#disk.sb, root: this.#disk, source: '/dev/vda' });
    const runSb = new SuperBlock(25, 'tmpfs', { limitBytes: DISK_BYTES, directorySize: 'entries' });
    const run = new TreeDirectory(runSb, 0o1777, this.#machine.wallClockMs);
    const mounts: readonly [string, MountSpec][] = [
      ['sys', { ...rest, ...this.#sysfs(22, this.#machine.kernel.initNetns), source: 'sysfs' }],
      ['proc', { ...rest, ...this.#proc(() => this.#machine.init.namespaces.pid), source: 'proc' }],
      ['dev', { ...rest, sb: this.#dev.sb, root: this.#dev, source: 'devtmpfs', options: 'relatime,mode=755' }],
      ['run', { ...rest, sb: runSb, root: run, source: 'run' }],
    ];
    const root = namespace.rootPlace;
    for (const [name, spec] of mounts) {
      const inode = this.#disk.lookup(undefined, name);
      if (isError(inode)) throw new Error(`the image has no /${name}`);
      const at = namespace.attach({ mount: root.mount, inode, inner: `/${name}`, parent: root, name }, spec);
      if (name !== 'dev') continue;
      const pts = { mount: at, inode: this.#dev, inner: '/pts', parent: root, name };
      namespace.attach(pts, { ...rest, ...this.#devpts(), source: 'devpts', options: 'relatime,mode=600,ptmxmode=000' });
    }
    for (const name of ['docker', 'mount', 'netns']) run.add(name, { kind: 'directory', mode: 0o755 }, this.#machine.wallClockMs);
    return namespace;
  }

  #proc(pidNamespace: () => PidNamespace): Pick<MountSpec, 'sb' | 'root'> {
    const context = { machine: this.#machine, mounts: this.mounts, registry: this.#registry, pidNamespace };
    return virtual(new SuperBlock(21, 'proc', { processes: pidNamespace }), this.#registry.extend('/proc', procRoot(context), 0));
  }

  #sysfs(dev: number, ns: NetNamespace): Pick<MountSpec, 'sb' | 'root'> {
    return virtual(new SuperBlock(dev, 'sysfs'), this.#registry.extend('/sys', sysRoot(ns), 4096));
  }

  #devpts(): Pick<MountSpec, 'sb' | 'root'> {
    const terminals = this.#terminals;
    return virtual(new SuperBlock(24, 'devpts'), {
      kind: 'directory',
      mode: 0o755,
      names: () => [...terminals.keys()],
      lookup(_p, name) {
        const device = terminals.get(name);
        return device && { kind: 'chardev', device };
      },
    });
  }

  #makeDev(): TreeDirectory {
    const dev = new TreeDirectory(new SuperBlock(6, 'devtmpfs', { directorySize: 'entries' }), 0o755, IMAGE_TIME_MS);
    const links = { stderr: '/proc/self/fd/2', stdout: '/proc/self/fd/1', stdin: '/proc/self/fd/0', fd: '/proc/self/fd' };
    for (const [name, target] of Object.entries(links)) dev.add(name, { kind: 'symlink', target }, IMAGE_TIME_MS);
    dev.add('pts', { kind: 'directory', mode: 0o755 }, IMAGE_TIME_MS);
    dev.add('shm', { kind: 'directory', mode: 0o1777 }, IMAGE_TIME_MS);
    const devices = memoryDevices(() => this.#machine.random);
    for (const [name, device] of devices) dev.put(name, new TreeDevice(dev.sb, device, IMAGE_TIME_MS));
    dev.put('tty', new TreeDevice(dev.sb, CONTROLLING_TERMINAL, IMAGE_TIME_MS));
    dev.put('console', new TreeDevice(dev.sb, { ...CONTROLLING_TERMINAL, minor: 1, mode: 0o600 }, IMAGE_TIME_MS));
    return dev;
  }
}

/** A computed file system whose root is `directory`. */
function virtual(sb: SuperBlock, directory: VirtualDirectory): Pick<MountSpec, 'sb' | 'root'> {
  return { sb, root: virtualInode(sb, directory, 1) };
}
