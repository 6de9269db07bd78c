import { isError } from '../../base/result.ts';
import type { Engine } from '../engine.ts';
import { invalid } from '../error.ts';
import type { ContainerMount } from './container.ts';
import { makePath } from './process.ts';
import type { ContainerSpec, MountSpec } from './spec.ts';

const BIND_MODES = ['ro', 'rw', 'z', 'Z', 'nocopy', 'shared', 'rshared', 'slave', 'rslave', 'private', 'rprivate'];

/**
 * What a new container gets mounted (daemon.registerMountPoints): of other containers, `-v`, `--mount`, `--tmpfs`, and what the image
 * declares. Makes volumes that are not there.
 */
export function mountsOf(engine: Engine, { host, volumes }: ContainerSpec): ContainerMount[] {
  const out = new Map<string, ContainerMount>();
  for (const from of host.volumesFrom) for (const mount of mountsFrom(engine, from)) out.set(mount.destination, mount);
  const inherited = new Set(out.keys());
  const own = new Set<string>();
  const add = (mount: ContainerMount): void => {
    if (own.has(mount.destination)) throw invalid(`Duplicate mount point: ${mount.destination}`);
    own.add(mount.destination);
    out.set(mount.destination, mount);
  };
  for (const bind of host.binds) add(bindOf(engine, bind));
  for (const mount of host.mounts) add(mountOf(engine, mount));
  for (const [destination, options] of host.tmpfs) add(tmpfs(destination, options, true));
  for (const destination of volumes) {
    if (own.has(destination) || inherited.has(destination)) continue;
    add(volumeMount(engine, undefined, destination, '', true, true));
  }
  return [...out.values()];
}

/** `-v SOURCE:DESTINATION[:MODE]` (volume/mounts/linux_parser.go). */
function bindOf(engine: Engine, bind: string): ContainerMount {
  const { machine, daemon } = engine.host;
  const [source = '', target = '', mode = ''] = splitBind(bind);
  const modes = mode.split(',').filter((word) => word !== '');
  if (modes.some((word) => !BIND_MODES.includes(word))) throw invalid(`invalid mode: ${mode}`);
  const destination = cleanPath(target);
  const writable = !modes.includes('ro');
  if (!source.startsWith('/'))
    return volumeMount(engine, source, destination, mode === '' ? 'z' : mode, writable, !modes.includes('nocopy'));
  if (destination === '/') {
    throw invalid(
      `invalid volume specification: '${bind}': invalid mount config for type "bind": invalid specification: destination can't be '/'`,
    );
  }
  if (isError(machine.files.stat(daemon, source))) makePath(machine, daemon, source, false);
  return { type: 'bind', name: undefined, source: cleanPath(source), destination, mode, writable, copyUp: false, options: '' };
}

/** `--mount` (linuxParser.validateMountConfig). */
function mountOf(engine: Engine, { type, source, target, readOnly, noCopy, options }: MountSpec): ContainerMount {
  const { machine, daemon } = engine.host;
  const refuse = (why: string): never => {
    throw invalid(`invalid mount config for type "${type}": ${why}`);
  };
  if (target === '') refuse('field Target must not be empty');
  if (!target.startsWith('/')) refuse(`invalid mount path: '${target}' mount path must be absolute`);
  if (cleanPath(target) === '/') refuse("invalid specification: destination can't be '/'");
  const destination = cleanPath(target);
  switch (type) {
    case 'bind':
      if (source === '') refuse('field Source must not be empty');
      if (!source.startsWith('/')) refuse(`invalid mount path: '${source}' mount path must be absolute`);
      if (isError(machine.files.stat(daemon, source))) refuse(`bind source path does not exist: ${source}`);
      return { type, name: undefined, source: cleanPath(source), destination, mode: '', writable: !readOnly, copyUp: false, options };
    case 'volume':
      return volumeMount(engine, source === '' ? undefined : source, destination, 'z', !readOnly, !noCopy);
    case 'tmpfs':
      if (source !== '') refuse('field Source must not be specified');
      return tmpfs(destination, options, !readOnly);
    default:
      return refuse('mount type unknown');
  }
}

function volumeMount(
  engine: Engine,
  name: string | undefined,
  destination: string,
  mode: string,
  writable: boolean,
  copyUp: boolean,
): ContainerMount {
  const volume = engine.createVolume(name);
  return { type: 'volume', name: volume.name, source: volume.mountpoint, destination, mode, writable, copyUp, options: '' };
}

const tmpfs = (target: string, options: string, writable: boolean): ContainerMount => ({
  type: 'tmpfs',
  ...{ name: undefined, source: '', destination: cleanPath(target), mode: '', writable, copyUp: false, options },
});

/** `--volumes-from CONTAINER[:MODE]`: all of its mounts that are no tmpfs. */
function mountsFrom(engine: Engine, from: string): ContainerMount[] {
  const [name = '', mode = ''] = from.split(':');
  if (mode !== '' && !BIND_MODES.includes(mode)) throw invalid(`invalid mode: ${mode}`);
  const readOnly = mode === 'ro';
  return engine.containers
    .find(name)
    .mounts.filter(({ type }) => type !== 'tmpfs')
    .map((mount) => ({ ...mount, mode: mode === '' ? mount.mode : mode, writable: mount.writable && !readOnly }));
}

function splitBind(bind: string): string[] {
  const parts = bind.split(':');
  if (parts.length > 3 || parts.some((part) => part === '')) throw invalid(`invalid volume specification: '${bind}'`);
  return parts;
}

/** From the root, without dots and doubled slashes (path.Clean). */
export function cleanPath(path: string): string {
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') out.pop();
    else if (part !== '' && part !== '.') out.push(part);
  }
  return `/${out.join('/')}`;
}
