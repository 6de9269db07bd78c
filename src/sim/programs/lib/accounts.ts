import { isError } from '../../base/result.ts';
import { text } from '../../base/utf8.ts';
import type { Process } from '../../machine/process.ts';

/** A line of /etc/passwd. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

function lines(p: Process, path: string): string[][] {
  const bytes = p.machine.files.readFile(p, path);
  if (isError(bytes)) return [];
  return text(bytes)
    .split('\n')
    .filter((line) => line.includes(':'))
    .map((line) => line.split(':'));
}

export function accounts(p: Process): Account[] {
  return lines(p, '/etc/passwd').map(([name = '', , uid, gid, , home = '', shell = '']) => ({
    name,
    uid: Number(uid),
    gid: Number(gid),
    home,
    shell,
  }));
}

export function groups(p: Process): { readonly name: string; readonly gid: number; readonly members: readonly string[] }[] {
  return lines(p, '/etc/group').map(([name = '', , gid, members = '']) => ({
    name,
    gid: Number(gid),
    members: members.split(',').filter((m) => m !== ''),
  }));
}

export function userName(p: Process, uid: number): string {
  return accounts(p).find((account) => account.uid === uid)?.name ?? String(uid);
}

export function groupName(p: Process, gid: number): string {
  return groups(p).find((group) => group.gid === gid)?.name ?? String(gid);
}
