import { strerror } from '../../base/errno.ts';
import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, command } from '../lib/command.ts';
import { NSENTER_HELP } from './help.ts';
import { KIND_LETTERS_WITH_FILES, KIND_LONG, KIND_OPTIONS, type KindOption, kindOf } from './kinds.ts';
import { parseTool, runInChild, runProgram } from './run-program.ts';

const LONG: Readonly<Record<string, string>> = {
  ...KIND_LONG,
  help: 'h',
  version: 'V',
  all: 'a',
  target: 't',
  setuid: 'S',
  setgid: 'G',
  'preserve-credentials': 'preserve',
  root: 'r',
  wd: 'w',
  wdns: 'W',
  'no-fork': 'F',
  'follow-context': 'Z',
};

/** nsenter(1) of util-linux 2.38.1. */
export const nsenter = command('nsenter', function* (c): Sys<number> {
  const parsed = yield* parseTool(c, { short: `${KIND_LETTERS_WITH_FILES}at:S:G:r::w::W:FZhV`, long: LONG }, NSENTER_HELP);
  const wanted = new Map<KindOption, string>();
  let target: string | undefined;
  let all = false;
  let fork = true;
  let workingDirectory: string | undefined;
  for (const { flag, value } of parsed.options) {
    const kind = kindOf(flag);
    if (kind !== undefined) wanted.set(kind, value);
    else if (flag === 't') target = yield* parsePid(c, value);
    else if (flag === 'a') all = true;
    else if (flag === 'F') fork = false;
    else if (flag === 'w' || flag === 'W') workingDirectory = value;
  }
  if (all && target === undefined) return yield* c.die(1, 'no target PID specified for --all');
  if (all) for (const kind of KIND_OPTIONS) if (!wanted.has(kind) && (yield* differs(c, kind, target as string))) wanted.set(kind, '');
  const { p } = c;
  const opened: [KindOption, number][] = [];
  for (const kind of KIND_OPTIONS) {
    const file = wanted.get(kind);
    if (file !== undefined) opened.push([kind, yield* openNamespace(c, kind, file, target)]);
  }
  for (const [kind, fd] of opened) {
    const entered = p.setns(fd, kind.kind);
    if (entered !== undefined) return yield* c.die(1, `reassociate to namespace 'ns/${kind.kind}' failed: ${strerror(entered.errno)}`);
    p.close(fd);
  }
  if (workingDirectory !== undefined && workingDirectory !== '') {
    const path = p.machine.files.resolve(p, workingDirectory);
    if (isError(path)) return yield* c.die(1, `cannot open ${workingDirectory}: ${strerror(path.errno)}`);
    p.cwd = path;
  }
  yield* c.flush();
  const inPidNamespace = opened.some(([kind]) => kind.kind === 'pid');
  return fork && inPidNamespace ? yield* runInChild(c, p, parsed.operands) : yield* runProgram(c, p, parsed.operands);
});

function* parsePid(c: Command, word: string): Sys<string> {
  if (!/^\d+$/.test(word)) return yield* c.die(1, `failed to parse pid: '${word}'`);
  return word;
}

/** A namespace that is the own one already is not entered by --all. */
function* differs(c: Command, kind: KindOption, target: string): Sys<boolean> {
  const own = c.p.machine.files.readLink(c.p, `/proc/self/ns/${kind.kind}`);
  const other = c.p.machine.files.readLink(c.p, `/proc/${target}/ns/${kind.kind}`);
  return !isError(other) && other !== own;
}

function* openNamespace(c: Command, kind: KindOption, file: string, target: string | undefined): Sys<number> {
  if (file === '' && target === undefined) return yield* c.die(1, `neither filename nor target pid supplied for ns/${kind.kind}`);
  const path = file === '' ? `/proc/${target}/ns/${kind.kind}` : file;
  const fd = c.p.open(path, { read: true });
  if (isError(fd)) return yield* c.die(1, `cannot open ${path}: ${strerror(fd.errno)}`);
  return fd;
}
