import { isError } from '../base/result.ts';
import { makePath } from './container/process.ts';
import { conflict, invalid, notFound } from './error.ts';
import type { EngineHost } from './host.ts';

/** A named place for files that outlives containers (the local driver). */
export interface Volume {
  readonly name: string;
  readonly anonymous: boolean;
  readonly labels: ReadonlyMap<string, string>;
  readonly options: ReadonlyMap<string, string>;
  readonly createdMs: number;
  readonly mountpoint: string;
}

const DIRECTORY = '/var/lib/docker/volumes';
/** What the local driver takes as mount(2) does (volume/local). */
const OPTIONS = ['type', 'o', 'device', 'size'];
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

export class VolumeStore {
  readonly #host: EngineHost;
  readonly #volumes: Map<string, Volume>;

  /** `volumes` are those on the disk, by name. */
  constructor(host: EngineHost, volumes: Map<string, Volume>) {
    this.#host = host;
    this.#volumes = volumes;
  }

  get all(): readonly Volume[] {
    return [...this.#volumes.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  lookUp(name: string): Volume | undefined {
    return this.#volumes.get(name);
  }

  find(name: string): Volume {
    const volume = this.lookUp(name);
    if (volume === undefined) throw notFound(`get ${name}: no such volume`);
    return volume;
  }

  /** The volume of this name, made if it is not there; without a name a new one. */
  create(
    name: string | undefined,
    options: { readonly labels?: ReadonlyMap<string, string>; readonly options?: ReadonlyMap<string, string> } = {},
  ): Volume {
    const { daemon, machine } = this.#host;
    const chosen = name ?? machine.random.hex(64);
    const existing = this.#volumes.get(chosen);
    if (existing !== undefined) return existing;
    if (chosen.length < 2) {
      throw invalid(`create ${chosen}: volume name is too short, names should be at least two alphanumeric characters`);
    }
    const given = options.options ?? new Map<string, string>();
    for (const key of given.keys()) if (!OPTIONS.includes(key)) throw invalid(`create ${chosen}: invalid option: ${JSON.stringify(key)}`);
    if (given.size > 0)
      for (const key of ['type', 'device']) if (!given.has(key)) throw invalid(`create ${chosen}: missing required option: "${key}"`);
    if (!NAME.test(chosen)) {
      throw invalid(
        `create ${chosen}: "${chosen}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
      );
    }
    const volume: Volume = {
      name: chosen,
      anonymous: name === undefined,
      labels: options.labels ?? new Map(),
      options: options.options ?? new Map(),
      createdMs: machine.wallClockMs,
      mountpoint: `${DIRECTORY}/${chosen}/_data`,
    };
    makePath(machine, daemon, volume.mountpoint, false);
    this.#volumes.set(chosen, volume);
    return volume;
  }

  /** What its files take, in bytes. */
  sizeOf({ mountpoint }: Volume): number {
    return sizeOf(this.#host, mountpoint);
  }

  remove(volume: Volume, users: readonly string[]): void {
    if (users.length > 0) throw conflict(`remove ${volume.name}: volume is in use - [${users.join(', ')}]`);
    this.#volumes.delete(volume.name);
    removeAll(this.#host, `${DIRECTORY}/${volume.name}`);
  }
}

/** rm -rf on the host's disk. */
export function removeAll({ daemon, machine }: EngineHost, path: string): void {
  const stat = machine.files.stat(daemon, path, { noFollow: true });
  if (isError(stat)) return;
  if (stat.kind !== 'directory') {
    machine.files.unlink(daemon, path);
    return;
  }
  const names = machine.files.readDirectory(daemon, path);
  for (const name of isError(names) ? [] : names) removeAll({ daemon, machine } as EngineHost, `${path}/${name}`);
  machine.files.removeDirectory(daemon, path);
}

function sizeOf({ daemon, machine }: EngineHost, path: string): number {
  const stat = machine.files.stat(daemon, path, { noFollow: true });
  if (isError(stat)) return 0;
  if (stat.kind !== 'directory') return stat.size;
  const names = machine.files.readDirectory(daemon, path);
  return (isError(names) ? [] : names).reduce((sum, name) => sum + sizeOf({ daemon, machine } as EngineHost, `${path}/${name}`), 0);
}
