import { strerror } from '../../base/errno.ts';
import { utf8 } from '../../base/utf8.ts';
import { CAPABILITIES, hasCapability } from '../../kernel/capability.ts';
import { idInside } from '../../kernel/user-namespace.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { accounts, groups } from '../lib/accounts.ts';
import type { Command } from '../lib/command.ts';

/** What unshare(1) was told about ids in the new user namespace. */
export interface IdRequest {
  /** What the own user and group are to be called there. */
  mapUser: number | 'own' | undefined;
  mapGroup: number | 'own' | undefined;
  setgroups: string | undefined;
  keepCapabilities: boolean;
  setuid: number | undefined;
  setgid: number | undefined;
}

/** Whether the option was one of these. */
export function* readIdOption(c: Command, ids: IdRequest, flag: string, value: string): Sys<boolean> {
  switch (flag) {
    case 'r':
      ids.mapUser = 0;
      ids.mapGroup = 0;
      return true;
    case 'c':
      ids.mapUser = 'own';
      ids.mapGroup = 'own';
      return true;
    case 'map-user':
      ids.mapUser = yield* parseId(c, value, 'uid', accounts(c.p).find(({ name }) => name === value)?.uid);
      return true;
    case 'map-group':
      ids.mapGroup = yield* parseId(c, value, 'gid', groups(c.p).find(({ name }) => name === value)?.gid);
      return true;
    case 'setgroups':
      if (value !== 'allow' && value !== 'deny') yield* c.die(1, `unsupported --setgroups argument '${value}'`);
      ids.setgroups = value;
      return true;
    case 'keep-caps':
      ids.keepCapabilities = true;
      return true;
    case 'S':
      ids.setuid = yield* parseId(c, value, 'uid', undefined);
      return true;
    case 'G':
      ids.setgid = yield* parseId(c, value, 'gid', undefined);
      return true;
  }
  return false;
}

function* parseId(c: Command, word: string, what: 'uid' | 'gid', named: number | undefined): Sys<number> {
  if (named !== undefined) return named;
  return /^\d+$/.test(word) ? Number(word) : yield* c.die(1, `failed to parse ${what}: '${word}'`);
}

/** Writes the maps of the new user namespace; `own` is who the process was before. */
export function* mapIds(c: Command, ids: IdRequest, own: { readonly uid: number; readonly gid: number }): Sys<void> {
  const { p } = c;
  const { owner } = p.namespaces.user;
  const above = (which: 'uidMap' | 'gidMap', id: number): number => (owner === undefined ? id : (idInside(owner, which, id) ?? id));
  const write = function* (file: string, text: string): Sys<void> {
    const error = p.machine.files.writeFile(p, `/proc/self/${file}`, utf8(text));
    if (error !== undefined) yield* c.die(1, `write failed /proc/self/${file}: ${strerror(error.errno)}`);
  };
  const range = (id: number | 'own', outside: number): string => `${id === 'own' ? outside : id} ${outside} 1`;
  const setgroups = ids.setgroups ?? (ids.mapGroup === undefined ? undefined : 'deny');
  if (ids.mapUser !== undefined) yield* write('uid_map', range(ids.mapUser, above('uidMap', own.uid)));
  if (setgroups === 'deny') yield* write('setgroups', 'deny');
  if (ids.mapGroup !== undefined) yield* write('gid_map', range(ids.mapGroup, above('gidMap', own.gid)));
  if (!ids.keepCapabilities) return;
  const { credentials } = p;
  credentials.capset(credentials.permitted, credentials.effective, credentials.permitted);
  for (const capability of CAPABILITIES) if (hasCapability(credentials.permitted, capability)) credentials.setAmbient(capability, true);
}

/** -G and -S, in that order; answers what failed. */
export function setIds(p: Process, { setuid, setgid }: IdRequest): string | undefined {
  const said = (call: string, error: Parameters<typeof strerror>[0] | undefined): string | undefined =>
    error === undefined ? undefined : `${call} failed: ${strerror(error)}`;
  const { credentials } = p;
  if (setgid !== undefined) {
    const failed = said('setgroups', credentials.setgroups([])?.errno) ?? said('setgid', p.setgid(setgid)?.errno);
    if (failed !== undefined) return failed;
  }
  return setuid === undefined ? undefined : said('setuid', p.setuid(setuid)?.errno);
}
