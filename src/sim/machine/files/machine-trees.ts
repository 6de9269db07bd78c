import { fail, isError, type KernelError } from '../../base/result.ts';
import type { NetNamespace } from '../../kernel/netns.ts';
import type { CharacterDevice, MountRequest, VirtualFile } from '../file-system.ts';
import type { Machine } from '../machine.ts';
import type { PidNamespace } from '../namespaces.ts';
import type { Process } from '../process.ts';
import { CgroupDirectory, HIERARCHIES, hierarchyName } from './cgroup.ts';
import { debianImage, IMAGE_TIME_MS, PROGRAM_PRIVILEGES } from './debian/image.ts';
import { memoryDevices, TERMINAL_DEVICES } from './devices.ts';
import { Devpts, devptsOptions } from './devpts.ts';
import type { ImageDirectory } from './image-tree.ts';
import type { Mount, MountSpec } from './mount.ts';
import { MountNamespace, MountNumbers } from './mount-namespace.ts';
import { mountOptions, sizeOption } from './mount-options.ts';
import { MountTables } from './mount-tables.ts';
import { procFiles, procRoot } from './proc/proc-root.ts';
import { MEMORY_KB } from './proc/system.ts';
import { programFile } from './program-file.ts';
import { StoredTree } from './stored-tree.ts';
import { SuperBlock } from './super-block.ts';
import { sysRoot } from './sys/sys-root.ts';
import { TreeDirectory, TreeFile, TreeSymlink } from './tree.ts';
import { type VirtualDirectory, virtualInode } from './virtual.ts';
import { VirtualRegistry } from './virtual-registry.ts';

/** How much the files that a machine adds to its image may take, on its disk and on each tmpfs. */
const DISK_BYTES = 64 * 2 ** 20;
/** What statfs(2) says of a disk. */
const DISK = { limitBytes: DISK_BYTES, capacity: 8_154_588 * 1024, takenBytes: 1_092_532 * 1024 } as const;
const MEMORY_BYTES = MEMORY_KB * 1024;
const PAGE = 4096;

const octal = (mode: number): string => mode.toString(8).padStart(3, '0');

/** The file systems of one machine: its disk, /dev, /run, and what computes /proc and /sys. */
export class MachineTrees {
  readonly mounts: MountTables;
  readonly #machine: Machine;
  readonly #registry = new VirtualRegistry();
  #procFiles: VirtualDirectory | undefined;
  readonly #procs = new WeakMap<PidNamespace, Pick<MountSpec, 'sb' | 'root'>>();
  /** Drivers of character devices, by `MAJOR:MINOR`. */
  readonly drivers: ReadonlyMap<string, CharacterDevice>;
  /** The machine's own terminals. */
  readonly devpts: Devpts;
  readonly #disk: TreeDirectory;
  readonly #dev: TreeDirectory;
  /** Anonymous device numbers, major 0. */
  #lastDev = 40;

  constructor(machine: Machine, image: ImageDirectory = debianImage()) {
    this.#machine = machine;
    const disk = new SuperBlock(0xfe00, 'ext4', { ...DISK, directorySize: 'block' });
    this.#disk = new TreeDirectory(disk, 0o755, IMAGE_TIME_MS, image);
    const memory = [...memoryDevices(() => machine.random), ...TERMINAL_DEVICES];
    this.drivers = new Map(memory.map(([, device]) => [`${device.major}:${device.minor}`, device]));
    this.#dev = this.#makeDev(memory);
    this.devpts = new Devpts(24, { uid: undefined, gid: 5, mode: 0o620, ptmxMode: 0 });
    this.mounts = new MountTables(new MountNumbers(), () => this.#initialMounts());
  }

  /** A new file system for mount(2): ENODEV for a type that there is not, EINVAL for options that it does not know. */
  newMount(p: Process, request: MountRequest): MountSpec | KernelError {
    const { type, source } = request;
    const { readOnly, flags, data } = mountOptions(request.options ?? '');
    const made = this.#newFileSystem(p, type, data);
    if (isError(made)) return made;
    if (readOnly) made.sb.readOnly = true;
    return { source, innerRoot: '', flags, readOnly, ...made };
  }

  #newFileSystem(p: Process, type: string, data: readonly string[]): Pick<MountSpec, 'sb' | 'root'> | KernelError {
    switch (type) {
      case 'tmpfs':
        return this.#tmpfs(p, data);
      case 'devpts': {
        const options = devptsOptions(data);
        return isError(options) ? options : new Devpts(++this.#lastDev, options);
      }
      case 'cgroup': {
        const [name = ''] = data;
        if (data.length !== 1 || !HIERARCHIES.includes(name as 'cpu')) return fail('EINVAL');
        return virtual(new SuperBlock(++this.#lastDev, 'cgroup', { options: name }), new CgroupDirectory(p.namespaces.cgroup.root, name));
      }
    }
    if (data.length > 0) return fail('EINVAL');
    switch (type) {
      case 'sysfs':
        return this.#sysfs(++this.#lastDev, p.netns);
      case 'proc':
        return this.#proc(p.namespaces.pid);
      case 'devtmpfs':
        return { sb: this.#dev.sb, root: this.#dev };
      case 'mqueue': {
        const sb = new SuperBlock(++this.#lastDev, 'mqueue', { directorySize: 'entries' });
        return { sb, root: new TreeDirectory(sb, 0o1777, p.wallClockMs) };
      }
      default:
        return fail('ENODEV');
    }
  }

  /** shmem_parse_options: half of the memory unless `size` says otherwise, and everybody's to write. */
  #tmpfs(p: Process, words: readonly string[]): Pick<MountSpec, 'sb' | 'root'> | KernelError {
    let size: number | undefined;
    const owner = { mode: 0o1777, uid: p.credentials.uid, gid: p.credentials.gid };
    for (const word of words) {
      const [name, value = ''] = word.split('=');
      const number = /^\d+$/.test(value) ? Number(value) : undefined;
      if (name === 'size') {
        size = sizeOption(value, MEMORY_BYTES);
        if (size === undefined) return fail('EINVAL');
      } else if (name === 'mode' && /^[0-7]+$/.test(value)) owner.mode = Number.parseInt(value, 8) & 0o7777;
      else if ((name === 'uid' || name === 'gid') && number !== undefined) owner[name] = number;
      else if (!(name === 'nr_inodes' || name === 'nr_blocks' || name === 'huge') || value === '') return fail('EINVAL');
    }
    const shown = words.some((word) => word.startsWith('mode=')) && owner.mode !== 0o1777 ? `mode=${octal(owner.mode)}` : '';
    const ids = words.filter((word) => /^[ug]id=[1-9]/.test(word));
    const pages = size === undefined ? undefined : Math.ceil(size / PAGE) * PAGE;
    const options = [pages === undefined ? '' : `size=${pages / 1024}k`, shown, ...ids].filter((word) => word !== '').join(',');
    const sb = new SuperBlock(++this.#lastDev, 'tmpfs', {
      limitBytes: Math.min(pages || DISK_BYTES, DISK_BYTES),
      directorySize: 'entries',
      options,
      capacity: pages ?? MEMORY_BYTES / 2,
    });
    const root = new TreeDirectory(sb, owner.mode, p.wallClockMs);
    root.uid = owner.uid;
    root.gid = owner.gid;
    return { sb, root };
  }

  createTree(type: string, image?: ImageDirectory, options?: () => string): StoredTree {
    const sb = new SuperBlock(++this.#lastDev, type, { ...DISK, directorySize: 'block', ...(options !== undefined && { options }) });
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
    const rest = { innerRoot: '', flags: 'relatime', readOnly: false };
    const namespace = new MountNamespace(this.mounts.numbers, { ...rest, sb: this.#disk.sb, root: this.#disk, source: '/dev/vda' });
    const runSb = new SuperBlock(25, 'tmpfs', { limitBytes: DISK_BYTES, directorySize: 'entries', capacity: MEMORY_BYTES / 2 });
    const run = new TreeDirectory(runSb, 0o1777, this.#machine.wallClockMs);
    const mounts: readonly [string, MountSpec][] = [
      ['sys', { ...rest, ...this.#sysfs(22, this.#machine.kernel.initNetns), source: 'sysfs' }],
      ['proc', { ...rest, ...this.#proc(this.#machine.namespaces.pid), source: 'proc' }],
      ['dev', { ...rest, sb: this.#dev.sb, root: this.#dev, source: 'devtmpfs' }],
      ['run', { ...rest, sb: runSb, root: run, source: 'run' }],
    ];
    const root = namespace.rootPlace;
    for (const [name, spec] of mounts) {
      const inode = this.#disk.lookup(undefined, name);
      if (isError(inode)) throw new Error(`the image has no /${name}`);
      const at = namespace.attach({ mount: root.mount, inode, inner: `/${name}`, parent: root, name }, spec);
      if (name === 'sys') this.#mountCgroups(namespace, at, rest);
      if (name !== 'dev') continue;
      const pts = { mount: at, inode: this.#dev, inner: '/pts', parent: root, name };
      namespace.attach(pts, { ...rest, sb: this.devpts.sb, root: this.devpts.root, source: 'devpts' });
    }
    for (const name of ['docker', 'mount', 'netns']) run.add(name, { kind: 'directory', mode: 0o755 }, this.#machine.wallClockMs);
    return namespace;
  }

  /** The hierarchies of cgroups below a tmpfs on /sys/fs/cgroup. */
  #mountCgroups(namespace: MountNamespace, sys: Mount, rest: Pick<MountSpec, 'innerRoot' | 'flags' | 'readOnly'>): void {
    const { cgroups, wallClockMs } = this.#machine;
    const sb = new SuperBlock(28, 'tmpfs', { limitBytes: DISK_BYTES, directorySize: 'entries', capacity: MEMORY_BYTES / 2 });
    const root = new TreeDirectory(sb, 0o755, wallClockMs);
    const point = { mount: sys, inode: sys.spec.root, inner: '/fs/cgroup', parent: namespace.rootPlace, name: 'cgroup' };
    const top = namespace.attach(point, { ...rest, sb, root, source: 'cgroup' });
    for (const [i, hierarchy] of HIERARCHIES.entries()) {
      const name = hierarchyName(hierarchy);
      const inode = root.add(name, { kind: 'directory', mode: 0o755 }, wallClockMs);
      if (isError(inode)) throw new Error(inode.errno);
      const own = virtual(new SuperBlock(29 + i, 'cgroup', { options: hierarchy }), new CgroupDirectory(cgroups, hierarchy));
      namespace.attach({ mount: top, inode, inner: `/${name}`, parent: point, name }, { ...rest, ...own, source: 'cgroup' });
    }
  }

  /** One for each pid namespace (get_tree_nodev with its key): mounted again it is the same. */
  #proc(ns: PidNamespace): Pick<MountSpec, 'sb' | 'root'> {
    const known = this.#procs.get(ns);
    if (known !== undefined) return known;
    const pidNamespace = (): PidNamespace => ns;
    this.#procFiles ??= procFiles(this.#machine);
    const context = { machine: this.#machine, mounts: this.mounts, registry: this.#registry, files: this.#procFiles, pidNamespace };
    const sb = new SuperBlock(ns.parent === undefined ? 21 : ++this.#lastDev, 'proc', { processes: pidNamespace });
    const made = virtual(sb, this.#registry.extend('/proc', procRoot(context), 0));
    this.#procs.set(ns, made);
    return made;
  }

  #sysfs(dev: number, ns: NetNamespace): Pick<MountSpec, 'sb' | 'root'> {
    return virtual(new SuperBlock(dev, 'sysfs'), this.#registry.extend('/sys', sysRoot(ns), 4096));
  }

  #makeDev(devices: readonly (readonly [string, CharacterDevice])[]): TreeDirectory {
    const sb = new SuperBlock(6, 'devtmpfs', { directorySize: 'entries', options: 'mode=755', capacity: MEMORY_BYTES / 2 });
    const dev = new TreeDirectory(sb, 0o755, IMAGE_TIME_MS);
    const links = { stderr: '/proc/self/fd/2', stdout: '/proc/self/fd/1', stdin: '/proc/self/fd/0', fd: '/proc/self/fd' };
    for (const [name, target] of Object.entries(links)) dev.add(name, { kind: 'symlink', target }, IMAGE_TIME_MS);
    dev.add('pts', { kind: 'directory', mode: 0o755 }, IMAGE_TIME_MS);
    dev.add('shm', { kind: 'directory', mode: 0o1777 }, IMAGE_TIME_MS);
    for (const [name, { major, minor, mode }] of devices) dev.add(name, { kind: 'chardev', device: [major, minor], mode }, IMAGE_TIME_MS);
    return dev;
  }
}

/** A computed file system whose root is `directory`. */
function virtual(sb: SuperBlock, directory: VirtualDirectory): Pick<MountSpec, 'sb' | 'root'> {
  return { sb, root: virtualInode(sb, directory, 1) };
}
