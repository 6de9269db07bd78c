import { fail, isError, type KernelError } from '../../base/result.ts';
import type { FileStat } from '../file-system.ts';
import type { OpenFile } from '../open-file.ts';
import type { Process } from '../process.ts';
import type { Terminal } from '../tty/terminal.ts';
import { OpenMaster } from '../tty/terminal-master.ts';
import { Inode } from './inode.ts';
import { OpenDirectory } from './open-directory.ts';
import type { Place } from './place.ts';
import { SuperBlock } from './super-block.ts';

/** Options of a mounted devpts (fs/devpts/inode.c). An owner that is not given is whoever opens a terminal. */
interface DevptsOptions {
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly mode: number;
  readonly ptmxMode: number;
}

/** The options by their words; EINVAL for others. `newinstance` says nothing since every mount is one. */
export function devptsOptions(words: readonly string[]): DevptsOptions | KernelError {
  const given = new Map(words.map((word) => word.split('=') as [string, string | undefined]));
  const number = (name: string, base: number): number | undefined => {
    const text = given.get(name);
    return text === undefined ? undefined : Number.parseInt(text, base);
  };
  for (const [name, value] of given) {
    if (name === 'newinstance' && value === undefined) continue;
    if (!['uid', 'gid', 'mode', 'ptmxmode', 'max'].includes(name) || value === undefined || !/^\d+$/.test(value)) return fail('EINVAL');
  }
  return { uid: number('uid', 10), gid: number('gid', 10), mode: number('mode', 8) ?? 0o600, ptmxMode: number('ptmxmode', 8) ?? 0 };
}

const octal = (mode: number): string => mode.toString(8).padStart(3, '0');

/** One mounted devpts: terminals that count from 0, and `ptmx`, whose opening makes another. */
export class Devpts {
  readonly sb: SuperBlock;
  readonly root: Inode;
  readonly options: DevptsOptions;
  /** Those that are open, by their number. */
  readonly terminals = new Map<number, Terminal>();

  constructor(dev: number, options: DevptsOptions) {
    this.options = options;
    const { uid, gid, mode, ptmxMode } = options;
    const owners = `${uid === undefined ? '' : `uid=${uid},`}${gid === undefined ? '' : `gid=${gid},`}`;
    this.sb = new SuperBlock(dev, 'devpts', { options: `${owners}mode=${octal(mode)},ptmxmode=${octal(ptmxMode)}`, devpts: this });
    this.root = new Root(this);
  }

  /** A number for a terminal that is to be opened. */
  free(): number {
    let index = 0;
    while (this.terminals.has(index)) index++;
    return index;
  }
}

class Root extends Inode {
  override readonly kind = 'directory';
  readonly #instance: Devpts;

  constructor(instance: Devpts) {
    super(instance.sb);
    this.#instance = instance;
  }

  override stat(p: Process): FileStat {
    return { kind: 'directory', inode: 1, dev: this.sb.dev, mode: 0o755, uid: 0, gid: 0, nlink: 2, size: 0, mtimeMs: p.wallClockMs };
  }

  override names(): string[] {
    return [...this.#instance.terminals.keys()]
      .sort((a, b) => b - a)
      .map(String)
      .concat('ptmx');
  }

  override lookup(_p: Process, name: string): Inode | KernelError {
    if (name === 'ptmx') return new Ptmx(this.#instance);
    const terminal = /^(0|[1-9]\d*)$/.test(name) ? this.#instance.terminals.get(Number(name)) : undefined;
    return terminal === undefined ? fail('ENOENT') : new Slave(this.sb, terminal);
  }

  override open(p: Process, _flags: unknown, place: Place): OpenFile {
    const stat = this.stat(p);
    return new OpenDirectory({ stat: () => stat }, place);
  }
}

/** /dev/pts/N. */
class Slave extends Inode {
  override readonly kind = 'chardev';
  readonly #terminal: Terminal;

  constructor(sb: SuperBlock, terminal: Terminal) {
    super(sb);
    this.#terminal = terminal;
  }

  override stat(): FileStat {
    return this.#terminal.stat();
  }

  override open(): OpenFile {
    return this.#terminal.open();
  }

  override truncate(): undefined {
    return undefined;
  }

  override setMode(_p: Process, mode: number): undefined {
    this.#terminal.owner = { ...this.#terminal.owner, mode };
  }

  override setOwner(_p: Process, uid: number, gid: number): undefined {
    this.#terminal.owner = { ...this.#terminal.owner, uid, gid };
  }
}

class Ptmx extends Inode {
  override readonly kind = 'chardev';
  readonly #instance: Devpts;

  constructor(instance: Devpts) {
    super(instance.sb);
    this.#instance = instance;
  }

  override stat(p: Process): FileStat {
    const { ptmxMode } = this.#instance.options;
    const rest = { uid: 0, gid: 0, nlink: 1, size: 0, mtimeMs: p.machine.kernel.epochMs, rdev: [5, 2] as const };
    return { kind: 'chardev', inode: 2, dev: this.sb.dev, mode: ptmxMode, ...rest };
  }

  override open(p: Process): OpenFile {
    return openMaster(p, this.#instance);
  }

  override truncate(): undefined {
    return undefined;
  }
}

/** posix_openpt(3): the master side of a new terminal. */
function openMaster(p: Process, instance: Devpts): OpenFile {
  return new OpenMaster(p.machine.openTerminal(80, 24, instance, p));
}

/** /dev/ptmx of a devpts that is mounted on `pts` beside it (devpts_mntget). */
export function openPtmx(p: Process): OpenFile | KernelError {
  const instance = p.machine.files.devptsAt(p, '/dev/pts');
  return isError(instance) ? instance : openMaster(p, instance);
}
