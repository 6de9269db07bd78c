import { isError, type KernelError } from '../../../base/result.ts';
import { NS_PER_MS } from '../../../base/time.ts';
import type { Container } from '../../../docker/container/container.ts';
import { copyTree, inContainer } from '../../../docker/container/files.ts';
import { cleanPath } from '../../../docker/container/mounts.ts';
import { DockerError, failed } from '../../../docker/error.ts';
import type { FileStat } from '../../../machine/file-system.ts';
import type { Process, Sys } from '../../../machine/process.ts';
import type { Task } from '../../../machine/task.ts';
import { type Client, ClientError } from './client.ts';
import type { Flags } from './flags.ts';

const COPY_NS = 40 * NS_PER_MS;

/** `CONTAINER:PATH`, or a path here. */
interface Place {
  readonly container: string;
  readonly path: string;
}

/** docker cp: files between a container, running or not, and the client's own. */
export function* cp(client: Client, flags: Flags, [from = '', to = '']: readonly string[]): Sys<number> {
  const [source, target] = [placeOf(from), placeOf(to)];
  if (source.container !== '' && target.container !== '') throw new ClientError('copying between containers is not supported');
  if (source.container === '' && target.container === '') throw new ClientError('must specify at least one container source');
  if (source.path === '' || target.path === '') throw failed('bad parameter: pathcannot be empty');
  if ([source, target].some(({ container, path }) => container === '' && path === '-'))
    throw new ClientError("vethlab: 'docker cp' reads and writes no tar stream here: name a file or a directory instead of -");
  yield* client.takes(COPY_NS);
  const follow = flags.bool('follow-link');
  if (source.container !== '') copyOut(client, source, target.path, follow);
  else copyIn(client, source.path, target, follow);
  return 0;
}

/** A colon behind a slash is part of a path (cp.go, splitCpArg). */
function placeOf(given: string): Place {
  const colon = given.indexOf(':');
  if (given.startsWith('/') || colon < 0 || given.slice(0, colon).startsWith('.')) return { container: '', path: given };
  return { container: given.slice(0, colon), path: given.slice(colon + 1) };
}

/** Both sides see files of one machine: who acts in the container is a child of dockerd, who acts here is the client. */
function copyOut(client: Client, { container: name, path }: Place, target: string, follow: boolean): void {
  const { engine, p } = client;
  const missing = (): never => {
    throw new ClientError(`Error: No such container:path: ${name}:${path}`);
  };
  const container = engine.containers.lookUp(name) ?? missing();
  const source = rooted(path);
  engine.events.note(container, 'archive-path');
  inContainer(engine.host, container, (inside) => {
    const { files } = p.machine;
    const real = follow ? files.resolve(inside, source) : source;
    const stat = isError(real) ? real : files.stat(inside, real, { noFollow: true });
    if (isError(real) || isError(stat)) return missing();
    check(copyTree(inside, real, p as Task, destination(p, target, stat, source, path)), target);
  });
}

function copyIn(client: Client, path: string, { container: name, path: given }: Place, follow: boolean): void {
  const { engine, p } = client;
  const { files } = p.machine;
  const stat = files.stat(p, path, { noFollow: !follow });
  if (isError(stat)) throw new ClientError(`lstat ${absolute(p, path)}: no such file or directory`);
  const missing = (where: string): never => {
    throw new ClientError(`Error: No such container:path: ${name}:${where}`);
  };
  const target = rooted(given);
  const container: Container = engine.containers.lookUp(name) ?? missing(parentOf(target));
  inContainer(engine.host, container, (inside) => {
    const there = files.stat(inside, target);
    let into: string;
    if (!isError(there) && there.kind === 'directory') {
      into = copiesContents(path) ? target : `${target}/${baseName(absolute(p, path))}`;
    } else {
      if (given.endsWith('/') && stat.kind !== 'directory') throw new ClientError('no such directory');
      if (isError(files.stat(inside, parentOf(target)))) missing(parentOf(target));
      if (!isError(there) && stat.kind === 'directory') throw new ClientError('cannot copy directory');
      into = target;
    }
    if (container.spec.host.readonlyRootfs) throw failed('container rootfs is marked read-only');
    const from = follow ? files.resolve(p, path) : path;
    check(copyTree(p as Task, isError(from) ? path : from, inside, into), given);
  });
  engine.events.note(container, 'extract-to-dir');
}

/** Where what comes out of a container is put: into a directory that is there, or under the name itself. */
function destination(p: Process, target: string, source: FileStat, sourcePath: string, given: string): string {
  const { files } = p.machine;
  const there = files.stat(p, target);
  if (!isError(there) && there.kind === 'directory') return copiesContents(given) ? target : `${target}/${baseName(sourcePath)}`;
  if (target.endsWith('/') && source.kind !== 'directory') throw new ClientError('no such directory');
  if (!isError(there) && source.kind === 'directory') throw new ClientError('cannot copy directory');
  const parent = parentOf(absolute(p, target));
  if (isError(files.stat(p, parent))) throw new ClientError(`invalid output path: directory ${JSON.stringify(parent)} does not exist`);
  return target;
}

function check(error: KernelError | undefined, path: string): void {
  if (error !== undefined) throw new DockerError(500, `${path}: ${error.errno}`);
}

const copiesContents = (path: string): boolean => path === '.' || path.endsWith('/.');
const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';
const rooted = (path: string): string => cleanPath(path);
const absolute = (p: Process, path: string): string => cleanPath(path.startsWith('/') ? path : `${p.cwd}/${path}`);
