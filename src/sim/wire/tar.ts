// The tar format: POSIX.1-2001's ustar and pax headers, and what GNU tar writes by default (its manual, "Basic Tar Format").

import { concat, text, utf8 } from '../base/bytes.ts';

export const TAR_BLOCK = 512;
/** Archives are written in records of twenty blocks. */
const RECORD = 20 * TAR_BLOCK;
const NAME_FIELD = 100;

export type TarKind = 'file' | 'hard link' | 'symlink' | 'chardev' | 'blockdev' | 'directory' | 'fifo';

/** One member of an archive. */
export interface TarMember {
  /** As it is stored; a directory's ends in a slash. */
  readonly name: string;
  readonly kind: TarKind;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Names of the owners; empty where the archive has none. */
  readonly user: string;
  readonly group: string;
  readonly mtimeMs: number;
  /** Where a link leads: of a hard link, the name of an earlier member. */
  readonly target: string;
  readonly device: readonly [major: number, minor: number];
  readonly data: Uint8Array;
}

/** What {@link readTar} meets. */
export type TarPart =
  | { readonly kind: 'member'; readonly member: TarMember }
  /** Blocks that are no header, up to the next one or the end; not `whole`: less than one block. */
  | { readonly kind: 'garbage'; readonly atStart: boolean; readonly whole: boolean }
  /** The archive is cut off within a member's data. */
  | { readonly kind: 'cut off'; readonly member: TarMember };

const TYPES: Readonly<Record<TarKind, string>> = {
  file: '0',
  'hard link': '1',
  symlink: '2',
  chardev: '3',
  blockdev: '4',
  directory: '5',
  fifo: '6',
};
const KINDS: ReadonlyMap<string, TarKind> = new Map(Object.entries(TYPES).map(([kind, type]) => [type, kind as TarKind]));

/** A member as GNU tar writes it: long names go before it in members of their own. */
export function encodeMember(member: TarMember): Uint8Array {
  const [name, target] = [utf8(member.name), utf8(member.target)];
  const parts: Uint8Array[] = [];
  if (target.length > NAME_FIELD) parts.push(longName('K', target));
  if (name.length > NAME_FIELD) parts.push(longName('L', name));
  parts.push(header(name, target, TYPES[member.kind], member, member.data.length), padded(member.data));
  return concat(...parts);
}

/** The two zero blocks that end an archive of so many bytes, and zeros up to a whole record. */
export function tarEnd(length: number): Uint8Array {
  return new Uint8Array(Math.ceil((length + 2 * TAR_BLOCK) / RECORD) * RECORD - length);
}

/** Where an archive's members end and its zero blocks begin: new members are appended there. */
export function membersEnd(data: Uint8Array): number {
  let end = 0;
  for (const { next } of walk(data)) end = next;
  return end;
}

/** Goes through an archive. It ends at a block of zeros or where the data does. */
export function* readTar(data: Uint8Array): Generator<TarPart, void> {
  for (const { part } of walk(data)) yield part;
}

function* walk(data: Uint8Array): Generator<{ readonly part: TarPart; readonly next: number }, void> {
  let at = 0;
  let pax: ReadonlyMap<string, string> = new Map();
  let globals: ReadonlyMap<string, string> = new Map();
  let longName: string | undefined;
  let longTarget: string | undefined;
  let atStart = true;
  while (at + TAR_BLOCK <= data.length) {
    const block = data.subarray(at, at + TAR_BLOCK);
    if (block.every((byte) => byte === 0)) return;
    if (!isHeader(block)) {
      let next = at + TAR_BLOCK;
      while (next + TAR_BLOCK <= data.length && !isHeader(data.subarray(next, next + TAR_BLOCK))) next += TAR_BLOCK;
      yield { part: { kind: 'garbage', atStart, whole: true }, next: at };
      at = next;
      continue;
    }
    atStart = false;
    const type = String.fromCharCode(block[156] as number);
    const hasData = !'123456'.includes(type);
    const attributes = new Map([...globals, ...pax]);
    const size = hasData ? Number(attributes.get('size') ?? number(block, 124, 12)) : 0;
    const contents = data.subarray(at + TAR_BLOCK, at + TAR_BLOCK + size);
    const next = at + TAR_BLOCK + Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
    at = next;
    if (type === 'L') longName = string(contents, 0, contents.length);
    else if (type === 'K') longTarget = string(contents, 0, contents.length);
    else if (type === 'x') pax = paxRecords(contents);
    else if (type === 'g') globals = new Map([...globals, ...paxRecords(contents)]);
    else {
      const member = decode(block, type, attributes, longName, longTarget, contents);
      yield { part: next > data.length ? { kind: 'cut off', member } : { kind: 'member', member }, next };
      pax = new Map();
      longName = undefined;
      longTarget = undefined;
    }
  }
  // What is less than a block is no header; at the start it is no archive.
  if (atStart && at < TAR_BLOCK) yield { part: { kind: 'garbage', atStart: true, whole: false }, next: 0 };
}

function decode(
  block: Uint8Array,
  type: string,
  pax: ReadonlyMap<string, string>,
  longName: string | undefined,
  longTarget: string | undefined,
  data: Uint8Array,
): TarMember {
  // GNU's own headers have other fields where POSIX has the prefix.
  const prefix = string(block, 257, 8) === 'ustar' ? string(block, 345, 155) : '';
  const short = string(block, 0, NAME_FIELD);
  const name = pax.get('path') ?? longName ?? (prefix === '' ? short : `${prefix}/${short}`);
  const kind = KINDS.get(type) ?? 'file';
  const named = string(block, 257, 5) === 'ustar';
  return {
    name,
    // Before POSIX, a directory was a file whose name ends in a slash.
    kind: kind === 'file' && name.endsWith('/') ? 'directory' : kind,
    mode: number(block, 100, 8) & 0o7777,
    uid: Number(pax.get('uid') ?? number(block, 108, 8)),
    gid: Number(pax.get('gid') ?? number(block, 116, 8)),
    user: pax.get('uname') ?? (named ? string(block, 265, 32) : ''),
    group: pax.get('gname') ?? (named ? string(block, 297, 32) : ''),
    mtimeMs: Number(pax.get('mtime') ?? number(block, 136, 12)) * 1000,
    target: pax.get('linkpath') ?? longTarget ?? string(block, 157, NAME_FIELD),
    device: named ? [number(block, 329, 8), number(block, 337, 8)] : [0, 0],
    data,
  };
}

function header(name: Uint8Array, target: Uint8Array, type: string, member: Omit<TarMember, 'name' | 'kind' | 'data'>, size: number) {
  const block = new Uint8Array(TAR_BLOCK);
  const octal = (at: number, digits: number, value: number): void => block.set(utf8(value.toString(8).padStart(digits, '0')), at);
  block.set(name.subarray(0, NAME_FIELD), 0);
  octal(100, 7, member.mode);
  octal(108, 7, member.uid);
  octal(116, 7, member.gid);
  octal(124, 11, size);
  octal(136, 11, Math.max(0, Math.floor(member.mtimeMs / 1000)));
  block[156] = type.charCodeAt(0);
  block.set(target.subarray(0, NAME_FIELD), 157);
  block.set(utf8('ustar  '), 257);
  block.set(utf8(member.user).subarray(0, 31), 265);
  block.set(utf8(member.group).subarray(0, 31), 297);
  if (type === TYPES.chardev || type === TYPES.blockdev) {
    octal(329, 7, member.device[0]);
    octal(337, 7, member.device[1]);
  }
  octal(148, 6, checksum(block));
  block[155] = 0x20;
  return block;
}

/** GNU's member that has the name of the next one (`L`) or where it leads (`K`), with a zero at its end. */
function longName(type: string, name: Uint8Array): Uint8Array {
  const owner = { mode: 0o644, uid: 0, gid: 0, user: 'root', group: 'root', mtimeMs: 0, target: '', device: [0, 0] } as const;
  const data = concat(name, new Uint8Array(1));
  return concat(header(utf8('././@LongLink'), new Uint8Array(0), type, owner, data.length), padded(data));
}

/** The sum of a header's bytes, those of the sum itself counted as spaces. */
function checksum(block: Uint8Array): number {
  return block.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 0x20 : byte), 0);
}

function isHeader(block: Uint8Array): boolean {
  return string(block, 148, 8).trim() !== '' && number(block, 148, 8) === checksum(block);
}

function string(block: Uint8Array, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return text(end < 0 ? field : field.subarray(0, end));
}

/** Octal digits, or with the highest bit set the bytes of the number itself (GNU, for large ones). */
function number(block: Uint8Array, at: number, length: number): number {
  const first = block[at] as number;
  if ((first & 0x80) === 0) return Number.parseInt(string(block, at, length).trim(), 8) || 0;
  let value = first === 0xff ? -1 : first & 0x7f;
  for (const byte of block.subarray(at + 1, at + length)) value = value * 256 + byte;
  return value;
}

/** `LENGTH KEY=VALUE\n`, the length in bytes with all of it. */
function paxRecords(data: Uint8Array): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < data.length; ) {
    const length = Number.parseInt(text(data.subarray(at, at + 20)), 10);
    if (!(length > 0)) break;
    const record = text(data.subarray(at, at + length - 1));
    const [, key = '', value = ''] = /^\d+ ([^=]*)=(.*)$/s.exec(record) ?? [];
    records.set(key, value);
    at += length;
  }
  return records;
}

function padded(data: Uint8Array): Uint8Array {
  const rest = data.length % TAR_BLOCK;
  return rest === 0 ? data : concat(data, new Uint8Array(TAR_BLOCK - rest));
}
