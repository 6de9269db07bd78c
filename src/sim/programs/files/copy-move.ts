import { isError, type KernelError } from '../../base/result.ts';
import type { FileStat } from '../../machine/file-system.ts';
import type { Program, Sys } from '../../machine/process.ts';
import { type Command, command, reason } from '../lib/command.ts';
import { parseOptions } from '../lib/getopt.ts';
import { shellQuote } from '../lib/quote-name.ts';
import { confirm } from './remove.ts';

/** What cp and mv have in common. */
interface TransferOptions {
  readonly force: boolean;
  readonly ask: boolean;
  readonly noClobber: boolean;
  readonly update: boolean;
  readonly verbose: boolean;
  readonly recursive: boolean;
  readonly preserve: boolean;
  readonly noDereference: boolean;
  readonly symbolic: boolean;
  readonly hard: boolean;
}

const COMMON_LONG = {
  force: 'f',
  interactive: 'i',
  'no-clobber': 'n',
  update: 'u',
  verbose: 'v',
  'target-directory': 't',
  'no-target-directory': 'T',
  'strip-trailing-slashes': 'strip-trailing-slashes',
};
const CP = {
  short: 'abdfHilLnprRst:TuvxPZ',
  long: {
    ...COMMON_LONG,
    archive: 'a',
    'no-dereference': 'P',
    dereference: 'L',
    link: 'l',
    'symbolic-link': 's',
    recursive: 'r',
    'preserve=?': 'preserve',
    'one-file-system': 'x',
    'remove-destination': 'remove-destination',
  },
};
const MV = { short: 'bfint:TuvZ', long: COMMON_LONG };

const cp = command('cp', (c) => transfer(c, false));
const mv = command('mv', (c) => transfer(c, true));

function* transfer(c: Command, move: boolean): Sys<number> {
  const { options, operands } = yield* parseOptions(c, move ? MV : CP, { usage: '% [OPTION]... SOURCE... DEST' });
  const has = (letters: string): boolean => options.some(({ flag }) => flag.length === 1 && letters.includes(flag));
  const last = options.findLast(({ flag }) => 'fin'.includes(flag))?.flag;
  const archive = has('a');
  const o: TransferOptions = {
    force: has('f'),
    ask: last === 'i',
    noClobber: last === 'n',
    update: has('u'),
    verbose: has('v'),
    recursive: move || archive || has('rR'),
    preserve: move || archive || has('p') || options.some(({ flag }) => flag === 'preserve'),
    noDereference: archive || has('dP') || (has('rR') && !has('LH')),
    symbolic: !move && has('s'),
    hard: has('l'),
  };
  const given = options.findLast(({ flag }) => flag === 't')?.value;
  const sources = [...operands];
  if (sources.length === 0) return yield* c.misuse('missing file operand');
  let target = given;
  if (target === undefined) {
    if (sources.length === 1) return yield* c.misuse(`missing destination file operand after ${shellQuote(sources[0] as string)}`);
    if (has('T') && sources.length > 2) return yield* c.misuse(`extra operand ${shellQuote(sources[2] as string)}`);
    target = sources.pop() as string;
  }
  const stat = c.p.machine.files.stat(c.p, target);
  const into = !has('T') && !isError(stat) && stat.kind === 'directory';
  if (given !== undefined && !into)
    return yield* c.die(1, `target directory ${shellQuote(target)}: ${isError(stat) ? reason(stat) : 'Not a directory'}`);
  if (sources.length > 1 && !into) {
    return yield* c.die(
      1,
      isError(stat)
        ? `target ${shellQuote(target)}: ${reason(stat)}`
        : `target ${shellQuote(target)} is not a directory`.replace(/' is n/, "': N"),
    );
  }
  let status = 0;
  for (const source of sources) {
    const name = source.replace(/\/+$/, '').replace(/^.*\//, '') || '/';
    const destination = into ? `${target.replace(/\/+$/, '')}/${name === '..' || name === '/' ? '' : name}` : target;
    const run = new Transfer(c, o);
    if (!(yield* move ? run.move(source, destination) : run.copy(source, destination, true))) status = 1;
  }
  return status;
}

class Transfer {
  readonly #c: Command;
  readonly #o: TransferOptions;

  constructor(c: Command, o: TransferOptions) {
    this.#c = c;
    this.#o = o;
  }

  get #files() {
    return this.#c.p.machine.files;
  }

  *#fail(message: string): Sys<false> {
    yield* this.#c.complain(message);
    return false;
  }

  /** Whether a file that is there may be replaced. */
  *#mayReplace(destination: string, existing: FileStat, source: FileStat): Sys<boolean> {
    const o = this.#o;
    if (o.noClobber) return false;
    if (o.update && existing.mtimeMs >= source.mtimeMs) return false;
    return !o.ask || (yield* confirm(this.#c, `overwrite ${shellQuote(destination)}?`));
  }

  *move(source: string, destination: string): Sys<boolean> {
    const { p } = this.#c;
    const from = this.#files.stat(p, source, { noFollow: true });
    if (isError(from)) return yield* this.#fail(`cannot stat ${shellQuote(source)}: ${reason(from)}`);
    const to = this.#files.stat(p, destination, { noFollow: true });
    if (!isError(to)) {
      if (to.inode === from.inode && to.dev === from.dev)
        return yield* this.#fail(`${shellQuote(source)} and ${shellQuote(destination)} are the same file`);
      if (!(yield* this.#mayReplace(destination, to, from))) return true;
      if (to.kind === 'directory' && from.kind !== 'directory') {
        return yield* this.#fail(`cannot overwrite directory ${shellQuote(destination)} with non-directory`);
      }
      if (to.kind !== 'directory' && from.kind === 'directory') {
        return yield* this.#fail(`cannot overwrite non-directory ${shellQuote(destination)} with directory ${shellQuote(source)}`);
      }
    }
    const error = this.#files.rename(p, source.replace(/(?<=.)\/+$/, ''), destination);
    if (isError(error)) {
      if (error.errno === 'EXDEV') return yield* this.#moveByCopy(source, destination);
      if (error.errno === 'EINVAL') {
        return yield* this.#fail(`cannot move ${shellQuote(source)} to a subdirectory of itself, ${shellQuote(destination)}`);
      }
      return yield* this.#fail(`cannot move ${shellQuote(source)} to ${shellQuote(destination)}: ${reason(error)}`);
    }
    if (this.#o.verbose) yield* this.#c.print(`renamed ${shellQuote(source)} -> ${shellQuote(destination)}\n`);
    return true;
  }

  *#moveByCopy(source: string, destination: string): Sys<boolean> {
    const copied = yield* new Transfer(this.#c, { ...this.#o, noDereference: true, noClobber: false, update: false, ask: false }).copy(
      source,
      destination,
      true,
    );
    if (!copied) return false;
    const error = removeAll(this.#c, source);
    return isError(error) ? yield* this.#fail(`cannot remove ${shellQuote(source)}: ${reason(error)}`) : true;
  }

  *copy(source: string, destination: string, named: boolean): Sys<boolean> {
    const { p } = this.#c;
    const o = this.#o;
    const from = this.#files.stat(p, source, { noFollow: o.noDereference });
    if (isError(from)) return yield* this.#fail(`cannot stat ${shellQuote(source)}: ${reason(from)}`);
    if (from.kind === 'directory') {
      if (!o.recursive) return yield* this.#fail(`-r not specified; omitting directory ${shellQuote(source)}`);
      return yield* this.#copyDirectory(source, destination, from);
    }
    const to = this.#files.stat(p, destination);
    if (!isError(to)) {
      if (to.inode === from.inode && to.dev === from.dev)
        return yield* this.#fail(`${shellQuote(source)} and ${shellQuote(destination)} are the same file`);
      if (to.kind === 'directory') return yield* this.#fail(`cannot overwrite directory ${shellQuote(destination)} with non-directory`);
      if (!(yield* this.#mayReplace(destination, to, from))) return true;
    }
    const error = this.#copyContents(source, destination, from, !isError(to));
    if (typeof error === 'string') return yield* this.#fail(error);
    if (o.verbose && named) yield* this.#c.print(`${shellQuote(source)} -> ${shellQuote(destination)}\n`);
    return true;
  }

  /** The message where it cannot be done. */
  #copyContents(source: string, destination: string, from: FileStat, exists: boolean): string | undefined {
    const { p } = this.#c;
    const o = this.#o;
    const cannotCreate = (error: KernelError): string => `cannot create regular file ${shellQuote(destination)}: ${reason(error)}`;
    if (o.symbolic || o.hard || from.kind === 'symlink') {
      if (exists) this.#files.unlink(p, destination);
      const target = o.symbolic ? source : o.hard ? '' : this.#files.readLink(p, source);
      if (isError(target)) return `cannot read symbolic link ${shellQuote(source)}: ${reason(target)}`;
      const error = o.hard ? this.#files.link(p, source, destination) : this.#files.symlink(p, target, destination);
      const what = o.hard ? 'hard link' : 'symbolic link';
      return isError(error)
        ? `cannot create ${what} ${shellQuote(destination)}${o.hard ? ` to ${shellQuote(source)}` : ''}: ${reason(error)}`
        : undefined;
    }
    if (from.kind === 'fifo' && o.recursive) {
      const error = this.#files.makeFifo(p, destination, from.mode);
      return isError(error) ? `cannot create fifo ${shellQuote(destination)}: ${reason(error)}` : undefined;
    }
    const data = this.#files.readFile(p, source);
    if (isError(data)) return `cannot open ${shellQuote(source)} for reading: ${reason(data)}`;
    let error = this.#files.writeFile(p, destination, data, { mode: from.mode & 0o777 });
    if (isError(error) && exists && o.force && !isError(this.#files.unlink(p, destination))) {
      error = this.#files.writeFile(p, destination, data, { mode: from.mode & 0o777 });
    }
    if (isError(error)) return cannotCreate(error);
    if (o.preserve) this.#keepAttributes(destination, from);
    return undefined;
  }

  #keepAttributes(path: string, from: FileStat): void {
    this.#files.chown(this.#c.p, path, from.uid, from.gid);
    this.#files.chmod(this.#c.p, path, from.mode);
    this.#files.setTimes(this.#c.p, path, from.mtimeMs);
  }

  *#copyDirectory(source: string, destination: string, from: FileStat): Sys<boolean> {
    const { p } = this.#c;
    const [inside, outside] = [this.#files.resolve(p, destination.replace(/\/[^/]*\/*$/, '') || '.'), this.#files.resolve(p, source)];
    if (
      !isError(inside) &&
      !isError(outside) &&
      (`${inside}/`.startsWith(`${outside}/`) || this.#files.resolve(p, destination) === outside)
    ) {
      return yield* this.#fail(`cannot copy a directory, ${shellQuote(source)}, into itself, ${shellQuote(destination)}`);
    }
    const to = this.#files.stat(p, destination);
    if (isError(to)) {
      const error = this.#files.makeDirectory(p, destination, from.mode | 0o700);
      if (isError(error)) return yield* this.#fail(`cannot create directory ${shellQuote(destination)}: ${reason(error)}`);
      if (this.#o.verbose) yield* this.#c.print(`${shellQuote(source)} -> ${shellQuote(destination)}\n`);
    } else if (to.kind !== 'directory') {
      return yield* this.#fail(`cannot overwrite non-directory ${shellQuote(destination)} with directory ${shellQuote(source)}`);
    }
    const names = this.#files.readDirectory(p, source);
    if (isError(names)) return yield* this.#fail(`cannot access ${shellQuote(source)}: ${reason(names)}`);
    let fine = true;
    for (const name of names)
      if (!(yield* this.copy(`${source.replace(/\/+$/, '')}/${name}`, `${destination.replace(/\/+$/, '')}/${name}`, true))) fine = false;
    if (this.#o.preserve) this.#keepAttributes(destination, from);
    return fine;
  }
}

/** A file or a whole tree; the first error. */
export function removeAll(c: Command, path: string): undefined | KernelError {
  const { files } = c.p.machine;
  const stat = files.stat(c.p, path, { noFollow: true });
  if (isError(stat)) return stat;
  if (stat.kind !== 'directory') return files.unlink(c.p, path);
  const names = files.readDirectory(c.p, path);
  if (isError(names)) return names;
  for (const name of names) {
    const error = removeAll(c, `${path}/${name}`);
    if (isError(error)) return error;
  }
  return files.removeDirectory(c.p, path);
}

export const COPY_PROGRAMS: readonly Program[] = [cp, mv];
