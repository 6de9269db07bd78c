// ADD of an archive that lies in the build context (moby's pkg/archive: IsArchivePath, Unpack).

import type { Random } from '../../base/random.ts';
import type { ImageDirectory, ImageNode } from '../../machine/files/image-tree.ts';
import { gunzip, isGzip } from '../../wire/gzip.ts';
import { membersEnd, readTar, TAR_BLOCK, type TarMember } from '../../wire/tar.ts';
import { type DockerError, failed } from '../error.ts';
import { change, emptyTree, nodeAt, put, resolveIn } from '../image/edit-tree.ts';

/** What packs archives and cannot be unpacked here, by its first bytes. */
const OTHERS: readonly (readonly [string, readonly number[]])[] = [
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
];

const cannotProcess = (why: string): DockerError => failed(`failed to copy files: Error processing tar file(exit status 1): ${why}`);

/** The tar in a file, unpacked if need be; undefined where its first bytes are no member's header. Throws for what only bzip2 or xz unpack. */
export function archiveIn(name: string, file: Uint8Array): { readonly tar: Uint8Array; readonly whole: boolean } | undefined {
  for (const [program, magic] of OTHERS) {
    if (magic.every((byte, i) => file[i] === byte)) {
      throw failed(`vethlab: ADD ${name}: this engine does not unpack what ${program} packed; use tar -z`);
    }
  }
  const unpacked = isGzip(file) ? gunzip(file) : { data: file, fault: undefined };
  const { data } = unpacked;
  const first = readTar(data).next().value;
  if (first === undefined || first.kind === 'garbage') return undefined;
  // An archive whose zero blocks are there is whole, whatever becomes of the rest.
  return { tar: data, whole: unpacked.fault === undefined || membersEnd(data) + TAR_BLOCK <= data.length };
}

/**
 * The tree with an archive's members in the directory `dest`, which is made if it is not there. Members keep their owners; one replaces what has
 * its name, but for directories, which come together.
 */
export function unpackInto(
  tree: ImageDirectory,
  { tar, whole }: { readonly tar: Uint8Array; readonly whole: boolean },
  dest: string,
  { mtimeMs, random }: { readonly mtimeMs: number; readonly random: Random },
): ImageDirectory {
  const root = { uid: 0, gid: 0, mtimeMs };
  const names = resolveIn(tree, dest);
  const there = nodeAt(tree, names);
  if (there !== undefined && there.kind !== 'directory') throw cannotProcess(noPivot(names.join('/'), random));
  let inside = there ?? emptyTree(mtimeMs);
  const times: [names: readonly string[], mtimeMs: number][] = [];
  for (const part of readTar(tar)) {
    if (part.kind === 'garbage') throw cannotProcess('archive/tar: invalid tar header');
    if (part.kind === 'cut off') throw cannotProcess('unexpected EOF');
    const { member } = part;
    const path = placeOf(inside, member.name);
    if (path.length === 0) continue;
    inside = change(inside, path, (below) => nodeOf(member, below, inside), root);
    if (member.kind === 'directory') times.push([path, member.mtimeMs]);
  }
  if (!whole) throw cannotProcess('unexpected EOF');
  // Directories get their times when all that is in them is there.
  for (const [path, time] of times) {
    inside = change(inside, path, (below) => (below?.kind === 'directory' ? { ...below, mtimeMs: time } : (below as ImageNode)), root);
  }
  return names.length === 0 ? inside : change(put(tree, names, emptyTree(mtimeMs), root), names, () => inside, root);
}

/** Where a member lies: links on its way are followed within the directory, its last name is its own. */
const placeOf = (inside: ImageDirectory, name: string): string[] => resolveIn(inside, name, false);

function nodeOf(member: TarMember, below: ImageNode | undefined, inside: ImageDirectory): ImageNode {
  const { kind, mode, uid, gid, mtimeMs, data, target } = member;
  switch (kind) {
    case 'file':
      return { kind, mode, uid, gid, mtimeMs, data: data.slice() };
    case 'symlink':
      return { kind, target, uid, gid, mtimeMs };
    case 'directory':
      return { kind, mode, uid, gid, mtimeMs, entries: below?.kind === 'directory' ? below.entries : new Map() };
    case 'hard link': {
      const linked = nodeAt(inside, placeOf(inside, target));
      if (linked === undefined) throw cannotProcess(`link /${target} /${member.name}: no such file or directory`);
      return linked;
    }
    default:
      throw failed(`vethlab: ADD: ${member.name} is a ${kind}, and images have none here`);
  }
}

/** How unpacking fails where the directory is none: it becomes the root of the process that unpacks. */
function noPivot(path: string, random: Random): string {
  const digits = (count: number, base: number): string => Array.from({ length: count }, () => random.int(base).toString(base)).join('');
  const merged = `/var/lib/docker/overlay2/${digits(64, 16)}/merged`;
  return `Error setting up pivot dir: mkdir ${merged}/${path}/.pivot_root${digits(9, 10)}: not a directory`;
}
