import { fail, type KernelError } from '../../base/result.ts';
import type { NetNamespace } from '../../kernel/netns.ts';
import type { FileStat, NamespaceFile } from '../file-system.ts';
import type { PlainNamespace } from '../namespaces.ts';
import { OpenBase } from '../open-file.ts';
import type { NamespaceKind, OpenFlags, Process } from '../process.ts';
import { Inode, type Jump } from './inode.ts';
import { Mount } from './mount.ts';
import type { MountTables } from './mount-tables.ts';
import type { Place } from './place.ts';
import { SuperBlock } from './super-block.ts';

/** nsfs: the file system of namespaces, mounted nowhere by itself (fs/nsfs.c). */
const NSFS = new SuperBlock(4, 'nsfs');

/** A namespace as a file. A network or mount namespace lives as long as it is open or bound to a path. */
class NsInode extends Inode {
  override readonly kind = 'file';
  readonly namespaceKind: NamespaceKind;
  readonly namespace: NetNamespace | PlainNamespace;
  readonly #mounts: MountTables;

  constructor(kind: NamespaceKind, namespace: NetNamespace | PlainNamespace, mounts: MountTables) {
    super(NSFS);
    this.namespaceKind = kind;
    this.namespace = namespace;
    this.#mounts = mounts;
  }

  override stat(p: Process): FileStat {
    const { inode } = this.namespace;
    return { kind: 'file', inode, dev: NSFS.dev, mode: 0o444, uid: 0, gid: 0, nlink: 1, size: 0, mtimeMs: p.wallClockMs };
  }

  /** Only for reading, and even that gives nothing to read. */
  override open(p: Process, flags: OpenFlags, place: Place): OpenNamespace | KernelError {
    return flags.write === true ? fail('EPERM') : new OpenNamespace(this, place, this.stat(p));
  }

  hold(): () => void {
    if ('hold' in this.namespace) return this.namespace.hold();
    return this.namespaceKind === 'mnt' ? this.#mounts.hold(this.namespace) : () => {};
  }

  override holdForMount(): (() => void) | undefined {
    return 'hold' in this.namespace ? this.namespace.hold() : undefined;
  }
}

class OpenNamespace extends OpenBase implements NamespaceFile {
  override readonly kind = 'namespace';
  override readonly description: string;
  readonly namespaceKind: NamespaceKind;
  readonly namespace: NetNamespace | PlainNamespace;
  readonly place: Place;
  readonly #stat: FileStat;
  readonly #release: () => void;

  constructor(inode: NsInode, place: Place, stat: FileStat) {
    super();
    this.namespaceKind = inode.namespaceKind;
    this.namespace = inode.namespace;
    this.place = place;
    this.description = place.parent === undefined ? place.name : linkText(inode.namespaceKind, inode.namespace);
    this.#stat = stat;
    this.#release = inode.hold();
  }

  override read(): KernelError {
    return fail('EINVAL');
  }

  override write(): KernelError {
    return fail('EINVAL');
  }

  override stat(): FileStat {
    return this.#stat;
  }

  protected override closed(): void {
    this.#release();
  }
}

/** What readlink shows: net:[4026531840]. */
export function linkText(kind: NamespaceKind, namespace: NetNamespace | PlainNamespace): string {
  return `${kind}:[${namespace.inode}]`;
}

/** Where the magic link to a namespace leads: a file that has no path. */
export function jumpToNamespace(kind: NamespaceKind, namespace: NetNamespace | PlainNamespace, mounts: MountTables): Jump {
  const inode = new NsInode(kind, namespace, mounts);
  const name = linkText(kind, namespace);
  const spec = { sb: NSFS, root: inode, innerRoot: name, source: 'nsfs', flags: '', readOnly: false };
  return { place: { mount: new Mount(0, spec), inode, inner: name, parent: undefined, name } };
}
