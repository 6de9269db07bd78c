import { strerror } from '../../base/errno.ts';
import { isError } from '../../base/result.ts';
import type { Propagation } from '../../machine/file-system.ts';
import type { NamespaceKind, Process, Sys } from '../../machine/process.ts';
import { type Command, command, Exit } from '../lib/command.ts';
import { UNSHARE_HELP } from './help.ts';
import { KIND_LETTERS, KIND_LONG, kindOf } from './kinds.ts';
import { type IdRequest, mapIds, readIdOption, setIds } from './map-ids.ts';
import { parseTool, runInChild, runProgram } from './run-program.ts';

/** Options that say how ids are mapped; those of whole ranges need helpers that Debian has in another package. */
const MAPPING = { 'map-user=': 'map-user', 'map-group=': 'map-group' };

const LONG: Readonly<Record<string, string>> = {
  ...KIND_LONG,
  ...MAPPING,
  help: 'h',
  version: 'V',
  fork: 'f',
  'map-root-user': 'r',
  'map-current-user': 'c',
  'kill-child=?': 'kill-child',
  'mount-proc=?': 'mount-proc',
  'propagation=': 'propagation',
  'setgroups=': 'setgroups',
  'keep-caps': 'keep-caps',
  root: 'R',
  wd: 'w',
  'setuid=': 'S',
  'setgid=': 'G',
  'monotonic=': 'monotonic',
  'boottime=': 'boottime',
};

interface Request {
  readonly kinds: Set<NamespaceKind>;
  /** Files that a new namespace is mounted on, so that it outlives the program. */
  readonly files: Map<NamespaceKind, string>;
  fork: boolean;
  mountProc: string | undefined;
  propagation: Propagation | 'unchanged';
  workingDirectory: string | undefined;
  readonly ids: IdRequest;
}

/** unshare(1) of util-linux 2.38.1. */
export const unshare = command('unshare', function* (c): Sys<number> {
  const parsed = yield* parseTool(c, { short: `${KIND_LETTERS}fhVrcR:w:S:G:`, long: LONG }, UNSHARE_HELP);
  const request: Request = {
    kinds: new Set(),
    files: new Map(),
    fork: false,
    mountProc: undefined,
    propagation: 'private',
    workingDirectory: undefined,
    ids: { mapUser: undefined, mapGroup: undefined, setgroups: undefined, keepCapabilities: false, setuid: undefined, setgid: undefined },
  };
  for (const { flag, value } of parsed.options) yield* readOption(c, request, flag, value);
  const { p } = c;
  const keeper = request.files.size > 0 ? yield* keepFiles(c, request) : undefined;
  const own = { uid: p.credentials.uid, gid: p.credentials.gid };
  const unshared = p.unshare([...request.kinds]);
  if (unshared !== undefined) return yield* c.die(1, `unshare failed: ${strerror(unshared.errno)}`);
  if (keeper !== undefined) yield* keeper();
  if (request.kinds.has('user')) yield* mapIds(c, request.ids, own);
  yield* c.flush();
  if (request.fork) return yield* runInChild(c, p, parsed.operands, (child) => prepare(c, child, request));
  return (yield* prepare(c, p, request)) ?? (yield* runProgram(c, p, parsed.operands));
});

function* readOption(c: Command, request: Request, flag: string, value: string): Sys<void> {
  const kind = kindOf(flag)?.kind;
  if (kind !== undefined) {
    request.kinds.add(kind);
    if (value !== '') request.files.set(kind, value);
    return;
  }
  if (flag === 'f') request.fork = true;
  else if (flag === 'kill-child') request.fork = true;
  else if (yield* readIdOption(c, request.ids, flag, value)) {
    if (flag !== 'S' && flag !== 'G' && flag !== 'setgroups' && flag !== 'keep-caps') request.kinds.add('user');
  } else if (flag === 'mount-proc') {
    request.kinds.add('mnt');
    request.mountProc = value === '' ? '/proc' : value;
  } else if (flag === 'propagation') {
    if (value !== 'slave' && value !== 'shared' && value !== 'private' && value !== 'unchanged')
      yield* c.die(1, `unsupported propagation mode: ${value}`);
    request.propagation = value as Request['propagation'];
  } else if (flag === 'w') request.workingDirectory = value;
}

/** What is done in the new namespaces before the program; answers a status if it cannot be done. */
function* prepare(c: Command, p: Process, request: Request): Sys<number | undefined> {
  const { files } = p.machine;
  const failed = function* (message: string): Sys<number> {
    yield* p.printError(`${c.name}: ${message}\n`);
    return 1;
  };
  if (request.kinds.has('mnt') && request.propagation !== 'unchanged') {
    const error = files.setPropagation(p, '/', request.propagation, true);
    if (error !== undefined) return yield* failed(`cannot change root filesystem propagation: ${strerror(error.errno)}`);
  }
  const refused = setIds(p, request.ids);
  if (refused !== undefined) return yield* failed(refused);
  if (request.workingDirectory !== undefined) {
    const path = files.resolve(p, request.workingDirectory);
    if (isError(path)) return yield* failed(`cannot chdir to '${request.workingDirectory}': ${strerror(path.errno)}`);
    p.cwd = path;
  }
  if (request.mountProc !== undefined) {
    files.setPropagation(p, request.mountProc, 'private', true);
    const error = files.mount(p, { type: 'proc', source: 'proc', target: request.mountProc, options: 'nosuid,noexec,nodev' });
    if (error !== undefined) return yield* failed(`mount ${request.mountProc} failed: ${strerror(error.errno)}`);
  }
  return undefined;
}

/** A child that stays behind in the old mount namespace and mounts this process's new namespaces where they shall be kept. */
function* keepFiles(c: Command, request: Request): Sys<() => Sys<void>> {
  const { p } = c;
  const pipe = p.pipe();
  if (isError(pipe)) return yield* c.die(1, `pipe failed: ${strerror(pipe.errno)}`);
  const child = p.fork(function* (own) {
    own.close(pipe.writeFd);
    yield* own.read(pipe.readFd, 1);
    for (const [kind, target] of request.files) {
      const source = `/proc/${p.pid}/ns/${kind}`;
      const error = own.machine.files.bindMount(own, source, target);
      if (error === undefined) continue;
      yield* own.printError(`${c.name}: mount ${source} on ${target} failed: ${strerror(error.errno)}\n`);
      return 1;
    }
    return 0;
  });
  if (isError(child)) return yield* c.die(1, `fork failed: ${strerror(child.errno)}`);
  return function* () {
    p.close(pipe.readFd);
    yield* p.write(pipe.writeFd, new Uint8Array(1));
    p.close(pipe.writeFd);
    const ended = yield* p.waitpid(child.pidSeenBy(p));
    if (ended !== undefined && !isError(ended) && !(ended.kind === 'exited' && ended.status === 0)) throw new Exit(1);
  };
}
