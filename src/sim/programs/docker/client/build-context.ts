import { isError } from '../../../base/result.ts';
import { text } from '../../../base/utf8.ts';
import type { ImageDirectory, ImageNode } from '../../../machine/files/image-tree.ts';
import type { Process } from '../../../machine/process.ts';
import { ClientError } from './client.ts';
import { DockerIgnore } from './dockerignore.ts';

/** What the client sends to the daemon: files, and which of them is the Dockerfile. */
export interface BuildContext {
  readonly tree: ImageDirectory;
  /** As a tar archive. */
  readonly sizeBytes: number;
  /** As messages call it. */
  readonly dockerfileName: string;
  readonly dockerfile: string;
}

const BLOCK = 512;
const IGNORE_FILE = '.dockerignore';
const DEFAULT_NAME = 'Dockerfile';

/** A context that is a Dockerfile alone, out of standard input. */
export function contextOfDockerfile(data: Uint8Array): BuildContext {
  const tree: ImageDirectory = { kind: 'directory', mode: 0o755, uid: 0, gid: 0, mtimeMs: 0, entries: new Map() };
  return { tree, sizeBytes: blocks(data.length) + 2 * BLOCK, dockerfileName: DEFAULT_NAME, dockerfile: text(data) };
}

/**
 * Reads a directory (docker/cli's build.GetContextFromLocalDir); `file` is -f, '' for none, `given` what came on standard input for
 * `-f -`. Throws when it cannot be prepared.
 */
export function contextOfDirectory(p: Process, path: string, file: string, given?: Uint8Array): BuildContext {
  const { files } = p.machine;
  const stat = files.stat(p, path);
  if (isError(stat)) throw prepare(`path ${JSON.stringify(path)} not found`);
  const root = files.resolve(p, path);
  if (isError(root)) throw prepare(`path ${JSON.stringify(path)} not found`);
  if (stat.kind !== 'directory') throw prepare(`context must be a directory: ${root}`);
  const dockerfilePath = given === undefined ? whichDockerfile(p, root, file) : '';
  const dockerfile = given ?? files.readFile(p, dockerfilePath);
  if (isError(dockerfile)) {
    throw prepare(`unable to evaluate symlinks in Dockerfile path: lstat ${dockerfilePath}: no such file or directory`);
  }
  const inside = dockerfilePath.startsWith(`${root}/`) ? dockerfilePath.slice(root.length + 1) : undefined;
  const ignoreFile = files.readFile(p, `${root}/${IGNORE_FILE}`);
  const ignore = new DockerIgnore(isError(ignoreFile) ? '' : text(ignoreFile));
  // These are sent in any case, and taken out again by the daemon where a pattern says so.
  const needed = new Set([IGNORE_FILE, ...(inside === undefined ? [] : [inside])]);
  const reader = new Reader(p, (name) => ignore.excludes(name), needed);
  const tree = reader.read(root, '');
  return {
    tree,
    sizeBytes: reader.sizeBytes + (inside === undefined ? addedBytes(dockerfile, isError(ignoreFile) ? undefined : ignoreFile) : 2 * BLOCK),
    dockerfileName: inside ?? DEFAULT_NAME,
    dockerfile: text(dockerfile),
  };
}

/** The Dockerfile's absolute path. */
function whichDockerfile(p: Process, root: string, file: string): string {
  const { files } = p.machine;
  if (file === '') {
    const path = `${root}/${DEFAULT_NAME}`;
    const small = `${root}/${DEFAULT_NAME.toLowerCase()}`;
    return isError(files.stat(p, path)) && !isError(files.stat(p, small)) ? small : path;
  }
  const cwd = files.resolve(p, '.');
  const names: string[] = [];
  for (const name of (file.startsWith('/') ? file : `${isError(cwd) ? '' : cwd}/${file}`).split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return `/${names.join('/')}`;
}

const prepare = (why: string): ClientError => new ClientError(`unable to prepare context: ${why}`);

/**
 * A Dockerfile from elsewhere is added under a name that .dockerignore then gets as well (build.AddDockerfileToBuildContext); the archive
 * made anew has no end, not even of its last file.
 */
function addedBytes(dockerfile: Uint8Array, ignoreFile: Uint8Array | undefined): number {
  const entry = '\n.dockerfile.0123456789abcdef0123\n'.length;
  if (ignoreFile === undefined) return blocks(dockerfile.length) + BLOCK + IGNORE_FILE.length + entry;
  return blocks(ignoreFile.length + entry) - blocks(ignoreFile.length) + BLOCK + dockerfile.length;
}

/** A file's header and its content, in whole blocks. */
const blocks = (bytes: number): number => BLOCK + Math.ceil(bytes / BLOCK) * BLOCK;

/** Reads a directory tree as an image's, everything owned by root; counts what it takes in an archive. */
class Reader {
  readonly #p: Process;
  readonly #excludes: (path: string) => boolean;
  readonly #needed: ReadonlySet<string>;
  sizeBytes = 0;

  constructor(p: Process, excludes: (path: string) => boolean, needed: ReadonlySet<string>) {
    this.#p = p;
    this.#excludes = excludes;
    this.#needed = needed;
  }

  read(path: string, prefix: string): ImageDirectory {
    const { files } = this.#p.machine;
    const stat = files.stat(this.#p, path);
    const names = files.readDirectory(this.#p, path);
    const entries = new Map<string, ImageNode>();
    for (const name of isError(names) ? [] : [...names].sort()) {
      const inner = prefix + name;
      const excluded = this.#excludes(inner);
      const node = this.#node(`${path}/${name}`, inner, excluded);
      if (node !== undefined) entries.set(name, node);
    }
    const { mode, mtimeMs } = isError(stat) ? { mode: 0o755, mtimeMs: 0 } : stat;
    return { kind: 'directory', mode, uid: 0, gid: 0, mtimeMs, entries };
  }

  #node(path: string, inner: string, excluded: boolean): ImageNode | undefined {
    const { files } = this.#p.machine;
    const stat = files.stat(this.#p, path, { noFollow: true });
    if (isError(stat)) return undefined;
    const { mode, mtimeMs } = stat;
    switch (stat.kind) {
      case 'directory': {
        const directory = this.read(path, `${inner}/`);
        // An excluded directory comes along for what a later pattern has let in.
        if (excluded && directory.entries.size === 0) return undefined;
        if (!excluded) this.sizeBytes += BLOCK;
        return directory;
      }
      case 'symlink': {
        const target = files.readLink(this.#p, path);
        if (excluded || isError(target)) return undefined;
        this.sizeBytes += BLOCK;
        return { kind: 'symlink', target, mtimeMs };
      }
      case 'file': {
        if (excluded && !this.#needed.has(inner)) return undefined;
        const data = files.readFile(this.#p, path);
        if (isError(data)) throw new ClientError(`error checking context: 'no permission to read from '${path}''.`);
        this.sizeBytes += blocks(data.length);
        return excluded ? undefined : { kind: 'file', mode, uid: 0, gid: 0, mtimeMs, data };
      }
      default:
        return undefined;
    }
  }
}
