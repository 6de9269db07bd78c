/** What the words behind mount(8)'s `-o` come to: flags of the mount, and what the file system reads itself. */
export interface MountOptions {
  readonly readOnly: boolean;
  /** Flags besides ro and rw as /proc/mounts lists them (show_mnt_opts in fs/proc_namespace.c): `nosuid,nodev,relatime`. */
  readonly flags: string;
  readonly data: readonly string[];
}

const FLAGS = ['nosuid', 'nodev', 'noexec', 'noatime', 'nodiratime', 'relatime'];
const OPPOSITES: Readonly<Record<string, string>> = {
  suid: 'nosuid',
  dev: 'nodev',
  exec: 'noexec',
  atime: 'noatime',
  diratime: 'nodiratime',
  norelatime: 'relatime',
};
const ALSO: Readonly<Record<string, readonly string[]>> = {
  noatime: ['relatime'],
  relatime: ['noatime'],
  strictatime: ['noatime', 'relatime'],
};
/** Words for mount(8) itself, and flags that nothing here depends on. */
const SILENT = new Set(['defaults', 'remount', 'bind', 'rbind', 'strictatime', 'sync', 'async', 'auto', 'noauto', 'silent', 'loud']);

/** Reads options as changes of those that are there; without any, access times are written now and then. */
export function mountOptions(
  text: string,
  before: Pick<MountOptions, 'readOnly' | 'flags'> = { readOnly: false, flags: 'relatime' },
): MountOptions {
  let { readOnly } = before;
  const flags = new Set(before.flags.split(','));
  const data: string[] = [];
  for (const word of text.split(',')) {
    const opposite = OPPOSITES[word];
    if (word === '') continue;
    if (word === 'ro' || word === 'rw') readOnly = word === 'ro';
    else if (opposite !== undefined) flags.delete(opposite);
    else if (FLAGS.includes(word) || word === 'strictatime') {
      for (const other of ALSO[word] ?? []) flags.delete(other);
      if (word !== 'strictatime') flags.add(word);
    } else if (!SILENT.has(word)) data.push(word);
  }
  return { readOnly, flags: FLAGS.filter((flag) => flags.has(flag)).join(','), data };
}

/** `size=64k`, `1m`, `50%` of `whole`: bytes (memparse). Undefined for what is no size. */
export function sizeOption(word: string, whole: number): number | undefined {
  const [, digits, unit = ''] = /^(\d+)([kmg%]?)$/i.exec(word) ?? [];
  if (digits === undefined) return undefined;
  if (unit === '%') return Math.floor((whole * Number(digits)) / 100);
  return Number(digits) * 1024 ** ' kmg'.indexOf(unit === '' ? ' ' : unit.toLowerCase());
}
