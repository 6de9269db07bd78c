import type { FileStat } from '../../machine/file-system.ts';

const KINDS: Readonly<Record<FileStat['kind'], string>> = { file: '-', directory: 'd', symlink: 'l', fifo: 'p', chardev: 'c', socket: 's' };

/** `drwxr-xr-x`. */
export function modeText(kind: FileStat['kind'], mode: number): string {
  const triple = (bits: number, special: boolean, letter: string): string => {
    const x = (bits & 1) !== 0;
    const last = special ? (x ? letter : letter.toUpperCase()) : x ? 'x' : '-';
    return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${last}`;
  };
  const user = triple((mode >> 6) & 7, (mode & 0o4000) !== 0, 's');
  const group = triple((mode >> 3) & 7, (mode & 0o2000) !== 0, 's');
  return `${KINDS[kind]}${user}${group}${triple(mode & 7, (mode & 0o1000) !== 0, 't')}`;
}

/** The type bits of st_mode, for `stat -c %f`. */
export const KIND_BITS: Readonly<Record<FileStat['kind'], number>> = {
  fifo: 0o010000,
  chardev: 0o020000,
  directory: 0o040000,
  file: 0o100000,
  symlink: 0o120000,
  socket: 0o140000,
};

/** What chmod(1) and others call a kind. */
export const KIND_NAMES: Readonly<Record<FileStat['kind'], string>> = {
  file: 'regular file',
  directory: 'directory',
  symlink: 'symbolic link',
  fifo: 'fifo',
  chardev: 'character special file',
  socket: 'socket',
};

/** The new mode that `u+x,go=r` or `755` makes of one; undefined if it is no mode. `umask` counts where nobody is named. */
export function parseMode(text: string, old: number, directory: boolean, umask: number): number | undefined {
  if (/^[0-7]{1,4}$/.test(text)) return Number.parseInt(text, 8) | (directory && text.length < 5 ? old & 0o6000 : 0);
  let mode = old;
  for (const clause of text.split(',')) {
    const m = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/.exec(clause);
    if (!m) return undefined;
    const who = m[1] === '' ? 'a' : (m[1] as string);
    for (const action of m[2]?.match(/[-+=][rwxXstugo]*/g) ?? []) {
      mode = applyAction(mode, who, action[0] as string, action.slice(1), directory, m[1] === '' ? umask : 0);
    }
  }
  return mode;
}

function applyAction(mode: number, who: string, operator: string, perms: string, directory: boolean, masked: number): number {
  let bits = 0;
  let special = 0;
  for (const p of perms) {
    if (p === 'r') bits |= 4;
    else if (p === 'w') bits |= 2;
    else if (p === 'x' || (p === 'X' && (directory || (mode & 0o111) !== 0))) bits |= 1;
    else if (p === 'u') bits |= (mode >> 6) & 7;
    else if (p === 'g') bits |= (mode >> 3) & 7;
    else if (p === 'o') bits |= mode & 7;
    else if (p === 's') special |= (/[ua]/.test(who) ? 0o4000 : 0) | (/[ga]/.test(who) ? 0o2000 : 0);
    else if (p === 't' && /[oa]/.test(who)) special |= 0o1000;
  }
  let affected = 0;
  if (/[ua]/.test(who)) affected |= 0o700;
  if (/[ga]/.test(who)) affected |= 0o070;
  if (/[oa]/.test(who)) affected |= 0o007;
  const value = ((((bits << 6) | (bits << 3) | bits) & affected) | special) & ~masked;
  if (operator === '+') return mode | value;
  if (operator === '-') return mode & ~value;
  return (mode & ~(affected & ~masked) & (directory ? 0o7777 : affected === 0o777 ? 0o777 : 0o7777)) | value;
}
