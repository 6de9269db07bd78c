import { isError, type KernelError } from '../../base/result.ts';
import type { FileStat } from '../../machine/file-system.ts';
import type { Sys } from '../../machine/process.ts';
import { groupName, userName } from '../lib/accounts.ts';
import { type Command, command, reason } from '../lib/command.ts';
import { strftime } from '../lib/date-text.ts';
import { globToRegex } from '../lib/glob.ts';
import { humanSize } from '../lib/number.ts';
import { shellQuote, shellQuoteIfNeeded } from '../lib/quote-name.ts';
import { compareText, compareVersions } from '../text/sort-key.ts';
import { layColumns } from './columns.ts';
import { type LsOptions, parseLsOptions } from './ls-options.ts';
import { modeText } from './mode-text.ts';

/** Dates older than this show the year instead of the time: half of a mean Gregorian year, in ms. */
const RECENT_MS = (31_556_952 / 2) * 1000;
const COLORS: Readonly<Record<FileStat['kind'], string>> = {
  file: '',
  directory: '01;34',
  symlink: '01;36',
  fifo: '40;33',
  chardev: '40;33;01',
  socket: '01;35',
};

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly stat: FileStat;
  readonly target: string | undefined;
  /** What a link leads to; undefined where it leads nowhere. */
  readonly targetStat: FileStat | undefined;
}

/** How wide the columns of a long listing are at least, and its full date. */
interface LongStyle {
  readonly links: number;
  readonly owner: number;
  readonly size: number;
  readonly inode: number;
  readonly blocks: number;
  readonly fullDate: string;
  /** With -n, owners stand at the left of their columns as names do. */
  readonly numbersLeft: boolean;
}

const GNU: LongStyle = { links: 0, owner: 0, size: 0, inode: 0, blocks: 0, fullDate: '%Y-%m-%d %H:%M:%S.%N %z', numbersLeft: false };
const BUSYBOX: LongStyle = { links: 4, owner: 8, size: 9, inode: 7, blocks: 6, fullDate: '%Y-%m-%d %H:%M:%S %z', numbersLeft: true };

export const ls = command('ls', (c) => list(c, GNU));
export const dir = command('dir', (c) => list(c, GNU));
export const vdir = command('vdir', (c) => list(c, GNU));
/** ls with the columns of BusyBox's, which do not narrow. */
export const fixedColumnsLs = command('ls', (c) => list(c, BUSYBOX));

function* list(c: Command, style: LongStyle): Sys<number> {
  const parsed = yield* parseLsOptions(c);
  const o: LsOptions = c.name.endsWith('vdir')
    ? { ...parsed, format: 'long', quote: 'escape' }
    : c.name.endsWith('dir')
      ? { ...parsed, format: 'columns', quote: 'escape' }
      : parsed;
  const lister = new Lister(c, o, style);
  const operands = o.operands.length === 0 ? ['.'] : o.operands;
  const files: Entry[] = [];
  const directories: string[] = [];
  for (const operand of operands) {
    // A link named on the command line is followed where its target is to be listed.
    const follow = o.dereference || (o.format !== 'long' && !o.directory && o.indicator !== 'classify');
    const entry = lister.entry(operand, operand, follow);
    if (isError(entry)) {
      yield* c.complain(`cannot access ${shellQuote(operand)}: ${reason(entry)}`);
      lister.status = 2;
      continue;
    }
    const kind =
      entry.stat.kind === 'symlink' && o.format !== 'long' && !o.directory ? (entry.targetStat?.kind ?? 'symlink') : entry.stat.kind;
    if (kind === 'directory' && !o.directory) directories.push(operand);
    else files.push(lister.entryAsShown(operand, entry));
  }
  lister.sort(files);
  yield* lister.show(files, false);
  const sorted = directories.map((path) => ({ name: path, path, stat: c.p.machine.files.stat(c.p, path) })) as Entry[];
  lister.sort(sorted);
  const headings = operands.length > 1 || o.recursive;
  for (const [i, directory] of sorted.entries()) {
    yield* lister.directory(directory.path, headings, files.length > 0 || i > 0);
  }
  return lister.status;
}

class Lister {
  status = 0;
  readonly #c: Command;
  readonly #o: LsOptions;
  readonly #style: LongStyle;

  constructor(c: Command, o: LsOptions, style: LongStyle) {
    this.#style = style;
    this.#c = c;
    this.#o = o;
  }

  entry(name: string, path: string, follow: boolean): Entry | KernelError {
    const link = this.stat(path, true);
    if (isError(link)) return link;
    const target = link.kind === 'symlink' ? this.#c.p.machine.files.readLink(this.#c.p, path) : undefined;
    const followed = link.kind === 'symlink' ? this.stat(path, false) : undefined;
    const targetStat = followed === undefined || isError(followed) ? undefined : followed;
    const stat = follow && targetStat !== undefined ? targetStat : link;
    return { name, path, stat, target: target === undefined || isError(target) ? undefined : target, targetStat };
  }

  /** A file of the command line as it is listed itself: a link stays one unless -L. */
  entryAsShown(name: string, found: Entry): Entry {
    if (this.#o.dereference) return found;
    const own = this.entry(name, name, false);
    return isError(own) ? found : own;
  }

  stat(path: string, noFollow: boolean) {
    return this.#c.p.machine.files.stat(this.#c.p, path, { noFollow });
  }

  sort(entries: Entry[]): void {
    const o = this.#o;
    if (o.sort === 'none') return;
    const byName = (a: Entry, b: Entry): number => compareText(a.name, b.name);
    const extension = (name: string): string => /\.[^.]*$/.exec(name)?.[0] ?? '';
    const order = (a: Entry, b: Entry): number => {
      if (o.sort === 'time') return b.stat.mtimeMs - a.stat.mtimeMs || byName(a, b);
      if (o.sort === 'size') return b.stat.size - a.stat.size || byName(a, b);
      if (o.sort === 'extension') return compareText(extension(a.name), extension(b.name)) || byName(a, b);
      return o.sort === 'version' ? compareVersions(a.name, b.name) : byName(a, b);
    };
    entries.sort((a, b) => {
      const rank = (e: Entry): number => ((e.targetStat ?? e.stat).kind === 'directory' ? 0 : 1);
      if (o.directoriesFirst && rank(a) !== rank(b)) return rank(a) - rank(b);
      return o.reverse ? order(b, a) : order(a, b);
    });
  }

  *directory(path: string, heading: boolean, separated: boolean): Sys<void> {
    const { p } = this.#c;
    const names = p.machine.files.readDirectory(p, path);
    if (isError(names)) {
      yield* this.#c.complain(`cannot open directory ${shellQuote(path)}: ${reason(names)}`);
      this.status = 2;
      return;
    }
    if (heading) yield* this.#c.print(`${separated ? '\n' : ''}${this.#quoted(path)}:\n`);
    const all =
      this.#o.hidden === 'all'
        ? ['.', '..', ...names]
        : this.#o.hidden === 'almost'
          ? names
          : names.filter((name) => !name.startsWith('.'));
    const entries: Entry[] = [];
    for (const name of all.filter((n) => !this.#o.ignore.some((glob) => globToRegex(glob).test(n)))) {
      const inner = path.endsWith('/') ? path + name : `${path}/${name}`;
      const entry = this.entry(name, inner, this.#o.dereference);
      if (isError(entry)) {
        yield* this.#c.complain(`cannot access ${shellQuote(inner)}: ${reason(entry)}`);
        this.status = 1;
      } else entries.push(entry);
    }
    this.sort(entries);
    if (this.#o.format === 'long' || this.#o.blocks)
      yield* this.#c.print(`total ${this.#blocks(entries.reduce((n, e) => n + (e.stat.blocks ?? 0), 0))}\n`);
    yield* this.show(entries, true);
    if (!this.#o.recursive) return;
    for (const { name, path: inner, stat } of entries) {
      if (stat.kind === 'directory' && name !== '.' && name !== '..') yield* this.directory(inner, true, true);
    }
  }

  *show(entries: readonly Entry[], _inDirectory: boolean): Sys<void> {
    if (entries.length === 0) return;
    const o = this.#o;
    if (o.format === 'long') {
      yield* this.#long(entries);
      return;
    }
    const inodeWidth = o.inode ? Math.max(this.#style.inode, ...entries.map((e) => String(e.stat.inode).length)) : 0;
    const blocksWidth = o.blocks ? Math.max(this.#style.blocks, ...entries.map((e) => this.#blocks(e.stat.blocks ?? 0).length)) : 0;
    const names = this.#names(entries);
    const cells = entries.map((entry, i) => {
      let lead = o.inode ? `${String(entry.stat.inode).padStart(inodeWidth)} ` : '';
      if (o.blocks) lead += `${this.#blocks(entry.stat.blocks ?? 0).padStart(blocksWidth)} `;
      const { plain, shown } = names[i] as { plain: string; shown: string };
      return { text: lead + shown, width: displayWidth(lead + plain) };
    });
    if (o.format === 'lines') for (const { text } of cells) yield* this.#c.print(`${text}\n`);
    else if (o.format === 'commas') yield* this.#c.print(commaLines(cells, o.width));
    else yield* this.#c.print(layColumns(cells, o.width, o.format === 'across'));
  }

  *#long(entries: readonly Entry[]): Sys<void> {
    const o = this.#o;
    const { p } = this.#c;
    const owner = (uid: number): string => (o.numeric ? String(uid) : userName(p, uid));
    const group = (gid: number): string => (o.numeric ? String(gid) : groupName(p, gid));
    const size = ({ stat }: Entry): string =>
      stat.rdev !== undefined
        ? `${String(stat.rdev[0]).padStart(3)}, ${String(stat.rdev[1]).padStart(3)}`
        : o.human
          ? humanSize(stat.size, o.human)
          : String(stat.size);
    const widest = (text: (e: Entry) => string, least: number): number => Math.max(least, ...entries.map((e) => text(e).length));
    const [links, users, groups, sizes] = [
      widest((e) => String(e.stat.nlink), this.#style.links),
      widest((e) => owner(e.stat.uid), this.#style.owner),
      widest((e) => group(e.stat.gid), this.#style.owner),
      widest(size, this.#style.size),
    ];
    const inodes = widest((e) => String(e.stat.inode), this.#style.inode);
    const blocks = widest((e) => this.#blocks(e.stat.blocks ?? 0), this.#style.blocks);
    const names = this.#names(entries);
    for (const [i, entry] of entries.entries()) {
      const { stat } = entry;
      let line = o.inode ? `${String(stat.inode).padStart(inodes)} ` : '';
      if (o.blocks) line += `${this.#blocks(stat.blocks ?? 0).padStart(blocks)} `;
      line += `${modeText(stat.kind, stat.mode)} ${String(stat.nlink).padStart(links)} `;
      const pad = (text: string, width: number): string =>
        o.numeric && !this.#style.numbersLeft ? text.padStart(width) : text.padEnd(width);
      if (o.owner) line += `${pad(owner(stat.uid), users)} `;
      if (o.group) line += `${pad(group(stat.gid), groups)} `;
      line += `${size(entry).padStart(sizes)} ${this.#time(stat.mtimeMs)} ${names[i]?.shown}`;
      if (entry.target !== undefined && stat.kind === 'symlink') {
        line += ` -> ${this.#quoted(entry.target)}${entry.targetStat === undefined ? '' : this.#indicator(entry.targetStat)}`;
      }
      yield* this.#c.print(`${line}\n`);
    }
  }

  #time(mtimeMs: number): string {
    const style = this.#o.timeStyle;
    const now = this.#c.p.wallClockMs;
    const recent = mtimeMs > now - RECENT_MS && mtimeMs <= now;
    if (style === 'full-iso') return strftime(this.#style.fullDate, mtimeMs);
    if (style === 'long-iso') return strftime('%Y-%m-%d %H:%M', mtimeMs);
    if (style === 'iso') return strftime(recent ? '%m-%d %H:%M' : '%Y-%m-%d ', mtimeMs);
    if (style.startsWith('+')) return strftime(style.slice(1), mtimeMs);
    return strftime(recent ? '%b %e %H:%M' : '%b %e  %Y', mtimeMs);
  }

  #blocks(units: number): string {
    return this.#o.human ? humanSize(units * 512, this.#o.human) : String(Math.ceil(units / 2));
  }

  /** Names as shown. Where one needs quotes on a terminal the others are moved right by a space. */
  #names(entries: readonly Entry[]): { readonly plain: string; readonly shown: string }[] {
    const quoted = entries.map((entry) => this.#quoted(entry.name));
    const align = this.#o.quote === 'shell' && quoted.some((name) => /^['"]/.test(name)) && this.#o.format !== 'commas';
    return entries.map((entry, i) => {
      const name = quoted[i] as string;
      const lead = align && !/^['"]/.test(name) ? ' ' : '';
      const indicator = this.#indicator(entry.stat, entry);
      const plain = lead + name + indicator;
      const color = this.#o.color ? colorOf(entry) : '';
      return { plain, shown: color === '' ? plain : `${lead}\x1b[0m\x1b[${color}m${name}\x1b[0m${indicator}` };
    });
  }

  #quoted(name: string): string {
    const { quote } = this.#o;
    if (quote === 'literal') return name;
    if (quote === 'shell') return shellQuoteIfNeeded(name);
    if (quote === 'c') return `"${name.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`;
    return name.replace(/[\\ ]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
  }

  #indicator(stat: FileStat, _entry?: Entry): string {
    const { indicator, format } = this.#o;
    if (indicator === 'none') return '';
    if (stat.kind === 'directory') return '/';
    if (indicator === 'slash') return '';
    if (stat.kind === 'symlink') return format === 'long' ? '' : '@';
    if (stat.kind === 'fifo') return '|';
    if (stat.kind === 'socket') return '=';
    return indicator === 'classify' && stat.kind === 'file' && (stat.mode & 0o111) !== 0 ? '*' : '';
  }
}

function colorOf({ stat, target, targetStat }: Entry): string {
  if (target !== undefined && targetStat === undefined) return '40;31;01';
  if (stat.kind === 'file' && (stat.mode & 0o4000) !== 0) return '37;41';
  if (stat.kind === 'file' && (stat.mode & 0o111) !== 0) return '01;32';
  if (stat.kind === 'directory' && (stat.mode & 0o1002) === 0o1002) return '30;42';
  return COLORS[stat.kind];
}

function displayWidth(text: string): number {
  let width = 0;
  for (const ch of text)
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(ch) ? 2 : 1;
  return width;
}

function commaLines(cells: readonly { readonly text: string; readonly width: number }[], width: number): string {
  let out = '';
  let column = 0;
  for (const [i, { text, width: own }] of cells.entries()) {
    if (i > 0) {
      if (column + 2 + own + 1 > width) {
        out += ',\n';
        column = 0;
      } else {
        out += ', ';
        column += 2;
      }
    }
    out += text;
    column += own;
  }
  return `${out}\n`;
}
