import { isError, type KernelError } from '../../base/result.ts';
import type { FileStat } from '../../machine/file-system.ts';
import type { Program, Sys } from '../../machine/process.ts';
import { crc32, gunzip, gzip } from '../../wire/gzip.ts';
import { type Command, type CommandProgram, command, Exit, reason } from '../lib/command.ts';
import { strftime } from '../lib/date-text.ts';
import { getopt, type Option, type OptionTable, UsageError } from '../lib/getopt.ts';
import { GZIP_FAULTS, unpackByWindows } from './gzip-faults.ts';
import { HELP, PACKAGE } from './gzip-usage.ts';

const TABLE: OptionTable = {
  short: 'ab:cdfhklLmMnNqrS:tvVZ123456789',
  long: {
    ...{ ascii: 'a', stdout: 'c', 'to-stdout': 'c', decompress: 'd', uncompress: 'd', force: 'f', help: 'h', keep: 'k', list: 'l' },
    ...{ license: 'L', name: 'N', 'no-name': 'n', quiet: 'q', silent: 'q', recursive: 'r', suffix: 'S', test: 't', verbose: 'v' },
    ...{ version: 'V', fast: '1', best: '9', synchronous: 'synchronous', rsyncable: 'rsyncable' },
  },
};

const ERROR = 1;
const WARNING = 2;

/** gzip 1.12 (Debian 1.12-1); `decompress`, `toStdout`: as the scripts gunzip and zcat call it. */
function gzipCalled(name: string, called: { readonly decompress?: boolean; readonly toStdout?: boolean } = {}): CommandProgram {
  return command(name, function* (c) {
    const parsed = getopt(c.args, TABLE);
    if (parsed instanceof UsageError) {
      yield* c.error(`gzip: ${parsed.message}\nTry \`gzip --help' for more information.\n`);
      throw new Exit(ERROR);
    }
    const { options, operands } = parsed;
    const has = (flag: string): boolean => options.some((option) => option.flag === flag);
    if (has('h')) c.out(HELP[name] ?? HELP.gzip ?? '');
    else if (has('V') || has('L')) c.out(PACKAGE);
    else return yield* new Gzip(c, options, called).run(operands);
    return 0;
  });
}

class Gzip {
  readonly #c: Command;
  readonly #toStdout: boolean;
  readonly #decompress: boolean;
  readonly #test: boolean;
  readonly #list: boolean;
  readonly #force: boolean;
  readonly #keep: boolean;
  readonly #quiet: boolean;
  readonly #verbose: boolean;
  readonly #recursive: boolean;
  /** -n, -N; unless said, names are stored and not restored. */
  readonly #storeName: boolean;
  readonly #restoreName: boolean;
  readonly #suffix: string;
  readonly #level: number;
  #status = 0;
  #listed = 0;
  readonly #totals = { packed: 0, unpacked: 0 };

  constructor(c: Command, options: readonly Option[], called: { readonly decompress?: boolean; readonly toStdout?: boolean }) {
    const last = (...flags: string[]): Option | undefined => options.findLast(({ flag }) => flags.includes(flag));
    const has = (flag: string): boolean => last(flag) !== undefined;
    this.#c = c;
    this.#test = has('t');
    this.#list = has('l');
    this.#decompress = called.decompress === true || has('d') || this.#test || this.#list;
    this.#toStdout = called.toStdout === true || has('c');
    this.#force = has('f');
    this.#keep = has('k');
    this.#quiet = last('q', 'v')?.flag === 'q';
    this.#verbose = last('q', 'v')?.flag === 'v';
    this.#recursive = has('r');
    this.#storeName = last('n', 'N')?.flag !== 'n';
    this.#restoreName = last('n', 'N')?.flag === 'N';
    this.#suffix = last('S')?.value ?? '.gz';
    this.#level = Number(last('1', '2', '3', '4', '5', '6', '7', '8', '9')?.flag ?? 6);
  }

  *run(operands: readonly string[]): Sys<number> {
    if (operands.length === 0) yield* this.#stream();
    for (const name of operands) yield* name === '-' ? this.#stream() : this.#file(name);
    if (this.#list && this.#listed > 1) this.#line(this.#totals.packed, this.#totals.unpacked, '(totals)');
    return this.#status;
  }

  *#error(message: string): Sys<void> {
    yield* this.#c.p.printError(message);
    this.#status = ERROR;
  }

  /** What went wrong and hurts nobody; -q keeps still. */
  *#warn(message: string): Sys<void> {
    if (!this.#quiet) yield* this.#c.p.printError(message);
    if (this.#status === 0) this.#status = WARNING;
  }

  /** Standard input to standard output. */
  *#stream(): Sys<void> {
    const { p } = this.#c;
    const [fd, what] = this.#decompress ? [0, 'read from'] : [1, 'written to'];
    if (!this.#force && !this.#list && p.terminal(fd) !== undefined) {
      yield* this.#c.p.printError(
        `gzip: compressed data not ${what} a terminal. Use -f to force ${this.#decompress ? 'de' : ''}compression.\nFor help, type: gzip -h\n`,
      );
      throw new Exit(ERROR);
    }
    const data = yield* p.readAll(0);
    if (isError(data)) return yield* this.#error(`gzip: stdin: ${reason(data)}\n`);
    if (this.#list) return yield* this.#listOne('stdout', data);
    if (!this.#decompress) return yield* this.#c.bytes(gzip(data, { level: this.#level }));
    const unpacked = yield* this.#unpack('stdin', data);
    if (!this.#test) yield* this.#c.bytes(unpacked.data);
  }

  /** Unpacked data, with its faults told of behind it. */
  *#unpack(
    name: string,
    packed: Uint8Array,
  ): Sys<{ readonly data: Uint8Array; readonly whole: boolean; readonly name: string | undefined }> {
    const { data, fault, name: original } = unpackByWindows(packed);
    if (fault === undefined) return { data, whole: true, name: original };
    // What could be unpacked has been written when the fault is met.
    if (this.#toStdout || name === 'stdin') yield* this.#test ? [] : this.#c.bytes(data);
    if (fault === 'trailing garbage') yield* this.#warn(`\ngzip: ${name}: decompression OK, trailing garbage ignored\n`);
    else yield* this.#error(`\ngzip: ${name}: ${GZIP_FAULTS[fault]}\n`);
    const written = this.#toStdout || name === 'stdin';
    return { data: written ? new Uint8Array(0) : data, whole: fault === 'trailing garbage', name: original };
  }

  *#file(name: string): Sys<void> {
    const { p } = this.#c;
    const { files } = p.machine;
    const found = this.#find(name);
    if (isError(found.stat)) return yield* this.#error(`gzip: ${found.name}: ${reason(found.stat)}\n`);
    const { stat } = found;
    if (stat.kind === 'directory') {
      if (!this.#recursive) return yield* this.#warn(`gzip: ${name} is a directory -- ignored\n`);
      const names = files.readDirectory(p, name);
      for (const inner of isError(names) ? [] : names) yield* this.#file(`${name.replace(/\/+$/, '')}/${inner}`);
      return;
    }
    const inPlace = !this.#toStdout && !this.#test && !this.#list;
    if (stat.kind === 'symlink' && inPlace && !this.#force) return yield* this.#error(`gzip: ${name}: Too many levels of symbolic links\n`);
    if (inPlace && !this.#force && stat.nlink > 1) {
      const more = stat.nlink === 2 ? '1 other link' : `${stat.nlink - 1} other links`;
      return yield* this.#warn(`gzip: ${name} has ${more} -- file ignored\n`);
    }
    const target = yield* this.#targetOf(found.name, inPlace);
    if (target === undefined) return;
    const data = files.readFile(p, found.name);
    if (isError(data)) return yield* this.#error(`gzip: ${found.name}: ${reason(data)}\n`);
    if (this.#list) return yield* this.#listOne(target, data);
    if (this.#decompress) yield* this.#unpackFile(found.name, target, data, stat);
    else yield* this.#packFile(found.name, target, data, stat);
  }

  /** The file that a name means: to unpack `x`, also `x.gz`. A missing one is called by the last name that was tried. */
  #find(name: string): { readonly name: string; readonly stat: FileStat | KernelError } {
    const { p } = this.#c;
    const inPlace = !this.#toStdout && !this.#test && !this.#list;
    const look = (path: string) => p.machine.files.stat(p, path, { noFollow: inPlace });
    const stat = look(name);
    if (!isError(stat) || stat.errno !== 'ENOENT' || !this.#decompress || this.#suffixOf(name) !== undefined) return { name, stat };
    return { name: `${name}${this.#suffix}`, stat: look(`${name}${this.#suffix}`) };
  }

  #suffixOf(name: string): string | undefined {
    const known = [this.#suffix, '.gz', '.z', '.tgz', '.taz', '-gz', '-z', '_z'];
    const base = name.slice(name.lastIndexOf('/') + 1).toLowerCase();
    return known.find((suffix) => base.endsWith(suffix.toLowerCase()) && base.length > suffix.length);
  }

  /** What the result is called; undefined, after a word, where there is none to be. */
  *#targetOf(name: string, inPlace: boolean): Sys<string | undefined> {
    const suffix = this.#suffixOf(name);
    if (!this.#decompress) {
      if (suffix === undefined || this.#toStdout) return `${name}${this.#suffix}`;
      if (this.#verbose || !this.#quiet) yield* this.#c.p.printError(`gzip: ${name} already has ${suffix} suffix -- unchanged\n`);
      return undefined;
    }
    if (suffix !== undefined) return `${name.slice(0, -suffix.length)}${/^\.t[ag]z$/.test(suffix) ? '.tar' : ''}`;
    if (!inPlace) return name;
    yield* this.#warn(`gzip: ${name}: unknown suffix -- ignored\n`);
    return undefined;
  }

  *#packFile(name: string, target: string, data: Uint8Array, stat: FileStat): Sys<void> {
    const original = name.slice(name.lastIndexOf('/') + 1);
    const packed = gzip(data, { level: this.#level, ...(this.#storeName ? { name: original, mtimeMs: stat.mtimeMs } : {}) });
    const ratio = ratioText(data.length, packed.length - headerLength(packed));
    if (this.#toStdout) {
      yield* this.#c.bytes(packed);
      if (this.#verbose) yield* this.#c.p.printError(`${name}:\t${ratio}\n`);
    } else yield* this.#replace(name, target, packed, stat, ratio);
  }

  *#unpackFile(name: string, target: string, packed: Uint8Array, stat: FileStat): Sys<void> {
    const unpacked = yield* this.#unpack(name, packed);
    const ratio = ratioText(unpacked.data.length, packed.length - headerLength(packed));
    if (this.#test) {
      if (this.#verbose && unpacked.whole) yield* this.#c.p.printError(`${name}:\t OK\n`);
    } else if (this.#toStdout) {
      yield* this.#c.bytes(unpacked.data);
      if (this.#verbose) yield* this.#c.p.printError(`${name}:\t${ratio}\n`);
    } else if (unpacked.whole) {
      const original = this.#restoreName ? unpacked.name : undefined;
      yield* this.#replace(name, original === undefined ? target : name.replace(/[^/]*$/, original), unpacked.data, stat, ratio);
    }
  }

  /** Writes the result beside the file, with its owner, mode and time, and takes the file away. */
  *#replace(name: string, target: string, data: Uint8Array, stat: FileStat, ratio: string): Sys<void> {
    const { p } = this.#c;
    const { files } = p.machine;
    if (!isError(files.stat(p, target, { noFollow: true })) && !this.#force) {
      yield* this.#c.p.printError(`gzip: ${target} already exists;`);
      if (p.terminal(0) !== undefined) yield* this.#c.p.printError(' do you wish to overwrite (y or n)? ');
      const answer = p.terminal(0) === undefined ? undefined : yield* p.readLine(0);
      if (typeof answer !== 'string' || !/^y/i.test(answer)) return yield* this.#warn('\tnot overwritten\n');
    }
    files.unlink(p, target);
    const error = files.writeFile(p, target, data, { mode: 0o600 });
    if (isError(error)) return yield* this.#error(`gzip: ${target}: ${reason(error)}\n`);
    files.chown(p, target, stat.uid, stat.gid);
    files.chmod(p, target, stat.mode);
    files.setTimes(p, target, stat.mtimeMs);
    if (!this.#keep) files.unlink(p, name);
    if (this.#verbose) yield* this.#c.p.printError(`${name}:\t${ratio} -- ${this.#keep ? 'created' : 'replaced with'} ${target}\n`);
  }

  *#listOne(target: string, packed: Uint8Array): Sys<void> {
    const { data, fault, mtimeMs } = gunzip(packed);
    if (fault !== undefined && fault !== 'trailing garbage') return yield* this.#error(`\ngzip: ${target}: ${GZIP_FAULTS[fault]}\n`);
    if (this.#listed++ === 0 && !this.#quiet) {
      if (this.#verbose) this.#c.out('method  crc     date  time  ');
      this.#c.out('         compressed        uncompressed  ratio uncompressed_name\n');
    }
    if (this.#verbose) this.#c.out(`defla ${crc32(data).toString(16).padStart(8, '0')} ${strftime('%b %e %H:%M', mtimeMs)} `);
    this.#totals.packed += packed.length;
    this.#totals.unpacked += data.length;
    this.#line(packed.length, data.length, target, headerLength(packed));
  }

  #line(packed: number, unpacked: number, name: string, header = 0): void {
    this.#c.out(`${String(packed).padStart(19)} ${String(unpacked).padStart(19)} ${ratioText(unpacked, packed - header)} ${name}\n`);
  }
}

/** The bytes around the compressed ones, which ratios do not count. */
function headerLength(packed: Uint8Array): number {
  const name = (packed[3] ?? 0) & 8 ? packed.indexOf(0, 10) - 9 : 0;
  return 18 + name;
}

/** How much smaller it became. */
function ratioText(unpacked: number, packed: number): string {
  return `${(unpacked === 0 ? 0 : (100 * (unpacked - packed)) / unpacked).toFixed(1).padStart(5)}%`;
}

export const GZIP_PROGRAMS: readonly Program[] = [
  gzipCalled('gzip'),
  gzipCalled('gunzip', { decompress: true }),
  gzipCalled('zcat', { decompress: true, toStdout: true }),
];
