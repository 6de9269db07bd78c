import { fail, isError, type KernelError } from '../../../base/result.ts';
import { idMapText, writeIdMap, writeSetgroups } from '../../id-map.ts';
import type { OpenFile } from '../../open-file.ts';
import type { NamespaceKind, Process } from '../../process.ts';
import { anonymousPlace } from '../anonymous.ts';
import { cgroupText } from '../cgroup.ts';
import type { Jump } from '../inode.ts';
import { jumpToNamespace, linkText } from '../ns-file.ts';
import type { Place } from '../place.ts';
import { fixedDirectory, type Owner, textFile, type VirtualDirectory, type VirtualLink, type VirtualNode } from '../virtual.ts';
import { Walk } from '../walk.ts';
import type { ProcContext } from './context.ts';
import { netDirectory } from './net-directory.ts';
import { limitsText, statLine, statusText } from './pid-status.ts';

/** The largest part of comm that is kept (TASK_COMM_LEN less its zero). */
const COMM_LENGTH = 15;

/** Whose directory it is, and the number it has there. */
interface Thread {
  readonly context: ProcContext;
  readonly of: Process;
  readonly pid: number;
}

/** /proc/PID (tgid_base_stuff in fs/proc/base.c), in the kernel's order. */
export function pidDirectory(context: ProcContext, of: Process, pid: number): VirtualDirectory {
  const thread = { context, of, pid };
  const task = (): VirtualDirectory => ({
    kind: 'directory',
    nlink: 3,
    names: () => [String(pid)],
    lookup: (_p, name) => (name === String(pid) ? threadDirectory(thread, {}) : undefined),
  });
  const owner = (): Owner => ({ uid: of.credentials.uid, gid: of.credentials.gid });
  return { ...threadDirectory(thread, { task }), nlink: 9, owner };
}

type ThreadFile = (thread: Thread) => VirtualNode;

function threadDirectory(thread: Thread, more: Readonly<Record<string, ThreadFile>>): VirtualDirectory {
  return {
    kind: 'directory',
    names: () => [...Object.keys(more), ...Object.keys(THREAD_FILES)],
    lookup(_p, name) {
      const make = Object.hasOwn(more, name) ? more[name] : Object.hasOwn(THREAD_FILES, name) ? THREAD_FILES[name] : undefined;
      return make?.(thread);
    },
  };
}

const text = (make: (thread: Thread, viewer: Process) => string): ThreadFile => {
  return (thread) => textFile((viewer) => make(thread, viewer));
};

const idMap = (which: 'uidMap' | 'gidMap'): ThreadFile => {
  return ({ of }) => ({
    kind: 'file',
    file: { read: (p) => idMapText(p, of, which), write: (p, lines) => writeIdMap(p, of, which, lines) },
  });
};

const THREAD_FILES: Readonly<Record<string, ThreadFile>> = {
  fd: ({ of }) => descriptors(of),
  ns: ({ context, of }) => namespaces(context, of),
  net: ({ context, of }) => netDirectory(context, of),
  environ: ({ of }) => ({ kind: 'file', file: { mode: 0o400, read: () => environText(of) }, refusesWrite: 'EIO' }),
  status: text(({ context, of, pid }, viewer) => statusText(context, viewer, of, pid)),
  limits: text(limitsText),
  comm: ({ of }) => ({ kind: 'file', file: { read: () => `${of.comm}\n`, write: (p, comm) => setComm(p, of, comm) } }),
  cmdline: text(({ of }) => (of.state === 'Z' ? '' : of.argv.map((word) => `${word}\0`).join(''))),
  stat: text(({ context, of, pid }) => statLine(context, of, pid)),
  statm: text(() => '765 432 404 5 0 123 0\n'),
  cwd: ({ context, of }) => link(() => place(context, of, of.cwd), of),
  root: ({ context, of }) => link(() => context.mounts.of(of.namespaces.mnt).rootPlace, of),
  exe: ({ context, of }) => link(() => executable(context, of), of),
  mounts: text(({ context, of }) => mountsText(context, of)),
  mountinfo: text(({ context, of }) => context.mounts.infoLines(of).join('')),
  wchan: text(() => '0'),
  cgroup: text(({ of }, viewer) => cgroupText(viewer, of)),
  oom_score_adj: text(() => '0\n'),
  uid_map: idMap('uidMap'),
  gid_map: idMap('gidMap'),
  setgroups: ({ of }) => ({
    kind: 'file',
    file: { read: () => `${of.namespaces.user.setgroups}\n`, write: (p, word) => writeSetgroups(p, of, word) },
  }),
};

function environText(of: Process): string {
  return [...of.env].map(([name, value]) => `${name}=${value}\0`).join('');
}

/** As getmntent(3) reads it: blanks in names are written in octal. */
function mountsText(context: ProcContext, of: Process): string {
  const lines = context.mounts.lines(of);
  return lines.map((m) => `${escapeBlanks(m.source)} ${escapeBlanks(m.target)} ${m.type} ${m.options} 0 0\n`).join('');
}

function escapeBlanks(s: string): string {
  return s.replace(/[ \t\n\\]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

/** Only the process itself may rename itself (comm_write: its own thread group). */
function setComm(p: Process, of: Process, comm: string): undefined | KernelError {
  if (p !== of) return fail('EINVAL');
  of.comm = comm.replace(/\n$/, '').slice(0, COMM_LENGTH);
  return undefined;
}

/** Whether a process may look into another (__ptrace_may_access): the same user with no fewer capabilities, or CAP_SYS_PTRACE. */
function mayInspect(p: Process, of: Process): boolean {
  if (p === of) return true;
  const { credentials: own } = p;
  const { credentials: other } = of;
  const ptrace = (): boolean => p.capable('sys_ptrace', of.namespaces.user);
  const same = [...other.uids].every((id) => id === own.uid) && [...other.gids].every((id) => id === own.gid);
  if (!same && !ptrace()) return false;
  const fewer = own.userNamespace === other.userNamespace && (other.permitted & ~own.permitted) === 0n;
  return fewer || ptrace();
}

/** A magic link to a file that has a path: shown by that path, opened directly. A zombie has none. */
function link(find: () => Place | KernelError, of: Process): VirtualLink {
  return {
    kind: 'symlink',
    target(p) {
      if (!mayInspect(p, of)) return fail('EACCES');
      if (of.state === 'Z') return fail('ENOENT');
      const found = find();
      return isError(found) ? found : pathText(found);
    },
    follow(p) {
      if (!mayInspect(p, of)) return fail('EACCES');
      const found = of.state === 'Z' ? fail('ENOENT') : find();
      return isError(found) ? found : { place: found };
    },
  };
}

function pathText(at: Place): string {
  let path = '';
  for (let p = at; p.parent !== undefined; p = p.parent) path = `/${p.name}${path}`;
  return path === '' ? '/' : path;
}

function place(context: ProcContext, of: Process, path: string): Place | KernelError {
  return new Walk(of, context.mounts.of(of.namespaces.mnt).rootPlace).to(path);
}

/** The file that a process runs: its first word, looked for as exec does. */
function executable(context: ProcContext, of: Process): Place | KernelError {
  const word = (of.argv[0] ?? '').replace(/^-/, '');
  if (word.includes('/')) return place(context, of, word);
  for (const folder of (of.env.get('PATH') ?? '').split(':')) {
    const found = place(context, of, `${folder}/${word}`);
    if (!isError(found) && found.inode.kind === 'file') return found;
  }
  return fail('ENOENT');
}

const NAMESPACE_LINKS: readonly (readonly [string, NamespaceKind])[] = [
  ['net', 'net'],
  ['uts', 'uts'],
  ['ipc', 'ipc'],
  ['pid', 'pid'],
  ['pid_for_children', 'pid'],
  ['user', 'user'],
  ['mnt', 'mnt'],
  ['cgroup', 'cgroup'],
  ['time', 'time'],
  ['time_for_children', 'time'],
];

/** /proc/PID/ns (fs/proc/namespaces.c). */
function namespaces(context: ProcContext, of: Process): VirtualDirectory {
  const magic = (kind: NamespaceKind): VirtualLink => ({
    kind: 'symlink',
    target: (p) => (!mayInspect(p, of) ? fail('EACCES') : of.state === 'Z' ? fail('ENOENT') : linkText(kind, of.namespaces[kind])),
    follow: (p) =>
      !mayInspect(p, of) ? fail('EACCES') : of.state === 'Z' ? fail('ENOENT') : jumpToNamespace(kind, of.namespaces[kind], context.mounts),
  });
  return fixedDirectory(Object.fromEntries(NAMESPACE_LINKS.map(([name, kind]) => [name, magic(kind)])), 0o511);
}

/** /proc/PID/fd (fs/proc/fd.c). */
function descriptors(of: Process): VirtualDirectory {
  return {
    kind: 'directory',
    mode: 0o500,
    names: () => [...of.descriptors.keys()].map(String),
    lookup(_p, name) {
      const file = /^(0|[1-9][0-9]*)$/.test(name) ? of.file(Number(name)) : undefined;
      if (file === undefined) return undefined;
      return { kind: 'symlink', mode: linkMode(file), size: 64, target: () => file.description, follow: () => jumpToFile(file) };
    },
  };
}

/** r for reading, w for writing, x always. */
function linkMode(file: OpenFile): number {
  const access = 'access' in file ? file.access : 'rw';
  return 0o100 | (access === 'w' ? 0 : 0o400) | (access === 'r' ? 0 : 0o200);
}

/** Opening the link to a file of the tree opens that file again; for a pipe, a socket or a terminal it is the same open file. */
function jumpToFile(file: OpenFile): Jump {
  return { place: 'place' in file ? (file.place as Place) : anonymousPlace(file) };
}
