import { concat } from '../../base/bytes.ts';
import { isError } from '../../base/result.ts';
import type { FileStat } from '../../machine/file-system.ts';
import type { Sys } from '../../machine/process.ts';
import { encodeMember, type TarKind, type TarMember, tarEnd } from '../../wire/tar.ts';
import { accounts, groupName, groups, userName } from '../lib/accounts.ts';
import { type Command, reason } from '../lib/command.ts';
import { Listing } from './listing.ts';
import { escapedName, matcher, SaferNames } from './member-names.ts';
import type { TarName, TarOptions } from './tar-options.ts';

const KINDS: Readonly<Record<FileStat['kind'], TarKind | undefined>> = {
  file: 'file',
  directory: 'directory',
  symlink: 'symlink',
  fifo: 'fifo',
  chardev: 'chardev',
  socket: undefined,
};

interface Identity {
  readonly id: number;
  readonly name: string;
}

/** Puts files into an archive (GNU tar's create.c). */
export class TarWriter {
  readonly #c: Command;
  readonly #o: TarOptions;
  readonly #names: SaferNames;
  readonly #listing: Listing;
  readonly #excluded: readonly ((name: string) => boolean)[];
  readonly #parts: Uint8Array[] = [];
  /** Names under which files were put in, by device and inode. */
  readonly #links = new Map<string, string>();
  /** The archive's own file, which is left out, and what prints the names. */
  readonly #archive: FileStat | undefined;
  readonly #say: (line: string) => Sys<void>;
  /** Of members of an archive that is updated: when they were changed. */
  readonly #known: ReadonlyMap<string, number>;
  #length = 0;
  failed = false;

  constructor(
    c: Command,
    o: TarOptions,
    about: {
      readonly archive: FileStat | undefined;
      readonly say: (line: string) => Sys<void>;
      readonly known?: ReadonlyMap<string, number>;
    },
  ) {
    this.#c = c;
    this.#o = o;
    this.#names = new SaferNames(c, o.absoluteNames);
    this.#listing = new Listing(o.numericOwner);
    this.#excluded = o.excludes.map((pattern) => matcher(pattern, { wildcards: true, anywhere: true }));
    this.#archive = about.archive;
    this.#say = about.say;
    this.#known = about.known ?? new Map();
  }

  /** The members, then the archive's end; `before` bytes of the archive are there. */
  finish(before = 0): Uint8Array {
    return concat(...this.#parts, tarEnd(before + this.#length));
  }

  *add({ name, directory }: TarName): Sys<void> {
    const stored = name.replace(/(?<=.)\/+$/, '');
    if (this.#excluded.some((matches) => matches(stored))) return;
    yield* this.#dump(directory === '' || name.startsWith('/') ? '' : `${directory}/`, stored);
  }

  *#fail(message: string): Sys<void> {
    yield* this.#c.complain(message);
    this.failed = true;
  }

  *#dump(base: string, name: string): Sys<void> {
    const { p } = this.#c;
    const { files } = p.machine;
    const path = base + name;
    const stat = files.stat(p, path, { noFollow: !this.#o.dereference });
    if (isError(stat)) return yield* this.#fail(`${escapedName(name)}: Cannot stat: ${reason(stat)}`);
    if (stat.dev === this.#archive?.dev && stat.inode === this.#archive.inode) {
      return yield* this.#c.complain(`${escapedName(name)}: file is the archive; not dumped`);
    }
    if (KINDS[stat.kind] === undefined) return yield* this.#c.complain(`${escapedName(name)}: socket ignored`);
    if (this.#isKnown(name, stat)) return stat.kind === 'directory' ? yield* this.#dumpDirectory(base, name, stat, false) : undefined;
    if (stat.kind === 'directory') return yield* this.#dumpDirectory(base, name, stat, true);
    const key = `${stat.dev}:${stat.inode}`;
    const counted = stat.nlink > this.#trivialLinks;
    const first = counted ? this.#links.get(key) : undefined;
    if (first !== undefined) {
      yield* this.#write(name, { kind: 'hard link', target: first, data: new Uint8Array(0) }, stat);
    } else {
      const data = stat.kind === 'file' ? files.readFile(p, path) : new Uint8Array(0);
      if (isError(data)) return yield* this.#fail(`${escapedName(name)}: Cannot open: ${reason(data)}`);
      const target = stat.kind === 'symlink' ? files.readLink(p, path) : '';
      yield* this.#write(name, { kind: KINDS[stat.kind] as TarKind, target: isError(target) ? '' : target, data }, stat);
      if (counted) this.#links.set(key, yield* this.#names.of(name, 'hard link targets'));
    }
    if (this.#o.removeFiles) files.unlink(p, path);
  }

  *#dumpDirectory(base: string, name: string, stat: FileStat, write: boolean): Sys<void> {
    const { p } = this.#c;
    const path = base + name;
    if (write) yield* this.#write(name.endsWith('/') ? name : `${name}/`, { kind: 'directory', target: '', data: new Uint8Array(0) }, stat);
    if (this.#o.recursion) {
      const names = p.machine.files.readDirectory(p, path);
      if (isError(names)) return yield* this.#fail(`${escapedName(name)}: Cannot open: ${reason(names)}`);
      for (const inner of this.#o.sorted ? [...names].sort((a, b) => (a < b ? -1 : 1)) : names) {
        const below = name.endsWith('/') ? name + inner : `${name}/${inner}`;
        if (!this.#excluded.some((matches) => matches(below))) yield* this.#dump(base, below);
      }
    }
    if (this.#o.removeFiles) p.machine.files.removeDirectory(p, path);
  }

  /** Files of several names on the command line may be the same: then even those with one link are looked at (trivial_link_count). */
  get #trivialLinks(): number {
    return this.#o.names.length <= 1 && !this.#o.dereference ? 1 : 0;
  }

  /** With -u: a member of that name is not older. */
  #isKnown(name: string, stat: FileStat): boolean {
    const known = this.#known.get(name.replace(/^\/+/, ''));
    return known !== undefined && known >= Math.floor(stat.mtimeMs / 1000) * 1000;
  }

  *#write(name: string, what: Pick<TarMember, 'kind' | 'target' | 'data'>, stat: FileStat): Sys<void> {
    const { p } = this.#c;
    const stored = yield* this.#names.of(name, 'member names');
    const owner = identity(
      this.#o.owner,
      stat.uid,
      (id) => userName(p, id),
      (n) => accounts(p).find((each) => each.name === n)?.uid,
    );
    const group = identity(
      this.#o.group,
      stat.gid,
      (id) => groupName(p, id),
      (n) => groups(p).find((each) => each.name === n)?.gid,
    );
    const named = (who: Identity): string => (this.#o.numericOwner || who.name === String(who.id) ? '' : who.name);
    const member: TarMember = {
      ...what,
      name: stored,
      ...{ mode: stat.mode, uid: owner.id, gid: group.id, user: named(owner), group: named(group) },
      mtimeMs: Math.floor(stat.mtimeMs / 1000) * 1000,
      device: stat.rdev ?? [0, 0],
    };
    const { verbose } = this.#o;
    if (verbose > 0) yield* this.#say(verbose === 1 ? escapedName(name) : this.#listing.line({ ...member, name }));
    const bytes = encodeMember(member);
    this.#parts.push(bytes);
    this.#length += bytes.length;
    yield* p.turn();
  }
}

/** Whose a member is: the file's, or what `--owner` or `--group` says (NAME, ID, NAME:ID). */
function identity(
  option: string | undefined,
  id: number,
  nameOf: (id: number) => string,
  idOf: (name: string) => number | undefined,
): Identity {
  if (option === undefined) return { id, name: nameOf(id) };
  const [name = '', number] = option.split(':');
  if (number !== undefined) return { id: Number(number), name };
  const known = idOf(name);
  if (known !== undefined) return { id: known, name };
  return /^\+?\d+$/.test(name) ? { id: Number(name), name: nameOf(Number(name)) } : { id, name };
}
