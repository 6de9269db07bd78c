import type { KernelError } from '../base/result.ts';
import type { NetNamespace } from '../kernel/netns.ts';
import type { FilePrivileges } from './credentials.ts';
import type { Devpts } from './files/devpts.ts';
import type { ImageDirectory } from './files/image-tree.ts';
import type { MountLine } from './files/mount-tables.ts';
import type { PidNamespace, PlainNamespace } from './namespaces.ts';
import type { OpenFile } from './open-file.ts';
import type { NamespaceKind, OpenFlags, Process } from './process.ts';

export interface FileStat {
  readonly kind: 'file' | 'directory' | 'symlink' | 'fifo' | 'chardev' | 'socket';
  readonly inode: number;
  /** Device number, so that stat tells mounts apart. */
  readonly dev: number;
  /** Permission bits only. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly nlink: number;
  readonly size: number;
  /** ms since 1970 in virtual time. */
  readonly mtimeMs: number;
  /** Space taken, in units of 512 bytes; absent means none. */
  readonly blocks?: number;
  /** Which device a device file stands for: [major, minor]. */
  readonly rdev?: readonly [number, number];
}

/** What opening /proc/PID/ns/KIND or a file in /run/netns gives, and setns(2) takes. Keeps a network namespace alive while open. */
export interface NamespaceFile extends OpenFile {
  readonly kind: 'namespace';
  readonly namespaceKind: NamespaceKind;
  /** A NetNamespace where `namespaceKind` is net. */
  readonly namespace: NetNamespace | PlainNamespace;
}

/** What execve(2) finds at a path. */
export type Executable =
  /** A program of this simulator; `program` is the path that {@link Program.path} gives, wherever the file lies. */
  | { readonly kind: 'program'; readonly program: string; readonly privileges?: FilePrivileges }
  /** A file that starts with `#!`. */
  | { readonly kind: 'script'; readonly interpreter: string; readonly argument: string | undefined };

/** A file whose contents are computed: its text when read, its handler when written. */
export interface VirtualFile {
  /** Permission bits. Default 0o444, with `write` 0o644. */
  readonly mode?: number;
  /** What the file reads as for this process, at the moment of its first read. */
  read?(p: Process): string | Uint8Array | KernelError;
  /** Gets what one write(2) wrote. */
  write?(p: Process, text: string): undefined | KernelError;
}

/** The driver of a character device. */
export interface CharacterDevice {
  readonly major: number;
  readonly minor: number;
  /** Permission bits. */
  readonly mode: number;
  open(p: Process, flags: OpenFlags): OpenFile | KernelError;
}

/**
 * mount(2) of a new file system: tmpfs, proc (which shows the caller's pid namespace), sysfs (its network namespace), devtmpfs, devpts (always a
 * new one), mqueue, cgroup.
 */
export interface MountRequest {
  readonly type: string;
  /** First column of /proc/mounts. */
  readonly source: string;
  readonly target: string;
  /** As mount(8) takes them behind `-o`. EINVAL for what the file system does not know. */
  readonly options?: string;
}

/**
 * A file system of its own that {@link FileSystem.mountTree} shows: a container's root (the changes over its image), or a folder
 * that several machines share.
 */
export interface FileTree {
  /** As /proc/mounts names it: overlay, ext4… */
  readonly type: string;
  /** How much the files added to it take, in bytes. */
  readonly usedBytes: number;
  /** All its files as they are now: an image for others to stand on, which shares with this one's image what has not changed. */
  snapshot(): ImageDirectory;
}

export type Propagation = 'shared' | 'slave' | 'private';

/**
 * The file tree as one process sees it: layers (an image below, changes above), bind mounts, and the synthetic /proc and /sys,
 * which depend on who looks. Paths may be relative to `p.cwd`. Symbolic links are followed unless said otherwise.
 */
export interface FileSystem {
  open(p: Process, path: string, flags: OpenFlags, mode?: number): OpenFile | KernelError;
  stat(p: Process, path: string, options?: { readonly noFollow?: boolean }): FileStat | KernelError;
  /** Names without '.' and '..', in the order of readdir; callers sort. */
  readDirectory(p: Process, path: string): string[] | KernelError;
  readLink(p: Process, path: string): string | KernelError;
  makeDirectory(p: Process, path: string, mode?: number): undefined | KernelError;
  removeDirectory(p: Process, path: string): undefined | KernelError;
  unlink(p: Process, path: string): undefined | KernelError;
  rename(p: Process, from: string, to: string): undefined | KernelError;
  symlink(p: Process, target: string, path: string): undefined | KernelError;
  link(p: Process, from: string, to: string): undefined | KernelError;
  /** The file of a unix socket that is bound to a path; answers its identity. EADDRINUSE where there is something. */
  makeSocket(p: Process, path: string, mode?: number): object | KernelError;
  /** The identity of the socket file at a path; ECONNREFUSED for a file of another kind. */
  socketAt(p: Process, path: string): object | KernelError;
  chmod(p: Process, path: string, mode: number): undefined | KernelError;
  chown(p: Process, path: string, uid: number, gid: number, options?: { readonly noFollow?: boolean }): undefined | KernelError;
  setTimes(p: Process, path: string, mtimeMs: number): undefined | KernelError;
  truncate(p: Process, path: string, size: number): undefined | KernelError;
  makeFifo(p: Process, path: string, mode?: number): undefined | KernelError;
  /** Absolute path with all symbolic links and dots resolved (realpath). */
  resolve(p: Process, path: string): string | KernelError;

  /** Bind mount: `target` shows what the open file or path is. Used by ip netns add, docker run -v. */
  bindMount(p: Process, source: string | OpenFile, target: string): undefined | KernelError;
  mount(p: Process, request: MountRequest): undefined | KernelError;
  /** EINVAL if nothing is mounted there, EBUSY while it is in use unless `detach` (MNT_DETACH). */
  unmount(p: Process, target: string, options?: { readonly detach?: boolean }): undefined | KernelError;
  /** MS_SHARED, MS_SLAVE, MS_PRIVATE of the mount at `path`, with `recursive` of those below it too. EINVAL if it is no mount point. */
  setPropagation(p: Process, path: string, propagation: Propagation, recursive: boolean): undefined | KernelError;
  /** MS_REMOUNT: options are changes; with `bind` of this mount alone, not of its file system. EINVAL if it is no mount point. */
  remount(p: Process, target: string, options: string, bind?: boolean): undefined | KernelError;
  /** The devpts that is mounted somewhere: ENODEV where something else is. The machine's own is `devpts`. */
  devptsAt(p: Process, path: string): Devpts | KernelError;
  readonly devpts: Devpts;
  /** Who drives the character device of a number; undefined for one that there is not. */
  driver(major: number, minor: number): CharacterDevice | undefined;
  /** mknod(2) of a character device: EPERM without CAP_MKNOD. */
  makeDevice(p: Process, path: string, device: readonly [number, number], mode?: number): undefined | KernelError;
  /** The pid namespace whose processes a mounted proc shows; undefined where the path is on something else. */
  processesAt(p: Process, path: string): PidNamespace | undefined;
  /** What /proc/PID/mounts lists, with what statfs(2) says of each. */
  mounts(p: Process): readonly MountLine[];
  /** Whole contents at once, for programs that want no descriptor. */
  readFile(p: Process, path: string): Uint8Array | KernelError;
  writeFile(
    p: Process,
    path: string,
    data: Uint8Array,
    options?: { readonly append?: boolean; readonly mode?: number },
  ): undefined | KernelError;

  /**
   * What execve(2) would run: follows links, checks the mode. ENOENT, ENOTDIR, EACCES for a directory or a file without x,
   * ENOEXEC for a file that is neither program nor script.
   */
  executable(p: Process, path: string): Executable | KernelError;
  /** Puts an executable file for the program with path `program` at `path` (default: that path), making directories as needed. */
  installProgram(program: string, path?: string): void;
  /** Adds a computed file under /proc, /proc/net or /sys; the returned function takes it away. */
  register(path: string, file: VirtualFile): () => void;

  /** A new tree: empty, or an image with nothing changed yet. `options` is what /proc/mounts says of it besides flags. */
  createTree(type: string, image?: ImageDirectory, options?: () => string): FileTree;
  mountTree(p: Process, tree: FileTree, target: string, source: string): undefined | KernelError;
  /** Gives a mount namespace that nobody is in yet a tree as its root and no other mounts: what pivot_root leaves in a container. */
  setRoot(namespace: PlainNamespace, tree: FileTree, source: string): void;

  /** unshare(CLONE_NEWNS): `to` starts with a copy of `from`'s mounts. */
  copyMounts(from: PlainNamespace, to: PlainNamespace): void;
  /** A process is in this mount namespace until it calls the returned function; with the last one the namespace's mounts go. */
  holdMounts(namespace: PlainNamespace): () => void;
}
