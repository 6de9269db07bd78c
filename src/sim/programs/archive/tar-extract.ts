import { isError, type KernelError } from '../../base/result.ts';
import type { FileStat, FileSystem } from '../../machine/file-system.ts';
import type { Sys } from '../../machine/process.ts';
import type { TarMember } from '../../wire/tar.ts';
import { accounts, groups } from '../lib/accounts.ts';
import { type Command, reason } from '../lib/command.ts';
import { escapedName, SaferNames } from './member-names.ts';
import type { TarOptions } from './tar-options.ts';

/** Unpacks members into files (GNU tar's extract.c). */
export class TarExtractor {
  readonly #c: Command;
  readonly #o: TarOptions;
  readonly #names: SaferNames;
  readonly #files: FileSystem;
  /** Directories get their modes and times when all that is in them is there. */
  readonly #directories: { readonly path: string; readonly member: TarMember }[] = [];
  failed = false;

  constructor(c: Command, o: TarOptions) {
    this.#c = c;
    this.#o = o;
    this.#names = new SaferNames(c, o.absoluteNames);
    this.#files = c.p.machine.files;
  }

  /** The name that a member gets, without what would lead out of here. */
  safe(name: string): Sys<string> {
    return this.#names.of(name, 'member names');
  }

  *extract(member: TarMember, safe: string): Sys<void> {
    const name = safe.replace(/(?<=.)\/+$/, '');
    const path = this.#path(name);
    const shown = escapedName(name);
    const fail = (what: string, error: KernelError): Sys<void> => this.#fail(`${shown}: ${what}: ${reason(error)}`);
    const { p } = this.#c;
    switch (member.kind) {
      case 'directory':
        return yield* this.#makeDirectory(path, shown, member);
      case 'hard link': {
        const target = yield* this.#names.of(member.target, 'hard link targets');
        const [from, to] = [this.#files.stat(p, this.#path(target), { noFollow: true }), this.#files.stat(p, path, { noFollow: true })];
        if (!isError(from) && !isError(to) && from.inode === to.inode && from.dev === to.dev) return;
        const error = this.#create(path, () => this.#files.link(p, this.#path(target), path));
        if (error !== undefined) yield* fail(`Cannot hard link to ‘${escapedName(target)}’`, error);
        return;
      }
      case 'symlink': {
        const error = this.#create(path, () => this.#files.symlink(p, member.target, path));
        if (error !== undefined) return yield* fail(`Cannot create symlink to ‘${escapedName(member.target)}’`, error);
        break;
      }
      case 'fifo': {
        const error = this.#create(path, () => this.#files.makeFifo(p, path, 0o600));
        if (error !== undefined) return yield* fail('Cannot mkfifo', error);
        break;
      }
      case 'chardev':
      case 'blockdev': {
        const error = this.#create(path, () => this.#files.makeDevice(p, path, member.device, 0o600));
        if (error !== undefined) return yield* fail('Cannot mknod', error);
        break;
      }
      default: {
        const error = this.#create(path, () => this.#writeNew(path, member.data));
        if (error !== undefined) return yield* fail('Cannot open', error);
      }
    }
    yield* this.#setAttributes(path, shown, member);
    yield* p.turn();
  }

  /** Sets what had to wait for all members: the attributes of directories, the inner ones first. */
  *finish(): Sys<void> {
    for (const { path, member } of this.#directories.reverse()) {
      yield* this.#setAttributes(path, escapedName(member.name), member);
    }
  }

  #path(name: string): string {
    return this.#o.directory === '' || name.startsWith('/') ? name : `${this.#o.directory}/${name}`;
  }

  *#fail(message: string): Sys<void> {
    yield* this.#c.complain(message);
    this.failed = true;
  }

  #writeNew(path: string, data: Uint8Array): KernelError | undefined {
    const { p } = this.#c;
    const file = this.#files.open(p, path, { write: true, create: true, exclusive: true }, 0o600);
    if (isError(file)) return file;
    file.release();
    return this.#files.writeFile(p, path, data);
  }

  /** Makes a file; what is in its place goes first, and directories on its way that are missing are made. */
  #create(path: string, make: () => KernelError | undefined): KernelError | undefined {
    const error = make();
    if (error?.errno === 'ENOENT' && this.#makeParents(path)) return make();
    if (error?.errno !== 'EEXIST') return error;
    if (this.#o.keepOld !== 'no') return this.#o.keepOld === 'silently' ? undefined : error;
    const { p } = this.#c;
    const there = this.#files.stat(p, path, { noFollow: true });
    const removed = !isError(there) && there.kind === 'directory' ? this.#files.removeDirectory(p, path) : this.#files.unlink(p, path);
    return isError(removed) ? error : make();
  }

  #makeParents(path: string): boolean {
    let made = false;
    for (let slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
      if (!isError(this.#files.makeDirectory(this.#c.p, path.slice(0, slash), 0o777))) made = true;
    }
    return made;
  }

  *#makeDirectory(path: string, shown: string, member: TarMember): Sys<void> {
    const { p } = this.#c;
    const make = (): KernelError | undefined => this.#files.makeDirectory(p, path, (member.mode | 0o700) & 0o777);
    let error = make();
    if (error?.errno === 'ENOENT' && this.#makeParents(path)) error = make();
    if (error?.errno === 'EEXIST') {
      const there = this.#files.stat(p, path, { noFollow: true });
      if (!isError(there) && there.kind === 'directory') error = undefined;
      else if (this.#o.keepOld === 'no' && !isError(this.#files.unlink(p, path))) error = make();
      if (error === undefined && this.#o.keepOld !== 'no') return;
    }
    if (error !== undefined) return yield* this.#fail(`${shown}: Cannot mkdir: ${reason(error)}`);
    this.#directories.push({ path, member });
  }

  /** Owner, mode and time: root's files become whose they were, and get their modes; others' as the umask allows. */
  *#setAttributes(path: string, shown: string, member: TarMember): Sys<void> {
    const { p } = this.#c;
    const isRoot = p.credentials.uid === 0;
    const stat = this.#files.stat(p, path, { noFollow: true });
    if (isError(stat)) return;
    if (this.#o.sameOwner ?? isRoot) yield* this.#setOwner(path, shown, member, stat);
    // A link has no mode that counts, and no time that can be set here.
    if (stat.kind === 'symlink') return;
    const mode = (this.#o.samePermissions ?? isRoot) ? member.mode : member.mode & 0o777 & ~p.umask;
    const error = this.#files.chmod(p, path, mode);
    if (isError(error)) yield* this.#fail(`${shown}: Cannot change mode to ${mode.toString(8)}: ${reason(error)}`);
    if (!this.#o.touch) this.#files.setTimes(p, path, member.mtimeMs);
  }

  *#setOwner(path: string, shown: string, member: TarMember, stat: FileStat): Sys<void> {
    const { p } = this.#c;
    const byName = !this.#o.numericOwner;
    const uid = (byName ? accounts(p).find(({ name }) => name === member.user)?.uid : undefined) ?? member.uid;
    const gid = (byName ? groups(p).find(({ name }) => name === member.group)?.gid : undefined) ?? member.gid;
    if (uid === stat.uid && gid === stat.gid) return;
    const error = this.#files.chown(p, path, uid, gid, { noFollow: true });
    if (isError(error)) yield* this.#fail(`${shown}: Cannot change ownership to uid ${uid}, gid ${gid}: ${reason(error)}`);
  }
}
