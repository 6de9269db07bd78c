import { isError, type KernelError } from '../../base/result.ts';
import type { ImageDirectory, ImageNode } from '../../machine/files/image-tree.ts';
import { joinNamespace } from '../../machine/nsproxy.ts';
import type { Task } from '../../machine/task.ts';
import { failed } from '../error.ts';
import type { EngineHost } from '../host.ts';
import { emptyTree, nodeAt, put, resolveIn } from '../image/edit-tree.ts';
import type { Container } from './container.ts';
import { makePath, mountVolumes } from './process.ts';

/**
 * Lets a child of dockerd act in a container's files, whether it runs or not: its layer with its volumes and its own files of /etc, but
 * none of the kernel's (daemon.containerCopy mounts them so).
 */
export function inContainer<T>(host: EngineHost, container: Container, act: (inside: Task) => T, withVolumes = true): T {
  const { machine } = host;
  const child = host.fork();
  if (child === undefined) throw failed('fork/exec: resource temporarily unavailable');
  const mnt = { kind: 'mnt', inode: machine.kernel.allocateInode(), owner: host.daemon.namespaces.user } as const;
  machine.files.setRoot(mnt, container.tree, 'overlay');
  joinNamespace(child, mnt);
  try {
    if (withVolumes) mountVolumes(host, container, child);
    return act(child);
  } finally {
    host.finish(child);
  }
}

/**
 * An image with the directories and files that a container's own file systems and files are mounted on, which are no changes of its own
 * (initlayer.Setup).
 */
export function makeInitLayer(image: ImageDirectory, mtimeMs: number): ImageDirectory {
  const owner = { uid: 0, gid: 0, mtimeMs };
  const directory = emptyTree(mtimeMs);
  const file: ImageNode = { kind: 'file', mode: 0o755, ...owner, data: new Uint8Array(0) };
  let tree = image;
  const add = (path: string, node: ImageNode): void => {
    const names = resolveIn(tree, path, node.kind !== 'symlink');
    if (nodeAt(tree, names) === undefined) tree = put(tree, names, node, owner);
  };
  for (const path of ['/dev/pts', '/dev/shm', '/proc', '/sys']) add(path, directory);
  for (const path of ['/.dockerenv', '/etc/resolv.conf', '/etc/hosts', '/etc/hostname', '/dev/console']) add(path, file);
  add('/etc/mtab', { kind: 'symlink', target: '/proc/mounts', mtimeMs });
  return tree;
}

/** Volumes that are still empty get what the image has at their place (daemon.populateVolumes). */
export function populateVolumes(host: EngineHost, container: Container): void {
  const { files } = host.machine;
  const empty = container.mounts.filter(({ copyUp, source }) => {
    const names = copyUp ? files.readDirectory(host.daemon, source) : undefined;
    return Array.isArray(names) && names.length === 0;
  });
  if (empty.length === 0) return;
  const copy = (inside: Task): void => {
    for (const { source, destination } of empty) {
      const stat = files.stat(inside, destination);
      if (!isError(stat) && stat.kind === 'directory') copyTree(inside, destination, host.daemon, source);
    }
  };
  inContainer(host, container, copy, false);
}

/** The directory that the container's programs start in is made with it (Container.SetupWorkingDirectory). */
export function makeWorkingDirectory(host: EngineHost, container: Container): void {
  const { workingDir } = container.spec;
  if (workingDir === '' || workingDir === '/') return;
  inContainer(host, container, (inside) => {
    const { machine } = host;
    const stat = machine.files.stat(inside, workingDir);
    if (isError(stat)) {
      if (stat.errno === 'ENOTDIR') throw failed(`lstat /var/lib/docker/overlay2/${container.id}/merged${workingDir}: not a directory`);
      makePath(machine, inside, workingDir, false);
    } else if (stat.kind !== 'directory') throw failed(`Cannot mkdir: ${workingDir} is not a directory`);
  });
}

/** Copies a file, link or directory with all that is in it from where one process is to where another is; modes and owners stay. */
export function copyTree(from: Task, source: string, to: Task, target: string): KernelError | undefined {
  const { files } = from.machine;
  const stat = files.stat(from, source, { noFollow: true });
  if (isError(stat)) return stat;
  let error: KernelError | undefined;
  const there = files.stat(to, target, { noFollow: true });
  switch (stat.kind) {
    case 'directory': {
      if (isError(there)) error = files.makeDirectory(to, target, stat.mode);
      if (error !== undefined) return error;
      const names = files.readDirectory(from, source);
      if (isError(names)) return names;
      for (const name of names) {
        error = copyTree(from, `${source}/${name}`, to, `${target}/${name}`);
        if (error !== undefined) return error;
      }
      break;
    }
    case 'symlink': {
      const link = files.readLink(from, source);
      if (isError(link)) return link;
      if (!isError(there)) files.unlink(to, target);
      return files.symlink(to, link, target);
    }
    case 'file': {
      const data = files.readFile(from, source);
      if (isError(data)) return data;
      if (!isError(there) && there.kind === 'symlink') files.unlink(to, target);
      error = files.writeFile(to, target, data, { mode: stat.mode });
      if (error !== undefined) return error;
      break;
    }
    default:
      return undefined;
  }
  files.chmod(to, target, stat.mode);
  files.chown(to, target, stat.uid, stat.gid);
  files.setTimes(to, target, stat.mtimeMs);
  return undefined;
}
