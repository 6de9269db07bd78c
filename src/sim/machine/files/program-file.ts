import { text, utf8 } from '../../base/utf8.ts';
import type { FilePrivileges } from '../credentials.ts';
import type { Executable } from '../file-system.ts';
import type { Process } from '../process.ts';
import type { Inode } from './inode.ts';
import { TreeFile } from './tree.ts';

const S_ISUID = 0o4000;
const S_ISGID = 0o2000;

/** The start of an x86-64 ELF file, e_ident and what follows in every executable. */
const ELF_HEADER = Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 62, 0, 1, 0, 0, 0);

/** The bytes of an executable that runs a program of the simulator. Copied or renamed, it still does. */
export function programFile(program: string): Uint8Array {
  const name = utf8(program);
  const out = new Uint8Array(ELF_HEADER.length + name.length);
  out.set(ELF_HEADER);
  out.set(name, ELF_HEADER.length);
  return out;
}

/** What the first bytes of a file make execve(2) do; undefined for ENOEXEC. */
export function executableOf(head: Uint8Array): Executable | undefined {
  if (head[0] === 0x23 && head[1] === 0x21) {
    const line = (text(head).split('\n')[0] as string).slice(2).trim();
    if (line === '') return undefined;
    const space = line.search(/[ \t]/);
    if (space < 0) return { kind: 'script', interpreter: line, argument: undefined };
    return { kind: 'script', interpreter: line.slice(0, space), argument: line.slice(space).trim() };
  }
  if (head.length <= ELF_HEADER.length || ELF_HEADER.some((byte, i) => head[i] !== byte)) return undefined;
  return { kind: 'program', program: text(head.subarray(ELF_HEADER.length)) };
}

/** What a program's file makes of who runs it: its set-user-ID bits and capabilities. */
export function privilegesOf(inode: Inode, p: Process): FilePrivileges {
  const { mode, uid, gid } = inode.stat(p);
  const capabilities = inode instanceof TreeFile ? inode.capabilities : undefined;
  return {
    ...((mode & S_ISUID) !== 0 && { setuid: uid }),
    // Without execution for the group the bit means something else.
    ...((mode & S_ISGID) !== 0 && (mode & 0o010) !== 0 && { setgid: gid }),
    ...(capabilities !== undefined && { capabilities }),
  };
}
