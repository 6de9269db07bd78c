import type { FileStat } from '../../machine/file-system.ts';
import type { TarKind, TarMember } from '../../wire/tar.ts';
import { modeText } from '../files/mode-text.ts';
import { strftime } from '../lib/date-text.ts';
import { escapedName } from './member-names.ts';

const LETTERS: Readonly<Record<TarKind, FileStat['kind']>> = {
  file: 'file',
  'hard link': 'file',
  symlink: 'symlink',
  chardev: 'chardev',
  blockdev: 'chardev',
  directory: 'directory',
  fifo: 'fifo',
};

/** Lines of `tar -tv`; the columns of owners and sizes grow as they need to. */
export class Listing {
  readonly #numeric: boolean;
  #width = 19;

  constructor(numericOwner: boolean) {
    this.#numeric = numericOwner;
  }

  line(member: TarMember): string {
    const { kind, mode, device } = member;
    const letter = kind === 'hard link' ? 'h' : kind === 'blockdev' ? 'b' : modeText(LETTERS[kind], 0)[0];
    const user = this.#numeric || member.user === '' ? String(member.uid) : member.user;
    const group = this.#numeric || member.group === '' ? String(member.gid) : member.group;
    const size = kind === 'chardev' || kind === 'blockdev' ? device.join(',') : String(member.data.length);
    const taken = user.length + group.length + size.length + 2;
    this.#width = Math.max(this.#width, taken);
    const time = strftime('%Y-%m-%d %H:%M', member.mtimeMs);
    const link = kind === 'symlink' ? ' -> ' : kind === 'hard link' ? ' link to ' : '';
    const name = `${escapedName(member.name)}${link}${link === '' ? '' : escapedName(member.target)}`;
    return `${letter}${modeText('file', mode).slice(1)} ${user}/${group} ${size.padStart(this.#width - taken + size.length)} ${time} ${name}`;
  }
}
